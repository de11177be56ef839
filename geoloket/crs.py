"""Coordinate reference systems: EPSG numbers, OGC URIs, axis order, and the Lambert guard.

Storage and SQL always work in x, y (easting, northing; longitude, latitude). Only the edge of the
house swaps axes, for the systems whose authority puts northing or latitude first (EPSG:4326).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geoloket.errors import InvalidParameter

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84, longitude first: the default of OGC API Features (OGC 17-069r4 §7.2)."""


@dataclass(frozen=True, slots=True)
class Crs:
    """A system in which we answer. ``swapped``: the authority names northing or latitude first."""

    uri: str
    srid: int
    swapped: bool = False


_SUPPORTED: Final = (
    Crs(CRS84, 4326),
    Crs("http://www.opengis.net/def/crs/EPSG/0/4326", 4326, swapped=True),
    Crs("http://www.opengis.net/def/crs/EPSG/0/3857", 3857),
    Crs("http://www.opengis.net/def/crs/EPSG/0/31370", 31370),
    Crs("http://www.opengis.net/def/crs/EPSG/0/3812", 3812),
)
SUPPORTED: Final = {crs.uri: crs for crs in _SUPPORTED}

# Forms that clients also send; the value is the canonical URI.
_ALIASES: Final = {
    "CRS84": CRS84,
    "OGC:CRS84": CRS84,
    "urn:ogc:def:crs:OGC:1.3:CRS84": CRS84,
} | {
    form: crs.uri
    for crs in _SUPPORTED
    if "/EPSG/" in crs.uri
    for form in (f"EPSG:{crs.srid}", f"urn:ogc:def:crs:EPSG::{crs.srid}")
}


def parse(value: str, parameter: str = "crs") -> Crs:
    """The system named by a URI, URN, safe CURIE ``[EPSG:31370]`` or ``EPSG:31370``.

    Raises InvalidParameter for one that is not served (OGC 18-058r1 §6.2.2).
    """
    name = value.strip().removeprefix("[").removesuffix("]")
    crs = SUPPORTED.get(_ALIASES.get(name, name))
    if crs is None:
        raise InvalidParameter(
            f"{parameter}: {value[:200]!r} is not served; use one of {', '.join(SUPPORTED)}",
            parameter=parameter,
        )
    return crs


def of_srid(srid: int) -> Crs:
    """The system of an EPSG number with its own axis order; raises KeyError when it is not ours."""
    return SUPPORTED[f"http://www.opengis.net/def/crs/EPSG/0/{srid}"]


# The Lambert 2008 axes were shifted by about 500 km from those of Lambert 72, so that a pair of
# coordinates tells which of the two it is (EPSG:3812 remarks).
_LAMBERT_72_MAX_X: Final = 300_000
_LAMBERT_2008_MIN_X: Final = 490_000
_LAMBERT_2008_MAX_X: Final = 820_000


def guess_srid(x: float, y: float) -> int | None:
    """EPSG number that a Belgian coordinate pair (x, y) must be in, or None when it fits none.

    >>> guess_srid(70_104, 211_763), guess_srid(573_857, 711_625), guess_srid(3.2, 51.2)
    (31370, 3812, 4326)
    """
    if 2.3 <= x <= 6.5 and 49.4 <= y <= 51.6:
        return 4326
    if 10_000 <= x < _LAMBERT_72_MAX_X and 15_000 <= y <= 250_000:
        return 31370
    if _LAMBERT_2008_MIN_X < x < _LAMBERT_2008_MAX_X and 515_000 <= y <= 750_000:
        return 3812
    return None
