"""``/medewerker/beelden/nazicht``: what staff look at first, and what residents ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Principal
from geoloket.errors import BadRequest
from geoloket.imagery import BlurRequest, Campaign, FlightDesk
from geoloket.language import pick
from geoloket.people import Session
from web import words
from web.imagery.cutout import Look
from web.paths import PATHS, language_of, path, twin
from web.signin.door import NOT_KEPT, for_staff
from web.signin.forms import own_form
from web.view import View

_Deed = Callable[[Principal, dict[str, str]], Awaitable[object]]
PHOTOS: Final = "orthophotos"
"""Id of the layer of aerial photos."""
_SAMPLE: Final = 20
_VERDICTS: Final[dict[str, Literal["clean", "missed"]]] = {"clean": "clean", "missed": "missed"}
_OUTCOMES: Final[dict[str, Literal["blurred", "refused"]]] = {
    "blurred": "blurred",
    "refused": "refused",
}


def router(view: View) -> APIRouter:
    """The page, and what its buttons post."""
    pages = APIRouter()
    desk = _Desk(view)
    for location in PATHS["imagery_review"].values():
        pages.add_api_route(
            location, for_staff(desk.page), methods=["GET", "HEAD"], response_model=None
        )
        pages.add_api_route(location, for_staff(desk.act), methods=["POST"], response_model=None)
    return pages


class _Desk:
    def __init__(self, view: View) -> None:
        self._view = view
        self._imagery = view.hall.imagery
        layer = view.hall.registry.get(PHOTOS)
        self._flights = FlightDesk(view.hall.database, layer) if layer else None
        self._deeds: dict[str, _Deed] = {
            "draw": self._draw,
            "judge": self._judge,
            "release": self._release,
            "withdraw": self._withdraw,
            "declare": self._declare,
            "handle": self._handle,
            "show": self._show,
        }

    async def page(self, request: Request, session: Session) -> Response:
        """Campaigns with their samples, and the requests that are open."""
        who, language = session.who, language_of(request)
        campaigns = await self._imagery.campaigns(who)
        flights = await self._flights.flights(who) if self._flights else []
        return await self._view.page(
            request,
            "imagery_review.html",
            twin=twin("imagery_review"),
            campaigns=[await self._shown(who, one, language) for one in campaigns],
            flights=flights,
            requests=[_asked(one, language) for one in await self._imagery.requests(who)],
            now=words.today(),
            done=request.query_params.get("klaar") == "1",
        )

    async def act(self, request: Request, session: Session) -> Response:
        """One button. Raises BadRequest for one that is not on the page."""
        fields = await own_form(request)
        deed = self._deeds.get(fields.get("deed", ""))
        if deed is None:
            raise BadRequest("There is no such button on the page.")
        await deed(session.who, fields)
        where = path("imagery_review", language_of(request), klaar=1)
        return RedirectResponse(where, 303, headers=NOT_KEPT)

    async def _shown(self, who: Principal, one: Campaign, language: str) -> dict[str, Any]:
        sample = await self._imagery.sample(who, one.id) if one.round else []
        return {
            "campaign": one,
            "title": pick(one.title, language) or one.id,
            "sample": sample,
            "open": any(judged.verdict is None for judged in sample),
        }

    async def _draw(self, who: Principal, fields: dict[str, str]) -> None:
        await self._imagery.draw_sample(who, fields.get("campaign", ""), _SAMPLE)

    async def _judge(self, who: Principal, fields: dict[str, str]) -> None:
        verdict = _VERDICTS.get(fields.get("verdict", ""))
        if verdict is None:
            raise BadRequest("The verdict is clean or missed.")
        given = (fields.get("campaign", ""), fields.get("picture", ""))
        await self._imagery.judge(who, *given, verdict)

    async def _release(self, who: Principal, fields: dict[str, str]) -> None:
        await self._imagery.release(who, fields.get("campaign", ""))

    async def _withdraw(self, who: Principal, fields: dict[str, str]) -> None:
        await self._imagery.withdraw(who, fields.get("campaign", ""))

    async def _declare(self, who: Principal, fields: dict[str, str]) -> None:
        declared = fields.get("declared") == "1"
        await self._imagery.declare_supplier(who, fields.get("campaign", ""), declared)

    async def _show(self, who: Principal, fields: dict[str, str]) -> None:
        if self._flights is None:
            raise BadRequest("There are no aerial photos here.")
        await self._flights.show(who, fields.get("campaign", ""), fields.get("shown") == "1")

    async def _handle(self, who: Principal, fields: dict[str, str]) -> None:
        outcome = _OUTCOMES.get(fields.get("outcome", ""))
        if outcome is None:
            raise BadRequest("The outcome is blurred or refused.")
        try:
            request = UUID(fields.get("request", ""))
        except ValueError:
            raise BadRequest("There is no such request.") from None
        await self._imagery.handle_request(who, request, outcome)


def _asked(one: BlurRequest, language: str) -> dict[str, Any]:
    """A request, and the part of its picture that was pointed at, with where on it."""
    if one.x is None or one.y is None:
        return {"request": one, "point": None}
    yaw, pitch = (one.x - 0.5) * 360, (0.5 - one.y) * 180
    look = Look.at(yaw, pitch)
    (mark,) = look.outline([(yaw, pitch)])
    percent = {"x": one.x * 100, "y": one.y * 100}
    point = {
        "part": f"{look.yaw}_{look.pitch}",
        "mark": mark,
        "words": {name: words.number(value, language, 1) for name, value in percent.items()},
        "at": {name: f"{value:.1f}" for name, value in percent.items()},
    }
    return {"request": one, "point": point}
