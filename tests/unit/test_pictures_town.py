"""The pictures of the invented town: they keep to its permits, and tell the truth of it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import rasterio

from geoloket.crs import guess_srid
from processing.demo.pictures.campaigns import driven, flown
from processing.demo.pictures.make import Wish, Work
from processing.demo.pictures.panorama import Stage, poses
from processing.demo.pictures.scene import Scene, Track, build_scene
from processing.demo.pictures.truth import told
from processing.demo.town import SEED

TODAY = date(2026, 11, 23)
TRACK = Track("Kastanjelaan", 60, 140)
SMALL = Wish(width=512, step=25, resolution=2.0, tracks=(TRACK,))


@pytest.fixture(scope="module")
def scene() -> Scene:
    return build_scene(SEED, TODAY, TODAY)


@pytest.fixture(scope="module")
def street(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("straat") / "zandwijk-2023"
    Work(scene, SMALL, lambda progress, message: None, 1).drive(driven(TODAY)[2], folder)
    return folder


def _json(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_permit_stands_as_a_house_after_its_works_began(scene: Scene) -> None:
    """Each new house is absent on the days before, and there from that day on."""
    new = [c for c in scene.changes if c.kind == "new" and c.seen_from >= date(2021, 1, 1)]
    found = 0
    for change in new:
        here = [b.house for b in scene.bodies if b.house.plot == change.plot]
        found += len(here)
        before = change.seen_from.replace(year=change.seen_from.year - 1)
        assert not [h for h in here if h.kind == "main" and h.stands(before)]
        if here:
            assert [h for h in here if h.kind == "main" and h.stands(change.seen_from)]
    assert found >= 2


@pytest.mark.parametrize(("number", "after"), [("00H000", 1), ("00F000", 3)])
def test_two_houses_are_granted_in_one_year_and_pictured_in_the_next(
    scene: Scene, number: str, after: int
) -> None:
    """Also when the days of the files were moved on for two months, before the town is renewed."""
    key = f"99001B0333/{number}"
    change = next(c for c in scene.changes if scene.fabric.keys[c.plot].slash == key)
    year = TODAY.year - 5 + after
    for later in (timedelta(0), timedelta(days=60)):
        seen = change.seen_from + later
        for campaign in (*driven(TODAY), *flown(TODAY)):
            assert (campaign.day >= seen) == (campaign.year > year), (campaign, seen)


def test_nothing_stands_twice(scene: Scene) -> None:
    for campaign in driven(TODAY):
        standing = [b.house.building for b in scene.bodies_on(campaign.day) if b.house.building]
        assert len(standing) == len(set(standing))


def test_today_is_as_the_register_has_it(scene: Scene) -> None:
    standing = {b.house.building for b in scene.bodies_on(TODAY)}
    for body in scene.bodies:
        change_ahead = body.house.since is not None and body.house.since > TODAY
        assert body.house.building in standing or change_ahead or body.house.until


def test_the_new_house_is_in_the_picture_of_later_years_only(scene: Scene) -> None:
    """Two houses along this street were built between the first and the third campaign."""
    new = {c.plot for c in scene.changes if c.kind == "new"}
    seen: list[set[str]] = []
    for campaign in (driven(TODAY)[0], driven(TODAY)[2]):
        stage = Stage(scene, campaign, TRACK, 512)
        pose = poses(scene, TRACK, campaign)[3]
        document: Any = told(stage, pose, stage.shoot(pose))
        keys = {scene.fabric.keys[plot].slash for plot in new}
        seen.append({b["parcel"] for b in document["buildings"]} & keys)
    assert not seen[0]
    assert seen[1]


def test_the_sidecar_tells_all_pictures(street: Path) -> None:
    document = _json(street / "panoramas.json")
    assert set(document["campaign"]) == {
        "id", "title", "year", "captured_from", "captured_to", "supplier", "licence",
        "supplier_blurred",
    }  # fmt: skip
    assert document["campaign"]["supplier_blurred"] is False
    files = {row["file"] for row in document["panoramas"]}
    assert files == {one.name for one in street.glob("*.jpg")}
    for row in document["panoramas"]:
        assert set(row) == {
            "file", "lon", "lat", "elevation_m", "captured_at", "heading_deg", "pitch_deg",
            "roll_deg", "sequence", "rank", "camera",
        }  # fmt: skip
        assert re.fullmatch(r"2023-10-18T\d\d:\d\d:\d\dZ", row["captured_at"])
        assert 0 <= row["heading_deg"] < 360
        assert guess_srid(row["lon"], row["lat"]) == 4326
        picture = cv2.imread(str(street / row["file"]))
        assert picture is not None
        assert picture.shape == (256, 512, 3)


def test_instruments_are_a_little_off_and_the_truth_is_told(street: Path) -> None:
    truth = _json(street / "truth.json")["panoramas"]
    offsets = [
        (row["heading_deg"] - truth[row["file"]]["heading_deg"] + 180) % 360 - 180
        for row in _json(street / "panoramas.json")["panoramas"]
    ]
    assert any(offsets)
    assert max(map(abs, offsets)) < 5


def test_houses_are_seen_in_the_columns_of_their_bearing(street: Path) -> None:
    for shown in _json(street / "truth.json")["panoramas"].values():
        assert shown["buildings"]
        for house in shown["buildings"]:
            if house["fraction"] < 0.95 or house["last_column"] < house["first_column"]:
                continue
            middle = (house["first_column"] + house["last_column"] + 1) / 2
            bearing = shown["heading_deg"] + (middle / 512 - 0.5) * 360
            off = (bearing - house["bearing_deg"] + 180) % 360 - 180
            assert abs(off) < 2.5


def test_the_same_campaign_is_drawn_the_same(scene: Scene, street: Path, tmp_path: Path) -> None:
    folder = tmp_path / "zandwijk-2023"
    Work(scene, SMALL, lambda progress, message: None, 1).drive(driven(TODAY)[2], folder)
    for file in street.iterdir():
        assert (folder / file.name).read_bytes() == file.read_bytes()


def test_photos_have_near_infrared_and_lie_in_lambert(scene: Scene, tmp_path: Path) -> None:
    flight = flown(TODAY)[3]
    Work(scene, SMALL, lambda progress, message: None, 1).fly(flight, tmp_path / "2024")
    document = _json(tmp_path / "2024" / "orthophoto.json")
    assert document["bands"] == ["red", "green", "blue", "nir"]
    assert (document["year"], document["season"]) == (2024, "summer")
    photo: Any
    with rasterio.open(tmp_path / "2024" / "orthophoto.tif") as photo:
        assert photo.crs.to_epsg() == 31370
        assert photo.count == 4
        assert photo.nodata is None
        assert not any("alpha" in str(one) for one in photo.colorinterp)
        bands = photo.read().astype(float)
    vegetation = (bands[3] - bands[0]) / (bands[3] + bands[0])
    assert np.mean(vegetation > 0.2) > 0.3
    assert np.mean(vegetation < 0.1) > 0.1
