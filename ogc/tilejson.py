"""TileJSON 3.0.0 of a tile set: what MapLibre, GDAL and QGIS read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geoloket.language import pick
from geoloket.layer import JSON_TYPES, Layer
from geoloket.query import Box
from ogc import schemes

_TYPES: Final = {"integer": "Number", "number": "Number", "boolean": "Boolean"}
_SEEN_FROM: Final = 14
"""Zoom at which a municipality fills a screen."""


def document(
    title: str, template: str, layers: Sequence[Layer], box: Box, language: str
) -> dict[str, object]:
    """``template`` is the address of a tile with ``{z}``, ``{y}`` and ``{x}`` in it."""
    west, south, east, north = box
    credit = dict.fromkeys(layer.attribution for layer in layers if layer.attribution)
    return {
        "tilejson": "3.0.0",
        "name": title,
        "scheme": "xyz",
        "tiles": [template],
        "attribution": "; ".join(credit),
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, first_zoom(layers)],
        "minzoom": _shallowest(layers),
        "maxzoom": schemes.MAX_ZOOM,
        "vector_layers": [_layer(layer, language) for layer in layers],
    }


def first_zoom(layers: Sequence[Layer]) -> int:
    """Zoom at which a map of these layers opens."""
    return max(_shallowest(layers), _SEEN_FROM)


def _shallowest(layers: Sequence[Layer]) -> int:
    return min((layer.map.min_zoom for layer in layers if layer.map), default=0)


def _layer(layer: Layer, language: str) -> dict[str, object]:
    names = layer.map.fields if layer.map else ()
    fields = {"id": "String"}
    for field in filter(None, map(layer.field, names)):
        fields[field.name] = _TYPES.get(JSON_TYPES[field.type]["type"], "String")
    return {
        "id": layer.id,
        "description": pick(layer.title, language),
        "fields": fields,
        "minzoom": _shallowest([layer]),
        "maxzoom": schemes.MAX_ZOOM,
    }
