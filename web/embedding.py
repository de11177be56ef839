"""The map in a frame on another website: ``/insluiten/kaart``, without cookies.

Which websites may do that is a setting; every other page refuses to be framed.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from markupsafe import escape
from starlette.responses import HTMLResponse

from web.map import page as map_page
from web.paths import PATHS, path
from web.sentences import Sentences
from web.view import View

_NONE: Final = "'none'"


def router(view: View) -> APIRouter:
    """``/insluiten/kaart`` and ``/en/embed/map``: the state is in the query, as on the map."""
    pages = APIRouter()
    ancestors = view.hall.settings.site.frame_ancestors

    async def embedded(request: Request) -> HTMLResponse:
        return await map_page.answer(view, request, "embedded_map", frame_ancestors=ancestors)

    for address in PATHS["embedded_map"].values():
        pages.add_api_route(address, embedded, methods=["GET", "HEAD"])
    return pages


def sites(ancestors: str | None, say: Sentences) -> str | None:
    """Who may show the map in a frame, in words; None where nobody may."""
    words = {"'self'": say("help.embed_own"), "*": say("help.embed_any")}
    named = [words.get(one, one) for one in (ancestors or _NONE).split() if one != _NONE]
    return ", ".join(named) or None


def snippet(origin: str, name: str, say: Sentences) -> str:
    """The HTML that puts the map in a page."""
    address = origin + path("embedded_map", say.language)
    title = say("embed.frame_title", name=name) if name else say("embed.title")
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" '
        'width="100%" height="600" allow="geolocation" loading="lazy"></iframe>'
    )
