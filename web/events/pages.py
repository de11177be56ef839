"""Events: the list, the page of one, and both as a calendar."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from psycopg.rows import DictRow
from starlette.responses import Response

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.errors import NotFound
from web import linked_data, words
from web.calendars import MEDIA_TYPE, calendar
from web.events import filters
from web.events.plan import draw_event
from web.events.wording import days, entry, hindrance, kind, when
from web.paths import language_of, path, twin
from web.sentences import Sentences, sentences
from web.view import View

_SHOWN: Final = 40
_IN_CALENDAR: Final = 500
_NEAR_M: Final = 60
_ADDRESSES: Final = 8


def router(view: View) -> APIRouter:
    """``/evenementen``, ``/evenement/{id}``, their English twins, and ``.ics`` of each."""
    pages = APIRouter()

    async def listed(request: Request) -> Response:
        return await _list(view, request, sentences(language_of(request)))

    async def listed_calendar(request: Request) -> Response:
        return await _list_calendar(view, request, sentences(language_of(request)))

    async def event(request: Request, key: str) -> Response:
        say = sentences(language_of(request))
        suffix = next((end for end in (".ics", ".geojson") if key.endswith(end)), "")
        return await _event(view, request, key.removesuffix(suffix), suffix, say)

    for address in ("/evenementen", "/en/events"):
        pages.add_api_route(address, listed, methods=["GET", "HEAD"], response_model=None)
        feed = f"{address}.ics"
        pages.add_api_route(feed, listed_calendar, methods=["GET", "HEAD"], response_model=None)
    for address in ("/evenement/{key:path}", "/en/event/{key:path}"):
        pages.add_api_route(address, event, methods=["GET", "HEAD"], response_model=None)
    return pages


async def _rows(view: View, statement: str, values: dict[str, object]) -> list[DictRow]:
    async with view.hall.database.session(VISITOR) as connection:
        fixed = statements.read("events")[statement]
        return await (await connection.execute(fixed, values)).fetchall()


async def _kinds(view: View) -> list[str]:
    return [row["kind"] for row in await _rows(view, "kinds", {})]


async def _list(view: View, request: Request, say: Sentences) -> Response:
    kinds = await _kinds(view)
    chosen = filters.read(request.query_params, kinds, say)
    rows = await _rows(view, "listed", chosen.values(_SHOWN))
    total = rows[0]["total"] if rows else 0
    address, _, query = path("events", say.language, **chosen.query(pagina=None)).partition("?")
    feed = f"{address}.ics?{query}" if query else f"{address}.ics"
    return await view.page(
        request,
        "events.html",
        status=400 if chosen.faults else 200,
        twin=twin("events", **chosen.query()),
        chosen=chosen,
        total=total,
        days=days(rows, say),
        kinds=[{"code": code, "name": kind(code, say)} for code in kinds],
        more=path("events", say.language, **chosen.query(pagina=chosen.page + 1))
        if total > chosen.page * _SHOWN
        else None,
        feed=view.origin(request) + feed,
        map_href=path("map", say.language, lagen="events,occupations"),
    )


async def _list_calendar(view: View, request: Request, say: Sentences) -> Response:
    chosen = filters.read_strictly(request.query_params, await _kinds(view), say)
    rows = await _rows(view, "listed", chosen.values(_IN_CALENDAR))
    site = await view.site()
    name = say("events.calendar", name=site.name) if site.name else say("events.calendar_plain")
    entries = [entry(row, say, view.origin(request)) for row in rows]
    return _calendar(calendar(entries, name=name, language=say.language), "evenementen")


def _calendar(written: bytes, name: str) -> Response:
    safe = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    headers = {"content-disposition": f'inline; filename="{safe[:60]}.ics"'}
    return Response(written, media_type=MEDIA_TYPE, headers=headers)


async def _event(view: View, request: Request, key: str, suffix: str, say: Sentences) -> Response:
    found = await _rows(view, "event", {"id": key.replace("\0", "")})
    if not found:
        raise NotFound("There is no such event, or it is not public.")
    event = found[0]
    if suffix == ".ics":
        return _calendar(calendar([entry(event, say, view.origin(request))]), event["name"])
    if suffix == ".geojson":
        layer = view.hall.features.layer("events", VISITOR)
        feature = await view.hall.features.feature(layer, event["id"], VISITOR)
        return Response(feature, media_type="application/geo+json")
    return await _page(view, request, event, say)


async def _page(view: View, request: Request, event: DictRow, say: Sentences) -> Response:
    values: dict[str, object] = {"id": event["id"], "metres": _NEAR_M, "limit": _ADDRESSES}
    taken = await _rows(view, "hindrance", values)
    streets = [row["name"] for row in await _rows(view, "streets_of", values)]
    map_href = None
    if event["lon"] is not None:
        at = f"{event['lon']:.5f},{event['lat']:.5f}"
        chosen = f"events/{event['id']}"
        map_href = path("map", say.language, c=at, z=17, lagen="events,occupations", sel=chosen)
    return await view.page(
        request,
        "event.html",
        twin=twin("event", id=event["id"]),
        event=event,
        kind=kind(event["kind"], say),
        when=when(event, say),
        hindrance=hindrance(taken, say),
        drawing=await draw_event(view, event, streets, say),
        addresses=await _rows(view, "addresses_near", values),
        metres=_NEAR_M,
        map_href=map_href,
        linked=_linked_data(view, request, event, say),
    )


def _linked_data(view: View, request: Request, event: DictRow, say: Sentences) -> Any:
    """The event as schema.org has it; who organises it is not told."""
    told: dict[str, Any] = {
        "@type": "Event",
        "@id": view.origin(request) + path("event", say.language, id=event["id"]),
        "name": event["name"],
        "startDate": words.local(event["starts"]).isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
    }
    if event["ends"]:
        told["endDate"] = words.local(event["ends"]).isoformat()
    if event["description"]:
        told["description"] = event["description"]
    if event["website"]:
        told["url"] = event["website"]
    place: dict[str, Any] = {"@type": "Place", "name": event["venue"] or event["name"]}
    if event["lon"] is not None:
        lonlat = {"latitude": round(event["lat"], 6), "longitude": round(event["lon"], 6)}
        place["geo"] = {"@type": "GeoCoordinates"} | lonlat
    return linked_data.block(told | {"location": place})
