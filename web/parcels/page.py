"""The parcel page, its GeoJSON and its static plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from psycopg.rows import DictRow
from starlette.responses import RedirectResponse, Response

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.dossier import NEAR_M
from geoloket.enquiry import SECTIONS
from geoloket.errors import NotFound
from web import words
from web.events.wording import event_line
from web.imagery.street import street_picture
from web.parcels import facts
from web.paths import language_of, path, twin
from web.permits.line import PermitLine, permit_line, summary
from web.plan import draw_parcel
from web.search import questions
from web.sentences import Sentences, sentences
from web.view import View

_NEAR_SHOWN = 10
_EVENTS_SHOWN = 6
_SUFFIXES = (".geojson", ".svg", ".json", ".pdf")
_DATA = (".geojson", ".json")
"""Those that programs read, to which a page would say nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that the page of a parcel shows, as rows."""

    parcel: DictRow
    addresses: Sequence[DictRow]
    permits: Sequence[DictRow]
    near: Sequence[DictRow]
    events: Sequence[DictRow]
    successors: Sequence[DictRow]

    def heading(self, say: Sentences) -> str:
        """What people call the parcel."""
        return facts.heading(self.parcel, self.addresses, say)

    def place(self, say: Sentences) -> str:
        """The same without the town."""
        return facts.place(self.parcel, self.addresses, say)


def router(view: View) -> APIRouter:
    """``/perceel/{key}``, ``/en/parcel/{key}``, and the same with ``.geojson`` and ``.svg``.

    The dash form of the key is the address; the other two notations redirect to it.
    """
    pages = APIRouter()

    async def parcel(request: Request, key: str) -> Response:
        say = sentences(language_of(request))
        suffix = next((end for end in _SUFFIXES if key.endswith(end)), "")
        given = key.removesuffix(suffix)
        capakey = questions.capakey(given)
        if capakey is None:
            if suffix in _DATA:
                raise NotFound("There is no such parcel.")
            return await _unknown(view, request, given, say)
        parcel_id = capakey.replace("/", "-")
        if given != parcel_id:
            return RedirectResponse(path("parcel", say.language, id=parcel_id) + suffix, 308)
        if suffix == ".geojson":
            return await _geojson(view, parcel_id)
        found = await _find(view, parcel_id)
        if found is None:
            return await _unknown(view, request, capakey, say)
        if suffix == ".svg":
            return await _svg(view, found, say)
        return await _page(view, request, found, say)

    for address in ("/perceel/{key:path}", "/en/parcel/{key:path}"):
        pages.add_api_route(address, parcel, methods=["GET", "HEAD"], response_model=None)
    return pages


async def _find(view: View, parcel_id: str) -> Found | None:
    fixed = statements.read("parcels")
    async with view.hall.database.session(VISITOR) as connection:

        async def rows(name: str, **more: object) -> list[DictRow]:
            return await (
                await connection.execute(fixed[name], {"id": parcel_id, **more})
            ).fetchall()

        parcel = await rows("parcel")
        if not parcel:
            return None
        permits = await rows("parcel_permits")
        near = await rows(
            "permits_near",
            metres=NEAR_M,
            without=[row["id"] for row in permits],
            limit=_NEAR_SHOWN + 1,
        )
        successors = await rows("parcel_successors") if parcel[0]["retired_on"] else []
        events = await rows("events_near", metres=NEAR_M, limit=_EVENTS_SHOWN)
        return Found(parcel[0], await rows("parcel_addresses"), permits, near, events, successors)


async def _page(view: View, request: Request, found: Found, say: Sentences) -> Response:
    parcel, today = found.parcel, words.today()
    heading = found.heading(say)
    first = found.addresses[0] if found.addresses else None
    drawing = await draw_parcel(view, parcel["id"], found.place(say), say)
    at = f"{parcel['lon']:.5f},{parcel['lat']:.5f}"
    return await view.page(
        request,
        "parcel.html",
        twin=twin("parcel", id=parcel["id"]),
        parcel=parcel,
        heading=heading,
        crumb=parcel["capakey"],
        street=first["street_name"] if first else None,
        around=first["full_address"] if first else None,
        summary=summary(found.permits, say),
        drawing=drawing,
        map_href=path("map", say.language, c=at, z=18, sel=f"parcels/{parcel['id']}"),
        permits=[_here(permit_line(row, say, today), heading) for row in found.permits],
        metres=NEAR_M,
        near=[permit_line(row, say, today) for row in found.near[:_NEAR_SHOWN]],
        near_cut=len(found.near) > _NEAR_SHOWN,
        events=[_event(row, say) for row in found.events],
        successors=found.successors,
        street_picture=await street_picture(view.hall, parcel["id"], found.place(say), say),
        through_years=_through_years(request, parcel["id"], say),
        sections=len(SECTIONS),
        linked_data=_linked_data(view, request, found, say),
        facts=facts.facts(parcel, found.addresses, say),
    )


def _through_years(request: Request, parcel_id: str, say: Sentences) -> str | None:
    """Where staff see the parcel through the years."""
    if not request.state.who.signed_in:
        return None
    return path("imagery", say.language, perceel=parcel_id)


def _here(line: PermitLine, heading: str) -> PermitLine:
    """A line of a permit without its address, where the page is about that address."""
    return replace(line, address="") if line.address == heading else line


def _event(row: DictRow, say: Sentences) -> dict[str, Any]:
    """A line of an event, with how far it is from the parcel."""
    return {**event_line(row, say), "where": facts.away(row, say)}


def _linked_data(view: View, request: Request, found: Found, say: Sentences) -> dict[str, Any]:
    """The parcel as a Place of schema.org."""
    parcel = found.parcel
    place: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Place",
        "@id": view.origin(request) + path("parcel", say.language, id=parcel["id"]),
        "name": found.heading(say),
        "identifier": parcel["capakey"],
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": round(parcel["lat"], 7),
            "longitude": round(parcel["lon"], 7),
        },
    }
    if found.addresses:
        first = found.addresses[0]
        place["address"] = {
            "@type": "PostalAddress",
            "streetAddress": found.place(say),
            "postalCode": first["postcode"],
            "addressLocality": first["postal_name"],
            "addressCountry": "BE",
        }
    return place


async def _svg(view: View, found: Found, say: Sentences) -> Response:
    drawing = await draw_parcel(view, found.parcel["id"], found.place(say), say)
    return Response(str(drawing.svg), media_type="image/svg+xml")


async def _geojson(view: View, parcel_id: str) -> Response:
    layer = view.hall.features.layer("parcels", VISITOR)
    feature = await view.hall.features.feature(layer, parcel_id, VISITOR)
    if feature is None:
        raise NotFound("There is no such parcel.")
    return Response(feature, media_type="application/geo+json")


async def _unknown(view: View, request: Request, key: str, say: Sentences) -> Response:
    fixed = statements.read("parcels")
    start = key.upper().replace("/", "-")[:6]
    values = {"id": key.upper().replace("/", "-"), "prefix": start.replace("_", r"\_") + "%"}
    near: list[DictRow] = []
    if questions.capakey_start(start):
        async with view.hall.database.session(VISITOR) as connection:
            near = await (await connection.execute(fixed["parcels_like"], values)).fetchall()
    return await view.page(
        request,
        "parcel_unknown.html",
        status=404,
        twin=None,
        key=key[:40],
        near=near,
    )
