"""``subset=E(70000:70100),N(211000:211100)``: a part of a coverage by its axes (OGC 19-087)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from pyproj import Transformer

from geoloket import crs
from geoloket.crs import Crs
from geoloket.errors import InvalidParameter
from geoloket.query import Box

_NUMBER: Final = r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})"
_AXIS: Final = re.compile(rf"\s*([A-Za-z]{{1,12}})\((\*|{_NUMBER}):(\*|{_NUMBER})\)\s*")
_DEGREES: Final = {"lon": 0, "long": 0, "longitude": 0, "lat": 1, "latitude": 1}
_METRES: Final = {"e": 0, "x": 0, "easting": 0, "n": 1, "y": 1, "northing": 1}
"""Names of axes, and whether they go across or up."""
_HOW: Final = (
    "subset: intervals of axes, as E(70000:70100),N(211000:211100) or Lon(3.2:3.3),Lat(51.2:51.3)"
)


def box(given: Mapping[str, str], whole: Box, native: Crs) -> tuple[Crs, Box]:
    """The box, and its system: ``subset-crs``, else CRS84 for degrees and that of storage.

    ``whole`` is what an axis that is not named, or a ``*``, stands for. Raises InvalidParameter.
    """
    sides = _sides(given["subset"])
    degrees = all(name in _DEGREES for name in sides)
    if not degrees and not all(name in _METRES for name in sides):
        raise InvalidParameter(f"{_HOW}; for a moment use datetime or year", parameter="subset")
    usual = crs.SUPPORTED[crs.CRS84] if degrees else native
    system = crs.parse(given["subset-crs"], "subset-crs") if "subset-crs" in given else usual
    if degrees != (system.srid == 4326):
        raise InvalidParameter(
            f"subset: {system.uri} has no such axes; E and N are metres, Lon and Lat are degrees",
            parameter="subset",
        )
    found = list(_turned(whole, native, system))
    for name, (low, high) in sides.items():
        across = (_DEGREES if degrees else _METRES)[name]
        if across in {(_DEGREES | _METRES)[other] for other in sides if other != name}:
            raise InvalidParameter("subset: an axis is named twice", parameter="subset")
        found[across] = found[across] if math.isinf(low) else low
        found[across + 2] = found[across + 2] if math.isinf(high) else high
    west, south, east, north = found
    if not (west < east and south < north):
        raise InvalidParameter("subset: low must be below high", parameter="subset")
    return system, (west, south, east, north)


def _sides(text: str) -> dict[str, tuple[float, float]]:
    """Lows and highs by name of the axis, in lower case; ``*`` is as far as there is."""
    sides: dict[str, tuple[float, float]] = {}
    for part in text.split(","):
        found = _AXIS.fullmatch(part)
        if found is None:
            raise InvalidParameter(_HOW, parameter="subset")
        name, low, high = found[1].lower(), found[2], found[3]
        if name in sides:
            raise InvalidParameter("subset: an axis is named twice", parameter="subset")
        sides[name] = (
            -math.inf if low == "*" else float(low),
            math.inf if high == "*" else float(high),
        )
    return sides


def _turned(whole: Box, native: Crs, system: Crs) -> Box:
    if native.srid == system.srid:
        return whole
    moved = Transformer.from_crs(native.srid, system.srid, always_xy=True).transform_bounds(*whole)
    return (moved[0], moved[1], moved[2], moved[3])
