"""What staff look at is written down before they see it, or there is no answer."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoloket import log
from geoloket.access import Role
from geoloket.audit import AuditLog, Ledger, ledger
from geoloket.errors import Unavailable
from geoloket.main.middleware import render

_DOORS: Final = {"ogc": "ogc", "stac": "stac", "api": "api", "geolocation": "api"}
"""By the first part of the path; all else is a page."""


class Audited:
    """ASGI middleware, inside of who finds out who asks; visitors pass by it.

    ``request.state.purpose``, where a room or the doorkeeper sets it, is the code of the task that
    somebody does.
    """

    def __init__(self, app: ASGIApp, audit: AuditLog) -> None:
        self._app = app
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http" or scope["state"]["who"].role is Role.VISITOR:
            await self._app(scope, receive, send)
            return
        door = _door(scope["path"], scope["state"]["who"].token)
        # A job that begins in this request keeps it; a page may still set another one.
        kept = Ledger(door, scope["state"].get("purpose"), log.request_id.get())
        fault: Unavailable | None = None

        async def send_noted(message: Message) -> None:
            nonlocal fault
            if message["type"] == "http.response.start":
                kept.answering = True
                kept.purpose = scope["state"].get("purpose")
                if looks := kept.taken():
                    try:
                        await self._audit.write(scope["state"]["who"], looks, kept)
                    except Unavailable as problem:
                        fault = problem
                        raise
            await send(message)

        token = ledger.set(kept)
        try:
            await self._app(scope, receive, send_noted)
        except Exception:
            if fault is None:
                raise
            # The answer had not begun: nobody has seen anything.
            await render(Request(scope), fault, {"retry-after": "5"})(scope, receive, send)
        finally:
            ledger.reset(token)


def _door(path: str, token: str | None) -> str:
    door = _DOORS.get(path.split("/", 2)[1], "page")
    return f"{door} by token {token}" if token else door
