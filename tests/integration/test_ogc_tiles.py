"""OGC API Tiles: vector tiles, their sets and TileJSON (OGC 20-057, 17-083r4)."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fixtures.mvt import decoded
from fixtures.standards import PARCELS
from psycopg import connect

MVT = "application/vnd.mapbox-vector-tile"
SET = "tiles/WebMercatorQuad"
SCHEMES = ["WebMercatorQuad", "WorldCRS84Quad", "BPL72VL", "Lambert2008"]
PARCEL = "99001A0005-00A000"


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


def tile_of(zoom: int, longitude: float, latitude: float) -> str:
    y = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    row, column = 2**zoom * (1 - y / math.pi) / 2, 2**zoom * (longitude + 180) / 360
    return f"{zoom}/{int(row)}/{int(column)}"


@pytest.fixture(scope="session")
async def middle(ogc: httpx.AsyncClient) -> tuple[float, float]:
    """Longitude and latitude of a place with parcels."""
    one = (await ogc.get(f"/collections/parcels/items/{PARCEL}")).json()
    x, y = one["geometry"]["coordinates"][0][0][0]
    return x, y


async def test_tile(ogc: httpx.AsyncClient, middle: tuple[float, float]) -> None:
    answer = await ogc.get(f"/collections/parcels/{SET}/{tile_of(15, *middle)}")
    assert answer.headers["content-type"] == MVT
    layers = decoded(answer.content)
    assert list(layers) == ["parcels"]
    assert (layers["parcels"].version, layers["parcels"].extent) == (2, 4096)
    assert set(layers["parcels"].keys) == {"id", "parcel_label"}
    assert 1 <= len(layers["parcels"].features) <= PARCELS


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


async def test_tiles_in_every_scheme(ogc: httpx.AsyncClient, scheme: str) -> None:
    """A corner of a parcel is where the features say, to a unit of the tile."""
    definition = (await ogc.get(f"/tileMatrixSets/{scheme}")).json()
    crs = {"crs": definition["crs"]}
    item = (await ogc.get(f"/collections/parcels/items/{PARCEL}", params=crs)).json()
    ring = item["geometry"]["coordinates"][0][0]
    coarsest = 5 if scheme == "WebMercatorQuad" else 3  # metres of a cell; beyond, ids are left out
    cells = (coarsest / 0.00028, coarsest / 0.00028 / 8)
    for level in definition["tileMatrices"]:
        if not cells[1] < level["scaleDenominator"] < cells[0]:
            continue
        side = level["cellSize"] * level["tileWidth"]
        left, top = level["pointOfOrigin"]
        column, row = int((ring[0][0] - left) // side), int((top - ring[0][1]) // side)
        address = f"/collections/parcels/tiles/{scheme}/{level['id']}/{row}/{column}"
        tile = decoded((await ogc.get(address)).content)["parcels"]
        [drawn] = [one for one in tile.features if one.properties["id"] == PARCEL]
        unit = side / tile.extent
        corner = ((ring[0][0] - left) / unit % 4096, (top - ring[0][1]) / unit % 4096)
        nearest = min(math.dist(corner, point) for part in drawn.parts for point in part)
        assert nearest <= 1


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
    with connect(standards_dsn) as owner:  # a change that leaves the rows as other tests read them
        owner.execute("INSERT INTO geoloket.roads (id, kind) VALUES ('r', 'rail')")
        owner.execute("DELETE FROM geoloket.roads WHERE id = 'r'")
    # Whoever made the change asks past what is told of it, which takes a moment to arrive.
    sure = {"if-none-match": tag, "cache-control": "no-cache"}
    assert (await ogc.get(path, headers=sure)).status_code == 200


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


async def test_limits_are_those_of_the_tiles_with_something(
    ogc: httpx.AsyncClient, scheme: str
) -> None:
    """OGC 17-083r4 §7: outside the limits nothing is, and inside them is all there is."""
    document = (await ogc.get(f"/collections/parcels/tiles/{scheme}")).json()
    [layer] = document["layers"]
    levels = {int(one["tileMatrix"]): one for one in document["tileMatrixSetLimits"]}
    first = int(layer["minTileMatrix"])
    assert list(levels) == list(range(first, int(layer["maxTileMatrix"]) + 1))
    limits = levels[first + 4]
    rows = range(limits["minTileRow"] - 1, limits["maxTileRow"] + 2)
    columns = range(limits["minTileCol"] - 1, limits["maxTileCol"] + 2)
    found: set[str] = set()
    for row in rows:
        for column in columns:
            path = f"/collections/parcels/tiles/{scheme}/{first + 4}/{row}/{column}"
            answer = await ogc.get(path)
            inside = row in rows[1:-1] and column in columns[1:-1]
            if inside and answer.content:
                tile = decoded(answer.content)["parcels"]
                found |= {one.properties["id"] for one in tile.features}
    assert len(found) == PARCELS


async def test_lists_of_tile_sets(ogc: httpx.AsyncClient) -> None:
    for path in ("/tiles", "/collections/parcels/tiles"):
        entries = (await ogc.get(path)).json()["tilesets"]
        assert len(entries) == len(SCHEMES)
        for entry in entries:
            rels = {link["rel"].rpartition("/")[2]: link for link in entry["links"]}
            own = (await ogc.get(rels["self"]["href"])).json()
            assert (own["dataType"], own["crs"]) == ("vector", entry["crs"])
            scheme = (await ogc.get(rels["tiling-scheme"]["href"])).json()
            assert scheme["uri"] == entry["tileMatrixSetURI"] == own["tileMatrixSetURI"]
            assert scheme["crs"] == entry["crs"]


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
    assert all(set(layer.keys) <= declared[name] for name, layer in tile.items())
    assert document["minzoom"] <= 15 <= document["maxzoom"]


async def test_tilejson_is_of_web_mercator_alone(ogc: httpx.AsyncClient) -> None:
    for scheme in SCHEMES[1:]:
        answer = await ogc.get(f"/tiles/{scheme}?f=tilejson")
        assert answer.status_code == 400


async def test_no_such_scheme(ogc: httpx.AsyncClient) -> None:
    for path in ("/tileMatrixSets/x", "/tiles/x", "/tiles/x/0/0/0", "/collections/parcels/tiles/x"):
        assert (await ogc.get(path)).status_code == 404


async def test_scheme(ogc: httpx.AsyncClient) -> None:
    """OGC 17-083r4 annex D.1."""
    entries = (await ogc.get("/tileMatrixSets")).json()["tileMatrixSets"]
    assert [entry["id"] for entry in entries] == SCHEMES
    own = urlsplit(entries[0]["links"][0]["href"]).path
    document = (await ogc.get(f"http://loket.test{own}")).json()
    assert [matrix["id"] for matrix in document["tileMatrices"]] == [str(n) for n in range(25)]
    for zoom, matrix in enumerate(document["tileMatrices"]):
        size = matrix["cellSize"] * matrix["tileWidth"] * matrix["matrixWidth"]
        assert size == pytest.approx(2 * 20037508.3427892)
        assert matrix["matrixHeight"] == 2**zoom


async def test_every_scheme_is_defined_whole(ogc: httpx.AsyncClient, scheme: str) -> None:
    """OGC 17-083r4 §8: cells halve, the corner stays, the matrix covers the same box."""
    document = (await ogc.get(f"/tileMatrixSets/{scheme}")).json()
    metres = math.radians(6378137) if scheme == "WorldCRS84Quad" else 1
    first = document["tileMatrices"][0]
    for level, matrix in enumerate(document["tileMatrices"]):
        assert matrix["id"] == str(level)
        assert matrix["scaleDenominator"] * 0.00028 == pytest.approx(matrix["cellSize"] * metres)
        assert matrix["cellSize"] == pytest.approx(first["cellSize"] / 2**level)
        assert matrix["matrixWidth"] == first["matrixWidth"] * 2**level
        assert matrix["matrixHeight"] == first["matrixHeight"] * 2**level
        assert (matrix["pointOfOrigin"], matrix["cornerOfOrigin"]) == (
            first["pointOfOrigin"],
            "topLeft",
        )
        assert "variableMatrixWidths" not in matrix


async def test_grids_of_annex_d_and_of_digitaal_vlaanderen(ogc: httpx.AsyncClient) -> None:
    """Scale, cell, corner and width of level 0, as they are published."""
    published = {
        "WebMercatorQuad": (559082264.028718, 156543.033928041, [-20037508.3428, 20037508.3428], 1),
        "WorldCRS84Quad": (279541132.014359, 0.703125, [-180, 90], 2),
        "BPL72VL": (3657142.857143, 1024, [9928, 329072], 1),
    }
    for name, (scale, cell, corner, width) in published.items():
        first = (await ogc.get(f"/tileMatrixSets/{name}")).json()["tileMatrices"][0]
        assert first["scaleDenominator"] == pytest.approx(scale)
        assert first["cellSize"] == pytest.approx(cell)
        assert first["pointOfOrigin"] == pytest.approx(corner)
        assert first["matrixWidth"] == width
