"""What defects lead to (Flemish Codex Wonen, scheme since 1 January 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from geoloket.inspections.vocabulary import Outcome, Scheme

CATEGORIES_SINCE: Final = date(2021, 1, 1)
SMALL_DEFECTS: Final = 7
"""So many defects of category I weigh as one of category II."""

Reason = Literal["third", "second", "many_first", "none"]


@dataclass(frozen=True, slots=True)
class Defects:
    """How many of each category a report counts. Raises ValueError below zero."""

    first: int = 0
    second: int = 0
    third: int = 0

    def __post_init__(self) -> None:
        if min(self.first, self.second, self.third) < 0:
            raise ValueError("defects are counted from 0 on")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, and which part of the rule decided."""

    outcome: Outcome
    reason: Reason


def verdict(defects: Defects) -> Verdict:
    """The rule: III ≥ 1 uninhabitable; else II ≥ 1 or I ≥ 7 unsuitable; else conform."""
    if defects.third >= 1:
        return Verdict(Outcome.UNINHABITABLE, "third")
    if defects.second >= 1:
        return Verdict(Outcome.UNSUITABLE, "second")
    if defects.first >= SMALL_DEFECTS:
        return Verdict(Outcome.UNSUITABLE, "many_first")
    return Verdict(Outcome.CONFORM, "none")


def scheme_on(day: date) -> Scheme:
    """The scheme of a report of that day."""
    return Scheme.CATEGORIES if day >= CATEGORIES_SINCE else Scheme.POINTS
