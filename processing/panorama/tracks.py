"""Headings along a track: what a compass says of one picture jitters, what a track says does not.

A camera on a car looks the same way relative to the car all along. Where the heading of one picture
strays from that while the car drives straight on, it is the compass that erred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin
from statistics import median
from typing import Final

JITTER_DEG: Final = 8.0
"""A heading that strays farther than this from its track is the compass's fault."""
_STRAIGHT_DEG: Final = 20.0
_MOVED_M: Final = 1.0
_GAP_M: Final = 60.0
"""A larger step is a jump, not a track."""


@dataclass(frozen=True, slots=True)
class Step:
    """A picture on a track; ``heading`` is what was told, None when nothing was."""

    id: str
    lon: float
    lat: float
    heading: float | None
    compass: bool


def steadied(track: Sequence[Step]) -> dict[str, float]:
    """Headings that should be otherwise, by picture; ``track`` is one sequence in order."""
    ways = [_way(track, place) for place in range(len(track))]
    offsets = [
        _turn(step.heading - way[0])
        for step, way in zip(track, ways, strict=True)
        if step.heading is not None and way is not None
    ]
    usual = _middle(offsets) if len(offsets) >= 3 else 0.0
    found: dict[str, float] = {}
    for step, way in zip(track, ways, strict=True):
        if way is None:
            continue
        bearing, straight = way
        expected = (bearing + usual) % 360
        if step.heading is None:
            found[step.id] = round(expected, 2)
            continue
        strays = abs(_turn(step.heading - expected)) > JITTER_DEG
        if strays and step.compass and straight and len(offsets) >= 3:
            found[step.id] = round(expected, 2)
    return found


def _way(track: Sequence[Step], place: int) -> tuple[float, bool] | None:
    """Bearing of the track at a picture, and whether it runs straight there."""
    step = track[place]
    before = _leg(track[place - 1], step) if place > 0 else None
    after = _leg(step, track[place + 1]) if place + 1 < len(track) else None
    if before is None or after is None:
        one = before or after
        return (_bearing(one), True) if one else None
    both = (before[0] + after[0], before[1] + after[1])
    return _bearing(both), abs(_turn(_bearing(after) - _bearing(before))) < _STRAIGHT_DEG


def _leg(one: Step, other: Step) -> tuple[float, float] | None:
    """Metres east and north from one to the other; None when it stood still, or jumped."""
    east = (other.lon - one.lon) * 111_320 * cos(radians(one.lat))
    north = (other.lat - one.lat) * 111_320
    return (east, north) if _MOVED_M <= hypot(east, north) <= _GAP_M else None


def _bearing(leg: tuple[float, float]) -> float:
    return degrees(atan2(*leg)) % 360


def _turn(given: float) -> float:
    return (given + 180) % 360 - 180


def _middle(angles: Sequence[float]) -> float:
    """The median around the mean direction, so that none is cut in two at 180."""
    mean = degrees(
        atan2(sum(sin(radians(a)) for a in angles), sum(cos(radians(a)) for a in angles))
    )
    return _turn(mean + median(_turn(angle - mean) for angle in angles))
