"""The part of a flat picture that faces somewhere, as an SVG: what one sees without scripts.

A picture is 2:1, its left side 180 degrees to the left of its middle. Near the horizon a part of it
looks as a camera sees it; further up it is stretched, and what is needed here is a front.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 2048
HEIGHT: Final = 1024
_ACROSS: Final = 96.0
"""Degrees that a part is wide, and high."""
_UP: Final = 64.0

Points = Sequence[tuple[float, float]]
"""(yaw, pitch) in degrees: yaw 0 is the middle of the picture, positive to the right."""


@dataclass(frozen=True, slots=True)
class Cutout:
    """What the template draws."""

    box: str
    copies: tuple[int, ...]
    """Where the picture is put: twice where the part lies over its seam."""
    outline: str
    """Corners of the parcel, empty when none of it is to be seen."""


def cutout(yaw: float, pitch: float = 0.0, outline: Points = ()) -> Cutout:
    """The part in this direction, with an outline on it.

    >>> cutout(0).box, cutout(0).copies, cutout(175).copies
    ('751.0 330.0 546.0 364.0', (0,), (0, 2048))
    """
    wide, high = WIDTH * _ACROSS / 360, HEIGHT * _UP / 180
    middle = (yaw / 360 + 0.5) * WIDTH
    left = middle - wide / 2
    top = min(max((0.5 - pitch / 180) * HEIGHT - high / 2, 0), HEIGHT - high)
    copies = [at for at in (-WIDTH, 0, WIDTH) if at < left + wide and at + WIDTH > left]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in _placed(outline, yaw))
    return Cutout(f"{left:.1f} {top:.1f} {wide:.1f} {high:.1f}", tuple(copies), drawn)


def _placed(points: Points, around: float) -> Iterable[tuple[float, float]]:
    """Corners in the picture, each beside the one before it and not across the seam."""
    before = around
    for yaw, pitch in points:
        before += (yaw - before + 180) % 360 - 180
        yield (before / 360 + 0.5) * WIDTH, (0.5 - pitch / 180) * HEIGHT
