"""What is paved: carriageways cut street by street, squares, paths and the railway bed."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.blocks import GRID, Ground, polygons
from processing.demo.sites import SITES
from processing.demo.streets import Street


@dataclass(frozen=True, slots=True)
class Surface:
    """A piece of public ground: carriageway, path, square or rail."""

    kind: str
    shape: BaseGeometry


def paved(ground: Ground, streets: Sequence[Street]) -> list[Surface]:
    """Surfaces that meet but do not overlap; the kerbs are rounded at every corner."""
    shapes = [street.paved() for street in streets]
    whole = shapely.union_all(shapes).buffer(4, quad_segs=6).buffer(-4, quad_segs=6)
    whole = whole.intersection(ground.boundary)
    own = _own_parts(streets, shapes, whole)
    churchyards = shapely.union_all([s.polygon for s in SITES if s.use == "church"])
    surfaces = [
        Surface("path" if street.road_class == "path" else "carriageway", part)
        for street, part in zip(streets, own, strict=True)
    ]
    surfaces += [
        Surface("square", square.difference(whole.union(churchyards))) for square in ground.squares
    ]
    rails = ground.railway.buffer(2.8).intersection(ground.boundary).difference(whole)
    surfaces += [Surface("rail", part) for part in polygons(rails)]
    return [Surface(s.kind, shapely.set_precision(s.shape, GRID)) for s in surfaces if not s.shape.is_empty]


def _own_parts(
    streets: Sequence[Street], shapes: Sequence[BaseGeometry], whole: BaseGeometry
) -> list[BaseGeometry]:
    """Each street's part of the whole; earlier streets keep the crossings, fillets go to the first met."""
    tree = STRtree(shapes)
    own: list[BaseGeometry] = []
    for i, shape in enumerate(shapes):
        earlier = [shapes[j] for j in tree.query(shape) if j < i]
        part = shape.intersection(whole)
        own.append(part.difference(shapely.union_all(earlier)) if earlier else part)
    for fillet in polygons(whole.difference(shapely.union_all(own))):
        touching = [j for j in tree.query(fillet, predicate="intersects") if not own[j].is_empty]
        if touching:
            last = max(touching)
            own[last] = own[last].union(fillet)
    return own
