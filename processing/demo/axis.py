"""Centre lines: smooth curves through drawn points, measured along their length."""

import math
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from shapely import LineString, Polygon

from processing.demo.chance import Drift

type XY = tuple[float, float]
"""Easting and northing in metres."""

_STEP = 7.0


def smooth(points: Sequence[XY], step: float = _STEP, roundness: float = 1.0) -> list[XY]:
    """A cardinal spline through all points, sampled about every `step` metres.

    Roundness 1 flows like a new road; towards 0 the line is straight between tighter bends.
    """
    if len(points) < 3:
        return _sampled_straight(points, step)
    ends = [_mirror(points[0], points[1]), *points, _mirror(points[-1], points[-2])]
    curve: list[XY] = []
    for p0, p1, p2, p3 in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        pieces = max(1, round(math.dist(p1, p2) / step))
        curve += [_spline((p0, p1, p2, p3), i / pieces, roundness) for i in range(pieces)]
    return [*curve, points[-1]]


def wander(points: Sequence[XY], drift: Drift, amplitude: float) -> list[XY]:
    """The same line with the small wavering of an old road; both ends stay where they are."""
    axis = Axis(points)
    moved: list[XY] = []
    for distance, point in zip(axis.distances, points, strict=True):
        fade = min(1.0, distance / 40, (axis.length - distance) / 40)
        nx, ny = axis.normal(distance)
        shift = amplitude * fade * drift.at(distance)
        moved.append((point[0] + nx * shift, point[1] + ny * shift))
    return moved


class Axis:
    """A polyline with its distances: points, headings and normals at a distance along it."""

    def __init__(self, points: Sequence[XY]) -> None:
        self.points = list(points)
        self.distances = [0.0]
        for a, b in zip(self.points, self.points[1:], strict=False):
            self.distances.append(self.distances[-1] + math.dist(a, b))
        self.length = self.distances[-1]
        self.line = LineString(self.points)

    def at(self, distance: float) -> XY:
        """The point at a distance; beyond the ends the line goes straight on."""
        i = min(max(bisect_right(self.distances, distance) - 1, 0), len(self.points) - 2)
        (ax, ay), (bx, by) = self.points[i], self.points[i + 1]
        span = self.distances[i + 1] - self.distances[i]
        t = (distance - self.distances[i]) / span if span else 0.0
        return ax + (bx - ax) * t, ay + (by - ay) * t

    def heading(self, distance: float, window: float = 9.0) -> XY:
        """The unit direction of travel, levelled over a window so that lots fan less at a bend."""
        a, b = self.at(distance - window), self.at(distance + window)
        return unit((b[0] - a[0], b[1] - a[1]))

    def normal(self, distance: float, window: float = 9.0) -> XY:
        """The unit normal to the left of the direction of travel."""
        hx, hy = self.heading(distance, window)
        return -hy, hx

    def along(self, distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Points at many distances, shape (n, 2); the ends are not passed."""
        xs, ys = zip(*self.points, strict=True)
        return np.stack(
            [np.interp(distances, self.distances, xs), np.interp(distances, self.distances, ys)],
            axis=1,
        )

    def normals(self, distances: npt.NDArray[np.float64], window: float) -> npt.NDArray[np.float64]:
        """Unit normals to the left at many distances, shape (n, 2)."""
        ahead = self.along(distances + window) - self.along(distances - window)
        left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
        return left / np.hypot(left[:, 0], left[:, 1])[:, None]

    def part(self, begin: float, end: float) -> list[XY]:
        """The points of the line between two distances, both ends included."""
        inner = [
            p
            for d, p in zip(self.distances, self.points, strict=True)
            if begin + 0.01 < d < end - 0.01
        ]
        return [self.at(begin), *inner, self.at(end)]


def unit(vector: XY) -> XY:
    length = math.hypot(*vector) or 1.0
    return vector[0] / length, vector[1] / length


def turned(vector: XY, radians: float) -> XY:
    cos, sin = math.cos(radians), math.sin(radians)
    return vector[0] * cos - vector[1] * sin, vector[0] * sin + vector[1] * cos


def moved(point: XY, direction: XY, distance: float) -> XY:
    return point[0] + direction[0] * distance, point[1] + direction[1] * distance


def between(a: XY, b: XY, t: float) -> XY:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def tightest_box(area: Polygon) -> tuple[XY, XY, XY]:
    """Three corners in a row of the smallest rectangle, at any angle, around an area."""
    hull = area.minimum_rotated_rectangle
    ring = hull.exterior.coords if isinstance(hull, Polygon) else area.envelope.boundary.coords
    (ax, ay), (bx, by), (cx, cy) = ring[0][:2], ring[1][:2], ring[2][:2]
    return (ax, ay), (bx, by), (cx, cy)


def _mirror(end: XY, inner: XY) -> XY:
    return 2 * end[0] - inner[0], 2 * end[1] - inner[1]


def _sampled_straight(points: Sequence[XY], step: float) -> list[XY]:
    a, b = points[0], points[-1]
    pieces = max(1, round(math.dist(a, b) / step))
    return [between(a, b, i / pieces) for i in range(pieces + 1)]


def _spline(knots: tuple[XY, XY, XY, XY], t: float, roundness: float) -> XY:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = knots
    half = roundness / 2
    return (
        _hermite((x1, x2), ((x2 - x0) * half, (x3 - x1) * half), t),
        _hermite((y1, y2), ((y2 - y0) * half, (y3 - y1) * half), t),
    )


def _hermite(ends: XY, slopes: XY, t: float) -> float:
    (a, b), (da, db) = ends, slopes
    t2, t3 = t * t, t * t * t
    return (
        (2 * t3 - 3 * t2 + 1) * a + (t3 - 2 * t2 + t) * da + (3 * t2 - 2 * t3) * b + (t3 - t2) * db
    )
