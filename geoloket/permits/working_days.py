"""Belgian working days, for the few terms that shift to one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache


def is_working_day(day: date) -> bool:
    """Monday to Friday, and not one of the ten legal holidays (law of 4 January 1974)."""
    return day.weekday() < 5 and day not in holidays(day.year)


def on_or_after(day: date) -> date:
    """The day itself when it is a working day, else the next one."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def served_on(posted: date) -> date:
    """The day on which a registered letter counts as served: the working day after posting it."""
    return on_or_after(posted + timedelta(days=1))


@cache
def holidays(year: int) -> frozenset[date]:
    """The ten legal holidays of a year."""
    easter = _easter(year)
    fixed = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
    # Easter Monday, Ascension, Whit Monday.
    moving = (easter + timedelta(days=days) for days in (1, 39, 50))
    return frozenset([*(date(year, month, day) for month, day in fixed), *moving])


def _easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * week) // 451
    month, day = divmod(h + week - 7 * m + 114, 31)
    return date(year, month, day + 1)
