"""The way of a permit file as steps: what is done, where it is now, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from typing import Final

from geoloket.permits.history import Event, PermitFile
from geoloket.permits.state import Flag, PermitState
from geoloket.permits.vocabulary import DECISIONS, EventCode, PermitStatus, Procedure

_E, _S = EventCode, PermitStatus


class StepCode(StrEnum):
    """What a step is about."""

    SUBMITTED = auto()
    COMPLETENESS = auto()
    SUPPLEMENT = auto()
    INQUIRY = auto()
    REVIEW = auto()
    DECISION = auto()
    RECORD = auto()
    """The answer to a notification."""
    APPEAL_WINDOW = auto()
    APPEAL = auto()
    USE = auto()
    WORKS = auto()
    COMPLETED = auto()
    LAPSED = auto()
    ANNULLED = auto()
    WITHDRAWN = auto()
    REJECTED_INCOMPLETE = auto()


class StepState(StrEnum):
    """Where a step stands on the day."""

    DONE = auto()
    NOW = auto()
    NEXT = auto()
    SKIPPED = auto()


class Source(StrEnum):
    """Where a date comes from: an event that was reported, or a term that was counted."""

    MEASURED = auto()
    COMPUTED = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One step. A day has ``first`` equal to ``last``; only ``last`` is "at the latest", only
    ``first`` is "from"; neither: no date is known. ``outcome`` is the status that came of it.
    """

    code: StepCode
    state: StepState
    first: date | None = None
    last: date | None = None
    source: Source | None = None
    outcome: PermitStatus | None = None


_CHECKED: Final = frozenset({_S.COMPLETENESS_CHECK, _S.AWAITING_SUPPLEMENT})
_REVIEWED: Final = frozenset({_S.UNDER_REVIEW, _S.PUBLIC_INQUIRY, _S.ANNULLED})
_STOPPED: Final = {
    _S.WITHDRAWN: StepCode.WITHDRAWN,
    _S.REJECTED_INCOMPLETE: StepCode.REJECTED_INCOMPLETE,
}
_APPEALED: Final = frozenset(
    {_S.APPEAL_PENDING, _S.APPEAL_GRANTED, _S.APPEAL_REJECTED, _S.APPEAL_TACITLY_REJECTED}
)
_PERMITTED: Final = frozenset({_S.GRANTED, _S.EXECUTABLE, _S.IN_EXECUTION, _S.COMPLETED})
_TOLD_OF_BEFORE: Final = {
    _E.SUBMITTED: StepCode.SUBMITTED,
    _E.DECLARED_COMPLETE: StepCode.COMPLETENESS,
    _E.INQUIRY_OPENED: StepCode.INQUIRY,
    _E.APPEAL_LODGED: StepCode.APPEAL,
    _E.ANNULLED: StepCode.ANNULLED,
    **dict.fromkeys(DECISIONS, StepCode.DECISION),
}
"""What is still told of a round that ended in an annulment."""


def steps_of(file: PermitFile | None, state: PermitState, events: Sequence[Event]) -> list[Step]:
    """The steps in order, at most one of which is now. ``events`` are those up to the day.

    Without events (a file of which only the state was delivered) there are the steps that the
    state tells of. ``file`` is None where the procedure is not known.
    """
    if state.status is PermitStatus.UNKNOWN:
        return _measured(StepCode.SUBMITTED, state.submitted_on)
    if state.status in (_S.SUBMITTED, _S.RECORDED, _S.NOT_RECORDED):
        return [*_measured(StepCode.SUBMITTED, state.submitted_on), _record(state)]
    rounds = [i for i, event in enumerate(events, 1) if event.code is _E.ANNULLED]
    before, now = events[: rounds[-1] if rounds else 0], events[rounds[-1] if rounds else 0 :]
    told = [step for event in before for step in _told(event)]
    return told + list(_Round(file, state, now, again=bool(rounds)).steps())


def _told(event: Event) -> list[Step]:
    code = _TOLD_OF_BEFORE.get(event.code)
    outcome = None
    if event.code in DECISIONS:
        refused = event.code is _E.DECIDED_REFUSED
        outcome = PermitStatus.REFUSED if refused else PermitStatus.GRANTED
    return _measured(code, event.on, outcome) if code else []


def _measured(code: StepCode, on: date | None, outcome: PermitStatus | None = None) -> list[Step]:
    return [Step(code, StepState.DONE, on, on, Source.MEASURED if on else None, outcome)]


def _record(state: PermitState) -> Step:
    if state.status is _S.SUBMITTED:
        return _until(StepCode.RECORD, StepState.NOW, state.decision_due)
    on = state.status_on
    return Step(StepCode.RECORD, StepState.DONE, on, on, Source.MEASURED, state.status)


def _until(code: StepCode, where: StepState, last: date | None) -> Step:
    return Step(code, where, None, last, Source.COMPUTED if last else None)


class _Round:
    """From the submission, or from the last annulment, on."""

    def __init__(
        self, file: PermitFile | None, state: PermitState, events: Sequence[Event], *, again: bool
    ) -> None:
        self.file, self.state, self.again = file, state, again
        self.on = {event.code: event.on for event in events}
        self.told = bool(events)
        self.decision = next((event for event in reversed(events) if event.code in DECISIONS), None)
        self.undecided = state.status in _CHECKED | _REVIEWED

    def steps(self) -> Iterator[Step]:
        """All of them, in order."""
        status = self.state.status
        if not self.again:
            yield from _measured(StepCode.SUBMITTED, self.state.submitted_on)
            yield from self._completeness()
        inquiry = list(self._inquiry())
        if stopped := _STOPPED.get(status):
            yield from [*inquiry, *_measured(stopped, self.state.status_on)]
            return
        if self.undecided:
            # What is now stands before what is to come.
            inquiry.append(self._review())
            inquiry.sort(key=lambda step: step.state is StepState.NEXT)
        yield from inquiry
        yield self._decision()
        yield from self._appeal()
        yield from self._use()

    def _completeness(self) -> Iterator[Step]:
        status = self.state.status
        if status is _S.AWAITING_SUPPLEMENT:
            yield Step(StepCode.SUPPLEMENT, StepState.NOW, self.state.status_on)
        elif status is _S.COMPLETENESS_CHECK:
            yield _until(StepCode.COMPLETENESS, StepState.NOW, self._reckoned_start())
        elif declared := self.on.get(_E.DECLARED_COMPLETE):
            yield from _measured(StepCode.COMPLETENESS, declared)
        elif status not in _STOPPED:
            # Nobody declared it: it was complete by the law on the first day of the term.
            deemed = self._reckoned_start() if self.told else None
            source = Source.COMPUTED if deemed else None
            yield Step(StepCode.COMPLETENESS, StepState.DONE, deemed, deemed, source)

    def _reckoned_start(self) -> date | None:
        """Day 1 in first instance without a declaration; an appeal has a check of its own."""
        for reckoning in self.state.reckonings:
            first = not reckoning.rule.startswith("appeal.")
            if reckoning.date == "decision_due" and reckoning.deemed and first:
                return reckoning.start
        return None

    def _inquiry(self) -> Iterator[Step]:
        state = self.state
        opened = self.on.get(_E.INQUIRY_OPENED) if self.told or self.again else state.inquiry_from
        if opened:
            source = Source.MEASURED
            running = state.status is _S.PUBLIC_INQUIRY
            where = StepState.NOW if running else StepState.DONE
            yield Step(StepCode.INQUIRY, where, opened, state.inquiry_until, source)
        elif self.file and self.file.procedure is Procedure.ORDINARY:
            if self.undecided:
                yield Step(StepCode.INQUIRY, StepState.NEXT)
            elif self.told and state.status not in _STOPPED:
                yield Step(StepCode.INQUIRY, StepState.SKIPPED)

    def _review(self) -> Step:
        runs = self.state.status in (_S.UNDER_REVIEW, _S.ANNULLED)
        return Step(StepCode.REVIEW, StepState.NOW if runs else StepState.NEXT)

    def _decision(self) -> Step:
        state = self.state
        if self.undecided:
            return _until(StepCode.DECISION, StepState.NEXT, state.decision_due)
        if self.decision or state.decided_on:
            on = self.decision.on if self.decision else state.decided_on
            refused = self._refused_first()
            outcome = PermitStatus.REFUSED if refused else PermitStatus.GRANTED
            return Step(StepCode.DECISION, StepState.DONE, on, on, Source.MEASURED, outcome)
        tacit = self.told or state.status is _S.TACITLY_REFUSED
        outcome = PermitStatus.TACITLY_REFUSED if tacit else state.status
        due = next((r.result for r in state.reckonings if r.date == "decision_due"), None)
        if not tacit:
            return Step(StepCode.DECISION, StepState.DONE, outcome=outcome)
        due = due or state.decision_due
        return Step(StepCode.DECISION, StepState.DONE, due, due, Source.COMPUTED, outcome)

    def _refused_first(self) -> bool:
        if self.decision:
            return self.decision.code is _E.DECIDED_REFUSED
        return self.state.status in (_S.REFUSED, _S.TACITLY_REFUSED)

    def _appeal(self) -> Iterator[Step]:
        state, lodged = self.state, self.on.get(_E.APPEAL_LODGED)
        if lodged or state.status in _APPEALED:
            yield self._appealed(lodged)
            return
        window = StepCode.APPEAL_WINDOW
        posted = self.on.get(_E.POSTED)
        opened = posted + timedelta(days=1) if posted else None
        if self.undecided:
            yield Step(window, StepState.NEXT)
        elif Flag.APPEAL_WINDOW_OPEN in state.flags:
            last = state.appeal_until
            yield Step(window, StepState.NOW, opened, last, Source.COMPUTED)
        elif state.appeal_until:
            yield _until(window, StepState.DONE, state.appeal_until)
        elif self.told and state.status in (_S.GRANTED, _S.REFUSED):
            yield Step(window, StepState.NEXT)

    def _appealed(self, lodged: date | None) -> Step:
        state = self.state
        if state.status is _S.APPEAL_PENDING:
            source = Source.COMPUTED if state.decision_due else None
            return Step(StepCode.APPEAL, StepState.NOW, lodged, state.decision_due, source)
        closed = self.on.get(_E.APPEAL_GRANTED) or self.on.get(_E.APPEAL_REJECTED)
        if closed:
            won = _E.APPEAL_GRANTED in self.on
            outcome = PermitStatus.APPEAL_GRANTED if won else PermitStatus.APPEAL_REJECTED
            return Step(StepCode.APPEAL, StepState.DONE, closed, closed, Source.MEASURED, outcome)
        silent = state.decision_due or state.status_on
        outcome = state.status if state.status in _APPEALED else _S.APPEAL_TACITLY_REJECTED
        source = Source.COMPUTED if silent else None
        return Step(StepCode.APPEAL, StepState.DONE, silent, silent, source, outcome)

    def _use(self) -> Iterator[Step]:
        state = self.state
        if state.usable_from and state.status in _PERMITTED | {_S.LAPSED}:
            where = {_S.GRANTED: StepState.NEXT, _S.EXECUTABLE: StepState.NOW}
            found = where.get(state.status, StepState.DONE)
            yield Step(StepCode.USE, found, state.usable_from, None, Source.COMPUTED)
        started = self.on.get(_E.WORKS_STARTED)
        if state.status is _S.IN_EXECUTION:
            began = started or state.status_on
            yield Step(StepCode.WORKS, StepState.NOW, began, None, Source.MEASURED)
        elif started:
            yield from _measured(StepCode.WORKS, started)
        if state.status is _S.COMPLETED:
            yield from _measured(StepCode.COMPLETED, state.status_on)
        if state.status is _S.LAPSED:
            yield from _measured(StepCode.LAPSED, state.status_on)
