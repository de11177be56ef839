"""The fast lane of vector tiles: one layer, or several in one tile.

``{scheme}/{z}/{y}/{x}``: level, row, column, as OGC 20-057 orders them.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Final

from starlette.responses import Response

from geoloket.access import Role
from geoloket.errors import InvalidParameter, NotFound
from geoloket.layer import Geometry, Layer, MapView
from ogc import schemes, state
from ogc.negotiation import MVT
from ogc.schemes import Scheme
from ogc.visit import Visit

_OFFERS: Final = (MVT,)


async def layer_tile(visit: Visit) -> Response:
    """``/collections/{id}/tiles/{scheme}/{z}/{y}/{x}``."""
    layer = tiled_layer(visit)
    visit.ask(_OFFERS)
    return await _tile(visit, [layer])


async def map_tile(visit: Visit) -> Response:
    """``/tiles/{scheme}/{z}/{y}/{x}?collections=a,b``: several layers in one tile."""
    visit.ask(_OFFERS, ("collections",))
    return await _tile(visit, tiled_layers(visit))


def drawn(layer: Layer) -> tuple[Geometry, MapView] | None:
    """How a layer is drawn: None when it has no geometry or does not say from which zoom."""
    return (layer.geometry, layer.map) if layer.geometry and layer.map else None


def scheme_of(visit: Visit) -> Scheme:
    """The tile matrix set that the path names. Raises NotFound."""
    return schemes.scheme(str(visit.request.path_params["scheme"]))


def tiled_layer(visit: Visit) -> Layer:
    """The layer that the path names. Raises NotFound when it is not drawn."""
    layer = visit.layer()
    if not drawn(layer):
        raise NotFound(f"The collection {layer.id} has no tiles.")
    return layer


def tiled_layers(visit: Visit) -> list[Layer]:
    """The layers that ``collections`` names, all that have tiles when it is absent.

    Raises InvalidParameter for a name that is not a collection with tiles or is there twice, and
    NotFound when no collection has any.
    """
    tiled = {layer.id: layer for layer in visit.layers() if drawn(layer)}
    if not tiled:
        raise NotFound("There is no collection with tiles.")
    if "collections" not in visit.given:
        return list(tiled.values())
    names = visit.given["collections"].split(",")
    unknown = [name for name in names if name not in tiled]
    if unknown or len(set(names)) < len(names):
        reason = f"{unknown[0][:100]!r} has no tiles" if unknown else "a collection is there twice"
        raise InvalidParameter(f"collections: {reason}", parameter="collections")
    return [tiled[name] for name in names]


async def _tile(visit: Visit, layers: list[Layer]) -> Response:
    service, who, path = visit.service, visit.who, visit.request.path_params
    scheme = scheme_of(visit)
    place = scheme.place(path["matrix"], path["row"], path["column"])
    seen = await visit.seen_all(layers)
    headers = {
        "content-type": MVT.media_type,
        "vary": "Accept-Encoding",
        **state.validators(seen, weak=False),
    }
    if unchanged := state.not_modified(visit.request, headers):
        return unchanged
    versions = tuple((one.key, one.fingerprint) for one in seen)

    def make() -> Coroutine[Any, Any, bytes]:
        return service.hall.tiles.tile(layers, scheme.frame(*place), scheme.zoom(place[0]), who)

    if who.role is Role.VISITOR:
        body = await service.tiles.get((scheme.id, place, versions), make)
    else:
        body = await make()  # what staff see is noted for each who gets it
    visit.may_be_kept(seen, headers)
    # A tile that could exist and holds nothing is a 204 (OGC 20-057 /req/core/tc-success).
    return Response(body, 200 if body else 204, headers)
