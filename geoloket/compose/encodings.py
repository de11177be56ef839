"""Features as text in the encodings beside GeoJSON: JSON-FG (OGC 21-045r1) and JSON-LD.

Each is an SQL expression over one row, as the GeoJSON of ``pages`` is.
"""

from __future__ import annotations

import json
from typing import Final

from psycopg import sql

from geoloket.compose.columns import DEGREE_DIGITS, METRE_DIGITS, answered, geometry_column
from geoloket.field import LayerField
from geoloket.layer import Layer
from geoloket.query import Query


def encoded(
    layer: Layer, query: Query, storage_srid: int, *, with_retirement: bool = False
) -> sql.Composable:
    """The feature in the encoding of the query; raises KeyError for GeoJSON."""
    names = [field.name for field in answered(layer, query)]
    names += ["retired_on"] if with_retirement else []
    write = {"jsonfg": _jsonfg, "jsonld": _jsonld}[query.encoding]
    return write(layer, query, storage_srid, names)


def properties(names: list[str]) -> sql.Composable:
    """A JSON object with these columns; an empty one when there are none."""
    if not names:
        return sql.SQL("'{}'")
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    return sql.SQL("(SELECT row_to_json(p) FROM (SELECT {}) AS p)").format(columns)


def _jsonfg(layer: Layer, query: Query, storage_srid: int, names: list[str]) -> sql.Composable:
    """``geometry`` in CRS84 and ``place`` in the CRS of the query, unless that is CRS84 itself.

    OGC 21-045r1 /req/core/place and /req/core/fallback: they are never the same.
    """
    wgs84 = query.srid == 4326 and not query.swapped
    place = sql.SQL("NULL") if wgs84 else _geojson(layer, query, storage_srid)
    plain = query.model_copy(update={"srid": 4326, "swapped": False})
    return sql.SQL(
        """'{{"type":"Feature","id":' || to_json(id) || ',"time":' || {time} || ',"place":' || """
        """coalesce({place}, 'null') || ',"geometry":' || coalesce({geometry}, 'null') || """
        """',"properties":' || {members} || '}}'"""
    ).format(
        time=_time(layer),
        place=place,
        geometry=_geojson(layer, plain, storage_srid),
        members=properties(names),
    )


def _geojson(layer: Layer, query: Query, storage_srid: int) -> sql.Composable:
    if layer.geometry is None or not query.geometry:
        return sql.SQL("NULL")
    digits = DEGREE_DIGITS if query.srid == 4326 else METRE_DIGITS
    return sql.SQL("ST_AsGeoJSON({}, {}, 0)").format(
        _placed(query, storage_srid), sql.Literal(digits)
    )


def _placed(query: Query, storage_srid: int) -> sql.Composable:
    column = geometry_column(query.srid, storage_srid)
    return sql.SQL("ST_FlipCoordinates({})").format(column) if query.swapped else column


def _time(layer: Layer) -> sql.Composable:
    """The member ``time``: a date, a timestamp in UTC, or an interval of either (clause 8)."""
    moments = [_moment(layer.field(name), name) for name in layer.time_fields]
    if not moments:
        return sql.SQL("'null'")
    if len(moments) == 1:
        field = layer.field(layer.time_fields[0])
        kind = "date" if field and field.type == "date" else "timestamp"
        return sql.SQL("coalesce('{{' || {} || ':\"' || {} || '\"}}', 'null')").format(
            sql.Literal(f'"{kind}"'), moments[0]
        )
    begin, end = moments
    return sql.SQL(
        "CASE WHEN coalesce({begin}, {end}) IS NULL THEN 'null' ELSE '{{\"interval\":[\"' || "
        "coalesce({begin}, '..') || '\",\"' || coalesce({end}, '..') || '\"]}}' END"
    ).format(begin=begin, end=end)


def _moment(field: LayerField | None, name: str) -> sql.Composable:
    column = sql.Identifier(name)
    if field and field.type == "date":
        return sql.SQL("(to_json({}) #>> '{{}}')").format(column)
    return sql.SQL("(to_json({} AT TIME ZONE 'UTC') #>> '{{}}' || 'Z')").format(column)


def _jsonld(layer: Layer, query: Query, storage_srid: int, names: list[str]) -> sql.Composable:
    """A node whose ``@id`` is relative to the address of the items; names are the context's."""
    # The object of the fields goes on where the node stops.
    members = sql.SQL("'}'")
    if names:
        members = sql.SQL("overlay({}::text PLACING ',' FROM 1 FOR 1)").format(properties(names))
    kinds = sql.Literal(json.dumps(["geo:Feature", *([layer.uri] if layer.uri else [])]))
    return sql.SQL(
        """'{{"@id":' || to_json({segment}) || ',"@type":' || {kinds} || {place} || """
        """{members}"""
    ).format(segment=_SEGMENT, kinds=kinds, place=_wkt(layer, query, storage_srid), members=members)


_SEGMENT: Final = sql.SQL(
    "CASE WHEN id ~ '^[A-Za-z0-9._~-]+$' THEN id ELSE (SELECT string_agg("
    "CASE WHEN c.c ~ '^[A-Za-z0-9._~-]$' THEN c.c ELSE regexp_replace("
    r"upper(encode(convert_to(c.c, 'UTF8'), 'hex')), '(..)', '%%\1', 'g') END, '' ORDER BY c.n) "
    "FROM regexp_split_to_table(id, '') WITH ORDINALITY AS c(c, n)) END"
)
"""The id as one segment of a path: everything but unreserved characters escaped (RFC 3986 §2)."""


def _wkt(layer: Layer, query: Query, storage_srid: int) -> sql.Composable:
    """A geometry of GeoSPARQL 1.1; its literal names the CRS unless that is CRS84 (§8.5.1)."""
    if layer.geometry is None or not query.geometry:
        return sql.SQL("''")
    wgs84 = query.srid == 4326 and not query.swapped
    crs = "" if wgs84 else f"<http://www.opengis.net/def/crs/EPSG/0/{query.srid}> "
    digits = DEGREE_DIGITS if query.srid == 4326 else METRE_DIGITS
    return sql.SQL(
        """coalesce(',"geo:hasGeometry":{{"@type":"geo:Geometry","geo:asWKT":{{"@type":"geo:wktLi"""
        """teral","@value":' || to_json({crs} || ST_AsText({place}, {digits})) || '}}}}', '')"""
    ).format(crs=sql.Literal(crs), place=_placed(query, storage_srid), digits=sql.Literal(digits))
