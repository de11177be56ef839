"""Features in the formats beside GeoJSON: pages of JSON-FG and JSON-LD, and whole selections.

``table`` lists the formats. ``jsonfg`` and ``jsonld`` put features, which the database wrote, into
documents; ``streams`` passes text on as it comes; ``downloads`` sends files that ``geoloket.files``
writes in a process of its own.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.responses import Response

from geoloket.crs import CRS84, Crs
from geoloket.errors import InvalidParameter
from geoloket.layer import Layer
from geoloket.query import Query
from ogc.exports import downloads, streams
from ogc.exports.jsonfg import JsonFg
from ogc.exports.jsonld import JsonLd
from ogc.exports.table import DOWNLOADS, FORMATS, JSONFG, PAGES
from ogc.negotiation import JSONLD, Format
from ogc.visit import Visit

__all__ = ["DOWNLOADS", "FORMATS", "JSONFG", "PAGES", "respond", "writer"]

_WRITERS: Final = {JSONFG.name: JsonFg, JSONLD.name: JsonLd}


def writer(visit: Visit, layer: Layer, query: Query, crs: Crs) -> JsonFg | JsonLd | None:
    """What writes the documents of the chosen format, or None for GeoJSON and HTML.

    Its ``query`` asks for features as it needs them; ``crs`` is theirs.
    """
    kind = _WRITERS.get(visit.chosen.name)
    return kind(visit, layer, query, crs) if kind else None


async def respond(  # noqa: PLR0913, PLR0917  # what ``items`` has found out
    visit: Visit,
    layer: Layer,
    query: Query,
    crs: Crs,
    chosen: Format,
    headers: dict[str, str],
) -> Response:
    """A whole selection in one of ``DOWNLOADS``; at most ``limit`` features where it is given.

    Raises Unavailable when others are downloading, when it takes too long, or without room;
    InvalidParameter when only a count is asked.
    """
    if visit.given.get("resulttype") == "hits":
        raise InvalidParameter(f"resulttype: f={chosen.name} cannot count", parameter="resulttype")
    download = DOWNLOADS[chosen]
    if patience := getattr(visit.request.state, "patience", None):  # it has a limit of its own
        limit = visit.service.hall.exports.settings.timeout_s
        patience.reschedule(asyncio.get_running_loop().time() + limit)
    headers = {
        **headers,
        "content-disposition": f'attachment; filename="{layer.id}.{download.suffix}"',
    }
    if visit.request.method == "HEAD":
        return streams.bare(headers)
    most = int(visit.given["limit"]) if "limit" in visit.given else None
    if download.whole:
        crs84 = crs.uri == CRS84
        return await downloads.answer(
            visit, layer, query, downloads.Wish(chosen, most, crs84), headers
        )
    return await streams.answer(visit, layer, query, most, headers)
