"""What the description of a collection leads to: the one list of links for all who describe it."""

from __future__ import annotations

from typing import Final

from geoloket.layer import Layer
from geoloket.rasters import LAYER
from ogc.exports import table
from ogc.links import OGC_REL, Link, link, name_of, representations
from ogc.negotiation import HTML, JSON, JSONLD, SCHEMA
from ogc.rasters.asking import GEOTIFF, PICTURES
from ogc.tiles import drawn
from ogc.visit import Visit

LINKED: Final = (JSON, HTML, JSONLD)
"""Formats in which a collection is described."""
ITEM_FORMATS: Final = table.FORMATS
"""Formats in which the features of a collection are given."""


def collection_links(visit: Visit, layer: Layer) -> list[Link]:
    """Its own formats, its items, and everything below it."""
    texts, address = visit.texts, f"{visit.base}/collections/{layer.id}"
    found = representations(address, visit.chosen, LINKED, visit.language)
    for offer in ITEM_FORMATS:
        title = texts["items"].format(format=name_of(offer))
        found.append(link(f"{address}/items?f={offer.name}", "items", offer.media_type, title))
    for part in ("schema", "queryables", "sortables"):
        for offer in (SCHEMA, HTML):
            href, rel = f"{address}/{part}?f={offer.name}", f"{OGC_REL}/{part}"
            found.append(link(href, rel, offer.media_type, texts[part]))
    if drawn(layer):
        rel = f"{OGC_REL}/tilesets-vector"
        found.append(link(f"{address}/tiles", rel, JSON.media_type, texts["tilesets"]))
        rel = f"{OGC_REL}/styles"
        found.append(link(f"{address}/styles", rel, JSON.media_type, texts["styles"]))
    if layer.id == LAYER:
        found += _pictures(visit, address)
    found.append(link(visit.base, "root", JSON.media_type, texts["landing"]))
    return found


def _pictures(visit: Visit, address: str) -> list[Link]:
    """The photos themselves, of which the features are the outlines."""
    texts = visit.texts
    found = [
        link(f"{address}/map?f={one.name}", f"{OGC_REL}/map", one.media_type, texts["map"])
        for one in PICTURES
    ]
    rel, kind = f"{OGC_REL}/tilesets-map", JSON.media_type
    found.append(link(f"{address}/map/tiles", rel, kind, texts["tilesets"]))
    rel = f"{OGC_REL}/coverage"
    found.append(link(f"{address}/coverage", rel, GEOTIFF.media_type, texts["coverage"]))
    return found
