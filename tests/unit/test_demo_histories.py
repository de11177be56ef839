"""Permit histories of the invented town: each reaches the status it aims at, by the state table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from geoloket.permits import Event, EventCode, PermitFile, PermitStatus, Procedure, state_on
from geoloket.permits.terms import built_in
from processing.demo.chance import stream
from processing.demo.histories import COUNTS, NOTIFICATIONS, OLDEST_DAYS, Step, history

DAYS = [date(2026, 11, 23), date(2027, 2, 28), date(2028, 2, 29), date(2030, 7, 1)]


def test_every_status_but_unknown_is_aimed_at() -> None:
    assert set(COUNTS) == {status.value for status in PermitStatus} - {"unknown"}


@pytest.mark.parametrize("ordinary", [True, False], ids=["ordinary", "simplified"])
@pytest.mark.parametrize("status", sorted(COUNTS))
def test_a_history_reaches_the_status_it_aims_at(status: str, ordinary: bool) -> None:
    for today in DAYS:
        chance = stream(7, f"{status} {today}")
        for _ in range(10):
            steps = history(status, ordinary, today, chance)
            assert _status(steps, status, ordinary, today) == status, steps


@pytest.mark.parametrize("status", sorted(COUNTS))
def test_steps_follow_each_other_and_none_lies_ahead(status: str) -> None:
    today = DAYS[0]
    chance = stream(8, status)
    for _ in range(40):
        days = [step.on for step in history(status, True, today, chance)]
        assert days == sorted(days)
        assert today - timedelta(days=OLDEST_DAYS + 3) <= days[0]
        assert days[-1] <= today


def test_the_same_stream_tells_the_same_history() -> None:
    first = history("completed", True, DAYS[0], stream(1, "a"))
    assert history("completed", True, DAYS[0], stream(1, "a")) == first
    assert history("completed", True, DAYS[0], stream(2, "a")) != first


def _status(steps: list[Step], aim: str, ordinary: bool, today: date) -> str:
    procedure = Procedure.ORDINARY if ordinary or aim == "public_inquiry" else Procedure.SIMPLIFIED
    if aim in NOTIFICATIONS:
        procedure = Procedure.NOTIFICATION
    events = [Event(EventCode(s.code), s.on, s.source, s.extension_days) for s in steps]
    return state_on(PermitFile(procedure), events, today, built_in()).status.value
