"""Tiles of the invented town: never too heavy, whole where they say so, the same each time."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fixtures.mvt import TileFeature, TileLayer, decoded

from geoloket import tiles
from geoloket.access import VISITOR
from geoloket.hall import Hall
from geoloket.layer import Layer
from geoloket.query import MAX_LIMIT, Query
from ogc.schemes import SCHEMES, WEB_MERCATOR, Scheme

LAST = 16
NONE = TileLayer()


async def frames(hall: Hall, layer: Layer, scheme: Scheme, level: int) -> Iterator[tuple[int, int]]:
    """Column and row of the tiles of a level that the layer lies in."""
    box = await hall.features.extent(layer, VISITOR)
    assert box
    [limits] = scheme.limits(box, level)[:1]
    columns, rows = (
        range(int(str(limits[f"minTile{side}"])), int(str(limits[f"maxTile{side}"])) + 1)
        for side in ("Col", "Row")
    )
    return ((x, y) for x in columns for y in rows)


def drawn(hall: Hall) -> list[Layer]:
    return [layer for layer in hall.features.layers(VISITOR) if layer.map and layer.geometry]


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
async def test_no_tile_is_too_heavy(town_hall: Hall, scheme: Scheme) -> None:
    """All layers together, at every level at which one of them is offered."""
    layers = drawn(town_hall)
    widest = next(layer for layer in layers if layer.id == "municipalities")
    first = scheme.first(min(layer.map.min_zoom for layer in layers if layer.map))
    made = 0
    for level in range(first, scheme.first(LAST) + 1):
        for x, y in await frames(town_hall, widest, scheme, level):
            frame, zoom = scheme.frame(level, x, y), scheme.zoom(level)
            tile = await town_hall.tiles.tile(layers, frame, zoom, VISITOR)
            assert len(tile) <= 500_000
            made += bool(tile)
    assert made > 10


async def found(hall: Hall, layer: Layer, zoom: int) -> list[TileFeature]:
    """What all tiles of a zoom hold of a layer, once for each tile that it is in."""
    features: list[TileFeature] = []
    for x, y in await frames(hall, layer, WEB_MERCATOR, zoom):
        tile = await hall.tiles.tile([layer], WEB_MERCATOR.frame(zoom, x, y), zoom, VISITOR)
        features += decoded(tile)[layer.id].features if tile else []
    return features


@pytest.mark.parametrize("name", ["parcels", "addresses", "streets", "green", "permits"])
async def test_from_full_zoom_nothing_is_lost(town_hall: Hall, name: str) -> None:
    """Every feature is in a tile, and its properties are those of the feature."""
    layer = town_hall.features.layer(name, VISITOR)
    assert layer.map
    query = Query(limit=MAX_LIMIT)
    rows = [
        json.loads(feature)
        async for part in town_hall.features.parts(layer, query, VISITOR)
        for feature in part.features
    ]
    told = {
        row["id"]: {
            field: value
            for field, value in row["properties"].items()
            if field in layer.map.fields and value is not None
        }
        for row in rows
        if row["geometry"]
    }
    carried = await found(town_hall, layer, layer.map.whole_from)
    held = {one.properties.pop("id"): one.properties for one in carried}
    assert held == told
    assert len(told) > 20


@pytest.mark.parametrize("name", ["parcels", "buildings", "addresses", "roads"])
async def test_further_out_there_is_less(town_hall: Hall, name: str) -> None:
    """Fewer and plainer features, and still some; without ids and labels."""
    layer = town_hall.features.layer(name, VISITOR)
    assert layer.map
    whole = await found(town_hall, layer, layer.map.whole_from)
    out = await found(town_hall, layer, layer.map.min_zoom)
    assert 0 < len(out) < len(whole)
    keys = {key for one in out for key in one.properties}
    assert keys <= set(layer.map.fields) - {layer.map.label}


async def test_what_is_largest_stays(town_hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tile with too much in it is the same each time, and the large ones are there."""
    layer = town_hall.features.layer("parcels", VISITOR)
    zoom = 15
    places = list(await frames(town_hall, layer, WEB_MERCATOR, zoom))
    frame = WEB_MERCATOR.frame(zoom, *places[len(places) // 2])
    whole = await town_hall.tiles.tile([layer], frame, zoom, VISITOR)
    features = filter(_inside, decoded(whole)["parcels"].features)
    sizes = {one.properties["id"]: _size(one) for one in features}
    for limit in (len(whole) // 3, len(whole) // 10, 100):
        monkeypatch.setattr(tiles, "LARGEST", limit)
        small = await town_hall.tiles.tile([layer], frame, zoom, VISITOR)
        assert len(small) <= limit
        assert small == await town_hall.tiles.tile([layer], frame, zoom, VISITOR)
        kept = {one.properties["id"] for one in decoded(small).get("parcels", NONE).features}
        least = min((sizes[name] for name in kept & set(sizes)), default=4096)
        assert {name for name, size in sizes.items() if size > least + 2} <= kept


def _inside(feature: TileFeature) -> bool:
    """Whether the tile holds all of it, so that its size is known."""
    return all(0 < n < 4096 for part in feature.parts for point in part for n in point)


def _size(feature: TileFeature) -> int:
    xs, ys = zip(*(point for part in feature.parts for point in part), strict=True)
    return max(max(xs) - min(xs), max(ys) - min(ys))
