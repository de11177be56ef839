"""The way of a file as steps, how its dates were computed, and the days a decision is under way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from fixtures.permits import (
    DECIDED,
    DECLARED,
    FILES,
    ORDINARY,
    SIMPLIFIED,
    STEPS,
    SUBMITTED,
    events,
    lawful,
    state,
)
from hypothesis import given, settings

from geoloket.permits import (
    Event,
    EventCode,
    PermitDesk,
    PermitFile,
    PermitStatus,
    Procedure,
    StepState,
    state_on,
)
from geoloket.permits.steps import steps_of

OPENED = ("inquiry_opened", "2026-04-01")
GRANTED = (SUBMITTED, DECLARED, OPENED, ("decided_granted", "2026-06-10"), ("posted", "2026-06-15"))


def way(file: PermitFile, today: str, *told: tuple[str, str]) -> list[str]:
    """Each step in a line: code, state, dates, and m or c for where the date comes from."""
    known = [event for event in events(*told) if event.on <= date.fromisoformat(today)]
    steps = steps_of(file, state(file, today, *told), known)
    return [
        f"{s.code} {s.state} {s.first or ''}/{s.last or ''} {s.source[0] if s.source else '-'}"
        for s in steps
    ]


def test_an_open_inquiry_is_now_and_the_rest_is_to_come():
    assert way(ORDINARY, "2026-04-10", SUBMITTED, DECLARED, OPENED) == [
        "submitted done 2026-03-02/2026-03-02 m",
        "completeness done 2026-03-20/2026-03-20 m",
        "inquiry now 2026-04-01/2026-04-30 m",
        "review next / -",
        "decision next /2026-07-03 c",
        "appeal_window next / -",
    ]


def test_a_check_that_passes_in_silence_is_computed():
    checked = way(SIMPLIFIED, "2026-03-10", SUBMITTED)
    assert checked[1] == "completeness now /2026-04-01 c"
    assert checked[2:4] == ["review next / -", "decision next /2026-05-30 c"]
    passed = way(SIMPLIFIED, "2026-04-10", SUBMITTED)
    assert passed[1] == "completeness done 2026-04-01/2026-04-01 c"
    asked = way(SIMPLIFIED, "2026-03-20", SUBMITTED, ("supplement_requested", "2026-03-16"))
    assert asked[1] == "supplement now 2026-03-16/ -"


def test_a_permit_waits_for_the_appeal_window_and_then_may_be_used():
    assert way(ORDINARY, "2026-06-20", *GRANTED)[2:] == [
        "inquiry done 2026-04-01/2026-04-30 m",
        "decision done 2026-06-10/2026-06-10 m",
        "appeal_window now 2026-06-16/2026-07-15 c",
        "use next 2026-07-21/ c",
    ]
    assert way(ORDINARY, "2026-07-18", *GRANTED)[-2:] == [
        "appeal_window done /2026-07-15 c",
        "use next 2026-07-21/ c",
    ]
    assert way(ORDINARY, "2026-08-01", *GRANTED)[-1] == "use now 2026-07-21/ c"
    building = (*GRANTED, ("works_started", "2026-08-03"))
    assert way(ORDINARY, "2026-09-01", *building)[-1] == "works now 2026-08-03/ m"


def test_a_tacit_refusal_is_a_computed_decision():
    assert way(SIMPLIFIED, "2026-05-25", SUBMITTED, DECLARED)[-2:] == [
        "decision done 2026-05-19/2026-05-19 c",
        "appeal_window now /2026-06-18 c",
    ]


def test_an_appeal_takes_the_place_of_the_window():
    appealed = (*DECIDED, ("appeal_lodged", "2026-07-10"), ("declared_complete", "2026-07-20"))
    assert way(ORDINARY, "2026-08-01", *appealed)[-2:] == [
        "decision done 2026-06-10/2026-06-10 m",
        "appeal now 2026-07-10/2026-11-17 c",
    ]
    won = (*appealed, ("appeal_granted", "2026-09-01"))
    assert way(ORDINARY, "2026-09-05", *won)[-1] == "appeal done 2026-09-01/2026-09-01 m"


def test_the_check_of_an_appeal_is_not_that_of_the_file():
    modular = PermitFile(Procedure.MODULAR)
    history = (SUBMITTED, ("decided_granted", "2026-03-10"), ("posted", "2026-03-12"),
               ("appeal_lodged", "2026-03-20"))  # fmt: skip
    assert way(modular, "2026-03-25", *history)[1] == "completeness done / -"


def test_an_annulment_begins_a_new_round_after_what_was():
    annulled = (*GRANTED, ("annulled", "2027-02-01"))
    assert way(ORDINARY, "2027-03-01", *annulled)[2:] == [
        "inquiry done 2026-04-01/2026-04-01 m",
        "decision done 2026-06-10/2026-06-10 m",
        "annulled done 2027-02-01/2027-02-01 m",
        "review now / -",
        "inquiry next / -",
        "decision next / -",
        "appeal_window next / -",
    ]


def test_a_file_that_stopped_ends_there():
    stopped = way(ORDINARY, "2026-05-10", SUBMITTED, DECLARED, ("withdrawn", "2026-05-01"))
    assert stopped[-1] == "withdrawn done 2026-05-01/2026-05-01 m"
    assert not any(" next " in step or " now " in step for step in stopped)


def test_a_notification_has_two_steps():
    notified = PermitFile(Procedure.NOTIFICATION, frozenset({"classified_activity"}))
    assert way(notified, "2026-03-10", SUBMITTED)[1] == "record now /2026-03-22 c"
    recorded = way(notified, "2026-04-01", SUBMITTED, ("recorded", "2026-03-20"))
    assert recorded[1] == "record done 2026-03-20/2026-03-20 m"


@settings(max_examples=200, deadline=None)
@given(FILES, STEPS)
def test_steps_of_any_lawful_history(file: PermitFile, steps: list[tuple[EventCode, int]]):
    history = lawful(file, steps)
    today = history[-1].on
    found = steps_of(file, state_on(file, history, today), history)
    order = [step.state for step in found if step.state is not StepState.SKIPPED]
    assert order.count(StepState.NOW) <= 1
    # What is done comes before what is now, and that before what is to come.
    rank = {StepState.DONE: 0, StepState.NOW: 1, StepState.NEXT: 2}
    assert [rank[where] for where in order] == sorted(rank[where] for where in order)
    for step in found:
        if step.state is StepState.DONE and step.first:
            assert step.first <= today


def test_a_date_knows_what_it_was_computed_from():
    extended = (SUBMITTED, DECLARED, ("term_extended", "2026-04-20"))
    due = state(ORDINARY, "2026-05-01", *extended).reckonings[-1]
    assert (due.since, due.deemed, due.extended, due.article) == (
        date(2026, 3, 20), False, 60, "32",
    )  # fmt: skip
    silent = state(SIMPLIFIED, "2026-05-01", SUBMITTED).reckonings[-1]
    assert (silent.since, silent.deemed, silent.start) == (
        date(2026, 3, 2), True, date(2026, 4, 1),
    )  # fmt: skip
    stood = (
        *DECIDED, ("appeal_lodged", "2026-07-10"), ("declared_complete", "2026-07-20"),
        ("clock_suspended", "2026-08-01"), ("clock_resumed", "2026-08-31"),
    )  # fmt: skip
    appeal = state(ORDINARY, "2026-09-01", *stood).reckonings[-1]
    assert (appeal.suspended, appeal.days, appeal.article) == (30, 150, "66 §1")
    window = next(r for r in state(ORDINARY, "2026-07-01", *GRANTED).reckonings
                  if r.date == "appeal_until")  # fmt: skip
    assert (window.since, window.start) == (date(2026, 6, 15), date(2026, 6, 16))


def test_silence_is_no_refusal_before_a_decision_can_have_reached_us():
    desk = PermitDesk(delay=7)
    history = [Event(EventCode.SUBMITTED, date(2026, 3, 2)),
               Event(EventCode.DECLARED_COMPLETE, date(2026, 3, 20))]  # fmt: skip
    over = date(2026, 5, 20)
    waiting = desk.state(SIMPLIFIED, history, over + timedelta(days=6))
    assert (waiting.status, waiting.decision_due) == (PermitStatus.UNDER_REVIEW, date(2026, 5, 19))
    refused = desk.state(SIMPLIFIED, history, over + timedelta(days=7))
    assert (refused.status, refused.status_on) == (PermitStatus.TACITLY_REFUSED, over)
    # Whoever lodges an appeal knows of the refusal.
    appealed = [*history, Event(EventCode.APPEAL_LODGED, over + timedelta(days=2))]
    pending = desk.state(SIMPLIFIED, appealed, over + timedelta(days=3))
    assert pending.status is PermitStatus.APPEAL_PENDING


ROW: dict[str, Any] = {
    "status": "granted", "status_on": date(2020, 5, 4), "submitted_on": date(2020, 1, 2),
    "inquiry_from": None, "inquiry_until": None, "decision_due": None, "decided_on": None,
    "decision_result": None, "procedure": "ordinary", "project_types": "building_works",
    "authority": "municipality",
}  # fmt: skip


@pytest.mark.parametrize("procedure", ["ordinary", None, "from_elsewhere"])
def test_a_file_without_events_is_told_by_its_columns(procedure: str | None):
    reading = PermitDesk().read(ROW | {"procedure": procedure}, [], date(2026, 1, 1))
    assert reading.state.status is PermitStatus.GRANTED
    assert (reading.file is None) is (procedure != "ordinary")
    assert [(s.code, s.first) for s in reading.steps if s.first] == [
        ("submitted", date(2020, 1, 2))
    ]
    assert not any(step.state is StepState.NEXT for step in reading.steps)


def test_an_unlawful_history_is_unknown_and_not_shown():
    history: list[dict[str, Any]] = [
        {"code": code, "happened_on": date.fromisoformat(on), "source": "", "extension_days": None}
        for code, on in (SUBMITTED, ("posted", "2026-03-03"))
    ]
    reading = PermitDesk().read(ROW, history, date(2026, 5, 1))
    assert reading.state.status is PermitStatus.UNKNOWN
    assert [step.code for step in reading.steps] == ["submitted"]
