# ruff: noqa: PLR0913, PLR0917 - makers of faces
"""Houses as bodies: walls, slopes, gables, chimneys; every face a flat quad with a texture."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import shapely
from shapely import Polygon, STRtree

from processing.demo.axis import XY
from processing.demo.houses import Yard
from processing.demo.land import Plot
from processing.demo.pictures.arrays import F64, RGB
from processing.demo.pictures.facades import Role, wall_texture
from processing.demo.pictures.looks import Look
from processing.demo.pictures.masses import Mass, distance, masses_of
from processing.demo.pictures.roofs import slope_texture
from processing.demo.pictures.standing import House
from processing.demo.pictures.textures import Texture, brick, generator

_OVERHANG = 0.28


@dataclass(frozen=True)
class Face:
    """A flat quad: corners from the lower left, turning to the right as seen from outside.

    A triangle has its last corner twice. `u` runs along the first side, `v` up in the plane.
    """

    corners: F64
    texture: Callable[[], Texture]
    wall: bool = False

    @cached_property
    def axes(self) -> F64:
        """`u`, `v` and the outward normal, as rows."""
        return axes_of(self.corners[None])[0]

    @property
    def normal(self) -> F64:
        return self.axes[2]


def axes_of(corners: F64) -> F64:
    """For many quads at once: along their first side, up in their plane, outward; (n, 3, 3)."""
    along = corners[:, 1] - corners[:, 0]
    u = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    top = (corners[:, 2] + corners[:, 3]) / 2 - corners[:, 0]
    up = top - u * (top * u).sum(axis=1, keepdims=True)
    v = up / np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
    return np.stack([u, v, np.cross(u, v)], axis=1)


@dataclass(frozen=True)
class Body:
    """A house with its parts and faces; `front` is the way to its street."""

    house: House
    masses: list[Mass]
    faces: list[Face]
    front: XY | None

    @cached_property
    def roofs(self) -> list[Face]:
        """The faces that are seen from above."""
        return [f for f in self.faces if not f.wall and f.normal[2] > 0.05]


def bodies(houses: Sequence[House], plots: Sequence[Plot]) -> list[Body]:
    """All houses as bodies; walls that lie against a neighbour are left out."""
    parts = [masses_of(house, plots[house.plot]) for house in houses]
    flat = [(i, mass) for i, masses in enumerate(parts) for mass in masses]
    neighbours = _Neighbours(houses, flat)
    return [
        Body(house, masses, list(_faces(i, house, masses, plots[house.plot], neighbours)),
             _outward(plots[house.plot]))
        for i, (house, masses) in enumerate(zip(houses, parts, strict=True))
    ]  # fmt: skip


class _Neighbours:
    """Which walls nobody sees, for another part stands right behind them at all times."""

    def __init__(self, houses: Sequence[House], parts: list[tuple[int, Mass]]) -> None:
        self._houses, self._parts = houses, parts
        self._tree = STRtree([mass.outline for _, mass in parts])

    def covers(self, owner: int, point: XY, height: float) -> bool:
        for j in map(int, self._tree.query(shapely.Point(point), predicate="within")):
            other, mass = self._parts[j]
            lasting = self._houses[other].since is None and self._houses[other].until is None
            if mass.eave >= height - 0.05 and (other == owner or lasting):
                return True
        return False


def _outward(plot: Plot) -> XY | None:
    if plot.lot is None:
        return None
    inward = Yard.of(plot.lot).inward
    return -inward[0], -inward[1]


def _faces(
    owner: int, house: House, masses: list[Mass], plot: Plot, neighbours: _Neighbours
) -> Iterator[Face]:
    out = _outward(plot)
    for n, mass in enumerate(masses):
        role_here = house.kind != "annex" and n == 0
        for a, b in _edges(mass.outline):
            yield from _wall(owner, house, mass, (a, b), out if role_here else None, neighbours)
        if mass.quad and mass.spire:
            yield from _spire(mass, mass.quad, house)
        elif mass.quad:
            yield from pitched(mass, mass.quad, house)
    main = masses[0]
    if main.quad and not main.spire and house.kind == "main":
        yield from _chimney(main, main.quad, house)
        if house.dormer:
            yield from _dormer(main, main.quad, house)


def _edges(outline: Polygon) -> Iterator[tuple[XY, XY]]:
    ring = shapely.orient_polygons(outline).exterior.simplify(0.04).coords
    for p, q in itertools.pairwise(ring):
        if distance(p, q) > 0.12:
            yield (p[0], p[1]), (q[0], q[1])


def _wall(
    owner: int, house: House, mass: Mass, edge: tuple[XY, XY], out: XY | None, nb: _Neighbours
) -> Iterator[Face]:
    (ax, ay), (bx, by) = edge
    wide = distance(*edge)
    normal = (by - ay) / wide, (ax - bx) / wide
    middle = (ax + bx) / 2 + normal[0] * 0.15, (ay + by) / 2 + normal[1] * 0.15
    if nb.covers(owner, middle, mass.eave):
        return
    role: Role = "side"
    if out:
        facing = normal[0] * out[0] + normal[1] * out[1]
        role = "front" if facing > 0.7 else "rear" if facing < -0.7 else "side"
    elif house.kind in ("church", "industrial", "public"):
        role = "front" if house.kind != "public" else "rear"
    elif house.kind == "annex":
        role = "blank" if wide < 2.4 else "side"
    storeys = house.storeys if mass.eave > 4.5 else 1
    look = house.look
    corners = np.array([(ax, ay, 0), (bx, by, 0), (bx, by, mass.eave), (ax, ay, mass.eave)])
    yield Face(corners, _once(lambda: wall_texture(look, wide, mass.eave, role, storeys)), True)


def pitched(mass: Mass, quad: tuple[XY, XY, XY, XY], house: House) -> Iterator[Face]:
    """Two slopes with their gables, or four slopes."""
    a, b, c, d = (np.array(p) for p in quad)
    left, right = (a + d) / 2, (b + c) / 2
    if mass.hipped:
        inset = min(0.42 * float(np.linalg.norm(d - a)), 0.4 * float(np.linalg.norm(b - a)))
        along = (right - left) / float(np.linalg.norm(right - left))
        left, right = left + along * inset, right - along * inset
    eave, ridge, look = mass.eave, mass.ridge, house.look
    run = float(np.linalg.norm(d - a)) / 2
    drop = (ridge - eave) * _OVERHANG / max(run, 0.5)
    over_front = (a - d) / float(np.linalg.norm(a - d)) * _OVERHANG
    r1, r2 = _up(left, ridge), _up(right, ridge)
    fa, fb = _up(a + over_front, eave - drop), _up(b + over_front, eave - drop)
    rc, rd = _up(c - over_front, eave - drop), _up(d - over_front, eave - drop)
    wide, slope = float(np.linalg.norm(b - a)), float(np.hypot(run, ridge - eave)) + _OVERHANG
    tiles = _tiles(look.roof)
    front = _once(lambda: slope_texture(look, wide, slope)) if house.panels else tiles
    yield Face(np.array([fa, fb, r2, r1]), front)
    yield Face(np.array([rc, rd, r1, r2]), tiles)
    for low, high, top in ((b, c, right), (d, a, left)):
        corners = np.array([_up(low, eave), _up(high, eave), _up(top, ridge), _up(top, ridge)])
        yield Face(corners, tiles if mass.hipped else _gable(look))


def _spire(mass: Mass, quad: tuple[XY, XY, XY, XY], house: House) -> Iterator[Face]:
    middle = np.mean(np.array(quad), axis=0)
    top = _up(middle, mass.ridge)
    for p, q in zip(quad, (*quad[1:], quad[0]), strict=True):
        corners = np.array([_up(np.array(p), mass.eave), _up(np.array(q), mass.eave), top, top])
        yield Face(corners, _tiles(house.look.roof))


def _chimney(mass: Mass, quad: tuple[XY, XY, XY, XY], house: House) -> Iterator[Face]:
    a, b, c, d = (np.array(p) for p in quad)
    edge = 0.36 if mass.hipped else 0.16
    share = edge if generator("chimney", house.look.name).random() < 0.5 else 1 - edge
    middle = (a + d) / 2 * (1 - share) + (b + c) / 2 * share
    along = (b - a) / float(np.linalg.norm(b - a))
    yield from box(middle, along, (0.7, 0.5), (mass.eave, mass.ridge + 0.75),
                   _plain_brick(house.look))  # fmt: skip


def _dormer(mass: Mass, quad: tuple[XY, XY, XY, XY], house: House) -> Iterator[Face]:
    a, b, _, d = (np.array(p) for p in quad)
    along = (b - a) / float(np.linalg.norm(b - a))
    inward = (d - a) / float(np.linalg.norm(d - a))
    depth = float(np.linalg.norm(d - a))
    middle = (a + b) / 2 + inward * (0.9 + depth / 4 / 2)
    low = mass.eave + 0.5
    look = house.look
    texture = _once(lambda: wall_texture(_dormer_look(look), 2.4, 1.7, "rear", 1))
    yield from box(middle, along, (2.4, depth / 4), (low, low + 1.7), texture)


def _dormer_look(look: Look) -> Look:
    return Look(look.name + " d", "plaster", (214, 214, 210), look.trim, look.door, look.roof,
                look.joint)  # fmt: skip


def box(
    middle: F64, along: F64, size: tuple[float, float], heights: tuple[float, float],
    texture: Callable[[], Texture],
) -> Iterator[Face]:  # fmt: skip
    """The four walls and the lid of an upright box."""
    across = np.array([-along[1], along[0]])
    x, y = along * size[0] / 2, across * size[1] / 2
    ring = [middle - x - y, middle + x - y, middle + x + y, middle - x + y]
    low, high = heights
    for p, q in zip(ring, [*ring[1:], ring[0]], strict=True):
        yield Face(np.array([_up(p, low), _up(q, low), _up(q, high), _up(p, high)]), texture)
    yield Face(np.array([_up(p, high) for p in ring]), texture)


@cache
def _tiles(colour: RGB) -> Callable[[], Texture]:
    return _once(lambda: slope_texture(colour, 12.0, 8.16))


def _gable(look: Look) -> Callable[[], Texture]:
    return _plain_brick(look)


def _plain_brick(look: Look) -> Callable[[], Texture]:
    return _brickwork(look.wall, look.joint, look.style in ("brick", "stone"))


@cache
def _brickwork(wall: RGB, joint: RGB, bricks: bool) -> Callable[[], Texture]:
    def drawn() -> Texture:
        chance = generator("gable", wall)
        image = brick(chance, 204, 215, 0.02, wall, joint if bricks else wall)
        return Texture(image, 0.02, wrap=True)

    return _once(drawn)


def _once(make: Callable[[], Texture]) -> Callable[[], Texture]:
    """The texture is drawn when it is first seen, and kept."""
    kept: list[Texture] = []

    def get() -> Texture:
        if not kept:
            kept.append(make())
        return kept[0]

    return get


def _up(point: F64, height: float) -> F64:
    return np.array([point[0], point[1], height])
