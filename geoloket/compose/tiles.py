"""The statement for a vector tile."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from geoloket.compose.columns import Statement, table
from geoloket.layer import Layer


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


def _tile_fields(layer: Layer) -> tuple[str, ...]:
    return layer.map.fields if layer.map else ()
