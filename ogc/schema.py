"""JSON Schemas of a collection: what a feature holds, and what may be filtered on.

Our own lane: pygeoapi publishes every field as a queryable and does not translate titles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.responses import Response

from geoloket.field import JSON_TYPES, LayerField
from geoloket.language import pick
from geoloket.layer import Geometry, Layer
from ogc.negotiation import HTML, SCHEMA
from ogc.parameters import queryables as queryable_names
from ogc.visit import Visit

_OFFERS: Final = (SCHEMA, HTML)
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, object]
Properties = dict[str, Schema]


async def schema(visit: Visit) -> Response:
    """``/collections/{id}/schema``: the properties of a feature (OGC 23-058r1 §7)."""
    layer = visit.layer()
    visit.ask(_OFFERS)
    described = fields_schema(layer.fields, visit.language, layer)
    found = _key() | _geometry(layer.geometry, visit.texts["geometry"]) | described
    for number, one in enumerate(found.values(), 1):
        one["x-ogc-propertySeq"] = number
    return await _answer(visit, layer, "schema", found)


async def queryables(visit: Visit) -> Response:
    """``/collections/{id}/queryables``: what may be filtered on (OGC 19-079r2 §6)."""
    layer = visit.layer()
    visit.ask(_OFFERS)
    names = queryable_names(layer)
    fields = [field for field in layer.fields if field.name in names]
    described = fields_schema(fields, visit.language, layer)
    place = _geometry(layer.geometry, visit.texts["geometry"])
    return await _answer(visit, layer, "queryables", _key() | place | described)


async def sortables(visit: Visit) -> Response:
    """``/collections/{id}/sortables``: what may be ordered by (OGC 24-030 §6)."""
    layer = visit.layer()
    visit.ask(_OFFERS)
    fields = [field for field in layer.fields if field.sortable]
    described = fields_schema(fields, visit.language, layer)
    return await _answer(visit, layer, "sortables", _key() | described)


async def _answer(visit: Visit, layer: Layer, name: str, properties: Properties) -> Response:
    title = pick(layer.title, visit.language)
    document: Schema = {
        "$schema": _DRAFT,
        "$id": f"{visit.base}/collections/{layer.id}/{name}",
        "title": title,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return await visit.answer(document, "schema.html", title, layer=layer, kind=name)


def fields_schema(
    fields: Iterable[LayerField], language: str, layer: Layer | None = None
) -> Properties:
    """JSON Schema of each field by name, with the roles of OGC 23-058r1 that the layer gives."""
    found: Properties = {}
    for field in fields:
        described: Schema = {"title": pick(field.title, language), **JSON_TYPES[field.type]}
        if field.description:
            described["description"] = pick(field.description, language)
        if field.codes:
            described["enum"] = list(field.codes)
        if field.unit:
            described["x-ogc-unit"] = field.unit
        if field.uri:
            described["x-ogc-definition"] = field.uri
        if layer and field.name in layer.time_fields:
            described["x-ogc-role"] = _time_role(layer, field.name)
        found[field.name] = described
    return found


def _time_role(layer: Layer, name: str) -> str:
    if len(layer.time_fields) == 1:
        return "primary-instant"
    return f"primary-interval-{'start' if name == layer.time_fields[0] else 'end'}"


def _key() -> Properties:
    return {"id": {"title": "id", "type": "string", "x-ogc-role": "id", "readOnly": True}}


def _geometry(geometry: Geometry | None, title: str) -> Properties:
    if geometry is None:
        return {}
    kind = "any" if geometry.type == "Geometry" else geometry.type.lower()
    role = "primary-geometry"
    return {"geometry": {"title": title, "format": f"geometry-{kind}", "x-ogc-role": role}}
