"""Events and what they clash with, by the rule for the staff of an event counter, on PostGIS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.database import connect
from geoloket.events import Conflict, Severity, conflicts, refresh, severity

BRUSSELS = ZoneInfo("Europe/Brussels")
BEGIN = datetime(2026, 8, 14, 8, tzinfo=BRUSSELS)
END = datetime(2026, 8, 14, 23, 59, tzinfo=BRUSSELS)
ZONE = "POLYGON((70100 211700, 70200 211700, 70200 211720, 70100 211720, 70100 211700))"


def event(owner: Connection[DictRow], id: str, zone: str = ZONE, **given: Any) -> None:
    row = {
        "starts": BEGIN, "ends": END, "request_status": "approved", "publicity": True,
        "organiser": id, "build_up_from": None, "teardown_until": None,
    } | given  # fmt: skip
    owner.execute(
        "INSERT INTO events (id, name, geom, starts, ends, request_status, publicity, organiser, "
        "build_up_from, teardown_until) VALUES (%(id)s, %(id)s, ST_GeomFromText(%(zone)s, 31370), "
        "%(starts)s, %(ends)s, %(request_status)s, %(publicity)s, %(organiser)s, "
        "%(build_up_from)s, %(teardown_until)s)",
        {"id": id, "zone": zone, **row},
    )


def works(owner: Connection[DictRow], id: str, zone: str = ZONE, **given: Any) -> None:
    row = {
        "kind": "groundwork", "effects": "pavement", "status": "planned", "event_id": None,
        "starts": BEGIN - timedelta(days=3), "ends": END + timedelta(days=3), "publicity": True,
    } | given  # fmt: skip
    owner.execute(
        "INSERT INTO occupations (id, kind, description, geom, starts, ends, effects, status, "
        "event_id, publicity) VALUES (%(id)s, %(kind)s, %(id)s, "
        "ST_GeomFromText(%(zone)s, 31370), %(starts)s, %(ends)s, %(effects)s, %(status)s, "
        "%(event_id)s, %(publicity)s)",
        {"id": id, "zone": zone, **row},
    )


def found(owner: Connection[DictRow]) -> list[Conflict]:
    return conflicts(owner, BEGIN - timedelta(days=1))


def beside(metres: float) -> str:
    """A zone of the same shape, so many metres east of the first."""
    west = 70200 + metres
    return (
        f"POLYGON(({west} 211700, {west + 50} 211700, {west + 50} 211720, {west} 211720, "
        f"{west} 211700))"
    )


@pytest.mark.parametrize(("minutes", "blocking"), [(0, False), (-1, True)])
def test_works_that_begin_as_the_event_ends_are_no_clash(
    fresh_dsn: str, minutes: int, blocking: bool
) -> None:
    with connect(fresh_dsn) as owner:
        event(owner, "fair")
        works(owner, "sewer", starts=END + timedelta(minutes=minutes))
        clashes = found(owner)
    assert [clash.severity for clash in clashes] == ([Severity.BLOCKING] if blocking else [])
    if blocking:
        assert (clashes[0].clash_from, clashes[0].clash_until) == (END - timedelta(minutes=1), END)


def test_building_up_and_taking_down_count(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        event(owner, "fair", teardown_until=END + timedelta(hours=6))
        works(owner, "sewer", starts=END + timedelta(hours=5))
        assert [clash.other_id for clash in found(owner)] == ["sewer"]


@pytest.mark.parametrize(
    ("metres", "how_bad"),
    [(9, Severity.BLOCKING), (10, Severity.INFO), (99, Severity.INFO), (101, None)],
)
def test_zones_are_widened_and_touching_is_no_overlap(
    fresh_dsn: str, metres: float, how_bad: Severity | None
) -> None:
    with connect(fresh_dsn) as owner:
        event(owner, "fair")
        works(owner, "sewer", beside(metres))
        assert [clash.severity for clash in found(owner)] == ([how_bad] if how_bad else [])


def test_two_events_clash_once_and_an_event_never_with_its_own_closed_street(
    fresh_dsn: str,
) -> None:
    with connect(fresh_dsn) as owner:
        event(owner, "fair")
        event(owner, "race")
        event(owner, "refused", request_status="refused")
        works(owner, "closed", kind="road_closure", event_id="fair")
        pairs = [(clash.event_id, clash.other_id) for clash in found(owner)]
    assert pairs == [("fair", "race"), ("race", "closed")]


def test_an_event_before_the_period_still_clashes_with_one_in_it(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        event(owner, "a-long", starts=BEGIN - timedelta(days=9), ends=BEGIN + timedelta(hours=1))
        event(owner, "b-short")
        late = conflicts(owner, BEGIN + timedelta(hours=2))
    assert [(clash.event_id, clash.other_id) for clash in late] == [("b-short", "a-long")]


def test_the_same_organiser_elsewhere_is_worth_telling(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        event(owner, "fair", organiser="club")
        event(owner, "race", beside(5000), organiser="club")
        (clash,) = found(owner)
    assert (clash.severity, clash.same_organiser) == (Severity.INFO, True)


@pytest.mark.parametrize(
    ("kind", "effects", "status", "how_bad"),
    [
        ("event", "", "approved", Severity.BLOCKING),
        ("event", "", "in_advice", Severity.WARNING),
        ("groundwork", "", "in_execution", Severity.BLOCKING),
        ("groundwork", "", "in_consultation", Severity.WARNING),
        ("groundwork", "", "unknown", Severity.WARNING),
        ("road_closure", "roadway", "planned", Severity.BLOCKING),
        ("work", "pavement,roadway", "planned", Severity.BLOCKING),
        ("work", "pavement", "planned", Severity.WARNING),
        ("diversion", "", "planned", Severity.WARNING),
        ("parking_ban", "parking_strip", "planned", Severity.WARNING),
    ],
)
def test_how_bad_it_is(kind: str, effects: str, status: str, how_bad: Severity) -> None:
    assert severity(kind=kind, effects=effects, status=status, distance_m=0) is how_bad


def test_approved_events_go_on_with_the_clock_and_others_do_not(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        event(owner, "fair", request_status="approved_with_conditions")
        event(owner, "plan", request_status="in_advice")
        works(owner, "closed", kind="road_closure", event_id="fair", starts=BEGIN, ends=END)
        works(owner, "sewer")

        def stands() -> dict[str, str]:
            rows = owner.execute(
                "SELECT id, request_status AS s FROM events UNION ALL SELECT id, status "
                "FROM occupations"
            ).fetchall()
            return {row["id"]: row["s"] for row in rows}

        def version() -> int:
            row = owner.execute(
                "SELECT sum(version) AS v FROM layer_state WHERE layer IN ('events', 'occupations')"
            ).fetchone()
            assert row
            return row["v"]

        before = version()
        assert not refresh(owner, BEGIN - timedelta(minutes=1))
        assert version() == before
        assert refresh(owner, BEGIN.astimezone(UTC))
        during = {"fair": "ongoing", "plan": "in_advice", "closed": "in_execution"}
        assert stands() == during | {"sewer": "planned"}
        assert refresh(owner, END)
        after = {"fair": "completed", "plan": "in_advice", "closed": "executed"}
        assert stands() == after | {"sewer": "planned"}
        assert not refresh(owner, END)
