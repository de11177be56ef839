"""Permit histories in the order of the law: which steps were taken, and on which days.

Terms and codes follow the decree of 25 April 2014 on the environment permit: 30 days for
completeness, an inquiry of 30 days, a decision within 60 or 105 days, 30 days for an appeal,
use from day 36.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

OLDEST_DAYS = 12 * 365 - 20
_INQUIRY_DAYS = 29
_STATUS_SOURCE = "loket"


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a file: its code, its day, who reported it."""

    code: str
    on: date
    source: str = _STATUS_SOURCE
    extension_days: int | None = None


@dataclass(slots=True)
class _Draft:
    """A history counted in days from the submission, before it is hung on the calendar."""

    chance: Random
    ordinary: bool
    days: list[tuple[str, int, int | None]]

    def then(self, code: str, least: int, most: int, extension: int | None = None) -> "_Draft":
        after = self.days[-1][1] + self.chance.randint(least, most)
        self.days.append((code, after, extension))
        return self

    def maybe_supplement(self) -> "_Draft":
        if self.chance.random() < 0.3:
            self.then("supplement_requested", 9, 26).then("supplement_received", 7, 45)
        return self

    def complete(self) -> "_Draft":
        return self.maybe_supplement().then("declared_complete", 10, 28)

    def inquiry(self) -> "_Draft":
        if self.ordinary:
            self.then("inquiry_opened", 4, 12).then("inquiry_closed", _INQUIRY_DAYS, _INQUIRY_DAYS)
        return self

    def decided(self, *results: str) -> "_Draft":
        code = "decided_" + self.chance.choice(results)
        if self.ordinary and self.chance.random() < 0.1:
            return self.then("term_extended", 3, 20, 60).then(code, 20, 75)
        return self.then(code, 12, 50) if self.ordinary else self.then(code, 22, 54)

    def posted(self) -> "_Draft":
        return self.then("posted", 3, 10)


type _Story = tuple[Callable[[_Draft], object], tuple[int, int]]
_YES = ("granted", "granted", "granted_with_conditions")


def _granted(d: _Draft) -> _Draft:
    return d.complete().inquiry().decided(*_YES).posted()


def _refused(d: _Draft) -> _Draft:
    return d.complete().inquiry().decided("refused").posted()


def _appealed(d: _Draft) -> _Draft:
    return (_granted if d.chance.random() < 0.6 else _refused)(d).then("appeal_lodged", 6, 27)


def _appeal_decided(d: _Draft, code: str) -> _Draft:
    """Within 120 days, or 60 for a simplified procedure, after a silent check of 30."""
    return _appealed(d).then(code, 62, 118) if d.ordinary else _appealed(d).then(code, 40, 85)


def _started(d: _Draft) -> _Draft:
    return _granted(d).then("works_started", 40, 230)


def _under_review(d: _Draft) -> _Draft:
    return d.complete().inquiry()


def _open_inquiry(d: _Draft) -> _Draft:
    return d.complete().then("inquiry_opened", 4, 12)


def _withdrawn(d: _Draft) -> _Draft:
    if d.chance.random() < 0.5:
        return d.complete().then("withdrawn", 5, 40)
    return d.then("withdrawn", 4, 25)


def _annulled(d: _Draft) -> _Draft:
    return _appeal_decided(d, "appeal_granted").then("annulled", 260, 460)


def _incomplete(d: _Draft) -> _Draft:
    if d.chance.random() < 0.5:
        d.then("supplement_requested", 9, 24).then("supplement_received", 20, 60)
    return d.then("declared_incomplete", 12, 28)


_STORIES: dict[str, _Story] = {
    "completeness_check": (lambda d: d, (1, 22)),
    "awaiting_supplement": (lambda d: d.then("supplement_requested", 8, 26), (2, 40)),
    "rejected_incomplete": (_incomplete, (8, 3900)),
    "under_review": (_under_review, (2, 24)),
    "public_inquiry": (_open_inquiry, (2, 25)),
    "granted": (_granted, (1, 29)),
    "refused": (_refused, (2, 3900)),
    "tacitly_refused": (lambda d: d.complete().inquiry(), (150, 1700)),
    "appeal_pending": (_appealed, (4, 55)),
    "appeal_granted": (lambda d: _appeal_decided(d, "appeal_granted"), (10, 3400)),
    "appeal_rejected": (lambda d: _appeal_decided(d, "appeal_rejected"), (10, 3400)),
    "appeal_tacitly_rejected": (_appealed, (330, 1600)),
    "executable": (_granted, (38, 560)),
    "in_execution": (_started, (4, 640)),
    "completed": (lambda d: _started(d).then("works_completed", 90, 640), (6, 3500)),
    "lapsed": (lambda d: _granted(d).then("lapsed", 735, 760), (10, 2900)),
    "annulled": (_annulled, (5, 60)),
    "withdrawn": (_withdrawn, (4, 3900)),
    "submitted": (lambda d: d, (1, 14)),
    "recorded": (lambda d: d.then("recorded", 6, 27), (3, 4000)),
    "not_recorded": (lambda d: d.then("not_recorded", 9, 28), (3, 3000)),
}

COUNTS: dict[str, int] = {
    "completeness_check": 9, "awaiting_supplement": 7, "rejected_incomplete": 18,
    "under_review": 26, "public_inquiry": 12, "granted": 24, "refused": 62, "tacitly_refused": 9,
    "appeal_pending": 7, "appeal_granted": 12, "appeal_rejected": 18, "appeal_tacitly_rejected": 4,
    "executable": 60, "in_execution": 70, "completed": 230, "lapsed": 26, "annulled": 3,
    "withdrawn": 28, "submitted": 5, "recorded": 58, "not_recorded": 6,
}  # fmt: skip
"""How many files aim at each status on the day of building."""

NOTIFICATIONS = frozenset({"submitted", "recorded", "not_recorded"})
_ALWAYS_ORDINARY = frozenset({"public_inquiry"})


def history(status: str, ordinary: bool, today: date, chance: Random) -> list[Step]:
    """Steps of a file that has the status today, none in the future or over twelve years back."""
    tell, (least, most) = _STORIES[status]
    while True:
        draft = _Draft(chance, ordinary or status in _ALWAYS_ORDINARY, [("submitted", 0, None)])
        tell(draft)
        age = round(least + (most - least) * chance.random() ** 1.25)
        last = draft.days[-1][1]
        if age + last > OLDEST_DAYS:
            continue
        steps = _dated(draft, today - timedelta(days=age + last))
        if steps[-1].on <= today and _clear_of_2020(status, steps):
            return steps


def fixed(today: date, ages: list[tuple[str, int]]) -> list[Step]:
    """A history told in days before today."""
    return [Step(code, today - timedelta(days=age)) for code, age in ages]


def _dated(draft: _Draft, submitted: date) -> list[Step]:
    steps: list[Step] = []
    for code, days, extension in draft.days:
        step = Step(code, submitted + timedelta(days=days), extension_days=extension)
        if code == "inquiry_closed":
            step = replace(step, on=steps[-1].on + timedelta(days=_INQUIRY_DAYS))
        elif code != "inquiry_opened":
            step = replace(step, on=_office_day(step.on))
        if code in ("appeal_lodged", "appeal_granted", "appeal_rejected"):
            step = replace(step, source="provincie")
        if code == "annulled":
            step = replace(step, source="Raad voor Vergunningsbetwistingen")
        steps.append(step)
    return steps


def _office_day(day: date) -> date:
    """The Friday before, for a day in the weekend: terms can only become shorter by it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _clear_of_2020(status: str, steps: list[Step]) -> bool:
    """Terms were longer in the spring of 2020: no file rests on a term of those months."""
    if status not in ("tacitly_refused", "appeal_tacitly_rejected", "under_review"):
        return True
    return steps[-1].on > date(2020, 9, 1)
