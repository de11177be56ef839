"""The start page: search, what is open for reaction, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from geoloket import statements
from geoloket.access import VISITOR
from web import linked_data, words
from web.dossiers import dossier
from web.paths import PATHS, language_of, path, twin
from web.plan import draw_town
from web.sentences import Sentences, sentences
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
            inquiries=[dossier(row, say, words.today()) for row in inquiries],
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


def event_line(row: Mapping[str, Any], say: Sentences) -> dict[str, Any]:
    """An event as a line of a list: its kind and dates in words."""
    kind = f"event_kind.{row['kind']}"
    return {
        **row,
        "kind": say(kind if kind in say else "event_kind.other"),
        "when": when(row, say),
        "href": path(
            "map",
            say.language,
            c=f"{row['lon']:.5f},{row['lat']:.5f}",
            z=17,
            lagen="permits,events",
            sel=f"events/{row['id']}",
        ),
    }


def when(row: Mapping[str, Any], say: Sentences) -> str:
    """The time of an event in words: one day with hours, or from day to day."""
    starts, ends, language = row["starts"], row["ends"], say.language
    first = words.day(starts, language)
    if ends is None:
        return say("event.from", date=first, **{"from": words.clock(starts, language)})
    last = words.day(ends, language)
    # A party that ends at three at night is still the party of one day.
    if first != last and (ends - starts).total_seconds() > 20 * 3600:
        return say("event.days", **{"from": first, "until": last})
    hours = {"from": words.clock(starts, language), "until": words.clock(ends, language)}
    return say("event.on", date=first, **hours)
