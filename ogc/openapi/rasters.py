"""Operations on aerial photos: map, map tiles and coverage."""

from __future__ import annotations

from typing import Any, Final

from geoloket.crs import SUPPORTED
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.rasters import LAYER
from ogc.negotiation import HTML, JSON, TILEJSON
from ogc.openapi.operation import Json, Operation, reference
from ogc.rasters.asking import GEOTIFF, LOOKS, MOST_SIDE, PICTURES

_PLACE: Final = ("tileMatrixSetId", "tileMatrix", "tileRow", "tileCol")


def _given(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": description,
        "schema": schema,
    }


def _side(name: str) -> Json:
    schema: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": MOST_SIDE}
    return _given(name, f"{name.capitalize()} in pixels.", schema)


_YEAR: Final = _given(
    "year",
    "Photos of this year; without it the newest of each place.",
    {"type": "integer", "minimum": 1900, "maximum": 2200},
)
_LOOK: Final = _given(
    "look",
    "Natural colours, or false ones in which near infrared is red.",
    {"type": "string", "enum": list(LOOKS)},
)
_SELECTING: Final = (_YEAR, reference("datetime"), _LOOK)
_SIZE: Final = (_side("width"), _side("height"))
_BOX: Final = (reference("bbox"), reference("bbox-crs"))
_MAP: Final = (
    *_BOX,
    reference("crs"),
    *_SIZE,
    _given("transparent", "Whether nothing is where no photo is.", {"type": "boolean"}),
    _given("bgcolor", "Colour where no photo is: 0xFFFFFF.", {"type": "string"}),
    *_SELECTING,
)
_SUBSET: Final = (
    _given(
        "subset",
        "Intervals of axes instead of a box: E(70000:70100),N(211000:211100), or Lon and Lat.",
        {"type": "string"},
    ),
    _given(
        "subset-crs",
        "The system of those axes; without it CRS84 for degrees, that of storage for metres.",
        {"type": "string", "format": "uri", "enum": list(SUPPORTED)},
    ),
)
_SCALE: Final = _given(
    "scale-factor",
    "By how much pixels are larger than those of the photo.",
    {"type": "number", "minimum": 0.001, "maximum": 1000},
)


def paths(layer: Layer, language: str) -> Json:
    """The pictures of the layer of photos; none for other layers."""
    if layer.id != LAYER or layer.geometry is None:
        return {}
    title, start = pick(layer.title, language), f"/collections/{layer.id}"
    sets = f"{start}/map/tiles"

    def operation(name: str, summary: str, offers: Any, *given: Json, **more: Any) -> Operation:
        return Operation(
            tag=layer.id,
            name=f"{layer.id}.collection.{name}",
            summary=f"{summary} of {title}",
            offers=offers,
            parameters=given,
            missing=True,
            **more,
        )

    tile = tuple(map(reference, _PLACE))
    found = {
        f"{start}/map": operation("map.getMap", "A map", PICTURES, *_MAP),
        f"{start}/coverage": operation(
            "coverage.getCoverage",
            "A part, with all bands,",
            (GEOTIFF,),
            *_BOX,
            *_SUBSET,
            reference("crs"),
            *_SIZE,
            _SCALE,
            _YEAR,
            reference("datetime"),
            void=True,
        ),
        sets: operation("map.getTileSetsList", "Tile sets", (JSON, HTML), schema="tileSetList"),
        f"{sets}/{{tileMatrixSetId}}": operation(
            "map.getTileSet",
            "Metadata of the map tiles",
            (JSON, HTML, TILEJSON),
            reference("tileMatrixSetId"),
            *_SELECTING,
            schema="tileSet",
        ),
        f"{sets}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": operation(
            "map.getTile", "A map tile", PICTURES, *tile, *_SELECTING, void=True
        ),
    }
    return {path: one.path_item() for path, one in found.items()}
