"""The gate: what is refused before anybody asks who it is or what it wants.

| module | what is refused |
| --- | --- |
| ``hosts`` | a request for a name that is not ours (421) |
| ``rates`` | more requests of one client than a person or a program makes (429) |
| ``bodies`` | more than we read (413) |
| ``patience`` | what takes longer than anybody waits (503) |

Answers that are kept (``geoloket.main.answers``) are given in front of it: they cost less than
counting them would.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoloket.errors import Problem
from geoloket.main.gate import bodies, patience
from geoloket.main.gate.hosts import Hosts
from geoloket.main.gate.rates import Rates
from geoloket.main.middleware import render
from geoloket.settings import Settings

_HSTS = "max-age=31536000"


class Gate:
    """ASGI middleware, inside of ``Reception`` and outside of all that costs something."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = Hosts(settings.server.hosts)
        self._rates = Rates(settings.limits)
        self._limits = settings.limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["scheme"] == "https":
            send = _encrypted(send)
        try:
            self._hosts.check(scope)
            await self._rates.check(scope)
            receive = bodies.limited(scope, receive, self._limits.body_kb * 1024)
            await patience.within(self._limits.answer_s, self._app, scope, receive, send)
        except Problem as problem:
            headers = {"retry-after": str(problem.facts.get("retry_after", 5))}
            advice = headers if problem.status in (429, 503) else None
            await render(Request(scope), problem, advice)(scope, receive, send)


def _encrypted(send: Send) -> Send:
    """Browsers are to come back by https alone (RFC 6797)."""

    async def send_encrypted(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("strict-transport-security", _HSTS)
        await send(message)

    return send_encrypted
