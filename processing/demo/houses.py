"""Houses and what belongs to them: rows wall to wall, pairs, villas, farms, halls, sheds."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY, between, moved, unit
from processing.demo.blocks import polygons
from processing.demo.land import Plot
from processing.demo.lots import Lot

_FINE = 0.001


@dataclass(slots=True)
class Building:
    """A building in plan metres; kind is main, annex, industrial, church or public."""

    kind: str
    polygon: Polygon
    plot: Plot
    storeys: int = 2


def pair_up(lots: Iterable[Lot]) -> None:
    """Gives semi-detached houses their neighbour; one that stays alone becomes a detached house."""
    rows: dict[tuple[int, int], list[Lot]] = {}
    for lot in lots:
        rows.setdefault((id(lot.street), lot.side), []).append(lot)
    for row in rows.values():
        row.sort(key=lambda lot: lot.begin)
        alone: Lot | None = None
        for lot in row:
            if alone and abs(alone.end - lot.begin) < 0.1 and not lot.vacant and lot.form != "farm":
                lot.form, lot.setback = "semi", alone.setback
                alone.party, lot.party = {1}, {0}
                alone = None
                continue
            if alone:
                alone.form = "detached"
            alone = lot if lot.form == "semi" and not lot.vacant else None
        if alone:
            alone.form = "detached"


def build_on(plot: Plot, chance: Random) -> list[Building]:
    """Everything built on a building lot; nothing on a vacant one."""
    lot = plot.lot
    if lot is None or lot.vacant:
        return []
    return _FORMS[lot.form](plot, lot, chance)


@dataclass(frozen=True, slots=True)
class Yard:
    """Right-angled measures on a lot: metres along the front from its middle, metres behind it."""

    origin: XY
    along: XY
    inward: XY

    @classmethod
    def of(cls, lot: Lot) -> "Yard":
        a, b = lot.corners
        along = unit((b[0] - a[0], b[1] - a[1]))
        inward = unit((lot.inward[0][0] + lot.inward[1][0], lot.inward[0][1] + lot.inward[1][1]))
        across = -along[1], along[0]
        facing = 1 if across[0] * inward[0] + across[1] * inward[1] > 0 else -1
        return cls(between(a, b, 0.5), along, (across[0] * facing, across[1] * facing))

    def box(self, left: float, near: float, width: float, depth: float) -> Polygon:
        return Polygon(
            [
                self.at(left, near),
                self.at(left + width, near),
                self.at(left + width, near + depth),
                self.at(left, near + depth),
            ]
        )

    def at(self, along: float, inward: float) -> XY:
        return moved(moved(self.origin, self.along, along), self.inward, inward)


def _terrace(plot: Plot, lot: Lot, chance: Random) -> list[Building]:
    deep = chance.uniform(8.5, 12.0)
    front = lot.setback - 3 if lot.setback < 0.5 else lot.setback
    house = _slab(lot, (0, 1), (front, lot.setback + deep))
    if chance.random() < 0.72 and lot.width > 4.5:
        share, extra = chance.uniform(0.42, 0.66), chance.uniform(2.5, 9)
        side = (0.0, share) if chance.random() < 0.5 else (1 - share, 1.0)
        house = house.union(_slab(lot, side, (lot.setback + deep - 1, lot.setback + deep + extra)))
    built = _clipped("main", house, plot, 0.0, 3 if lot.front.name == "core" else 2)
    return built + _back_house(plot, lot, built, chance, 0.22)


def _semi(plot: Plot, lot: Lot, chance: Random) -> list[Building]:
    width = min(lot.width - 2.6, chance.uniform(6.3, 8.6))
    share, deep = width / lot.width, chance.uniform(9, 11.5)
    sides = (0.0, share) if 0 in lot.party else (1 - share, 1.0)
    house = _slab(lot, sides, (lot.setback, lot.setback + deep))
    if chance.random() < 0.5:
        wing = (0.0, share * 0.6) if 0 in lot.party else (1 - share * 0.6, 1.0)
        house = house.union(_slab(lot, wing, (lot.setback + deep - 1, lot.setback + deep + 4)))
    built = _clipped("main", house, plot, 0.0)
    if chance.random() < 0.3 and lot.width - width > 2.9:
        free = (share, 0.985) if 0 in lot.party else (0.015, 1 - share)
        built += _clipped(
            "annex", _slab(lot, free, (lot.setback + deep - 5, lot.setback + deep + 1.5)), plot, 0.3
        )
    return built + _back_house(plot, lot, built, chance, 0.28)


def _detached(plot: Plot, lot: Lot, chance: Random) -> list[Building]:
    yard = Yard.of(lot)
    width = min(max(lot.width - 6.2, 6.5), chance.uniform(8.5, 14.5))
    deep = chance.uniform(8.2, 11.5)
    slack = max(0.0, (lot.width - 6 - width) / 2)
    left = -width / 2 + chance.uniform(-slack, slack)
    house: BaseGeometry = yard.box(left, lot.setback, width, deep)
    shape = chance.random()
    if shape < 0.34:
        wing = width * chance.uniform(0.4, 0.55)
        start = left if chance.random() < 0.5 else left + width - wing
        house = house.union(yard.box(start, lot.setback + deep - 0.5, wing, chance.uniform(3, 6)))
    elif shape < 0.62 and lot.width - width > 7:
        start = left - 3.4 if chance.random() < 0.5 else left + width - 0.2
        house = house.union(yard.box(start, lot.setback + chance.uniform(1, 3), 3.6, 6.4))
    built = _clipped("main", house, plot, 1.0)
    return built + _back_house(plot, lot, built, chance, 0.36)


def _shop(plot: Plot, lot: Lot, chance: Random) -> list[Building]:
    if lot.width < 24:
        return _detached(plot, lot, chance)
    yard, width = Yard.of(lot), lot.width - chance.uniform(7, 12)
    deep = chance.uniform(20, 36)
    return _clipped("industrial", yard.box(-width / 2, lot.setback + 9, width, deep), plot, 2.0)


def _hall(plot: Plot, lot: Lot, chance: Random) -> list[Building]:
    """A hall with an office in front of it, or a row of smaller halls around a yard."""
    yard, width = Yard.of(lot), lot.width - chance.uniform(11, 22)
    room = math.sqrt(plot.polygon.area) * chance.uniform(0.42, 0.72)
    if chance.random() < 0.3 and width > 30:
        parts = [
            yard.box(-width / 2, lot.setback, width * 0.38, room),
            yard.box(width * 0.08, lot.setback + chance.uniform(0, 14), width * 0.42, room * 0.6),
        ]
        return [b for part in parts for b in _clipped("industrial", part, plot, 4.0)]
    hall: BaseGeometry = yard.box(-width / 2, lot.setback, width, room)
    step = width * chance.choice((0.3, 0.45, 0.6))
    side = -width / 2 if chance.random() < 0.5 else width / 2 - step
    hall = hall.union(yard.box(side, lot.setback + room - 1, step, chance.uniform(6, 22)))
    built = _clipped("industrial", hall, plot, 4.0)
    if chance.random() < 0.6:
        office = yard.box(-width / 2 + 2, lot.setback - 6, width * chance.uniform(0.2, 0.4), 7)
        built += _clipped("main", _less(office, built), plot, 2.0)
    return built


def _farm(plot: Plot, lot: Lot, chance: Random) -> list[Building]:
    yard, mirror = Yard.of(lot), chance.choice((1, -1))
    long_house = chance.uniform(18, 26)
    parts = [
        ("main", -long_house / 2 - mirror * 4, 12.0, long_house, 8.5),
        ("annex", mirror * 14 - 5, 26.0, 10.0, chance.uniform(22, 30)),
        ("annex", -mirror * 16 - 7, 27.0, 14.0, chance.uniform(12, 20)),
    ]
    if lot.width > 58:
        parts.append(("annex", -mirror * 4 - 17, 62.0, 34.0, chance.uniform(13, 18)))
    return [
        building
        for kind, left, near, width, deep in parts
        for building in _clipped(kind, yard.box(left, near, width, deep), plot, 1.0)
    ]


def _back_house(
    plot: Plot, lot: Lot, built: Sequence[Building], chance: Random, likely: float
) -> list[Building]:
    """A shed or garage in the garden, near one side, clear of the house."""
    if chance.random() > likely or not built:
        return []
    yard = Yard.of(lot)
    deep = plot.polygon.area / max(lot.width, 1)
    width, length = chance.uniform(2.6, 4.2), chance.uniform(3, 6.5)
    near = lot.setback + 15 + max(0.0, deep - lot.setback - 26) * chance.uniform(0.3, 0.95)
    edge = lot.width / 2 - width - 0.9
    shed = yard.box(edge if chance.random() < 0.5 else -edge - width, near, width, length)
    if not plot.polygon.buffer(-0.4).contains(shed) or built[0].polygon.distance(shed) < 1.5:
        return []
    return [Building("annex", shed, plot, 1)]


_FORMS: dict[str, Callable[[Plot, Lot, Random], list[Building]]] = {
    "terrace": _terrace,
    "semi": _semi,
    "detached": _detached,
    "shop": _shop,
    "hall": _hall,
    "farm": _farm,
}


def _slab(lot: Lot, across: tuple[float, float], depths: tuple[float, float]) -> BaseGeometry:
    (a, b), (near, far) = across, depths
    return Polygon(
        [lot.place(a, near), lot.place(b, near), lot.place(b, far), lot.place(a, far)]
    ).buffer(0)


def _less(shape: BaseGeometry, built: Sequence[Building]) -> BaseGeometry:
    return shape.difference(shapely.union_all([b.polygon for b in built])) if built else shape


def _clipped(
    kind: str, shape: BaseGeometry, plot: Plot, margin: float, storeys: int = 2
) -> list[Building]:
    ground = plot.polygon.buffer(-margin, join_style="mitre") if margin else plot.polygon
    inside = shape.intersection(ground, grid_size=_FINE)
    body = max(polygons(inside), key=lambda p: p.area, default=None)
    least = 9 if kind == "annex" else 28
    if body is None or body.area < least or body.buffer(-1.1).is_empty:
        return []
    return [Building(kind, body, plot, storeys)]
