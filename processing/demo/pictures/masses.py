"""The parts of a house: a body under a pitched roof, lower wings behind it; towers and naves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon, affinity

from processing.demo.axis import XY, tightest_box
from processing.demo.blocks import polygons
from processing.demo.houses import Yard
from processing.demo.land import Plot
from processing.demo.landmarks import CHAPEL, CHURCH
from processing.demo.pictures.standing import House
from processing.demo.pictures.textures import generator


@dataclass(frozen=True, slots=True)
class Mass:
    """A part of a house: its outline, how high its walls are, and its roof.

    `quad` are the corners under a pitched roof, front left first; without it the roof is flat.
    """

    outline: Polygon
    eave: float
    ridge: float = 0.0
    quad: tuple[XY, XY, XY, XY] | None = None
    hipped: bool = False
    spire: bool = False


def masses_of(house: House, plot: Plot) -> list[Mass]:
    """The parts of a house: a body under a pitched roof and lower wings, or one flat block."""
    chance = generator("mass", house.look.name, house.kind)
    if house.kind == "church":
        return _church(house.polygon, plot)
    if house.kind == "annex":
        return [Mass(house.polygon, 2.55 if house.polygon.area < 60 else 4.4)]
    if house.kind == "industrial":
        return [Mass(house.polygon, float(chance.uniform(5.5, 7.5)))]
    eave = 3.1 + 2.8 * (house.storeys - 1) + float(chance.uniform(-0.25, 0.35))
    if house.look.style == "modern":
        return _flat_house(house, plot, 3.0 * house.storeys + 0.3)
    detached = plot.lot is not None and plot.lot.form in ("detached", "farm")
    if detached and chance.random() < 0.45:
        eave -= 2.5
    main, rest = split(house.polygon, plot)
    if main is None:
        return [Mass(house.polygon, eave + 0.6)]
    depth = distance(main[0], main[3]) / 2 + distance(main[1], main[2]) / 2
    rise = min(depth / 2 * float(chance.uniform(0.72, 0.98)), 4.8)
    hipped = detached and chance.random() < 0.5 and distance(main[0], main[1]) > depth * 0.9
    outline = max(polygons(house.polygon.intersection(Polygon(main).buffer(0.05))),
                  key=lambda p: p.area)  # fmt: skip
    wings = [Mass(p, 3.05) for p in rest]
    return [Mass(outline, eave, eave + rise, main, hipped), *wings]


def split(polygon: Polygon, plot: Plot) -> tuple[tuple[XY, XY, XY, XY] | None, list[Polygon]]:
    """The main body of a house as a quad seen from its street, and the wings that remain."""
    frame = _frame(polygon, plot)
    points = [frame.local(p) for p in polygon.exterior.coords[:-1]]
    local = Polygon(points)
    best = _largest_body(local)
    if best is None:
        return None, []
    (x0, y0, x1, y1) = best
    corners = tuple(frame.yard.at(x, y) for x, y in _corners(local, x0, y0, x1, y1))
    quad = Polygon(corners)
    if not quad.is_valid or quad.area < 12:
        return None, []
    if not quad.exterior.is_ccw:  # on one side of a street the yard's measures are mirrored
        corners = (corners[1], corners[0], corners[3], corners[2])
    rest = [p for p in polygons(polygon.difference(quad.buffer(0.06))) if p.area > 2.5]
    return corners, rest  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class _Frame:
    yard: Yard

    def local(self, point: Sequence[float]) -> XY:
        x, y = point[0] - self.yard.origin[0], point[1] - self.yard.origin[1]
        a, b = self.yard.along, self.yard.inward
        return x * a[0] + y * a[1], x * b[0] + y * b[1]


def _frame(polygon: Polygon, plot: Plot) -> _Frame:
    if plot.lot:
        return _Frame(Yard.of(plot.lot))
    a, b, c = tightest_box(polygon)
    if distance(a, b) < distance(b, c):
        a, b = b, c
    along = ((b[0] - a[0]) / distance(a, b), (b[1] - a[1]) / distance(a, b))
    return _Frame(Yard(a, along, (-along[1], along[0])))


def _largest_body(local: Polygon) -> tuple[float, float, float, float] | None:
    """The largest box between the outline's own coordinates that (nearly) lies in it."""
    xs = sorted({round(p[0], 1) for p in local.exterior.coords})
    ys = sorted({round(p[1], 1) for p in local.exterior.coords})
    grown = local.buffer(0.75, join_style="mitre")
    shapely.prepare(grown)
    found = [
        (x0, y0, x1, y1)
        for i, x0 in enumerate(xs) for x1 in xs[i + 1 :]
        for j, y0 in enumerate(ys) for y1 in ys[j + 1 :]
        if x1 - x0 > 2.5 and y1 - y0 > 3
    ]  # fmt: skip
    # Width counts for more than depth: the body lies along the street, its wing behind it.
    found.sort(key=lambda b: (b[2] - b[0]) ** 1.6 * (b[3] - b[1]), reverse=True)
    return next((b for b in found if grown.covers(shapely.box(*b))), None)


def _corners(local: Polygon, x0: float, y0: float, x1: float, y1: float) -> list[XY]:
    """The box' corners, drawn to the outline's own where those are near: walls may be askew."""
    points: list[XY] = [(p[0], p[1]) for p in local.exterior.coords]
    corners: list[XY] = []
    for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)):
        near = min(points, key=lambda p: distance(p, corner))
        corners.append(near if distance(near, corner) < 1.3 else corner)
    return corners


def _flat_house(house: House, plot: Plot, eave: float) -> list[Mass]:
    main, rest = split(house.polygon, plot)
    if main is None:
        return [Mass(house.polygon, eave)]
    body = polygons(house.polygon.intersection(Polygon(main).buffer(0.05)))
    return [Mass(max(body, key=lambda p: p.area), eave), *(Mass(p, 3.15) for p in rest)]


def _church(polygon: Polygon, plot: Plot) -> list[Mass]:
    boxes = CHURCH if polygon.area > 330 else CHAPEL
    scale = 1.0 if boxes is CHURCH else 0.72
    centre = plot.site.polygon.centroid if plot.site else polygon.centroid
    masses: list[Mass] = []
    for i, (x, y, w, h) in enumerate(boxes):
        placed = affinity.rotate(shapely.box(x, y, x + w, y + h), 4.0, origin=(0, 0))
        placed = affinity.translate(placed, centre.x, centre.y)
        ring = [(p[0], p[1]) for p in shapely.orient_polygons(placed).exterior.coords[:4]]
        if i == 2:
            masses.append(Mass(placed, 26 * scale, 44 * scale, _quad(ring), spire=True))
            continue
        tall = {0: (11.0, 17.5), 1: (10.5, 16.5), 3: (9.0, 13.0)}.get(i, (6.5, 9.0))
        first = ring if (w >= h) == (distance(ring[0], ring[1]) >= distance(ring[1], ring[2])) \
            else [*ring[1:], ring[0]]  # fmt: skip
        masses.append(Mass(placed, tall[0] * scale, tall[1] * scale, _quad(first)))
    return masses


def _quad(ring: Sequence[XY]) -> tuple[XY, XY, XY, XY]:
    return ring[0], ring[1], ring[2], ring[3]


def distance(a: Sequence[float], b: Sequence[float]) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))
