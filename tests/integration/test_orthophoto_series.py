"""``orthophoto-series``: a known scene in two years, with other light and half a metre aside."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from fixtures.photos import NORTH, SIDE, WEST, Picture, Workbench, run_pieces, taken_in, write
from fixtures.server import settings_for
from PIL import Image

from geoloket.database import connect
from processing.context import Rejected
from processing.rasters import series
from processing.rasters.cells import pairs
from processing.rasters.change import changed, ndvi
from processing.rasters.processes import SeriesInputs

frames: Any = geopandas


def scene() -> Picture:
    """Patches of eight pixels, so that a move of one pixel shows."""
    rng = np.random.default_rng(7)
    patches = rng.integers(60, 180, (4, SIDE // 8, SIDE // 8))
    made = patches.repeat(8, axis=1).repeat(8, axis=2) + rng.integers(-4, 5, (4, SIDE, SIDE))
    return np.clip(made, 0, 255).astype(np.uint8)


def later(before: Picture) -> Picture:
    """Brighter, one pixel aside, and with a new roof of 20 × 20 m in the second parcel."""
    made = np.clip(np.roll(before, 1, axis=2) * 1.15 + 10, 0, 255).astype(np.uint8)
    made[:, 100:140, 140:180] = np.array([190, 90, 70, 60], np.uint8)[:, None, None]
    return made


def run(dsn: str, folder: Path, years: dict[int, Picture]) -> tuple[Workbench, Any]:
    (folder / "scratch").mkdir()
    bench = Workbench(settings_for(dsn, folder / "home"), dsn, folder / "scratch")
    for year, pixels in years.items():
        write(folder / "home" / "incoming" / str(year) / "photo.tif", pixels)
        assert taken_in(bench, folder=str(year), year=year).taken == 1
    with connect(dsn) as owner:
        for number in range(4):
            west = WEST + 10 + number * 50
            owner.execute(
                "INSERT INTO geoloket.parcels (id, geom) VALUES (%s, "
                "ST_Multi(ST_MakeEnvelope(%s, %s, %s, %s, 31370)))",
                [f"P{number + 1}", west, NORTH - 90, west + 45, NORTH - 20],
            )
        owner.commit()
    bench.done = []
    return bench, run_pieces(bench, series, SeriesInputs())


def test_only_the_parcel_with_the_new_roof_changed(fresh_dsn: str, tmp_path: Path) -> None:
    before = scene()
    bench, made = run(fresh_dsn, tmp_path, {2021: before, 2024: later(before)})
    assert (made.parcels, made.years) == (4, [2021, 2024])
    table = frames.read_parquet(bench.storage.path(made.table.key))
    assert table.crs.to_epsg() == 31370
    last = {row["parcel"]: row for row in table.to_dict("records") if row["year"] == 2024}
    assert last["P2"]["change"] == pytest.approx(400 / (45 * 70), abs=0.03)
    assert last["P2"]["since"] == 2021
    assert 0.01 <= last["P2"]["uncertainty"] < 0.1
    assert all(last[name]["change"] < 0.01 for name in ("P1", "P3", "P4"))
    rows = list(csv.DictReader(bench.storage.path(made.csv.key).read_text().splitlines()))
    assert len(rows) == 8
    assert {"red_mean", "nir_stdev", "ndvi_mean"} <= rows[0].keys()
    item = json.loads(bench.storage.path(made.item.key).read_text())
    assert item["properties"]["start_datetime"].startswith("2021")
    page = bench.storage.path(made.report.key).read_text()
    drawing, listed = page.split("als tekening</h2>")[1].split("als tabel</h2>")
    assert drawing.count("<path") == 4
    assert listed.split("</table>")[0].count("<tr>") == 9
    assert "P2: 1" in drawing
    assert "data:image/jpeg;base64," in page
    assert page.count("<figure>") == 1


def test_quick_looks(fresh_dsn: str, tmp_path: Path) -> None:
    """One for each parcel, in one file: before, after, and in red what changed."""
    before = scene()
    bench, made = run(fresh_dsn, tmp_path, {2021: before, 2024: later(before)})
    table = frames.read_parquet(bench.storage.path(made.table.key))
    named = {row["parcel"]: row["quicklook"] for row in table.to_dict("records") if row["since"]}
    with zipfile.ZipFile(bench.storage.path(made.quicklooks.key)) as looks:
        assert set(looks.namelist()) == set(named.values()) == {f"P{n}.png" for n in range(1, 5)}
        pictures = {
            name: np.asarray(Image.open(io.BytesIO(looks.read(file))).convert("RGB")).astype(int)
            for name, file in named.items()
        }
    reds = {name: _red(one[:, -one.shape[1] // 3 :]) for name, one in pictures.items()}
    assert reds["P2"] > 0.03
    assert max(reds["P1"], reds["P3"], reds["P4"]) < 0.01
    assert not list((tmp_path / "home" / "storage" / "jobs").rglob("squares"))
    again = series.finish(bench, SeriesInputs())
    assert bench.storage.path(again.quicklooks.key).stat().st_size > 4000


def _red(picture: Any) -> float:
    """Part of a picture that has the colour of what changed."""
    red, green, blue = np.moveaxis(picture, -1, 0)
    return float(((red - green > 60) & (red - blue > 50)).mean())


def test_nothing_to_compare(fresh_dsn: str, tmp_path: Path) -> None:
    bench = Workbench(settings_for(fresh_dsn, tmp_path), fresh_dsn, tmp_path)
    with pytest.raises(Rejected, match="there is no photo"):
        run_pieces(bench, series, SeriesInputs(parcels=["nowhere"]))


def test_summer_is_compared_with_summer_alone() -> None:
    seasons = {2021: "winter", 2022: "summer", 2023: "winter", 2024: None, 2025: "summer"}
    assert list(pairs(seasons)) == [(2021, 2023), (2022, 2025)]


def test_ndvi() -> None:
    red, nir = np.array([50, 0, 100], np.float32), np.array([150, 0, 100], np.float32)
    assert ndvi(red, nir).tolist() == pytest.approx([0.5, float("nan"), 0.0], nan_ok=True)


def test_where_there_is_no_photo_nothing_is_told() -> None:
    one = np.full((3, 20, 20), 100, np.float32)
    other = one.copy()
    other[:, :, 10:] = np.nan
    told = changed(one, other).usual
    assert np.isnan(told[5, 15])
    assert told[5, 3] == 0
