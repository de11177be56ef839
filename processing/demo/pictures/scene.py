"""The town as pictures see it: bodies, trees, hedges, streets to drive; and what a day adds."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from shapely import Polygon

from processing.demo.blocks import polygons
from processing.demo.permits import PermitFile, file_permits
from processing.demo.pictures.arrays import Bools
from processing.demo.pictures.campaigns import Campaign, driven
from processing.demo.pictures.faces import Faces
from processing.demo.pictures.figures import lamp
from processing.demo.pictures.ground import Ground, lay
from processing.demo.pictures.plants import Tree, grown, hedges
from processing.demo.pictures.rays import Card
from processing.demo.pictures.standing import Change, changes, houses
from processing.demo.pictures.textures import Texture
from processing.demo.pictures.traffic import Traffic, Walker, beside, parked, parking_side, walking
from processing.demo.pictures.vehicles import Car
from processing.demo.pictures.volumes import Body, Face, bodies
from processing.demo.scenery import greens
from processing.demo.streets import Street
from processing.demo.town import Fabric, raise_town

EYE: Final = 2.35
"""Metres above the ground at which the camera looks."""


@dataclass(frozen=True, slots=True)
class Track:
    """A stretch of street that is driven, from and to metres along it."""

    street: str
    begin: float
    end: float


TRACKS: Final = (Track("Kerkstraat", 60, 470), Track("Kastanjelaan", 20, 200))
FLIGHT: Final = (-720.0, -90.0, 570.0, 330.0)
"""What the photos from the air show, in plan metres."""
_SEEN_AROUND: Final = 150.0


@dataclass(frozen=True)
class Scene:
    """Everything that does not depend on the hour."""

    seed: int
    fabric: Fabric
    changes: list[Change]
    bodies: list[Body]
    trees: list[Tree]
    ground: Ground

    @cached_property
    def faces(self) -> Faces:
        """All faces of all houses; the owner is the body's place in `bodies`."""
        pairs = [(f, i) for i, body in enumerate(self.bodies) for f in body.faces]
        return Faces.of([f for f, _ in pairs], [i for _, i in pairs])

    def standing(self, day: date) -> Bools:
        """Which faces are there on a day."""
        there = np.array([body.house.stands(day) for body in self.bodies], dtype=np.bool_)
        return there[self.faces.owners]

    def bodies_on(self, day: date) -> list[Body]:
        return [body for body in self.bodies if body.house.stands(day)]

    @cached_property
    def hedges(self) -> Faces:
        found = list(hedges(self.seed, self.fabric, self._around))
        return Faces.of(found, [-1] * len(found))

    def scaffolds(self, day: date) -> list[Face]:
        """Scaffolds before fronts whose works are not completed."""
        return [
            face
            for body in self.bodies_on(day)
            if body.house.since and body.front and _in_works(body, day)
            for face in _scaffold(body)
        ]

    def street(self, name: str) -> Street:
        named = (s for s in self.fabric.streets if s.name == name)
        return next(s for s in named if s.settlement.postcode == "9999")

    @property
    def _around(self) -> Polygon:
        return around(self.fabric)

    def traffic(self, campaign: Campaign, tracks: Sequence[Track] = TRACKS) -> Traffic:
        cars: list[Car] = []
        walkers: list[Walker] = []
        for track in tracks:
            street = self.street(track.street)
            others = [s.axis.line for s in self.fabric.streets if s is not street]
            crossing = shapely.union_all(others).buffer(6.5)
            cars += parked(self.seed, campaign.year, street, crossing)
            walkers += walking(self.seed, campaign.year, street)
        return Traffic(cars, walkers)

    def furniture(self, track: Track) -> list[Card]:
        """Lamps along a street."""
        street = self.street(track.street)
        side, half = -parking_side(street), street.public_width / 2
        post = lamp()
        return [
            Card(beside(street, k, side * (half - 0.45)), 1.0, 6.0, post)
            for k in range(14, int(street.axis.length), 28)
        ]


def build_scene(seed: int, built_for: date, today: date) -> Scene:
    """The scene of a town whose papers were made for one day and are dated to another."""
    fabric = raise_town(seed)
    permits = file_permits(seed, built_for, fabric.plots, fabric.keys, fabric.addresses)
    return scene_of(seed, fabric, permits, today, today - built_for)


def scene_of(
    seed: int, fabric: Fabric, permits: Sequence[PermitFile], today: date, later: timedelta
) -> Scene:
    found = changes(fabric, permits, later)
    first = driven(today)[0].day
    area = around(fabric)
    built = bodies(houses(seed, fabric, found, area, first), fabric.plots)
    pools = [c.plot for c in found if c.kind == "pool"]
    green = greens(seed, fabric.ground, fabric.plots, fabric.streets)
    trees = list(grown(seed, fabric, found, first, area, green))
    return Scene(seed, fabric, found, built, trees, lay(seed, fabric, pools, area, green))


def around(fabric: Fabric) -> Polygon:
    """What is seen: wide strips along the streets that are driven, and what is flown over."""
    wanted = {track.street for track in TRACKS}
    lines = [s.axis.line for s in fabric.streets if s.name in wanted]
    seen = shapely.union_all([line.buffer(_SEEN_AROUND) for line in lines])
    return polygons(seen.union(shapely.box(*FLIGHT)).convex_hull)[0]


def _in_works(body: Body, day: date) -> bool:
    done = body.house.completed
    return done is None or day < done


def _scaffold(body: Body) -> Iterator[Face]:
    """Poles and planks half a metre before the front walls."""
    for face in body.faces:
        out = body.front
        if out and face.wall and face.normal[0] * out[0] + face.normal[1] * out[1] > 0.7:
            shift = face.normal * 0.7
            wide = math.dist(face.corners[0].tolist(), face.corners[1].tolist())
            high = float(face.corners[2, 2])
            if wide > 2 and high > 3:
                yield Face(face.corners + shift, lambda w=wide, h=high: _scaffolding(w, h))


def _scaffolding(width: float, height: float) -> Texture:
    rows, columns = round(height / 0.02), round(width / 0.02)
    image = np.zeros((rows, columns, 4), dtype=np.uint8)
    for x in range(3, columns, 100):
        image[:, x : x + 3] = (150, 152, 150, 255)
    for y in range(rows - 1, 0, -100):
        image[max(y - 5, 0) : y] = (168, 138, 92, 255)
        image[max(y - 55, 0) : max(y - 52, 0)] = (150, 152, 150, 255)
    return Texture(image, 0.02)
