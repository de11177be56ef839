"""Words of the permit law, as they are stored."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import Final


class Procedure(StrEnum):
    """How a file is handled."""

    ORDINARY = auto()
    SIMPLIFIED = auto()
    NOTIFICATION = auto()
    ADJUSTMENT = auto()
    MODULAR = auto()
    """Decree of 17 May 2024: no date of entry into force known, so no term is computed."""


class EventCode(StrEnum):
    """What can happen to a file."""

    SUBMITTED = auto()
    SUPPLEMENT_REQUESTED = auto()
    SUPPLEMENT_RECEIVED = auto()
    DECLARED_COMPLETE = auto()
    DECLARED_INCOMPLETE = auto()
    INQUIRY_OPENED = auto()
    INQUIRY_CLOSED = auto()
    TERM_EXTENDED = auto()
    DECIDED_GRANTED = auto()
    DECIDED_GRANTED_WITH_CONDITIONS = auto()
    DECIDED_REFUSED = auto()
    POSTED = auto()
    APPEAL_LODGED = auto()
    APPEAL_GRANTED = auto()
    APPEAL_REJECTED = auto()
    CLOCK_SUSPENDED = auto()
    CLOCK_RESUMED = auto()
    WORKS_STARTED = auto()
    WORKS_COMPLETED = auto()
    LAPSED = auto()
    ANNULLED = auto()
    WITHDRAWN = auto()
    RECORDED = auto()
    NOT_RECORDED = auto()


class PermitStatus(StrEnum):
    """Where a file stands."""

    SUBMITTED = auto()
    """Notifications only."""
    COMPLETENESS_CHECK = auto()
    AWAITING_SUPPLEMENT = auto()
    REJECTED_INCOMPLETE = auto()
    UNDER_REVIEW = auto()
    PUBLIC_INQUIRY = auto()
    GRANTED = auto()
    REFUSED = auto()
    TACITLY_REFUSED = auto()
    APPEAL_PENDING = auto()
    APPEAL_GRANTED = auto()
    APPEAL_REJECTED = auto()
    APPEAL_TACITLY_REJECTED = auto()
    EXECUTABLE = auto()
    IN_EXECUTION = auto()
    COMPLETED = auto()
    LAPSED = auto()
    ANNULLED = auto()
    WITHDRAWN = auto()
    RECORDED = auto()
    NOT_RECORDED = auto()
    UNKNOWN = auto()


class DecisionResult(StrEnum):
    """What was decided in the end: after an appeal, what holds since."""

    GRANTED = auto()
    GRANTED_WITH_CONDITIONS = auto()
    REFUSED = auto()


DECISIONS: Final = {
    EventCode.DECIDED_GRANTED: DecisionResult.GRANTED,
    EventCode.DECIDED_GRANTED_WITH_CONDITIONS: DecisionResult.GRANTED_WITH_CONDITIONS,
    EventCode.DECIDED_REFUSED: DecisionResult.REFUSED,
}
