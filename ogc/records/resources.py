"""The catalogue's resources: the collection, its records, one record, and their schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from geoloket.errors import NotFound
from ogc import dcat
from ogc.formats import dumps, timestamp
from ogc.links import Link, link, with_query
from ogc.negotiation import GEOJSON, HTML, JSONLD, SCHEMA, TURTLE
from ogc.records import catalogue, schemas
from ogc.records.entries import Entry, entries
from ogc.records.publisher import Publisher, publisher
from ogc.records.record import NAME, OFFERS, PROFILE, Json, licence_of, record
from ogc.records.search import PARAMETERS, Search, search
from ogc.state import not_modified, validators
from ogc.visit import Visit

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


async def collection(visit: Visit) -> Response:
    """``/collections/catalogue`` (/req/records-api/catalog-response)."""
    visit.ask(catalogue.OFFERS)
    found, by = await entries(visit), await publisher(visit)
    document = catalogue.description(visit, found, by, visit.chosen)
    if visit.chosen == HTML:
        return await visit.page("catalogue.html", by.title, document=document, count=len(found))
    return _given(visit, dumps(document), _headers(visit, found, by, weak=False))


async def items(visit: Visit) -> Response:
    """``/collections/catalogue/items`` (/req/records-api/records-op)."""
    visit.ask((GEOJSON, HTML), PARAMETERS)
    asked = search(visit.given)
    found, by = await entries(visit), await publisher(visit)
    records = select(visit, found, by, asked)
    page = records[asked.offset : asked.offset + asked.limit]
    document: Json = {
        "type": "FeatureCollection",
        "numberMatched": len(records),
        "numberReturned": len(page),
        "timeStamp": timestamp(),
        "links": _page_links(visit, asked, len(records), by),
        "features": page,
    }
    if visit.chosen == HTML:
        return await visit.page(
            "records.html", by.title, document=document, q=visit.given.get("q", ""), by=by
        )
    return _given(visit, dumps(document), _headers(visit, found, by, *_told(visit), weak=True))


def select(visit: Visit, found: Sequence[Entry], by: Publisher, asked: Search) -> list[Json]:
    """The records that are asked for, sorted; on all pages together."""
    pairs = [(entry, record(visit, entry, by)) for entry in found]
    return asked.sorted([one for entry, one in pairs if asked.selects(entry, one)])


async def item(visit: Visit) -> Response:
    """``/collections/catalogue/items/{id}`` (/req/records-api/record-op)."""
    name = str(visit.request.path_params["feature"])
    layer = visit.service.layer(name, visit.who)
    if layer is None:
        raise NotFound(f"There is no record {name[:100]!r}.")
    visit.ask(OFFERS, ("crs",))
    search(visit.given)
    [entry], by = await entries(visit, layer), await publisher(visit)
    headers = _headers(visit, [entry], by, *_told(visit), weak=False)
    if visit.chosen in (JSONLD, TURTLE):
        return _given(visit, await dcat.dataset(visit, entry, by), headers)
    one = record(visit, entry, by, visit.chosen)
    if visit.chosen == HTML:
        title = one["properties"]["title"]
        terms = licence_of(entry, by)
        return await visit.page(
            "record.html", title, record=one, by=by, terms=terms, found_by=dcat.embedded(visit, one)
        )
    return _given(visit, dumps(one), headers)


def _given(visit: Visit, body: bytes, headers: dict[str, str]) -> Response:
    """The answer, or that the client has it already. A page has more on it than the catalogue."""
    unchanged = not_modified(visit.request, headers)
    return unchanged or Response(body, headers=visit.headers() | headers)


async def queryables(visit: Visit) -> Response:
    """``/collections/catalogue/queryables``."""
    return await _schema(visit, "queryables")


async def sortables(visit: Visit) -> Response:
    """``/collections/catalogue/sortables`` (/req/sorting/get-sortables-op)."""
    return await _schema(visit, "sortables")


async def schema(visit: Visit) -> Response:
    """``/collections/catalogue/schema``."""
    return await _schema(visit, "schema")


async def _schema(visit: Visit, part: str) -> Response:
    visit.ask((SCHEMA, HTML))
    title = visit.texts["catalogue"]
    document: Json = {
        "$schema": _DRAFT,
        "$id": f"{visit.base}/collections/{NAME}/{part}",
        "title": title,
        "type": "object",
        "properties": schemas.properties_of(part, visit.texts),
        "additionalProperties": False,
    }
    return await visit.answer(document, "record_schema.html", title, kind=part)


def _told(visit: Visit) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(visit.given.items())]


def _headers(
    visit: Visit, found: Sequence[Entry], by: Publisher, *variant: str, weak: bool
) -> dict[str, str]:
    """Validators of what is made of these layers, and of what the municipality says of itself."""
    told = (NAME, visit.base, visit.language, visit.chosen.name, by.mark, *variant)
    headers = validators([entry.seen for entry in found], *told, weak=weak)
    headers.pop("last-modified", None)  # a setting may have changed since
    return headers


def _page_links(visit: Visit, asked: Search, matched: int, by: Publisher) -> list[Link]:
    address = f"{visit.base}/collections/{NAME}/items"
    found = visit.representations(address)
    given = {**visit.kept, "f": visit.chosen.name, "limit": str(asked.limit)}
    for rel, offset in _neighbours(asked, matched):
        there = with_query(address, given | {"offset": str(offset)})
        found.append(link(there, rel, visit.chosen.media_type, visit.texts[rel]))
    catalog = f"{visit.base}/collections/{NAME}"
    found.append(link(catalog, "collection", "application/ogc-catalog+json", by.title))
    found.append(link(PROFILE, "profile", HTML.media_type))
    return found


def _neighbours(asked: Search, matched: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    if asked.offset + asked.limit < matched:
        found.append(("next", asked.offset + asked.limit))
    if asked.offset:
        found.append(("prev", max(0, asked.offset - asked.limit)))
    return found
