"""Terms as dated data, and counting by them: every day told with what it was counted from."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from geoloket.permits.working_days import is_working_day

Unit = Literal["days", "months", "working_days"]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a day was counted: ``amount`` of ``unit`` after ``event``."""

    rule: str
    event: date
    amount: int
    unit: Unit
    result: date
    source: str


class Rule(BaseModel):
    """One term, for what began from ``valid_from`` on. See ``terms.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    valid_from: date
    source: str
    days: int | None = None
    months: int | None = None
    working_days: int | None = None

    @model_validator(mode="after")
    def _has_one_length(self) -> Self:
        if sum(one is not None for one in (self.days, self.months, self.working_days)) != 1:
            raise ValueError("one of days, months, working_days")
        return self

    def count(self, event: date) -> Reckoning:
        """The last day of the term that begins on the day after ``event``."""
        unit: Unit
        if self.months is not None:
            unit, amount, last = "months", self.months, months_on(event, self.months)
        elif self.days is not None:
            unit, amount, last = "days", self.days, event + timedelta(days=self.days)
        else:
            unit, amount = "working_days", self.working_days or 0
            last = _working_days_on(event, amount)
        return Reckoning(self.id, event, amount, unit, last, self.source)


@dataclass(frozen=True, slots=True)
class InspectionTerms:
    """Every rule, as one value."""

    rules: Mapping[str, tuple[Rule, ...]]

    @classmethod
    def parse(cls, text: str) -> InspectionTerms:
        """Terms from TOML. Raises pydantic's ValidationError for what it does not know."""
        rules: dict[str, list[Rule]] = {}
        for rule in map(Rule.model_validate, tomllib.loads(text)["rule"]):
            rules.setdefault(rule.id, []).append(rule)
        return cls({id: tuple(sorted(of, key=lambda r: r.valid_from)) for id, of in rules.items()})

    @classmethod
    def built_in(cls) -> InspectionTerms:
        """The terms that come with Geoloket."""
        return _built_in()

    def count(self, id: str, event: date) -> Reckoning | None:
        """The last day by the rule that held on the day of the event; None from before it."""
        held = [rule for rule in self.rules.get(id, ()) if rule.valid_from <= event]
        return held[-1].count(event) if held else None


@cache
def _built_in() -> InspectionTerms:
    text = (Path(__file__).parent / "terms.toml").read_text(encoding="utf-8")
    return InspectionTerms.parse(text)


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _working_days_on(day: date, amount: int) -> date:
    while amount > 0:
        day += timedelta(days=1)
        amount -= is_working_day(day)
    return day
