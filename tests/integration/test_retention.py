"""What goes when its time is up: rows of layers, what is kept beside them, and files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.server import settings_for
from psycopg.rows import DictRow

from geoloket import retention
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.main import retaining
from geoloket.registry import LayerRegistry
from geoloket.storage import Storage

TODAY = date(2026, 11, 24)
ROWS = """
INSERT INTO geoloket.events (id, name, organiser, starts, ends, teardown_until) VALUES
    ('over', 'Kermis', 'Wim', '2021-11-01 10:00+01', '2021-11-02 10:00+01', NULL),
    ('dismantled', 'Markt', 'Wim', '2021-11-01 10:00+01', '2021-11-02 10:00+01',
     '2021-12-01 10:00+01'),
    ('later', 'Fuif', 'Wim', '2031-11-01 10:00+01', NULL, NULL),
    ('undated', 'Koers', 'Wim', NULL, NULL, NULL);
INSERT INTO geoloket.occupations (id, owner, status, starts, ends) VALUES
    ('over', 'Wim', 'planned', '2020-01-01', '2020-02-01'),
    ('executed', 'Wim', 'executed', '2020-01-01', NULL),
    ('going_on', 'Wim', 'in_execution', '2020-01-01', NULL),
    ('recent', 'Wim', 'executed', '2020-01-01', '2025-02-01');
INSERT INTO imagery.campaigns (id, title, year, ingested_at) VALUES
    ('2016', '{"nl": "x"}', 2016, '2016-01-01'), ('2024', '{"nl": "x"}', 2024, '2016-01-01'),
    ('2026', '{"nl": "x"}', 2026, now());
INSERT INTO geoloket.panoramas (id, campaign, captured_at, original_key) VALUES
    ('old', '2016', '2016-05-01', 'originals/panoramas/aa/one.jpg'),
    ('copied', '2016', '2016-05-01', 'originals/panoramas/aa/two.jpg'),
    ('new', '2024', '2024-05-01', 'originals/panoramas/aa/two.jpg');
INSERT INTO imagery.blur_requests (panorama, kind, message, handled_at) VALUES
    ('old', 'home', 'mijn tuin', NULL), ('new', 'home', 'open', NULL),
    ('new', 'home', 'lang geleden', now() - interval '366 days'),
    ('new', 'home', 'pas', now() - interval '364 days');
"""
FILES = ("one", "two")


@pytest.fixture
def dsn(server: Dsn, template: str) -> Iterator[str]:
    with copied(server, template) as name:
        yield server(OWNER, name)


@pytest.fixture
def owner(dsn: str) -> Iterator[psycopg.Connection[DictRow]]:
    with connect(dsn, autocommit=True) as connection:
        connection.execute(ROWS.encode())
        yield connection


def ids(connection: psycopg.Connection[DictRow], table: str, name: str = "id") -> set[Any]:
    rows = connection.execute(f"SELECT {name} AS name FROM {table}".encode())
    return {row["name"] for row in rows}


def test_every_layer_that_is_not_kept_for_good_says_what_goes():
    for layer in LayerRegistry.read().values():
        assert (layer.expiry is None) is (layer.retention == "permanent"), layer.id


def test_a_layer_without_a_rule_is_told_and_kept(owner: psycopg.Connection[DictRow]):
    events = LayerRegistry.read()["events"].model_copy(update={"expiry": None})
    [told] = retention.run(owner, LayerRegistry([events]), TODAY)
    assert (told.how, told.amount) == (None, 0)
    assert "over" in ids(owner, "geoloket.events")


def test_events_occupations_and_pictures_go_and_a_dry_run_only_tells(
    owner: psycopg.Connection[DictRow],
):
    registry, layers = LayerRegistry.read(), ["events", "occupations", "panoramas"]
    told = retention.run(owner, registry, TODAY, layers, dry_run=True)
    assert ids(owner, "imagery.discarded", "panorama") == set()
    done = retention.run(owner, registry, TODAY, layers)
    assert told == done
    assert [(one.layer, one.how, one.amount, one.undated) for one in done] == [
        ("events", "delete", 1, 1),
        ("occupations", "delete", 2, 0),
        ("panoramas", "delete", 2, 0),
    ]
    assert ids(owner, "geoloket.events") == {"dismantled", "later", "undated"}
    assert ids(owner, "geoloket.occupations") == {"going_on", "recent"}
    assert ids(owner, "geoloket.panoramas") == {"new"}
    assert "mijn tuin" not in ids(owner, "imagery.blur_requests", "message")


def test_at_night_files_and_what_is_kept_of_people_go_too(
    owner: psycopg.Connection[DictRow], dsn: str, tmp_path: Path
):
    settings = settings_for(dsn, tmp_path)
    storage, kept = Storage(tmp_path / "storage"), "derived/panoramas/new/a/blurred.jpg"
    gone = [f"derived/panoramas/{name}/{part}" for name in ("old", "copied") for part in "ab"]
    originals = [f"originals/panoramas/aa/{name}.jpg" for name in FILES]
    for key in (*(f"{one}/blurred.jpg" for one in gone), kept, *originals):
        with storage.write(key) as path:
            path.write_bytes(b"x")
    rejects = tmp_path / "rejects"
    rejects.mkdir()
    for name, days in (("old.csv", settings.jobs.keep_days + 1), ("new.csv", 1)):
        (rejects / name).write_text("x", encoding="utf-8")
        at = time.time() - days * 86_400
        os.utime(rejects / name, (at, at))
    owner.execute(
        "INSERT INTO people.known (issuer, subject, duties, told_at) VALUES "
        "('x', 'left', '{staff}', now() - interval '46 days'), "
        "('x', 'tokens', '{staff}', now() - interval '46 days'), ('x', 'here', '{staff}', now())"
    )
    owner.execute(
        "INSERT INTO people.tokens "
        "(id, hash, issuer, subject, name, title, duties, layers, writes, purpose, ends_at) "
        "SELECT 'aaaaaaaaa' || n, sha256(n::bytea), 'x', who, 'N', 'T', '{staff}', '{events}', "
        "false, 'declared', now() + days * interval '1 day' FROM (VALUES ('a', 'tokens', 1), "
        "('b', 'tokens', -29), ('c', 'left', -31)) AS one (n, who, days)"
    )
    retaining.each_night(dsn, settings)
    retaining.each_night(dsn, settings)  # nothing is left to do, and nothing breaks
    assert not any(storage.exists(f"{one}/blurred.jpg") for one in gone)
    assert not (tmp_path / "storage/derived/panoramas/old").exists()
    assert storage.exists(kept)
    assert [storage.exists(key) for key in originals] == [False, True], "another one holds it"
    assert ids(owner, "imagery.discarded", "panorama") == set()
    assert ids(owner, "imagery.campaigns") == {"2024", "2026"}
    assert ids(owner, "imagery.blur_requests", "message") == {"open", "pas"}
    assert ids(owner, "people.known", "subject") == {"tokens", "here"}
    assert ids(owner, "people.tokens") == {"aaaaaaaaaa", "aaaaaaaaab"}
    assert [one.name for one in rejects.iterdir()] == ["new.csv"]


def test_a_picture_that_came_back_keeps_its_files(
    owner: psycopg.Connection[DictRow], dsn: str, tmp_path: Path
):
    storage, key = Storage(tmp_path / "storage"), "derived/panoramas/new/a/blurred.jpg"
    with storage.write(key) as path:
        path.write_bytes(b"x")
    owner.execute("DELETE FROM geoloket.panoramas WHERE id = 'new'")
    owner.execute("INSERT INTO geoloket.panoramas (id, campaign) VALUES ('new', '2024')")
    assert ids(owner, "imagery.discarded", "panorama") == {"new"}
    retaining.each_night(dsn, settings_for(dsn, tmp_path))
    assert storage.exists(key)
    assert ids(owner, "imagery.discarded", "panorama") == set()


def test_what_a_deleted_file_was_is_forgotten_as_well(owner: psycopg.Connection[DictRow]):
    """A row that somebody deleted has no date to go by: the day of its last change counts."""
    registry = LayerRegistry.read()
    for name in ("long", "short", "there"):
        owner.execute(
            "INSERT INTO staff.residence_checks (id, status, address_id) VALUES (%s, 'open', %s)",
            [name, f"adres van {name}"],
        )
    owner.execute("DELETE FROM staff.residence_checks WHERE id IN ('long', 'short')")
    owner.execute("ALTER TABLE history.changes DISABLE TRIGGER USER")
    owner.execute("UPDATE history.changes SET at = '2024-01-01' WHERE feature IN ('long', 'there')")
    owner.execute("ALTER TABLE history.changes ENABLE TRIGGER USER")
    [told] = retention.run(owner, registry, TODAY, ["residence_checks"], dry_run=True)
    [done] = retention.run(owner, registry, TODAY, ["residence_checks"])
    assert (told, done.amount, done.histories) == (done, 0, 1)
    rows = owner.execute(
        "SELECT feature, before, after FROM history.changes ORDER BY id"
    ).fetchall()
    assert {row["feature"] for row in rows} == {"long", "short", "there"}, "that it was, stays"
    assert not any(row["before"] or row["after"] for row in rows if row["feature"] == "long")
    assert "adres van short" in str(rows)
    assert "adres van there" in str(rows)
    [again] = retention.run(owner, registry, TODAY, ["residence_checks"])
    assert again.histories == 0
