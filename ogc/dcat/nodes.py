"""The small things of a graph: agents, places, periods, licences, concepts and standards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from geoloket.crs import Crs
from geoloket.features import Period
from geoloket.language import DEFAULT
from geoloket.licences import Licence
from geoloket.query import Box
from ogc.links import TEXTS
from ogc.records.publisher import Publisher
from ogc.records.record import moment
from ogc.records.vocabulary import ACCESS_RIGHT, LANGUAGES

Json = dict[str, Any]

_CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_STATUTE: Final = "https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden"
OPEN_DATA: Final = "Vlaamse Open data"
"""Keyword by which the data portal of Flanders knows what it takes over."""


def said(text: Mapping[str, str], language: str) -> Json:
    """A text with the language that it really is in: Dutch where it is not translated."""
    found = language if text.get(language) else DEFAULT
    return {"@value": text[found], "@language": found}


def sentence(key: str, language: str, **parts: str) -> Json:
    """A sentence of the room as a text with its language."""
    return {"@value": TEXTS[language][key].format(**parts), "@language": language}


def concept(uri: str, scheme: str, name: Json | None = None, *also: str) -> Json:
    """An entry of a code list, which is also of the classes ``also``."""
    kinds = ["skos:Concept", *also]
    node: Json = {"@id": uri, "@type": kinds, "skos:inScheme": scheme}
    return node | ({"skos:prefLabel": name} if name else {})


def agent(base: str, by: Publisher, language: str) -> Json:
    """The municipality; DCAT-AP calls it a foaf:Agent and Flanders a dct:Agent."""
    return {
        "@id": by.uri or f"{base}/dcat#publisher",
        "@type": ["foaf:Agent", "dct:Agent", "org:Organization"],
        "foaf:name": {"@value": by.name, "@language": language},
    }


def contact(base: str, by: Publisher, language: str) -> Json:
    """Whom to ask."""
    node: Json = {
        "@id": f"{base}/dcat#contact",
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": {"@value": by.name, "@language": language},
        "foaf:page": by.page,
    }
    return node | ({"vcard:hasEmail": f"mailto:{by.email}"} if by.email else {})


def terms(base: str, licence: Licence, language: str) -> Json:
    """A licence; one without an address gets one in our own document."""
    slug = "".join(sign if sign.isalnum() else "-" for sign in licence.name.casefold())
    node: Json = {
        "@id": licence.uri or f"{base}/dcat#licence-{slug}",
        "@type": "dct:LicenseDocument",
        "dct:title": {"@value": licence.name, "@language": language},
    }
    if licence.kind:
        scheme = "http://purl.org/adms/licencetype"
        node["dct:type"] = concept(f"{scheme}/{licence.kind}", f"{scheme}/1.0")
    return node | ({"rdfs:seeAlso": licence.text} if licence.text else {})


def access(is_open: bool) -> Json:
    """Who may have it, in the EU's list; DCAT-AP calls that a dct:RightsStatement."""
    code = "PUBLIC" if is_open else "NON_PUBLIC"
    return concept(f"{ACCESS_RIGHT}/{code}", ACCESS_RIGHT, None, "dct:RightsStatement")


def statute(code: str) -> Json:
    """On what ground it is there, in the keywords of the Flemish geographic infrastructure."""
    name = {"@value": OPEN_DATA, "@language": "nl"} if code == "VLOPENDATA" else None
    return concept(f"{_STATUTE}/{code}", _STATUTE, name)


def tongue(language: str) -> Json:
    """A language, in the EU's list."""
    return {"@id": LANGUAGES[language], "@type": "dct:LinguisticSystem"}


def place(box: Box, label: Json) -> Json:
    """A box in CRS84, longitude first (GeoSPARQL)."""
    west, south, east, north = box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x:.7f} {y:.7f}" for x, y in corners)
    return {
        "@type": "dct:Location",
        "rdfs:label": label,
        "dcat:bbox": f"<{_CRS84}> POLYGON(({ring}))",
    }


def duration(period: Period) -> Json:
    """From when until when; an open side is left out."""
    node: Json = {"@type": "dct:PeriodOfTime"}
    for name, value in (("dcat:startDate", period.begin), ("dcat:endDate", period.end)):
        if value is not None:
            node[name] = _dated(value)
    return node


def _dated(value: date | datetime) -> Json:
    if isinstance(value, datetime):
        return {"@value": moment(value), "@type": "xsd:dateTime"}
    return {"@value": value.isoformat(), "@type": "xsd:date"}


def reference_system(system: Crs, language: str) -> Json:
    """A coordinate reference system as a standard that the data conform to."""
    glossary = "http://inspire.ec.europa.eu/glossary"
    code = system.uri.rsplit("/", 1)[1]
    name = code if code == "CRS84" else f"EPSG:{code}"
    node = standard(system.uri, name, sentence("dcat_crs", language, name=name))
    node["dct:type"] = concept(f"{glossary}/SpatialReferenceSystem", glossary)
    return node


def standard(uri: str, title: str, description: Json) -> Json:
    """A standard; Flanders wants to read what it is called and what it is."""
    return {
        "@id": uri,
        "@type": "dct:Standard",
        "dct:title": {"@value": title, "@language": "en"},
        "dct:description": description,
    }


def told_once(document: Json) -> Json:
    """The same graph, where what has an address is described the first time it is met.

    What is described twice in different words stays so: a system is a standard and a concept.
    """
    return _shortened(document, {})


def _shortened(node: Json, met: dict[str, list[Json]]) -> Json:
    if "@id" in node and len(node) > 1:
        told = met.setdefault(node["@id"], [])
        if node in told:
            return {"@id": node["@id"]}
        told.append(node)
    return {key: value if key == "@context" else _each(value, met) for key, value in node.items()}


def _each(value: Any, met: dict[str, list[Json]]) -> Any:
    if isinstance(value, list):
        return [_each(one, met) for one in cast("list[Any]", value)]
    return _shortened(cast("Json", value), met) if isinstance(value, dict) else value
