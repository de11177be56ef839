"""ImageryDesk: street pictures for the web, each statement in the session of who asks."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any, Literal
from uuid import UUID

import psycopg

from geoloket import statements
from geoloket.access import Principal, Role
from geoloket.audit import AuditLog
from geoloket.database import Database
from geoloket.errors import Forbidden, InvalidParameter, NotFound
from geoloket.imagery.bearings import convergence, into_picture
from geoloket.imagery.model import (
    Area,
    AreaKind,
    BlurRequest,
    Campaign,
    Capture,
    Judged,
    Panorama,
    RequestKind,
)
from geoloket.layer import Layer

Row = dict[str, Any]


class ImageryDesk:
    """Visitors see what is blurred and reviewed; the database's rules for rows say so, too."""

    def __init__(
        self, database: Database, layer: Layer, storage_srid: int, camera_height_m: float = 2.5
    ) -> None:
        """``layer`` is that of the panoramas: what is seen of it by staff is noted."""
        self._database = database
        self._layer = layer
        self._srid = storage_srid
        self._camera_m = camera_height_m
        self._audit = AuditLog(database)
        self._fixed = statements.read("imagery")

    async def panorama(self, who: Principal, panorama: str) -> Panorama | None:
        """A picture and where its files are; None when there is none for this person."""
        kind = "visitors" if who.role is Role.VISITOR else "staff"
        row = await self._one(who, "panorama", panorama=panorama)
        if row is None:
            return None
        key = await self._one(who, f"derived_key_for_{kind}", panorama=panorama)
        return Panorama(**row, derived_key=key["key"] if key else None)

    async def captures(self, who: Principal, parcel: str) -> list[Capture]:
        """Per campaign the picture that shows a parcel best, facing the same front, by year."""
        return [Capture(**row) for row in await self._all(who, "captures", parcel=parcel)]

    async def parcels(self, who: Principal, panorama: str, limit: int = 20) -> list[str]:
        """Ids of the parcels that a picture sees, the nearest first."""
        rows = await self._all(who, "parcels_in_sight", panorama=panorama, limit=limit)
        return [row["parcel"] for row in rows]

    async def outline(
        self, who: Principal, parcel: str, panorama: str, *, front: int | None = None
    ) -> list[tuple[float, float]]:
        """A parcel on the ground of a picture, or one of its fronts: (yaw, pitch) in degrees.

        Yaw 0 is the centre of the picture, positive to the right; empty when one of the two is not
        there. The ground is taken to be flat.
        """
        seen = await self._one(who, "panorama", panorama=panorama)
        if seen is None:
            return []
        rows = await self._all(who, "ring", panorama=panorama, parcel=parcel, front=front)
        return into_picture(
            ((row["east"], row["north"]) for row in rows),
            seen["heading_deg"] or 0.0,
            convergence(seen["lon"], self._srid),
            self._camera_m,
        )

    async def original(self, who: Principal, panorama: str) -> str | None:
        """Key of the original, which shows people: noted before it is given. For staff alone."""
        if not who.signed_in:
            raise Forbidden("Only staff may see originals.")
        row = await self._one(who, "original_key", panorama=panorama)
        if row is None or row["key"] is None:
            return None
        await self._audit.saw(who, "read", self._layer, (f"{panorama}/original",), amount=1)
        return row["key"]

    async def areas(self, who: Principal, panorama: str) -> list[Area]:
        """What is blurred in a picture. For staff."""
        return [Area(**row) for row in await self._all(who, "areas", panorama=panorama)]

    async def add_area(  # noqa: PLR0913
        self,
        who: Principal,
        panorama: str,
        *,
        x: float,
        y: float,
        width: float,
        height: float,
        kind: AreaKind = "other",
        source: Literal["staff", "request"] = "staff",
    ) -> int:
        """Have an area blurred, in parts of the picture; it is hidden until it was made anew.

        Raises InvalidParameter for an area that is none, NotFound.
        """
        inside = 0 <= x < 1 and 0 <= y < 1 and 0 < width <= 1 and height > 0 and y + height <= 1
        if not inside:
            raise InvalidParameter("area: x, y, width and height are parts of the picture, 0 to 1")
        given = {"x": x, "y": y, "width": width, "height": height, "kind": kind, "source": source}
        row = await self._write(who, "add_area", panorama=panorama, person=_person(who), **given)
        if row["id"] is None:
            raise NotFound("There is no such picture.")
        return row["id"]

    async def remove_area(self, who: Principal, area: int) -> str:
        """Take an area away; the name of its picture, to be made anew from the original.

        Raises NotFound, also when the original is not there any more.
        """
        row = await self._write(who, "remove_area", area=area, person=_person(who))
        if row["panorama"] is None:
            raise NotFound("There is no such area, or its original was deleted.")
        return row["panorama"]

    async def ask_blur(  # noqa: PLR0913
        self,
        who: Principal,
        panorama: str,
        kind: RequestKind,
        *,
        x: float | None = None,
        y: float | None = None,
        message: str = "",
        email: str = "",
    ) -> UUID | None:
        """Ask to have something made unrecognisable; None when there is no such public picture."""
        if (x is not None and not 0 <= x < 1) or (y is not None and not 0 <= y <= 1):
            raise InvalidParameter("x and y are parts of the picture, from 0 to 1")
        if len(message) > 2000 or len(email) > 254 or "\0" in message + email:
            raise InvalidParameter("message: at most 2000 characters")
        given = {"x": x, "y": y, "message": message, "email": email}
        row = await self._write(who, "ask_blur", panorama=panorama, kind=kind, **given)
        return row["id"]

    async def requests(self, who: Principal, limit: int = 200) -> list[BlurRequest]:
        """What residents asked and nobody handled, the most urgent first. For staff; noted."""
        rows = await self._all(who, "requests", limit=limit)
        if rows:
            seen = tuple(f"request/{row['id']}" for row in rows)
            await self._audit.saw(who, "list", self._layer, seen, amount=len(rows))
        return [BlurRequest(**row) for row in rows]

    async def handle_request(
        self, who: Principal, request: UUID, outcome: Literal["blurred", "refused"]
    ) -> None:
        """Note what was done. Raises NotFound when it was handled before, or never asked."""
        given = {"request": request, "outcome": outcome, "person": _person(who)}
        if not (await self._write(who, "handle_request", **given))["handled"]:
            raise NotFound("There is no such request, or it was handled.")

    async def campaigns(self, who: Principal) -> list[Campaign]:
        """All campaigns with how far they are, the newest first. For staff."""
        return [Campaign(**row) for row in await self._all(who, "campaigns")]

    async def sample(self, who: Principal, campaign: str) -> list[Judged]:
        """The pictures of the last round of review. For staff."""
        return [Judged(**row) for row in await self._all(who, "sample", campaign=campaign)]

    async def draw_sample(self, who: Principal, campaign: str, amount: int = 20) -> int:
        """Open the next round of review with so many pictures by chance; its number.

        Raises InvalidParameter while a round is open, or when nothing was blurred yet.
        """
        row = await self._write(who, "draw_sample", campaign=campaign, amount=max(1, amount))
        if row["round"] is None:
            raise InvalidParameter("campaign: a round of review is open, or nothing is blurred yet")
        return row["round"]

    async def judge(
        self, who: Principal, campaign: str, panorama: str, verdict: Literal["clean", "missed"]
    ) -> None:
        """Note what was seen in a picture of the sample. Raises NotFound."""
        given = {"campaign": campaign, "panorama": panorama, "verdict": verdict}
        if not (await self._write(who, "judge", person=_person(who), **given))["judged"]:
            raise NotFound("This picture is not in the last sample.")

    async def declare_supplier(self, who: Principal, campaign: str, declared: bool) -> None:
        """Note whether its supplier declares that a campaign is blurred. Raises NotFound."""
        given = {"campaign": campaign, "declared": declared, "person": _person(who)}
        if not (await self._write(who, "declare_supplier", **given))["noted"]:
            raise NotFound("There is no such campaign.")

    async def release(self, who: Principal, campaign: str) -> int:
        """Let visitors see a campaign; how many pictures. Raises Forbidden before its review."""
        row = await self._write(who, "release", campaign=campaign, person=_person(who))
        if row["shown"] is None:
            raise Forbidden("All of the last sample must be found clean first.")
        return row["shown"]

    async def withdraw(self, who: Principal, campaign: str) -> int:
        """Hide a campaign from visitors again; how many pictures."""
        return (await self._write(who, "withdraw", campaign=campaign))["hidden"]

    async def _one(self, who: Principal, name: str, **values: object) -> Row | None:
        rows = await self._all(who, name, **values)
        return rows[0] if rows else None

    async def _all(self, who: Principal, name: str, **values: object) -> list[Row]:
        if any(isinstance(value, str) and "\0" in value for value in values.values()):
            return []
        async with self._database.session(who) as connection:
            cursor = await connection.execute(self._fixed[name], values)
            return await cursor.fetchall()

    async def _write(self, who: Principal, name: str, **values: object) -> Row:
        try:
            async with AsyncExitStack() as stack:
                connection = await stack.enter_async_context(self._database.session(who))
                if who.role is Role.VISITOR:  # whose session is in no transaction yet
                    await stack.enter_async_context(connection.transaction())
                await connection.execute("SET TRANSACTION READ WRITE")
                cursor = await connection.execute(self._fixed[name], values)
                return await cursor.fetchone() or {}
        except psycopg.errors.InsufficientPrivilege:
            raise Forbidden("This is for staff.") from None
        except (psycopg.errors.DataError, psycopg.errors.IntegrityError):
            raise InvalidParameter("One of the values cannot be used.") from None


def _person(who: Principal) -> str:
    return who.subject or f"({who.role})"
