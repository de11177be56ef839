"""From a history and a day to a state: the state machine of the permit law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from geoloket.errors import UnlawfulEvents
from geoloket.permits.case import Case
from geoloket.permits.history import Event, PermitFile
from geoloket.permits.lawful import MAY_FOLLOW
from geoloket.permits.report import state_of
from geoloket.permits.state import PermitState
from geoloket.permits.terms import Terms, built_in
from geoloket.permits.vocabulary import DECISIONS, EventCode, PermitStatus, Procedure

_MOVES: Final = {
    EventCode.SUPPLEMENT_REQUESTED: PermitStatus.AWAITING_SUPPLEMENT,
    EventCode.DECLARED_INCOMPLETE: PermitStatus.REJECTED_INCOMPLETE,
    EventCode.WITHDRAWN: PermitStatus.WITHDRAWN,
    EventCode.RECORDED: PermitStatus.RECORDED,
    EventCode.NOT_RECORDED: PermitStatus.NOT_RECORDED,
    EventCode.WORKS_STARTED: PermitStatus.IN_EXECUTION,
    EventCode.WORKS_COMPLETED: PermitStatus.COMPLETED,
    EventCode.LAPSED: PermitStatus.LAPSED,
}
"""Events that change the status and nothing else."""


def state_on(
    file: PermitFile, events: Iterable[Event], today: date, terms: Terms | None = None
) -> PermitState:
    """Where a file stands at the end of ``today``; events after that day have not happened yet.

    ``events`` are in order. Raises UnlawfulEvents when one of them cannot follow what went before.
    """
    case = Case(file, terms or built_in())
    for event in events:
        if event.on > today:
            break
        if event.on < case.last_event_on:
            raise UnlawfulEvents(f"{event.code} of {event.on} stands after a later event.")
        case.pass_time(event.on)
        _check(case, event)
        _apply(case, event)
        case.last_event_on = event.on
    case.pass_time(today)
    return state_of(case, today)


def _check(case: Case, event: Event) -> None:
    code, status = event.code, case.status
    if code is EventCode.SUBMITTED:
        lawful = case.submitted_on is None
    elif case.submitted_on is None:
        lawful = False
    else:
        lawful = status in MAY_FOLLOW[code] or _without_terms(case, code)
    if not lawful or not _allowed(case, event):
        raise UnlawfulEvents(f"{code} on {event.on} cannot follow in the status {status}.")


def _without_terms(case: Case, code: EventCode) -> bool:
    """Where no date could be computed, time did not move the file on; then events may."""
    if code in DECISIONS or code is EventCode.INQUIRY_OPENED:
        return case.status is PermitStatus.COMPLETENESS_CHECK and case.clock is None
    if code in (EventCode.WORKS_STARTED, EventCode.LAPSED):
        return case.status is PermitStatus.GRANTED and case.terms_unknown
    return False


def _allowed(case: Case, event: Event) -> bool:  # noqa: PLR0911  # one line per rule of the law
    clock = case.clock
    match event.code:
        case EventCode.INQUIRY_OPENED:
            return case.file.procedure is not Procedure.SIMPLIFIED
        case EventCode.INQUIRY_CLOSED:
            return case.inquiry_from is not None
        case EventCode.DECLARED_COMPLETE:
            return clock is None or clock.declared_on is None
        case EventCode.TERM_EXTENDED:
            return clock is None or case.may_extend()
        case EventCode.APPEAL_LODGED:
            return case.appeal_until is None or event.on <= case.appeal_until
        case EventCode.APPEAL_GRANTED | EventCode.APPEAL_REJECTED:
            return case.appeal_lodged_on is not None
        case EventCode.CLOCK_SUSPENDED:
            return clock is not None and clock.suspended_on is None
        case EventCode.CLOCK_RESUMED:
            return clock is not None and clock.suspended_on is not None
        case EventCode.WORKS_STARTED:
            return case.favourable
        case _:
            return True


def _apply(case: Case, event: Event) -> None:
    code = event.code
    if code in _MOVES:
        case.move(_MOVES[code], event.on)
    elif code in DECISIONS:
        case.decide(DECISIONS[code], event.on)
    elif code in (EventCode.APPEAL_GRANTED, EventCode.APPEAL_REJECTED):
        case.decide_appeal(code is EventCode.APPEAL_GRANTED, event.on)
    else:
        _APPLY[code](case, event)


_APPLY: Final[Mapping[EventCode, Callable[[Case, Event], None]]] = {
    EventCode.SUBMITTED: lambda case, event: case.submit(event.on),
    EventCode.SUPPLEMENT_RECEIVED: lambda case, event: case.receive_supplement(event.on),
    EventCode.DECLARED_COMPLETE: lambda case, event: case.declare_complete(event.on),
    EventCode.INQUIRY_OPENED: lambda case, event: case.open_inquiry(event.on),
    EventCode.INQUIRY_CLOSED: lambda case, event: case.close_inquiry(event.on),
    EventCode.TERM_EXTENDED: lambda case, event: case.extend(event.extension_days),
    EventCode.POSTED: lambda case, event: case.post(event.on),
    EventCode.APPEAL_LODGED: lambda case, event: case.lodge_appeal(event.on),
    EventCode.CLOCK_SUSPENDED: lambda case, event: case.suspend(event.on),
    EventCode.CLOCK_RESUMED: lambda case, event: case.resume(event.on),
    EventCode.ANNULLED: lambda case, event: case.annul(event.on, event.extension_days),
}
