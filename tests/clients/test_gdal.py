"""GDAL's OAPIF driver, as `ogrinfo` and `ogr2ogr` use it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixtures.clients import fetched_by_gdal, gdal, told_by_gdal
from fixtures.truth import Count

pytestmark = pytest.mark.clients

LAYERS = [
    "municipalities",
    "parcels",
    "addresses",
    "streets",
    "roads",
    "buildings",
    "water",
    "green",
    "permits",
    "events",
]


def test_layers(live: str) -> None:
    listed = re.findall(r"^\d+: (\w+)", gdal("ogrinfo", "-ro", f"OAPIF:{live}/ogc"), re.MULTILINE)
    assert set(listed) == {*LAYERS, "catalogue"}


def test_the_catalogue_is_a_layer_of_extents(live: str) -> None:
    """Records are features to GDAL: one for each layer, with the box it lies in."""
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


def test_into_a_geopackage(live: str, counted: Count, tmp_path: Path) -> None:
    file = str(tmp_path / "out.gpkg")
    options = ("-oo", "PAGE_SIZE=2000", "-t_srs", "EPSG:31370")
    gdal("ogr2ogr", "-f", "GPKG", file, f"OAPIF:{live}/ogc", "parcels", "permits", *options)
    for layer in ("parcels", "permits"):
        told = gdal("ogrinfo", "-ro", "-so", file, layer)
        assert int(re.findall(r"Feature Count: (\d+)", told)[0]) == counted(layer)
    assert 'ID["EPSG",31370]' in gdal("ogrinfo", "-ro", "-so", file, "parcels")
