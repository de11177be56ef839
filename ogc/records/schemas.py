"""JSON Schemas of records: what they hold, are filtered on and are sorted by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ogc.records.search import QUERYABLES, SORTABLES

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_OBJECTS: Final[Json] = {"type": "array", "items": {"type": "object"}}
_SPOKEN: Final[Json] = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": _TEXT, "name": _TEXT},
}
_PROPERTIES: Final[Mapping[str, Json]] = {
    "type": _TEXT,
    "title": _TEXT,
    "description": _TEXT,
    "keywords": _TEXTS,
    "language": _SPOKEN,
    "languages": {"type": "array", "items": _SPOKEN},
    "resourceLanguages": {"type": "array", "items": _SPOKEN},
    "updated": {"type": "string", "format": "date-time"},
    "themes": _OBJECTS,
    "formats": _OBJECTS,
    "contacts": _OBJECTS,
    "license": _TEXT,
    "rights": _TEXT,
    "externalIds": _OBJECTS,
}
_GEOMETRY: Final[Json] = {"format": "geometry-any", "x-ogc-role": "primary-geometry"}
_ID: Final[Json] = {"type": "string", "x-ogc-role": "id", "readOnly": True}


def properties_of(part: str, texts: Mapping[str, str]) -> Json:
    """The properties of ``schema``, ``queryables`` or ``sortables``, with titles."""
    if part == "sortables":
        return _titled({"id": _TEXT, **_some(SORTABLES[1:])}, texts)
    if part == "queryables":
        as_values: Json = {"themes": _TEXTS, **_some(("type", *QUERYABLES), leave_out="themes")}
        return {"geometry": _GEOMETRY} | _titled({"id": _TEXT, **as_values}, texts)
    return {"geometry": _GEOMETRY} | _titled({"id": _ID, **_PROPERTIES}, texts)


def _some(names: Sequence[str], leave_out: str = "") -> Json:
    return {name: _PROPERTIES[name] for name in names if name != leave_out}


def _titled(properties: Json, texts: Mapping[str, str]) -> Json:
    return {
        name: {"title": texts.get(f"record_{name}", name), **described}
        for name, described in properties.items()
    }
