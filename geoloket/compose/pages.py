"""Statements for features: a page, one feature, their count, extent and period."""

from __future__ import annotations

from functools import lru_cache
from typing import LiteralString

from psycopg import sql

from geoloket.compose import ordering
from geoloket.compose.columns import (
    DEGREE_DIGITS,
    METRE_DIGITS,
    Statement,
    answered,
    digits,
    geometry_column,
    sql_of,
    table,
)
from geoloket.compose.encodings import encoded, properties
from geoloket.compose.selection import conditions
from geoloket.layer import Layer
from geoloket.query import Query


def page(layer: Layer, query: Query, rows: sql.Composable, storage_srid: int) -> Statement:
    """Rows ``(id text, feature bytea, key_0 text, …)``, ordered: features in UTF-8.

    One row more than the limit is asked for, so that the caller knows whether a next page exists;
    it starts behind the keys and id of the last row.
    """
    where, values = conditions(layer, query, rows, storage_srid)
    if query.after is not None:
        beyond, found = ordering.behind(layer, query)
        where.append(beyond)
        values |= found
    columns, order = _columns(layer, query.answer, query.order, storage_srid)
    source = sql_of(table(layer))
    chosen = " AND ".join(map(sql_of, where))
    most, first = digits(query.limit + 1), digits(query.offset)
    part = f"FROM {source} WHERE {chosen} ORDER BY {order} LIMIT {most} OFFSET {first}"
    if not query.order and not query.offset:
        return Statement(sql.SQL(f"SELECT {columns} {part}"), values)
    # What is sorted or skipped is ids alone: features are written for the page only.
    ids = f"(SELECT id {part}) AS chosen"
    text = f"SELECT {columns} FROM {ids} JOIN {source} USING (id) ORDER BY {order}"  # noqa: S608  # no value is in it
    return Statement(sql.SQL(text), values)


@lru_cache(maxsize=512)
def _columns(
    layer: Layer, answer: Query, order: tuple[tuple[str, bool], ...], storage_srid: int
) -> tuple[LiteralString, LiteralString]:
    """What is selected, and the ORDER BY list: most of a statement, and the same each time."""
    ordered = Query(order=order)
    keys = [
        sql.SQL("{} AS {}").format(key, sql.Identifier(f"key_{number}"))
        for number, key in enumerate(ordering.keys(ordered))
    ]
    feature = _written(layer, answer, storage_srid, with_retirement=False)
    columns = sql.SQL(", ").join([sql.Identifier("id"), feature, *keys])
    return sql_of(columns), sql_of(ordering.order_by(ordered))


def feature(
    layer: Layer, feature_id: str, query: Query, rows: sql.Composable, storage_srid: int
) -> Statement:
    """One row ``(id, feature)``; a retired feature is still resolved, and says since when."""
    found = _one(layer, query.answer, storage_srid)
    return Statement(sql.SQL(f"{found} AND {sql_of(rows)}"), {"id": feature_id})


@lru_cache(maxsize=512)
def _one(layer: Layer, answer: Query, storage_srid: int) -> LiteralString:
    text = sql.SQL("SELECT id, {} FROM {} WHERE id = %(id)s")
    written = _written(layer, answer, storage_srid, with_retirement=True)
    return sql_of(text.format(written, table(layer)))


def count(
    layer: Layer,
    query: Query,
    rows: sql.Composable,
    storage_srid: int,
    *,
    most: int | None = None,
) -> Statement:
    """One row ``(n bigint)``: how many features the query selects on all its pages.

    It stops counting one beyond ``most``.
    """
    where, values = conditions(layer, query, rows, storage_srid)
    found = sql.SQL("FROM {} WHERE {}").format(table(layer), sql.SQL(" AND ").join(where))
    if most is not None:
        found = sql.SQL("FROM (SELECT {} LIMIT {}) AS found").format(found, sql.Literal(most + 1))
    return Statement(sql.SQL("SELECT count(*) AS n {}").format(found), values)


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


def _written(
    layer: Layer, answer: Query, storage_srid: int, *, with_retirement: bool
) -> sql.Composable:
    """The column ``feature``."""
    text = feature_text(layer, answer, storage_srid, with_retirement=with_retirement)
    return sql.SQL("convert_to({}, 'UTF8') AS feature").format(text)


def feature_text(
    layer: Layer, query: Query, storage_srid: int, *, with_retirement: bool = False
) -> sql.Composable:
    """The feature as text, in the encoding of the query (GeoJSON: RFC 7946 §3.2)."""
    if query.encoding != "geojson":
        return encoded(layer, query, storage_srid, with_retirement=with_retirement)
    names = [field.name for field in answered(layer, query)] + (
        ["retired_on"] if with_retirement else []
    )
    return sql.SQL(
        """'{{"type":"Feature","id":' || to_json(id) || ',"geometry":' || """
        """coalesce({geometry}, 'null') || ',"properties":' || {properties} || '}}'"""
    ).format(geometry=_geojson(layer, query, storage_srid), properties=properties(names))


def _geojson(layer: Layer, query: Query, storage_srid: int) -> sql.Composable:
    if layer.geometry is None or not query.geometry:
        return sql.SQL("NULL")
    column = geometry_column(query.srid, storage_srid)
    if query.swapped:
        column = sql.SQL("ST_FlipCoordinates({})").format(column)
    digits = DEGREE_DIGITS if query.srid == 4326 else METRE_DIGITS
    return sql.SQL("ST_AsGeoJSON({}, {}, 0)").format(column, sql.Literal(digits))
