"""The OpenAPI document of the STAC API: what may be asked, and what comes back."""

from __future__ import annotations

from typing import Any, Final

from geoloket import __version__
from ogc.stac.items import COLLECTIONS

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_GIVEN: Final[dict[str, Json]] = {
    "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    "datetime": _TEXT,
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10},
    "ids": _TEXTS,
    "collections": {"type": "array", "items": {"type": "string", "enum": list(COLLECTIONS)}},
    "intersects": _TEXT,
    "token": _TEXT,
    "filter": _TEXT,
    "filter-lang": {"type": "string", "enum": ["cql2-text", "cql2-json"]},
    "filter-crs": _TEXT,
    "sortby": _TEXT,
    "fields": _TEXT,
}
_ITEMS: Final = ("bbox", "datetime", "limit", "token", "filter", "filter-lang", "filter-crs")


def document(base: str) -> Json:
    """The document, for the address under which a client reached us."""
    one = "/collections/{collectionId}"
    paths = {
        "/": _get("The catalogue", "json"),
        "/conformance": _get("What it conforms to", "json"),
        "/queryables": _get("What a filter may name", "schema+json"),
        "/collections": _get("The collections", "json"),
        one: _get("A collection", "json", _path("collectionId")),
        f"{one}/queryables": _get("What a filter may name", "schema+json", _path("collectionId")),
        f"{one}/items": _get("Items", "geo+json", _path("collectionId"), *map(_query, _ITEMS)),
        f"{one}/items/{{itemId}}": _get(
            "An item", "geo+json", _path("collectionId"), _path("itemId")
        ),
        "/search": _get("Items of all collections", "geo+json", *map(_query, _GIVEN)) | _post(),
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Geoloket: STAC API", "version": __version__},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "responses": {
                "problem": {
                    "description": "What is wrong (RFC 9457).",
                    "content": {"application/problem+json": {"schema": {"type": "object"}}},
                }
            }
        },
    }


def _get(summary: str, kind: str, *parameters: Json) -> Json:
    return {"get": _operation(summary, kind) | {"parameters": list(parameters)}}


def _post() -> Json:
    members = _GIVEN | {
        "intersects": {"type": "object"},
        "filter": {"type": "object"},
        "sortby": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": _TEXT,
                    "direction": {"type": "string", "enum": ["asc", "desc"]},
                },
            },
        },
        "fields": {"type": "object", "properties": {"include": _TEXTS, "exclude": _TEXTS}},
    }
    schema = {"type": "object", "properties": members, "additionalProperties": False}
    body = {"content": {"application/json": {"schema": schema}}, "required": True}
    return {"post": _operation("Items of all collections", "geo+json") | {"requestBody": body}}


def _operation(summary: str, kind: str) -> Json:
    content = {f"application/{kind}": {"schema": {"type": "object"}}}
    responses: Json = {"200": {"description": summary, "content": content}}
    responses["304"] = {"description": "Unchanged."}
    problem = {"$ref": "#/components/responses/problem"}
    responses |= dict.fromkeys(("400", "403", "404", "406", "413", "500", "503"), problem)
    return {"summary": summary, "responses": responses}


def _path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _query(name: str) -> Json:
    many = {"style": "form", "explode": False}
    return {"name": name, "in": "query", "required": False, "schema": _GIVEN[name]} | many
