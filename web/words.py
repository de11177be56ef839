"""Numbers, dates and directions in words, per language. Pure functions; no request, no HTML."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
_MONTHS: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
_DIRECTIONS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
_NARROW_SPACE: Final = "\u202f"
_MINUTE_S: Final = 60
_HOUR_MIN: Final = 60


def today() -> date:
    """The day it is in Flanders."""
    return datetime.now(BRUSSELS).date()


def day(value: date, language: str) -> str:
    """A date written out.

    >>> day(date(2026, 12, 14), "nl"), day(date(2026, 12, 14), "en")
    ('14 december 2026', '14 December 2026')
    """
    if isinstance(value, datetime):
        value = value.astimezone(BRUSSELS).date()
    return f"{value.day} {_MONTHS[language].split()[value.month - 1]} {value.year}"


def local(value: datetime) -> datetime:
    """A moment as clocks and calendars in Flanders show it."""
    return value.astimezone(BRUSSELS)


def clock(value: datetime, language: str) -> str:
    """The time of day in Flanders: ``20.00`` in Dutch, ``20:00`` in English."""
    return value.astimezone(BRUSSELS).strftime("%H.%M" if language == "nl" else "%H:%M")


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number with a decimal comma in Dutch and narrow spaces between thousands.

    >>> number(70104.5, "nl", 1)
    '70\u202f104,5'
    """
    text = f"{value:,.{decimals}f}"
    whole, _, fraction = text.partition(".")
    mark = "," if language == "nl" else "."
    return whole.replace(",", _NARROW_SPACE) + (mark + fraction if fraction else "")


def lasted(seconds: float, language: str) -> str:
    """How long something took: ``1,6 s``, ``3 min 28 s`` or ``2 u 5 min``."""
    if seconds < _MINUTE_S:
        return f"{number(seconds, language, 1)} s"
    minutes, rest = divmod(round(seconds), _MINUTE_S)
    if minutes < _HOUR_MIN:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, _HOUR_MIN)
    return f"{hours} {'u' if language == 'nl' else 'h'} {minutes} min"


def area(value: float, language: str) -> str:
    """An area in square metres, rounded to what a drawing can tell."""
    return number(value, language)


def around(metres: float) -> int:
    """A distance rounded as people say it: to 5 m, from 100 m on to 10 m."""
    step = 5 if metres < 100 else 10
    return max(step, round(metres / step) * step)


def direction(azimuth: float) -> str:
    """The key of the nearest of eight directions; ``azimuth`` in degrees clockwise from north.

    >>> direction(0), direction(95), direction(350)
    ('n', 'e', 'n')
    """
    return _DIRECTIONS[round(azimuth / 45) % 8]
