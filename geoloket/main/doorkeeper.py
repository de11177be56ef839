"""Who asks: the session of the cookie, or an access token, becomes the person of the request.

What a signed-in person is answered is theirs alone: no cache keeps it, no other site reads it, and
what a visitor's browser kept before is not confirmed by it. Cookies are only written here.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoloket.errors import Forbidden, NotKnown, Problem
from geoloket.main.middleware import render
from geoloket.origin import origin
from geoloket.people import SessionDesk, TokenDesk, cookie_of
from geoloket.settings import Settings

_WITHOUT_PEOPLE: Final = ("/assets/", "/static/", "/health/")
_FOR_PROGRAMS: Final = ("/ogc", "/stac")
"""Where access tokens are read; pages and forms, those for tokens as well, know sessions alone."""
_CHALLENGE: Final = 'Bearer realm="Geoloket", error="invalid_token", Basic realm="Geoloket"'
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CONDITIONS: Final = frozenset((b"if-none-match", b"if-modified-since"))
_OWN: Final = {"cache-control": "private, no-store", "cross-origin-resource-policy": "same-origin"}


class Doorkeeper:
    """ASGI middleware, inside of ``Reception``.

    Rooms find the person in ``request.state.who`` and the session in ``request.state.session``;
    what they put in ``request.state.cookies`` (name to value, empty to forget) is sent.
    """

    def __init__(
        self, app: ASGIApp, people: SessionDesk, tokens: TokenDesk, settings: Settings
    ) -> None:
        self._app = app
        self._people = people
        self._tokens = tokens
        self._settings = settings
        self._cookie = cookie_of(settings.identity)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http" or scope["path"].startswith(_WITHOUT_PEOPLE):
            await self._app(scope, receive, send)
            return
        state = scope["state"]
        cookies: dict[str, str] = {}
        state["cookies"] = cookies

        async def send_as_own(message: Message) -> None:
            own = cookies or state.get("session") or state["who"].token
            if message["type"] == "http.response.start" and own:
                answer = MutableHeaders(scope=message)
                answer.update(_OWN)
                for name, value in cookies.items():
                    answer.append("set-cookie", self._written(name, value))
            await send(message)

        try:
            await self._recognise(scope, cookies)
        except Problem as problem:
            advice = {503: {"retry-after": "5"}, 401: _TURNED_AWAY}.get(problem.status)
            await render(Request(scope), problem, advice)(scope, receive, send_as_own)
            return
        await self._app(scope, receive, send_as_own)

    async def _recognise(self, scope: Scope, cookies: dict[str, str]) -> None:
        """Put the person in the state.

        Raises Unavailable, NotKnown for a token that is not valid, and Forbidden for a forged
        request.
        """
        request = Request(scope)
        shown = _shown(request.headers) if _is_for_programs(scope["path"]) else None
        if shown is not None:
            # No browser of somebody else adds this by itself, so it need not come from our page.
            who = await self._tokens.find(shown)
            scope["state"] |= {"who": who, "purpose": who.purpose}
            scope["headers"] = [one for one in scope["headers"] if one[0] not in _CONDITIONS]
            return
        token = request.cookies.get(self._cookie)
        if token is None:
            return
        mode = request.headers.get("sec-fetch-mode")
        session = await self._people.find(token, renew=mode == "navigate")
        if session is None:
            # Not by what a page asks on the side: that may be late, and take away a newer one.
            if mode in (None, "navigate"):
                cookies[self._cookie] = ""
            return
        if session.fresh:
            cookies[self._cookie] = session.fresh
        scope["state"] |= {"who": session.who, "session": session, "purpose": session.purpose}
        if scope["method"] not in _READING and not self._is_ours(request.headers, scope):
            raise Forbidden("This did not come from a page of ours.")
        scope["headers"] = [one for one in scope["headers"] if one[0] not in _CONDITIONS]

    def _is_ours(self, headers: Headers, scope: Scope) -> bool:
        """Whether a page of ours sent this: the browser says so, in one of two ways at least."""
        site, page = headers.get("sec-fetch-site"), headers.get("origin")
        ours = urlsplit(origin(self._settings, scheme=scope["scheme"], host=headers.get("host")))
        own = f"{ours.scheme}://{ours.netloc}"
        if page is not None and page != "null":  # null: a page that tells nobody where it is
            return page == own and site in (None, "same-origin")
        return site == "same-origin"

    def _written(self, name: str, value: str) -> str:
        """A cookie for this host alone; no script reads it, no form of another site sends it."""
        secure = "" if self._settings.identity.demo else "; Secure"
        gone = "" if value else "; Max-Age=0"
        return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{gone}"


_TURNED_AWAY: Final = {"www-authenticate": _CHALLENGE, "cache-control": "no-store"}


def _is_for_programs(path: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in _FOR_PROGRAMS)


def _shown(headers: Headers) -> str | None:
    """The access token that came along; None where none did.

    Whatever stands in these headers is taken for one, so that a wrong one is told, and not
    answered as a visitor. Raises NotKnown for one that cannot be read.
    """
    given = [*headers.getlist("authorization"), *headers.getlist("x-api-key")]
    if not given:
        return None
    if len(given) > 1:
        raise NotKnown("Show one access token, once.")
    if "authorization" not in headers:
        return given[0].strip()
    scheme, _, value = given[0].strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            return _password(value)
        case _:
            raise NotKnown("Show the access token as Bearer, as Basic password or in X-API-Key.")


def _password(value: str) -> str:
    """That of a Basic header (RFC 7617), with whatever name before it."""
    try:
        pair = b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise NotKnown("The header Authorization cannot be read.") from None
    return pair.partition(":")[2]
