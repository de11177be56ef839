"""Statements for features: a page, one feature, their count, extent and period."""

from __future__ import annotations

from functools import lru_cache
from typing import LiteralString, cast

from psycopg import sql

from geoloket.compose import ordering
from geoloket.compose.columns import (
    DEGREE_DIGITS,
    METRE_DIGITS,
    Statement,
    answered,
    geometry_column,
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
    keys = [
        sql.SQL("{} AS {}").format(key, sql.Identifier(f"key_{number}"))
        for number, key in enumerate(ordering.keys(query))
    ]
    feature = _written(layer, query.answer, storage_srid, False)
    part = sql.SQL("WHERE {} ORDER BY {} LIMIT {} OFFSET {}").format(
        sql.SQL(" AND ").join(where),
        ordering.order_by(query),
        sql.Literal(query.limit + 1),
        sql.Literal(query.offset),
    )
    columns = sql.SQL(", ").join([sql.Identifier("id"), feature, *keys])
    if not query.order and not query.offset:
        text = sql.SQL("SELECT {} FROM {} {}").format(columns, table(layer), part)
    else:
        # What is sorted or skipped is ids alone: features are written for the page only.
        text = sql.SQL(
            "SELECT {0} FROM (SELECT id FROM {1} {2}) AS chosen JOIN {1} USING (id) ORDER BY {3}"
        ).format(columns, table(layer), part, ordering.order_by(query))
    return Statement(text, values)


def feature(
    layer: Layer, feature_id: str, query: Query, rows: sql.Composable, storage_srid: int
) -> Statement:
    """One row ``(id, feature)``; a retired feature is still resolved, and says since when."""
    text = sql.SQL("SELECT id, {} FROM {} WHERE id = %(id)s AND {}").format(
        _written(layer, query.answer, storage_srid, True), table(layer), rows
    )
    return Statement(text, {"id": feature_id})


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


@lru_cache(maxsize=1024)
def _written(
    layer: Layer, answer: Query, storage_srid: int, with_retirement: bool
) -> sql.Composable:
    """The column ``feature``, as text already: it is most of a statement, and always the same."""
    text = feature_text(layer, answer, storage_srid, with_retirement=with_retirement)
    return sql.SQL("convert_to({}, 'UTF8') AS feature").format(sql.SQL(_sql_of(text)))


def _sql_of(text: sql.Composable) -> LiteralString:
    # Composed of declarations and numbers: nothing in it was asked by anybody.
    return cast("LiteralString", text.as_string(None))


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
