"""FlightDesk: campaigns of aerial photos, and whether visitors see them. For staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import psycopg

from geoloket import statements
from geoloket.access import Principal
from geoloket.audit import AuditLog
from geoloket.database import Database
from geoloket.errors import Forbidden, NotFound
from geoloket.layer import Layer

_SIDE: Final = 480
"""Pixels of the longer side of a look at a whole campaign."""


@dataclass(frozen=True, slots=True)
class Flight:
    """The aerial photos of one campaign."""

    id: str
    year: int | None
    flown_on: date | None
    supplier: str | None
    licence: str | None
    photos: int
    shown: int
    """How many of them visitors see."""
    box: tuple[float, float, float, float]
    """Around all of them: west, south, east and north in Lambert 72."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of a look at all of it."""
        west, south, east, north = self.box
        longer = max(east - west, north - south, 1.0)
        wide, high = (round(_SIDE * side / longer) for side in (east - west, north - south))
        return max(1, wide), max(1, high)


class FlightDesk:
    """Staff see all and decide; the database lets nobody else."""

    def __init__(self, database: Database, layer: Layer) -> None:
        """``layer`` is that of the aerial photos: who changes it is noted."""
        self._database = database
        self._layer = layer
        self._audit = AuditLog(database)
        self._fixed = statements.read("photo_review")

    async def flights(self, who: Principal) -> list[Flight]:
        """The newest first."""
        _insist(who)
        async with self._database.session(who) as connection:
            rows = await (await connection.execute(self._fixed["flights"])).fetchall()
        return [_flight(row) for row in rows]

    async def show(self, who: Principal, flight: str, shown: bool) -> int:
        """Let visitors see a campaign, or take it back; of how many photos that changed something.

        Raises NotFound, Forbidden.
        """
        if flight not in {one.id for one in await self.flights(who)}:
            raise NotFound("There is no such campaign.")
        try:
            async with self._database.session(who) as connection:
                await connection.execute("SET TRANSACTION READ WRITE")
                given = {"flight": flight, "shown": shown}
                row = await (await connection.execute(self._fixed["show"], given)).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            raise Forbidden("This is for staff.") from None
        changed: list[str] = row["changed"] if row else []
        await self._audit.saw(who, "change", self._layer, changed)
        return len(changed)


def _flight(row: dict[str, Any]) -> Flight:
    names = ("id", "year", "flown_on", "supplier", "licence", "photos", "shown")
    west, south, east, north = (
        float(row[side] or 0) for side in ("west", "south", "east", "north")
    )
    return Flight(**{name: row[name] for name in names}, box=(west, south, east, north))


def _insist(who: Principal) -> None:
    if not who.signed_in:
        raise Forbidden("This is for staff.")
