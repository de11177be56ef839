"""Cutting lots along the streets, at right angles from the front, street by street."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY, moved, turned
from processing.demo.blocks import Ground, polygons
from processing.demo.chance import Drift, stream
from processing.demo.fronts import Front, front_at
from processing.demo.lots import Lot, Row
from processing.demo.streets import Street

_FINE = 0.001
"""Overlays run on a grid of a millimetre: nearly coincident edges never upset them."""


class Carver:
    """Cuts lots from the blocks; what is cut first keeps its ground."""

    def __init__(self, seed: int, ground: Ground, reserved: Sequence[Polygon]) -> None:
        self._seed = seed
        self._ground = ground
        self._reserved = list(reserved)
        self.lots: list[Lot] = []
        self._edges = [block.boundary for block in ground.blocks]
        shapely.prepare(ground.blocks)
        shapely.prepare(self._edges)
        shapely.prepare(ground.public)

    def carve(self, street: Street) -> None:
        if street.fronts == "none":
            return
        for side in street.sides:
            name = f"lots {street.settlement.name} {street.name} {side}"
            self._carve_side(street, side, stream(self._seed, name))
        if street.head:
            self._carve_head(street)

    def _carve_side(self, street: Street, side: int, chance: Random) -> None:
        row = Row(street, side, chance)
        taken = _Taken([*self._reserved, *(lot.polygon for lot in self.lots)])
        for block, begin, end in self._free_runs(row, taken):
            for lot_begin, lot_end, front in row.divide(begin, end):
                lot = self._cut(row, block, (lot_begin, lot_end), front, taken)
                if lot:
                    self.lots.append(lot)

    def _free_runs(self, row: Row, taken: "_Taken") -> Iterator[tuple[int, float, float]]:
        """Stretches of the front where nothing stands yet, each within one block."""
        distances = np.arange(0.0, row.street.axis.length, 1.5)
        probes = np.asarray(shapely.points(row.probes(distances)))
        block_of = np.full(len(probes), -1)
        hits, blocks = self._ground.tree.query(probes, predicate="within")
        block_of[hits] = blocks
        block_of[taken.tree.query(probes, predicate="within")[0]] = -1
        start = 0
        for i in range(1, len(probes) + 1):
            if i == len(probes) or block_of[i] != block_of[start]:
                if block_of[start] >= 0 and i - start > 3:
                    yield int(block_of[start]), float(distances[start]), float(distances[i - 1])
                start = i

    def _cut(
        self, row: Row, block: int, span: tuple[float, float], front: Front, taken: "_Taken"
    ) -> Lot | None:
        begin, end = span
        depth = min(self._depth(row, block, (begin + end) / 2, front), row.meeting(begin, end))
        shape = row.outline(begin, end, depth)
        ground = shapely.clip_by_rect(self._ground.blocks[block], *shape.bounds)
        ground = ground if ground.is_valid else ground.buffer(0)
        cut = shape.intersection(ground, grid_size=_FINE)
        rivals = taken.near(cut) + [lot.polygon for lot in self.lots[-6:]]
        cut = _less(cut, rivals)
        piece = _piece_at(cut, Point(row.front_point((begin + end) / 2, 1.0)))
        if piece is None or not _usable(piece, end - begin):
            return None
        return row.lot(block, span, front, piece)

    def _depth(self, row: Row, block: int, distance: float, front: Front) -> float:
        """The wished depth, less where the block ends sooner or another street is behind."""
        wished = row.depth(front)
        foot = row.front_point(distance, 0.6)
        far = moved(foot, row.inward(distance), front.reach * 2.1)
        sight = LineString([foot, far])
        if not self._edges[block].intersects(sight):
            return wished
        hit = sight.intersection(self._edges[block])
        room = Point(foot).distance(hit)
        if self._open_end(foot, row, distance, room):
            return room + 4 if room < wished * 1.25 else wished
        return room / 2 + 2 if room / 2 < front.reach else wished

    def _open_end(self, foot: XY, row: Row, distance: float, room: float) -> bool:
        """True where the ground behind ends at water, rail or field track and not at a street."""
        behind = Point(moved(foot, row.inward(distance), room + 1.5))
        return not self._ground.public.contains(behind)

    def _carve_head(self, street: Street) -> None:
        """Lots around the turning circle of a cul-de-sac, like slices."""
        chance = stream(self._seed, f"head {street.settlement.name} {street.name}")
        centre, heading = street.axis.points[-1], street.axis.heading(street.axis.length)
        angles = [-1.75, -0.85, 0.0, 0.85, 1.75]
        for a, b in pairwise(angles):
            self._cut_slice(street, centre, (turned(heading, a), turned(heading, b)), chance)

    def _cut_slice(self, street: Street, centre: XY, rays: tuple[XY, XY], chance: Random) -> None:
        front = front_at(centre, street.fronts, Drift(chance, 100), 0)
        reach = 12 + chance.uniform(*front.depth)
        u, v = rays
        middle = ((u[0] + v[0]) / 2, (u[1] + v[1]) / 2)
        shape = Polygon(
            [
                centre,
                moved(centre, u, reach),
                moved(centre, middle, reach * 1.16),
                moved(centre, v, reach),
            ]
        )
        probe = Point(moved(centre, middle, 16))
        found = self._ground.tree.query(probe, predicate="within")
        if not len(found):
            return
        block = int(found[0])
        near = [
            *self._reserved,
            *(lot.polygon for lot in self.lots if lot.polygon.distance(probe) < 60),
        ]
        cut = _less(shape.intersection(self._ground.blocks[block], grid_size=_FINE), near)
        piece = _piece_at(cut, probe)
        if piece is None or not _usable(piece, 11):
            return
        corners = moved(centre, u, 12), moved(centre, v, 12)
        length = street.axis.length
        self.lots.append(
            Lot(
                street, -1 if chance.random() < 0.5 else 1, length, length + 1, front, "detached",
                chance.uniform(*front.setback) + 1, block, piece, corners, (u, v),
                chance.random() < front.vacant,
            )
        )  # fmt: skip


class _Taken:
    """Ground that is given away already, as it was when a row began."""

    def __init__(self, areas: list[Polygon]) -> None:
        self._areas = areas
        self.tree = STRtree(areas)

    def near(self, shape: BaseGeometry) -> list[Polygon]:
        return [self._areas[i] for i in self.tree.query(shape).tolist()]


def _less(shape: BaseGeometry, rivals: Sequence[BaseGeometry]) -> BaseGeometry:
    shape = MultiPolygon(polygons(shape))
    for rival in rivals:
        if rival.intersects(shape) and rival.intersection(shape).area > 0.01:
            shape = MultiPolygon(polygons(shape.difference(rival, grid_size=_FINE)))
    return shape


def _piece_at(cut: BaseGeometry, front: Point) -> Polygon | None:
    pieces = [p for p in polygons(cut) if p.area > 20 and p.distance(front) < 3]
    return min(pieces, key=front.distance) if pieces else None


def _usable(piece: Polygon, width: float) -> bool:
    return piece.area > max(45.0, width * 9) and not piece.buffer(-min(2.0, width * 0.28)).is_empty
