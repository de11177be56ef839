"""What clients read before they ask for map tiles: lists of tile sets, metadata and TileJSON."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from geoloket.crs import CRS84
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.rasters import LAYER
from ogc.links import OGC_REL, Link, link, representations, with_query
from ogc.negotiation import HTML, JSON, TILEJSON, Format
from ogc.rasters import asking, maps, sheets
from ogc.rasters.asking import PICTURES, SELECTING
from ogc.schemes import SCHEMES, WEB_MERCATOR, Scheme
from ogc.tiles import scheme_of
from ogc.visit import Visit

_LIST: Final = (JSON, HTML)
_SEEN_FROM: Final = 10
"""Zoom from which a photo of a municipality is more than a stamp."""


async def tile_list(visit: Visit) -> Response:
    """``/collections/orthophotos/map/tiles``."""
    layer = maps.photo_layer(visit)
    visit.ask(_LIST)
    title, address = pick(layer.title, visit.language), _address(visit)
    entries = [
        {
            "title": f"{title}: {one.id}",
            "dataType": "map",
            "crs": one.crs,
            "tileMatrixSetURI": one.uri(visit.base),
            "links": [
                link(f"{address}/{one.id}", "self", JSON.media_type, f"{title}: {one.id}"),
                _scheme_link(visit, one),
            ],
        }
        for one in SCHEMES.values()
    ]
    document = {"links": visit.representations(address), "tilesets": entries}
    return await visit.answer(document, "tilesets.html", title)


async def tile_set(visit: Visit) -> Response:
    """``/collections/orthophotos/map/tiles/{scheme}``: metadata, or TileJSON."""
    layer, chosen = maps.photo_layer(visit), scheme_of(visit)
    offers = (JSON, HTML, TILEJSON) if chosen is WEB_MERCATOR else _LIST
    visit.ask(offers, SELECTING)
    choice, look = asking.choice(visit.given), asking.look(visit.given)
    seen = await visit.seen(layer)
    box = await maps.whole(visit, seen)
    found = sheets.chosen(await maps.Photos.over(visit.service).sheets.of(seen), choice, None)
    finest = min((one.resolution for one in found), default=1.0)
    deepest = _deepest(chosen, finest)
    title = f"{pick(layer.title, visit.language)}: {chosen.id}"
    address = f"{_address(visit)}/{chosen.id}"
    kept = {name: visit.given[name] for name in SELECTING if name in visit.given}
    if visit.chosen == TILEJSON:
        document: dict[str, object] = {
            "tilejson": "3.0.0",
            "name": title,
            "scheme": "xyz",
            "tiles": [with_query(f"{address}/{{z}}/{{y}}/{{x}}", {**kept, "f": "webp"})],
            "attribution": layer.attribution or "",
            "bounds": list(box),
            "center": [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, min(15, deepest)],
            "minzoom": _SEEN_FROM,
            "maxzoom": deepest,
        }
        return await visit.answer(document, "tileset.html", title)
    document = {
        "title": title,
        "dataType": "map",
        "crs": chosen.crs,
        "tileMatrixSetURI": chosen.uri(visit.base),
        "layers": [_layer(visit, layer, look)],
        "tileMatrixSetLimits": chosen.limits(box, chosen.first(_SEEN_FROM)),
        "boundingBox": {"lowerLeft": list(box[:2]), "upperRight": list(box[2:]), "crs": CRS84},
    }
    tile = f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    document["links"] = [
        *representations(address, visit.chosen, visit.offers, visit.language, visit.kept),
        *(_tile_link(visit, with_query(tile, {**kept, "f": one.name}), one) for one in PICTURES),
        _scheme_link(visit, chosen),
    ]
    return await visit.answer(document, "tileset.html", title)


def _deepest(chosen: Scheme, resolution: float) -> int:
    """The level at which a pixel of a tile is at most one of the photo; nearer adds nothing."""
    ground = 0.63 if chosen is WEB_MERCATOR else 1.0
    cell = chosen.side / 256 * chosen.metres * ground
    level = 0
    while cell / 2**level > resolution and level < chosen.deepest:
        level += 1
    return level


def _layer(visit: Visit, layer: Layer, look: str) -> dict[str, object]:
    return {
        "id": layer.id,
        "title": pick(layer.title, visit.language),
        "description": pick(layer.description, visit.language),
        "dataType": "map",
        "style": {"id": look},
    }


def _address(visit: Visit) -> str:
    return f"{visit.base}/collections/{LAYER}/map/tiles"


def _tile_link(visit: Visit, template: str, offer: Format) -> Link:
    return link(template, "item", offer.media_type, visit.texts["tiles"], templated=True)


def _scheme_link(visit: Visit, one: Scheme) -> Link:
    href, rel = f"{visit.base}/tileMatrixSets/{one.id}", f"{OGC_REL}/tiling-scheme"
    return link(href, rel, JSON.media_type, visit.texts["scheme"].format(name=one.id))
