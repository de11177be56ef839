"""The terms of the permit law as dated data, and counting days by them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from geoloket.permits import working_days


class Rule(BaseModel):
    """One term, for files submitted from ``valid_from`` on. See ``terms.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    days: int
    valid_from: date
    source: str
    article: str | None = None
    deemed: int | None = None
    most: int = 0
    shift: Literal["none", "working_day"] = "none"

    def last_day(self, event: date) -> date:
        """The last of ``days`` days from the day after ``event``, shifted where it shifts."""
        last = event + timedelta(days=self.days)
        return working_days.on_or_after(last) if self.shift == "working_day" else last


class Window(BaseModel):
    """A measure that changed terms of files that were open on ``open_on`` or filed soon after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    open_on: date
    submitted_until: date
    source: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Every rule and window, as one value."""

    rules: Mapping[str, tuple[Rule, ...]]
    windows: tuple[Window, ...]

    @classmethod
    def parse(cls, text: str) -> Terms:
        """Terms from TOML. Raises pydantic's ValidationError for what it does not know."""
        read = tomllib.loads(text)
        rules: dict[str, list[Rule]] = {}
        for rule in map(Rule.model_validate, read["rule"]):
            rules.setdefault(rule.id, []).append(rule)
        by_date = {
            id: tuple(sorted(dated, key=lambda rule: rule.valid_from))
            for id, dated in rules.items()
        }
        return cls(by_date, tuple(map(Window.model_validate, read.get("window", []))))

    def rule(self, id: str, submitted_on: date) -> Rule | None:
        """The rule for a file submitted that day; None from before the law."""
        held = [rule for rule in self.rules.get(id, ()) if rule.valid_from <= submitted_on]
        return held[-1] if held else None


@cache
def built_in() -> Terms:
    """The terms that come with Geoloket."""
    return Terms.parse((Path(__file__).parent / "terms.toml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class Clock:
    """A decision term that runs (OVD art. 32 and 46 §1).

    It starts on the day after the file was declared complete or, without a declaration, on the
    ``deemed``-th day after the last submission, which is then day 1. A declaration that comes
    later than that is ignored.
    """

    filed_on: date
    deemed: int
    rule: Rule
    declared_on: date | None = None
    extended: int = 0
    extensions: int = 0
    suspended_on: date | None = None
    suspended: int = 0

    @property
    def deemed_start(self) -> date:
        """Day 1 when nobody declares anything."""
        return self.filed_on + timedelta(days=self.deemed)

    @property
    def start(self) -> date:
        """Day 1 of the term."""
        if self.declared_on is None:
            return self.deemed_start
        return min(self.declared_on + timedelta(days=1), self.deemed_start)

    @property
    def silent(self) -> bool:
        """Whether it starts without a declaration that counts."""
        return self.declared_on is None or self.declared_on >= self.deemed_start

    @property
    def due(self) -> date | None:
        """The last day to decide; unknown while the clock is suspended."""
        if self.suspended_on is not None:
            return None
        length = self.rule.days + self.extended + self.suspended
        return self.start + timedelta(days=length - 1)
