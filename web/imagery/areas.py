"""``/medewerker/beelden/vervagen/{picture}``: what is blurred in a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Principal
from geoloket.audit import AuditLog
from geoloket.errors import BadRequest, NotFound
from geoloket.imagery import Panorama
from geoloket.people import Session
from web import words
from web.imagery.asked import percent
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.signin.door import NOT_KEPT, for_staff
from web.signin.forms import own_form
from web.view import View

KINDS: Final = ("face", "plate", "other")
MAKES_ANEW: Final = "panorama-blur"
"""The process that makes a picture from its original and its areas."""
NUMBERS: Final = ("x", "y", "width", "height")
_WIDE: Final = 3.0
_HIGH: Final = 8.0
"""Percent of a picture that somebody some metres away is wide and high."""


def router(view: View) -> APIRouter:
    """The page, and what its forms post."""
    pages = APIRouter()
    desk = _Desk(view)
    for location in PATHS["imagery_areas"].values():
        pages.add_api_route(
            location, for_staff(desk.page), methods=["GET", "HEAD"], response_model=None
        )
        pages.add_api_route(location, for_staff(desk.act), methods=["POST"], response_model=None)
    return pages


class _Desk:
    def __init__(self, view: View) -> None:
        self._view = view
        self._imagery = view.hall.imagery
        self._audit = AuditLog(view.hall.database)

    async def page(self, request: Request, session: Session) -> Response:
        """The flat picture, its areas, and the form for another."""
        picture = await self._picture(session.who, request.path_params["id"])
        return await self._shown(request, picture, given=_around(request.query_params))

    async def act(self, request: Request, session: Session) -> Response:
        """Add or take away an area. Raises BadRequest for another button."""
        fields, who = await own_form(request), session.who
        id = str(request.path_params["id"])
        picture = await self._picture(who, id)
        deed = fields.get("deed")
        if deed == "remove":
            number = fields.get("area", "")
            if not (number.isascii() and number.isdecimal() and len(number) < 19):
                raise BadRequest("There is no such area.")
            await self._imagery.remove_area(who, int(number))
        elif deed == "add":
            parts, kind = _parts(fields), fields.get("kind", "")
            if parts is None or kind not in KINDS:
                return await self._shown(request, picture, given=fields, fault=True)
            x, y, width, height = parts
            asked = "request" if fields.get("source") == "request" else "staff"
            await self._imagery.add_area(
                who, id, x=x, y=y, width=width, height=height, kind=kind, source=asked
            )
        else:
            raise BadRequest("There is no such button on the page.")
        await self._make_anew(who, id)
        where = path("imagery_areas", language_of(request), id=id, klaar=1)
        return RedirectResponse(where, 303, headers=NOT_KEPT)

    async def _make_anew(self, who: Principal, id: str) -> None:
        """The worker blurs it again: it needs no detector for that, only its areas."""
        process = self._view.hall.processes.open_to(who).get(MAKES_ANEW)
        if process is not None:
            await self._view.hall.jobs.submit(process, {"panoramas": [id]}, {}, who)

    async def _picture(self, who: Principal, id: str) -> Panorama:
        found = await self._imagery.panorama(who, id)
        if found is None:
            raise NotFound("There is no such picture.")
        layer = self._view.hall.features.layer("panoramas", who)
        await self._audit.saw(who, "read", layer, (id,))
        return found

    async def _shown(
        self,
        request: Request,
        picture: Panorama,
        *,
        given: dict[str, str] | None = None,
        fault: bool = False,
    ) -> Response:
        say = sentences(language_of(request))
        areas = await self._imagery.areas(request.state.who, picture.id)
        values = given or {}
        return await self._view.page(
            request,
            "imagery_areas.html",
            status=422 if fault else 200,
            twin=twin("imagery_areas", id=picture.id),
            picture=picture,
            taken=_taken(picture, say),
            areas=[_area(one, say) for one in areas],
            kinds=KINDS,
            numbers={name: values.get(name, "")[:12] for name in NUMBERS},
            kind=values.get("kind", KINDS[0]),
            drawn=_box(values),
            source=values.get("source", ""),
            fault=fault,
            done=request.query_params.get("klaar") == "1",
        )


def _around(query: Mapping[str, str]) -> dict[str, str]:
    """The area about a place that a resident pointed at, for staff to make it fit.

    >>> _around({"x": "50", "y": "60"})["x"], _around({"x": "50"}), _around({"x": "nan", "y": "1"})
    ('48.5', {}, {})
    """
    x, y = percent(query.get("x", "")), percent(query.get("y", ""))
    if x is None or y is None:
        return {}
    left, top = (x - _WIDE / 2) % 100, min(max(y - _HIGH / 2, 0), 100 - _HIGH)
    box = {"x": left, "y": top, "width": _WIDE, "height": _HIGH}
    return {name: f"{value:.1f}" for name, value in box.items()} | {"source": "request"}


def _box(given: Mapping[str, str]) -> dict[str, float]:
    """What is typed as a box of the flat picture; empty when it is none."""
    x, y, width, height = _parts(given) or (0.0, 0.0, 0.0, 0.0)
    return {"x": x * 2048, "y": y * 1024, "width": width * 2048, "height": height * 1024}


def _taken(picture: Panorama, say: Sentences) -> str:
    at = picture.captured_at
    return words.day(at, say.language) if at else str(picture.year or picture.id)


def _area(one: Any, say: Sentences) -> dict[str, Any]:
    """An area in words, and as a box of the flat picture of 2048 by 1024."""
    percent = {name: words.number(getattr(one, name) * 100, say.language, 1) for name in NUMBERS}
    wide, left = one.width * 2048, one.x * 2048
    return {
        "id": one.id,
        "kind": one.kind,
        "source": one.source,
        "percent": percent,
        "boxes": [
            {"x": at, "y": one.y * 1024, "width": wide, "height": one.height * 1024}
            for at in ((left, left - 2048) if left + wide > 2048 else (left,))
        ],
    }


def _parts(fields: Mapping[str, str]) -> tuple[float, float, float, float] | None:
    """The four numbers as parts of the picture; None when they are no area in it."""
    found: list[float] = []
    for name in NUMBERS:
        text = fields.get(name, "").strip().replace(",", ".")
        try:
            value = float(text) / 100 if text.isascii() and len(text) < 20 else -1.0
        except ValueError:
            return None
        found.append(value)
    x, y, width, height = found
    inside = 0 <= x < 1 and 0 <= y < 1 and 0 < width <= 1 and 0 < height <= 1 and y + height <= 1
    return (x, y, width, height) if inside else None
