"""What clients read before they ask for tiles: lists of tile sets and their metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from geoloket.crs import CRS84
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.query import Box
from ogc import schemes, tilejson
from ogc.links import OGC_REL, Link, link, representations, with_query
from ogc.negotiation import HTML, JSON, MVT, TILEJSON
from ogc.schema import fields_schema
from ogc.tiles import drawn, tiled_layer, tiled_layers
from ogc.visit import Visit

_SET: Final = (JSON, HTML, TILEJSON)
_LIST: Final = (JSON, HTML)
_EVERYWHERE: Final[Box] = (-180.0, -85.0511, 180.0, 85.0511)
_DIMENSIONS: Final = {"Point": 0, "LineString": 1, "Polygon": 2}


async def layer_list(visit: Visit) -> Response:
    """``/collections/{id}/tiles``: the tile sets of one collection."""
    layer = tiled_layer(visit)
    visit.ask(_LIST)
    return await _list(visit, f"{visit.base}/collections/{layer.id}/tiles", [layer])


async def map_list(visit: Visit) -> Response:
    """``/tiles``: the tile sets in which several collections are together."""
    visit.ask(_LIST, ("collections",))
    return await _list(visit, f"{visit.base}/tiles", tiled_layers(visit))


async def layer_set(visit: Visit) -> Response:
    """``/collections/{id}/tiles/WebMercatorQuad``: metadata, or TileJSON with ``f=tilejson``."""
    layer = tiled_layer(visit)
    visit.ask(_SET)
    address = f"{visit.base}/collections/{layer.id}/tiles/{schemes.ID}"
    return await _set(visit, address, [layer])


async def map_set(visit: Visit) -> Response:
    """``/tiles/WebMercatorQuad``: the same for several collections at once."""
    visit.ask(_SET, ("collections",))
    return await _set(visit, f"{visit.base}/tiles/{schemes.ID}", tiled_layers(visit))


async def scheme_list(visit: Visit) -> Response:
    """``/tileMatrixSets``."""
    visit.ask(_LIST)
    address, title = f"{visit.base}/tileMatrixSets", visit.texts["scheme"]
    entry: dict[str, object] = {
        "id": schemes.ID,
        "title": title,
        "uri": schemes.URI,
        "crs": schemes.CRS,
        "links": [link(f"{address}/{schemes.ID}", "self", JSON.media_type, title)],
    }
    document = {"tileMatrixSets": [entry], "links": visit.representations(address)}
    return await visit.answer(document, "schemes.html", visit.texts["schemes"])


async def scheme(visit: Visit) -> Response:
    """``/tileMatrixSets/WebMercatorQuad``."""
    visit.ask(_LIST)
    title = visit.texts["scheme"]
    return await visit.answer(schemes.document(title), "scheme.html", title)


async def _list(visit: Visit, address: str, layers: Sequence[Layer]) -> Response:
    title = _title(layers, visit.language)
    own = with_query(f"{address}/{schemes.ID}", visit.kept)
    entry: dict[str, object] = {
        "title": title,
        "dataType": "vector",
        "crs": schemes.CRS,
        "tileMatrixSetURI": schemes.URI,
        "links": [link(own, "self", JSON.media_type, title), _scheme_link(visit)],
    }
    document = {"links": visit.representations(address), "tilesets": [entry]}
    return await visit.answer(document, "tilesets.html", title)


async def _set(visit: Visit, address: str, layers: Sequence[Layer]) -> Response:
    box = await _box(visit, layers)
    title = _title(layers, visit.language)
    # A template of tiles carries the choice of collections, nothing else.
    kept = {name: value for name, value in visit.given.items() if name == "collections"}
    if visit.chosen == TILEJSON:
        template = with_query(f"{address}/{{z}}/{{y}}/{{x}}", kept)
        document = tilejson.document(title, template, layers, box, visit.language)
        return await visit.answer(document, "tileset.html", title)
    document = _metadata(title, layers, box, visit.language)
    tile = f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    template = with_query(tile, {**kept, "f": MVT.name})
    document["links"] = [
        *representations(address, visit.chosen, visit.offers, visit.language, visit.kept),
        link(template, "item", MVT.media_type, visit.texts["tiles"], templated=True),
        _scheme_link(visit),
    ]
    return await visit.answer(document, "tileset.html", title)


def _title(layers: Sequence[Layer], language: str) -> str:
    one = len(layers) == 1
    return f"{pick(layers[0].title, language)}: {schemes.ID}" if one else schemes.ID


def _scheme_link(visit: Visit) -> Link:
    href, rel = f"{visit.base}/tileMatrixSets/{schemes.ID}", f"{OGC_REL}/tiling-scheme"
    return link(href, rel, JSON.media_type, visit.texts["scheme"])


async def _box(visit: Visit, layers: Sequence[Layer]) -> Box:
    """The box around all layers, in CRS84."""
    seen = await visit.service.seen(layers, visit.who)
    found = [box for one in seen if (box := await visit.service.memory.extent(one))]
    if not found:
        return _EVERYWHERE
    west, south, east, north = zip(*found, strict=True)
    return (min(west), min(south), max(east), max(north))


def _metadata(title: str, layers: Sequence[Layer], box: Box, language: str) -> dict[str, object]:
    """Tile set metadata (OGC 17-083r4 §9)."""
    west, south, east, north = box
    return {
        "title": title,
        "dataType": "vector",
        "crs": schemes.CRS,
        "tileMatrixSetURI": schemes.URI,
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "centerPoint": {
            "coordinates": [(west + east) / 2, (south + north) / 2],
            "tileMatrix": str(tilejson.first_zoom(layers)),
        },
        "layers": [_layer(layer, language) for layer in layers],
    }


def _layer(layer: Layer, language: str) -> dict[str, object]:
    known: dict[str, object] = {
        "id": layer.id,
        "title": pick(layer.title, language),
        "description": pick(layer.description, language),
        "dataType": "vector",
    }
    if look := drawn(layer):
        geometry, view = look
        carried = [field for name in view.fields if (field := layer.field(name))]
        properties = fields_schema(carried, language)
        known |= {
            "minTileMatrix": str(view.min_zoom),
            "maxTileMatrix": str(schemes.MAX_ZOOM),
            "propertiesSchema": {"type": "object", "properties": properties},
        }
        kind = geometry.type.removeprefix("Multi")
        known |= {"geometryDimension": _DIMENSIONS[kind]} if kind in _DIMENSIONS else {}
    return known
