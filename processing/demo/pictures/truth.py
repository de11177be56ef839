"""What a panorama truly shows: houses, parcels, faces and plates, from the rays themselves."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely import LineString

from processing.demo.axis import XY, between
from processing.demo.pictures import vehicles
from processing.demo.pictures.arrays import F64
from processing.demo.pictures.figures import FACE, PERSON
from processing.demo.pictures.panorama import Pose, Shot, Stage
from processing.demo.pictures.rays import position
from processing.demo.pictures.scene import EYE, Scene
from processing.demo.plan import ORIGIN

_TO_DEGREES = Transformer.from_crs(31370, 4326, always_xy=True)
_EARTH = Geod(ellps="WGS84")
_LEAST_COLUMNS = 3
_LEAST_FACE = 5.0
_FRONTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SeenHouse:
    """A building: the share of its width that nothing built hides, in which columns, how far."""

    building: str | None
    parcel: str
    fraction: float
    first_column: int
    last_column: int
    bearing_deg: float
    distance_m: float
    since: str | None


@dataclass(frozen=True, slots=True)
class SeenParcel:
    """A parcel: the share of its street front in sight, the bearing and distance to its middle."""

    parcel: str
    fraction: float
    bearing_deg: float
    distance_m: float


def place(at: XY) -> tuple[float, float]:
    """Plan metres as degrees: longitude, latitude."""
    lon, lat = _degrees(at)
    return round(lon, 7), round(lat, 7)


def true_bearing(at: XY, radians: float) -> float:
    """Degrees clockwise from true north for a direction on the plan, whose north is the grid's."""
    ahead = at[0] + 50 * math.sin(radians), at[1] + 50 * math.cos(radians)
    bearing, _, _ = _EARTH.inv(*_degrees(at), *_degrees(ahead))
    return round(float(bearing) % 360, 2)


def _degrees(at: XY) -> tuple[float, float]:
    lon, lat = _TO_DEGREES.transform(at[0] + ORIGIN[0], at[1] + ORIGIN[1])
    return float(lon), float(lat)


def told(stage: Stage, pose: Pose, shot: Shot) -> dict[str, object]:
    """Everything true about one panorama, for its row in truth.json."""
    lon, lat = place(pose.at)
    return {
        "lon": lon, "lat": lat,
        "x": round(pose.at[0] + ORIGIN[0], 3), "y": round(pose.at[1] + ORIGIN[1], 3),
        "heading_deg": true_bearing(pose.at, pose.heading),
        "faces": [asdict(b) for b in faces(stage, pose, shot)],
        "plates": [asdict(b) for b in plates(stage, pose, shot)],
        "buildings": [asdict(h) for h in houses(stage.scene, pose, shot)],
        "parcels": [asdict(p) for p in parcels(stage, pose)],
    }  # fmt: skip


def houses(scene: Scene, pose: Pose, shot: Shot) -> Iterator[SeenHouse]:
    """The buildings that rays reached, apart from trees, cars and people before them."""
    width = shot.bodies.shape[1]
    rows, columns = np.nonzero(shot.bodies >= 0)
    table = np.zeros((len(scene.bodies), width), dtype=np.bool_)
    table[shot.bodies[rows, columns], columns] = True
    eye = np.array([*pose.at, EYE])
    for i in np.flatnonzero(table.sum(axis=1) >= _LEAST_COLUMNS).tolist():
        house = scene.bodies[i].house
        ring = np.array(house.polygon.exterior.coords)
        at = position(eye, pose.heading, width, np.column_stack([ring, np.zeros(len(ring))]))[:, 0]
        offset = (at - at[0] + width / 2) % width - width / 2
        whole = max(float(offset.max() - offset.min()), 1.0)
        begin = at[0] + offset.min()
        seen = np.flatnonzero(table[i])
        along = np.sort((seen - begin + width / 2) % width - width / 2 + begin)
        middle = float(along[len(along) // 2])
        bearing = pose.heading + ((middle + 0.5) / width - 0.5) * 2 * math.pi
        yield SeenHouse(
            house.building, scene.fabric.keys[house.plot].slash,
            round(min(1.0, len(seen) / whole), 3),
            int(along[0]) % width, int(along[-1]) % width, true_bearing(pose.at, bearing),
            round(house.polygon.distance(shapely.Point(pose.at)), 2),
            house.since.isoformat() if house.since else None,
        )  # fmt: skip


def parcels(stage: Stage, pose: Pose) -> Iterator[SeenParcel]:
    """Sight lines over the ground to the street front of each lot near by."""
    for key, a, b in stage.fronts:
        middle = between(a, b, 0.5)
        away = math.dist(middle, pose.at)
        if away > _FRONTS_WITHIN:
            continue
        points = [between(a, b, (k + 0.5) / 9) for k in range(9)]
        lines = [
            LineString([pose.at, between(pose.at, p, max(0.0, 1 - 0.5 / math.dist(pose.at, p)))])
            for p in points
        ]
        hidden = set(stage.outlines.query(lines, predicate="intersects")[0].tolist())
        if len(hidden) < len(points):
            bearing = math.atan2(middle[0] - pose.at[0], middle[1] - pose.at[1])
            yield SeenParcel(key, round(1 - len(hidden) / len(points), 3),
                             true_bearing(pose.at, bearing), round(away, 2))  # fmt: skip


def faces(stage: Stage, pose: Pose, shot: Shot) -> Iterator[Box]:
    """Faces that look this way and that nothing hides."""
    left, low, wide, high = FACE
    for walker in stage.faces_shown(pose):
        away = math.dist(walker.at, pose.at)
        towards = math.atan2(walker.at[0] - pose.at[0], walker.at[1] - pose.at[1])
        aside = np.array([math.cos(towards), -math.sin(towards)])
        corners = np.array([
            [*(np.array(walker.at) + aside * (x - PERSON[0] / 2)), z]
            for x, z in ((left, low), (left + wide, low), (left + wide, low + high),
                         (left, low + high))
        ])  # fmt: skip
        yield from _boxed(pose, shot, corners, away)


def plates(stage: Stage, pose: Pose, shot: Shot) -> Iterator[Box]:
    """Number plates that are turned this way and that nothing hides."""
    for car in stage.traffic.cars:
        for corners, facing in vehicles.plates(car):
            middle = corners.mean(axis=0)
            towards = np.array([pose.at[0] - middle[0], pose.at[1] - middle[1], 0.0])
            away = float(np.hypot(towards[0], towards[1]))
            if 0.8 < away < 40 and float(facing @ towards) / away > 0.25:
                yield from _boxed(pose, shot, corners, away)


def _boxed(pose: Pose, shot: Shot, corners: F64, away: float) -> Iterator[Box]:
    height, width = shot.front.shape
    eye = np.array([*pose.at, EYE])
    found = position(eye, pose.heading, width, corners)
    columns = (found[:, 0] - found[0, 0] + width / 2) % width - width / 2 + found[0, 0]
    x, y = float(columns.min()), float(found[:, 1].min())
    wide, high = float(columns.max()) - x, float(found[:, 1].max()) - y
    row, column = int(y + high / 2), int(x + wide / 2) % width
    if min(2 * high, wide) < _LEAST_FACE or not 0 <= row < height:
        return
    if abs(float(shot.front[row, column]) - away) < 0.35 + 0.02 * away:
        yield Box(round(x % width, 1), round(y, 1), round(wide, 1), round(high, 1))
