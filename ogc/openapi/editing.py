"""Operations that change features, in the document of whoever may."""

from __future__ import annotations

from geoloket import crs
from geoloket.field import JSON_TYPES
from geoloket.language import pick
from geoloket.layer import Layer
from ogc.editing import FEATURE, PATCH
from ogc.openapi.operation import Json, reference

_PROBLEMS = {
    "400": "It cannot be read.",
    "403": "It is not for this person.",
    "404": "There is nothing here, or not for this person.",
    "409": "It does not fit what is there now.",
    "412": "It was changed since it was read.",
    "413": "It is more than we read.",
    "415": "It is of another type.",
    "422": "The feature cannot be kept as it is.",
    "428": "If-Match is missing.",
    "429": "Too many requests.",
    "503": "The service cannot answer now.",
}


def add(paths: Json, layer: Layer, language: str) -> None:
    """Add the operations of one collection to its paths."""
    items, title = f"/collections/{layer.id}/items", pick(layer.title, language)
    paths[items]["post"] = _operation(layer, "createFeature", f"A new feature of {title}", "201")
    one = paths[f"{items}/{{featureId}}"]
    for method, name in (("put", "replaceFeature"), ("patch", "updateFeature")):
        one[method] = _operation(layer, name, f"Change a feature of {title}", "204")
    one["delete"] = _operation(layer, "deleteFeature", f"Take away a feature of {title}", "204")


def _operation(layer: Layer, name: str, summary: str, done: str) -> Json:
    new, gone = name == "createFeature", name == "deleteFeature"
    headers: Json = {"ETag": {"schema": {"type": "string"}}} if not gone else {}
    if new:
        headers["Location"] = {"schema": {"type": "string", "format": "uri"}}
    responses: Json = {done: {"description": "Done.", "headers": headers}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    for status, description in _PROBLEMS.items():
        responses[status] = {"description": description, "content": problem}
    operation: Json = {
        "tags": [layer.id],
        "operationId": f"{layer.id}.{name}",
        "summary": summary,
        "parameters": _parameters(new=new, gone=gone),
        "responses": responses,
    }
    if not gone:
        types = PATCH[:1] if name == "updateFeature" else FEATURE[:1]
        schema = _feature(layer, whole=name != "updateFeature")
        content = {kind: {"schema": schema} for kind in types}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(*, new: bool, gone: bool) -> list[Json]:
    text: Json = {"type": "string"}
    found: list[Json] = [] if new else [reference("featureId"), _header("If-Match", text)]
    if not gone:
        systems = [f"<{uri}>" for uri in crs.SUPPORTED]
        found.append(_header("Content-Crs", {"type": "string", "enum": systems}))
    return [*found, _header("Geoloket-Reason", {"type": "string", "maxLength": 500})]


def _header(name: str, schema: Json) -> Json:
    return {"name": name, "in": "header", "required": False, "schema": schema}


def _feature(layer: Layer, *, whole: bool) -> Json:
    described: Json = {}
    for field in layer.fields:
        one: Json = {**JSON_TYPES[field.type], "nullable": True}
        if field.codes:
            one["enum"] = [*field.codes, None]
        described[field.name] = one
    geometry = {"allOf": [{"$ref": "#/components/schemas/geometry"}], "nullable": True}
    return {
        "type": "object",
        **({"required": ["type", "properties", "geometry"]} if whole else {}),
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": geometry,
            "properties": {
                "type": "object",
                "properties": described,
                "additionalProperties": False,
            },
        },
    }
