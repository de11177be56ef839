"""Who asks: the session of the cookie becomes the person of the request.

What a signed-in person is answered is theirs alone: no cache keeps it, no other site reads it, and
what a visitor's browser kept before is not confirmed by it. Cookies are only written here.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoloket.errors import Forbidden, Problem
from geoloket.main.middleware import render
from geoloket.origin import origin
from geoloket.people import SessionDesk, cookie_of
from geoloket.settings import Settings

_WITHOUT_PEOPLE: Final = ("/assets/", "/static/", "/health/")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CONDITIONS: Final = frozenset((b"if-none-match", b"if-modified-since"))
_OWN: Final = {"cache-control": "private, no-store", "cross-origin-resource-policy": "same-origin"}


class Doorkeeper:
    """ASGI middleware, inside of ``Reception``.

    Rooms find the person in ``request.state.who`` and the session in ``request.state.session``;
    what they put in ``request.state.cookies`` (name to value, empty to forget) is sent.
    """

    def __init__(self, app: ASGIApp, people: SessionDesk, settings: Settings) -> None:
        self._app = app
        self._people = people
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
            if message["type"] == "http.response.start" and (cookies or state.get("session")):
                answer = MutableHeaders(scope=message)
                answer.update(_OWN)
                for name, value in cookies.items():
                    answer.append("set-cookie", self._written(name, value))
            await send(message)

        try:
            await self._recognise(scope, cookies)
        except Problem as problem:
            advice = {"retry-after": "5"} if problem.status == 503 else None
            await render(Request(scope), problem, advice)(scope, receive, send_as_own)
            return
        await self._app(scope, receive, send_as_own)

    async def _recognise(self, scope: Scope, cookies: dict[str, str]) -> None:
        """Put the person in the state. Raises Unavailable, and Forbidden for a forged request."""
        request = Request(scope)
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
