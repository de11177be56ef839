"""One inspection of a dwelling as its row tells it, and the days that an office works towards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from geoloket.inspections.certificate import Certificate
from geoloket.inspections.terms import InspectionTerms, Reckoning
from geoloket.inspections.verdict import Defects, Verdict, verdict
from geoloket.inspections.vocabulary import HousingInspectionStatus as S
from geoloket.inspections.vocabulary import Outcome, Scheme
from geoloket.settings import CertificateValidity

UNDECIDED: Final = frozenset({
    S.REQUESTED, S.SCHEDULED, S.VISITED, S.REPORT_DRAFTED, S.UNSUITABLE, S.UNINHABITABLE,
    S.OVERCROWDED, S.HEARING,
})  # fmt: skip
"""Before the mayor has decided; a dwelling that was found conform waits for a certificate."""


@dataclass(frozen=True, slots=True)
class InspectionCase:
    """What the rules look at; a status or outcome that we do not know is None."""

    status: S | None
    requested_on: date | None = None
    planned_on: date | None = None
    inspected_on: date | None = None
    scheme: Scheme | None = None
    defects_1: int | None = None
    defects_2: int | None = None
    defects_3: int | None = None
    outcome: Outcome | None = None
    heard_on: date | None = None
    decided_on: date | None = None
    appealed_on: date | None = None
    ruled_on: date | None = None
    lifted_on: date | None = None
    certificate_issued_on: date | None = None
    certificate_valid_until: date | None = None
    certificate_lapsed_on: date | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> InspectionCase:
        """From a row of the layer."""
        kinds = {"status": S, "scheme": Scheme, "outcome": Outcome}
        given = {one.name: row.get(one.name) for one in fields(cls)}
        for name, kind in kinds.items():
            given[name] = kind(given[name]) if given[name] in set(kind) else None
        return cls(**given)

    @property
    def defects(self) -> Defects | None:
        """The counted defects; None before a report, of an older scheme, or where one lacks."""
        counted = (self.defects_1, self.defects_2, self.defects_3)
        if self.scheme is not Scheme.CATEGORIES or any(n is None or n < 0 for n in counted):
            return None
        return Defects(*(n or 0 for n in counted))

    @property
    def verdict(self) -> Verdict | None:
        """What the defects lead to; None where it cannot be said by categories."""
        return verdict(self.defects) if self.defects else None

    def certificate(self, by_law: Sequence[CertificateValidity]) -> Certificate | None:
        """The certificate, by the years of the day on which it was issued."""
        if self.certificate_issued_on is None:
            return None
        return Certificate.issued(self.certificate_issued_on, by_law, self.certificate_lapsed_on)

    def reckonings(self, terms: InspectionTerms) -> list[Reckoning]:
        """The days that matter now, soonest rule first."""
        asked: list[tuple[str, date | None]] = []
        if self.status in UNDECIDED:
            asked = [("decision", self.requested_on)]
        elif self.status is S.CONFORM and self.certificate_issued_on is None:
            asked = [("certificate.decision", self.requested_on)]
        elif self.status is S.DECIDED:
            asked = [("appeal", self.decided_on)]
        elif self.status is S.UNDER_APPEAL:
            asked = [("appeal.decision", self.appealed_on)]
        found = [terms.count(id, event) for id, event in asked if event]
        if self.status in UNDECIDED and found and found[0]:
            found.append(terms.count("appeal.silence", found[0].result))
        return [one for one in found if one]
