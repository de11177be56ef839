"""The part of a picture that faces somewhere, as a camera sees it: lines of a front stay straight.

Directions are (yaw, pitch) in degrees: yaw 0 is the middle of the picture and positive to the
right, pitch 0 the horizon and positive up. ``drawing`` makes the pixels; here is where they lie,
and where the outline of a parcel lies on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin, tan
from typing import Final

WIDTH: Final = 960
HEIGHT: Final = 640
ACROSS: Final = 80.0
"""Degrees that a cut-out is wide: a front of 10 m from 6 m away."""
MOST_UP: Final = 40
"""Degrees up or down that are drawn; further, a part of a picture tells little."""
UP: Final = 3.0
"""A little up: doors and roofs rather than the road."""
_FOCUS: Final = WIDTH / 2 / tan(radians(ACROSS / 2))
_NEAR: Final = 0.02
"""How far before the camera an outline is cut off, as a part of its distance."""

Points = Sequence[tuple[float, float]]
"""(yaw, pitch) in degrees."""
_Ray = tuple[float, float, float]
"""Right, ahead and up, as the camera is turned."""


@dataclass(frozen=True, slots=True)
class Look:
    """A camera in the middle of the picture; whole degrees, so that there are few of them."""

    yaw: int
    pitch: int

    @classmethod
    def at(cls, yaw: float, pitch: float) -> Look:
        """The nearest one.

        >>> Look.at(-180.4, 88.0), Look.at(179.6, 0.2)
        (Look(yaw=-180, pitch=40), Look(yaw=-180, pitch=0))
        """
        up = round(min(max(pitch, -MOST_UP), MOST_UP))
        return cls((round(yaw) + 180) % 360 - 180, up)

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the cut-out lies in the picture.

        >>> [round(one, 6) for one in Look(10, 5).seen(WIDTH / 2, HEIGHT / 2)]
        [10.0, 5.0]
        """
        right, up = (x - WIDTH / 2) / _FOCUS, (HEIGHT / 2 - y) / _FOCUS
        c, s = cos(radians(self.pitch)), sin(radians(self.pitch))
        ahead, high = c - up * s, s + up * c
        yaw = self.yaw + degrees(atan2(right, ahead))
        return yaw, degrees(atan2(high, hypot(right, ahead)))

    def outline(self, points: Points) -> list[tuple[float, float]]:
        """Where corners lie on the cut-out; what is behind the camera is cut off.

        >>> Look(10, 5).outline([(10, 5), (50, 5), (10, -24)])[0]
        (480.0, 320.0)
        """
        rays = list(_before([self._turned(*point) for point in points]))
        return [
            (round(WIDTH / 2 + _FOCUS * x / y, 1), round(HEIGHT / 2 - _FOCUS * z / y, 1))
            for x, y, z in rays
        ]

    def _turned(self, yaw: float, pitch: float) -> _Ray:
        beside, high = radians(yaw - self.yaw), radians(pitch)
        x, y, z = cos(high) * sin(beside), cos(high) * cos(beside), sin(high)
        c, s = cos(radians(self.pitch)), sin(radians(self.pitch))
        return x, y * c + z * s, z * c - y * s


@dataclass(frozen=True, slots=True)
class Cutout:
    """What a template draws."""

    name: str
    """Of its file: ``yaw_pitch``."""
    outline: str
    """Corners of the parcel on it, empty when none of it is before the camera."""


def cutout(yaw: float, pitch: float = UP, outline: Points = ()) -> Cutout:
    """The part in this direction, with an outline on it.

    >>> cutout(12.4).name, cutout(0, 3, [(170, -5), (180, -9), (190, -5)]).outline
    ('12_3', '')
    """
    look = Look.at(yaw, pitch)
    drawn = " ".join(f"{x},{y}" for x, y in look.outline(outline))
    return Cutout(f"{look.yaw}_{look.pitch}", drawn)


def _before(rays: Sequence[_Ray]) -> Iterator[_Ray]:
    """The part of a polygon that is before the camera."""
    for here, there in _pairs(rays):
        if here[1] >= _NEAR:
            yield here
        if (here[1] >= _NEAR) != (there[1] >= _NEAR):
            part = (_NEAR - here[1]) / (there[1] - here[1])
            x, z = (here[at] + part * (there[at] - here[at]) for at in (0, 2))
            yield x, _NEAR, z


def _pairs(rays: Sequence[_Ray]) -> Iterable[tuple[_Ray, _Ray]]:
    return zip(rays, [*rays[1:], *rays[:1]], strict=True)
