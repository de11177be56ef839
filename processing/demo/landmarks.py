"""Buildings drawn part by part: churches, schools, the station, the castle, the town hall."""

import math
from collections.abc import Sequence

import shapely
from shapely import Point, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import tightest_box
from processing.demo.blocks import polygons
from processing.demo.houses import Building
from processing.demo.land import Plot
from processing.demo.sites import CASTLE_ISLAND

type Box = tuple[float, float, float, float]
"""Left, lower, width and height in metres around the middle of the site."""

CHURCH: tuple[Box, ...] = (
    (-17, -5.5, 27, 11), (-1, -11, 8, 22), (-22, -3.5, 7, 7), (8, -4.5, 6, 9), (-14, -8, 12, 16),
)  # fmt: skip
CHAPEL: tuple[Box, ...] = ((-11, -4, 18, 8), (1, -7.5, 6, 15), (-15, -2.6, 5.2, 5.2))
_SCHOOL: tuple[Box, ...] = ((-42, -17, 9, 40), (-42, 14, 66, 9), (8, -12, 9, 30))
_SMALL_SCHOOL: tuple[Box, ...] = ((-26, 8, 46, 8), (-26, -14, 8, 24), (10, -10, 9, 12))
_STATION: tuple[Box, ...] = ((-22, -4, 44, 9), (-8, 3, 16, 6), (26, -3, 7, 6))
_CARE: tuple[Box, ...] = (
    (-60, -18, 12, 50),
    (-60, 4, 112, 12),
    (40, -26, 12, 52),
    (-8, -16, 14, 24),
)
_DEPOT: tuple[Box, ...] = ((-18, -22, 16, 44), (4, 4, 18, 20))
_PAVILION: tuple[Box, ...] = ((-13, -5, 26, 10),)

_DRAWN: dict[str, tuple[str, tuple[Box, ...]]] = {
    "Sint-Janskerk": ("church", CHURCH),
    "Onze-Lieve-Vrouwkerk": ("church", CHAPEL),
    "Sint-Amanduskerk": ("church", CHAPEL),
    "Basisschool De Zandloper": ("public", _SCHOOL),
    "Vrije Basisschool 's-Gravendijk": ("public", _SMALL_SCHOOL),
    "Gemeenteschool Sint-Amandskerke": ("public", _SMALL_SCHOOL),
    "Station Zandwijk": ("public", _STATION),
    "Woonzorgcentrum Ter Beke": ("public", _CARE),
    "Gemeenteloods": ("industrial", _DEPOT),
}


def landmarks(plots: Sequence[Plot]) -> list[Building]:
    """The building of every drawn site that has one."""
    found: list[Building] = []
    for plot in plots:
        site = plot.site
        if site is None:
            continue
        if site.name in _DRAWN:
            kind, boxes = _DRAWN[site.name]
            found += _placed(kind, boxes, plot, site.polygon)
        elif site.use == "sports":
            found += _placed("public", _PAVILION, plot, site.polygon, aside=True)
        elif site.name.startswith("Kasteel"):
            found.append(Building("public", _castle(), plot, 3))
    return found


def town_hall(buildings: Sequence[Building]) -> Building:
    """The largest house on the market square serves as town hall."""
    on_square = [b for b in buildings if _street_of(b) == "Marktplein" and b.kind == "main"]
    hall = max(on_square, key=lambda b: b.polygon.area)
    hall.kind, hall.storeys = "public", 3
    return hall


def _street_of(building: Building) -> str:
    return building.plot.lot.street.name if building.plot.lot else ""


def _placed(
    kind: str, boxes: Sequence[Box], plot: Plot, site: Polygon, aside: bool = False
) -> list[Building]:
    shape: BaseGeometry = shapely.union_all(
        [shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes]
    )
    if kind == "church":
        choir = shape.bounds[2] - 1.2
        shape = shape.union(Point(choir, 0).buffer(3.8, quad_segs=2))
    angle = 4.0 if kind == "church" else _slope(site)
    middle = site.centroid if not aside else _near_edge(site)
    shape = affinity.rotate(shape, angle, origin=(0, 0))
    shape = affinity.translate(shape, middle.x, middle.y)
    inside = shape.intersection(plot.polygon.buffer(-0.6 if kind == "church" else -2.0))
    return [Building(kind, p, plot) for p in polygons(inside) if p.area > 40]


def _castle() -> Polygon:
    island = Polygon(CASTLE_ISLAND).centroid
    wings = [
        shapely.box(-15, -11, 15, -3),
        shapely.box(-15, -11, -7, 11),
        shapely.box(7, -11, 15, 11),
    ]
    towers = [Point(x, y).buffer(4.2, quad_segs=3) for x in (-15, 15) for y in (-11, 11)]
    shape = affinity.rotate(shapely.union_all([*wings, *towers]), -4, origin=(0, 0))
    return polygons(affinity.translate(shape, island.x, island.y))[0]


def _slope(site: Polygon) -> float:
    """The angle in degrees of the long side of the site, between -90 and 90."""
    a, b, c = tightest_box(site)
    begin, end = (a, b) if math.dist(a, b) > math.dist(b, c) else (b, c)
    angle = math.degrees(math.atan2(end[1] - begin[1], end[0] - begin[0]))
    return (angle + 90) % 180 - 90


def _near_edge(site: Polygon) -> Point:
    edge, middle = site.exterior.interpolate(0.12, normalized=True), site.centroid
    return Point(edge.x + (middle.x - edge.x) * 0.3, edge.y + (middle.y - edge.y) * 0.3)
