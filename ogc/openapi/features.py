"""Operations on collections and their features."""

from __future__ import annotations

from geoloket.language import pick
from geoloket.layer import Layer
from ogc.exports import table
from ogc.negotiation import HTML, JSON, JSONLD, SCHEMA
from ogc.openapi import editing, selecting
from ogc.openapi.operation import Json, Operation, reference


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
            offers=table.FORMATS,
            schema="featureCollection",
            parameters=selecting.parameters(layer, language),
        ),
        f"{path}/items/{{featureId}}": Operation(
            tag=tag,
            name=f"{tag}.getFeature",
            summary=f"One feature of {title}",
            offers=table.PAGES,
            schema="feature",
            parameters=(reference("featureId"), reference("crs")),
            missing=True,
        ),
    }
    operations[f"{path}/context"] = Operation(
        tag=tag,
        name=f"{tag}.getContext",
        summary=f"JSON-LD context of {title}",
        offers=(JSONLD,),
    )
    for part in ("queryables", "sortables", "schema"):
        operations[f"{path}/{part}"] = Operation(
            tag=tag,
            name=f"{tag}.get{part.capitalize()}",
            summary=f"{part.capitalize()} of {title}",
            offers=(SCHEMA, HTML),
            schema="jsonSchema",
        )
    found = {path: operation.path_item() for path, operation in operations.items()}
    if layer.editable:
        editing.add(found, layer, language)
    return found
