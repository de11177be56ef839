"""Literals of CQL2 JSON: moments, numbers and shapes, each checked before a database sees it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, cast

from geoloket.crs import Crs
from geoloket.filters.text import fault
from geoloket.filters.tree import Shape, Value

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_EDGES: Final[dict[int, tuple[float, float]]] = {
    4326: (-180.0, 180.0),
    3857: (-1e9, 1e9),
    31370: (-5e5, 8e5),
    3812: (0.0, 1.3e6),
}
"""Lowest and highest coordinate; a Lambert pair must be one that has a place in the other."""
_DEPTHS: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_DIMENSIONS: Final = {"Point": 0, "LineString": 1, "Polygon": 2}


def moment(text: object) -> Value:
    """An RFC 3339 date or timestamp as a value of kind ``date`` or ``instant``."""
    if isinstance(text, str):
        try:
            if _DATE.fullmatch(text):
                return Value(date.fromisoformat(text), "date")
            if _INSTANT.fullmatch(text):
                found = datetime.fromisoformat(text.upper()).astimezone(UTC)
                return Value(found, "instant")
        except (ValueError, OverflowError):
            pass
    raise fault(f"{_shown(text)} is not a date (2026-05-01) or instant (2026-05-01T12:00:00Z)")


def number(value: float) -> Value:
    """A finite number; a whole one becomes an integer, which an index on integers can use."""
    if not math.isfinite(value) or abs(value) > 1e300:
        raise fault("a number is out of range")
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        value = int(value)
    return Value(value, "number")


def shape(document: dict[str, object], system: Crs) -> Shape:
    """A GeoJSON geometry or ``{"bbox": […]}`` whose axes are those of ``system``."""
    if "bbox" in document:
        return Shape(_box(document["bbox"], system))
    if document.get("type") == "GeometryCollection":
        parts = document.get("geometries")
        if not isinstance(parts, list) or not parts:
            raise fault("a GeometryCollection without geometries")
        listed = cast("list[object]", parts)
        kinds = [_dimension(part) for part in listed]
        text = ",".join(_geometry(part, system) for part in listed)
        return Shape(f"GEOMETRYCOLLECTION({text})", mixed=len(set(kinds)) > 1)
    return Shape(_geometry(document, system))


def _dimension(part: object) -> int:
    kind = cast("dict[str, object]", part).get("type") if isinstance(part, dict) else None
    found = _DIMENSIONS.get(str(kind).removeprefix("Multi"))
    if found is None:
        raise fault(f"{_shown(kind)} cannot be part of a GeometryCollection")
    return found


def _geometry(document: object, system: Crs) -> str:
    members = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    kind = members.get("type")
    depth = _DEPTHS.get(kind) if isinstance(kind, str) else None
    if depth is None:
        raise fault(f"{_shown(kind)} is not a type of geometry")
    least = {"Polygon": 4, "MultiPolygon": 4, "LineString": 2, "MultiLineString": 2}.get(
        str(kind), 1
    )
    closed = str(kind).endswith("Polygon")
    text = _nested(members.get("coordinates"), depth, system, least, closed)
    return f"{str(kind).upper()}{text if depth else f'({text})'}"


def _nested(found: object, depth: int, system: Crs, least: int, closed: bool) -> str:
    """Coordinates as in well-known text, so many lists deep."""
    if not isinstance(found, list) or not found:
        raise fault("a geometry without coordinates, or with misplaced ones")
    items = cast("list[object]", found)
    if depth == 0:
        return _position(items, system)
    if depth == 1 and len(items) < least:
        raise fault(f"a line or ring of fewer than {least} positions")
    if depth == 1 and closed and items[0] != items[-1]:
        raise fault("a ring that does not end where it began")
    return f"({','.join(_nested(item, depth - 1, system, least, closed) for item in items)})"


def _position(items: Sequence[object], system: Crs) -> str:
    if len(items) not in (2, 3):
        raise fault("a position has two or three numbers")
    x, y = (_coordinate(item, system) for item in items[:2])
    if system.swapped:
        x, y = y, x
    _within(y, system)
    return f"{x!r} {y!r}"


def _box(found: object, system: Crs) -> str:
    """Lower and upper corner as a point, line or polygon; two when it crosses the antimeridian."""
    numbers = cast("list[object]", found) if isinstance(found, list) else []
    if len(numbers) not in (4, 6):
        raise fault("a box has four or six numbers")
    half = len(numbers) // 2
    x1, y1 = (_coordinate(item, system) for item in numbers[:2])
    x2, y2 = (_coordinate(item, system) for item in numbers[half : half + 2])
    if system.swapped:
        x1, y1, x2, y2 = y1, x1, y2, x2
    _within(y1, system)
    _within(y2, system)
    if y1 > y2 or (x1 > x2 and system.srid != 4326):
        raise fault("the first corner of the box is above the second")
    if x1 > x2:
        return f"GEOMETRYCOLLECTION({_envelope(x1, y1, 180.0, y2)},{_envelope(-180.0, y1, x2, y2)})"
    return _envelope(x1, y1, x2, y2)


def _envelope(x1: float, y1: float, x2: float, y2: float) -> str:
    if x1 == x2 and y1 == y2:
        return f"POINT({x1!r} {y1!r})"
    if x1 == x2 or y1 == y2:
        return f"LINESTRING({x1!r} {y1!r},{x2!r} {y2!r})"
    corners = ((x1, y1), (x1, y2), (x2, y2), (x2, y1), (x1, y1))
    return f"POLYGON(({','.join(f'{x!r} {y!r}' for x, y in corners)}))"


def _coordinate(value: object, system: Crs) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault(f"{_shown(value)} is not a coordinate")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    low, high = _EDGES[system.srid]
    if not low <= number <= high:
        raise fault(f"coordinate {number!r} is outside of {system.uri}")
    return number


def _within(latitude: float, system: Crs) -> None:
    if system.srid == 4326 and abs(latitude) > 90:
        raise fault(
            f"latitude {latitude!r} is outside of {system.uri}; is the order of axes right?"
        )


def _shown(value: object) -> str:
    return repr(value)[:60]
