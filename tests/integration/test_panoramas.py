"""Street pictures from delivery to what visitors see: each process on small invented pictures."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from fixtures.panoramas import Surroundings, deliver, jpeg, picture, seen
from fixtures.server import settings_for

from geoloket.access import VISITOR, Duty, person
from geoloket.database import Database, connect
from geoloket.errors import Forbidden, InvalidParameter, NotFound
from geoloket.imagery import ImageryDesk
from geoloket.main.retaining import each_night
from geoloket.registry import LayerRegistry
from processing.context import Rejected
from processing.panorama import blurring, cutting, ingest, series, tiling, visibility
from processing.panorama.originals import delete_expired
from processing.panorama.processes import (
    BlurInputs,
    Chosen,
    IngestInputs,
    SeriesInputs,
    VisibilityInputs,
)

STAFF = person("an", "An", [Duty.STAFF])
LAYER = LayerRegistry.read()["panoramas"]
PARCEL = "44021A0001/00B000"


@pytest.fixture
def job(fresh_dsn: str, tmp_path: Path) -> Surroundings:
    return Surroundings(settings_for(fresh_dsn, tmp_path), fresh_dsn)


def rows(job: Surroundings) -> dict[str, dict[str, Any]]:
    with connect(job.dsn) as owner:
        found = owner.execute("SELECT * FROM geoloket.panoramas ORDER BY id").fetchall()
    return {row["id"]: row for row in found}


def run(job: Surroundings, statement: str, *values: object) -> list[dict[str, Any]]:
    with connect(job.dsn) as owner:
        cursor = owner.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


class Desk:
    """The desk of pages over the database of a test."""

    def __init__(self, job: Surroundings) -> None:
        self.database = Database(job.dsn, size=2)
        self.desk = ImageryDesk(self.database, LAYER, 31370)

    async def __aenter__(self) -> ImageryDesk:
        await self.database.open()
        return self.desk

    async def __aexit__(self, *_: object) -> None:
        await self.database.close()


def test_a_delivery_is_taken_in_once(job: Surroundings) -> None:
    home = job.settings.home
    good = {f"beeld_{n}.jpg": jpeg(picture(n)) for n in range(3)}
    flat = jpeg(picture(7)[:, :600])
    bad = {"vlak.jpg": flat, "kapot.jpg": good["beeld_0.jpg"][:4000], "tekst.jpg": b"niets"}
    twice = {"zelfde.jpg": good["beeld_1.jpg"]}
    deliver(home, "zandwijk-2024", good | bad | twice)
    told = job.through(ingest, IngestInputs(folder="zandwijk-2024"))
    assert (told.campaign, told.taken, told.unchanged) == ("zandwijk-2024", 3, 0)
    assert set(told.rejected) == {*bad, *twice}
    assert "twice as wide" in told.rejected["vlak.jpg"]
    assert "cannot be read" in told.rejected["kapot.jpg"]
    assert "same picture as zandwijk-2024-beeld_1" in told.rejected["zelfde.jpg"]
    found = rows(job)
    assert list(found) == [f"zandwijk-2024-beeld_{n}" for n in range(3)]
    one = found["zandwijk-2024-beeld_0"]
    assert (one["year"], one["heading_deg"], one["review_state"]) == (2024, 90.0, "staff")
    assert not one["is_public"] and not one["blurred"] and one["width"] == 1024
    assert job.storage.path(one["original_key"]).read_bytes() == good["beeld_0.jpg"]
    (place,) = run(
        job, "SELECT ST_SRID(geom) AS s, ST_X(geom) AS x FROM geoloket.panoramas LIMIT 1"
    )
    assert place["s"] == 31370 and 70_000 < place["x"] < 71_000
    before = run(job, "SELECT version FROM geoloket.layer_state WHERE layer = 'panoramas'")
    again = job.through(ingest, IngestInputs(folder="zandwijk-2024"))
    assert (again.taken, again.unchanged) == (0, 3)
    assert rows(job) == found
    after = run(job, "SELECT version FROM geoloket.layer_state WHERE layer = 'panoramas'")
    assert before == after, "nothing was written"


def test_a_delivery_may_be_a_zip_with_a_table_beside(job: Surroundings) -> None:
    incoming = job.settings.home / "incoming"
    incoming.mkdir()
    table = "file;lon;lat;captured_at\na.jpg;3.2254;51.2103;2023-04-01T10:00:00\n"
    table += "b.jpg;3.2255;51.2103;2023-04-01T10:00:05\nc.jpg;x;51;2023-04-01T10:00:05\n"
    with zipfile.ZipFile(incoming / "levering.zip", "w") as archive:
        for name in "abc":
            archive.writestr(f"fotos/{name}.jpg", jpeg(picture(ord(name))))
        archive.writestr("lijst.csv", table)
    told = job.through(ingest, IngestInputs(folder="levering.zip", campaign="zip-2023"))
    assert told.taken == 2 and told.headings_from_track == 2
    assert told.rejected["fotos/c.jpg"].startswith("what is told beside it cannot be used: lon")
    headings = [row["heading_deg"] for row in rows(job).values()]
    assert headings == pytest.approx([90, 90], abs=0.1), "along the track, to the east"
    assert {row["year"] for row in rows(job).values()} == {2023}


@pytest.mark.parametrize("name", ["../elders", "/etc", ".", "", "weg", "a\0b"])
def test_nothing_outside_incoming_is_read(job: Surroundings, name: str) -> None:
    (job.settings.home / "incoming").mkdir()
    (job.settings.home / "elders").mkdir()
    with pytest.raises((Rejected, ValueError)):
        list(ingest.plan(job, IngestInputs(folder=name)))


def taken(job: Surroundings, count: int = 1, **campaign: Any) -> list[str]:
    """Pictures that were taken in."""
    deliver(
        job.settings.home, "c", {f"{n}.jpg": jpeg(picture(n)) for n in range(count)}, **campaign
    )
    job.through(ingest, IngestInputs(folder="c"))
    return list(rows(job))


def test_tiles_are_made_of_the_blurred_picture_only(job: Surroundings) -> None:
    (name,) = taken(job)
    with pytest.raises(Rejected, match="not blurred"):
        cutting.work(job, Chosen(panoramas=[name]), {"id": name})
    run(
        job,
        "SELECT imagery.add_area(%s, 'other', 0.95, 0.4, 0.1, 0.2, 'staff', 'an')",
        name,
    )
    told = job.through(blurring, BlurInputs(campaign="c"))
    assert told.pictures == 1 and not told.rejected and told.areas >= 1
    row = rows(job)[name]
    assert row["blurred"] and row["review_state"] == "in_review" and not row["is_public"]
    folder = job.storage.path(f"{row['derived_key']}/blurred.jpg").parent
    files = [file for file in folder.rglob("*.jpg") if file.name != "blurred.jpg"]
    assert len(files) == tiling.count(1024) == 4
    assert seen(folder / "preview.jpg").shape == (1024, 2048, 3)
    assert seen(folder / "tiles/0/1_0.jpg").shape == (512, 512, 3)
    shown, was = seen(folder / "tiles/0/0_0.jpg"), picture(0)[:, :512]
    # The area lies across the seam: the left of the picture is hidden too, the rest is as it was.
    assert np.abs(shown[210:300, :40].astype(int) - was[210:300, :40]).mean() > 20
    assert np.abs(shown[20:100, 100:500].astype(int) - was[20:100, 100:500]).mean() < 8
    assert np.std(np.diff(shown[220:290, :40].astype(int), axis=1)) < 6, "nothing is left of it"
    again = job.through(blurring, BlurInputs(panoramas=[name]))
    assert again.pictures == 1 and rows(job)[name]["derived_key"] == row["derived_key"]
    assert job.through(cutting, Chosen(campaign="c")).files == 4


def test_a_picture_is_made_anew_when_its_areas_change(job: Surroundings) -> None:
    (name,) = taken(job, supplier_blurred=True)
    job.through(blurring, BlurInputs(campaign="c"))
    before = rows(job)[name]
    assert before["is_public"], "its supplier declared that it is blurred"
    (added,) = run(
        job, "SELECT imagery.add_area(%s, 'face', .5, .4, .02, .04, 'staff', 'an') AS id", name
    )
    assert not rows(job)[name]["is_public"], "hidden until it was made anew"
    job.through(blurring, BlurInputs(panoramas=[name]))
    after = rows(job)[name]
    assert after["is_public"] and after["derived_key"] != before["derived_key"]
    assert not job.storage.exists(f"{before['derived_key']}/blurred.jpg"), "the former is gone"
    run(job, "SELECT imagery.remove_area(%s, 'an')", added["id"])
    job.through(blurring, BlurInputs(panoramas=[name]))
    assert rows(job)[name]["derived_key"] == before["derived_key"]
    # Without the original more can be hidden, and nothing can be brought back.
    with connect(job.dsn) as owner:
        later = datetime.now(UTC) + timedelta(days=31)
        gone = delete_expired(owner, job.storage, 30, later)
    assert (gone.deleted, gone.waiting) == (1, 0)
    assert not job.storage.exists(before["original_key"])
    (more,) = run(
        job, "SELECT imagery.add_area(%s, 'face', .2, .4, .02, .04, 'staff', 'an') AS id", name
    )
    job.through(blurring, BlurInputs(panoramas=[name]))
    assert rows(job)[name]["is_public"]
    (kept,) = run(job, "SELECT imagery.remove_area(%s, 'an') AS panorama", more["id"])
    assert kept["panorama"] is None


def test_an_original_is_kept_until_its_blurred_picture_is_made(job: Surroundings) -> None:
    taken(job)
    with connect(job.dsn) as owner:
        later = datetime.now(UTC) + timedelta(days=31)
        told = delete_expired(owner, job.storage, 30, later)
        assert (told.deleted, told.waiting) == (0, 1)
        assert delete_expired(owner, job.storage, 30).waiting == 0, "not in its first days"


def test_each_night_originals_go_when_their_days_are_over(job: Surroundings) -> None:
    old, new = taken(job, 2)
    job.through(blurring, BlurInputs(campaign="c"))
    run(
        job,
        "UPDATE geoloket.panoramas SET imported_at = now() - interval '31 days' WHERE id = %s",
        old,
    )
    before = rows(job)
    each_night(job.dsn, job.settings)
    assert not job.storage.exists(before[old]["original_key"])
    assert job.storage.exists(before[new]["original_key"])
    assert (rows(job)[old]["original_key"], rows(job)[old]["blurred"]) == (None, True)


async def test_a_campaign_is_shown_after_somebody_looked_at_a_sample(job: Surroundings) -> None:
    names = taken(job, 3)
    async with Desk(job) as desk:
        with pytest.raises(InvalidParameter):
            await desk.draw_sample(STAFF, "c", 2)  # nothing is blurred
        job.through(blurring, BlurInputs(panoramas=names[:2]))
        with pytest.raises(Forbidden):
            await desk.release(STAFF, "c")
        assert await desk.draw_sample(STAFF, "c", 5) == 1
        with pytest.raises(InvalidParameter):
            await desk.draw_sample(STAFF, "c", 5)  # the round is open
        await desk.judge(STAFF, "c", names[0], "clean")
        await desk.judge(STAFF, "c", names[1], "missed")
        with pytest.raises(Forbidden):
            await desk.release(STAFF, "c")
        await desk.add_area(STAFF, names[1], x=0.1, y=0.4, width=0.02, height=0.03, kind="face")
        job.through(blurring, BlurInputs(panoramas=[names[1]]))
        assert await desk.draw_sample(STAFF, "c", 5) == 2
        for one in await desk.sample(STAFF, "c"):
            await desk.judge(STAFF, "c", one.panorama, "clean")
        assert await desk.panorama(VISITOR, names[0]) is None
        assert await desk.release(STAFF, "c") == 2
        shown = await desk.panorama(VISITOR, names[0])
        assert shown and shown.derived_key and shown.review_state == "reviewed"
        # What is blurred after the sample was drawn was not in what it stands for.
        job.through(blurring, BlurInputs(panoramas=[names[2]]))
        assert await desk.panorama(VISITOR, names[2]) is None
        assert await desk.release(STAFF, "c") == 0
        assert rows(job)[names[2]]["review_state"] == "in_review"
        # Nor is one that was searched again; one of which only areas changed is.
        job.through(blurring, BlurInputs(panoramas=[names[0]], again=True))
        assert await desk.panorama(VISITOR, names[0]) is None
        await desk.add_area(STAFF, names[1], x=0.3, y=0.4, width=0.02, height=0.03)
        job.through(blurring, BlurInputs(panoramas=[names[1]]))
        assert await desk.panorama(VISITOR, names[1])
        (told,) = await desk.campaigns(STAFF)
        assert (told.pictures, told.blurred, told.shown, told.round) == (3, 3, 1, 2)
        assert await desk.withdraw(STAFF, "c") == 1
        assert await desk.panorama(VISITOR, names[1]) is None
        await desk.declare_supplier(STAFF, "c", True)
        assert await desk.release(STAFF, "c") == 3


async def test_what_visitors_may_and_may_not_do(job: Surroundings) -> None:
    (name,) = taken(job, supplier_blurred=True)
    async with Desk(job) as desk:
        assert await desk.ask_blur(VISITOR, name, "person", x=0.5, y=0.5) is None, "not shown yet"
        job.through(blurring, BlurInputs(campaign="c"))
        asked = await desk.ask_blur(VISITOR, name, "home", message="Mijn tuin", email="a@b.example")
        assert asked
        assert await desk.ask_blur(VISITOR, "niets", "person") is None
        for attempt in (
            desk.add_area(VISITOR, name, x=0.1, y=0.1, width=0.1, height=0.1),
            desk.release(VISITOR, "c"),
            desk.withdraw(VISITOR, "c"),
            desk.declare_supplier(VISITOR, "c", True),
            desk.handle_request(VISITOR, asked, "refused"),
            desk.original(VISITOR, name),
        ):
            with pytest.raises(Forbidden):
                await attempt
        for read in (desk.requests(VISITOR), desk.areas(VISITOR, name), desk.campaigns(VISITOR)):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await read
        (request,) = await desk.requests(STAFF)
        assert (request.id, request.message, request.email) == (asked, "Mijn tuin", "a@b.example")
        assert (request.handle_before - request.received_at.date()).days in (14, 15)
        await desk.handle_request(STAFF, asked, "blurred")
        with pytest.raises(NotFound):
            await desk.handle_request(STAFF, asked, "blurred")
        assert run(job, "SELECT email FROM imagery.blur_requests") == [{"email": None}]
        key = await desk.original(STAFF, name)
        assert key and job.storage.exists(key)
        looks = run(job, "SELECT records FROM audit.entries WHERE layer = 'panoramas'")
        assert [f"{name}/original"] in [one["records"] for one in looks]
        with pytest.raises(InvalidParameter):
            await desk.add_area(STAFF, name, x=1.2, y=0, width=0.1, height=0.1)


def street(job: Surroundings) -> None:
    """A street to the east, a house to the north of it behind which another stands."""
    with connect(job.dsn) as owner:
        (at,) = owner.execute(
            "SELECT ST_X(p) AS x, ST_Y(p) AS y "
            "FROM geoloket.from_lonlat(3.2254, 51.2103, 31370) AS p"
        ).fetchall()
        for parcel, box in (
            (PARCEL, (0, 5, 10, 25)),
            ("44021A0002/00A000", (0, 25, 10, 45)),
            ("44021A0003/00A000", (0, -25, 10, -5)),
        ):
            owner.execute(
                "INSERT INTO geoloket.parcels (id, geom) VALUES (%s, "
                "ST_Multi(ST_MakeEnvelope(%s, %s, %s, %s, 31370)))",
                [parcel, *_at(at, box)],
            )
        for building, box in (("voor", (1, 8, 9, 18)), ("achter", (1, 30, 9, 40))):
            owner.execute(
                "INSERT INTO geoloket.buildings (id, geom) VALUES (%s, "
                "ST_Multi(ST_MakeEnvelope(%s, %s, %s, %s, 31370)))",
                [building, *_at(at, box)],
            )


def _at(at: dict[str, float], box: tuple[float, float, float, float]) -> list[float]:
    return [box[0] + at["x"], box[1] + at["y"], box[2] + at["x"], box[3] + at["y"]]


async def test_a_parcel_is_seen_through_the_years(job: Surroundings) -> None:
    """Two campaigns along the street; the second one looks the other way, and begins further."""
    street(job)
    same = picture(1, 2048)
    for year, shift in ((2021, 0), (2024, 1024)):
        turned = np.roll(same, shift, axis=1)
        deliver(
            job.settings.home,
            f"c{year}",
            {"1.jpg": jpeg(turned), "2.jpg": jpeg(picture(year))},
            year=year,
            rows={
                "1.jpg": {"heading_deg": 90.0 if year == 2021 else 270.0, "lon": 3.22547},
                "2.jpg": {"lon": 3.2260},
            },
            supplier_blurred=year == 2021,
        )
        job.through(ingest, IngestInputs(folder=f"c{year}"))
        job.through(blurring, BlurInputs(campaign=f"c{year}"))
    told = visibility.run(job, VisibilityInputs())
    assert told.pictures == 4 and told.parcels == 2, "not what stands behind"
    async with Desk(job) as desk:
        shots = await desk.captures(STAFF, PARCEL)
        assert [(one.year, one.panorama) for one in shots] == [(2021, "c2021-1"), (2024, "c2024-1")]
        assert shots[0].front == shots[1].front
        assert shots[0].facing_deg == pytest.approx(180 - 0.88, abs=0.1), "from true north"
        assert shots[0].bearing_deg == pytest.approx(359.1, abs=2)
        assert shots[0].distance_m == pytest.approx(8, abs=0.3)
        assert shots[0].yaw_deg == pytest.approx(-91, abs=2)
        assert shots[1].yaw_deg == pytest.approx(89, abs=2)
        assert [one.year for one in await desk.captures(VISITOR, PARCEL)] == [2021], "reviewed ones"
        assert await desk.captures(VISITOR, "44021A0002/00A000") == []
        assert await desk.parcels(STAFF, "c2021-1") == ["44021A0003/00A000", PARCEL]
        outline = await desk.outline(STAFF, PARCEL, "c2021-1")
        assert min(pitch for _, pitch in outline) == pytest.approx(-26.6, abs=1), "2.5 m at 5 m"
        assert all(-160 < yaw < -20 for yaw, _ in outline), "all of it on the left"
        assert await desk.outline(VISITOR, PARCEL, "c2024-1") == []
        wall = await desk.outline(STAFF, PARCEL, "c2021-1", front=shots[0].front)
        assert len(wall) >= 2
    made = job.through(
        series, SeriesInputs(parcels=[PARCEL, "44021A0002/00A000"], width=400, height=300)
    )
    assert (made.parcels, made.pictures, made.comparable, made.uncertain) == (1, 2, 1, 0)
    assert "no picture sees" in made.rejected["44021A0002/00A000"]
    strip = seen(job.storage.path(made.strips[PARCEL].key))
    assert strip.shape == (344, 800, 3)
    left, right = strip[:300, :400].astype(int), strip[:300, 400:].astype(int)
    assert np.abs(left - right).mean() < 12, "both face the same way"
    async with Desk(job) as desk:
        later = (await desk.captures(STAFF, PARCEL))[1]
        assert (later.compared_with, later.verdict) == ("c2021-1", "comparable")
        assert later.offset_deg == pytest.approx(0, abs=0.5)
    whole = job.through(series, SeriesInputs(width=400, height=300))
    assert whole.parcels == 2, "all that is seen"
    json.dumps(whole.model_dump())


async def test_lines_of_sight_that_are_overtaken_are_told(job: Surroundings) -> None:
    """By campaign: pictures that came, buildings that changed; blurring changes nothing."""
    street(job)
    for year in (2021, 2024):
        deliver(job.settings.home, f"c{year}", {"1.jpg": jpeg(picture(year))}, year=year)
        job.through(ingest, IngestInputs(folder=f"c{year}"))

    async def told() -> dict[str, tuple[bool, str | None]]:
        async with Desk(job) as desk:
            campaigns = await desk.campaigns(STAFF)
        return {one.id: (one.looked_at is not None, one.changed_since) for one in campaigns}

    assert await told() == {"c2021": (False, None), "c2024": (False, None)}
    visibility.run(job, VisibilityInputs(campaign="c2021"))
    assert await told() == {"c2021": (True, None), "c2024": (False, None)}
    visibility.run(job, VisibilityInputs())
    job.through(blurring, BlurInputs(campaign="c2024"))
    assert await told() == {"c2021": (True, None), "c2024": (True, None)}
    run(job, "UPDATE geoloket.buildings SET geom = ST_Translate(geom, 1, 0) WHERE id = 'voor'")
    assert await told() == {"c2021": (True, "buildings"), "c2024": (True, "buildings")}
    visibility.run(job, VisibilityInputs())
    deliver(job.settings.home, "c2024", {"2.jpg": jpeg(picture(9))}, year=2024)
    job.through(ingest, IngestInputs(folder="c2024"))
    assert await told() == {"c2021": (True, None), "c2024": (True, "pictures")}
    visibility.run(job, VisibilityInputs(campaign="c2024"))
    assert await told() == {"c2021": (True, None), "c2024": (True, None)}
