"""QGIS without a screen: the OAPIF provider over all pages, and vector tiles drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from fixtures.clients import seen_by_qgis, tiles_by_qgis
from fixtures.truth import Count

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def parcels(live: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("qgis")
    return seen_by_qgis(live, "parcels", folder, '"division" = \'99002\' AND "area_m2" > 500')


def test_counts_are_those_of_the_database(parcels: dict[str, Any], counted: Count) -> None:
    assert parcels["valid"]
    assert parcels["told"] == parcels["found"] == parcels["different"] == counted("parcels")


def test_box_is_that_of_the_database(parcels: dict[str, Any], town_dsn: str) -> None:
    with psycopg.connect(town_dsn) as owner:
        row = owner.execute(
            "SELECT count(*) FROM geoloket.parcels WHERE retired_on IS NULL "
            "AND geom_crs84 && ST_MakeEnvelope(%s, %s, %s, %s, 4326)",
            parcels["west"],
        ).fetchone()
    assert row
    assert parcels["found_west"] == row[0]


def test_an_expression_chooses(parcels: dict[str, Any], counted: Count) -> None:
    assert parcels["chosen"] == counted("parcels", "division = '99002' AND area_m2 > 500") > 0


def test_addresses(live: str, counted: Count, tmp_path: Path) -> None:
    seen = seen_by_qgis(live, "addresses", tmp_path)
    assert seen["told"] == seen["found"] == seen["different"] == counted("addresses")


@pytest.fixture(scope="module")
def built(town_dsn: str) -> tuple[float, float]:
    """A place in web mercator with as many buildings around as anywhere."""
    with psycopg.connect(town_dsn) as owner:
        row = owner.execute(
            "SELECT avg(ST_X(p)), avg(ST_Y(p)) FROM (SELECT ST_Centroid(geom_3857) AS p FROM "
            "geoloket.buildings) AS b GROUP BY ST_SnapToGrid(p, 500) ORDER BY count(*) DESC, 1"
        ).fetchone()
    assert row
    return row[0], row[1]


@pytest.mark.parametrize(
    ("path", "style", "colors"),
    [
        ("tiles", "basiskaart", ["#fbfaf6", "#ded6c8"]),
        ("collections/buildings/tiles", "buildings", ["#ded6c8", "#e7e1d6"]),
    ],
)
def test_vector_tiles_have_the_colours_of_our_style(  # noqa: PLR0917
    live: str,
    built: tuple[float, float],
    tmp_path: Path,
    path: str,
    style: str,
    colors: list[str],
) -> None:
    """As QGIS reads the MapLibre style itself: of the map, and of one layer."""
    seen = tiles_by_qgis(live, path, style, tmp_path, built)
    assert seen["valid"]
    assert seen["styled"], seen["told"]
    drawn = {color: count for color, count in seen["colors"].items() if color != "#ff00ff"}
    assert sum(drawn.values()) > 5000
    for color in colors:
        assert drawn.get(color, 0) > 500, f"{color} in {drawn}"


def test_vector_tiles_are_drawn(parcels: dict[str, Any]) -> None:
    assert parcels["tiles_valid"]
    assert parcels["colours"] > 2
