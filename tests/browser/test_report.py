"""The report of ``orthophoto-series`` in Chromium: from a disk, with no network at all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from processing.rasters.quicklook import draw
from processing.reports.background import Background, jpeg
from processing.reports.leaflet import leaflet
from processing.reports.parcels import Look, report

WEST, SOUTH = 70_000.0, 211_000.0


def page() -> str:
    """Thirty parcels, one of which has a name that is markup, over a photo of colours."""
    shapes = {
        f"{'<b>' if n == 0 else ''}99001A{n:04d}/00A000": shapely.box(
            WEST + n % 6 * 30, SOUTH + n // 6 * 40, WEST + n % 6 * 30 + 28, SOUTH + n // 6 * 40 + 37
        )
        for n in range(30)
    }
    rows: list[dict[str, Any]] = [
        {"parcel": name, "year": year, "ndvi_mean": 0.3}
        | (
            {"since": 2021, "change": 0.6 - n * 0.02, "uncertainty": 0.02, "changed_m2": 60.0}
            if year == 2025
            else {}
        )
        for n, name in enumerate(shapes)
        for year in (2021, 2025)
    ]
    bands = np.random.default_rng(1).uniform(40, 200, (3, 400, 360)).astype(np.float32)
    changed = np.zeros((400, 360), np.float32)
    changed[300:340, 40:80] = 1
    name, shape = next(iter(shapes.items()))
    seen = draw(bands, bands[:, ::-1], changed, shape, (WEST, SOUTH + 200))
    photo = Background(jpeg(bands), (WEST, SOUTH, WEST + 180, SOUTH + 200))
    return report(rows, shapes, [Look(name, 2021, 2025, seen)], photo)


@pytest.mark.browser
def test_the_report_opens_from_a_disk(tmp_path: Path):
    assert leaflet(), "the pages were not built: npm --prefix web run build"
    file = tmp_path / "report.html"
    file.write_text(page(), encoding="utf-8")
    found = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(Path(__file__).with_name("report.mjs"))],
        env=os.environ | {"REPORT": file.as_uri(), "GEOLOKET_BASE_URL": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]


def test_folium_is_left_as_it_was():
    """Links are those of our subclass alone: other maps of this process keep theirs."""
    import folium  # noqa: PLC0415  # slow to load

    html = page()
    assert "cdn" not in html.replace("cdnjs", "")
    assert 'src="http' not in html
    assert '<link rel="stylesheet"' not in html
    assert folium.Map.default_js
