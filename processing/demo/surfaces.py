"""What is paved: carriageways cut street by street, squares, paths and the railway bed."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.blocks import GRID, Ground, polygons
from processing.demo.streets import Street


@dataclass(frozen=True, slots=True)
class Surface:
    """A piece of public ground: carriageway, path, square or rail."""

    kind: str
    shape: BaseGeometry


def paved(ground: Ground, streets: Sequence[Street]) -> list[Surface]:
    """Surfaces that meet but do not overlap; the kerbs are rounded at every corner."""
    streets = [s for s in streets if s.fronts != "square"]
    shapes = [street.paved() for street in streets]
    whole = shapely.union_all(shapes).buffer(4, quad_segs=6).buffer(-4, quad_segs=6)
    plazas = shapely.union_all([square.buffer(4) for square in ground.squares])
    plazas = plazas.intersection(ground.public)
    whole = whole.intersection(ground.public).intersection(ground.boundary).difference(plazas)
    own = _own_parts(streets, shapes, whole)
    surfaces = [
        Surface("path" if street.road_class == "path" else "carriageway", part)
        for street, part in zip(streets, own, strict=True)
    ]
    surfaces += [Surface("square", plaza) for plaza in polygons(plazas)]
    rails = ground.railway.buffer(2.8).intersection(ground.boundary).difference(whole)
    surfaces += [Surface("rail", part) for part in polygons(rails)]
    return [
        Surface(s.kind, shapely.set_precision(s.shape, GRID))
        for s in surfaces
        if not s.shape.is_empty
    ]


def _own_parts(
    streets: Sequence[Street], shapes: Sequence[BaseGeometry], whole: BaseGeometry
) -> list[BaseGeometry]:
    """Each street's part of the whole: earlier streets keep crossings, later ones get fillets."""
    tree = STRtree(shapes)
    own: list[BaseGeometry] = []
    for i, shape in enumerate(shapes):
        near: list[int] = tree.query(shape).tolist()
        earlier = [shapes[j] for j in near if j < i]
        part = shape.intersection(whole)
        own.append(part.difference(shapely.union_all(earlier)) if earlier else part)
    fillets: dict[int, list[BaseGeometry]] = {}
    for fillet in polygons(whole.difference(shapely.union_all(own))):
        if fillet.area > 0.02:
            near = tree.query(fillet, predicate="intersects").tolist()
            touching = [j for j in near if not own[j].is_empty]
            fillets.setdefault(max(touching, default=0), []).append(fillet)
    for i, corners in fillets.items():
        own[i] = shapely.union_all([own[i], *corners])
    return own
