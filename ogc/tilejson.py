"""TileJSON 3.0.0 of a tile set: what MapLibre, GDAL and QGIS read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geoloket.compose import UNTIL
from geoloket.field import JSON_TYPES
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.query import Box
from ogc.schemes import WEB_MERCATOR

_TYPES: Final = {"integer": "Number", "number": "Number", "boolean": "Boolean"}
_SEEN_FROM: Final = 14
"""Zoom at which a municipality fills a screen."""


def document(
    title: str, template: str, layers: Sequence[Layer], box: Box, language: str
) -> dict[str, object]:
    """``template`` is the address of a tile with ``{z}``, ``{y}`` and ``{x}`` in it."""
    west, south, east, north = box
    return {
        "tilejson": "3.0.0",
        "name": title,
        "scheme": "xyz",
        "tiles": [template],
        "attribution": credit(layers),
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, first_zoom(layers)],
        "minzoom": shallowest(layers),
        "maxzoom": WEB_MERCATOR.deepest,
        "vector_layers": [_layer(layer, language) for layer in layers],
    }


def first_zoom(layers: Sequence[Layer]) -> int:
    """Zoom at which a map of these layers opens."""
    return max(shallowest(layers), _SEEN_FROM)


def credit(layers: Sequence[Layer]) -> str:
    """The sources that must be named, each once."""
    return "; ".join(dict.fromkeys(filter(None, (layer.attribution for layer in layers))))


def shallowest(layers: Sequence[Layer]) -> int:
    """Zoom from which tiles hold one of the layers."""
    return min((layer.map.min_zoom for layer in layers if layer.map), default=0)


def _layer(layer: Layer, language: str) -> dict[str, object]:
    names = layer.map.fields if layer.map else ()
    fields = {"id": "String"}
    for field in filter(None, map(layer.field, names)):
        fields[field.name] = _TYPES.get(JSON_TYPES[field.type]["type"], "String")
    if layer.tells_until:
        fields[UNTIL] = "Number"
    return {
        "id": layer.id,
        "description": pick(layer.title, language),
        "fields": fields,
        "minzoom": shallowest([layer]),
        "maxzoom": WEB_MERCATOR.deepest,
    }
