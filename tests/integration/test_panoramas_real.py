"""Real street pictures through every process; they show people and are never kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fixtures.data import real_data_folder
from fixtures.panoramas import Surroundings, seen
from fixtures.server import settings_for

from geoloket.database import connect
from processing.panorama import blurring, cutting, ingest, series, tiling, visibility
from processing.panorama.processes import (
    BlurInputs,
    Chosen,
    IngestInputs,
    SeriesInputs,
    VisibilityInputs,
)

GOPRO = real_data_folder() / "panoramas-gopro"
CITY = real_data_folder() / "panoramas-amsterdam-2018"
TRACKS = real_data_folder() / "panorama-sequences-amsterdam"

pytestmark = pytest.mark.skipif(not GOPRO.is_dir(), reason="no real street pictures are here")


@pytest.fixture
def job(fresh_dsn: str, tmp_path: Path) -> Surroundings:
    return Surroundings(settings_for(fresh_dsn, tmp_path), fresh_dsn)


def incoming(job: Surroundings, name: str, *files: Path) -> None:
    folder = job.settings.home / "incoming" / name
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder)


def test_pictures_that_tell_of_themselves(job: Surroundings) -> None:
    incoming(job, "gopro", *sorted(GOPRO.glob("*.jpg")))
    told = job.through(ingest, IngestInputs(folder="gopro", licence="test"))
    assert told.taken == 5 and set(told.rejected) == {
        *("crop.jpg", "e1.jpg", "e2.jpg", "e3.jpg"),
        "xpcomment.jpg",
    }
    assert "twice as wide" in told.rejected["crop.jpg"]
    assert "too small" in told.rejected["xpcomment.jpg"]
    with connect(job.dsn) as owner:
        rows = owner.execute(
            "SELECT id, camera, round(heading_deg) AS heading, captured_at::text AS at, width "
            "FROM geoloket.panoramas ORDER BY captured_at DESC, id"
        ).fetchall()
    by_id = {row["id"]: row for row in rows}
    assert by_id["gopro-1"]["camera"] == "GoPro Max" and by_id["gopro-1"]["width"] == 5760
    assert by_id["gopro-3"]["at"] == "2021-07-29 09:16:58+00"
    assert by_id["gopro-d1"]["heading"] == 67, "told by GPano alone"


def test_a_compass_that_strayed_is_set_right_by_the_track(job: Surroundings) -> None:
    incoming(job, "gopro", *(GOPRO / f"{n}.jpg" for n in (1, 3, 5)))
    told = job.through(ingest, IngestInputs(folder="gopro"))
    assert (told.taken, told.headings_from_track) == (3, 1)
    with connect(job.dsn) as owner:
        found = owner.execute("SELECT id, heading_deg FROM geoloket.panoramas").fetchall()
    headings = {row["id"]: row["heading_deg"] for row in found}
    # 349 was told of the first: 22 degrees off from how the camera stood at its neighbours.
    assert headings["gopro-1"] == pytest.approx(8, abs=2)
    assert (headings["gopro-3"], headings["gopro-5"]) == (1, 356)


def test_pictures_of_a_city_with_what_lies_beside_them(job: Surroundings) -> None:
    """No EXIF at all: a JSON beside two of them, and of the third only its place on the track."""
    track = TRACKS / "TMX7316010203-000724.geojson"
    incoming(job, "stad-2018", *sorted(CITY.glob("*.jp*g")), *sorted(CITY.glob("*.json")), track)
    told = job.through(ingest, IngestInputs(folder="stad-2018", supplier="test"))
    assert (told.taken, told.rejected) == (3, {})
    with connect(job.dsn) as owner:
        rows = owner.execute(
            "SELECT id, sequence, rank, year, heading_deg, ST_X(geom_crs84) AS lon, elevation_m "
            "FROM geoloket.panoramas ORDER BY rank"
        ).fetchall()
    assert {row["year"] for row in rows} == {2018}
    assert {row["sequence"] for row in rows} == {"TMX7316010203-000724"}
    first = next(row for row in rows if row["id"].endswith("000057"))
    assert first["lon"] == pytest.approx(4.923009, abs=1e-6) and first["elevation_m"] > 50
    assert all(row["heading_deg"] is not None for row in rows), "that of the track"
    name = first["id"]
    blurred = job.through(blurring, BlurInputs(panoramas=[name], tiles=False))
    assert blurred.pictures == 1 and not blurred.rejected
    cut = job.through(cutting, Chosen(panoramas=[name]))
    assert cut.files == tiling.count(8000) == 172
    _a_parcel_is_seen(job, name)


def _a_parcel_is_seen(job: Surroundings, name: str) -> None:
    with connect(job.dsn) as owner:
        owner.execute(
            "INSERT INTO geoloket.parcels (id, geom) SELECT 'echt', ST_Multi(ST_Expand("
            "ST_Translate(geom, 15, 0), 8)) FROM geoloket.panoramas WHERE id = %s",
            [name],
        )
        owner.execute("UPDATE geoloket.panoramas SET retired_on = now() WHERE id <> %s", [name])
    assert visibility.run(job, VisibilityInputs()).parcels == 1
    made = job.through(series, SeriesInputs(parcels=["echt"]))
    assert (made.parcels, made.pictures) == (1, 1)
    assert seen(job.storage.path(made.strips["echt"].key)).shape == (644, 800, 3)
