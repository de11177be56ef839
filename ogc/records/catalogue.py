"""The catalogue as a collection: what ``/collections`` and ``/collections/catalogue`` say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geoloket import crs
from geoloket.language import LANGUAGES
from geoloket.licences import CATALOGUE
from ogc.links import OGC_REL, Link, link, name_of, representations
from ogc.negotiation import CATALOG, GEOJSON, HTML, JSON, JSONLD, SCHEMA, TURTLE, Format
from ogc.records.entries import Entry, around
from ogc.records.publisher import Publisher
from ogc.records.record import NAME, contacts, moment, spoken
from ogc.records.search import DEFAULT_ORDER
from ogc.visit import Visit

Json = dict[str, Any]

OFFERS = (CATALOG, HTML)
PARTS = ("queryables", "sortables", "schema")


def description(
    visit: Visit, found: Sequence[Entry], publisher: Publisher, chosen: Format = CATALOG
) -> Json:
    """The collection of records (OGC 20-004r1, table of collection properties)."""
    language = visit.language
    document: Json = {
        "id": NAME,
        "type": "Collection",
        "itemType": "record",
        "title": publisher.title,
        "description": publisher.description,
        "keywords": sorted({word for entry in found for word in entry.layer.keywords}),
        "language": spoken(language),
        "languages": [spoken(other) for other in LANGUAGES if other != language],
        "recordLanguages": [spoken(one) for one in LANGUAGES],
        "contacts": contacts(publisher),
        "license": CATALOGUE.spdx,
        "crs": [crs.CRS84],
        "defaultSortOrder": [
            {"field": name, "direction": "desc" if descending else "asc"}
            for name, descending in DEFAULT_ORDER
        ],
        "links": _links(visit, chosen),
    }
    if box := around(found):
        document["extent"] = {"spatial": {"bbox": [list(box)], "crs": crs.CRS84}}
    if found:
        document["updated"] = moment(max(entry.changed_at for entry in found))
    return document


def search_links(visit: Visit) -> list[Link]:
    """Where the catalogues of this service are searched (/req/autodiscovery/links)."""
    rel, texts = f"{OGC_REL}/ogc-catalog", visit.texts
    address = f"{visit.base}/collections/{NAME}/items"
    return [
        link(address, rel, GEOJSON.media_type, texts["catalogue"]),
        *dcat_links(visit),
    ]


def dcat_links(visit: Visit) -> list[Link]:
    """The same catalogue as DCAT-AP Vlaanderen and GeoDCAT-AP."""
    return [
        link(f"{visit.base}/dcat?f={offer.name}", "describedby", offer.media_type,
             visit.texts["dcat"].format(format=name_of(offer)))
        for offer in (TURTLE, JSONLD)
    ]  # fmt: skip


def _links(visit: Visit, chosen: Format) -> list[Link]:
    texts, address = visit.texts, f"{visit.base}/collections/{NAME}"
    found = representations(address, chosen, OFFERS, visit.language)
    for offer in (GEOJSON, HTML):
        title = texts["records"].format(format=name_of(offer))
        found.append(link(f"{address}/items?f={offer.name}", "items", offer.media_type, title))
    for part in PARTS:
        for offer in (SCHEMA, HTML):
            href, rel = f"{address}/{part}?f={offer.name}", f"{OGC_REL}/{part}"
            found.append(link(href, rel, offer.media_type, texts[part]))
    found += dcat_links(visit)
    found.append(link(visit.base, "root", JSON.media_type, texts["landing"]))
    return found
