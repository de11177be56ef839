"""What the address of the workspace says: all of what one sees, so that a link shows it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """The state of the workspace; what cannot be used is left out."""

    a: int | None = None
    """The year of the left picture, and of the right one."""
    b: int | None = None
    picture_a: str | None = None
    """Another picture of that year than the best."""
    picture_b: str | None = None
    bearing: float | None = None
    """Where the left one looks, clockwise from true north; None: to the parcel."""
    pitch: float = 0.0
    zoom: int = 25
    turned: float | None = None
    """How much further the right one looks; None: both to the parcel."""
    loose: bool = False
    """Whether the two turn apart."""
    swipe: int = 50
    photo_a: int | None = None
    photo_b: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """What a query says; see ``query`` for its names."""
        return cls(
            a=_year(given.get("a")),
            b=_year(given.get("b")),
            picture_a=_name(given.get("pa")),
            picture_b=_name(given.get("pb")),
            bearing=_within(given.get("yaw"), 0, 360),
            pitch=_within(given.get("pitch"), -90, 90) or 0.0,
            zoom=round(_or(_within(given.get("zoom"), 0, 100), 25)),
            turned=_within(given.get("draai"), -180, 180),
            loose=given.get("los") == "1",
            swipe=round(_or(_within(given.get("veeg"), 0, 100), 50)),
            photo_a=_year(given.get("la")),
            photo_b=_year(given.get("lb")),
        )

    def query(self, **other: object) -> dict[str, Any]:
        """The same as a query, without what is usual; ``other`` names replace those of it."""
        told: dict[str, Any] = {
            "a": self.a,
            "b": self.b,
            "pa": self.picture_a,
            "pb": self.picture_b,
            "yaw": self.bearing,
            "pitch": self.pitch or None,
            "zoom": self.zoom if self.zoom != 25 else None,
            "draai": self.turned,
            "los": 1 if self.loose else None,
            "veeg": self.swipe if self.swipe != 50 else None,
            "la": self.photo_a,
            "lb": self.photo_b,
        }
        return told | other


def percent(text: str) -> float | None:
    """A number from 0 to 100 as somebody types it, in Dutch or English; None for anything else.

    >>> percent("12,5"), percent("100"), percent("100.1"), percent("inf"), percent("")
    (12.5, 100.0, None, None, None)
    """
    return _within(text.strip().replace(",", "."), 0, 100)


def _year(text: str | None) -> int | None:
    found = _within(text, 1850, 2200)
    return None if found is None else round(found)


def _name(text: str | None) -> str | None:
    return text if text and _NAME.fullmatch(text) else None


def _within(text: str | None, low: float, high: float) -> float | None:
    if not text or len(text) > 20 or not text.isascii():
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and low <= value <= high else None


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
