"""Operations on tile sets and tiles."""

from __future__ import annotations

from typing import Final

from geoloket.language import pick
from geoloket.layer import Layer
from ogc.negotiation import HTML, JSON, MVT, TILEJSON
from ogc.openapi.operation import Json, Operation, reference
from ogc.tiles import drawn

_PLACE: Final = ("tileMatrixSetId", "tileMatrix", "tileRow", "tileCol")


def paths_of_schemes() -> Json:
    """The definition of each tile matrix set."""
    operation = Operation(
        tag="tiles",
        name="getTileMatrixSet",
        summary="Definition of a tile matrix set",
        offers=(JSON, HTML),
        schema="tileMatrixSet",
        parameters=(reference("tileMatrixSetId"),),
        missing=True,
    )
    return {"/tileMatrixSets/{tileMatrixSetId}": operation.path_item()}


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
    address = f"{path}/tiles/{{tileMatrixSetId}}"
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
            parameters=(reference("tileMatrixSetId"), *choice),
            missing=True,
        ),
        f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": Operation(
            tag=tag,
            name=f"{name}.getTile",
            summary=f"A vector tile of {title}",
            offers=(MVT,),
            parameters=(*map(reference, _PLACE), *choice),
            missing=True,
        ),
    }
    return {path: operation.path_item() for path, operation in operations.items()}
