"""From a query string to a picture: strict, one fault at a time (OGC 20-058, 19-087)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pyproj import Transformer

from geoloket import crs
from geoloket.crs import Crs
from geoloket.errors import BadRequest, InvalidParameter
from geoloket.query import Box
from ogc import parameters
from ogc.negotiation import Format
from ogc.rasters import subset

PNG: Final = Format("png", "image/png")
JPEG: Final = Format("jpeg", "image/jpeg", ("image/jpg",))
WEBP: Final = Format("webp", "image/webp")
PICTURES: Final = (WEBP, PNG, JPEG)
"""WebP first: a tenth of a PNG, and it knows transparency."""
GEOTIFF: Final = Format("tiff", "image/tiff; application=geotiff", ("image/tiff",))

SELECTING: Final = ("year", "datetime", "look")
MAP: Final = (
    *("bbox", "bbox-crs", "crs", "width", "height"),
    *("transparent", "bgcolor"),
    *SELECTING,
)
COVERAGE: Final = (
    *("bbox", "bbox-crs", "subset", "subset-crs", "crs"),
    *("width", "height", "scale-factor"),
    *("year", "datetime"),
)

MOST_SIDE: Final = 4096
MOST_PIXELS: Final = 8_000_000
_USUAL: Final = 1024
LOOKS: Final = ("colour", "nir")
_COLOUR: Final = re.compile(r"(?:0x|#)?([0-9a-fA-F]{6})")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which photos: of a year, or of an interval; else the newest of each place."""

    year: int | None = None
    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be made."""

    srid: int
    box: Box
    width: int
    height: int
    kind: str = "webp"
    look: Literal["colour", "nir"] = "colour"
    background: tuple[int, int, int] | None = None
    sparse: bool = False
    """Whether nothing is an answer too, as of a tile."""


def choice(given: Mapping[str, str]) -> Choice:
    """``year`` and ``datetime``. Raises InvalidParameter."""
    year = _whole(given, "year", 1900, 2200)
    begin, end = parameters.interval(given["datetime"]) if "datetime" in given else (None, None)
    return Choice(year, begin, end)


def look(given: Mapping[str, str]) -> Literal["colour", "nir"]:
    """``look``: natural colours, or false ones with near infrared as red."""
    name = given.get("look", LOOKS[0])
    if name not in LOOKS:
        raise InvalidParameter(f"look: one of {', '.join(LOOKS)}", parameter="look")
    return "nir" if name == "nir" else "colour"


def picture(given: Mapping[str, str], chosen: Format, whole: Box, native: Crs) -> Picture:
    """The map that is asked for; ``whole`` is where photos are, in CRS84."""
    system = crs.parse(given["crs"]) if "crs" in given else native
    box = _box(given, whole, system)
    west, south, east, north = box
    width, height = _size(given, (east - west) / (north - south), system)
    background = _background(given)
    return Picture(
        system.srid, box, width, height, chosen.name, look(given), background, sparse=False
    )


def area(given: Mapping[str, str], whole: Box, native: Crs) -> tuple[Crs, Box]:
    """Which part of a coverage is asked for, and in which system."""
    system = crs.parse(given["crs"]) if "crs" in given else native
    if "subset" not in given:
        if "subset-crs" in given:
            raise BadRequest("subset-crs: has no meaning without subset")
        return system, _box(given, whole, system)
    if "bbox" in given:
        raise BadRequest("subset: not together with bbox")
    own, box = subset.box(given, turned(whole, 4326, native.srid), native)
    return system, _placed(box, own.srid, system.srid, "subset")


def scale(given: Mapping[str, str]) -> tuple[float, int | None, int | None]:
    """``scale-factor``, ``width`` and ``height`` of a coverage. Raises InvalidParameter."""
    width = _whole(given, "width", 1, MOST_SIDE)
    height = _whole(given, "height", 1, MOST_SIDE)
    if "scale-factor" not in given:
        return 1.0, width, height
    if width or height:
        raise BadRequest("scale-factor: not together with width or height")
    return _number(given, "scale-factor", 0.001, 1000.0), None, None


def grid(
    given: Mapping[str, str], system: Crs, box: Box, native: Crs, resolution: float
) -> Picture:
    """Its pixels: as large as the photo's own unless it is scaled."""
    factor, wide, high = scale(given)
    step = resolution * factor
    west, south, east, north = _placed(box, system.srid, native.srid, "bbox")
    width = wide or max(1, round((east - west) / step))
    height = high or max(1, round((north - south) / step))
    if width * height > MOST_PIXELS:
        raise InvalidParameter(
            f"bbox: {width} × {height} pixels are too many; ask for at most {MOST_PIXELS} by a "
            "smaller box or a larger scale-factor",
            parameter="bbox",
        )
    return Picture(system.srid, box, width, height)


def turned(box: Box, from_srid: int, to_srid: int) -> Box:
    """A box around a box, in another system."""
    if from_srid == to_srid:
        return box
    moved = Transformer.from_crs(from_srid, to_srid, always_xy=True).transform_bounds(*box)
    return (moved[0], moved[1], moved[2], moved[3])


def _box(given: Mapping[str, str], whole: Box, system: Crs) -> Box:
    """``bbox`` in ``system``; where photos are when it is absent. Raises InvalidParameter."""
    if "bbox" not in given:
        if "bbox-crs" in given:
            raise BadRequest("bbox-crs: has no meaning without bbox")
        return turned(whole, 4326, system.srid)
    own = crs.parse(given["bbox-crs"], "bbox-crs") if "bbox-crs" in given else parameters.crs_of({})
    return _placed(parameters.box(given["bbox"], own), own.srid, system.srid, "bbox")


def _placed(asked: Box, from_srid: int, to_srid: int, parameter: str) -> Box:
    """A box in another system. Raises InvalidParameter when it has no surface there."""
    moved = turned(asked, from_srid, to_srid)
    west, south, east, north = moved
    # What a projection cannot place becomes infinite, or turns inside out.
    if not (east - west > 1e-9 and north - south > 1e-9 and max(map(abs, moved)) < 1e9):
        raise InvalidParameter(
            f"{parameter}: holds no surface that can be drawn", parameter=parameter
        )
    return moved


def _size(given: Mapping[str, str], ratio: float, system: Crs) -> tuple[int, int]:
    """``width`` and ``height``; one that is absent follows from the box (OGC 20-058 §7.5)."""
    ratio = ratio * 0.63 if system.srid == 4326 else ratio  # a degree of longitude, in Flanders
    width = _whole(given, "width", 1, MOST_SIDE)
    height = _whole(given, "height", 1, MOST_SIDE)
    if width is None and height is None:
        width = _USUAL if ratio >= 1 else max(1, round(_USUAL * ratio))
    if width is None:
        width = round((height or _USUAL) * ratio)
    if height is None:
        height = round(width / ratio)
    found = (min(max(1, width), MOST_SIDE), min(max(1, height), MOST_SIDE))
    if found[0] * found[1] > MOST_PIXELS:
        raise InvalidParameter(
            f"width: width × height is at most {MOST_PIXELS} pixels", parameter="width"
        )
    return found


def _background(given: Mapping[str, str]) -> tuple[int, int, int] | None:
    """``transparent`` and ``bgcolor``: a colour makes it opaque unless the other says not."""
    clear = given.get("transparent")
    if clear not in (None, "true", "false"):
        raise InvalidParameter("transparent: true or false", parameter="transparent")
    named = given.get("bgcolor")
    if named is not None and not _COLOUR.fullmatch(named):
        raise InvalidParameter("bgcolor: a colour such as 0xFFFFFF", parameter="bgcolor")
    if clear == "true" or (clear is None and named is None):
        return None
    digits = _COLOUR.sub(r"\1", named or "FFFFFF")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _whole(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise InvalidParameter(f"{name}: a whole number from {least} to {most}", parameter=name)
    return int(text)


def _number(given: Mapping[str, str], name: str, least: float, most: float) -> float:
    text = given[name]
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", text) or not least <= float(text) <= most:
        raise InvalidParameter(f"{name}: a number from {least} to {most}", parameter=name)
    return float(text)
