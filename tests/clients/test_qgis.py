"""QGIS without a screen: the OAPIF provider over all pages, and vector tiles drawn."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fixtures.truth import Count

pytestmark = pytest.mark.clients

SESSION = Path(__file__).parent / "qgis_session.py"


def session(live: str, collection: str, folder: Path) -> dict[str, Any]:
    """What QGIS saw of a collection."""
    done = subprocess.run(
        ["/usr/bin/python3", str(SESSION), f"{live}/ogc", collection, str(folder / "tiles.png")],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_RUNTIME_DIR": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("SEEN ")]
    assert lines, done.stderr[-2000:]
    return json.loads(lines[0].removeprefix("SEEN "))


@pytest.fixture(scope="module")
def parcels(live: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return session(live, "parcels", tmp_path_factory.mktemp("qgis"))


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


def test_addresses(live: str, counted: Count, tmp_path: Path) -> None:
    seen = session(live, "addresses", tmp_path)
    assert seen["told"] == seen["found"] == seen["different"] == counted("addresses")


def test_vector_tiles_are_drawn(parcels: dict[str, Any]) -> None:
    assert parcels["tiles_valid"]
    assert parcels["colours"] > 2
