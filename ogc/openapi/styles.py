"""Operations on styles."""

from __future__ import annotations

from geoloket.language import pick
from geoloket.layer import Layer
from ogc.negotiation import HTML, JSON, Format
from ogc.openapi.operation import Json, Operation, reference
from ogc.styles.resources import MAP, MAPBOX, PNG, QML, SLD, SVG
from ogc.tiles import drawn

SCHEMAS: Json = {
    "styles": {
        "type": "object",
        "required": ["styles"],
        "properties": {
            "default": {"type": "string"},
            "styles": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "links"],
                    "properties": {
                        "id": {"type": "string"},
                        "title": {"type": "string"},
                        "links": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"$ref": "#/components/schemas/link"},
                        },
                    },
                },
            },
            "links": {"$ref": "#/components/schemas/links"},
        },
    },
    "styleMetadata": {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "scope": {"type": "string", "enum": ["style"]},
            "stylesheets": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["link"],
                    "properties": {"link": {"$ref": "#/components/schemas/link"}},
                },
            },
            "layers": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string"}},
                },
            },
            "links": {"$ref": "#/components/schemas/links"},
        },
    },
}


def parameters(layers: list[str], with_map: bool) -> Json:
    """The path parameter that names a style of the whole service."""
    names = [*([MAP] if with_map else []), *layers]
    schema = {"type": "string", "enum": names} if names else {"type": "string"}
    return {
        "styleId": {
            "name": "styleId",
            "in": "path",
            "required": True,
            "description": "Style of the whole map, or of the collection of that name.",
            "schema": schema,
        }
    }


def paths_of_map() -> Json:
    """The styles of the service, and the pictures that they use."""
    paths = _paths("/styles", "{styleId}", "map", "a map", (reference("styleId"),))
    for ratio in ("", "@2x"):
        for offer, ending in ((JSON, "json"), (PNG, "png")):
            operation = Operation(
                tag="styles",
                name=f"getSprite{ratio.replace('@', '')}.{ending}",
                summary="Pictures of patterns, for the styles of this service",
                offers=(offer,),
            )
            paths[f"/styles/sprite{ratio}.{ending}"] = operation.path_item()
    return paths


def paths(layer: Layer, language: str) -> Json:
    """The style of one collection; none when it is not drawn."""
    if not drawn(layer):
        return {}
    title = pick(layer.title, language)
    return _paths(f"/collections/{layer.id}/styles", layer.id, layer.id, title)


def _paths(address: str, style: str, name: str, title: str, given: tuple[Json, ...] = ()) -> Json:
    # A map has no QML: where any style may be asked, what all have is described.
    sheets: tuple[Format, ...] = (MAPBOX, SLD, HTML) if given else (MAPBOX, SLD, QML, HTML)
    rows: list[tuple[str, str, str, tuple[Format, ...], str | None]] = [
        ("", "getStyles", f"Styles of {title}", (JSON, HTML), "styles"),
        (f"/{style}", "getStyle", f"A style of {title}", sheets, None),
        (f"/{style}/metadata", "getStyleMetadata", "About it", (JSON, HTML), "styleMetadata"),
        (f"/{style}/legend", "getStyleLegend", "Its legend", (SVG,), None),
    ]
    return {
        f"{address}{path}": Operation(
            tag="styles" if given else name,
            name=f"{name}.{operation}",
            summary=summary,
            offers=offers,
            schema=schema,
            parameters=given if path else (),
            missing=bool(path),
        ).path_item()
        for path, operation, summary, offers, schema in rows
    }
