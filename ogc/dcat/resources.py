"""``/dcat``: the graph as JSON-LD and Turtle, and a page that tells what it is for."""

from __future__ import annotations

from typing import Any, Final

import anyio.to_thread
from markupsafe import Markup
from starlette.responses import Response

from ogc.dcat.context import CONTEXT
from ogc.dcat.graph import Graph
from ogc.dcat.nodes import told_once
from ogc.formats import dumps
from ogc.negotiation import HTML, JSONLD, TURTLE
from ogc.records.entries import Entry, entries
from ogc.records.publisher import Publisher, publisher
from ogc.state import not_modified, validators
from ogc.visit import Visit

Json = dict[str, Any]

OFFERS: Final = (JSONLD, TURTLE, HTML)


async def dcat(visit: Visit) -> Response:
    """The catalogue of everything that this person may see, in one document."""
    visit.ask(OFFERS)
    found, by = await entries(visit), await publisher(visit)
    if visit.chosen == HTML:
        links = visit.representations(f"{visit.base}/dcat")
        return await visit.page("dcat.html", by.title, links=links, by=by, count=len(found))
    told = ("dcat", visit.base, visit.language, visit.chosen.name, by.mark)
    headers = validators([entry.seen for entry in found], *told, weak=False)
    headers.pop("last-modified", None)  # a setting may have changed since
    if unchanged := not_modified(visit.request, headers):
        return unchanged
    graph = Graph(visit.base, visit.language, by)
    return Response(
        await _written(visit, graph.catalogue(found)), headers=visit.headers() | headers
    )


async def dataset(visit: Visit, entry: Entry, by: Publisher) -> bytes:
    """One dataset of it, in the chosen format."""
    node = Graph(visit.base, visit.language, by).dataset(entry)
    return await _written(visit, {"@context": CONTEXT} | node)


async def _written(visit: Visit, node: Json) -> bytes:
    body = dumps(told_once(node))
    if visit.chosen == JSONLD:
        return body
    return await anyio.to_thread.run_sync(_turtle, body)


def _turtle(document: bytes) -> bytes:
    from ogc.dcat.triples import turtle  # noqa: PLC0415  # half a second, and only for this

    return turtle(document)


def embedded(visit: Visit, record: Json) -> Markup:
    """What search engines read in the page of a dataset: schema.org, as a block of data."""
    properties = record["properties"]
    contact = properties["contacts"][0]
    told: Json = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{visit.base}/collections/{record['id']}",
        "name": properties["title"],
        "description": properties["description"],
        "keywords": properties.get("keywords", []),
        "inLanguage": visit.language,
        "isAccessibleForFree": True,
        "dateModified": properties["updated"],
        "license": next(one["href"] for one in record["links"] if one["rel"] == "license"),
        "creator": {"@type": "GovernmentOrganization", "name": contact["organization"]},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": one["type"], "contentUrl": one["href"]}
            for one in record["links"]
            if one["rel"] in ("items", "enclosure")
        ],
    }
    if box := _box(record["geometry"]):
        told["spatialCoverage"] = {
            "@type": "Place",
            "geo": {"@type": "GeoShape", "box": box},
        }
    if record["time"]:
        told["temporalCoverage"] = "/".join(record["time"]["interval"])
    # The text stands in a script element: nothing in it may look like the end of one.
    safe = dumps(told).decode().replace("<", "\\u003c")
    return Markup(safe)  # noqa: S704  # made safe on the line above


def _box(geometry: Json | None) -> str | None:
    """South, west, north, east, as schema.org orders them."""
    if geometry is None or geometry["type"] != "Polygon":
        return None
    (west, south), _, (east, north), *_ = geometry["coordinates"][0]
    return f"{south} {west} {north} {east}"
