"""Landing page, conformance and collections: written by pygeoapi, completed here.

pygeoapi links to what this service does not have (jobs, processes), leaves titles untranslated and
knows extents only from a configuration; links, extents and storage CRS are therefore ours.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from starlette.responses import Response

from geoloket import crs
from geoloket.features import Period
from geoloket.language import pick
from ogc import conformance
from ogc.links import OGC_REL, PREFIX, Link, link
from ogc.negotiation import HTML, JSON, JSONLD, OPENAPI
from ogc.offers import LINKED, collection_links
from ogc.records import catalogue
from ogc.records.entries import entries
from ogc.records.publisher import publisher
from ogc.state import Seen
from ogc.visit import Visit

_PLAIN: Final = (JSON, HTML)

Json = dict[str, Any]


async def landing(visit: Visit) -> Response:
    """``/``: where everything starts (OGC 17-069r4 §7.2)."""
    if visit.ask(LINKED) == JSONLD:
        return await visit.linked("landing")
    document = await visit.described("landing")
    document["links"] = _landing_links(visit)
    title = document["title"]
    return await visit.answer(document, "landing.html", title, layers=visit.layers())


async def conforms(visit: Visit) -> Response:
    """``/conformance``: the classes that a test of ours proves."""
    visit.ask(_PLAIN)
    links = visit.representations(f"{visit.base}/conformance")
    edits = any(layer.editable for layer in visit.layers())
    classes = (*conformance.CLASSES, *(conformance.EDITING if edits else ()))
    document = {"conformsTo": list(classes), "links": links}
    return await visit.answer(document, "conformance.html", visit.texts["conformance"])


async def collections(visit: Visit) -> Response:
    """``/collections``: what this person may see."""
    if visit.ask(LINKED) == JSONLD:
        return await visit.linked("collections")
    document = await visit.described("collections")
    seen = {one.layer.id: one for one in await visit.seen_all(visit.layers())}
    for entry in document["collections"]:
        await _complete(visit, entry, seen[entry["id"]])
    records = catalogue.description(visit, await entries(visit), await publisher(visit))
    document["collections"].append(records)
    document["links"] = [
        *visit.representations(f"{visit.base}/collections"),
        *catalogue.search_links(visit),
        link(visit.base, "root", JSON.media_type, visit.texts["landing"]),
    ]
    return await visit.answer(document, "collections.html", visit.texts["collections"])


async def collection(visit: Visit) -> Response:
    """``/collections/{id}``: one collection."""
    layer = visit.layer()
    if visit.ask(LINKED) == JSONLD:
        return await visit.linked("collection", layer.id)
    document = await visit.described("collection", layer.id)
    seen = await visit.seen(layer)
    await _complete(visit, document, seen)
    title, changed = pick(layer.title, visit.language), seen.state.changed_at
    return await visit.answer(document, "collection.html", title, layer=layer, changed=changed)


async def _complete(visit: Visit, entry: Json, seen: Seen) -> None:
    """Put in what pygeoapi cannot know, and leave out what it guesses."""
    layer, memory = seen.layer, visit.service.memory
    entry["extent"] = extent = Json()
    if box := await memory.extent(seen):
        extent["spatial"] = {"bbox": [list(box)], "crs": crs.CRS84}
    period = await memory.period(seen)
    if period and (period.begin or period.end):
        extent["temporal"] = {"interval": [_interval(period)]}
    if not extent:
        del entry["extent"]
    if layer.geometry:
        entry["storageCrs"] = crs.of_srid(visit.service.hall.settings.storage_srid).uri
    else:
        del entry["storageCrs"], entry["crs"]
    if layer.attribution:
        entry["attribution"] = layer.attribution
    entry["defaultSortOrder"] = ["id"]
    entry["links"] = collection_links(visit, layer)


def _interval(period: Period) -> list[str | None]:
    return [_moment(period.begin, "T00:00:00Z"), _moment(period.end, "T23:59:59Z")]


def _moment(value: date | datetime | None, clock: str) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return f"{value.isoformat()}{clock}" if value else None


def _landing_links(visit: Visit) -> list[Link]:
    base, texts, kind = visit.base, visit.texts, JSON.media_type
    return [
        *visit.representations(base),
        link(f"{base}/openapi", "service-desc", OPENAPI.media_type, texts["service-desc"]),
        link(f"{base}/openapi?f=html", "service-doc", HTML.media_type, texts["service-doc"]),
        link(f"{base}/conformance", "conformance", kind, texts["conformance"]),
        link(f"{base}/conformance", f"{OGC_REL}/conformance", kind, texts["conformance"]),
        link(f"{base}/collections", "data", kind, texts["collections"]),
        link(f"{base}/collections", f"{OGC_REL}/data", kind, texts["collections"]),
        *catalogue.search_links(visit),
        link(f"{base}/tiles", f"{OGC_REL}/tilesets-vector", kind, texts["tilesets"]),
        link(f"{base}/styles", f"{OGC_REL}/styles", kind, texts["styles"]),
        link(f"{base}/tileMatrixSets", f"{OGC_REL}/tiling-schemes", kind, texts["schemes"]),
        link(f"{base}/processes", f"{OGC_REL}/processes", kind, texts["processes"]),
        link(f"{base}/jobs", f"{OGC_REL}/job-list", kind, texts["jobs"]),
        link(f"{base.removesuffix(PREFIX)}/stac", "related", kind, texts["stac"]),
    ]
