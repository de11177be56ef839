"""A parcel through the years: of each its street picture, and whether it has an aerial photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import Principal
from geoloket.hall import Hall
from geoloket.imagery import Capture, Panorama, pyramid
from web import words
from web.imagery.asked import Asked
from web.imagery.cutout import UP, Cutout, Points, cutout
from web.sentences import Sentences

_MOST_YEARS: Final = 60
"""A list from the first to the last year that is longer leaves out the empty ones."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a year, as pages and scripts show it."""

    picture: Panorama
    bearing: float
    """To turn to, to face the parcel, clockwise from true north."""
    outline: Points
    """Corners of the parcel as (yaw, pitch) in the picture."""
    capture: Capture | None = None
    """How well it shows the parcel; None for another picture than the best of its campaign."""

    @property
    def year(self) -> int:
        """The year by which it is chosen."""
        return self.picture.year or 0

    def cut(self, bearing: float | None = None, pitch: float = UP) -> Cutout:
        """The part of it that looks there, else to the parcel."""
        to = self.bearing if bearing is None else bearing
        yaw = (to - (self.picture.heading_deg or 0) + 180) % 360 - 180
        return cutout(yaw, pitch, self.outline)

    def taken(self, say: Sentences) -> str:
        """The day it was taken, or the year."""
        at = self.picture.captured_at
        return words.day(at, say.language) if at else str(self.year)

    def alternative(self, place: str, say: Sentences) -> str:
        """What it is, in words, for who does not see it."""
        return say("imagery.alt", place=place, date=self.taken(say))

    def document(self, place: str, say: Sentences) -> dict[str, Any]:
        """As the viewer of the workspace takes it."""
        at = f"/beeld/{self.picture.id}"
        return {
            "id": self.picture.id,
            "year": self.year,
            "date": self.taken(say),
            "alt": self.alternative(place, say),
            "lon": self.picture.lon,
            "lat": self.picture.lat,
            "heading": self.picture.heading_deg or 0,
            "bearing": round(self.bearing, 2),
            "outline": [list(corner) for corner in self.outline],
            "flat": f"{at}/voorbeeld.jpg",
            "tiles": f"{at}/tegel",
            "levels": [
                {"width": level.width, "cols": level.cols, "rows": level.rows}
                for level in pyramid(self.picture.width or 0)
            ],
        }


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the series; one without anything is shown as missing."""

    year: int
    shot: Shot | None
    photo: date | None


@dataclass(frozen=True, slots=True)
class Series:
    """What there is of a parcel."""

    shots: dict[int, Shot]
    photos: dict[int, date | None]

    @property
    def years(self) -> list[Year]:
        """Each year from the first to the last."""
        known = sorted(self.shots.keys() | self.photos.keys())
        if known and known[-1] - known[0] < _MOST_YEARS:
            known = list(range(known[0], known[-1] + 1))
        return [Year(year, self.shots.get(year), self.photos.get(year)) for year in known]

    def chosen(self, asked: Asked) -> tuple[Shot | None, Shot | None]:
        """The two to be shown: those of the years asked, else the first and the last."""
        known = sorted(self.shots)
        if not known:
            return None, None
        first = self.shots.get(asked.a or known[0])
        last = self.shots.get(asked.b or known[-1])
        return first, last


async def series(hall: Hall, who: Principal, parcel: str) -> Series:
    """All of it, as this person may see it."""
    captures = await hall.imagery.captures(who, parcel)
    shots: dict[int, Shot] = {}
    for capture in captures:
        picture = await hall.imagery.panorama(who, capture.panorama)
        if picture is None or picture.derived_key is None:
            continue  # nothing is made of it yet
        outline = await hall.imagery.outline(who, parcel, capture.panorama)
        shots[capture.year] = Shot(picture, capture.bearing_deg, outline, capture)
    rows = await _photos(hall, who, parcel)
    return Series(shots, {row["year"]: row["flown_on"] for row in rows})


async def shot(hall: Hall, who: Principal, parcel: str, name: str, bearing: float) -> Shot | None:
    """Another picture with the parcel in it; None when it is not there for this person.

    ``bearing`` is where it looks when no corner of the parcel tells more.
    """
    picture = await hall.imagery.panorama(who, name)
    if picture is None or picture.derived_key is None:
        return None
    outline = await hall.imagery.outline(who, parcel, name)
    return Shot(picture, _facing(outline, picture, bearing), outline)


def _facing(outline: Points, picture: Panorama, otherwise: float) -> float:
    """To the corner that is nearest: the one furthest down."""
    if not outline:
        return otherwise
    low = min(pitch for _, pitch in outline)
    near: Sequence[float] = [yaw for yaw, pitch in outline if pitch <= low * 0.7]
    first = near[0]
    turned = [first + (yaw - first + 180) % 360 - 180 for yaw in near]
    return ((picture.heading_deg or 0) + (min(turned) + max(turned)) / 2) % 360


async def _photos(hall: Hall, who: Principal, parcel: str) -> list[DictRow]:
    if "orthophotos" not in hall.registry:
        return []
    fixed = statements.read("imagery_pages")["photo_years"]
    async with hall.database.session(who) as connection:
        return await (await connection.execute(fixed, {"id": parcel})).fetchall()
