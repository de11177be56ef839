"""OGC API Tiles: vector tiles, their sets and TileJSON (OGC 20-057, 17-083r4)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fixtures.standards import PARCELS
from psycopg import connect

MVT = "application/vnd.mapbox-vector-tile"
SET = "tiles/WebMercatorQuad"


def fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Field number and value of each part of a protocol-buffers message."""
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = number()
        match key & 7:
            case 0:
                yield key >> 3, number()
            case 2:
                size = number()
                yield key >> 3, message[at : at + size]
                at += size
            case kind:
                size = {1: 8, 5: 4}[kind]
                yield key >> 3, message[at : at + size]
                at += size


def decoded(tile: bytes) -> dict[str, dict[str, Any]]:
    """Layer name to its version, extent, keys and number of features (MVT 2.1)."""
    layers: dict[str, dict[str, Any]] = {}
    for kind, layer in fields(tile):
        assert kind == 3
        parts = list(fields(layer))
        name = next(value for key, value in parts if key == 1).decode()
        assert name not in layers, "a layer is there twice"
        layers[name] = {
            "version": next(value for key, value in parts if key == 15),
            "extent": next(value for key, value in parts if key == 5),
            "keys": {value.decode() for key, value in parts if key == 3},
            "features": sum(key == 2 for key, _ in parts),
        }
    return layers


def tile_of(zoom: int, longitude: float, latitude: float) -> str:
    y = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    row, column = 2**zoom * (1 - y / math.pi) / 2, 2**zoom * (longitude + 180) / 360
    return f"{zoom}/{int(row)}/{int(column)}"


@pytest.fixture(scope="session")
async def middle(ogc: httpx.AsyncClient) -> tuple[float, float]:
    """Longitude and latitude of a place with parcels."""
    one = (await ogc.get("/collections/parcels/items/99001A0005-00A000")).json()
    x, y = one["geometry"]["coordinates"][0][0][0]
    return x, y


async def test_tile(ogc: httpx.AsyncClient, middle: tuple[float, float]) -> None:
    answer = await ogc.get(f"/collections/parcels/{SET}/{tile_of(15, *middle)}")
    assert answer.headers["content-type"] == MVT
    layers = decoded(answer.content)
    assert list(layers) == ["parcels"]
    assert layers["parcels"]["version"] == 2
    assert layers["parcels"]["extent"] == 4096
    assert layers["parcels"]["keys"] == {"id", "parcel_label"}
    assert 1 <= layers["parcels"]["features"] <= PARCELS


async def test_tile_of_several_layers(ogc: httpx.AsyncClient, middle: tuple[float, float]) -> None:
    place = tile_of(15, *middle)
    both = await ogc.get(f"/{SET}/{place}", params={"collections": "parcels,events"})
    assert set(decoded(both.content)) == {"parcels", "events"}
    everything = await ogc.get(f"/{SET}/{place}")
    assert {"parcels", "events"} <= set(decoded(everything.content))
    assert "housing_inspections" not in decoded(everything.content)


async def test_rows_and_columns_are_not_exchanged(
    ogc: httpx.AsyncClient, middle: tuple[float, float]
) -> None:
    zoom, row, column = tile_of(15, *middle).split("/")
    exchanged = await ogc.get(f"/collections/parcels/{SET}/{zoom}/{column}/{row}")
    assert exchanged.status_code == 204


async def test_empty_tile(ogc: httpx.AsyncClient) -> None:
    for place in ("15/0/0", "0/0/0", "22/4194303/4194303"):
        answer = await ogc.get(f"/collections/parcels/{SET}/{place}")
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    "place", ["23/0/0", "1/2/0", "1/0/2", "1/-1/0", "x/0/0", "1/0/0.5", "1/0/٣", "9" * 30 + "/0/0"]
)
async def test_tile_outside_the_scheme(ogc: httpx.AsyncClient, place: str) -> None:
    """OGC 20-057 /req/core/tc-error."""
    for path in (f"/collections/parcels/{SET}/{place}", f"/{SET}/{place}"):
        assert (await ogc.get(path)).status_code == 404


@pytest.mark.parametrize(
    "question",
    ["collections=nothing", "collections=", "collections=parcels,parcels", "f=png", "x=1"],
)
async def test_refused(ogc: httpx.AsyncClient, question: str) -> None:
    assert (await ogc.get(f"/{SET}/15/0/0?{question}")).status_code == 400


async def test_staff_layer_has_no_tiles(ogc: httpx.AsyncClient) -> None:
    for part in (SET, f"{SET}/15/0/0"):
        assert (await ogc.get(f"/collections/housing_inspections/{part}")).status_code == 404
    named = await ogc.get(f"/{SET}/15/0/0?collections=housing_inspections")
    assert named.status_code == 400


async def test_unchanged_tiles_are_not_sent_again(
    ogc: httpx.AsyncClient, standards_dsn: str, middle: tuple[float, float]
) -> None:
    path = f"/{SET}/{tile_of(16, *middle)}?collections=parcels,roads"
    tag = (await ogc.get(path)).headers["etag"]
    assert not tag.startswith("W/")
    again = await ogc.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    with connect(standards_dsn) as owner:
        owner.execute("INSERT INTO geoloket.roads (id, kind) VALUES (gen_random_uuid(), 'rail')")
    assert (await ogc.get(path, headers={"if-none-match": tag})).status_code == 200


def templates(document: dict[str, Any]) -> list[str]:
    return [link["href"] for link in document["links"] if link["rel"] == "item"]


async def test_tile_set_leads_to_tiles(ogc: httpx.AsyncClient, middle: tuple[float, float]) -> None:
    zoom, row, column = tile_of(16, *middle).split("/")
    for path in (f"/collections/parcels/{SET}", f"/{SET}?collections=parcels"):
        document = (await ogc.get(path)).json()
        assert document["dataType"] == "vector"
        assert document["crs"].endswith("/EPSG/0/3857")
        assert document["tileMatrixSetURI"].endswith("/WebMercatorQuad")
        assert [layer["id"] for layer in document["layers"]] == ["parcels"]
        west, south = document["boundingBox"]["lowerLeft"]
        east, north = document["boundingBox"]["upperRight"]
        assert west < middle[0] < east
        assert south < middle[1] < north
        [template] = templates(document)
        address = template.replace("{tileMatrix}", zoom).replace("{tileRow}", row)
        tile = await ogc.get(address.replace("{tileCol}", column))
        assert "parcels" in decoded(tile.content)


async def test_lists_of_tile_sets(ogc: httpx.AsyncClient) -> None:
    for path in ("/tiles", "/collections/parcels/tiles"):
        [entry] = (await ogc.get(path)).json()["tilesets"]
        rels = {link["rel"].rpartition("/")[2]: link for link in entry["links"]}
        assert (await ogc.get(rels["self"]["href"])).json()["dataType"] == "vector"
        scheme = (await ogc.get(rels["tiling-scheme"]["href"])).json()
        assert scheme["uri"] == entry["tileMatrixSetURI"]


async def test_tilejson(ogc: httpx.AsyncClient, middle: tuple[float, float]) -> None:
    path = f"/{SET}?f=tilejson&collections=parcels,events"
    answer = await ogc.get(path)
    assert answer.headers["content-type"] == "application/vnd.mapbox.tile+json"
    document = answer.json()
    assert document["tilejson"] == "3.0.0"
    assert [layer["id"] for layer in document["vector_layers"]] == ["parcels", "events"]
    zoom, row, column = tile_of(15, *middle).split("/")
    [template] = document["tiles"]
    address = template.replace("{z}", zoom).replace("{y}", row).replace("{x}", column)
    tile = decoded((await ogc.get(address)).content)
    declared = {layer["id"]: set(layer["fields"]) for layer in document["vector_layers"]}
    assert all(layer["keys"] <= declared[name] for name, layer in tile.items())
    assert document["minzoom"] <= 15 <= document["maxzoom"]


async def test_scheme(ogc: httpx.AsyncClient) -> None:
    """OGC 17-083r4 annex D.1."""
    [entry] = (await ogc.get("/tileMatrixSets")).json()["tileMatrixSets"]
    own = urlsplit(entry["links"][0]["href"]).path
    document = (await ogc.get(f"http://loket.test{own}")).json()
    assert [matrix["id"] for matrix in document["tileMatrices"]] == [str(n) for n in range(25)]
    for zoom, matrix in enumerate(document["tileMatrices"]):
        size = matrix["cellSize"] * matrix["tileWidth"] * matrix["matrixWidth"]
        assert size == pytest.approx(2 * 20037508.3427892)
        assert matrix["scaleDenominator"] * 0.00028 == pytest.approx(matrix["cellSize"])
        assert matrix["matrixHeight"] == 2**zoom
