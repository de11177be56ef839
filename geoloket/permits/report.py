"""What is told of a permit file once its history has been read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from geoloket.permits.case import Case
from geoloket.permits.state import Flag, PermitState, Reason
from geoloket.permits.vocabulary import PermitStatus

_UNDECIDED = frozenset(
    {
        PermitStatus.SUBMITTED,
        PermitStatus.COMPLETENESS_CHECK,
        PermitStatus.UNDER_REVIEW,
        PermitStatus.PUBLIC_INQUIRY,
        PermitStatus.APPEAL_PENDING,
    }
)
_APPEALABLE = frozenset({PermitStatus.GRANTED, PermitStatus.REFUSED, PermitStatus.TACITLY_REFUSED})


def state_of(case: Case, today: date) -> PermitState:
    """The state at the end of ``today``; time has passed up to it."""
    awaiting = case.status is PermitStatus.AWAITING_SUPPLEMENT
    reasons = frozenset(_reasons(case))
    if not awaiting:
        case.keep_due()
    case.keep_inquiry()
    return PermitState(
        status=case.status,
        status_on=case.status_on,
        submitted_on=case.submitted_on,
        inquiry_from=case.inquiry_from,
        inquiry_until=case.inquiry_until,
        decision_due=None if awaiting else case.due,
        decided_on=case.decided_on,
        decision_result=case.result,
        appeal_until=case.appeal_until,
        usable_from=case.usable_from,
        flags=frozenset(_flags(case, today)),
        not_computable=reasons,
        reckonings=tuple(case.reckoned),
    )


def _flags(case: Case, today: date) -> Iterator[Flag]:
    if case.status in _APPEALABLE and case.appeal_until and today <= case.appeal_until:
        yield Flag.APPEAL_WINDOW_OPEN
    if case.clock and case.clock.extensions:
        yield Flag.TERM_EXTENDED
    if case.clock and case.clock.suspended_on:
        yield Flag.CLOCK_SUSPENDED
    late = case.due is not None and today > case.due
    if late and case.status is PermitStatus.SUBMITTED:
        yield Flag.TERM_EXCEEDED


def _reasons(case: Case) -> Iterator[Reason]:
    if case.status is PermitStatus.AWAITING_SUPPLEMENT:
        yield Reason.AWAITING_SUPPLEMENT
    if case.status is PermitStatus.ANNULLED and case.due is None:
        yield Reason.SET_BY_COUNCIL
    elif case.status in _UNDECIDED and case.clock is None:
        yield Reason.NO_RULE
    if case.clock and case.clock.suspended_on:
        yield Reason.CLOCK_SUSPENDED
    if case.terms_changed or case.terms_unknown:
        yield Reason.TERMS_CHANGED
    if case.status in (PermitStatus.GRANTED, PermitStatus.REFUSED) and case.posted_on is None:
        yield Reason.NOT_POSTED
