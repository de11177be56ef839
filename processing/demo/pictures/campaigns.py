"""The campaigns: on which day each year was driven and flown, under which sun, in which season."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np

from processing.demo.pictures.arrays import F64

type Season = Literal["winter", "spring", "summer", "autumn"]

YEARS = 5
_LATITUDE, _LONGITUDE = 51.21, 3.22

_DRIVEN: tuple[tuple[Season, int, int, float, float], ...] = (
    ("spring", 4, 22, 13.6, 0.35),
    ("summer", 8, 17, 9.4, 0.2),
    ("autumn", 10, 18, 11.2, 0.5),
    ("winter", 2, 20, 12.4, 0.62),
    ("summer", 6, 12, 14.4, 0.42),
)
"""Season, month, day, hour (UTC) and share of clouds; one row per campaign, the oldest first."""

_FLOWN: tuple[tuple[Season, int, int, float], ...] = (
    ("winter", 3, 14, 11.4), ("winter", 3, 3, 12.2), ("winter", 3, 20, 11.0),
    ("summer", 7, 9, 10.2), ("winter", 3, 11, 12.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sun:
    """Where the sun stands: azimuth clockwise from north and elevation, in radians."""

    azimuth: float
    elevation: float

    @property
    def direction(self) -> F64:
        """The unit vector towards the sun: east, north, up."""
        flat = math.cos(self.elevation)
        east, north = math.sin(self.azimuth) * flat, math.cos(self.azimuth) * flat
        return np.array([east, north, math.sin(self.elevation)])


@dataclass(frozen=True, slots=True)
class Campaign:
    """One year's pictures of one kind: when, in which season, how clouded the sky was."""

    year: int
    season: Season
    at: datetime
    clouds: float = 0.0

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def sun(self) -> Sun:
        return sun_at(self.at)

    @property
    def bare(self) -> bool:
        """Whether trees stand without leaves."""
        return self.season == "winter"


def driven(today: date) -> list[Campaign]:
    """The street campaigns of the last five full years."""
    return [
        Campaign(year, season, _moment(year, month, day, hour), clouds)
        for year, (season, month, day, hour, clouds) in zip(_years(today), _DRIVEN, strict=True)
    ]


def flown(today: date) -> list[Campaign]:
    """The flights of the same years, most of them in winter, as the region does."""
    return [
        Campaign(year, season, _moment(year, month, day, hour))
        for year, (season, month, day, hour) in zip(_years(today), _FLOWN, strict=True)
    ]


def sun_at(moment: datetime) -> Sun:
    """Where the sun stands over the town, to about half a degree."""
    day = moment.timetuple().tm_yday
    turn = 2 * math.pi * (day - 81) / 365
    declination = math.radians(23.45) * math.sin(turn)
    equation = 9.87 * math.sin(2 * turn) - 7.53 * math.cos(turn) - 1.5 * math.sin(turn)
    solar = moment.hour + moment.minute / 60 + _LONGITUDE / 15 + equation / 60
    angle, latitude = math.radians(15 * (solar - 12)), math.radians(_LATITUDE)
    elevation = math.asin(
        math.sin(latitude) * math.sin(declination)
        + math.cos(latitude) * math.cos(declination) * math.cos(angle)
    )
    azimuth = math.atan2(
        -math.sin(angle),
        math.tan(declination) * math.cos(latitude) - math.sin(latitude) * math.cos(angle),
    )
    return Sun(azimuth % (2 * math.pi), elevation)


def _years(today: date) -> range:
    return range(today.year - YEARS, today.year)


def _moment(year: int, month: int, day: int, hour: float) -> datetime:
    return datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour)
