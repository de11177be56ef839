"""Operations on tile sets and tiles."""

from __future__ import annotations

from geoloket.language import pick
from geoloket.layer import Layer
from ogc.negotiation import HTML, JSON, MVT, TILEJSON
from ogc.openapi.operation import Json, Operation, reference
from ogc.tiles import drawn


def paths_of_map() -> Json:
    """The tiles of every collection at once."""
    return _paths("", "dataset.vector", "tiles", "every collection", (reference("collections"),))


def paths(layer: Layer, language: str) -> Json:
    """The tiles of one collection; none when it is not drawn."""
    if not drawn(layer):
        return {}
    title = pick(layer.title, language)
    name = f"{layer.id}.collection.vector"
    return _paths(f"/collections/{layer.id}", name, layer.id, title)


def _paths(path: str, name: str, tag: str, title: str, choice: tuple[Json, ...] = ()) -> Json:
    """Operation ids end as OGC 20-057 /req/oas30/completeness asks: ``.vector.getTile``."""
    address = f"{path}/tiles/WebMercatorQuad"
    operations = {
        f"{path}/tiles": Operation(
            tag=tag,
            name=f"{name}.getTileSetsList",
            summary=f"Tile sets of {title}",
            offers=(JSON, HTML),
            schema="tileSetList",
            parameters=choice,
        ),
        address: Operation(
            tag=tag,
            name=f"{name}.getTileSet",
            summary=f"Metadata of the tiles of {title}",
            offers=(JSON, HTML, TILEJSON),
            schema="tileSet",
            parameters=choice,
        ),
        f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": Operation(
            tag=tag,
            name=f"{name}.getTile",
            summary=f"A vector tile of {title}",
            offers=(MVT,),
            parameters=(*map(reference, ("tileMatrix", "tileRow", "tileCol")), *choice),
            missing=True,
            cached=True,
        ),
    }
    return {path: operation.path_item() for path, operation in operations.items()}
