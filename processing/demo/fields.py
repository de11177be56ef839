"""Land behind the houses: cut into groups, then into the long strips of old field patterns."""

import math
from random import Random

from shapely import Polygon

from processing.demo.axis import XY, between, moved, tightest_box, turned, unit
from processing.demo.blocks import polygons

_OPEN_LAND = 3_000.0
_SIZES = (0.4, 0.55, 0.8, 1.0, 1.0, 1.3, 1.8, 2.6)


def divide(land: Polygon, parcel_area: float, chance: Random) -> list[Polygon]:
    """A piece of land as parcels of about `parcel_area` m², strips within irregular groups."""
    if parcel_area < _OPEN_LAND:
        return [
            p
            for group in _groups(land, parcel_area * 4, chance)
            for p in _strips(group, parcel_area, chance)
        ]
    parcels: list[Polygon] = []
    for group in _groups(land, parcel_area * 6, chance):
        size = parcel_area * chance.choice(_SIZES)
        parcels += _strips(group, size, chance)
    return parcels


def _groups(land: Polygon, area: float, chance: Random) -> list[Polygon]:
    if land.area < area * 1.35:
        return [land]
    area *= chance.uniform(0.7, 1.4)
    long_side, short_side, origin, size = _frame(land)
    at = between(origin, moved(origin, long_side, size[0]), chance.uniform(0.34, 0.66))
    at = moved(at, short_side, size[1] / 2)
    across = turned(long_side, math.pi / 2 + chance.gauss(0, 0.2))
    halves = _split(land, at, across, chance)
    if len(halves) < 2:
        return [land]
    return [g for half in halves for g in _groups(half, area, chance)]


def _strips(group: Polygon, area: float, chance: Random) -> list[Polygon]:
    count = round(group.area / (area * chance.uniform(0.75, 1.35)))
    if count < 2:
        return [group]
    long_side, short_side, origin, (length, width) = _frame(group)
    lengthwise = length / width < 3.4 and chance.random() < 0.72
    step, run, total = (
        (short_side, long_side, width) if lengthwise else (long_side, short_side, length)
    )
    lean = chance.gauss(0, 0.05)
    shares = _shares(count, chance)
    rest, strips = [group], list[Polygon]()
    for share in shares:
        at = moved(origin, step, total * share)
        strips_here: list[Polygon] = []
        next_rest: list[Polygon] = []
        for piece in rest:
            for part in _split(piece, at, turned(run, lean + chance.gauss(0, 0.012)), chance):
                ahead = (part.centroid.x - at[0]) * step[0] + (part.centroid.y - at[1]) * step[1]
                (next_rest if ahead > 0 else strips_here).append(part)
        strips += strips_here
        rest = next_rest
    return strips + rest


def _shares(count: int, chance: Random) -> list[float]:
    """Where to cut a whole into uneven parts, as shares between 0 and 1."""
    widths = [chance.uniform(0.55, 1.45) for _ in range(count)]
    total = sum(widths)
    return [sum(widths[: i + 1]) / total for i in range(count - 1)]


def _split(land: Polygon, at: XY, along: XY, chance: Random) -> list[Polygon]:
    """Both sides of a line that is a little bent, as lines walked by a plough are."""
    reach = 4000.0
    side = turned(along, math.pi / 2)
    bend = chance.gauss(0, 1.6)
    a, b = moved(at, along, -reach), moved(at, along, reach)
    knee = moved(moved(at, along, chance.uniform(-40, 40)), side, bend)
    half = Polygon([a, knee, b, moved(b, side, reach), moved(a, side, reach)])
    return polygons(land.intersection(half)) + polygons(land.difference(half))


def _frame(land: Polygon) -> tuple[XY, XY, XY, tuple[float, float]]:
    """Long direction, short direction, corner and (length, width) of the tightest box around."""
    p, q, r = tightest_box(land)
    first, second = math.dist(p, q), math.dist(q, r)
    along, aside = unit((q[0] - p[0], q[1] - p[1])), unit((r[0] - q[0], r[1] - q[1]))
    if first >= second:
        return along, aside, (p[0], p[1]), (first, max(second, 0.1))
    back = (-along[0], -along[1])
    return aside, back, (q[0], q[1]), (second, max(first, 0.1))
