"""How long a conformity certificate holds: by the rule of the day it was issued, or a lapse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from geoloket.inspections.terms import months_on
from geoloket.settings import CertificateValidity

BY_DECREE: Final = CertificateValidity(years=10, valid_from=date.min)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; ``lapsed_on`` is the day of what ended it before its time."""

    issued_on: date
    years: int
    lapsed_on: date | None = None

    @classmethod
    def issued(
        cls, day: date, by_law: Sequence[CertificateValidity], lapsed_on: date | None = None
    ) -> Certificate:
        """One issued on a day, with the years of the by-law of that day (10 without any)."""
        held = [rule for rule in (BY_DECREE, *by_law) if rule.valid_from <= day]
        newest = max(held, key=lambda rule: rule.valid_from)
        return cls(day, newest.years, lapsed_on)

    @property
    def runs_until(self) -> date:
        """Its last day if nothing ends it; one of 29 February ends on the 28th."""
        return months_on(self.issued_on, 12 * self.years)

    @property
    def valid_until(self) -> date:
        """``min(issued + years, lapse)``."""
        return min(self.runs_until, self.lapsed_on) if self.lapsed_on else self.runs_until

    def is_valid(self, day: date) -> bool:
        """Whether it holds on a day; on the day of a lapse it does not any more."""
        lapsed = self.lapsed_on is not None and day >= self.lapsed_on
        return self.issued_on <= day <= self.runs_until and not lapsed
