"""Operations on the catalogue of datasets, as OGC 20-004r1 prescribes their parameters."""

from __future__ import annotations

from typing import Final

from ogc.negotiation import CATALOG, GEOJSON, HTML, JSONLD, SCHEMA, TURTLE, Format
from ogc.openapi.operation import Json, Operation, reference
from ogc.records.search import QUERYABLES, SORTABLES

_TAG: Final = "catalogue"
_TEXT: Final[Json] = {"type": "string"}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_OBJECTS: Final[Json] = {"type": "array", "items": {"type": "object"}}
_LANGUAGE: Final[Json] = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": _TEXT, "name": _TEXT},
}


def _listed(name: str, description: str, items: Json = _TEXT) -> Json:
    """A parameter with commas between its values."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": description,
        "schema": {"type": "array", "items": items},
    }


SELECTION: Final[tuple[Json, ...]] = (
    _listed("q", "Terms with commas between; a record with any of them in its texts is found."),
    reference("bbox"),
    reference("datetime"),
    _listed("type", "Kinds of resource; each record here is of a dataset."),
    _listed("ids", "Ids of records."),
    _listed(
        "externalIds",
        "What others call the dataset: a value, a scheme with a value, or a scheme.",
        {"type": "string", "pattern": "([^:]+:)?[^:]+"},
    ),
)
"""Parameters that select records, at the catalogue and at ``/collections``."""
_SORTING: Final = _listed(
    "sortby",
    "Properties to sort by; a minus sign before one is for descending.",
    {"type": "string", "pattern": f"[+-]?({'|'.join(SORTABLES)})"},
)
_SYSTEM: Final[Json] = {
    "in": "query",
    "required": False,
    "style": "form",
    "explode": False,
    "description": "Records are in CRS84 alone.",
    "schema": {"type": "string", "enum": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]},
}
_PROPERTIES: Final = tuple(
    _listed(name, f"Only records of which this is the {name}.") for name in QUERYABLES
)

SCHEMAS: Final[Json] = {
    "record": {
        "type": "object",
        "required": ["id", "type", "geometry", "time", "properties", "links"],
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "type": {"type": "string", "enum": ["Feature"]},
            "conformsTo": _TEXTS,
            "geometry": {"$ref": "#/components/schemas/geometry"},
            "time": {
                "type": "object",
                "nullable": True,
                "required": ["interval"],
                "properties": {"interval": {**_TEXTS, "minItems": 2, "maxItems": 2}},
            },
            "properties": {
                "type": "object",
                "required": ["type", "title"],
                "properties": {
                    "type": {"type": "string", "maxLength": 64},
                    "title": _TEXT,
                    "description": _TEXT,
                    "keywords": _TEXTS,
                    "language": _LANGUAGE,
                    "languages": {"type": "array", "items": _LANGUAGE},
                    "resourceLanguages": {"type": "array", "items": _LANGUAGE},
                    "updated": {"type": "string", "format": "date-time"},
                    "themes": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["concepts", "scheme"],
                            "properties": {"concepts": _OBJECTS, "scheme": _TEXT},
                        },
                    },
                    "formats": _OBJECTS,
                    "contacts": _OBJECTS,
                    "license": _TEXT,
                    "rights": _TEXT,
                    "externalIds": _OBJECTS,
                },
            },
            "links": {"$ref": "#/components/schemas/links"},
        },
    },
    "recordCollection": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
            "links": {"$ref": "#/components/schemas/links"},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/record"}},
        },
    },
    "catalog": {
        "allOf": [
            {"$ref": "#/components/schemas/collection"},
            {
                "type": "object",
                "required": ["id", "title", "type", "itemType", "links"],
                "properties": {
                    "type": {"type": "string", "enum": ["Collection"]},
                    "itemType": {"type": "string", "enum": ["record"]},
                },
            },
        ]
    },
}


_RECORD_ID: Final[Json] = {
    "name": "recordId",
    "in": "path",
    "required": True,
    "description": "Id of a record: that of the collection it describes.",
    "schema": {"type": "string"},
}


def _operation(
    name: str,
    summary: str,
    offers: tuple[Format, ...],
    schema: str | None = None,
    parameters: tuple[Json, ...] = (),
) -> Operation:
    return Operation(
        tag=_TAG,
        name=f"{_TAG}.{name}",
        summary=summary,
        offers=offers,
        schema=schema,
        parameters=parameters,
        missing=_RECORD_ID in parameters,
    )


def paths() -> Json:
    """The paths of the catalogue, and the same as DCAT."""
    path = "/collections/catalogue"
    systems = tuple({"name": name, **_SYSTEM} for name in ("bbox-crs", "crs"))
    selection = (reference("limit"), reference("offset"), *SELECTION, *systems)
    operations = {
        path: _operation("describeCatalogue", "The catalogue", (CATALOG, HTML), "catalog"),
        f"{path}/items": _operation(
            "getRecords",
            "Datasets of the catalogue",
            (GEOJSON, HTML),
            "recordCollection",
            (*selection, _SORTING, *_PROPERTIES),
        ),
        f"{path}/items/{{recordId}}": _operation(
            "getRecord",
            "One dataset of the catalogue",
            (GEOJSON, HTML, JSONLD, TURTLE),
            "record",
            (_RECORD_ID, systems[1]),
        ),
        "/dcat": _operation(
            "getDcat",
            "The catalogue by DCAT-AP Vlaanderen and GeoDCAT-AP",
            (JSONLD, TURTLE, HTML),
        ),
    }
    for part in ("queryables", "sortables", "schema"):
        name = f"get{part.capitalize()}"
        operations[f"{path}/{part}"] = Operation(
            tag=_TAG,
            name=f"{_TAG}.{name}",
            summary=f"{part.capitalize()} of the catalogue",
            offers=(SCHEMA, HTML),
            schema="jsonSchema",
        )
    return {path: operation.path_item() for path, operation in operations.items()}
