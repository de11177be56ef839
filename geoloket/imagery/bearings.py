"""Directions: between the grid of a map and true north, and into a picture."""

from __future__ import annotations

from collections.abc import Iterable
from math import atan2, degrees, hypot, radians, sin
from typing import Final

_MERIDIANS: Final = {31370: 4.3674867, 3812: 4.3592158}
"""Longitude at which the grid of a Belgian system runs to true north."""
_CONE: Final = sin(radians(50.7978))
"""How fast it turns away from there: both systems are cones of nearly the same parallels."""


def convergence(longitude: float, srid: int) -> float:
    """Degrees to add to a bearing on the grid to have it from true north."""
    return (longitude - _MERIDIANS[srid]) * _CONE


def bearing(east: float, north: float) -> float:
    """Direction of a vector, 0 to 360 degrees clockwise from north."""
    return degrees(atan2(east, north)) % 360


def turn(given: float) -> float:
    """The same direction, from -180 up to 180."""
    return (given + 180) % 360 - 180


def into_picture(
    points: Iterable[tuple[float, float]], heading: float, turned: float, camera_m: float
) -> list[tuple[float, float]]:
    """Where points on the ground are in a levelled picture: (yaw, pitch) in degrees.

    ``points`` are metres east and north of the camera on the grid, ``turned`` is the convergence
    there and ``camera_m`` the height of the camera. Yaw 0 is the centre of the picture.
    """
    return [
        (
            round(turn(bearing(east, north) + turned - heading), 3),
            round(-degrees(atan2(camera_m, hypot(east, north))), 3),
        )
        for east, north in points
    ]
