"""Water and green: streams, ponds, ditches; parks, woods, meadows, fields, orchards and verges."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely import LineString, MultiLineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import smooth
from processing.demo.blocks import GRID, Ground, polygons
from processing.demo.chance import Drift, stream
from processing.demo.fronts import remoteness
from processing.demo.land import Plot
from processing.demo.sites import CASTLE_ISLAND, FOREST, FOREST_SOUTH, PONDS
from processing.demo.streets import Street

_SITE_GREEN = {"park": "park", "cemetery": "cemetery", "sports": "sports"}
_OPEN_BLOCK = 90_000.0
"""In town, a block of fewer square metres than this has gardens behind its lots, no fields."""
_PASTURE = 3_500.0
"""Land in town that is larger than this is not a garden any more."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of water or green with its kind and, for some, its name."""

    kind: str
    name: str | None
    shape: BaseGeometry


def waters(seed: int, ground: Ground, plots: Sequence[Plot]) -> list[Patch]:
    patches = [
        Patch("stream", "Zandbeek", ground.stream.intersection(ground.boundary)),
        Patch("stream", "Amandsbeek", ground.brook.intersection(ground.boundary)),
    ]
    patches += [Patch("pond", name or None, shape) for name, shape in _ponds()]
    patches += [
        Patch("ditch", None, line.buffer(0.9, cap_style="flat")) for line in _ditches(seed, plots)
    ]
    return _on_grid(patches)


def greens(
    seed: int, ground: Ground, plots: Sequence[Plot], streets: Sequence[Street]
) -> list[Patch]:
    """Green areas; neighbours of one kind in one block are one area, so that no seams show."""
    chance = stream(seed, "green")
    east, north = Drift(chance, 700), Drift(chance, 600)
    groups: dict[tuple[int, str, str], list[Polygon]] = {}
    for plot in plots:
        kind = _kind_of(plot, ground, east, north)
        if kind == "field" and chance.random() < 0.05 and plot.polygon.area < 9_000:
            kind = "orchard" if remoteness(_middle(plot)) < 700 else kind
        if kind:
            name = plot.site.name if plot.site else ""
            groups.setdefault((plot.block, kind, name), []).append(plot.polygon)
    ponds = shapely.union_all([shape for _, shape in _ponds()])
    patches = [
        Patch(kind, name or None, part)
        for (_, kind, name), members in groups.items()
        for part in polygons(shapely.union_all(members).difference(ponds))
    ]
    return _on_grid([*_named_woods(patches), *_verges(ground, streets)])


def _kind_of(plot: Plot, ground: Ground, east: Drift, north: Drift) -> str | None:
    if plot.site:
        return _SITE_GREEN.get(plot.site.use)
    if plot.lot:
        return None
    x, y = _middle(plot)
    middle = plot.polygon.centroid
    near_water = min(ground.stream.distance(middle), ground.brook.distance(middle) + 25)
    inside_town = ground.blocks[plot.block].area < _OPEN_BLOCK and remoteness((x, y)) == 0
    if inside_town and near_water > 75:
        return "meadow" if plot.polygon.area > _PASTURE else None
    if any(Polygon(wood).contains(middle) for wood in (FOREST, FOREST_SOUTH)):
        return "forest"
    wetness = 0.5 * (east.at(x) + north.at(y))
    return "meadow" if near_water < 85 + 45 * wetness or wetness > 0.36 else "field"


def _middle(plot: Plot) -> tuple[float, float]:
    middle = plot.polygon.centroid
    return middle.x, middle.y


def _named_woods(patches: Iterable[Patch]) -> list[Patch]:
    """Names the largest part of each wood, and it alone."""
    patches = list(patches)
    for outline, name in ((FOREST, "Amandsbos"), (FOREST_SOUTH, "Heidebos")):
        wood = Polygon(outline)
        parts = [p for p in patches if p.kind == "forest" and p.shape.intersects(wood)]
        largest = max(parts, key=lambda p: p.shape.area)
        patches[patches.index(largest)] = Patch("forest", name, largest.shape)
    return patches


def _verges(ground: Ground, streets: Sequence[Street]) -> Iterator[Patch]:
    """Grass between the main roads and the lots along them."""
    paved = shapely.union_all([s.paved() for s in streets]).buffer(1.2)
    for street in streets:
        if street.road_class == "main":
            strip = street.public().intersection(ground.public).intersection(ground.boundary)
            for part in polygons(strip.difference(paved)):
                if part.area > 60:
                    yield Patch("verge", None, part)


def _ponds() -> Iterator[tuple[str, BaseGeometry]]:
    for name, outline in PONDS:
        shore = Polygon(smooth([*outline, outline[0]], 3)).buffer(1.5).buffer(-1.5)
        yield name, shore.difference(Polygon(CASTLE_ISLAND)) if name == "Kasteelgracht" else shore


def _ditches(seed: int, plots: Sequence[Plot]) -> list[BaseGeometry]:
    """Ditches along some of the long edges between meadows and polder fields."""
    chance = stream(seed, "ditches")
    land = [p.polygon for p in plots if p.is_land and p.polygon.area > 2_500]
    left, right = STRtree(land).query(land, predicate="touches")
    first: list[int] = left.tolist()
    second: list[int] = right.tolist()
    pairs = [(i, j) for i, j in zip(first, second, strict=True) if i < j]
    found: list[BaseGeometry] = []
    for i, j in pairs:
        x, y = land[i].centroid.x, land[i].centroid.y
        polder = x < -500 and y > 250
        if chance.random() < (0.16 if polder else 0.035):
            edge = shapely.line_merge(
                MultiLineString(_lines(land[i].boundary.intersection(land[j].boundary)))
            )
            if edge.length > 70:
                found.append(edge)
    return found


def _lines(shape: BaseGeometry) -> list[LineString]:
    return [part for part in shapely.get_parts(shape).tolist() if isinstance(part, LineString)]


def _on_grid(patches: Iterable[Patch]) -> list[Patch]:
    snapped = [Patch(p.kind, p.name, shapely.set_precision(p.shape, GRID)) for p in patches]
    return [p for p in snapped if not p.shape.is_empty]
