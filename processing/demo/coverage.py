"""A block as an exact mosaic: pieces on the centimetre grid, neighbours sharing their edges."""

import math
from collections.abc import Sequence

import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY, moved, tightest_box, unit
from processing.demo.blocks import GRID, polygons


def settle(block: Polygon, pieces: Sequence[Polygon]) -> tuple[list[Polygon | None], list[Polygon]]:
    """The pieces on the grid (None where nothing is left), and the ground between them, exactly."""
    faces = _faces(block, pieces)
    owners = _owners(faces, pieces)
    free = [face for face, owner in zip(faces, owners, strict=True) if owner < 0]
    rest = polygons(shapely.union_all(free, grid_size=GRID)) if free else []
    return _joined(faces, owners, len(pieces)), rest


def mosaic(
    block: Polygon, pieces: Sequence[Polygon], cuts: Sequence[BaseGeometry] = ()
) -> list[Polygon | None]:
    """The block cut along all pieces: each piece as it ends, or None where nothing is left.

    All outlines are noded on the grid together and made into faces; a face that belongs to no piece
    goes to the neighbour with the longest common edge. No gap, no overlap, no sliver remains.
    `cuts` are lines that part such faces beforehand.
    """
    faces = _faces(block, pieces, cuts)
    owners = _owners(faces, pieces)
    _adopt(faces, owners)
    return _joined(faces, owners, len(pieces))


def _faces(
    block: Polygon, pieces: Sequence[Polygon], cuts: Sequence[BaseGeometry] = ()
) -> list[Polygon]:
    outlines = [block.boundary, *(p.boundary for p in pieces), *cuts]
    lines = shapely.union_all(outlines, grid_size=GRID)
    faces = polygons(shapely.polygonize(list(shapely.get_parts(lines))))
    inside = shapely.contains_properly(block.buffer(0.02), shapely.point_on_surface(faces))
    return [face for face, keep in zip(faces, inside, strict=True) if keep and face.area > 0]


def crosscuts(tongue: Polygon) -> list[BaseGeometry]:
    """Cuts across a long narrow leftover where its neighbours meet, so that each gets its share."""
    a, b, c = tightest_box(tongue)
    begin, end = (a, b) if math.dist(a, b) > math.dist(b, c) else (b, c)
    along = unit((end[0] - begin[0], end[1] - begin[1]))
    across: XY = (-along[1], along[0])
    cuts: list[BaseGeometry] = []
    last = 0.0
    places = sorted(
        ((x - begin[0]) * along[0] + (y - begin[1]) * along[1], (x, y))
        for x, y in tongue.exterior.coords
    )
    for distance, point in places:
        if distance - last > 2.5 and math.dist(begin, end) - distance > 2.5:
            line = LineString([moved(point, across, -40), moved(point, across, 40)])
            cuts.append(line.intersection(tongue))
            last = distance
    return cuts


def _owners(faces: Sequence[Polygon], pieces: Sequence[Polygon]) -> list[int]:
    """The piece of each face; only the largest connected part of a piece counts."""
    owners = [-1] * len(faces)
    points = shapely.point_on_surface(faces)
    for face, piece in zip(*STRtree(pieces).query(points, predicate="within"), strict=True):
        owners[face] = int(piece)
    return owners


def _adopt(faces: Sequence[Polygon], owners: list[int]) -> None:
    """Gives every face without an owner to the owner with which it shares most edge."""
    tree = STRtree(faces)
    waiting = [i for i, owner in enumerate(owners) if owner < 0]
    while waiting:
        left: list[int] = []
        for i in waiting:
            shared: dict[int, float] = {}
            neighbours: list[int] = tree.query(faces[i], predicate="touches").tolist()
            for j in neighbours:
                if owners[j] >= 0:
                    edge = faces[i].boundary.intersection(faces[j].boundary).length
                    shared[owners[j]] = shared.get(owners[j], 0) + edge
            best = max(shared, key=lambda k: shared[k], default=-1)
            if best >= 0 and shared[best] > 0:
                owners[i] = best
            else:
                left.append(i)
        if len(left) == len(waiting):
            return
        waiting = left


def _joined(faces: Sequence[Polygon], owners: Sequence[int], count: int) -> list[Polygon | None]:
    groups: list[list[Polygon]] = [[] for _ in range(count)]
    for face, owner in zip(faces, owners, strict=True):
        if owner >= 0:
            groups[owner].append(face)
    return [_largest(group) for group in groups]


def _largest(group: Sequence[Polygon]) -> Polygon | None:
    if not group:
        return None
    whole = group[0] if len(group) == 1 else shapely.union_all(group, grid_size=GRID)
    return max(polygons(whole), key=lambda p: p.area, default=None)
