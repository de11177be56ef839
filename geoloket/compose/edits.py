"""Statements that read one feature to change it, and that change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from geoloket.compose.columns import (
    DEGREE_DIGITS,
    METRE_DIGITS,
    Statement,
    geometry_column,
    table,
)
from geoloket.compose.encodings import properties
from geoloket.layer import Layer
from geoloket.query import Query


def version(layer: Layer, feature_id: str, rows: sql.Composable) -> Statement:
    """One row ``(version)``: changes whenever something changes that the layer shows."""
    text = sql.SQL("SELECT {} AS version FROM {} WHERE id = %(id)s AND {}")
    return Statement(text.format(_version(layer), table(layer), rows), {"id": feature_id})


def held(
    layer: Layer, feature_id: str, query: Query, rows: sql.Composable, storage_srid: int
) -> Statement:
    """One row ``(version, properties, geometry)``, kept from others until the transaction ends.

    ``geometry`` is as it is published.
    """
    geometry: sql.Composable = sql.SQL("NULL")
    if layer.geometry:
        geometry = geometry_column(query.srid, storage_srid)
        if query.swapped:
            geometry = sql.SQL("ST_FlipCoordinates({})").format(geometry)
        digits = DEGREE_DIGITS if query.srid == 4326 else METRE_DIGITS
        geometry = sql.SQL("ST_AsGeoJSON({}, {}, 0)").format(geometry, sql.Literal(digits))
    text = sql.SQL(
        "SELECT {version} AS version, {properties}::text AS properties, {geometry} AS geometry "
        "FROM {table} WHERE id = %(id)s AND retired_on IS NULL AND {rows} FOR UPDATE"
    ).format(
        version=_version(layer),
        properties=properties([field.name for field in layer.fields]),
        geometry=geometry,
        table=table(layer),
        rows=rows,
    )
    return Statement(text, {"id": feature_id})


def insert(layer: Layer, feature_id: str, values: Mapping[str, Any]) -> Statement:
    """A new feature; ``values`` by column, ``geom`` as hexadecimal EWKB."""
    columns = ["id", *values]
    text = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        table(layer),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    return Statement(text, {"id": feature_id, **values})


def update(layer: Layer, feature_id: str, values: Mapping[str, Any]) -> Statement:
    """Other values for some columns of a feature; there must be one at least."""
    sets = (
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    text = sql.SQL("UPDATE {} SET {} WHERE id = %(id)s").format(
        table(layer), sql.SQL(", ").join(sets)
    )
    return Statement(text, {"id": feature_id, **values})


def delete(layer: Layer, feature_id: str) -> Statement:
    """A feature less."""
    text = sql.SQL("DELETE FROM {} WHERE id = %(id)s").format(table(layer))
    return Statement(text, {"id": feature_id})


def shape(srid: int, storage_srid: int, *, swapped: bool, multi: bool) -> Statement:
    """One row ``(geom, kind, fault, empty)`` of the GeoJSON in the parameter ``given``.

    ``geom`` is in the storage CRS, as hexadecimal EWKB; ``fault`` says why it is not valid.
    """
    given = sql.SQL("ST_SetSRID(ST_Force2D(ST_GeomFromGeoJSON(%(given)s)), {})").format(
        sql.Literal(srid)
    )
    if swapped:
        given = sql.SQL("ST_FlipCoordinates({})").format(given)
    placed = sql.SQL("geoloket.to_srid(g, {})").format(sql.Literal(storage_srid))
    kept = sql.SQL("ST_Multi(p)" if multi else "p")
    text = sql.SQL(
        "SELECT {kept}::text AS geom, GeometryType({kept}) AS kind, ST_IsEmpty(p) AS empty, "
        "CASE WHEN ST_IsValid(p) THEN NULL ELSE ST_IsValidReason(p) END AS fault "
        "FROM (SELECT {placed} AS p FROM (SELECT {given} AS g) AS one) AS two"
    ).format(kept=kept, placed=placed, given=given)
    return Statement(text, {})


def _version(layer: Layer) -> sql.Composable:
    columns = ["id", *(field.name for field in layer.fields), *(["geom"] if layer.geometry else [])]
    return sql.SQL("md5(ROW({}, retired_on)::text)").format(
        sql.SQL(", ").join(map(sql.Identifier, columns))
    )
