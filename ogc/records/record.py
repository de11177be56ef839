"""One record: what the catalogue tells of a layer, as a GeoJSON feature (OGC 20-004r1 §7.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from geoloket.features import Period
from geoloket.language import LANGUAGES, pick
from geoloket.licences import Licence, licence
from geoloket.query import Box
from ogc.links import Link, link, name_of, representations
from ogc.negotiation import GEOJSON, HTML, JSONLD, TURTLE, Format
from ogc.offers import ITEM_FORMATS, collection_links
from ogc.records.entries import Entry
from ogc.records.publisher import Publisher
from ogc.records.vocabulary import (
    DATA_THEME,
    DATA_THEMES,
    INSPIRE_THEME,
    LANGUAGE_NAMES,
    TOPIC,
    TOPICS,
    inspire_name,
)
from ogc.visit import Visit

Json = dict[str, Any]

NAME: Final = "catalogue"
"""Id of the collection of records; no layer may be called so."""
OFFERS: Final = (GEOJSON, HTML, JSONLD, TURTLE)
"""Formats of one record."""
PROFILE: Final = "http://www.opengis.net/def/profile/OGC/0/ogc-record"
CORE: Final = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
_NOT_OF_THE_RECORD: Final = frozenset({"self", "alternate", "root"})


def record(visit: Visit, entry: Entry, publisher: Publisher, chosen: Format = GEOJSON) -> Json:
    """The record of a layer in the language of the request; ``chosen`` is what ``self`` is."""
    return {
        "id": entry.layer.id,
        "type": "Feature",
        "conformsTo": [CORE],
        "geometry": geometry(entry.box),
        "time": time(entry.period),
        "properties": _properties(entry, publisher, visit.language),
        "links": _links(visit, entry, publisher, chosen),
    }


def _properties(entry: Entry, publisher: Publisher, language: str) -> Json:
    layer = entry.layer
    told = {
        "type": "dataset",
        "title": pick(layer.title, language),
        "description": pick(layer.description, language),
        "keywords": list(layer.keywords),
        "language": spoken(language),
        "languages": [spoken(other) for other in LANGUAGES if other != language],
        "resourceLanguages": [spoken("nl")],
        "updated": moment(entry.changed_at),
        "themes": _themes(entry, language),
        "formats": [
            {"name": name_of(offer), "mediaType": offer.media_type} for offer in ITEM_FORMATS
        ],
        "contacts": contacts(publisher),
        "license": licence_of(entry, publisher).spdx or "other",
        "rights": layer.attribution,
        "externalIds": [_identifier(name) for name in layer.subject.identifiers],
    }
    return {name: value for name, value in told.items() if value}


def licence_of(entry: Entry, publisher: Publisher) -> Licence:
    """The licence that the layer names, else that of the site."""
    return licence(entry.layer.licence) if entry.layer.licence else publisher.licence


def spoken(language: str) -> Json:
    """A language (RFC 5646)."""
    return {"code": language, "name": LANGUAGE_NAMES[language]}


def contacts(publisher: Publisher) -> list[Json]:
    """Who publishes and who answers questions: the municipality."""
    page = link(publisher.page, "about", HTML.media_type, publisher.name)
    contact: Json = {"organization": publisher.name, "links": [page]}
    if publisher.uri:
        contact["identifier"] = publisher.uri
    if publisher.email:
        contact["emails"] = [{"value": publisher.email}]
    return [contact | {"roles": ["publisher", "pointOfContact"]}]


def _themes(entry: Entry, language: str) -> list[Json]:
    subject = entry.layer.subject
    found = [
        {
            "scheme": DATA_THEME,
            "concepts": [
                _concept(DATA_THEME, theme, pick(DATA_THEMES[theme], language))
                for theme in subject.themes
            ],
        }
    ]
    if subject.inspire:
        name = pick(inspire_name(subject.inspire), language)
        concept = _concept(INSPIRE_THEME, subject.inspire, name)
        found.append({"scheme": INSPIRE_THEME, "concepts": [concept]})
    if subject.topic:
        concept = _concept(TOPIC, subject.topic, pick(TOPICS[subject.topic], language))
        found.append({"scheme": TOPIC, "concepts": [concept]})
    return found


def _concept(scheme: str, code: str, title: str) -> Json:
    return {"id": code, "title": title, "url": f"{scheme}/{code}"}


def _identifier(name: str) -> Json:
    scheme, colon, value = name.partition(":")
    if not colon or value.startswith("//"):
        return {"value": name}
    return {"scheme": scheme, "value": value}


def _links(visit: Visit, entry: Entry, publisher: Publisher, chosen: Format) -> list[Link]:
    layer, texts = entry.layer, visit.texts
    catalogue = f"{visit.base}/collections/{NAME}"
    lang = {"lang": visit.given["lang"]} if "lang" in visit.given else {}
    found = representations(f"{catalogue}/items/{layer.id}", chosen, OFFERS, visit.language, lang)
    found.append(link(catalogue, "collection", "application/ogc-catalog+json", publisher.title))
    found.append(link(PROFILE, "profile", HTML.media_type))
    found.append(
        link(f"{visit.base}/collections/{layer.id}", "describes", "application/json",
             texts["collection"])
    )  # fmt: skip
    terms = licence_of(entry, publisher)
    # Where it is only known by name, the page of the collection is what tells that name.
    readable = terms.readable_at or f"{visit.base}/collections/{layer.id}?f=html"
    found.append(link(readable, "license", HTML.media_type, terms.name))
    offered = collection_links(visit, layer)
    return found + [one for one in offered if one["rel"] not in _NOT_OF_THE_RECORD]


def geometry(box: Box | None) -> Json | None:
    """A box in CRS84 as GeoJSON; without width or height it is a point or a line."""
    if box is None:
        return None
    west, south, east, north = box
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    if west == east and south == north:
        return {"type": "Point", "coordinates": corners[0]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [corners[0], corners[2]]}
    return {"type": "Polygon", "coordinates": [corners]}


def time(period: Period | None) -> Json | None:
    """From when until when, ``..`` where a side is open."""
    if period is None or (period.begin is None and period.end is None):
        return None
    return {"interval": [_side(period.begin), _side(period.end)]}


def _side(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if value else ".."


def moment(value: datetime) -> str:
    """An instant in UTC (RFC 3339)."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
