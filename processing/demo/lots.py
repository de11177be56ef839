"""Building lots along the streets: cut at right angles from the front, street by street."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY, between, moved, turned
from processing.demo.blocks import Ground, polygons
from processing.demo.chance import Drift, stream
from processing.demo.fronts import Front, form_for, front_at, remoteness
from processing.demo.streets import Street

_FINE = 0.001
"""Overlays run on a grid of a millimetre: nearly coincident edges never upset them."""


@dataclass(slots=True)
class Lot:
    """A piece of ground with a street front. `left` and `right` are seen from the street."""

    street: Street
    side: int
    begin: float
    end: float
    front: Front
    form: str
    setback: float
    block: int
    polygon: Polygon
    corners: tuple[XY, XY]
    inward: tuple[XY, XY]
    vacant: bool = False
    party: set[int] = field(default_factory=set[int])

    def place(self, across: float, depth: float) -> XY:
        """The point at a share of the width (0 at `begin`, 1 at `end`) and metres behind the front."""
        (a, b), (u, v) = self.corners, self.inward
        return between(moved(a, u, depth), moved(b, v, depth), across)

    @property
    def width(self) -> float:
        return math.dist(*self.corners)


class Carver:
    """Cuts lots from the blocks; what is cut first keeps its ground."""

    def __init__(self, seed: int, ground: Ground, reserved: Sequence[Polygon]) -> None:
        self._seed = seed
        self._ground = ground
        self._reserved = list(reserved)
        self.lots: list[Lot] = []
        for block in ground.blocks:
            shapely.prepare(block)

    def carve(self, street: Street) -> None:
        if street.fronts == "none":
            return
        for side in street.sides:
            name = f"lots {street.settlement.name} {street.name} {side}"
            self._carve_side(street, side, stream(self._seed, name))
        if street.head:
            self._carve_head(street)

    def _carve_side(self, street: Street, side: int, chance: Random) -> None:
        row = _Row(street, side, chance)
        taken = STRtree([*self._reserved, *(lot.polygon for lot in self.lots)])
        for block, begin, end in self._free_runs(row, taken):
            for lot_begin, lot_end, front in row.divide(begin, end):
                lot = self._cut(row, block, (lot_begin, lot_end), front, taken)
                if lot:
                    self.lots.append(lot)

    def _free_runs(self, row: "_Row", taken: STRtree) -> Iterator[tuple[int, float, float]]:
        """Stretches of the front where nothing stands yet, each within one block."""
        distances = np.arange(0.0, row.street.axis.length, 1.5)
        probes = shapely.points([row.front_point(d, 1.0) for d in distances])
        block_of = np.full(len(probes), -1)
        hits, blocks = self._ground.tree.query(probes, predicate="within")
        block_of[hits] = blocks
        block_of[taken.query(probes, predicate="within")[0]] = -1
        start = 0
        for i in range(1, len(probes) + 1):
            if i == len(probes) or block_of[i] != block_of[start]:
                if block_of[start] >= 0 and i - start > 3:
                    yield int(block_of[start]), float(distances[start]), float(distances[i - 1])
                start = i

    def _cut(
        self, row: "_Row", block: int, span: tuple[float, float], front: Front, taken: STRtree
    ) -> Lot | None:
        begin, end = span
        depth = min(self._depth(row, block, (begin + end) / 2, front), row.meeting(begin, end))
        shape = row.outline(begin, end, depth)
        ground = shapely.clip_by_rect(self._ground.blocks[block], *shape.bounds).buffer(0)
        cut = shape.intersection(ground, grid_size=_FINE)
        rivals = [taken.geometries[i] for i in taken.query(cut)]
        rivals += [lot.polygon for lot in self.lots[-6:]]
        cut = _less(cut, rivals)
        piece = _piece_at(cut, Point(row.front_point((begin + end) / 2, 1.0)))
        if piece is None or not _usable(piece, end - begin):
            return None
        return row.lot(block, span, front, piece)

    def _depth(self, row: "_Row", block: int, distance: float, front: Front) -> float:
        """The wished depth, less where the block ends sooner or another street is behind."""
        wished = row.depth(front)
        foot = row.front_point(distance, 0.6)
        far = moved(foot, row.inward(distance), front.reach * 2.1)
        hit = LineString([foot, far]).intersection(self._ground.blocks[block].boundary)
        if hit.is_empty:
            return wished
        room = Point(foot).distance(hit)
        if self._open_end(foot, row, distance, room):
            return room + 4 if room < wished * 1.25 else wished
        return room / 2 + 2 if room / 2 < front.reach else wished

    def _open_end(self, foot: XY, row: "_Row", distance: float, room: float) -> bool:
        """True where the ground behind ends at water, rail or field track and not at a street."""
        behind = Point(moved(foot, row.inward(distance), room + 1.5))
        return not self._ground.public.contains(behind)

    def _carve_head(self, street: Street) -> None:
        """Lots around the turning circle of a cul-de-sac, like slices."""
        chance = stream(self._seed, f"head {street.settlement.name} {street.name}")
        centre, heading = street.axis.points[-1], street.axis.heading(street.axis.length)
        angles = [-1.75, -0.85, 0.0, 0.85, 1.75]
        for a, b in zip(angles, angles[1:], strict=False):
            self._cut_slice(street, centre, (turned(heading, a), turned(heading, b)), chance)

    def _cut_slice(self, street: Street, centre: XY, rays: tuple[XY, XY], chance: Random) -> None:
        front = front_at(centre, street.fronts, Drift(chance, 100), 0)
        reach = 12 + chance.uniform(*front.depth)
        u, v = rays
        middle = ((u[0] + v[0]) / 2, (u[1] + v[1]) / 2)
        shape = Polygon(
            [centre, moved(centre, u, reach), moved(centre, middle, reach * 1.16), moved(centre, v, reach)]
        )
        probe = Point(moved(centre, middle, 16))
        found = self._ground.tree.query(probe, predicate="within")
        if not len(found):
            return
        block = int(found[0])
        near = [*self._reserved, *(lot.polygon for lot in self.lots if lot.polygon.distance(probe) < 60)]
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


class _Row:
    """One side of a street while it is cut: its skew, its depths and its building lines."""

    def __init__(self, street: Street, side: int, chance: Random) -> None:
        self.street = street
        self.side = side
        self._chance = chance
        self._slant = Drift(chance, 260)
        self._zone = Drift(chance, 130)
        self._depth_share = chance.random()
        self._line_share = chance.random()
        self._skew = math.radians(9 if street.fronts == "auto" else 2.5)

    def inward(self, distance: float) -> XY:
        nx, ny = self.street.axis.normal(distance, 24)
        return turned((nx * self.side, ny * self.side), self._skew * self._slant.at(distance))

    def front_point(self, distance: float, behind: float) -> XY:
        inward = self.inward(distance)
        nx, ny = self.street.axis.normal(distance, 3)
        straight = max(0.6, abs(inward[0] * nx + inward[1] * ny))
        reach = self.street.public_width / 2 / straight + behind
        return moved(self.street.axis.at(distance), inward, reach)

    def outline(self, begin: float, end: float, depth: float) -> Polygon:
        near = self.street.axis.part(begin, end)
        back = self.front_point(end, depth), self.front_point(begin, depth)
        return Polygon([*near, *back]).buffer(0)  # type: ignore[return-value]

    def meeting(self, begin: float, end: float) -> float:
        """How deep a lot may go before its sides, in the inner bend of a street, come too close."""
        near = math.dist(self.front_point(begin, 0), self.front_point(end, 0))
        far = math.dist(self.front_point(begin, 20), self.front_point(end, 20))
        return 14 + 0.55 * near / (near - far) * 20 if far < near * 0.9 else math.inf

    def depth(self, front: Front) -> float:
        if self._chance.random() < 0.16:
            self._depth_share = self._chance.random()
        least, most = front.depth
        jitter = self._chance.choice((0, 0, 0, 0, 0, self._chance.uniform(-3, 3)))
        return least + (most - least) * self._depth_share + jitter

    def divide(self, begin: float, end: float) -> list[tuple[float, float, Front]]:
        """The stretch cut into lots that fill it exactly; gaps of open country are left out."""
        pieces: list[tuple[float, Front, bool]] = []
        at = begin
        built = self._chance.random() < 0.65
        until = begin + self._run(begin, built)
        while at < end:
            front = front_at(self.street.axis.at(at), self.street.fronts, self._zone, at)
            if at > until:
                built, until = not built, at + self._run(at, not built)
            width = self._width(front)
            pieces.append((width, front, built or not front.gaps))
            at += width
        if len(pieces) > 1 and at - end > pieces[-1][0] / 2:
            at -= pieces.pop()[0]
        stretch = (end - begin) / (at - begin)
        lots: list[tuple[float, float, Front]] = []
        for width, front, is_lot in pieces:
            if is_lot:
                lots.append((begin, begin + width * stretch, front))
            begin += width * stretch
        return lots

    def _run(self, distance: float, built: bool) -> float:
        far = min(1.0, remoteness(self.street.axis.at(distance)) / 900)
        if built:
            return self._chance.uniform(60, 300) * (1.2 - 0.8 * far)
        return self._chance.uniform(30, 150) + 260 * far * self._chance.random()

    def _width(self, front: Front) -> float:
        least, usual, most = front.width
        if front.name == "ribbon" and self._chance.random() < 0.035:
            return self._chance.uniform(48, 80)
        return self._chance.triangular(least, most, usual)

    def lot(self, block: int, span: tuple[float, float], front: Front, piece: Polygon) -> Lot:
        begin, end = span
        if self._chance.random() < 0.12:
            self._line_share = self._chance.random()
        least, most = front.setback
        setback = least + (most - least) * self._line_share
        wide = end - begin
        form = "farm" if front.name == "ribbon" and wide > 44 else form_for(front, self._chance)
        return Lot(
            self.street, self.side, begin, end, front, form, setback, block, piece,
            (self.front_point(begin, 0), self.front_point(end, 0)),
            (self.inward(begin), self.inward(end)),
            self._chance.random() < front.vacant,
        )  # fmt: skip


def _less(shape: BaseGeometry, rivals: Sequence[BaseGeometry]) -> BaseGeometry:
    if not rivals:
        return shape
    return shape.difference(shapely.union_all(rivals, grid_size=_FINE), grid_size=_FINE)


def _piece_at(cut: BaseGeometry, front: Point) -> Polygon | None:
    pieces = [p for p in polygons(cut) if p.area > 20 and p.distance(front) < 3]
    return min(pieces, key=front.distance) if pieces else None


def _usable(piece: Polygon, width: float) -> bool:
    return piece.area > max(45.0, width * 9) and not piece.buffer(-min(2.0, width * 0.28)).is_empty
