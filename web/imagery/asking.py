"""``/beeld/{picture}/vervagen``: anybody asks to have something blurred, by no name."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import VISITOR
from geoloket.errors import NotFound
from geoloket.imagery import Panorama
from web import words
from web.alerts.form import mailbox
from web.imagery.asked import percent
from web.paths import PATHS, language_of, path, twin
from web.sentences import sentences
from web.signin.forms import posted
from web.view import View

Kind = Literal["person", "plate", "home", "other"]
KINDS: Final[tuple[Kind, ...]] = ("person", "plate", "home", "other")
_KINDS: Final[dict[str, Kind]] = {one: one for one in KINDS}
_FIELDS: Final = ("kind", "message", "email", "x", "y")
_LONGEST: Final = 2000
_OUTSIDE: Final = (-100, -100)
"""Where the ring is while nothing is pointed at."""


def router(view: View) -> APIRouter:
    """The form, and what it posts."""
    pages = APIRouter()
    desk = _Desk(view)
    for location in PATHS["blur_request"].values():
        pages.add_api_route(location, desk.form, methods=["GET", "HEAD"], response_model=None)
        pages.add_api_route(location, desk.ask, methods=["POST"], response_model=None)
    return pages


class _Desk:
    def __init__(self, view: View) -> None:
        self._view = view
        self._imagery = view.hall.imagery

    async def form(self, request: Request, id: str) -> Response:
        """The form, or that the request came in."""
        picture = await self._picture(id)
        if request.query_params.get("klaar") == "1":
            return await self._view.page(
                request, "blur_asked.html", twin=twin("blur_request", id=id, klaar=1)
            )
        return await self._form(request, picture, {}, {})

    async def ask(self, request: Request, id: str) -> Response:
        """Note what is asked. What is wrong with it is said beside it."""
        picture, fields = await self._picture(id), await posted(request)
        say = sentences(language_of(request))
        kind = _KINDS.get(fields.get("kind", ""))
        message = fields.get("message", "").replace("\0", "").replace("\r\n", "\n").strip()
        email = fields.get("email", "").strip()
        known = mailbox(email) if email else ""
        point = _point(fields)
        faults: dict[str, str] = {}
        if kind is None:
            faults["kind"] = say("asking.error_kind")
        if point is None:
            faults["point"] = say("asking.error_point")
        if len(message) > _LONGEST:
            faults["message"] = say("asking.error_message")
        if known is None or len(known) > 254:
            faults["email"] = say("asking.error_email")
        if faults or kind is None or known is None or point is None:
            return await self._form(request, picture, fields, faults)
        x, y = point
        made = await self._imagery.ask_blur(
            VISITOR, id, kind, x=x, y=y, message=message, email=known
        )
        if made is None:
            faults["message"] = say("asking.error_busy")
            return await self._form(request, picture, fields, faults)
        where = path("blur_request", say.language, id=id, klaar=1)
        return RedirectResponse(where, 303, headers={"cache-control": "no-store"})

    async def _picture(self, id: str) -> Panorama:
        """One that everybody may see: of others nothing is told here, to staff neither."""
        found = await self._imagery.panorama(VISITOR, id)
        if found is None or found.derived_key is None:
            raise NotFound("There is no such picture.")
        return found

    async def _form(
        self,
        request: Request,
        picture: Panorama,
        given: dict[str, str],
        faults: dict[str, str],
    ) -> Response:
        language = language_of(request)
        at = picture.captured_at
        x, y = _point(given) or (None, None)
        page = await self._view.page(
            request,
            "blur_ask.html",
            status=422 if faults else 200,
            twin=twin("blur_request", id=picture.id),
            picture=picture,
            taken=words.day(at, language) if at else str(picture.year or ""),
            kinds=KINDS,
            values={name: given.get(name, "")[:_LONGEST] for name in _FIELDS},
            mark=_OUTSIDE if x is None or y is None else (x * 2048, y * 1024),
            faults=faults,
            longest=_LONGEST,
        )
        page.headers["cache-control"] = "no-store"
        page.headers["x-robots-tag"] = "noindex"
        return page


def _point(fields: dict[str, str]) -> tuple[float | None, float | None] | None:
    """The place that is pointed at, as parts of the picture; None when it cannot be read.

    >>> _point({"x": "25", "y": "12,5"}), _point({}), _point({"x": "25"}), _point({"x": "nan"})
    ((0.25, 0.125), (None, None), None, None)
    """
    x, y = (fields.get(name, "").strip() for name in ("x", "y"))
    if not x and not y:
        return None, None
    across, down = percent(x), percent(y)
    if across is None or down is None:
        return None
    return min(across / 100, 0.9999), down / 100
