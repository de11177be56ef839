"""Which rows a query selects: the conditions of a WHERE and the values of their parameters.

Boxes are turned to the CRS of the column that is asked, so that its index is used and no row is
reprojected to be found.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import LiteralString

from psycopg import sql

from geoloket.compose import filters
from geoloket.compose.columns import geometry_column
from geoloket.errors import InvalidParameter
from geoloket.field import LayerField
from geoloket.layer import Layer
from geoloket.query import Box, Query


def conditions(
    layer: Layer, query: Query, rows: sql.Composable, storage_srid: int
) -> tuple[list[sql.Composable], dict[str, object]]:
    parts: list[sql.Composable] = [sql.SQL("retired_on IS NULL"), rows]
    values: dict[str, object] = {}
    if query.bbox is not None and layer.geometry is not None:
        corners = _corners(query, storage_srid)
        parts.append(_bbox(query, storage_srid) if corners else sql.SQL("FALSE"))
        values |= {f"bbox{at}": value for at, value in enumerate(corners or ())}
    _add_time(layer, query, parts, values)
    for number, (name, value) in enumerate(query.equals):
        column = _KEY if name == "id" else layer.field(name)
        if column is None or not column.queryable:
            raise InvalidParameter(f"{name}: not a queryable of this collection", parameter=name)
        parts.append(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(f"equals_{number}"))
        )
        values[f"equals_{number}"] = _typed(column, value)
    if query.filter is not None:
        condition, found = filters.condition(query.filter, query.filter_srid, storage_srid)
        parts.append(condition)
        values |= found
    if query.words:
        parts.append(_search(layer))
        values["words"] = [f"%{_SPECIAL.sub(_ESCAPED, word)}%" for word in query.words]
    return parts, values


_SPECIAL = re.compile(r"[%_\\]")
_ESCAPED = r"\\\g<0>"
_KEY = LayerField(name="id", type="text", title={"nl": "id"}, queryable=True)


def _search(layer: Layer) -> sql.Composable:
    """Whether one of the words is in one of the texts, whatever case and accents they have."""
    texts = [sql.Identifier(field.name) for field in layer.fields if field.type == "text"]
    columns = sql.SQL(", ").join([sql.SQL("id"), *texts])
    # The words are folded once, the texts of a row once.
    return sql.SQL(
        "geoloket.casei(geoloket.accenti(concat_ws(E'\\n', {}))) LIKE ANY (("
        "SELECT array_agg(geoloket.casei(geoloket.accenti(word))) "
        "FROM unnest(%(words)s::text[]) AS given (word))::text[])"
    ).format(columns)


def _bbox(query: Query, storage_srid: int) -> sql.Composable:
    """A condition on the stored column of the box's CRS, so that its index finds the rows.

    A row without a geometry is in every box (OGC 17-069r4 /req/core/fc-bbox-response).
    """
    srid = query.bbox_srid
    box = _boxes(query)
    if srid not in (4326, 3857, storage_srid):
        # Straight edges bend when they are reprojected: give them points to bend at.
        box = sql.SQL("ST_Transform(ST_Segmentize({}, 1000), {})").format(
            box, sql.Literal(storage_srid)
        )
        srid = storage_srid
    column = geometry_column(srid, storage_srid)
    if srid != query.bbox_srid or not _has_inside(query):
        return sql.SQL("(ST_Intersects({0}, {1}) OR {0} IS NULL)").format(column, box)
    # What lies well within needs no exact test. Boxes are compared in single precision, hence well.
    inside = sql.SQL("ST_Expand({}, {})").format(box, sql.Literal(-_MARGINS[srid]))
    return sql.SQL(
        "(({0} && {1} AND ({0} @ {2} OR ST_Intersects({0}, {1}))) OR {0} IS NULL)"
    ).format(column, box, inside)


_MARGINS = {4326: 0.0001, 3857: 5.0, 31370: 1.0, 3812: 1.0}
"""More than single precision is off, in the units of the CRS."""


def _has_inside(query: Query) -> bool:
    """Whether the box is larger than its margins; one that crosses 180° is taken not to be."""
    west, south, east, north = query.bbox or (0, 0, 0, 0)
    return min(east - west, north - south) > 4 * _MARGINS[query.bbox_srid]


def _boxes(query: Query) -> sql.Composable:
    """The box as a geometry: a point or line when it is that thin, two when it crosses 180°."""
    west, south, east, north = (sql.Placeholder(f"bbox{at}") for at in range(4))
    one = sql.SQL("ST_Envelope(ST_MakeEnvelope({}, {}, {}, {}, {}))")
    srid = sql.Literal(query.bbox_srid)
    if query.bbox and query.bbox_srid == 4326 and query.bbox[0] > query.bbox[2]:
        return sql.SQL("ST_Collect({}, {})").format(
            one.format(west, south, sql.SQL("180"), north, srid),
            one.format(sql.SQL("-180"), south, east, north, srid),
        )
    return one.format(west, south, east, north, srid)


# Where a Lambert system can be turned into the other; nothing of ours lies outside it.
_DOMAINS: dict[int, Box] = {3812: (0.0, 0.0, 1.3e6, 1.3e6), 31370: (-5e5, -5e5, 8e5, 8e5)}


def _corners(query: Query, storage_srid: int) -> list[float] | None:
    """Min x, min y, max x, max y, within what can be reprojected; None when nothing is left."""
    box = query.bbox
    domain = _DOMAINS.get(query.bbox_srid)
    if box is None or domain is None or query.bbox_srid == storage_srid:
        return list(box) if box else None
    low = [max(box[i], domain[i]) for i in (0, 1)]
    high = [min(box[i], domain[i]) for i in (2, 3)]
    return low + high if low[0] <= high[0] and low[1] <= high[1] else None


def _add_time(
    layer: Layer, query: Query, conditions: list[sql.Composable], values: dict[str, object]
) -> None:
    """What lasts until the begin and starts before the end; a missing date is an open side.

    A row without any date is in every interval (OGC 17-069r4 /req/core/fc-time-response).
    """
    if not layer.time_fields:
        return
    first, last = layer.time_fields[0], layer.time_fields[-1]
    sides: tuple[tuple[str, str, LiteralString, str], ...] = (
        ("begin", last, ">=", "infinity"),
        ("end", first, "<=", "-infinity"),
    )
    for key, name, operator, open_side in sides:
        bound = getattr(query, key)
        if bound is None:
            continue
        text = sql.SQL("coalesce({}, {}) {} {}").format(
            sql.Identifier(name), sql.Literal(open_side), sql.SQL(operator), sql.Placeholder(key)
        )
        conditions.append(text)
        field = layer.field(name)
        values[key] = bound.date() if field and field.type == "date" else bound


def _typed(field: LayerField, text: str) -> object:
    """The value that a query string means for a field. Raises InvalidParameter."""
    try:
        match field.type:
            case "integer":
                value = int(text)
                if abs(value) >= 2**63:
                    raise ValueError(text)
                return value
            case "number":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}[text.lower()]
            case "date":
                return datetime.fromisoformat(text).date()
            case "instant":
                return datetime.fromisoformat(text)
            case "text" | "uri":
                return text
    except (ValueError, KeyError):
        raise InvalidParameter(
            f"{field.name}: {text[:100]!r} is not of type {field.type}", parameter=field.name
        ) from None
