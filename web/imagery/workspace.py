"""``/medewerker/beelden``: a parcel through the years, side by side; its data and its report."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from psycopg.rows import DictRow
from starlette.responses import JSONResponse, RedirectResponse, Response

from geoloket import statements
from geoloket.access import VISITOR, Principal
from geoloket.audit import AuditLog
from geoloket.errors import NotFound
from geoloket.hall import Hall
from geoloket.people import Session
from web.imagery.asked import Asked
from web.imagery.cutout import UP
from web.imagery.series import Series, Shot, series, shot
from web.parcels import facts
from web.paths import PATHS, language_of, path, twin
from web.search import questions
from web.sentences import Sentences, sentences
from web.signin.door import for_staff
from web.view import View

DATA = "/medewerker/beelden/beeld.json"
"""One picture, for the viewer: ``?perceel=…&beeld=…``."""


_MOST_BUILT: Final = 6


@dataclass(frozen=True, slots=True)
class Parcel:
    """The parcel that is looked at."""

    row: DictRow
    outline: str
    box: str
    """A square around it, metres in Lambert 72."""
    heading: str
    place: str

    @property
    def id(self) -> str:
        """As page addresses have it."""
        return self.row["id"]


def router(view: View) -> APIRouter:
    """The workspace, one picture for its viewer, and the report."""
    pages = APIRouter()
    desk = Desk(view)
    shown = {"imagery": desk.workspace, "imagery_report": desk.report}
    for name, show in shown.items():
        for location in PATHS[name].values():
            pages.add_api_route(
                location, for_staff(show), methods=["GET", "HEAD"], response_model=None
            )
    pages.add_api_route(DATA, desk.picture, methods=["GET", "HEAD"], response_model=None)
    return pages


class Desk:
    """Each method answers one request."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._hall = view.hall
        self._audit = AuditLog(view.hall.database)

    async def workspace(self, request: Request, session: Session) -> Response:
        """The whole page; without a parcel it asks for one."""
        say, who = sentences(language_of(request)), session.who
        given = request.query_params.get("perceel", "").strip()
        if not given:
            return await self._which(request, who)
        parcel = await self._parcel(given, say)
        if parcel is None:
            return RedirectResponse(path("search", say.language, q=given[:200]), 303)
        asked = Asked.of(request.query_params)
        found = await series(self._hall, who, parcel.id)
        left, right = await self._both(who, parcel, asked, found)
        await self._note(who, found, left, right)
        return await self._view.page(
            request,
            "imagery.html",
            twin=twin("imagery", **{"perceel": parcel.id, **asked.query()}),
            parcel=parcel,
            asked=asked,
            found=found,
            panes=[_pane("a", left, asked, say, parcel), _pane("b", right, asked, say, parcel)],
            document=_document(parcel, asked, found, (left, right), say),
            address=path("imagery", say.language, perceel=parcel.id),
            report=path("imagery_report", say.language, perceel=parcel.id),
            task=_task(say, parcel),
        )

    async def picture(self, request: Request) -> Response:
        """One picture with the parcel in it. Raises NotFound, for visitors too."""
        who: Principal = request.state.who
        if not who.signed_in:
            raise NotFound("There is no such picture.")
        language = "en" if request.query_params.get("taal") == "en" else "nl"
        say = sentences(language)
        parcel = await self._parcel(request.query_params.get("perceel", ""), say)
        name = request.query_params.get("beeld", "")
        found = await shot(self._hall, who, parcel.id, name, 0.0) if parcel else None
        if parcel is None or found is None:
            raise NotFound("There is no such picture.")
        await self._look(who, [found.picture.id])
        return JSONResponse(found.document(parcel.place, say))

    async def report(self, request: Request, session: Session) -> Response:
        """The strip of all years, to be printed."""
        say, who = sentences(language_of(request)), session.who
        parcel = await self._parcel(request.query_params.get("perceel", ""), say)
        if parcel is None:
            raise NotFound("There is no such parcel.")
        found = await series(self._hall, who, parcel.id)
        await self._note(who, found)
        return await self._view.page(
            request,
            "imagery_report.html",
            twin=twin("imagery_report", perceel=parcel.id),
            parcel=parcel,
            found=found,
            address=path("imagery", say.language, perceel=parcel.id),
        )

    async def _which(self, request: Request, who: Principal) -> Response:
        return await self._view.page(
            request,
            "imagery_start.html",
            twin=twin("imagery"),
            campaigns=await self._hall.imagery.campaigns(who),
            built=await _built_on(self._hall, who),
        )

    async def _parcel(self, given: str, say: Sentences) -> Parcel | None:
        capakey = questions.capakey(given.replace("\0", ""))
        if capakey is None:
            return None
        values = {"id": capakey.replace("/", "-")}
        known, ours = statements.read("parcels"), statements.read("imagery_pages")
        async with self._hall.database.session(VISITOR) as connection:
            row = await (await connection.execute(known["parcel"], values)).fetchone()
            if row is None:
                return None
            where = await (await connection.execute(known["parcel_addresses"], values)).fetchall()
            line = await (await connection.execute(ours["parcel_outline"], values)).fetchone()
        outline = line["outline"] if line else ""
        box = ",".join(f"{line[edge]:.1f}" for edge in ("x0", "y0", "x1", "y1")) if line else ""
        heading, place = facts.heading(row, where, say), facts.place(row, where, say)
        return Parcel(row, outline, box, heading, place)

    async def _both(
        self, who: Principal, parcel: Parcel, asked: Asked, found: Series
    ) -> tuple[Shot | None, Shot | None]:
        """The two pictures: those that are named, else the best of their years."""
        best = found.chosen(asked)

        async def one(name: str | None, otherwise: Shot | None) -> Shot | None:
            if name is None or otherwise is None or otherwise.picture.id == name:
                return otherwise
            other = await shot(self._hall, who, parcel.id, name, otherwise.bearing)
            return other if other and other.year == otherwise.year else otherwise

        left, right = await asyncio.gather(
            one(asked.picture_a, best[0]), one(asked.picture_b, best[1])
        )
        return left, right

    async def _note(self, who: Principal, found: Series, *others: Shot | None) -> None:
        shown = [*found.shots.values(), *(one for one in others if one)]
        names = dict.fromkeys(one.picture.id for one in shown)
        if names:
            await self._look(who, list(names))

    async def _look(self, who: Principal, names: list[str]) -> None:
        layer = self._hall.features.layer("panoramas", who)
        await self._audit.saw(who, "read" if len(names) == 1 else "list", layer, names)


async def _built_on(hall: Hall, who: Principal) -> list[DictRow]:
    """A few parcels on which was built while pictures were taken: what there is to see here."""
    if not {"panoramas", "permits"} <= set(hall.registry):
        return []
    fixed = statements.read("imagery_pages")["built_in_sight"]
    async with hall.database.session(who) as connection:
        return await (await connection.execute(fixed, {"most": _MOST_BUILT})).fetchall()


def _task(say: Sentences, parcel: Parcel) -> str:
    """The form to look for the best pictures of the parcel anew, filled in."""
    return path("job_new", say.language, id="panorama-series", parcels=parcel.id)


def _pane(
    side: str, one: Shot | None, asked: Asked, say: Sentences, parcel: Parcel
) -> dict[str, Any]:
    """One of the two viewers, as it is without scripts."""
    wanted = asked.a if side == "a" else asked.b
    if one is None:
        return {"side": side, "shot": None, "year": wanted}
    bearing = asked.bearing
    if bearing is not None and side == "b":
        bearing = (bearing + (asked.turned or 0)) % 360
    return {
        "side": side,
        "shot": one,
        "year": one.year,
        "cut": one.cut(bearing, asked.pitch or UP),
        "alt": one.alternative(parcel.place, say),
    }


def _document(
    parcel: Parcel,
    asked: Asked,
    found: Series,
    both: tuple[Shot | None, Shot | None],
    say: Sentences,
) -> dict[str, Any]:
    """What the scripts of the workspace start from."""
    left, right = both
    shots = {one.picture.id: one for one in (*found.shots.values(), *both) if one}
    return {
        "parcel": parcel.id,
        "lon": parcel.row["lon"],
        "lat": parcel.row["lat"],
        "outline": parcel.outline,
        "language": say.language,
        "data": DATA,
        "best": {str(year): one.picture.id for year, one in found.shots.items()},
        "pictures": {name: one.document(parcel.place, say) for name, one in shots.items()},
        "photos": sorted(found.photos),
        "state": {
            "a": left.picture.id if left else None,
            "b": right.picture.id if right else None,
            "bearing": asked.bearing,
            "pitch": asked.pitch,
            "zoom": asked.zoom,
            "turned": asked.turned,
            "loose": asked.loose,
            "swipe": asked.swipe,
            "photoA": asked.photo_a,
            "photoB": asked.photo_b,
        },
    }
