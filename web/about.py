"""Statements and help: accessibility, privacy, about these data, help with the map.

What they say of the data follows from the layer declarations, so that it cannot lag behind them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from geoloket import __version__
from geoloket.access import VISITOR
from geoloket.language import pick
from geoloket.licences import licence
from web import embedding
from web.map.background import background
from web.oversight.entries import entries
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.view import View

STATEMENT_OF: Final = date(2026, 11, 23)
"""When the accessibility statement was last held against the pages; a release renews it."""

Page = Callable[[Request], Awaitable[HTMLResponse]]


def router(view: View) -> APIRouter:
    """``/toegankelijkheid``, ``/privacy``, ``/over``, ``/help/kaart`` and their English twins."""
    pages = APIRouter()

    async def accessibility(request: Request) -> HTMLResponse:
        say = sentences(language_of(request))
        return await view.page(
            request,
            "accessibility.html",
            twin=twin("accessibility"),
            gaps=_gaps(say),
            made_on=STATEMENT_OF,
        )

    async def privacy(request: Request) -> HTMLResponse:
        say = sentences(language_of(request))
        return await view.page(
            request,
            "privacy.html",
            twin=twin("privacy"),
            background=background(view.hall.settings.map),
            processings=entries(view.hall, say),
            audit_years=view.hall.settings.audit.retention_years,
        )

    async def about(request: Request) -> HTMLResponse:
        return await view.page(
            request,
            "about.html",
            twin=twin("about"),
            version=__version__,
            sources=await _sources(view, sentences(language_of(request))),
            contact_page=view.hall.settings.site.contact_page,
        )

    async def map_help(request: Request) -> HTMLResponse:
        say = sentences(language_of(request))
        site = await view.site()
        return await view.page(
            request,
            "map_help.html",
            twin=twin("map_help"),
            snippet=embedding.snippet(view.origin(request), site.name, say),
            embedding_sites=embedding.sites(view.hall.settings.site.frame_ancestors, say),
            contact_href=path("about", say.language) + "#contact",
        )

    families: dict[str, Page] = {
        "accessibility": accessibility,
        "privacy": privacy,
        "about": about,
        "map_help": map_help,
    }
    for name, page in families.items():
        for address in PATHS[name].values():
            pages.add_api_route(address, page, methods=["GET", "HEAD"])
    return pages


def _gaps(say: Sentences) -> list[dict[str, Any]]:
    """What does not comply yet (design: a release is not done while this is out of date)."""
    known = date(2026, 11, 23)
    return [
        {"text": say("a11y.gap_readers"), "since": known, "planned": say("a11y.before_release")},
        {"text": say("a11y.gap_canvas"), "since": known, "planned": say("a11y.no_date")},
        {"text": say("a11y.gap_language"), "since": known, "planned": say("a11y.before_release")},
        {"text": say("a11y.gap_service"), "since": known, "planned": say("a11y.next_year")},
    ]


async def _sources(view: View, say: Sentences) -> list[dict[str, Any]]:
    """Every layer that visitors see, with whose data it is and under which licence."""
    states = await view.hall.versions.current()
    own = (await view.site()).name or say("about.own_nameless")
    found: list[dict[str, Any]] = []
    for layer in reversed(view.hall.features.layers(VISITOR)):
        state = states.get(layer.id)
        found.append(
            {
                "title": pick(layer.title, say.language),
                "href": path("dataset", say.language, id=layer.id),
                "source": Markup('<span lang="nl">{}</span>').format(named)
                if (named := (layer.attribution or "").removeprefix("Bron: "))
                else own,
                "licence": licence(layer.licence or view.hall.settings.site.licence),
                "updated": state.changed_at if state else None,
            }
        )
    return found
