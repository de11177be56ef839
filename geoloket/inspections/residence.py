"""Residence checks: does somebody live where they say. Never who, never what an officer thought.

A row holds what was agreed on and no more: case, address, day of the declaration, when they are at
home, district, visits (moment and outcome), result and its day. There is no place for remarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from geoloket.errors import InvalidParameter
from geoloket.inspections.terms import InspectionTerms, Reckoning
from geoloket.inspections.vocabulary import ResidenceCheckStatus as S
from geoloket.inspections.vocabulary import Slot, VisitOutcome

RESULTS: Final = (S.CONFIRMED, S.NOT_FOUND, S.REFUSED)
MAY_FOLLOW: Final[Mapping[S, tuple[S, ...]]] = {
    S.REPORTED: (S.ASSIGNED,),
    S.ASSIGNED: (S.VISIT_ATTEMPTED, *RESULTS),
    S.VISIT_ATTEMPTED: (S.VISIT_ATTEMPTED, *RESULTS),
    **dict.fromkeys(RESULTS, (S.CLOSED,)),
    S.CLOSED: (),
}
"""A result is always that of a visit: without one there is none."""
OPEN: Final = (S.REPORTED, S.ASSIGNED, S.VISIT_ATTEMPTED)
_MOST_VISITS: Final = 50


@dataclass(frozen=True, slots=True)
class Visit:
    """When somebody was at the door (clocks in Flanders), and how it ended."""

    at: datetime
    outcome: VisitOutcome

    def line(self) -> str:
        """As it is stored: one line of the column ``visits``."""
        return f"{self.at:%Y-%m-%dT%H:%M} {self.outcome}"


def visits_of(text: str | None) -> tuple[Visit, ...]:
    """The visits that a column holds; a line that is none is left out."""
    return tuple(_visits((text or "").splitlines()))


def _visits(lines: Iterable[str]) -> Iterable[Visit]:
    for line in lines:
        moment, _, outcome = line.strip().partition(" ")
        try:
            yield Visit(datetime.fromisoformat(moment).replace(tzinfo=None), VisitOutcome(outcome))
        except ValueError:
            continue


@dataclass(frozen=True, slots=True)
class ResidenceCheck:
    """One check, as its row tells it."""

    status: S | None
    declared_on: date | None = None
    slots: frozenset[Slot] = frozenset()
    visits: tuple[Visit, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> ResidenceCheck:
        """From a row of the layer."""
        words = (row.get("preferred_slots") or "").replace(",", " ").split()
        return cls(
            S(row["status"]) if row.get("status") in set(S) else None,
            row.get("declared_on"),
            frozenset(Slot(word) for word in words if word in set(Slot)),
            visits_of(row.get("visits")),
        )

    def due(self, terms: InspectionTerms) -> Reckoning | None:
        """Until when it is commonly done."""
        return terms.count("residence", self.declared_on) if self.declared_on else None

    def next_steps(self) -> tuple[S, ...]:
        """What may be recorded now."""
        return MAY_FOLLOW[self.status] if self.status else ()

    def change(self, name: str, given: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """The fields that a step sets; a visit is now or was earlier. Raises InvalidParameter."""
        if name not in self.next_steps():
            raise InvalidParameter(f"The step {name[:40]!r} cannot follow here.", parameter="step")
        status = S(name)
        if status is S.ASSIGNED:
            return {"status": str(status), "district": _district(given)}
        if status is S.CLOSED:
            return {"status": str(status)}
        if len(self.visits) >= _MOST_VISITS:
            raise InvalidParameter("at: there were too many visits already", parameter="at")
        attempted = status is S.VISIT_ATTEMPTED
        outcome = VisitOutcome.NOBODY_HOME if attempted else VisitOutcome(status)
        visit = Visit(self._moment(given, now), outcome)
        lines = [one.line() for one in (*self.visits, visit)]
        values: dict[str, Any] = {"status": str(status), "visits": "\n".join(lines)}
        if status in RESULTS:
            values |= {"result": str(status), "decided_on": visit.at.date()}
        return values

    def _moment(self, given: Mapping[str, str], now: datetime) -> datetime:
        try:
            at = datetime.fromisoformat(given.get("at", "")).replace(tzinfo=None, second=0)
        except ValueError:
            detail = "at: a day and an hour such as 2026-12-14T09:30"
            raise InvalidParameter(detail, parameter="at") from None
        early = any(at < one.at for one in self.visits)
        early = early or (self.declared_on is not None and at.date() < self.declared_on)
        if at > now.replace(tzinfo=None) or early:
            raise InvalidParameter("at: after what went before, not after now", parameter="at")
        return at


def _district(given: Mapping[str, str]) -> str:
    district = " ".join(given.get("district", "").split())
    if not district or len(district) > 100:
        raise InvalidParameter("district: which district goes there?", parameter="district")
    return district
