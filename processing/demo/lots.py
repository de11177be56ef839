"""Building lots and the rows they are cut from, one row for each side of a street."""

import math
from dataclasses import dataclass, field
from random import Random

import numpy as np
import numpy.typing as npt
from shapely import Polygon

from processing.demo.axis import XY, between, moved, turned
from processing.demo.chance import Drift
from processing.demo.fronts import Front, form_for, front_at, remoteness
from processing.demo.streets import Street


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
        """The point at a share of the width (0 at `begin`, 1 at `end`), metres behind the front."""
        (a, b), (u, v) = self.corners, self.inward
        return between(moved(a, u, depth), moved(b, v, depth), across)

    @property
    def width(self) -> float:
        return math.dist(*self.corners)


class Row:
    """One side of a street while it is cut: its skew, its depths and its building lines."""

    def __init__(self, street: Street, side: int, chance: Random) -> None:
        self.street = street
        self.side = side
        self._chance = chance
        self._slant = Drift(chance, 260)
        self._zone = Drift(chance, 130)
        self._depth_share = chance.random()
        self._line_share = chance.random()
        self._stations: dict[float, tuple[XY, XY, float]] = {}
        self._skew = math.radians(9 if street.fronts == "auto" else 2.5)

    def inward(self, distance: float) -> XY:
        return self._station(distance)[1]

    def front_point(self, distance: float, behind: float) -> XY:
        """The point so many metres behind the front, along the lot's side."""
        foot, inward, reach = self._station(distance)
        return moved(foot, inward, reach + behind)

    def _station(self, distance: float) -> tuple[XY, XY, float]:
        """Point on the axis, direction of the lot's side, and how far along it the front is."""
        if distance not in self._stations:
            axis = self.street.axis
            nx, ny = axis.normal(distance, 24)
            angle = self._skew * self._slant.at(distance)
            inward = turned((nx * self.side, ny * self.side), angle)
            nx, ny = axis.normal(distance, 3)
            straight = max(0.6, abs(inward[0] * nx + inward[1] * ny))
            reach = self.street.public_width / 2 / straight
            self._stations[distance] = axis.at(distance), inward, reach
        return self._stations[distance]

    def probes(self, distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Points a metre behind the front, for many distances at once; shape (n, 2)."""
        axis, angle = self.street.axis, self._skew * self._slant.along(distances)
        nx, ny = axis.normals(distances, 24).T * self.side
        inward = np.stack(
            [nx * np.cos(angle) - ny * np.sin(angle), nx * np.sin(angle) + ny * np.cos(angle)]
        )
        straight = np.maximum(0.6, np.abs((inward * axis.normals(distances, 3).T).sum(axis=0)))
        return axis.along(distances) + (inward * (self.street.public_width / 2 / straight + 1)).T

    def outline(self, begin: float, end: float, depth: float) -> Polygon:
        near = self.street.axis.part(begin, end)
        back = self.front_point(end, depth), self.front_point(begin, depth)
        shape = Polygon([*near, *back])
        return shape if shape.is_valid else shape.convex_hull  # type: ignore[return-value]

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
