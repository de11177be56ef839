"""JSON Schemas of a collection: what a feature holds, and what may be filtered on.

Our own lane: pygeoapi publishes every field as a queryable and does not translate titles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.responses import Response

from geoloket.language import pick
from geoloket.layer import JSON_TYPES, Geometry, Layer, LayerField
from ogc.negotiation import HTML, SCHEMA
from ogc.parameters import queryables as queryable_names
from ogc.visit import Visit

_OFFERS: Final = (SCHEMA, HTML)
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, object]


async def schema(visit: Visit) -> Response:
    """``/collections/{id}/schema``: the properties of a feature (OGC 23-058r1 §7)."""
    layer = visit.layer()
    visit.ask(_OFFERS)
    fields = {"id": {"title": "id", "type": "string", "x-ogc-role": "id", "readOnly": True}}
    described = fields_schema(layer.fields, visit.language, layer)
    return await _answer(visit, layer, "schema", fields | _geometry(layer.geometry) | described)


async def queryables(visit: Visit) -> Response:
    """``/collections/{id}/queryables``: properties that are parameters too (OGC 19-079r2 §6)."""
    layer = visit.layer()
    visit.ask(_OFFERS)
    names = queryable_names(layer)
    fields = [field for field in layer.fields if field.name in names]
    described = fields_schema(fields, visit.language, layer)
    return await _answer(visit, layer, "queryables", _geometry(layer.geometry) | described)


async def _answer(visit: Visit, layer: Layer, name: str, properties: Schema) -> Response:
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
) -> Schema:
    """JSON Schema of each field by name, with the roles of OGC 23-058r1 that the layer gives."""
    found: Schema = {}
    for field in fields:
        described: Schema = {"title": pick(field.title, language), **JSON_TYPES[field.type]}
        if field.description:
            described["description"] = pick(field.description, language)
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


def _geometry(geometry: Geometry | None) -> Schema:
    if geometry is None:
        return {}
    kind = "any" if geometry.type == "Geometry" else geometry.type.lower()
    return {"geometry": {"format": f"geometry-{kind}", "x-ogc-role": "primary-geometry"}}
