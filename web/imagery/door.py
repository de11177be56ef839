"""Who may come in to the pages of imagery: staff, others are shown where to sign in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.paths import language_of, path

NOT_KEPT: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}


def for_staff[**P](
    answer: Callable[Concatenate[Request, P], Awaitable[Response]],
) -> Callable[Concatenate[Request, P], Awaitable[Response]]:
    """A page for staff: somebody else is led to signing in, and back here after it."""

    @wraps(answer)
    async def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        if not request.state.who.signed_in or request.state.session is None:
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            asked = path("sign_in", language_of(request), return_to=here)
            return RedirectResponse(asked, 303, headers=NOT_KEPT)
        page = await answer(request, *args, **kwargs)
        page.headers.update(NOT_KEPT)
        return page

    return guarded
