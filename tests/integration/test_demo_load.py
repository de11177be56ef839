"""The invented town in a database: loaded whole or not at all, and never out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from fixtures.database import Dsn, copied
from fixtures.server import PRISTINE_TOWN, settings_for

from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.errors import SourceRejected
from geoloket.progress import Silent
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.demo.load import load_demo
from processing.demo.tables import table
from processing.demo.town import Town

WITH_PICTURES = {"panoramas", "orthophotos"}
"""Layers that are filled when pictures are taken in, not with the town."""


@pytest.fixture
def town(server: Dsn, town_dsn: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a copy of the loaded town, to be changed at will."""
    with copied(server, PRISTINE_TOWN) as name:
        yield settings_for(server(OWNER, name), tmp_path)


def _ask(settings: Settings, question: str) -> list[dict[str, Any]]:
    assert settings.database.dsn is not None
    with connect(settings.database.dsn.get_secret_value()) as connection:
        return connection.execute(question.encode()).fetchall()


def _statuses(settings: Settings) -> dict[str, int]:
    rows = _ask(settings, "SELECT status, count(*) AS n FROM permits GROUP BY status")
    return {row["status"]: row["n"] for row in rows}


def _dated_to(settings: Settings) -> date:
    row = _ask(settings, "SELECT value ->> 'dated_to' AS day FROM site WHERE key = 'demo'")[0]
    return date.fromisoformat(row["day"])


def test_the_town_says_its_name_and_that_it_is_invented(town: Settings) -> None:
    facts = {row["key"]: row["value"] for row in _ask(town, "SELECT key, value FROM site")}
    assert facts["name"] == "Zandwijk"
    assert facts["invented"] is True
    lon, lat = facts["center"]
    box = "SELECT ST_Contains(geom_crs84, ST_SetSRID(ST_MakePoint({}, {}), 4326)) AS inside"
    found = _ask(town, f"{box.format(lon, lat)} FROM municipalities")
    assert found == [{"inside": True}]


def test_nothing_is_rejected_or_repaired(town: Settings) -> None:
    rows = _ask(town, "SELECT layer, report FROM imports")
    assert {row["layer"] for row in rows} == set(LayerRegistry.read()) - WITH_PICTURES
    assert len(rows) == len(LayerRegistry.read()) - len(WITH_PICTURES)
    for row in rows:
        assert "rejected" in row["report"], row
        assert (row["report"]["rejected"], row["report"]["repaired"]) == (0, 0), row["layer"]


def test_every_permit_has_a_status_and_an_inquiry_is_open(town: Settings) -> None:
    statuses = _statuses(town)
    assert "unknown" not in statuses
    assert None not in statuses
    assert len(statuses) == 21
    assert statuses["public_inquiry"] >= 10


def test_the_same_day_again_writes_nothing(town: Settings) -> None:
    before = _ask(town, "SELECT layer, version FROM layer_state ORDER BY layer")
    load_demo(town, Silent(), _dated_to(town))
    assert _ask(town, "SELECT layer, version FROM layer_state ORDER BY layer") == before


def test_a_later_day_moves_the_papers_along(town: Settings) -> None:
    before, day = _statuses(town), _dated_to(town)
    files = _ask(town, "SELECT id, submitted_on FROM permits ORDER BY id")
    load_demo(town, Silent(), day + timedelta(days=40))
    assert _statuses(town) == before
    moved = _ask(town, "SELECT id, submitted_on FROM permits ORDER BY id")
    assert [row["id"] for row in moved] == [row["id"] for row in files]
    assert {
        new["submitted_on"] - old["submitted_on"] for new, old in zip(moved, files, strict=True)
    } == {timedelta(days=40)}
    assert _dated_to(town) == day + timedelta(days=40)


def test_events_that_are_over_are_not_announced_any_more(town: Settings) -> None:
    day = _dated_to(town) + timedelta(days=50)
    load_demo(town, Silent(), day)
    over = _ask(
        town, f"SELECT DISTINCT request_status FROM events WHERE ends < '{day.isoformat()}'"
    )
    assert {row["request_status"] for row in over} <= {"completed", "cancelled", "refused"}
    assert _ask(town, "SELECT count(*) AS n FROM events WHERE request_status = 'ongoing'")[0]["n"]


def test_a_database_with_data_of_its_own_is_left_alone(fresh_dsn: str, tmp_path: Path) -> None:
    settings = settings_for(fresh_dsn, tmp_path)
    with connect(fresh_dsn) as connection:
        connection.execute("INSERT INTO site (key, value) VALUES ('name', '\"Leuven\"')")
    load_demo(settings, Silent(), date(2026, 11, 23))
    assert _ask(settings, "SELECT value FROM site") == [{"value": "Leuven"}]


def test_a_load_that_fails_leaves_nothing(
    fresh_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_a_town(seed: int, today: date) -> Town:
        ground = [shapely.box(0, 0, 10, 10)]
        whole = table([{"id": "99001", "nis_code": "99001", "name": "Half"}], ground)
        return Town({"municipalities": whole, "parcels": whole.iloc[:0]}, [], {"name": "Half"})

    monkeypatch.setattr("processing.demo.town.build", half_a_town)
    settings = settings_for(fresh_dsn, tmp_path)
    with pytest.raises(SourceRejected):
        load_demo(settings, Silent(), date(2026, 11, 23))
    assert _ask(settings, "SELECT id FROM municipalities") == []
    assert _ask(settings, "SELECT key FROM site") == []
