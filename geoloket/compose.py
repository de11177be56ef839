"""Layer + Query + row rule into one SQL statement: the only module that composes SQL for features.

Identifiers come from declarations through ``sql.Identifier``; values are always parameters.
Boxes are turned to the CRS of the column that is asked, so that its index is used and no row is
reprojected to be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from psycopg import sql

from geoloket.errors import InvalidParameter
from geoloket.layer import Layer, LayerField
from geoloket.query import Box, Query

DEGREE_DIGITS = 7  # about 1 cm
METRE_DIGITS = 2


class Statement(NamedTuple):
    """SQL and the values of its parameters."""

    text: sql.Composed
    values: dict[str, object]


def page(layer: Layer, query: Query, rows: sql.Composable, storage_srid: int) -> Statement:
    """Rows ``(id text, feature bytea)``: GeoJSON features in UTF-8, ordered by id (RFC 7946 §3.2).

    One row more than the limit is asked for, so that the caller knows whether a next page exists.
    """
    conditions, values = _conditions(layer, query, rows, storage_srid)
    if query.after is not None:
        conditions.append(sql.SQL("id > {}").format(sql.Placeholder("after")))
        values["after"] = query.after
    text = sql.SQL(
        "SELECT id, convert_to({feature}, 'UTF8') AS feature FROM {table} WHERE {where} "
        "ORDER BY id LIMIT {limit} OFFSET {offset}"
    ).format(
        feature=_feature(layer, query, storage_srid),
        table=table(layer),
        where=sql.SQL(" AND ").join(conditions),
        limit=sql.Literal(query.limit + 1),
        offset=sql.Literal(query.offset),
    )
    return Statement(text, values)


def feature(
    layer: Layer, feature_id: str, query: Query, rows: sql.Composable, storage_srid: int
) -> Statement:
    """One row ``(id, feature)``; a retired feature is still resolved, and says since when."""
    text = sql.SQL(
        "SELECT id, convert_to({feature}, 'UTF8') AS feature FROM {table} "
        "WHERE id = %(id)s AND {rows}"
    ).format(
        feature=_feature(layer, query, storage_srid, with_retirement=True),
        table=table(layer),
        rows=rows,
    )
    return Statement(text, {"id": feature_id})


def count(layer: Layer, query: Query, rows: sql.Composable, storage_srid: int) -> Statement:
    """One row ``(n bigint)``: how many features the query selects on all its pages."""
    conditions, values = _conditions(layer, query, rows, storage_srid)
    text = sql.SQL("SELECT count(*) AS n FROM {} WHERE {}").format(
        table(layer), sql.SQL(" AND ").join(conditions)
    )
    return Statement(text, values)


def extent(layer: Layer, rows: sql.Composable) -> Statement:
    """One row ``(west, south, east, north)`` in CRS84, all NULL for an empty layer."""
    text = sql.SQL(
        "SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north "
        "FROM (SELECT ST_Extent(geom_crs84) AS e FROM {} WHERE retired_on IS NULL AND {}) AS box"
    ).format(table(layer), rows)
    return Statement(text, {})


def period(layer: Layer, rows: sql.Composable) -> Statement:
    """One row ``(first, last)``: when the time fields begin and end; ``last`` is NULL when open."""
    begin, end = layer.time_fields[0], layer.time_fields[-1]
    last = sql.SQL("max({})").format(sql.Identifier(end))
    if begin != end:
        last = sql.SQL("CASE WHEN bool_and({} IS NOT NULL) THEN {} END").format(
            sql.Identifier(end), last
        )
    text = sql.SQL(
        "SELECT min({}) AS first, {} AS last FROM {} WHERE retired_on IS NULL AND {}"
    ).format(sql.Identifier(begin), last, table(layer), rows)
    return Statement(text, {})


def tile(
    layers: Sequence[tuple[Layer, sql.Composable]], z: int, x: int, y: int, *, extent: int = 4096
) -> Statement:
    """One row ``(tile bytea)``: a Mapbox Vector Tile 2.1 with one MVT layer per layer.

    The tile is one of WebMercatorQuad (OGC 17-083r4 annex D.1). Geometries come from the stored
    web-mercator column; the buffer is 64 of 4096 units, so that outlines and labels meet at edges.
    """
    envelope = sql.SQL("ST_TileEnvelope({}, {}, {})").format(*map(sql.Literal, (z, x, y)))
    margin = sql.SQL("ST_TileEnvelope({}, {}, {}, margin => 0.015625)").format(
        *map(sql.Literal, (z, x, y))
    )
    parts = [
        sql.SQL(
            "SELECT ST_AsMVT(t, {name}, {extent}, 'mvt') AS part FROM (SELECT "
            "ST_AsMVTGeom(geom_3857, {envelope}, {extent}, 64) AS mvt, {columns} FROM {table} "
            "WHERE geom_3857 && {margin} AND retired_on IS NULL AND {rows}) AS t"
        ).format(
            name=sql.Literal(layer.id),
            extent=sql.Literal(extent),
            envelope=envelope,
            margin=margin,
            columns=sql.SQL(", ").join(map(sql.Identifier, ("id", *_tile_fields(layer)))),
            table=table(layer),
            rows=rows,
        )
        for layer, rows in layers
    ]
    text = sql.SQL("SELECT coalesce(string_agg(part, ''::bytea), ''::bytea) AS tile FROM ({}) AS p")
    return Statement(text.format(sql.SQL(" UNION ALL ").join(parts)), {})


def table(layer: Layer) -> sql.Identifier:
    """The qualified table of a layer."""
    return sql.Identifier(layer.schema_name, layer.id)


def geometry_column(srid: int, storage_srid: int) -> sql.Composable:
    """The stored geometry in a CRS, or the storage geometry reprojected where none is stored."""
    stored = {4326: "geom_crs84", 3857: "geom_3857", storage_srid: "geom"}.get(srid)
    if stored:
        return sql.Identifier(stored)
    return sql.SQL("ST_Transform(geom, {})").format(sql.Literal(srid))


def _tile_fields(layer: Layer) -> tuple[str, ...]:
    return layer.map.fields if layer.map else ()


def _feature(
    layer: Layer, query: Query, storage_srid: int, *, with_retirement: bool = False
) -> sql.Composable:
    names = [field.name for field in layer.fields] + (["retired_on"] if with_retirement else [])
    properties = sql.SQL("(SELECT row_to_json(p) FROM (SELECT {}) AS p)").format(
        sql.SQL(", ").join(map(sql.Identifier, names))
    )
    return sql.SQL(
        """'{{"type":"Feature","id":' || to_json(id) || ',"geometry":' || """
        """coalesce({geometry}, 'null') || ',"properties":' || {properties} || '}}'"""
    ).format(geometry=_geojson(layer, query, storage_srid), properties=properties)


def _geojson(layer: Layer, query: Query, storage_srid: int) -> sql.Composable:
    if layer.geometry is None or not query.geometry:
        return sql.SQL("NULL")
    column = geometry_column(query.srid, storage_srid)
    if query.swapped:
        column = sql.SQL("ST_FlipCoordinates({})").format(column)
    digits = DEGREE_DIGITS if query.srid == 4326 else METRE_DIGITS
    return sql.SQL("ST_AsGeoJSON({}, {}, 0)").format(column, sql.Literal(digits))


def _conditions(
    layer: Layer, query: Query, rows: sql.Composable, storage_srid: int
) -> tuple[list[sql.Composable], dict[str, object]]:
    conditions: list[sql.Composable] = [sql.SQL("retired_on IS NULL"), rows]
    values: dict[str, object] = {}
    if query.bbox is not None and layer.geometry is not None:
        corners = _corners(query, storage_srid)
        conditions.append(_bbox(query, storage_srid) if corners else sql.SQL("FALSE"))
        values |= {"bbox": corners} if corners else {}
    _add_time(layer, query, conditions, values)
    for number, (name, value) in enumerate(query.equals):
        column = layer.field(name)
        if column is None or not column.queryable:
            raise InvalidParameter(f"{name}: not a queryable of this collection", parameter=name)
        conditions.append(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(f"equals_{number}"))
        )
        values[f"equals_{number}"] = _typed(column, value)
    return conditions, values


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
    return sql.SQL("(ST_Intersects({0}, {1}) OR {0} IS NULL)").format(column, box)


def _boxes(query: Query) -> sql.Composable:
    """The box as a geometry: a point or line when it is that thin, two when it crosses 180°."""
    west, south, east, north = (
        sql.SQL("(%(bbox)s::float8[])[{}]").format(sql.Literal(i)) for i in (1, 2, 3, 4)
    )
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
