"""The start page: search, what is open for reaction, what comes next."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from geoloket import statements
from geoloket.access import VISITOR
from web import linked_data, words
from web.events.wording import event_line
from web.paths import PATHS, language_of, twin
from web.permits.line import permit_line
from web.plan import draw_town
from web.sentences import sentences
from web.view import View

_SHOWN = 6


def router(view: View) -> APIRouter:
    """``/`` and ``/en/``."""
    pages = APIRouter()

    async def home(request: Request) -> HTMLResponse:
        say = sentences(language_of(request))
        fixed = statements.read("pages")
        async with view.hall.database.session(VISITOR) as connection:
            cursor = await connection.execute(fixed["open_inquiries"], {"limit": _SHOWN})
            inquiries = await cursor.fetchall()
            cursor = await connection.execute(fixed["next_events"], {"limit": _SHOWN})
            events = await cursor.fetchall()
        return await view.page(
            request,
            "home.html",
            twin=twin("home"),
            total=inquiries[0]["total"] if inquiries else 0,
            inquiries=[permit_line(row, say, words.today()) for row in inquiries],
            events=[event_line(row, say) for row in events],
            drawing=await draw_town(view),
            linked=linked_data.site(await view.site(), view.origin(request), say.language),
        )

    for address in PATHS["home"].values():
        pages.add_api_route(address, home, methods=["GET", "HEAD"])

    async def without_slash() -> RedirectResponse:
        return RedirectResponse(PATHS["home"]["en"], 308)

    pages.add_api_route("/en", without_slash, methods=["GET", "HEAD"])
    return pages
