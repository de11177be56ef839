"""Statements for vector tiles: one MVT layer each, whole or generalised.

Nothing is reprojected in the systems that are stored (web mercator, CRS84, the storage CRS). In
another, the rows are found by the index of the storage CRS, and only those are reprojected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, LiteralString, NamedTuple

from psycopg import sql

from geoloket.compose.columns import Statement, geometry_column, sql_of, table
from geoloket.layer import Layer
from geoloket.query import Box

EXTENT: Final = 4096
"""Units along a side of a tile (MVT 2.1 §4.1)."""
UNTIL: Final = "until"
"""Property of layers whose map leaves out what is over: its end, in seconds since 1970."""
_BUFFER: Final = 64
"""Units drawn beyond the sides, so that outlines and labels meet at edges."""
_SPACING: Final = 4
"""Grains along the side of a square in which one point is kept."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a tile lies: EPSG number and box (easting or longitude first)."""

    srid: int
    box: Box

    @property
    def unit(self) -> float:
        """Size of a unit of the tile, in units of the CRS."""
        return (self.box[2] - self.box[0]) / EXTENT


@dataclass(frozen=True, slots=True)
class Part:
    """What a tile holds of a layer: its properties, the rows that may be seen, and the grain.

    ``grain`` is the size, in units of the tile, below which nothing is told apart: smaller areas
    and lines are left out, bends within it are straightened, and of points in a square of some
    grains the first by id stays. At 0 every feature of the tile is there.
    """

    layer: Layer
    properties: tuple[str, ...]
    rows: sql.Composable
    grain: int = 0


def tile(parts: Sequence[Part], frame: Frame, storage_srid: int) -> Statement:
    """Rows ``(place int, tile bytea)``: a Mapbox Vector Tile 2.1 layer for each part, by place.

    Joined in that order they are a tile. A layer without anything in the tile has no bytes.
    """
    west, south, east, north = frame.box
    margin = frame.unit * _BUFFER
    reach = (west - margin, south - margin, east + margin, north + margin)
    values: dict[str, object] = {f"box{at}": value for at, value in enumerate(frame.box)}
    values |= {f"reach{at}": value for at, value in enumerate(reach)}
    shapes: list[_Shape] = []
    for place, part in enumerate(parts):
        rows = sql_of(part.rows)
        shapes.append(_Shape(part.layer, part.properties, rows, grained=part.grain > 0))
        if part.grain:
            values[f"grain{place}"] = part.grain * frame.unit
    stored = frame.srid in (4326, 3857, storage_srid)
    spacing = None if stored else EXTENT * frame.unit / 16
    text = _text(tuple(shapes), _Grid(frame.srid, spacing, storage_srid))
    return Statement(sql.SQL(text), values)


class _Shape(NamedTuple):
    """What the text of a part depends on."""

    layer: Layer
    properties: tuple[str, ...]
    rows: LiteralString
    grained: bool


class _Grid(NamedTuple):
    """What the text depends on of where tiles lie: ``spacing`` for a system that is not stored."""

    srid: int
    spacing: float | None
    storage_srid: int


@lru_cache(maxsize=512)
def _text(shapes: tuple[_Shape, ...], grid: _Grid) -> LiteralString:
    parts = [_layer(shape, place, grid) for place, shape in enumerate(shapes)]
    return sql_of(sql.SQL(" UNION ALL ").join(parts))


def _layer(part: _Shape, place: int, grid: _Grid) -> sql.Composed:
    grain = sql.Placeholder(f"grain{place}") if part.grained else None
    names: list[sql.Composable] = [*map(sql.Identifier, part.properties)]
    columns = list(names)
    if part.layer.tells_until:
        names.append(sql.Identifier(UNTIL))
        columns.append(_until(part.layer))
    where = (_touches(grid), sql.SQL("retired_on IS NULL"), sql.SQL(part.rows))
    storage = grid.storage_srid
    found = sql.SQL(
        "SELECT {source} AS whole, id AS key{columns} FROM {table} WHERE {where}"
    ).format(
        source=geometry_column(storage if grid.spacing else grid.srid, storage),
        columns=_further(columns),
        table=table(part.layer),
        where=sql.SQL(" AND ").join(where),
    )
    drawn = _drawn(sql.SQL("whole"), grid)
    if grain:
        found = _thinned(part.layer, found, grain)
        plain = sql.SQL("ST_Simplify(whole, {} / 2, TRUE)").format(grain)
        # What is long and thin may have no surface left without its bends.
        drawn = sql.SQL("coalesce({}, {})").format(_drawn(plain, grid), drawn)
    return sql.SQL(
        "SELECT {place} AS place, ST_AsMVT(t, {layer}, {extent}, 'mvt') AS tile FROM ("
        "SELECT {drawn} AS mvt{names} "
        "FROM ({found}) AS f ORDER BY key) AS t"  # workers find rows in any order
    ).format(
        place=sql.Literal(place),
        layer=sql.Literal(part.layer.id),
        extent=sql.Literal(EXTENT),
        drawn=drawn,
        names=_further(names),
        found=found,
    )


def _further(columns: Sequence[sql.Composable]) -> sql.Composable:
    return sql.SQL("").join(sql.SQL(", {}").format(column) for column in columns)


def _until(layer: Layer) -> sql.Composable:
    """When a feature is over; no moment is too far away to be a number."""
    begin, end = map(sql.Identifier, layer.time_fields)
    return sql.SQL(
        "floor(extract(epoch FROM least(greatest(coalesce({end}, {begin} + interval '1 day'), "
        "'epoch'), '9999-12-31')))::bigint AS {name}"
    ).format(begin=begin, end=end, name=sql.Identifier(UNTIL))


def _drawn(shape: sql.Composable, grid: _Grid) -> sql.Composable:
    """A geometry in the units of the tile; NULL when nothing of it would be seen."""
    if grid.spacing:  # last of all: of what is left, and with the bends that are left
        shape = sql.SQL("ST_Transform({}, {})").format(shape, sql.Literal(grid.srid))
    return sql.SQL("ST_AsMVTGeom({}, {}, {}, {})").format(
        shape, _box("box", grid.srid), sql.Literal(EXTENT), sql.Literal(_BUFFER)
    )


_SIZE: Final = sql.SQL("greatest(ST_XMax(whole) - ST_XMin(whole), ST_YMax(whole) - ST_YMin(whole))")


def _thinned(layer: Layer, found: sql.Composed, grain: sql.Placeholder) -> sql.Composed:
    """Of the rows found, those that are told apart at the grain; the same ones each time."""
    if layer.geometry and layer.geometry.type.endswith(("Polygon", "LineString")):
        return sql.SQL("SELECT * FROM ({}) AS w WHERE {} >= {}").format(found, _SIZE, grain)
    return sql.SQL(
        "SELECT DISTINCT ON (ST_SnapToGrid(ST_Centroid(whole), {side} * {grain})) * "
        "FROM ({found}) AS w "
        "ORDER BY ST_SnapToGrid(ST_Centroid(whole), {side} * {grain}), {size} DESC, key"
    ).format(found=found, grain=grain, side=sql.Literal(_SPACING), size=_SIZE)


def _touches(grid: _Grid) -> sql.Composable:
    """A condition on a stored column, so that its index finds the rows."""
    if not grid.spacing:
        column = geometry_column(grid.srid, grid.storage_srid)
        return sql.SQL("{} && {}").format(column, _box("reach", grid.srid))
    # Straight edges bend when they are reprojected: give them points to bend at.
    return sql.SQL("geom && ST_Transform(ST_Segmentize({}, {}), {})").format(
        _box("reach", grid.srid), sql.Literal(grid.spacing), sql.Literal(grid.storage_srid)
    )


def _box(name: str, srid: int) -> sql.Composed:
    corners = (sql.Placeholder(f"{name}{at}") for at in range(4))
    return sql.SQL("ST_MakeEnvelope({}, {})").format(sql.SQL(", ").join(corners), sql.Literal(srid))
