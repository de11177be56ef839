"""``/aanmelden``, ``/afmelden``, ``/medewerker``: by an OpenID provider, without scripts.

A browser goes to the provider by a link and comes back to one address. What it brings is checked in
the hall (``geoloket.people``); these pages say how it ended.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from geoloket.access import VISITOR, Duty, Principal
from geoloket.errors import NotFound, Unavailable
from geoloket.events import conflicts_seen_by
from geoloket.language import LANGUAGES, pick
from geoloket.people import (
    Opening,
    Provider,
    Refused,
    Session,
    SessionDesk,
    cookie_of,
    duties,
    enough,
    name_of,
)
from geoloket.settings import is_loopback
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.signin.forms import goal, own_form, posted
from web.view import View

_logger = logging.getLogger("geoloket.signin")

BACK: Final = "/aanmelden/terug"
"""Where the provider sends people back to: registered there, to the letter."""
BACK_CHANNEL: Final = "/aanmelden/afgemeld"
"""Where the provider itself says that somebody signed out (Back-Channel Logout 1.0)."""
LASTS: Final = "/medewerker/sessie"
"""Where a page asks how long one stays signed in; asking is doing something, and so prolongs it."""
_NOT_KEPT: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}

_Handler = Callable[[Request], Awaitable[Response]]


def router(view: View) -> APIRouter:
    """All of them; none where the settings name no provider."""
    pages = APIRouter()
    people, provider = view.hall.people, view.hall.provider
    if people is None or provider is None:
        return pages
    desk = _Desk(view, people, provider)
    shown: dict[str, _Handler] = {
        "sign_in": desk.welcome,
        "sign_in_go": desk.leave,
        "sign_out": desk.farewell,
        "staff": desk.start,
    }
    for page, show in shown.items():
        for location in PATHS[page].values():
            pages.add_api_route(location, show, methods=["GET", "HEAD"], response_model=None)
    for location in PATHS["sign_out"].values():
        pages.add_api_route(location, desk.sign_out, methods=["POST"], response_model=None)
    pages.add_api_route(BACK, desk.come_back, methods=["GET"], response_model=None)
    pages.add_api_route(LASTS, desk.lasts, methods=["GET"], response_model=None)
    pages.add_api_route(BACK_CHANNEL, desk.told_ended, methods=["POST"], response_model=None)
    return pages


class _Desk:
    """Each method answers one request."""

    def __init__(self, view: View, people: SessionDesk, provider: Provider) -> None:
        self._view = view
        self._people = people
        self._provider = provider
        self._settings = view.hall.settings.identity
        self._cookie = cookie_of(self._settings)
        self._on_the_way = f"{self._cookie}-aanmelden"

    async def welcome(self, request: Request) -> Response:
        """Where one begins; who is signed in already goes on."""
        self._home(request)
        language = language_of(request)
        asked = goal(request.query_params.get("return_to"), path("staff", language))
        if request.state.session:
            return RedirectResponse(asked, 303, headers=_NOT_KEPT)
        return await self._page(
            request,
            "sign_in.html",
            twin=twin("sign_in"),
            go=path("sign_in_go", language, return_to=asked),
            demo=self._settings.demo,
        )

    async def leave(self, request: Request) -> Response:
        """To the provider, with what must come back."""
        home = self._home(request)
        opening = Opening.of(request.cookies.get(self._on_the_way))
        away = await self._provider.address(
            back=f"{home}{BACK}",
            state=opening.state,
            nonce=opening.nonce,
            verifier=opening.verifier,
        )
        otherwise = path("staff", language_of(request))
        await self._people.begin(opening, goal(request.query_params.get("return_to"), otherwise))
        request.state.cookies[self._on_the_way] = opening.secret
        return RedirectResponse(away, 303, headers=_NOT_KEPT)

    async def come_back(self, request: Request) -> Response:
        """From the provider: a code that is changed for an identity, and that for a session."""
        home, given = self._home(request), request.query_params
        secret = request.cookies.get(self._on_the_way)
        try:
            if secret is None or "state" not in given:
                raise Refused("no state or no cookie")
            opening = Opening(secret, given["state"])
            asked = await self._people.take(opening)
            if asked is None:
                raise Refused("state")
            request.state.language = _language(asked)
            if "code" not in given:
                raise Refused(f"the provider says {given.get('error', 'nothing')[:40]!r}")
            identity = await self._provider.identify(
                code=given["code"],
                verifier=opening.verifier,
                nonce=opening.nonce,
                back=f"{home}{BACK}",
                named=given.get("iss"),
            )
        except Refused as refused:
            _logger.warning("not signed in", extra={"reason": refused.reason})
            return await self._not_in(request, "failed")
        held = duties(identity.claims, self._settings)
        if not enough(identity.strength, self._settings):
            return await self._not_in(request, "weak")
        if self._view.hall.access_tokens:
            await self._view.hall.access_tokens.knows(identity.subject, held)
        if Duty.STAFF not in held:
            return await self._not_in(request, "stranger")
        before = request.cookies.get(self._cookie)
        token = await self._people.open(identity, name_of(identity.claims), held, before)
        request.state.cookies[self._cookie] = token
        _logger.info("signed in", extra={"duties": sorted(held)})
        return RedirectResponse(asked, 303, headers=_NOT_KEPT)

    async def told_ended(self, request: Request) -> Response:
        """The provider says that somebody signed out there."""
        token = (await posted(request)).get("logout_token", "")
        try:
            ended = await self._provider.ended(token)
        except Refused as refused:
            _logger.warning("not signed out", extra={"reason": refused.reason})
            return _refusal("the logout token does not hold")
        count = await self._people.close_at_provider(
            jti=ended.jti, until=ended.until, subject=ended.subject, sid=ended.sid
        )
        if count is None:
            return _refusal("the logout token was used before")
        _logger.info("signed out by the provider", extra={"sessions": count})
        return Response(status_code=200, headers=_NOT_KEPT)

    async def farewell(self, request: Request) -> Response:
        """The button to sign out, or that it is done."""
        return await self._page(request, "sign_out.html", twin=twin("sign_out"), further=None)

    async def sign_out(self, request: Request) -> Response:
        """End the session here; the browser then goes on to the provider, to end it there too.

        By a Refresh and not a redirect: browsers hold a redirect after a form to ``form-action``.
        """
        if request.state.session is None:  # it ended in the meantime
            return RedirectResponse(path("sign_out", language_of(request)), 303, headers=_NOT_KEPT)
        await own_form(request)
        id_token = await self._people.close(request.cookies[self._cookie])
        request.state.cookies |= {self._cookie: "", self._on_the_way: ""}
        request.state.who, request.state.session = VISITOR, None
        further = await self._further(request, id_token)
        page = await self._page(
            request, "sign_out.html", twin=twin("sign_out"), further=further, signed_out=True
        )
        if further:
            page.headers["refresh"] = f"0; url={further}"
            page.headers["referrer-policy"] = "no-referrer"
        return page

    async def _further(self, request: Request, id_token: str | None) -> str | None:
        """The provider's address to sign out at; None when it has none, or does not answer."""
        if id_token is None:
            return None
        back = f"{self._home(request)}{path('sign_out', language_of(request))}"
        try:
            return await self._provider.farewell(id_token=id_token, back=back)
        except Unavailable:
            return None

    async def lasts(self, request: Request) -> Response:
        """How long the session lasts now, and what forms of an older one need to be sent."""
        session: Session | None = request.state.session
        told: dict[str, object] = {"signed_in": session is not None}
        if session:
            told |= {"seconds": session.seconds, "last": session.is_last}
            told |= {"form_token": session.form_token()}
        return JSONResponse(told, headers=_NOT_KEPT)

    async def start(self, request: Request) -> Response:
        """Who one is, what one may see, and what clashes."""
        language = language_of(request)
        session: Session | None = request.state.session
        if session is None:
            asked = path("sign_in", language, return_to=path("staff", language))
            return RedirectResponse(asked, 303, headers=_NOT_KEPT)
        say, hall = sentences(language), self._view.hall
        return await self._page(
            request,
            "staff.html",
            twin=twin("staff"),
            name=session.who.name,
            duties=[say(f"duty.{duty}") for duty in Duty if duty in session.who.duties],
            ends_at=session.ends_at,
            admin=Duty.ADMIN in session.who.duties,
            layers=_layers(self._view, session.who, say),
            conflicts=await conflicts_seen_by(
                session.who,
                hall.database,
                hall.features.layers(session.who),
                datetime.now(UTC),
            ),
        )

    async def _not_in(self, request: Request, why: str) -> Response:
        return await self._page(
            request,
            "sign_in_failed.html",
            status=403,
            twin=None,
            language=request.state.language,
            why=why,
        )

    async def _page(
        self, request: Request, template: str, *, status: int = 200, **context: object
    ) -> Response:
        page = await self._view.page(request, template, status=status, **context)
        page.headers.update(_NOT_KEPT)
        return page

    def _home(self, request: Request) -> str:
        """Our address, as the provider knows it.

        With the demo provider it is this machine's, for whoever sits at it. Raises NotFound for
        anybody else.
        """
        home = self._view.origin(request)
        here = is_loopback(request.url.hostname or "") and _from_here(request)
        if self._settings.demo and not here:
            raise NotFound("The demo lets in who sits at this machine alone.")
        return home


def _from_here(request: Request) -> bool:
    return request.client is None or is_loopback(request.client.host)


def _language(goal: str) -> str:
    first = goal.split("/", 2)[1]
    return first if first in LANGUAGES else "nl"


def _layers(view: View, who: Principal, say: Sentences) -> list[dict[str, Any]]:
    """The layers of which this person sees what a visitor does not, with how many fields more."""
    features = view.hall.features
    public = {layer.id: layer for layer in features.layers(VISITOR)}
    found: list[dict[str, Any]] = []
    for layer in reversed(features.layers(who)):
        shown = public.get(layer.id)
        more = len(layer.fields) - len(shown.fields if shown else ())
        if shown is None or more:
            title, fields = pick(layer.title, say.language), more if shown else None
            found.append({"id": layer.id, "title": title, "more": fields})
    return found


def _refusal(description: str) -> Response:
    document = {"error": "invalid_request", "error_description": description}
    return JSONResponse(document, 400, headers=_NOT_KEPT)
