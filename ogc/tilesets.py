"""What clients read before they ask for tiles: lists of tile sets and their metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from geoloket.compose import UNTIL
from geoloket.crs import CRS84
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.query import Box
from ogc import tilejson
from ogc.links import OGC_REL, Link, link, representations, with_query
from ogc.negotiation import HTML, JSON, MVT, TILEJSON, Format
from ogc.schema import fields_schema
from ogc.schemes import SCHEMES, WEB_MERCATOR, Scheme
from ogc.tiles import drawn, scheme_of, tiled_layer, tiled_layers
from ogc.visit import Visit

_LIST: Final = (JSON, HTML)
_EVERYWHERE: Final[Box] = (-180.0, -85.0511, 180.0, 85.0511)
_DIMENSIONS: Final = {"Point": 0, "LineString": 1, "Polygon": 2}
_UNTIL: Final = {
    "nl": "Voorbij vanaf (seconden sinds 1970)",
    "en": "Over from (seconds since 1970)",
}


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
    """``/collections/{id}/tiles/{scheme}``: metadata, or TileJSON with ``f=tilejson``."""
    layer, chosen = tiled_layer(visit), scheme_of(visit)
    visit.ask(_offers(chosen))
    return await _set(visit, f"{visit.base}/collections/{layer.id}/tiles", chosen, [layer])


async def map_set(visit: Visit) -> Response:
    """``/tiles/{scheme}``: the same for several collections at once."""
    chosen = scheme_of(visit)
    visit.ask(_offers(chosen), ("collections",))
    return await _set(visit, f"{visit.base}/tiles", chosen, tiled_layers(visit))


async def scheme_list(visit: Visit) -> Response:
    """``/tileMatrixSets``."""
    visit.ask(_LIST)
    address = f"{visit.base}/tileMatrixSets"
    document = {
        "tileMatrixSets": [_entry(visit, one) for one in SCHEMES.values()],
        "links": visit.representations(address),
    }
    return await visit.answer(document, "schemes.html", visit.texts["schemes"])


async def scheme(visit: Visit) -> Response:
    """``/tileMatrixSets/{scheme}``."""
    visit.ask(_LIST)
    chosen = scheme_of(visit)
    title = _scheme_title(visit, chosen)
    return await visit.answer(chosen.document(title, visit.base), "scheme.html", title)


def _entry(visit: Visit, one: Scheme) -> dict[str, object]:
    title = _scheme_title(visit, one)
    href = f"{visit.base}/tileMatrixSets/{one.id}"
    return {
        "id": one.id,
        "title": title,
        "uri": one.uri(visit.base),
        "crs": one.crs,
        "links": [link(href, "self", JSON.media_type, title)],
    }


def _offers(chosen: Scheme) -> tuple[Format, ...]:
    """TileJSON knows no tiles but those of WebMercatorQuad."""
    return (JSON, HTML, TILEJSON) if chosen is WEB_MERCATOR else _LIST


def _scheme_title(visit: Visit, chosen: Scheme) -> str:
    return visit.texts["scheme"].format(name=chosen.id)


async def _list(visit: Visit, address: str, layers: Sequence[Layer]) -> Response:
    title = _title(layers, visit.language)
    entries: list[dict[str, object]] = []
    for one in SCHEMES.values():
        own = with_query(f"{address}/{one.id}", visit.kept)
        name = f"{title}: {one.id}" if title else one.id
        entries.append(
            {
                "title": name,
                "dataType": "vector",
                "crs": one.crs,
                "tileMatrixSetURI": one.uri(visit.base),
                "links": [link(own, "self", JSON.media_type, name), _scheme_link(visit, one)],
            }
        )
    document = {"links": visit.representations(address), "tilesets": entries}
    return await visit.answer(document, "tilesets.html", title or visit.texts["tilesets"])


async def _set(visit: Visit, address: str, chosen: Scheme, layers: Sequence[Layer]) -> Response:
    box = await _box(visit, layers)
    title = ": ".join(filter(None, (_title(layers, visit.language), chosen.id)))
    address = f"{address}/{chosen.id}"
    # A template of tiles carries the choice of collections, nothing else.
    kept = {name: value for name, value in visit.given.items() if name == "collections"}
    if visit.chosen == TILEJSON:
        template = with_query(f"{address}/{{z}}/{{y}}/{{x}}", kept)
        document = tilejson.document(title, template, layers, box or _EVERYWHERE, visit.language)
        return await visit.answer(document, "tileset.html", title)
    document = _metadata(visit, chosen, title, layers, box)
    tile = f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    template = with_query(tile, {**kept, "f": MVT.name})
    document["links"] = [
        *representations(address, visit.chosen, visit.offers, visit.language, visit.kept),
        link(template, "item", MVT.media_type, visit.texts["tiles"], templated=True),
        _scheme_link(visit, chosen),
    ]
    return await visit.answer(document, "tileset.html", title)


def _title(layers: Sequence[Layer], language: str) -> str:
    return pick(layers[0].title, language) if len(layers) == 1 else ""


def _scheme_link(visit: Visit, one: Scheme) -> Link:
    href, rel = f"{visit.base}/tileMatrixSets/{one.id}", f"{OGC_REL}/tiling-scheme"
    return link(href, rel, JSON.media_type, _scheme_title(visit, one))


async def _box(visit: Visit, layers: Sequence[Layer]) -> Box | None:
    """The box around all layers, in CRS84; None when they are empty."""
    seen = await visit.seen_all(layers)
    found = [box for one in seen if (box := await visit.service.memory.extent(one))]
    if not found:
        return None
    west, south, east, north = zip(*found, strict=True)
    return (min(west), min(south), max(east), max(north))


def _metadata(
    visit: Visit, chosen: Scheme, title: str, layers: Sequence[Layer], box: Box | None
) -> dict[str, object]:
    """Tile set metadata (OGC 17-083r4 §9)."""
    shallowest = chosen.first(tilejson.shallowest(layers))
    known: dict[str, object] = {
        "title": title,
        "dataType": "vector",
        "crs": chosen.crs,
        "tileMatrixSetURI": chosen.uri(visit.base),
        "layers": [_layer(layer, chosen, visit.language) for layer in layers],
    }
    if credit := tilejson.credit(layers):
        known["attribution"] = credit
    if box is None:
        return known
    west, south, east, north = box
    return known | {
        "tileMatrixSetLimits": chosen.limits(box, shallowest),
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "centerPoint": {
            "coordinates": [(west + east) / 2, (south + north) / 2],
            "crs": CRS84,
            "tileMatrix": str(chosen.first(tilejson.first_zoom(layers))),
        },
    }


def _layer(layer: Layer, chosen: Scheme, language: str) -> dict[str, object]:
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
        if layer.tells_until:
            properties[UNTIL] = {"title": pick(_UNTIL, language), "type": "integer"}
        known |= {
            "minTileMatrix": str(chosen.first(view.min_zoom)),
            "maxTileMatrix": str(chosen.deepest),
            "propertiesSchema": {"type": "object", "properties": properties},
        }
        kind = geometry.type.removeprefix("Multi")
        known |= {"geometryDimension": _DIMENSIONS[kind]} if kind in _DIMENSIONS else {}
    return known
