"""Parameters of ``items`` that depend on the collection, or that only ``items`` has."""

from __future__ import annotations

from geoloket import crs
from geoloket.field import JSON_TYPES
from geoloket.filters import LONGEST
from geoloket.language import pick
from geoloket.layer import Layer
from ogc.openapi.operation import Json, reference
from ogc.parameters import ITEMS, queryables
from ogc.selecting import FILTER_LANGUAGES, PROFILES, RESULT_TYPES, sortables


def parameters(layer: Layer, language: str) -> tuple[Json, ...]:
    """Every parameter of ``items`` but format and language."""
    own = _own(layer)
    shared = tuple(own[name] if name in own else reference(name) for name in ITEMS)
    return (*shared, *_queryables(layer, language))


def _own(layer: Layer) -> dict[str, Json]:
    names = [field.name for field in layer.fields]
    keys = sortables(layer)
    described = [
        _parameter(
            "q",
            "Only features that hold one of these terms in a text; a term of several words is "
            "found as it stands. Case and accents do not matter.",
            {
                "type": "array",
                "minItems": 1,
                "maxItems": 10,
                "items": {"type": "string", "minLength": 1, "pattern": r"^[^,\s]+( [^,\s]+)*$"},
            },
        ),
        _parameter(
            "filter",
            "Only features for which this CQL2 expression over the queryables is true.",
            # However it is escaped, the HTTP server takes it, and we answer, be it with 414.
            {"type": "string", "minLength": 1, "maxLength": LONGEST},
        ),
        _parameter(
            "filter-lang",
            "Language of filter.",
            {"type": "string", "enum": list(FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]},
        ),
        _parameter(
            "filter-crs",
            "Coordinate reference system of the geometries in filter.",
            {
                "type": "string",
                "format": "uri-reference",
                "enum": list(crs.SUPPORTED),
                "default": crs.CRS84,
            },
        ),
        _parameter(
            "sortby",
            "Order of the features: names of sortables, downwards with - before them.",
            {
                "type": "array",
                "minItems": 1,
                "maxItems": 8,
                "uniqueItems": True,
                "items": {
                    "type": "string",
                    "pattern": r"^[+-]?[^+\-\s].*$",
                    "enum": [f"{sign}{key}" for key in keys for sign in ("", "+", "-")],
                },
            },
        ),
        _parameter(
            "properties",
            "Only these properties are in the answer.",
            {"type": "array", "items": {"type": "string", "enum": names}},
        ),
        _parameter(
            "skipGeometry",
            "Whether features come without their geometry.",
            {"type": "boolean", "default": False},
        ),
        _parameter(
            "resulttype",
            "hits: how many features there are, exactly, and none of them.",
            {"type": "string", "enum": list(RESULT_TYPES), "default": RESULT_TYPES[0]},
        ),
        _parameter(
            "profile",
            "Profiles of the answer.",
            {"type": "array", "items": {"type": "string", "enum": list(PROFILES)}},
        ),
    ]
    return {one["name"]: one for one in described}


def _queryables(layer: Layer, language: str) -> list[Json]:
    names = queryables(layer)
    found = [_parameter("id", "Identifier of the feature.", {"type": "string"})]
    return found + [
        _parameter(field.name, pick(field.title, language), dict(JSON_TYPES[field.type]))
        for field in layer.fields
        if field.name in names
    ]


def _parameter(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": description,
        "schema": schema,
    }
