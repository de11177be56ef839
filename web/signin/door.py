"""The door of pages for staff: who is signed in goes on, anybody else goes to sign in first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Duty
from geoloket.errors import Forbidden
from geoloket.people import Session
from web.paths import language_of, path

NOT_KEPT: Final = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
"""Headers of what is for one person alone."""

Page = Callable[[Request, Session], Awaitable[Response]]


def for_staff(page: Page, duty: Duty = Duty.STAFF) -> Callable[[Request], Awaitable[Response]]:
    """The page for who has the role; with a session, so not for a program with a token."""

    async def opened(request: Request) -> Response:
        session: Session | None = request.state.session
        if session is None:
            asked = path("sign_in", language_of(request), return_to=here(request))
            return RedirectResponse(asked, 303, headers=NOT_KEPT)
        if duty not in session.who.duties:
            raise Forbidden(f"This page is for who has the role {duty}.")
        answer = await page(request, session)
        answer.headers.update(NOT_KEPT)
        return answer

    return opened


def here(request: Request) -> str:
    """Where to come back to: this page with its question; a form that was sent is asked anew."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query and request.method != "POST" else "")
