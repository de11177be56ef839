"""Who and what a campaign met: parked cars, people on the pavement; and where it drove."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from shapely import Point
from shapely.geometry.base import BaseGeometry

from processing.demo.axis import XY, moved
from processing.demo.chance import stream
from processing.demo.pictures import vehicles
from processing.demo.pictures.campaigns import Season
from processing.demo.pictures.figures import PERSON, person
from processing.demo.pictures.rays import Card
from processing.demo.pictures.textures import generator
from processing.demo.pictures.vehicles import Car
from processing.demo.streets import Street


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody on the pavement: which figure, and the way they walk (radians)."""

    at: XY
    heading: float
    kind: int

    def card(self, eye: XY, season: Season) -> tuple[Card, bool]:
        """The figure as seen from an eye, and whether its face is."""
        towards = math.atan2(eye[0] - self.at[0], eye[1] - self.at[1])
        away = math.cos(towards - self.heading) < 0.05
        texture = person(self.kind, season, away=away)
        return Card(self.at, *PERSON, texture), not away


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one campaign met: parked cars and people."""

    cars: list[Car]
    walkers: list[Walker]


def parked(seed: int, year: int, street: Street, crossing: BaseGeometry) -> Iterator[Car]:
    chance = stream(seed, f"cars {year} {street.name}")
    plates = generator("plates", seed, year, street.name)
    side = parking_side(street)
    likely = 0.5 if street.fronts == "high_street" else 0.22
    at = 12.0
    while at < street.axis.length - 8:
        spot = beside(street, at, side * (street.paved_width / 2 - 1.0))
        number, paint = vehicles.number_plate(plates), int(plates.integers(vehicles.paints()))
        if chance.random() < likely and not crossing.intersects(Point(spot).buffer(2)):
            hx, hy = street.axis.heading(at)
            turn = math.pi if chance.random() < 0.2 else 0.0
            yield Car(spot, math.atan2(hx, hy) + turn + chance.gauss(0, 0.02), number, paint)
        at += chance.uniform(5.6, 8.5)


def walking(seed: int, year: int, street: Street) -> Iterator[Walker]:
    chance = stream(seed, f"people {year} {street.name}")
    step = 9.0 if street.fronts == "high_street" else 32.0
    at = 8.0
    while at < street.axis.length - 4:
        side = chance.choice((-1, 1))
        wide = (street.public_width - street.paved_width) / 2
        off = street.paved_width / 2 + chance.uniform(0.35, 0.8) * wide
        hx, hy = street.axis.heading(at)
        turn = chance.choice((0.0, math.pi))
        yield Walker(beside(street, at, side * off), math.atan2(hx, hy) + turn,
                     chance.randrange(40))  # fmt: skip
        if chance.random() < 0.25:
            yield Walker(beside(street, at + 0.5, side * off + 0.5), math.atan2(hx, hy) + turn,
                         chance.randrange(40))  # fmt: skip
        at += step * chance.uniform(0.4, 1.7)


def parking_side(street: Street) -> int:
    return 1 if len(street.name) % 2 else -1


def lane(street: Street, distance: float) -> XY:
    """Where the camera drives: a little away from the parked cars."""
    return beside(street, distance, -parking_side(street) * 0.85)


def beside(street: Street, distance: float, left: float) -> XY:
    return moved(street.axis.at(distance), street.axis.normal(distance), left)
