"""What statements are made of: tables, geometry columns, and the statement itself."""

from __future__ import annotations

from functools import lru_cache
from typing import LiteralString, NamedTuple, cast

from psycopg import sql

from geoloket.field import LayerField
from geoloket.layer import Layer
from geoloket.query import Query

DEGREE_DIGITS = 7  # about 1 cm
METRE_DIGITS = 2


class Statement(NamedTuple):
    """SQL and the values of its parameters."""

    text: sql.SQL | sql.Composed
    values: dict[str, object]


def sql_of(composed: sql.Composable) -> LiteralString:
    """The same as text: a tenth of the work for who sends it again and again.

    Composed of declarations and numbers: nothing in it was asked by anybody.
    """
    return cast("LiteralString", composed.as_string(None))


@lru_cache(maxsize=4096)
def digits(number: int) -> LiteralString:
    """A whole number as it is written in a statement."""
    return sql_of(sql.Literal(number))


def table(layer: Layer) -> sql.Identifier:
    """The qualified table of a layer."""
    return sql.Identifier(layer.schema_name, layer.id)


def geometry_column(srid: int, storage_srid: int) -> sql.Composable:
    """The stored geometry in a CRS, or the storage geometry reprojected where none is stored."""
    stored = {4326: "geom_crs84", 3857: "geom_3857", storage_srid: "geom"}.get(srid)
    if stored:
        return sql.Identifier(stored)
    return sql.SQL("ST_Transform(geom, {})").format(sql.Literal(srid))


def answered(layer: Layer, query: Query) -> tuple[LayerField, ...]:
    """The fields that the answer holds."""
    if query.properties is None:
        return layer.fields
    return tuple(field for field in layer.fields if field.name in query.properties)
