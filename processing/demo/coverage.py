"""A block as an exact mosaic: pieces on the centimetre grid, neighbours sharing their edges."""

from collections.abc import Sequence

import shapely
from shapely import Polygon, STRtree

from processing.demo.blocks import GRID, polygons


def mosaic(block: Polygon, pieces: Sequence[Polygon]) -> list[Polygon | None]:
    """The block cut along all pieces: each piece as it ends, or None where nothing is left.

    All outlines are noded on the grid together and made into faces; a face that belongs to no piece
    goes to the neighbour with the longest common edge. No gap, no overlap, no sliver remains.
    """
    lines = shapely.union_all([block.boundary, *(p.boundary for p in pieces)], grid_size=GRID)
    faces = [f for f in polygons(shapely.polygonize(list(shapely.get_parts(lines)))) if f.area > 0]
    inside = shapely.contains_properly(block.buffer(0.02), shapely.point_on_surface(faces))
    faces = [f for f, keep in zip(faces, inside, strict=True) if keep]
    owners = _owners(faces, pieces)
    _adopt(faces, owners)
    return _joined(faces, owners, len(pieces))


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
