"""``orthophoto-ingest``: GeoTIFFs of all kinds become photos once, or are refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from fixtures.photos import NORTH, PIXEL_M, SIDE, WEST, Workbench, field, taken_in, write
from fixtures.server import inside, settings_for
from pyproj import Transformer
from rasterio.transform import from_origin

from geoloket.database import connect
from geoloket.rasters import key_of
from processing.context import Rejected

SIDECAR = {
    "id": "oostdorp-2024",
    "year": 2024,
    "season": "summer",
    "flown_on": "2024-07-02",
    "resolution_m": 0.5,
    "supplier": "Vliegclub",
    "licence": "CC0-1.0",
    "bands": ["red", "green", "blue", "nir"],
}


@pytest.fixture
def bench(fresh_dsn: str, tmp_path: Path) -> Iterator[Workbench]:
    folder = tmp_path / "scratch"
    folder.mkdir()
    yield Workbench(settings_for(fresh_dsn, tmp_path / "home"), fresh_dsn, folder)


def incoming(bench: Workbench, name: str) -> Path:
    return bench.settings.home / "incoming" / name


def rows(bench: Workbench) -> list[dict[str, Any]]:
    dsn = bench.settings.database.dsn
    assert dsn
    with connect(dsn.get_secret_value()) as owner:
        return owner.execute(
            "SELECT *, ST_AsText(ST_Envelope(geom)) AS shape, ST_Area(geom) AS area "
            "FROM geoloket.orthophotos ORDER BY id"
        ).fetchall()


async def test_a_photo_is_taken_in_once(bench: Workbench, fresh_dsn: str, tmp_path: Path) -> None:
    write(incoming(bench, "2024/orthophoto.tif"), field())
    sidecar = incoming(bench, "2024/orthophoto.json")
    sidecar.write_text(json.dumps(SIDECAR))
    assert taken_in(bench).taken == 1
    [row] = rows(bench)
    assert (row["id"], row["year"], row["season"]) == ("oostdorp-2024", 2024, "summer")
    assert (row["bands"], row["has_nir"]) == ("red,green,blue,nir", True)
    assert (row["resolution_m"], row["width"], row["height"]) == (PIXEL_M, SIDE, SIDE)
    assert row["area"] == (SIDE * PIXEL_M) ** 2
    cog = bench.storage.path(key_of(row["checksum"]))
    assert cog.stat().st_size == row["size_bytes"]
    with rasterio.open(cog) as photo:
        assert photo.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert (photo.read() == field()).all()
        assert photo.nodata is None
        assert photo.crs.to_epsg() == 31370
        assert [one.name for one in photo.colorinterp] == ["red", "green", "blue", "nir"]
    before = cog.stat().st_mtime_ns
    again = taken_in(bench, review_state="reviewed")
    assert (again.taken, again.unchanged) == (0, 1)
    assert cog.stat().st_mtime_ns == before
    assert rows(bench)[0]["review_state"] == "reviewed"
    async with inside(fresh_dsn, tmp_path / "home") as client:
        found = (await client.get("/collections/orthophotos/items?f=json")).json()["features"]
    assert [one["id"] for one in found] == ["oostdorp-2024"]
    assert not {"review_state", "source_sha256", "ground"} & found[0]["properties"].keys()


async def test_what_is_not_reviewed_stays_inside(
    bench: Workbench, fresh_dsn: str, tmp_path: Path
) -> None:
    write(incoming(bench, "photo.tif"), field())
    assert taken_in(bench, year=2024).taken == 1
    async with inside(fresh_dsn, tmp_path / "home") as client:
        page = (await client.get("/collections/orthophotos/items?f=json")).json()
    assert (page["numberMatched"], page["features"]) == (0, [])


def test_a_new_delivery_takes_the_place_of_the_old_one(bench: Workbench) -> None:
    photo = incoming(bench, "photo.tif")
    write(photo, field())
    photo.with_suffix(".json").write_text(json.dumps(SIDECAR))
    taken_in(bench)
    [old] = rows(bench)
    write(photo, field(nir=90))
    assert taken_in(bench).taken == 1
    [new] = rows(bench)
    assert old["checksum"] != new["checksum"]
    assert not bench.storage.exists(key_of(old["checksum"]))
    assert bench.storage.exists(key_of(new["checksum"]))


def decide(bench: Workbench, shown: bool) -> None:
    """As staff do at /medewerker/beelden/nazicht."""
    with connect(bench.dsn) as owner:
        owner.execute("SELECT imagery.show_photos('oostdorp-2024', %s)", [shown])


def test_what_staff_decided_stays_until_there_is_another_photo(bench: Workbench) -> None:
    photo = incoming(bench, "photo.tif")
    sidecar = photo.with_suffix(".json")

    def state(**inputs: str) -> str:
        """After another delivery of what lies there now."""
        assert not taken_in(bench, **inputs).rejected
        [row] = rows(bench)
        return row["review_state"]

    write(photo, field())
    sidecar.write_text(json.dumps(SIDECAR))
    assert state() == "in_review"
    decide(bench, shown=True)
    sidecar.write_text(json.dumps(SIDECAR | {"supplier": "Ballonclub"}))
    assert state() == "reviewed", "the same photo, of which something else is told"
    assert rows(bench)[0]["supplier"] == "Ballonclub"
    bench.storage.delete(key_of(rows(bench)[0]["checksum"]))
    assert state() == "reviewed", "the same photo, made once more"
    with connect(bench.dsn) as owner:
        owner.execute("UPDATE geoloket.orthophotos SET recipe = '0'")
    assert state() == "reviewed", "the same photo, made otherwise"
    write(photo, field(nir=90))
    assert state() == "in_review", "another photo, at which nobody looked"
    assert state(review_state="reviewed") == "reviewed"
    decide(bench, shown=False)
    assert state() == "in_review", "taken back stays taken back"
    write(photo, field(nir=120))
    assert state(review_state="reviewed") == "reviewed", "told with the delivery"
    assert state(review_state="staff") == "staff"


def test_refused_with_a_reason(bench: Workbench) -> None:
    write(incoming(bench, "placeless.tif"), field(), crs=None)
    write(incoming(bench, "elsewhere.tif"), field()[:3], crs="EPSG:32634")
    write(incoming(bench, "cut.tif"), field()[:3])
    whole = incoming(bench, "cut.tif").read_bytes()
    incoming(bench, "cut.tif").write_bytes(whole[: len(whole) // 2])
    incoming(bench, "text.tif").write_text("no picture")
    good = write(incoming(bench, "good.tif"), field())
    incoming(bench, "same.tif").write_bytes(good.read_bytes())
    good.with_suffix(".json").write_text('{"id": "good", "year": 2024}')
    outcome = taken_in(bench, year=2023)
    assert outcome.taken == 1
    told = {name: reason.split(";")[0][:30] for name, reason in outcome.rejected.items()}
    assert told == {
        "placeless.tif": "says no coordinate system",
        "elsewhere.tif": "does not lie in Belgium",
        "cut.tif": told["cut.tif"],
        "text.tif": "cannot be read as a GeoTIFF ('",
        "same.tif": "is the same file as good, whic",
    }
    assert told["cut.tif"].startswith("cannot be read to its end")
    assert len(rows(bench)) == 1


@pytest.mark.parametrize("folder", ["..", "../..", "/etc", "absent"])
def test_no_way_out_of_the_folder(bench: Workbench, folder: str) -> None:
    incoming(bench, "x").mkdir(parents=True)
    with pytest.raises(Rejected, match="there is no folder"):
        taken_in(bench, folder=folder)


def test_a_photo_in_another_system_is_turned(bench: Workbench) -> None:
    """Delivered in web mercator: a red square is where it was, and what is beside it is outside."""
    moved = Transformer.from_crs(31370, 3857, always_xy=True)
    place = from_origin(*moved.transform(WEST, NORTH), 0.8, 0.8)
    write(incoming(bench, "photo.tif"), field()[:3], crs="EPSG:3857", transform=place)
    assert taken_in(bench, year=2024).rejected == {}
    [row] = rows(bench)
    with rasterio.open(bench.storage.path(key_of(row["checksum"]))) as photo:
        assert photo.crs.to_epsg() == 31370
        assert photo.count == 3
        red = photo.read()[:, *photo.index(WEST + 8, NORTH - 8)]
        assert np.abs(red.astype(int) - (200, 20, 20)).max() <= 2
        mask = photo.dataset_mask()
    assert 0 < (mask == 0).mean() < 0.2


def test_white_roofs_stay(bench: Workbench) -> None:
    pixels = field()[:3]
    pixels[:, 200:240, 200:240] = 255
    pixels[:, :, 480:] = 255
    write(incoming(bench, "photo.tif"), pixels, nodata=255)
    assert taken_in(bench, year=2024).taken == 1
    [row] = rows(bench)
    with rasterio.open(bench.storage.path(key_of(row["checksum"]))) as photo:
        mask = photo.dataset_mask()
    assert mask[220, 220] == 255
    assert (mask[:, 480:] == 0).all()
    assert row["area"] == pytest.approx(SIDE * 480 * PIXEL_M**2, rel=0.02)
