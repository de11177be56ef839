"""GDAL's OAPIF driver, as `ogrinfo` and `ogr2ogr` use it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
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


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def test_layers(live: str) -> None:
    listed = re.findall(r"^\d+: (\w+)", run("ogrinfo", "-ro", f"OAPIF:{live}/ogc"), re.MULTILINE)
    assert set(listed) == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_counts_are_those_of_the_database(live: str, counted: Count, layer: str) -> None:
    """By the count that the service tells, and by fetching every page."""
    told = run("ogrinfo", "-ro", "-so", f"OAPIF:{live}/ogc", layer)
    assert int(re.findall(r"Feature Count: (\d+)", told)[0]) == counted(layer)
    options = ("-oo", "PAGE_SIZE=1000")
    rows = run("ogr2ogr", "-f", "CSV", "/vsistdout/", f"OAPIF:{live}/ogc", layer, *options)
    assert rows.count("\n") - 1 == counted(layer)


def test_filters_are_asked_of_the_service(live: str, counted: Count) -> None:
    where = run(
        "ogrinfo", "-ro", "-so", f"OAPIF:{live}/ogc", "parcels", "-where", "division='99002'"
    )
    found = int(re.findall(r"Feature Count: (\d+)", where)[0])
    assert found == counted("parcels", "division = '99002'") > 0
    box = ("3.20", "51.20", "3.23", "51.22")
    spatial = run("ogrinfo", "-ro", "-so", f"OAPIF:{live}/ogc", "addresses", "-spat", *box)
    inside = "geom_crs84 && ST_MakeEnvelope(3.20, 51.20, 3.23, 51.22, 4326)"
    expected = counted("addresses", inside)
    assert int(re.findall(r"Feature Count: (\d+)", spatial)[0]) == expected > 0


def test_into_a_geopackage(live: str, counted: Count, tmp_path: Path) -> None:
    file = str(tmp_path / "out.gpkg")
    options = ("-oo", "PAGE_SIZE=2000", "-t_srs", "EPSG:31370")
    run("ogr2ogr", "-f", "GPKG", file, f"OAPIF:{live}/ogc", "parcels", "permits", *options)
    for layer in ("parcels", "permits"):
        told = run("ogrinfo", "-ro", "-so", file, layer)
        assert int(re.findall(r"Feature Count: (\d+)", told)[0]) == counted(layer)
    assert 'ID["EPSG",31370]' in run("ogrinfo", "-ro", "-so", file, "parcels")
