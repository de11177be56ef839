"""Streets: centre lines that meet, the public domain they take, the surface that is paved."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY, Axis, smooth, wander
from processing.demo.chance import Drift, stream
from processing.demo.plan import DrawnStreet, RoadClass, Settlement

_SNAP = 45.0
_HEAD_RADIUS = 9.5
_PUBLIC_WIDTH = {
    "square": 1.6,
    "highway": 24.0,
    "works": 15.0,
    "suburb": 11.5,
    "new": 10.5,
    "rows": 11.0,
}
_PAVED_WIDTH = {
    "square": 1.4,
    "highway": 12.5,
    "works": 9.0,
    "suburb": 6.0,
    "new": 5.2,
    "rows": 7.0,
}


@dataclass(slots=True)
class Street:
    """A street on the ground: its axis in plan metres and what stands along it."""

    name: str
    settlement: Settlement
    road_class: RoadClass
    axis: Axis
    fronts: str
    sides: tuple[int, ...]
    even_side: int
    head: bool
    public_width: float
    paved_width: float

    def public(self) -> BaseGeometry:
        """The ground between the building lots on both sides."""
        ground = self.axis.line.buffer(self.public_width / 2)
        return ground.union(self._turning(_HEAD_RADIUS + 2.5)) if self.head else ground

    def paved(self) -> BaseGeometry:
        surface = self.axis.line.buffer(self.paved_width / 2)
        return surface.union(self._turning(_HEAD_RADIUS)) if self.head else surface

    def _turning(self, radius: float) -> Polygon:
        return Point(self.axis.points[-1]).buffer(radius)


def lay_out(seed: int, drawn: Sequence[DrawnStreet]) -> list[Street]:
    """The drawn streets as curves that end on the streets they reach; main roads come first."""
    ordered = sorted(drawn, key=lambda d: d.road_class != "main")
    curves = [_curve(seed, street) for street in ordered]
    lines = [LineString(points) for points in curves]
    return [
        _street(street, _joined(street, points, [*lines[:i], *lines[i + 1 :]]))
        for i, (street, points) in enumerate(zip(ordered, curves, strict=True))
    ]


def public_domain(streets: Iterable[Street], squares: Sequence[Polygon]) -> BaseGeometry:
    """All public ground, its corners cut as at every real crossing."""
    ground = shapely.union_all([*(s.public() for s in streets), *squares])
    return ground.buffer(3.2, quad_segs=3).buffer(-3.2, join_style="mitre")


def _curve(seed: int, street: DrawnStreet) -> list[XY]:
    old = street.wavering > 0
    points = smooth(street.points, roundness=0.62 if old else 1.0)
    if not old:
        return points
    drift = Drift(stream(seed, f"axis {street.settlement.name} {street.name}"), 170)
    return wander(points, drift, street.wavering)


def _joined(street: DrawnStreet, points: list[XY], others: Sequence[LineString]) -> list[XY]:
    if street.fronts == "square":
        return points
    ends = [0] if street.head else [0, -1]
    for end in ends:
        here = Point(points[end])
        nearest = min(others, key=here.distance)
        if here.distance(nearest) < _SNAP:
            target = nearest.interpolate(nearest.project(here))
            points = _pulled(points, end, (target.x - here.x, target.y - here.y))
    return points


def _pulled(points: list[XY], end: int, shift: XY) -> list[XY]:
    """The line with one end moved and the last 60 m bent along with it."""
    anchor = points[end]
    moved: list[XY] = []
    for x, y in points:
        pull = max(0.0, 1 - math.dist((x, y), anchor) / 60)
        moved.append((x + shift[0] * pull, y + shift[1] * pull))
    return moved


def _street(drawn: DrawnStreet, points: list[XY]) -> Street:
    path = drawn.road_class == "path"
    main = drawn.road_class == "main"
    public = 4.0 if path else _PUBLIC_WIDTH.get(drawn.fronts, 14.0 if main else 10.0)
    paved = 2.6 if path else _PAVED_WIDTH.get(drawn.fronts, 8.0 if main else 6.2)
    return Street(
        drawn.name, drawn.settlement, drawn.road_class, Axis(points), drawn.fronts, drawn.sides,
        drawn.even_side, drawn.head, public, paved,
    )  # fmt: skip
