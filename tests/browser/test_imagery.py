"""A parcel through the years in Chromium: a town of its own, with small pictures of a street."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fixtures.database import Dsn, copied
from fixtures.imagery import plant
from fixtures.photos import PIXEL_M, SIDE, Workbench, field, taken_in, write
from fixtures.server import PRISTINE_TOWN, lodging, serving, settings_for
from rasterio.transform import from_origin

from geoloket.database import connect
from geoloket.embedded import OWNER

PARCEL = "99001B0333-00H000"
"""Kastanjelaan 10, for which a new house was permitted between the pictures."""
PHOTOS = {2021: (200, 60, 60), 2025: (60, 60, 200)}
"""Red of the first year, blue of the last one."""


@pytest.fixture(scope="module")
def counter(server: Dsn, town_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("imagery")
    with copied(server, PRISTINE_TOWN) as name:
        dsn = server(OWNER, name)
        with connect(dsn) as owner:
            plant(owner, home, PARCEL, public=2023)
        _photograph(dsn, home, tmp_path_factory.mktemp("scratch"))
        with lodging(home) as door, serving(dsn, home, **door) as base_url:
            yield base_url


def _photograph(dsn: str, home: Path, scratch: Path) -> None:
    """The parcel from above, in one colour a year."""
    with connect(dsn) as owner:
        row = owner.execute(
            "SELECT ST_X(ST_Centroid(geom)) AS x, ST_Y(ST_Centroid(geom)) AS y "
            "FROM geoloket.parcels WHERE id = %s",
            [PARCEL],
        ).fetchone()
    assert row is not None
    half = SIDE * PIXEL_M / 2
    corner = from_origin(round(row["x"]) - half, round(row["y"]) + half, PIXEL_M, PIXEL_M)
    bench = Workbench(settings_for(dsn, home), dsn, scratch)
    for year, colour in PHOTOS.items():
        pixels = field()
        pixels[:3] = np.array(colour, np.uint8)[:, None, None]
        place = write(home / "incoming" / str(year) / "photo.tif", pixels, transform=corner)
        told = {"id": f"photo-{year}", "year": year, "flown_on": f"{year}-06-01"}
        place.with_suffix(".json").write_text(json.dumps(told))
        assert taken_in(bench, folder=str(year), review_state="in_review").taken == 1


@pytest.mark.browser
def test_imagery_in_a_browser(counter: str):
    found = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(Path(__file__).with_name("imagery.mjs"))],
        env=os.environ | {"GEOLOKET_BASE_URL": counter, "PARCEL": PARCEL},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]
