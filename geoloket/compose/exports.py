"""Statements that give a whole selection: rows for writers of files, and text to send as it is.

Text comes as ``COPY … TO STDOUT``: PostgreSQL writes the bytes, one message a row, and nothing is
held in memory on either side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

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
from geoloket.compose.pages import feature_text
from geoloket.compose.selection import conditions
from geoloket.field import LayerField
from geoloket.layer import Layer
from geoloket.query import Query

BOX: Final = ("xmin", "ymin", "xmax", "ymax")
"""Members of a feature's bounding box, in the order of GeoParquet's covering."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a layer, as somebody may see it; ``most`` is None for all of them."""

    layer: Layer
    query: Query
    rows: sql.Composable
    """The rule of ``AccessPolicy.rows``."""
    storage_srid: int
    most: int | None = None

    @property
    def has_geometry(self) -> bool:
        """Whether it has geometries."""
        return self.layer.geometry is not None and self.query.geometry

    @property
    def place(self) -> sql.Composable:
        """The geometry in the CRS of the query, with x, y axes."""
        return geometry_column(self.query.srid, self.storage_srid)

    def statement(self, columns: Iterable[sql.Composable]) -> Statement:
        """The statement that gives these columns of the rows."""
        query = self.query
        where, values = conditions(self.layer, query, self.rows, self.storage_srid)
        if query.after is not None:
            beyond, found = ordering.behind(self.layer, query)
            where.append(beyond)
            values |= found
        text = sql.SQL("SELECT {} FROM {} WHERE {}").format(
            sql.SQL(", ").join(columns), table(self.layer), sql.SQL(" AND ").join(where)
        )
        if self.most is not None or query.offset or query.order:
            # Which ones are "the first" must not differ between formats; the whole needs no order.
            text += sql.SQL(" ORDER BY {} LIMIT {} OFFSET {}").format(
                ordering.order_by(query), sql.Literal(self.most), sql.Literal(query.offset)
            )
        return Statement(text, values)


def records(chosen: Selection, *, boxes: bool = False) -> Statement:
    """Rows ``(id, fields…, geometry bytea)``: WKB with x, y axes, whatever the CRS.

    ``boxes`` adds ``float8`` columns ``bbox_…``, one per name in ``BOX``; NULL without a geometry.
    """
    names = ("id", *(field.name for field in answered(chosen.layer, chosen.query)))
    columns: list[sql.Composable] = [sql.Identifier(name) for name in names]
    if chosen.has_geometry:
        columns.append(sql.SQL("ST_AsBinary({}) AS geometry").format(chosen.place))
        if boxes:
            columns += [
                side.format(chosen.place, sql.Identifier(f"bbox_{name}"))
                for name, side in zip(BOX, _SIDES, strict=True)
            ]
    return chosen.statement(columns)


_SIDES: Final = (
    sql.SQL("ST_XMin({}) AS {}"),
    sql.SQL("ST_YMin({}) AS {}"),
    sql.SQL("ST_XMax({}) AS {}"),
    sql.SQL("ST_YMax({}) AS {}"),
)


def without_place(chosen: Selection) -> Statement:
    """At most one row, when something selected has no geometry, or an empty one."""
    column = sql.SQL("geom IS NULL OR ST_IsEmpty(geom) AS bare")
    inner = Selection(chosen.layer, chosen.query, chosen.rows, chosen.storage_srid)
    text, values = inner.statement([column])
    return Statement(sql.SQL("SELECT FROM ({}) AS s WHERE bare LIMIT 1").format(text), values)


def sequence(chosen: Selection) -> Statement:
    r"""GeoJSON features as text: a record separator, an object and a line feed each (RFC 8142 §2).

    JSON text holds no control characters, so that nothing is quoted with those given here.
    """
    feature = feature_text(chosen.layer, chosen.query, chosen.storage_srid)
    line = sql.SQL(r"E'\x1e' || {}").format(feature)
    return _copied(
        chosen.statement([line]), sql.SQL(r"FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01'")
    )


def spreadsheet(chosen: Selection) -> Statement:
    """Rows with a header line, as RFC 4180 has them but for the line ends.

    Points are the columns ``lon``, ``lat`` (``x``, ``y`` in metres), other geometries ``WKT``: the
    names that QGIS, GDAL and spreadsheets look for. Moments are as in GeoJSON.
    """
    columns = [
        _plain(sql.Identifier("id"), "id"),
        *map(_cell, answered(chosen.layer, chosen.query)),
    ]
    if chosen.has_geometry:
        columns += _place_cells(chosen)
    return _copied(chosen.statement(columns), sql.SQL("FORMAT csv, HEADER"))


def _copied(statement: Statement, options: sql.SQL) -> Statement:
    text = sql.SQL("COPY ({}) TO STDOUT ({})").format(statement.text, options)
    return Statement(text, statement.values)


def _cell(field: LayerField) -> sql.Composable:
    column = sql.Identifier(field.name)
    if field.type in ("text", "uri"):
        return _plain(column, field.name)
    if field.type == "instant":
        return sql.SQL("to_json({}) #>> '{{}}' AS {}").format(column, column)
    return column


# Codes of = + - @, tab and carriage return.
_FORMULA: Final = sql.SQL(
    "CASE WHEN ascii({0}) IN (61, 43, 45, 64, 9, 13) AND {0} !~ '^[-+][-+0-9 .,/()]*$' "
    "THEN '''' || {0} ELSE {0} END AS {1}"
)
"""A text that a spreadsheet would run as a formula is shown as text; a number or a telephone number
is left alone."""


def _plain(column: sql.Composable, name: str) -> sql.Composable:
    return _FORMULA.format(column, sql.Identifier(name))


def _place_cells(chosen: Selection) -> list[sql.Composable]:
    degrees = chosen.query.srid == 4326
    digits = sql.Literal(DEGREE_DIGITS if degrees else METRE_DIGITS)
    if chosen.layer.geometry and chosen.layer.geometry.type == "Point":
        names = ("lon", "lat") if degrees else ("x", "y")
        return [
            sql.SQL("round({}({})::numeric, {}) AS {}").format(
                function, chosen.place, digits, sql.Identifier(name)
            )
            for function, name in zip((sql.SQL("ST_X"), sql.SQL("ST_Y")), names, strict=True)
        ]
    return [sql.SQL('ST_AsText({}, {}) AS "WKT"').format(chosen.place, digits)]
