"""Operations on collections and their features."""

from __future__ import annotations

from geoloket.language import pick
from geoloket.layer import JSON_TYPES, Layer, LayerField
from ogc.negotiation import GEOJSON, HTML, JSON, JSONLD, SCHEMA
from ogc.openapi.operation import Json, Operation, reference
from ogc.parameters import ITEMS, queryables


def paths(layer: Layer, language: str) -> Json:
    """The paths of one collection."""
    tag, path, title = layer.id, f"/collections/{layer.id}", pick(layer.title, language)
    operations = {
        path: Operation(
            tag=tag,
            name=f"{tag}.describeCollection",
            summary=title,
            offers=(JSON, HTML, JSONLD),
            schema="collection",
        ),
        f"{path}/items": Operation(
            tag=tag,
            name=f"{tag}.getFeatures",
            summary=f"Features of {title}",
            offers=(GEOJSON, HTML, JSONLD),
            schema="featureCollection",
            parameters=_selection(layer, language),
            cached=True,
        ),
        f"{path}/items/{{featureId}}": Operation(
            tag=tag,
            name=f"{tag}.getFeature",
            summary=f"One feature of {title}",
            offers=(GEOJSON, HTML, JSONLD),
            schema="feature",
            parameters=(reference("featureId"), reference("crs")),
            missing=True,
            cached=True,
        ),
    }
    for part in ("queryables", "schema"):
        operations[f"{path}/{part}"] = Operation(
            tag=tag,
            name=f"{tag}.get{part.capitalize()}",
            summary=f"{part.capitalize()} of {title}",
            offers=(SCHEMA, HTML),
            schema="jsonSchema",
        )
    return {path: operation.path_item() for path, operation in operations.items()}


def _selection(layer: Layer, language: str) -> tuple[Json, ...]:
    names = queryables(layer)
    own = [_parameter(field, language) for field in layer.fields if field.name in names]
    return (*map(reference, ITEMS), *own)


def _parameter(field: LayerField, language: str) -> Json:
    return {
        "name": field.name,
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": pick(field.title, language),
        "schema": dict(JSON_TYPES[field.type]),
    }
