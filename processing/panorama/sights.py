"""Which picture sees which front: lines of sight over the map, for many pictures at once.

All is flat: a hedge, a lorry or a hill hides nothing. A front is a wall of a building on a parcel,
or a side of a parcel on which nothing stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

SHORTEST_M: Final = 2.0
"""A shorter piece of wall is no front."""
GRAZING_DEG: Final = 15.0
"""A front that is seen under a smaller angle is not seen."""
LEAST_FRACTION: Final = 0.2
SAMPLES: Final = 9
"""Lines of sight to one front."""
_OFF_M: Final = 0.05
"""How far before a wall a line of sight ends."""


@dataclass(frozen=True, slots=True)
class Fronts:
    """Walls by columns: begin and end, the outside on the left of the way along them."""

    parcel: NDArray[np.object_]
    number: Numbers
    building: Numbers
    """Place in the list of buildings; -1: a side of a parcel on which nothing stands."""
    ends: Floats
    """(n, 2, 2)."""

    @property
    def length(self) -> Floats:
        return np.hypot(*(self.ends[:, 1] - self.ends[:, 0]).T)

    @property
    def outward(self) -> Floats:
        """Unit vectors of where they look."""
        along = self.ends[:, 1] - self.ends[:, 0]
        return np.stack([-along[:, 1], along[:, 0]], axis=1) / self.length[:, None]


@dataclass(frozen=True, slots=True)
class Sights:
    """What is seen, by columns; directions are on the grid of the map."""

    picture: Numbers
    front: Numbers
    """Place in the Fronts."""
    bearing_deg: Floats
    distance_m: Floats
    fraction: Floats
    angle_deg: Floats
    score: Floats


def sights(
    places: Floats,
    fronts: Fronts,
    buildings: NDArray[np.object_],
    reach_m: float = 40.0,
    least_deg: float = GRAZING_DEG,
) -> Sights:
    """What is seen from places (n, 2), not farther than ``reach_m`` and past no building.

    A front that is seen under less than ``least_deg`` is left out.
    """
    lines = np.asarray(shapely.linestrings(fronts.ends), object)
    picture, front = shapely.STRtree(lines).query(
        shapely.points(places), predicate="dwithin", distance=reach_m
    )
    middle = fronts.ends.mean(axis=1)[front]
    away = places[picture] - middle
    facing = (away * fronts.outward[front]).sum(axis=1) / np.maximum(np.hypot(*away.T), 1e-9)
    seen = facing > np.sin(np.radians(least_deg))
    picture, front = picture[seen], front[seen]
    clear = _clear(places[picture], fronts.ends[front], fronts.outward[front], buildings)
    fraction = clear.mean(axis=1)
    seen = fraction >= LEAST_FRACTION
    return _measured(places, fronts, picture[seen], front[seen], clear[seen])


def _samples(ends: Floats) -> Floats:
    """Points along walls: (n, SAMPLES, 2)."""
    along = ((np.arange(SAMPLES) + 0.5) / SAMPLES)[None, :, None]
    return ends[:, None, 0] * (1 - along) + ends[:, None, 1] * along


def _clear(
    places: Floats, ends: Floats, outward: Floats, buildings: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Whether nothing stands in each line of sight."""
    goals = _samples(ends) + outward[:, None] * _OFF_M
    begins = np.broadcast_to(places[:, None], goals.shape)
    ends_of = np.stack([begins, goals], axis=2).reshape(-1, 2, 2)
    lines = np.asarray(shapely.linestrings(ends_of), object)
    hidden = np.zeros(len(lines), bool)
    if len(buildings) and len(lines):
        blocked, _ = shapely.STRtree(buildings).query(lines, predicate="intersects")
        hidden[blocked] = True
    return ~hidden.reshape(goals.shape[:2])


def _measured(
    places: Floats, fronts: Fronts, picture: Numbers, front: Numbers, clear: NDArray[np.bool_]
) -> Sights:
    """Bearing and distance to the middle of what is seen of each front, and how well it is."""
    points = _samples(fronts.ends[front])
    weight = clear / np.maximum(clear.sum(axis=1, keepdims=True), 1)
    to = (points * weight[:, :, None]).sum(axis=1) - places[picture]
    distance = np.maximum(np.hypot(*to.T), 0.01)
    facing = -(to * fronts.outward[front]).sum(axis=1) / distance
    fraction = clear.mean(axis=1)
    # How wide the picture shows the front: what a person calls seeing it well.
    wide = fronts.length[front] * fraction * np.maximum(facing, 0) / np.maximum(distance, 4)
    return Sights(
        picture,
        front,
        np.degrees(np.arctan2(to[:, 0], to[:, 1])) % 360,
        distance,
        fraction,
        np.degrees(np.arcsin(np.clip(facing, 0, 1))),
        wide,
    )
