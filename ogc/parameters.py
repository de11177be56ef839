"""From the query string of ``items`` to a Query: strict, and one fault at a time.

Follows OGC 17-069r4 §7.15 (Features core) and OGC 18-058r1 §6.2 (coordinates by reference).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Final

from geoloket import crs
from geoloket.crs import Crs
from geoloket.errors import BadRequest, InvalidParameter
from geoloket.layer import Layer
from geoloket.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, Box, Query
from ogc import selecting
from ogc.paging import Cursors

PAGING: Final = ("limit", "offset", "cursor")
SELECTING: Final = (
    *("bbox", "bbox-crs", "datetime", "q"),
    *("filter", "filter-lang", "filter-crs"),
)
ITEMS: Final = (
    *PAGING,
    *SELECTING,
    *("sortby", "properties", "skipGeometry", "resulttype", "profile", "crs"),
)
"""Parameters of ``items`` that every layer has; its queryables come beside them."""

_DIGITS: Final = re.compile(r"[0-9]{1,18}")
_NUMBER: Final = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})"
)


@lru_cache(maxsize=512)
def queryables(layer: Layer) -> tuple[str, ...]:
    """Names of what may be used as parameters: the key and fields; reserved names come first."""
    fields = (field.name for field in layer.fields if field.queryable and field.name not in ITEMS)
    return ("id", *fields)


def items_query(layer: Layer, given: Mapping[str, str], cursors: Cursors) -> tuple[Query, Crs]:
    """The selection that the parameters ask for, and the CRS of the answer.

    Raises InvalidParameter for a value that cannot be used.
    """
    answer_crs = crs_of(given)
    begin, end = interval(given["datetime"]) if "datetime" in given else (None, None)
    box, box_srid = _box(given)
    query = Query(
        limit=_limit(given.get("limit")),
        offset=_offset(given.get("offset")),
        bbox=box,
        bbox_srid=box_srid,
        begin=begin,
        end=end,
        equals=tuple((name, given[name]) for name in queryables(layer) if name in given),
        srid=answer_crs.srid,
        swapped=answer_crs.swapped,
        **(_further(layer, given) if _FURTHER & given.keys() else {}),
    )
    if "cursor" in given:
        after = cursors.read(layer, query, given["cursor"])
        query = query.model_copy(update={"after": after})
    return query, answer_crs


_FURTHER: Final = frozenset(
    ("filter", "filter-lang", "filter-crs", "q", "sortby", "properties", "skipGeometry")
)


def _further(layer: Layer, given: Mapping[str, str]) -> dict[str, Any]:
    found = selecting.filtered(layer, given)
    if "q" in given:
        found["words"] = selecting.words(given["q"])
    if "sortby" in given:
        found["order"] = selecting.order(layer, given["sortby"])
    if "properties" in given:
        found["properties"] = selecting.properties(layer, given["properties"])
    return found | {"geometry": not selecting.skips_geometry(given.get("skipGeometry"))}


def crs_of(given: Mapping[str, str]) -> Crs:
    """The CRS that ``crs`` names, CRS84 when it is absent."""
    return crs.parse(given["crs"]) if "crs" in given else crs.SUPPORTED[crs.CRS84]


def _limit(text: str | None) -> int:
    """At least 1; more than the maximum means the maximum (/req/core/fc-limit-response-1)."""
    if text is None:
        return DEFAULT_LIMIT
    if not _DIGITS.fullmatch(text) or int(text) < 1:
        raise InvalidParameter("limit: a whole number from 1", parameter="limit")
    return min(int(text), MAX_LIMIT)


def _offset(text: str | None) -> int:
    if text is None:
        return 0
    if not _DIGITS.fullmatch(text) or int(text) > MAX_OFFSET:
        raise InvalidParameter(f"offset: a whole number from 0 to {MAX_OFFSET}", parameter="offset")
    return int(text)


def _box(given: Mapping[str, str]) -> tuple[Box | None, int]:
    if "bbox" not in given:
        if "bbox-crs" in given:
            raise BadRequest("bbox-crs: has no meaning without bbox")
        return None, 4326
    system = crs.parse(given["bbox-crs"], "bbox-crs") if "bbox-crs" in given else crs_of({})
    return box(given["bbox"], system), system.srid


def box(text: str, system: Crs) -> Box:
    """Four or six numbers in the axis order of ``system``, as min x, min y, max x, max y.

    A box that crosses the antimeridian has its west greater than its east (RFC 7946 §5.2). Heights
    of a box of six numbers are not used. Raises InvalidParameter.
    """
    parts = text.split(",")
    if len(parts) not in (4, 6) or not all(_NUMBER.fullmatch(part) for part in parts):
        raise InvalidParameter("bbox: four or six numbers with commas between", parameter="bbox")
    numbers = [float(part) for part in parts]
    half = len(numbers) // 2
    (x1, y1), (x2, y2) = numbers[:2], numbers[half : half + 2]
    if system.swapped:
        x1, y1, x2, y2 = y1, x1, y2, x2
    degrees = system.srid == 4326
    furthest = 180.0 if degrees else 1e9
    if not all(math.isfinite(n) and abs(n) <= furthest for n in (x1, y1, x2, y2)):
        raise InvalidParameter("bbox: a number is out of range", parameter="bbox")
    if degrees and not -90 <= y1 <= y2 <= 90:
        raise InvalidParameter("bbox: south to north, from -90 to 90", parameter="bbox")
    if y1 > y2 or (x1 > x2 and not degrees):
        raise InvalidParameter("bbox: the first corner is above the second", parameter="bbox")
    return (x1, y1, x2, y2)


def interval(text: str) -> tuple[datetime | None, datetime | None]:
    """Begin and end of ``datetime``: an instant, a day, or two of them with ``/`` between.

    ``..`` or nothing leaves a side open; a day is taken from its first to its last moment, in UTC
    (OGC 17-069r4 §7.15.4). Raises InvalidParameter.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _moment(first, end=False), _moment(first, end=True)
    begin = None if first in ("", "..") else _moment(first, end=False)
    end = None if last in ("", "..") else _moment(last, end=True)
    if begin and end and begin > end:
        raise InvalidParameter("datetime: the interval ends before it begins", parameter="datetime")
    return begin, end


def _moment(text: str, *, end: bool) -> datetime:
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            return datetime.combine(day, time.max if end else time.min, UTC)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidParameter(
        "datetime: an RFC 3339 date or instant, or an interval of them with / between",
        parameter="datetime",
    )
