"""Which event may follow in which status: the left column of the state table of the permit law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geoloket.permits.vocabulary import EventCode as E
from geoloket.permits.vocabulary import PermitStatus as S

_REVIEWED: Final = frozenset({S.UNDER_REVIEW, S.ANNULLED})
_DECIDED: Final = frozenset({S.GRANTED, S.REFUSED, S.TACITLY_REFUSED})
_FINAL: Final = _DECIDED | {
    S.APPEAL_GRANTED,
    S.APPEAL_REJECTED,
    S.APPEAL_TACITLY_REJECTED,
    S.EXECUTABLE,
    S.IN_EXECUTION,
    S.COMPLETED,
}
_CHECKED: Final = frozenset({S.COMPLETENESS_CHECK})
_APPEALED: Final = frozenset({S.APPEAL_PENDING})
_UNDECIDED: Final = frozenset(
    {S.SUBMITTED, S.COMPLETENESS_CHECK, S.AWAITING_SUPPLEMENT, S.UNDER_REVIEW, S.PUBLIC_INQUIRY}
)

MAY_FOLLOW: Final[Mapping[E, frozenset[S]]] = {
    E.SUPPLEMENT_REQUESTED: _CHECKED,
    E.SUPPLEMENT_RECEIVED: frozenset({S.AWAITING_SUPPLEMENT}),
    # Under review: a declaration after day 30 is ignored. Annulled: the file is taken up again.
    E.DECLARED_COMPLETE: _CHECKED | _REVIEWED | _APPEALED,
    E.DECLARED_INCOMPLETE: _CHECKED,
    E.INQUIRY_OPENED: _REVIEWED,
    # Under review: noted after the window had ended by itself.
    E.INQUIRY_CLOSED: frozenset({S.PUBLIC_INQUIRY, S.UNDER_REVIEW}),
    E.TERM_EXTENDED: frozenset({S.UNDER_REVIEW, S.PUBLIC_INQUIRY, S.APPEAL_PENDING}),
    E.DECIDED_GRANTED: _REVIEWED,
    E.DECIDED_GRANTED_WITH_CONDITIONS: _REVIEWED,
    E.DECIDED_REFUSED: _REVIEWED,
    E.POSTED: _DECIDED | {S.APPEAL_GRANTED, S.APPEAL_REJECTED, S.APPEAL_TACITLY_REJECTED},
    E.APPEAL_LODGED: _DECIDED,
    E.APPEAL_GRANTED: _APPEALED | {S.ANNULLED},
    E.APPEAL_REJECTED: _APPEALED | {S.ANNULLED},
    E.CLOCK_SUSPENDED: _APPEALED,
    E.CLOCK_RESUMED: _APPEALED,
    E.WORKS_STARTED: frozenset(
        {S.EXECUTABLE, S.APPEAL_GRANTED, S.APPEAL_REJECTED, S.APPEAL_TACITLY_REJECTED}
    ),
    E.WORKS_COMPLETED: frozenset({S.IN_EXECUTION}),
    E.LAPSED: frozenset({S.EXECUTABLE, S.IN_EXECUTION}),
    E.ANNULLED: _FINAL,
    E.WITHDRAWN: _UNDECIDED | {S.ANNULLED},
    E.RECORDED: frozenset({S.SUBMITTED}),
    E.NOT_RECORDED: frozenset({S.SUBMITTED}),
}
"""``submitted`` stands apart: it is the first event of a history, and only that."""
