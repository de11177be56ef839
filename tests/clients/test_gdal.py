"""GDAL's OAPIF driver, as `ogrinfo` and `ogr2ogr` use it."""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path
from typing import LiteralString, cast

import httpx
import psycopg
import pytest
from fixtures.clients import fetched_by_gdal, gdal, told_by_gdal
from fixtures.heard import listening
from fixtures.truth import Count

from geoloket.registry import LayerRegistry

pytestmark = pytest.mark.clients

LAYERS = [name for name, layer in LayerRegistry.read().items() if layer.visibility == "public"]


def test_layers(live: str) -> None:
    listed = re.findall(r"^\d+: (\w+)", gdal("ogrinfo", "-ro", f"OAPIF:{live}/ogc"), re.MULTILINE)
    assert set(listed) == {*LAYERS, "catalogue"}


def test_the_catalogue_is_a_layer_of_extents(live: str) -> None:
    """Records are features to GDAL: one for each layer, with the box it lies in, if any."""
    told = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{live}/ogc", "catalogue")
    assert f"Feature Count: {len(LAYERS)}" in told
    assert "Geometry: Polygon" in told


@pytest.mark.parametrize("layer", LAYERS)
def test_counts_are_those_of_the_database(live: str, counted: Count, layer: str) -> None:
    """By the count that the service tells, and by fetching every page."""
    assert told_by_gdal(live, layer) == fetched_by_gdal(live, layer) == counted(layer)


def test_filters_are_asked_of_the_service(live: str, counted: Count) -> None:
    found = told_by_gdal(live, "parcels", "-where", "division='99002'")
    assert found == counted("parcels", "division = '99002'") > 0
    found = told_by_gdal(live, "addresses", "-spat", "3.20", "51.20", "3.23", "51.22")
    inside = "geom_crs84 && ST_MakeEnvelope(3.20, 51.20, 3.23, 51.22, 4326)"
    assert found == counted("addresses", inside) > 0


def test_what_the_service_is_asked(live: str, counted: Count) -> None:
    """By what comes over the line: equality, a box and a system are asked; the rest GDAL sifts.

    Its drivers know the drafts of CQL, not CQL2, so that a comparison is not among what they ask.
    """
    with listening(live) as heard:
        where = ("-where", "division='99002' AND area_m2 > 800", "-oo", "PAGE_SIZE=1000")
        source = (f"OAPIF:{heard.url}/ogc", "parcels")
        rows = gdal("ogr2ogr", "-f", "CSV", "/vsistdout/", "-select", "id", *source, *where)
        assert (
            rows.count("\n") - 1 == counted("parcels", "division = '99002' AND area_m2 > 800") > 0
        )
        asked = heard.of("/parcels/items")[1:]
        assert {one["division"] for one in asked} == {"99002"}
        assert {one["limit"] for one in asked} == {"1000"}
        assert all("cursor" in one for one in asked[1:]), "next links are followed"
        heard.asked.clear()
        told_by_gdal(heard.url, "addresses", "-spat", "3.20", "51.20", "3.23", "51.22")
        assert any("bbox" in one for one in heard.of("/addresses/items"))
        assert heard.refused == []


def test_a_newer_gdal_asks_for_the_storage_system(live: str, counted: Count) -> None:
    """From 3.8 on, in which pyogrio brings its own: features come as they are stored."""
    program = (
        "import json, sys, pyogrio; meta, _, _, fields = pyogrio.raw.read(sys.argv[1], "
        "layer='parcels', where=\"division = '99002'\", PAGE_SIZE=1000, columns=['division']);"
        "print(json.dumps([meta['crs'], len(fields[0]), pyogrio.__gdal_version__]))"
    )
    with listening(live) as heard:
        said = gdal(sys.executable, "-c", program, f"OAPIF:{heard.url}/ogc")
        crs, found, version = json.loads(said.splitlines()[-1])
        assert version >= [3, 8]
        assert crs == "EPSG:31370"
        assert found == counted("parcels", "division = '99002'")
        asked = heard.of("/parcels/items")[-1]
        assert asked["crs"] == "http://www.opengis.net/def/crs/EPSG/0/31370"
        assert asked["division"] == "99002"
        assert heard.refused == []


IN_A_SYSTEM = """
import json, sys, pyogrio, shapely
meta, _, places, _ = pyogrio.raw.read(sys.argv[1], layer="addresses", PAGE_SIZE=1000,
                                      columns=[], CRS=sys.argv[2])
box = shapely.total_bounds(shapely.from_wkb(places)).tolist()
print(json.dumps([meta["crs"], len(places), box]))
"""


@pytest.mark.parametrize(
    ("system", "column"),
    [
        ("EPSG:31370", "geom"),
        ("EPSG:3812", "ST_Transform(geom, 3812)"),
        ("EPSG:3857", "geom_3857"),
        ("OGC:CRS84", "geom_crs84"),
    ],
)
def test_a_system_is_chosen(
    live: str, counted: Count, town_dsn: str, system: str, column: str
) -> None:
    """``-oo CRS=``: all features in that system, in as many requests whatever it is."""
    with listening(live) as heard:
        program = (sys.executable, "-c", IN_A_SYSTEM, f"OAPIF:{heard.url}/ogc", system)
        name, found, box = json.loads(gdal(*program).splitlines()[-1])
        count = counted("addresses")
        assert name == system or ("CRS84" in name and "CRS84" in system)
        assert found == count
        asked = heard.of("/addresses/items")
        whole = [one for one in asked if one.get("limit") == "1000"]
        assert len(whole) == math.ceil(count / 1000)
        assert heard.refused == []
        uri = f"http://www.opengis.net/def/crs/EPSG/0/{system.removeprefix('EPSG:')}"
        if system != "OGC:CRS84":
            assert {one["crs"] for one in whole[-2:]} == {uri}
    with psycopg.connect(town_dsn) as owner:
        row = owner.execute(
            cast(
                "LiteralString",
                "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT "
                f"ST_Extent({column}) AS b FROM geoloket.addresses WHERE retired_on IS NULL) AS e",
            )
        ).fetchone()
    assert row
    assert box == pytest.approx(list(row), abs=1e-6 if system == "OGC:CRS84" else 0.02)


def test_a_filter_of_ones_own_is_passed_on(live: str, counted: Count) -> None:
    """CQL2 in the address of the items, as people give it to ogr2ogr."""
    given = "filter=area_m2%20%3E%205000%20AND%20section%20IN%20('A','B')&limit=500&f=json"
    source = f"{live}/ogc/collections/parcels/items?{given}"
    said = gdal("ogrinfo", "-ro", "-so", "-al", f"GeoJSON:/vsicurl_streaming/{source}")
    truth = counted("parcels", "area_m2 > 5000 AND section IN ('A', 'B')")
    assert int(re.findall(r"Feature Count: (\d+)", said)[0]) == min(truth, 500) > 0


@pytest.mark.parametrize("path", ["collections/parcels/tiles", "tiles"])
def test_a_vector_tile(live: str, tmp_path: Path, path: str) -> None:
    """The MVT driver on one tile, in its place on the map, and on the tile of all layers."""
    tile, row, column = middle_of_the_town(live, 15)
    address = f"{live}/ogc/{path}/WebMercatorQuad/15/{row}/{column}"
    file = tmp_path / f"{row}.mvt"
    file.write_bytes(httpx.get(address, timeout=60).raise_for_status().content)
    place = ("-oo", "Z=15", "-oo", f"X={column}", "-oo", f"Y={row}")
    said = gdal("ogrinfo", "-ro", "-so", "-al", f"MVT:{file}", *place)
    layers = set(re.findall(r"^Layer name: (\w+)", said, re.MULTILINE))
    assert layers == {"parcels"} if "parcels" in path else {"parcels", "buildings"} <= layers
    assert 'ID["EPSG",3857]' in said
    left, bottom, right, top = tile
    for extent in re.findall(r"Extent: \((.+), (.+)\) - \((.+), (.+)\)", said):
        x1, y1, x2, y2 = map(float, extent)
        margin = (right - left) / 8
        assert left - margin < x1 <= x2 < right + margin
        assert bottom - margin < y1 <= y2 < top + margin


def middle_of_the_town(live: str, zoom: int) -> tuple[tuple[float, ...], int, int]:
    """Box in web mercator, row and column of the tile in which a parcel lies."""
    mercator = "http://www.opengis.net/def/crs/EPSG/0/3857"
    address = f"{live}/ogc/collections/parcels/items?limit=1&crs={mercator}"
    page = httpx.get(address, timeout=60).json()
    x, y = page["features"][0]["geometry"]["coordinates"][0][0][0]
    half = 20037508.342789244
    side = 2 * half / 2**zoom
    column, row = int((x + half) // side), int((half - y) // side)
    box = (
        column * side - half,
        half - (row + 1) * side,
        (column + 1) * side - half,
        half - row * side,
    )
    return box, row, column


def test_into_a_geopackage(live: str, counted: Count, tmp_path: Path) -> None:
    file = str(tmp_path / "out.gpkg")
    options = ("-oo", "PAGE_SIZE=2000", "-t_srs", "EPSG:31370")
    gdal("ogr2ogr", "-f", "GPKG", file, f"OAPIF:{live}/ogc", "parcels", "permits", *options)
    for layer in ("parcels", "permits"):
        told = gdal("ogrinfo", "-ro", "-so", file, layer)
        assert int(re.findall(r"Feature Count: (\d+)", told)[0]) == counted(layer)
    assert 'ID["EPSG",31370]' in gdal("ogrinfo", "-ro", "-so", file, "parcels")
