# ruff: noqa: PLR0913, PLR0917 - makers of hedges and trees
"""Trees and hedges: in gardens, along avenues, in parks and woods."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import shapely
from shapely import Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY
from processing.demo.chance import stream
from processing.demo.houses import Yard
from processing.demo.pictures.arrays import F64
from processing.demo.pictures.campaigns import Season
from processing.demo.pictures.figures import tree
from processing.demo.pictures.rays import Card
from processing.demo.pictures.standing import Change
from processing.demo.pictures.textures import Texture, generator, leaves
from processing.demo.pictures.traffic import beside
from processing.demo.pictures.volumes import Face, box
from processing.demo.scenery import Patch
from processing.demo.town import Fabric


@dataclass(frozen=True, slots=True)
class Tree:
    at: XY
    height: float
    kind: int
    plot: int | None = None
    until: date | None = None

    @property
    def width(self) -> float:
        return self.height * 448 / 512

    def stands(self, day: date) -> bool:
        return self.until is None or day < self.until


def hedge_gap(seed: int, plot: int) -> int:
    """On which side of a lot its drive is: the same draw as the ground's."""
    return 1 if stream(seed, f"yard {plot}").random() < 0.5 else -1


def hedges(seed: int, fabric: Fabric, area: Polygon) -> Iterator[Face]:
    for i, plot in enumerate(fabric.plots):
        lot = plot.lot
        if lot is None or lot.vacant or lot.setback < 2 or not plot.polygon.intersects(area):
            continue
        yard, half, chance = Yard.of(lot), lot.width / 2, stream(seed, f"hedge {i}")
        texture = _hedge(chance.randrange(3))
        side, high = hedge_gap(seed, i), chance.choice((0.7, 0.9, 1.2, 1.4))
        gap_left = side * (half - 1.9) - 1.6
        runs = [(-half + 0.1, gap_left), (gap_left + 3.2, half - 0.1)]
        for left, right in runs if chance.random() < 0.7 else []:
            door = 0.9 if left < 0 < right else 0.0
            pieces = [(left, -door), (door, right)] if door else [(left, right)]
            for a, b in pieces:
                if b - a > 0.8:
                    middle = np.array(yard.at((a + b) / 2, 0.35))
                    yield from _upright(middle, np.array(yard.along), b - a, 0.55, high, texture)
        deep = min(lot.setback + 22, math.sqrt(plot.polygon.area))
        if chance.random() < 0.65:
            run = deep - lot.setback - 2
            middle = np.array(yard.at(-side * (half - 0.35), lot.setback + 2 + run / 2))
            yield from _upright(middle, np.array(yard.inward), run, 0.5, 1.75, texture)


def _upright(
    middle: F64,
    along: F64,
    length: float,
    thick: float,
    high: float,
    texture: Callable[[], Texture],
) -> Iterator[Face]:
    yield from box(middle, along, (length, thick), (0, high), texture)


@cache
def _drawn(kind: int) -> Texture:
    colour = ((62, 82, 44), (74, 90, 46), (54, 74, 50))[kind]
    return Texture(leaves(generator("hedge", kind), 128, 256, 0.02, colour), 0.02, wrap=True)


def _hedge(kind: int) -> Callable[[], Texture]:
    return lambda: _drawn(kind)


def grown(
    seed: int, fabric: Fabric, found: Sequence[Change], first: date, area: Polygon,
    green: Sequence[Patch],
) -> Iterator[Tree]:  # fmt: skip
    built = STRtree([b.polygon for b in fabric.buildings])
    paved = shapely.union_all([s.paved() for s in fabric.streets if s.public().intersects(area)])
    shapely.prepare(paved)

    def free(at: XY, room: float) -> bool:
        point = Point(at)
        near = built.query(point.buffer(room), predicate="intersects")
        return len(near) == 0 and not paved.intersects(point.buffer(0.8))

    for i, plot in enumerate(fabric.plots):
        lot = plot.lot
        if lot is None or not plot.polygon.intersects(area):
            continue
        chance, yard = stream(seed, f"trees {i}"), Yard.of(lot)
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            deep = lot.setback + 15 + 14 * chance.random()
            at = yard.at(lot.width * chance.uniform(-0.35, 0.35), deep)
            if plot.polygon.contains(Point(at)) and free(at, 2.0):
                yield Tree(at, chance.uniform(4, 9), chance.randrange(6))
        front = yard.at(lot.width * chance.uniform(-0.3, 0.3), lot.setback * 0.5)
        if lot.setback > 4 and chance.random() < 0.3 and free(front, 1.4):
            yield Tree(front, chance.uniform(4, 6.5), chance.randrange(6))
    for change in found:
        lot = fabric.plots[change.plot].lot
        if change.kind == "felled" and lot and change.seen_from > first:
            for k in (-0.25, 0.3):
                at = Yard.of(lot).at(lot.width * k, lot.setback * 0.45)
                yield Tree(at, 8.5, change.plot % 6, change.plot, change.seen_from)
    yield from _green_trees(seed, area, green)
    yield from _street_trees(seed, fabric, area, paved)


def _green_trees(seed: int, area: Polygon, green: Sequence[Patch]) -> Iterator[Tree]:
    density = {"park": 130.0, "forest": 60.0, "orchard": 60.0, "cemetery": 260.0}
    for n, patch in enumerate(green):
        if patch.kind not in density or not patch.shape.intersects(area):
            continue
        seen = patch.shape.intersection(area)
        shapely.prepare(seen)
        chance = stream(seed, f"wood {n}")
        x0, y0, x1, y1 = seen.bounds
        for _ in range(int((x1 - x0) * (y1 - y0) / density[patch.kind])):
            at = chance.uniform(x0, x1), chance.uniform(y0, y1)
            high = chance.uniform(4, 5.5) if patch.kind == "orchard" else chance.uniform(8, 15)
            if seen.contains(Point(at)):
                yield Tree(at, high, chance.randrange(6))


def _street_trees(seed: int, fabric: Fabric, area: Polygon, paved: BaseGeometry) -> Iterator[Tree]:
    for street in fabric.streets:
        if street.fronts not in ("suburb", "new") or not street.axis.line.intersects(area):
            continue
        chance = stream(seed, f"avenue {street.name}")
        for k in range(10, int(street.axis.length) - 8, 17):
            side = 1 if (k // 17) % 2 else -1
            at = beside(street, k + chance.uniform(-2, 2), side * (street.public_width / 2 - 0.7))
            if not paved.intersects(Point(at).buffer(0.6)):
                yield Tree(at, chance.uniform(5, 8), chance.randrange(6))


def tree_card(one: Tree, season: Season) -> Card:
    texture = tree(one.kind, season)
    fitted = Texture(texture.image, one.height / 512)
    return Card(one.at, one.width, one.height, fitted)
