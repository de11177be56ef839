"""Abstract tests of OGC API Tiles Part 1 (20-057, annex A), each by its name.

For every tile matrix set and every collection that is drawn, where the annex says so. Where a tile
lies is computed from the definition that the service itself publishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fixtures.collections import (
    EPSG,
    LAYERS,
    OGC_REL,
    SPEC,
    Json,
    asked,
    assert_complete,
    linked,
    names,
)
from fixtures.mvt import TileFeature, decoded
from fixtures.openapi import Described

from ogc.schemes import SCHEMES

MVT = "application/vnd.mapbox-vector-tile"
DRAWN = sorted(name for name, layer in LAYERS.items() if layer.map and layer.geometry)
REGISTERED = {
    name: f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{name}"
    for name in ("WebMercatorQuad", "WorldCRS84Quad")
}
each = pytest.mark.parametrize("collection", DRAWN)
each_scheme = pytest.mark.parametrize("scheme", list(SCHEMES))
everywhere = pytest.mark.parametrize("home", ["", *(f"/collections/{name}" for name in DRAWN)])


@dataclass(frozen=True)
class Place:
    """A tile of a set, and where it lies: easting or longitude first."""

    scheme: str
    crs: str
    matrix: str
    row: int
    column: int
    box: tuple[float, float, float, float]

    @property
    def path(self) -> str:
        return f"{self.scheme}/{self.matrix}/{self.row}/{self.column}"

    def grown(self, share: float) -> tuple[float, ...]:
        """The box with so much of its side around it."""
        side = (self.box[2] - self.box[0]) * share
        return (self.box[0] - side, self.box[1] - side, self.box[2] + side, self.box[3] + side)


async def place_of(
    api: httpx.AsyncClient, scheme: str, collection: str, level: int
) -> Place | None:
    """The tile in which the first feature of a collection lies; None when there is none."""
    document = await asked(api, f"/tileMatrixSets/{scheme}")
    matrix = document["tileMatrices"][level]
    given = {"crs": document["crs"], "limit": "1", "sortby": "id"}
    page = await asked(api, f"/collections/{collection}/items", **given)
    found = [one["geometry"] for one in page["features"] if one["geometry"]]
    if not found:
        return None
    point = found[0]["coordinates"]
    while isinstance(point[0], list):
        point = point[0]
    left, top = matrix["pointOfOrigin"]
    side = matrix["cellSize"] * matrix["tileWidth"]
    column, row = int((point[0] - left) // side), int((top - point[1]) // side)
    west, north = left + column * side, top - row * side
    box = (west, north - side, west + side, north)
    return Place(scheme, document["crs"], matrix["id"], row, column, box)


def deepest(scheme: str) -> int:
    return SCHEMES[scheme].deepest


# --- Core -------------------------------------------------------------------------------------


async def test_conf_core_conformance_success(api: httpx.AsyncClient) -> None:
    classes = (await asked(api, "/conformance"))["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets"):
        assert f"{SPEC}/ogcapi-tiles-1/1.0/conf/{name}" in classes


@each
@each_scheme
async def test_conf_core_tc_op(
    api: httpx.AsyncClient, described: Described, scheme: str, collection: str
) -> None:
    """A tile by its matrix, row and column, in that order, over GET."""
    for home in ("", f"/collections/{collection}"):
        answer = await api.get(f"{home}/tiles/{scheme}/0/0/0")
        assert answer.status_code in (200, 204)
        described.check(answer)


async def test_conf_core_tc_tilematrix_definition(described: Described) -> None:
    given = tile_parameter(described, "tileMatrix")
    assert given["schema"]["type"] == "string"


async def test_conf_core_tc_tilerow_definition(described: Described) -> None:
    schema = tile_parameter(described, "tileRow")["schema"]
    assert (schema["type"], schema["minimum"]) == ("integer", 0)


async def test_conf_core_tc_tilecol_definition(described: Described) -> None:
    schema = tile_parameter(described, "tileCol")["schema"]
    assert (schema["type"], schema["minimum"]) == ("integer", 0)


@each
@each_scheme
async def test_conf_core_tc_success(api: httpx.AsyncClient, scheme: str, collection: str) -> None:
    """What lies in the area is in the tile, and nothing that lies elsewhere."""
    place = await place_of(api, scheme, collection, deepest(scheme) - 3)
    if place is None:
        assert await names(api, collection, bbox="-180,-90,180,90") == []
        return
    answer = await api.get(f"/collections/{collection}/tiles/{place.path}", headers={"accept": MVT})
    assert (answer.status_code, answer.headers["content-type"]) == (200, MVT)
    [(name, layer)] = decoded(answer.content).items()
    assert name == collection
    there = {str(one.properties["id"]) for one in layer.features}
    inside = {"bbox-crs": place.crs, "sortby": "id"}
    within = await named_in(api, collection, place.grown(-0.01), inside)
    around = await named_in(api, collection, place.grown(0.5), inside)
    assert there <= around
    assert within & await placed(api, collection) <= there


@each_scheme
async def test_conf_core_tc_error(
    api: httpx.AsyncClient, described: Described, scheme: str
) -> None:
    """Outside the set 404; inside it, where nothing is, 204."""
    levels = (await asked(api, f"/tileMatrixSets/{scheme}"))["tileMatrices"]
    top, width, height = levels[3]["id"], levels[3]["matrixWidth"], levels[3]["matrixHeight"]
    outside = [f"{top}/{height}/0", f"{top}/0/{width}", f"{len(levels)}/0/0", "x/0/0"]
    for home in ("", "/collections/parcels"):
        for rest in outside:
            answer = await api.get(f"{home}/tiles/{scheme}/{rest}")
            assert answer.status_code == 404
            described.check(answer)
        empty = await api.get(f"{home}/tiles/{scheme}/{levels[10]['id']}/0/0")
        assert (empty.status_code, empty.content) == (204, b"")
    assert (await api.get("/tiles/NoSuchSet/0/0/0")).status_code == 404


# --- Tile sets --------------------------------------------------------------------------------


@everywhere
@each_scheme
async def test_conf_tileset_description(
    api: httpx.AsyncClient, described: Described, home: str, scheme: str
) -> None:
    answer = await api.get(f"{home}/tiles/{scheme}", headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    described.check(answer)
    document = answer.json()
    assert_complete(document)
    assert document["dataType"] == "vector"
    definition = await asked(api, f"/tileMatrixSets/{scheme}")
    assert document["crs"] == definition["crs"]
    assert document["tileMatrixSetURI"] == definition["uri"]
    assert definition["uri"] == REGISTERED.get(scheme, definition["uri"])
    [scheme_link] = linked(document, f"{OGC_REL}/tiling-scheme")
    assert (await asked(api, scheme_link["href"]))["id"] == scheme
    items = linked(document, "item")
    assert items
    for link in items:
        assert link["templated"] is True
        assert link["type"] == MVT
        assert {"{tileMatrix}", "{tileRow}", "{tileCol}"} <= set(in_braces(link["href"]))
        address = link["href"]
        for name in ("tileMatrix", "tileRow", "tileCol"):
            address = address.replace(f"{{{name}}}", "0")
        assert (await api.get(address)).status_code in (200, 204)


@each
@each_scheme
async def test_tileset_limits_hold_the_features(
    api: httpx.AsyncClient, scheme: str, collection: str
) -> None:
    """17-083r4 §7: what is said of where tiles are is true of a feature's own tile."""
    document = await asked(api, f"/collections/{collection}/tiles/{scheme}")
    for limits in document.get("tileMatrixSetLimits", []):
        place = await place_of(api, scheme, collection, int(limits["tileMatrix"]))
        if place:
            assert limits["minTileRow"] <= place.row <= limits["maxTileRow"]
            assert limits["minTileCol"] <= place.column <= limits["maxTileCol"]
    assert document["layers"][0]["id"] == collection


@everywhere
async def test_conf_tilesets_list_tileset_links(
    api: httpx.AsyncClient, described: Described, home: str
) -> None:
    answer = await api.get(f"{home}/tiles", headers={"accept": "application/json"})
    assert answer.status_code == 200
    described.check(answer)
    found = answer.json()["tilesets"]
    assert len(found) == len(SCHEMES)
    for entry in found:
        assert {"dataType", "crs", "tileMatrixSetURI", "links"} <= set(entry)
        assert_complete(entry)
        [own] = linked(entry, "self")
        path = urlsplit(own["href"]).path
        assert path.startswith(f"/ogc{home}/tiles/")
        whole = await asked(api, own["href"])
        assert (whole["crs"], whole["dataType"]) == (entry["crs"], entry["dataType"])
        [definition] = linked(entry, f"{OGC_REL}/tiling-scheme")
        assert (await asked(api, definition["href"]))["id"] == path.rpartition("/")[2]


async def test_conf_dataset_tilesets_landingpage(api: httpx.AsyncClient) -> None:
    [link] = linked(await asked(api, ""), f"{OGC_REL}/tilesets-vector")
    assert (await asked(api, link["href"]))["tilesets"]


async def test_conf_dataset_tilesets_operation(api: httpx.AsyncClient) -> None:
    listed = await asked(api, "/tiles")
    assert {urlsplit(linked(one, "self")[0]["href"]).path for one in listed["tilesets"]} == {
        f"/ogc/tiles/{name}" for name in SCHEMES
    }


@each
async def test_conf_geodata_tilesets_desc_links(api: httpx.AsyncClient, collection: str) -> None:
    for document in (
        await asked(api, f"/collections/{collection}"),
        next(
            one
            for one in (await asked(api, "/collections"))["collections"]
            if one["id"] == collection
        ),
    ):
        [link] = linked(document, f"{OGC_REL}/tilesets-vector")
        assert urlsplit(link["href"]).path == f"/ogc/collections/{collection}/tiles"


@each
async def test_conf_geodata_tilesets_operation(api: httpx.AsyncClient, collection: str) -> None:
    listed = await asked(api, f"/collections/{collection}/tiles")
    assert len(listed["tilesets"]) == len(SCHEMES)


# --- Selection of collections -----------------------------------------------------------------


async def test_conf_collections_selection_collections_query(described: Described) -> None:
    """An optional list with commas between, on tiles and on tile sets."""
    for path in (
        "/tiles/{tileMatrixSetId}",
        "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    ):
        given = described.parameters(path)["collections"]
        assert (given["style"], given["explode"], given.get("required", False)) == (
            "form",
            False,
            False,
        )
        assert given["schema"]["type"] == "array"
        assert given["schema"]["items"]["type"] == "string"


@each_scheme
async def test_conf_collections_selection_collections_response(
    api: httpx.AsyncClient, scheme: str
) -> None:
    """Only what was chosen, in that order, in metadata, in links and in tiles."""
    place = await place_of(api, scheme, "parcels", deepest(scheme) - 5)
    assert place
    for chosen in (["parcels"], ["events", "parcels"], ["parcels", "buildings"]):
        given = {"collections": ",".join(chosen)}
        document = await asked(api, f"/tiles/{scheme}", **given)
        assert [layer["id"] for layer in document["layers"]] == chosen
        for link in linked(document, "item"):
            assert parse_qs(urlsplit(link["href"]).query)["collections"] == [given["collections"]]
        answer = await api.get(f"/tiles/{place.path}", params=given)
        layers = list(decoded(answer.content))
        assert "parcels" in layers
        assert layers == [name for name in chosen if name in layers]
    refused = await api.get(f"/tiles/{scheme}", params={"collections": "parcels,nothing"})
    assert refused.status_code == 400


# --- Encoding ---------------------------------------------------------------------------------


@each_scheme
async def test_conf_mvt_content(api: httpx.AsyncClient, scheme: str) -> None:
    """MVT 2.1: version, extent, keys that are declared, and geometry in and around the tile."""
    for collection in DRAWN:
        place = await place_of(api, scheme, collection, deepest(scheme) - 4)
        if place is None:
            continue
        answer = await api.get(f"/collections/{collection}/tiles/{place.path}")
        metadata = await asked(api, f"/collections/{collection}/tiles/{scheme}")
        declared = set(metadata["layers"][0]["propertiesSchema"]["properties"])
        for layer in decoded(answer.content).values():
            assert (layer.version, layer.extent) == (2, 4096)
            assert set(layer.keys) <= declared | {"id"}
            assert layer.features
            for feature in layer.features:
                assert feature.kind in (1, 2, 3)
                assert all(-1024 <= x <= 5120 for x, _ in points(feature))
                assert all(-1024 <= y <= 5120 for _, y in points(feature))


def points(feature: TileFeature) -> list[tuple[int, int]]:
    return [point for part in feature.parts for point in part]


@each_scheme
async def test_conf_tilematrixset(
    api: httpx.AsyncClient, described: Described, scheme: str
) -> None:
    """17-083r4 §6.2: each matrix agrees with itself, and the set is the registered one."""
    answer = await api.get(f"/tileMatrixSets/{scheme}")
    described.check(answer)
    document = answer.json()
    assert document["crs"].startswith((EPSG, "http://www.opengis.net/def/crs/OGC/"))
    scales = [matrix["scaleDenominator"] for matrix in document["tileMatrices"]]
    assert scales == sorted(scales, reverse=True)
    metres = 6378137 * 3.141592653589793 / 180 if "CRS84" in document["crs"] else 1
    for matrix in document["tileMatrices"]:
        assert matrix["cornerOfOrigin"] == "topLeft"
        assert matrix["scaleDenominator"] * 0.00028 == pytest.approx(matrix["cellSize"] * metres)
        assert matrix["tileWidth"] == matrix["tileHeight"] == 256
    if scheme in REGISTERED:
        first = document["tileMatrices"][0]
        known = {"WebMercatorQuad": 559082264.0287178, "WorldCRS84Quad": 279541132.0143589}
        assert first["scaleDenominator"] == pytest.approx(known[scheme])


def tile_parameter(described: Described, name: str) -> Json:
    path = "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"
    given = described.parameters(path)[name]
    assert (given["in"], given["required"]) == ("path", True)
    return given


def in_braces(address: str) -> list[str]:
    return [f"{{{part.partition('}')[0]}}}" for part in address.split("{")[1:]]


async def named_in(
    api: httpx.AsyncClient, collection: str, box: tuple[float, ...], given: dict[str, str]
) -> set[str]:
    return set(await names(api, collection, bbox=",".join(map(str, box)), **given))


async def placed(api: httpx.AsyncClient, collection: str) -> set[str]:
    """What has a place at all: a box also finds what has none."""
    nowhere = set(await names(api, collection, bbox="100,-80,101,-79"))
    return set(await names(api, collection)) - nowhere
