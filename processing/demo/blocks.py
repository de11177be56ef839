"""The ground inside the boundary: what is public, what is water, and the blocks that remain."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY, Axis, smooth
from processing.demo.chance import Drift, stream
from processing.demo.plan import (
    AMANDSKERKE_SQUARE,
    BOUNDARY,
    BROOK,
    GRAVENDIJK_SQUARE,
    RAILWAY,
    SQUARE,
    STREAM,
)
from processing.demo.sites import SITES
from processing.demo.streets import Street, public_domain

GRID = 0.01
"""Every coordinate lies on a grid of one centimetre."""


@dataclass(frozen=True)
class Ground:
    """The municipality as areas: boundary, public domain, watercourses, railway and blocks."""

    boundary: Polygon
    public: BaseGeometry
    squares: list[Polygon]
    stream: Polygon
    brook: Polygon
    railway: LineString
    rail_bed: BaseGeometry
    blocks: list[Polygon]

    @cached_property
    def tree(self) -> STRtree:
        return STRtree(self.blocks)


def survey(seed: int, streets: Sequence[Street]) -> Ground:
    """All ground of the municipality; blocks are what neither road, rail nor stream takes."""
    boundary = _boundary(seed)
    squares = _squares()
    public = public_domain(streets, squares).difference(
        shapely.union_all([s.polygon for s in SITES if s.use == "church"])
    )
    stream_water = watercourse(smooth(STREAM), 2.3, 3.6, Drift(stream(seed, "stream"), 210))
    brook_water = watercourse(smooth(BROOK), 1.1, 1.8, Drift(stream(seed, "brook"), 160))
    railway = LineString(smooth(RAILWAY, 20))
    rail_bed = railway.buffer(7.5)
    taken = shapely.union_all([public, stream_water, brook_water, rail_bed])
    free = shapely.set_precision(boundary.difference(taken), GRID)
    return Ground(
        boundary,
        public,
        squares,
        stream_water,
        brook_water,
        railway,
        rail_bed,
        _polygons(free, 120),
    )


def watercourse(line: Sequence[XY], least: float, most: float, drift: Drift) -> Polygon:
    """A stream along a line whose half width wanders between two measures."""
    axis = Axis(line)
    left: list[XY] = []
    right: list[XY] = []
    for distance, (x, y) in zip(axis.distances, axis.points, strict=True):
        half = least + (most - least) * (0.5 + 0.5 * drift.at(distance))
        nx, ny = axis.normal(distance)
        left.append((x + nx * half, y + ny * half))
        right.append((x - nx * half, y - ny * half))
    return Polygon([*left, *reversed(right)]).buffer(0)  # type: ignore[return-value]


def _boundary(seed: int) -> Polygon:
    """The outline, crooked between its corners as boundaries along ditches are."""
    chance = stream(seed, "boundary")
    points: list[XY] = []
    for (ax, ay), (bx, by) in zip(BOUNDARY, [*BOUNDARY[1:], BOUNDARY[0]], strict=True):
        points.append((ax, ay))
        for t in (0.27, 0.31, 0.64, 0.69):
            lean = chance.uniform(-0.05, 0.05)
            points.append(
                (ax + (bx - ax) * t - (by - ay) * lean, ay + (by - ay) * t + (bx - ax) * lean)
            )
    return shapely.set_precision(Polygon(points), GRID)  # type: ignore[return-value]


def _squares() -> list[Polygon]:
    outlines = (SQUARE, GRAVENDIJK_SQUARE, AMANDSKERKE_SQUARE)
    return [Polygon(outline) for outline in outlines]


def _polygons(geometry: BaseGeometry, least_area: float) -> list[Polygon]:
    return [p for p in polygons(geometry) if p.area > least_area]


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons in any geometry, single ones first met first."""
    return [
        g for g in shapely.get_parts(geometry).tolist() if isinstance(g, Polygon) and not g.is_empty
    ]
