"""The parcel dossier as JSON: one document in all languages, with a reference of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import orjson

from geoloket.dossier import Dossier, Finding, Section, Source
from geoloket.language import LANGUAGES
from web.paths import data, path
from web.sentences import sentences
from web.words import BRUSSELS

_PERMIT: Final = (
    "file_number",
    "title",
    "status",
    "status_on",
    "procedure",
    "project_types",
    "submitted_on",
    "inquiry_from",
    "inquiry_until",
    "decision_due",
    "decided_on",
    "decision_result",
    "address",
)
_EVENT: Final = ("name", "kind", "venue", "starts", "ends", "website", "distance_m")
_PARCEL: Final = (
    "id",
    "capakey",
    "parcel_label",
    "division",
    "section",
    "nis_code",
    "municipality",
    "area_m2",
    "valid_from",
    "version_date",
    "retired_on",
    "lon",
    "lat",
)
_ADDRESS: Final = ("id", "full_address", "street_name", "house_number", "box_number", "postcode")
_SHOWN: Final = {"permits": _PERMIT, "events": _EVENT}
"""Columns of our own statements that the document holds; nobody's name is among them."""


def document(dossier: Dossier, origin: str) -> dict[str, Any]:
    """The dossier for programs; addresses in it start with ``origin``.

    ``snapshot`` is the SHA-256 of all that follows from the data: the same data give the same
    ``reference`` on every day of a year.
    """
    content = _content(dossier, origin)
    data_alone = orjson.dumps(_content(dossier, ""), option=orjson.OPT_SORT_KEYS)
    snapshot = hashlib.sha256(data_alone).hexdigest()
    page = origin + path("parcel", "nl", id=str(dossier.parcel["id"]))
    return {
        "type": "ParcelDossier",
        "notice": _say("dossier.not_legal"),
        "reference": f"PD-{dossier.made_on.year}-{snapshot[:10].upper()}",
        "snapshot": f"sha256:{snapshot}",
        "made_on": dossier.made_on,
        **content,
        "links": [
            {"rel": "self", "type": "application/json", "href": f"{page}.json"},
            {"rel": "alternate", "type": "application/pdf", "href": f"{page}.pdf"},
            {"rel": "alternate", "type": "application/geo+json", "href": f"{page}.geojson"},
            {"rel": "about", "type": "text/html", "href": page},
        ],
    }


def _content(dossier: Dossier, origin: str) -> dict[str, Any]:
    sections = [_section(n, one, origin) for n, one in enumerate(dossier.sections, 1)]
    return {"parcel": _parcel(dossier), "sections": sections}


def _parcel(dossier: Dossier) -> dict[str, Any]:
    parcel = {name: dossier.parcel[name] for name in _PARCEL}
    for name in ("lon", "lat"):
        parcel[name] = round(parcel[name], 7)
    buildings = {
        "count": dossier.buildings["n"],
        "area_m2": round(float(dossier.buildings["area_m2"]), 1),
    }
    return parcel | {
        "addresses": [{name: row[name] for name in _ADDRESS} for row in dossier.addresses],
        "buildings": buildings,
        "successors": [row["capakey"] for row in dossier.successors],
    }


def _section(number: int, section: Section, origin: str) -> dict[str, Any]:
    return {
        "number": number,
        "code": section.code,
        "title": _say(f"dossier_section.{section.code}"),
        "answer": section.answer,
        "explanation": _say(f"dossier_reason.{section.reason}"),
        "reason": section.reason,
        "ask": _say(f"dossier_held.{section.code}"),
        "findings": [_finding(one, origin) for one in section.findings],
        "sources": [_source(one, origin) for one in section.sources],
    }


def _finding(finding: Finding, origin: str) -> dict[str, Any]:
    names = _SHOWN.get(finding.layer)
    facts = {name: finding.facts[name] for name in names} if names else dict(finding.facts)
    item = f"/collections/{finding.layer}/items/{finding.id}"
    return {
        "layer": finding.layer,
        "id": finding.id,
        "cut": finding.cut,
        "share": None if finding.share is None else round(finding.share, 4),
        "properties": {name: _plain(value) for name, value in facts.items()},
        "href": origin + data(item, language="nl"),
    }


def _source(source: Source, origin: str) -> dict[str, Any]:
    return {
        "layer": source.layer,
        "name": dict(source.name),
        "date": changed_on(source),
        "href": origin + data(f"/collections/{source.layer}", language="nl"),
    }


def changed_on(source: Source) -> date | None:
    """The day, in Flanders, on which what we hold of a source last changed."""
    return source.changed_at.astimezone(BRUSSELS).date() if source.changed_at else None


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(BRUSSELS).isoformat()
    return round(value, 1) if isinstance(value, float) else value


def _say(key: str) -> Mapping[str, str]:
    return {language: sentences(language)(key) for language in LANGUAGES}
