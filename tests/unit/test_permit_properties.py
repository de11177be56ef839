"""What holds for every permit history, lawful or not."""

from __future__ import annotations

from datetime import timedelta

from fixtures.permits import FILES, START, STEPS, lawful
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloket.errors import UnlawfulEvents
from geoloket.permits import Event, EventCode, PermitFile, PermitStatus, state_on


@settings(max_examples=300, deadline=None)
@given(FILES, STEPS)
def test_adding_an_event_never_moves_a_past_date(
    file: PermitFile, steps: list[tuple[EventCode, int]]
) -> None:
    history = lawful(file, steps)
    for known in range(1, len(history)):
        event = history[known]
        before = state_on(file, history[:known], event.on)
        after = state_on(file, history[: known + 1], event.on)
        past = {noted for noted in before.reckonings if noted.result < event.on}
        assert past <= set(after.reckonings)
        assert before.submitted_on == after.submitted_on


@settings(max_examples=200, deadline=None)
@given(FILES, STEPS, st.integers(0, 800))
def test_days_only_pass_forward(
    file: PermitFile, steps: list[tuple[EventCode, int]], later: int
) -> None:
    history = lawful(file, steps)
    end = history[-1].on
    first = state_on(file, history, end)
    then = state_on(file, history, end + timedelta(days=later))
    assert first.status_on is not None and then.status_on is not None
    assert then.status_on >= first.status_on
    assert then.status_on <= end + timedelta(days=later)
    assert {r for r in first.reckonings if r.result < end} <= set(then.reckonings)


@settings(max_examples=200, deadline=None)
@given(FILES, STEPS)
def test_status_is_always_known_and_dates_agree(
    file: PermitFile, steps: list[tuple[EventCode, int]]
) -> None:
    history = lawful(file, steps)
    state = state_on(file, history, history[-1].on)
    assert state.status is not PermitStatus.UNKNOWN
    if state.inquiry_from and state.inquiry_until:
        assert timedelta(0) <= state.inquiry_until - state.inquiry_from <= timedelta(days=29)
    if state.usable_from and state.appeal_until:
        assert state.usable_from > state.appeal_until


@settings(max_examples=300, deadline=None)
@given(
    FILES, st.lists(st.tuples(st.sampled_from(sorted(EventCode)), st.integers(-30, 60)), max_size=8)
)
def test_any_history_is_read_or_refused(
    file: PermitFile, steps: list[tuple[EventCode, int]]
) -> None:
    on, history = START, list[Event]()
    for code, wait in steps:
        on += timedelta(days=wait)
        history.append(Event(code, on))
    try:
        state_on(file, history, on)
    except UnlawfulEvents as refused:
        assert refused.status == 400
        assert refused.detail
