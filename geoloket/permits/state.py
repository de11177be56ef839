"""Where a permit file stands on a day: what pages, maps and feeds show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from geoloket.permits.vocabulary import DecisionResult, PermitStatus


class Flag(StrEnum):
    """What is true beside the status."""

    APPEAL_WINDOW_OPEN = auto()
    TERM_EXTENDED = auto()
    CLOCK_SUSPENDED = auto()
    TERM_EXCEEDED = auto()
    """A notification that waits longer than the order term: no consequence by law."""


class Reason(StrEnum):
    """Why a date that one would expect is not computed."""

    CLOCK_SUSPENDED = auto()
    AWAITING_SUPPLEMENT = auto()
    NO_RULE = auto()
    """From before the law, or a procedure whose terms are not in force."""
    TERMS_CHANGED = auto()
    """The file was open in a window in which a measure changed the terms."""
    SET_BY_COUNCIL = auto()
    """After an annulment the ruling sets the term."""
    NOT_POSTED = auto()
    """The windows of a decision run from its first posting day, which is not known."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a date was computed: ``rule`` (an id in the terms) applied to day ``start``.

    ``start`` is day 1; ``days`` includes extension and suspension; ``result`` is the last day, or
    for ``use`` the first day on which works may start.
    """

    date: str
    rule: str
    start: date
    days: int
    result: date
    since: date | None = None
    """The day of the event that it counts from: declared complete, filed, posted, expired."""
    deemed: bool = False
    """Whether it counts from the filing, because nobody declared the file complete in time."""
    extended: int = 0
    suspended: int = 0
    article: str | None = None
    """Article of the decree (OVD) that sets the term, where it was read there."""


@dataclass(frozen=True, slots=True)
class PermitState:
    """Status and dates on one day, all indicative. Spans include both ends."""

    status: PermitStatus
    status_on: date | None = None
    submitted_on: date | None = None
    inquiry_from: date | None = None
    inquiry_until: date | None = None
    decision_due: date | None = None
    decided_on: date | None = None
    decision_result: DecisionResult | None = None
    appeal_until: date | None = None
    usable_from: date | None = None
    flags: frozenset[Flag] = frozenset()
    not_computable: frozenset[Reason] = frozenset()
    reckonings: tuple[Reckoning, ...] = ()
