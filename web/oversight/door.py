"""The door of these pages: who is signed in goes on, anybody else goes to sign in first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Duty
from geoloket.errors import Forbidden
from geoloket.people import Session
from web.paths import language_of, path

_NOT_KEPT: Final = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}

Page = Callable[[Request, Session], Awaitable[Response]]


def for_staff(page: Page, duty: Duty = Duty.STAFF) -> Callable[[Request], Awaitable[Response]]:
    """The page for who has the role; with a session, so not for a program with a token."""

    async def opened(request: Request) -> Response:
        session: Session | None = request.state.session
        if session is None:
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            asked = path("sign_in", language_of(request), return_to=here)
            return RedirectResponse(asked, 303, headers=_NOT_KEPT)
        if duty not in session.who.duties:
            raise Forbidden(f"This page is for who has the role {duty}.")
        answer = await page(request, session)
        answer.headers.update(_NOT_KEPT)
        return answer

    return opened
