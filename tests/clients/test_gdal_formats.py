"""Downloads as Debian's GDAL reads them: a release older than the one that wrote them."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from fixtures.clients import gdal
from fixtures.truth import Count

pytestmark = pytest.mark.clients

LAYERS = ["parcels", "addresses", "permits", "events", "roads"]
SUFFIXES = {"gpkg": "gpkg", "fgb": "fgb", "geojsonseq": "geojsonl", "csv": "csv"}


def downloaded(client: httpx.Client, folder: Path, layer: str, name: str, **given: str) -> str:
    file = folder / f"{layer}.{SUFFIXES[name]}"
    answer = client.get(f"/ogc/collections/{layer}/items", params={"f": name, **given})
    assert answer.status_code == 200
    file.write_bytes(answer.content)
    return str(file)


def counted_by_gdal(file: str, layer: str, *options: str) -> int:
    said = gdal("ogrinfo", "-ro", "-so", file, layer, *options)
    return int(re.findall(r"Feature Count: (\d+)", said)[0])


@pytest.mark.parametrize("name", SUFFIXES)
@pytest.mark.parametrize("layer", LAYERS)
def test_counts_are_those_of_the_database(
    client: httpx.Client, counted: Count, tmp_path: Path, layer: str, name: str
) -> None:
    file = downloaded(client, tmp_path, layer, name)
    assert counted_by_gdal(file, layer) == counted(layer) > 0


@pytest.mark.parametrize("name", ["gpkg", "fgb"])
def test_types_and_system(client: httpx.Client, tmp_path: Path, name: str) -> None:
    file = downloaded(client, tmp_path, "parcels", name, crs="EPSG:31370")
    said = gdal("ogrinfo", "-ro", "-so", file, "parcels")
    assert 'ID["EPSG",31370]' in said
    assert "Geometry: Multi Polygon" in said
    assert "area_m2: Real" in said
    assert "version: Integer64" in said
    # FlatGeobuf has moments only.
    assert ("valid_from: Date (" if name == "gpkg" else "valid_from: DateTime") in said


def test_a_filtered_subset_whole(client: httpx.Client, counted: Count, tmp_path: Path) -> None:
    file = downloaded(client, tmp_path, "parcels", "gpkg", filter="area_m2 > 500")
    found = counted_by_gdal(file, "parcels")
    assert found == counted("parcels", "area_m2 > 500")
    assert 10 < found < counted("parcels")


def test_csv_points_are_found_by_their_names(client: httpx.Client, tmp_path: Path) -> None:
    file = downloaded(client, tmp_path, "addresses", "csv")
    names = ("-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat")
    said = gdal("ogrinfo", "-ro", "-so", file, "addresses", *names)
    west, south = re.findall(r"Extent: \(([\d.]+), ([\d.]+)\)", said)[0]
    assert 3 < float(west) < 4
    assert 51 < float(south) < 52


def test_csv_shapes_are_found_by_their_name(client: httpx.Client, tmp_path: Path) -> None:
    """GDAL and QGIS take a column WKT for the geometry without being told."""
    file = downloaded(client, tmp_path, "parcels", "csv")
    said = gdal("ogrinfo", "-ro", "-al", "-fid", "1", file)
    assert re.search(r"^  MULTIPOLYGON", said, re.MULTILINE)
