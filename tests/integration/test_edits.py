"""EditDesk: who may change what, what is kept of it, and what is refused, by both locks."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fixtures.demo import PROGRAM

from geoloket.access import VISITOR, Duty, Principal, person
from geoloket.crs import SUPPORTED, of_srid
from geoloket.database import connect
from geoloket.edits import EditDesk
from geoloket.errors import (
    Conflict,
    Forbidden,
    InvalidFeature,
    NotFound,
    PreconditionFailed,
    Problem,
)
from geoloket.hall import Hall
from geoloket.layer import Layer
from geoloket.settings import Settings

JORIS = person("joris", "Joris Wouters", [Duty.STAFF, Duty.HOUSING])
MIRA = person("mira", "Mira Maes", [Duty.STAFF])
HERE = {"type": "Point", "coordinates": [3.2262, 51.2104]}
GIVEN: dict[str, Any] = {
    "properties": {"case_number": "WK-1", "requested_on": "2026-03-02", "defects_1": 2},
    "geometry": HERE,
}

BAD: list[tuple[dict[str, Any], str]] = [
    ({"properties": {"nothing": 1}}, "no such property"),
    ({"properties": {"requested_on": "2026-02-30"}}, "requested_on: must be a date"),
    ({"properties": {"requested_on": 20260230}}, "requested_on"),
    ({"properties": {"defects_1": 1.5}}, "defects_1: must be a whole number"),
    ({"properties": {"defects_1": True}}, "defects_1"),
    ({"properties": {"defects_1": 2**63}}, "defects_1"),
    ({"properties": {"address": "a\0b"}}, "address: must be a text"),
    ({"properties": {"address": ["x"]}}, "address"),
    ({"properties": []}, "properties: must be an object"),
    ({"geometry": {"type": "Point", "coordinates": []}}, "no coordinates"),
    ({"geometry": {"type": "Point", "coordinates": [51.2, 3.2]}}, "do not lie in Belgium"),
    ({"geometry": {"type": "Point", "coordinates": [70100, 211100]}}, "EPSG:31370"),
    ({"geometry": {"type": "Point", "coordinates": [[3.2, 51.2]]}}, "geometry"),
    ({"geometry": {"type": "Pont", "coordinates": [3.2, 51.2]}}, "geometry"),
    ({"geometry": {"type": "LineString", "coordinates": [[3.2, 51.2], [3.3, 51.2]]}}, "Point"),
    ({"geometry": {"type": "GeometryCollection", "geometries": []}}, "GeometryCollection"),
    ({"geometry": "POINT(3.2 51.2)"}, "GeoJSON"),
    ({"geometry": {"type": "Point", "coordinates": [float("1e999"), 51]}}, "numbers in lists"),
]


@pytest.fixture
async def hall(fresh_dsn: str) -> AsyncGenerator[Hall]:
    settings = Settings.read(database={"dsn": fresh_dsn, "pool_size": 4})
    one = Hall.furnish(settings, fresh_dsn)
    await one.database.open()
    yield one
    await one.database.close()


@pytest.fixture
def desk(hall: Hall) -> EditDesk:
    """Without the steps that inspections may take: those have tests of their own."""
    return EditDesk(hall.database, hall.registry, hall.access, 31370)


@pytest.fixture
def layer(hall: Hall) -> Layer:
    return hall.features.layer("housing_inspections", JORIS)


async def test_what_is_made_changed_and_taken_away_is_kept(desk: EditDesk, layer: Layer):
    made = await desk.create(layer, GIVEN, JORIS, feature_id="WK-1", reason="aanvraag")
    assert made.feature == "WK-1"
    moved = {"properties": {"inspector": "Noor", "defects_1": None}, "geometry": HERE}
    changed = await desk.update(layer, "WK-1", moved, JORIS, match=made.version)
    assert changed.version != made.version
    gone = await desk.delete(layer, "WK-1", JORIS, match=changed.version, reason="dubbel")
    assert gone.version is None
    third, second, first = await desk.history(layer, "WK-1", JORIS)
    assert [one.deed for one in (first, second, third)] == ["create", "update", "delete"]
    assert {one.name for one in (first, second, third)} == {"Joris Wouters"}
    assert (first.reason, second.reason, third.reason) == ("aanvraag", None, "dubbel")
    assert second.before == {"inspector": None, "defects_1": 2}
    assert second.after == {"inspector": "Noor", "defects_1": None}
    assert first.before is None
    assert third.after is None


async def test_undo_goes_back_one_by_one_and_forth_again(desk: EditDesk, layer: Layer):
    made = await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    changed = await desk.update(layer, "WK-1", {"properties": {"status": "visited"}}, JORIS)
    gone = await desk.delete(layer, "WK-1", JORIS)
    assert made.id
    assert changed.id
    assert gone.id
    with pytest.raises(Conflict):
        await desk.undo(changed.id, JORIS)
    back = await desk.undo(gone.id, JORIS, reason="vergissing")
    assert back.version == changed.version, "to the last digit what it was"
    with pytest.raises(Conflict):
        await desk.undo(gone.id, JORIS)
    assert back.id
    away = await desk.undo(back.id, JORIS)
    assert away.version is None
    assert away.id
    await desk.undo(away.id, JORIS)
    entries = await desk.history(layer, "WK-1", JORIS)
    assert [one.undoes for one in entries[:3]] == [away.id, back.id, gone.id]
    assert [one.undone for one in entries[:3]] == [False, True, True]


async def test_another_version_is_refused_and_nothing_is_changed(desk: EditDesk, layer: Layer):
    made = await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    await desk.update(layer, "WK-1", {"properties": {"status": "visited"}}, JORIS)
    for late in (
        desk.update(layer, "WK-1", {"properties": {"status": "closed"}}, JORIS, match=made.version),
        desk.replace(layer, "WK-1", GIVEN, JORIS, match=made.version),
        desk.delete(layer, "WK-1", JORIS, match=made.version),
    ):
        with pytest.raises(PreconditionFailed):
            await late
    assert len(await desk.history(layer, "WK-1", JORIS)) == 2


async def test_a_feature_that_is_sent_back_as_it_was_read_is_not_moved(
    desk: EditDesk, layer: Layer, fresh_dsn: str
):
    """Published coordinates are rounded: who sends them back has not moved anything."""
    with connect(fresh_dsn) as owner:
        owner.execute(
            "INSERT INTO staff.housing_inspections (id, case_number, geom) "
            "VALUES ('a', 'WK', ST_Point(70123.456789, 211234.56789, 31370))"
        )
        published = owner.execute(
            "SELECT ST_AsGeoJSON(geom_crs84, 7, 0)::json AS g FROM staff.housing_inspections"
        ).fetchone()
    assert published
    sent = {"properties": {"case_number": "WK"}, "geometry": published["g"]}
    assert (await desk.replace(layer, "a", sent, JORIS)).id is None
    assert len(await desk.history(layer, "a", JORIS)) == 1


async def test_who_may_not_is_refused_before_the_database_and_by_it(
    desk: EditDesk, hall: Hall, layer: Layer, fresh_dsn: str
):
    made = await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    with pytest.raises(NotFound):
        hall.features.layer("housing_inspections", MIRA)
    reading = Principal(JORIS.role, "joris", "Joris", JORIS.duties, "k1", None, False)
    other = Principal(JORIS.role, "joris", "Joris", JORIS.duties, "k1", frozenset({"events"}))
    for who in (VISITOR, MIRA, reading, other):
        assert made.id
        with pytest.raises((Forbidden, NotFound)):
            await desk.update(layer, "WK-1", {"properties": {"status": "x"}}, who)
        with pytest.raises((Forbidden, NotFound)):
            await desk.undo(made.id, who)
        if who is not reading:
            with pytest.raises(Forbidden):
                await desk.history(layer, "WK-1", who)
    for role in ("reader", "staff", "housing", "editor", "porter", "worker"):
        with connect(fresh_dsn, role=f"geoloket_{role}") as connection:
            for statement in (
                "UPDATE staff.housing_inspections SET status = 'x'",
                "DELETE FROM staff.housing_inspections",
                "INSERT INTO staff.housing_inspections (id) VALUES ('y')",
                "INSERT INTO history.changes (layer, feature, deed, login) "
                "VALUES ('a', 'b', 'create', 'c')",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
                connection.rollback()


async def test_the_history_is_only_added_to_and_says_who(
    desk: EditDesk, layer: Layer, fresh_dsn: str
):
    await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    with connect(fresh_dsn) as owner:
        for statement in (
            "UPDATE history.changes SET name = 'x'",
            "UPDATE history.changes SET before = '{}'",
            "DELETE FROM history.changes",
            "TRUNCATE history.changes CASCADE",
            "TRUNCATE staff.housing_inspections",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(statement)
            owner.rollback()
        owner.execute("UPDATE staff.housing_inspections SET status = 'closed'")
        owner.execute("UPDATE staff.housing_inspections SET imported_at = now()")
    entries = await desk.history(layer, "WK-1", JORIS)
    assert len(entries) == 2
    assert entries[0].after == {"status": "closed"}
    assert entries[0].name != "Joris Wouters"
    with (
        connect(fresh_dsn, role="geoloket_housing_editor") as editor,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        editor.execute("UPDATE staff.housing_inspections SET status = 'x'")


async def test_what_is_forgotten_cannot_be_undone(desk: EditDesk, layer: Layer, fresh_dsn: str):
    made = await desk.create(layer, GIVEN, JORIS, feature_id="WK-1", reason="van mevrouw X")
    with connect(fresh_dsn, role="geoloket_worker") as worker:
        worker.execute("SELECT history.forget('housing_inspections', ARRAY['WK-1'])")
    [entry] = await desk.history(layer, "WK-1", JORIS)
    assert entry.forgotten
    assert (entry.before, entry.after, entry.reason) == (None, None, None)
    assert made.id
    with pytest.raises(Conflict):
        await desk.undo(made.id, JORIS)


async def test_what_cannot_be_kept_is_refused_with_its_reason(desk: EditDesk, layer: Layer):
    await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    for given, told in BAD:
        with pytest.raises(InvalidFeature, match=told):
            await desk.create(layer, given, JORIS)
        with pytest.raises(InvalidFeature, match=told):
            await desk.update(layer, "WK-1", given, JORIS)
    assert len(await desk.history(layer, "WK-1", JORIS)) == 1


async def test_coordinates_are_read_in_the_system_that_is_said(desk: EditDesk, layer: Layer):
    places = {
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84": [3.226260, 51.210426],
        "http://www.opengis.net/def/crs/EPSG/0/4326": [51.210426, 3.226260],
        "http://www.opengis.net/def/crs/EPSG/0/31370": [70255.7, 211840.2],
    }
    for number, (uri, place) in enumerate(places.items()):
        feature = {"properties": {}, "geometry": {"type": "Point", "coordinates": place}}
        made = await desk.create(
            layer, feature, JORIS, feature_id=f"p{number}", system=SUPPORTED[uri]
        )
        assert made.id
    lambert_2008 = {"type": "Point", "coordinates": [640249.09, 698793.29]}
    with pytest.raises(InvalidFeature, match="3812"):
        await desk.create(layer, {"geometry": lambert_2008}, JORIS, system=of_srid(31370))


async def test_an_id_that_is_taken_or_strange(desk: EditDesk, layer: Layer):
    await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    with pytest.raises(Conflict):
        await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    for name in ("", "a/b", "..", "a\0", "x" * 101, "é"):
        with pytest.raises(InvalidFeature):
            await desk.create(layer, GIVEN, JORIS, feature_id=name)
    for missing in ("WK-2", "a\0b"):
        with pytest.raises(NotFound):
            await desk.update(layer, missing, {"properties": {}}, JORIS)
    with pytest.raises(NotFound):
        await desk.undo(10**15, JORIS)


async def test_a_check_of_a_layer_refuses(hall: Hall, layer: Layer):
    asked: list[tuple[Any, Any]] = []

    def closed_is_closed(before: Any, after: Any) -> None:
        asked.append((before, after))
        if before and before["status"] == "closed":
            raise InvalidFeature("closed is closed")

    desk = EditDesk(
        hall.database, hall.registry, hall.access, 31370, checks={layer.id: closed_is_closed}
    )
    await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    await desk.update(layer, "WK-1", {"properties": {"status": "closed"}}, JORIS)
    assert asked[-1][0]["requested_on"] == asked[-1][1]["requested_on"] == "2026-03-02"
    with pytest.raises(Problem, match="closed is closed"):
        await desk.delete(layer, "WK-1", JORIS)


async def test_undo_at_the_command_line(
    desk: EditDesk, layer: Layer, fresh_dsn: str, tmp_path: Path
):
    made = await desk.create(layer, GIVEN, JORIS, feature_id="WK-1")
    environment = {"GEOLOKET_DATABASE__DSN": fresh_dsn, "GEOLOKET_HOME": str(tmp_path)}

    def run(*given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, "undo", *given],
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    done = await asyncio.to_thread(run, str(made.id), "--reason", "verkeerde woning")
    assert done.returncode == 0, done.stderr
    assert "WK-1 is gone" in done.stdout
    last = (await desk.history(layer, "WK-1", JORIS))[0]
    assert (last.deed, last.undoes, last.reason) == ("delete", made.id, "verkeerde woning")
    for wrong in (str(made.id), "999999", "x"):
        again = await asyncio.to_thread(run, wrong)
        assert again.returncode == 2
        assert "Traceback" not in again.stderr
