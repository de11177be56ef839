"""From sources to ``staging``, which the sections of load.sql read.

``raw`` is what COPY fills; ``staging`` is a view of it with geometry in the storage CRS. They live
in a schema of this transaction's own, so that imports of two layers do not meet, and are unlogged
tables, for which PostgreSQL uses parallel workers as it does not for temporary ones.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket.layer import Layer
from processing.importing.copying import Copied, copy_source
from processing.importing.mapping import Mapping
from processing.importing.report import Progress
from processing.importing.source import Source

_SETTINGS = {
    "client_min_messages": "warning",
    "min_parallel_table_scan_size": "0",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "jit": "off",
    "work_mem": "128MB",
    "maintenance_work_mem": "256MB",
}


@contextmanager
def workroom(connection: Connection[DictRow]) -> Generator[None]:
    """A schema for this import's tables, first on the search path, and gone when it is over."""
    row = connection.execute(
        "SELECT current_setting('search_path') AS path, pg_backend_pid() AS pid"
    ).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    schema = sql.Identifier(f"import_{row['pid']}")
    kept = {name: _setting(connection, name) for name in _SETTINGS}
    _set(connection, _SETTINGS)
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    path = sql.SQL("SET LOCAL search_path TO {}, geoloket, staff, public").format(schema)
    connection.execute(path)
    yield
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
    _set(connection, {**kept, "search_path": row["path"]})


def _setting(connection: Connection[DictRow], name: str) -> str:
    row = connection.execute("SELECT current_setting(%s) AS value", [name]).fetchone()
    return str(row["value"]) if row else ""


def _set(connection: Connection[DictRow], values: dict[str, str]) -> None:
    for name, value in values.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, value])


@dataclass(frozen=True, slots=True)
class Table:
    """What ``raw`` is made for: a layer, one of its formats, and the CRS when it is told."""

    layer: Layer
    mapping: Mapping
    srid: int | None


def copy_all(
    connection: Connection[DictRow], table: Table, sources: Sequence[Source], progress: Progress
) -> list[Copied]:
    """Fill ``raw`` and ``flaws`` from all sources.

    ``flaws`` says per row why its position cannot be used (then ``geom`` is NULL), or that its
    geometry was made valid.
    """
    layer, columns = table.layer, table.mapping.columns
    texts = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(c)) for c in columns)
    connection.execute(
        sql.SQL("CREATE UNLOGGED TABLE raw (n bigint, {}, srid integer, geom geometry)").format(
            texts
        )
    )
    totals = [source.total for source in sources]
    known = [total for total in totals if total is not None]
    progress.begin(f"{layer.id}: reading", sum(known) if len(known) == len(totals) else None)
    parts: list[Copied] = []
    for source in sources:
        part = copy_source(
            connection,
            source,
            columns,
            geometry=layer.geometry.type if layer.geometry else None,
            srid=table.srid or source.srid,
            first=parts[-1].end if parts else 1,
            progress=progress,
        )
        parts.append(part)
    _copy_flaws(connection, parts)
    return parts


def _copy_flaws(connection: Connection[DictRow], parts: Sequence[Copied]) -> None:
    connection.execute("CREATE UNLOGGED TABLE flaws (n bigint PRIMARY KEY, fault text)")
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY flaws (n, fault) FROM STDIN") as copy,
    ):
        for part in parts:
            for flaw in part.flaws:
                copy.write_row((flaw.row, flaw.fault))
    connection.execute("ANALYZE flaws")


def stage(
    connection: Connection[DictRow], layer: Layer, mapping: Mapping, storage_srid: int
) -> None:
    """Make the view ``staging`` of ``raw``: the columns, and ``geom`` as it may be stored."""
    geometry: sql.Composable = sql.SQL("NULL::geometry")
    if layer.geometry:
        geometry = _stored(connection, storage_srid)
        if layer.geometry.multi:
            geometry = sql.SQL("ST_Multi({})").format(geometry)
    connection.execute(
        sql.SQL("CREATE VIEW staging AS SELECT n, {}, {} AS geom FROM raw").format(
            sql.SQL(", ").join(map(sql.Identifier, mapping.columns)), geometry
        )
    )


def _stored(connection: Connection[DictRow], storage_srid: int) -> sql.Composable:
    """``geom`` in the storage CRS; degrees of any kind pass through ETRS89 (see crs.sql)."""
    elsewhere = connection.execute(
        "SELECT FROM raw WHERE srid <> %s AND geom IS NOT NULL LIMIT 1", [storage_srid]
    )
    if elsewhere.fetchone() is None:
        return sql.SQL("ST_SetSRID(geom, {})").format(sql.Literal(storage_srid))
    return sql.SQL("geoloket.to_srid(ST_SetSRID(geom, srid), {})").format(sql.Literal(storage_srid))
