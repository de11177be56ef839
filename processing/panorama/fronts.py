"""The fronts of parcels: walls of what stands on them, else their own sides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray

from processing.panorama.sights import SHORTEST_M, Fronts

Geometries = NDArray[np.object_]

_BEND_M = 0.3
_SMALLEST_M2 = 4.0
"""Less of a building on a parcel is a neighbour's wall that is drawn a little off."""


def straightened(areas: Any) -> Any:
    """Areas without small bends, so that a wall is one piece.

    Lines of sight must be held against these as well: a straightened wall may lie within the real
    one, which would hide it.
    """
    return shapely.simplify(areas, _BEND_M)


def fronts(parcels: Geometries, names: list[str], buildings: Geometries) -> Fronts:
    """All of them, numbered per parcel; pieces of straightened wall of at least two metres."""
    tree = shapely.STRtree(buildings)
    on, under = tree.query(parcels, predicate="intersects")
    held: dict[int, list[int]] = {}
    for parcel, building in zip(on.tolist(), under.tolist(), strict=True):
        shared: Any = shapely.intersection(parcels[parcel], buildings[building])
        if shared.area >= _SMALLEST_M2:
            held.setdefault(parcel, []).append(building)
    rows: list[tuple[str, int, int, Any]] = []
    for place, name in enumerate(names):
        sides = _sides(parcels[place], buildings, held.get(place, []))
        rows += [(name, number, *side) for number, side in enumerate(sides)]
    return Fronts(
        np.array([row[0] for row in rows], object),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] for row in rows], np.float64).reshape(-1, 2, 2),
    )


def _sides(parcel: Any, walls: Geometries, on: list[int]) -> Iterator[tuple[int, Any]]:
    """Building (or -1) and both ends of every front of a parcel."""
    if not on:
        yield from ((-1, ends) for ends in _pieces(straightened(parcel)))
        return
    ground = cast("Any", shapely.buffer(parcel, 0.3))
    for building in on:
        for ends in _pieces(walls[building]):
            if shapely.contains_xy(ground, *np.mean(ends, axis=0)):
                yield building, ends


def _pieces(area: object) -> Iterator[Any]:
    """The straight sides of a polygon, with the outside on the left of the way along them."""
    parts = cast("list[Any]", shapely.get_parts(cast("Any", area)))
    for part in parts:
        ring = _clockwise(part)
        for begin, end in pairwise(ring):
            if np.hypot(*(end - begin)) >= SHORTEST_M:
                yield np.array([begin, end])


def _clockwise(part: Any) -> NDArray[np.float64]:
    """Corners of a polygon: those of a normalised one run clockwise."""
    library: Any = shapely
    ring = library.get_exterior_ring(library.normalize(part))
    return np.asarray(library.get_coordinates(ring), np.float64)
