"""From a source to ``staging``: copied as it is, then placed, checked and repaired in set SQL.

``raw`` is what COPY fills; ``staging`` is what a section of load.sql reads. Both are unlogged tables
in a schema of this transaction's own, so that imports of two layers do not meet, and so that
PostgreSQL may use parallel workers, which it does not for temporary tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket.errors import SourceRejected
from geoloket.layer import Layer
from processing.importing.copying import copy_source
from processing.importing.mapping import Mapping
from processing.importing.report import Progress
from processing.importing.source import Source

_SETTINGS = {
    "client_min_messages": "warning",
    "min_parallel_table_scan_size": "0",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "jit": "off",
}


@contextmanager
def workroom(connection: Connection[DictRow]) -> Iterator[None]:
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
class Part:
    """The rows of one source: numbered from ``first`` to before ``end``, in the system ``srid``."""

    name: str
    first: int
    end: int
    srid: int | None


def copy_all(
    connection: Connection[DictRow],
    mapping: Mapping,
    sources: Sequence[Source],
    srid: int | None,
    progress: Progress,
) -> list[Part]:
    """Fill ``raw`` from all sources; ``srid`` overrides what they declare."""
    columns = [sql.SQL("{} text").format(sql.Identifier(name)) for name in mapping.columns]
    connection.execute(
        sql.SQL("CREATE UNLOGGED TABLE raw (n bigint, {}, geom geometry)").format(
            sql.SQL(", ").join(columns)
        )
    )
    totals = [source.total for source in sources]
    known = [total for total in totals if total is not None]
    progress.begin("read", sum(known) if len(known) == len(totals) else None)
    parts: list[Part] = []
    first = 1
    for source in sources:
        count = copy_source(
            connection, sql.Identifier("raw"), source, mapping.columns, first, progress
        )
        parts.append(Part(source.name, first, first + count, srid or source.srid))
        first += count
    return parts


def check(
    connection: Connection[DictRow],
    layer: Layer,
    mapping: Mapping,
    parts: Sequence[Part],
    storage_srid: int,
) -> None:
    """Make ``staging`` of ``raw``: its columns, ``geom`` as it may be stored, ``fault``, ``repaired``.

    ``fault`` is why a position cannot be used (then ``geom`` is NULL); ``repaired`` tells that the
    geometry was made valid. Raises SourceRejected when most positions contradict the declared CRS.
    """
    if layer.geometry is None:
        connection.execute(
            "CREATE UNLOGGED TABLE staging AS "
            "SELECT raw.*, NULL::text AS fault, false AS repaired FROM raw"
        )
        return
    kind = layer.geometry.type
    statement = sql.SQL(_CHECK).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, ("n", *mapping.columns))),
        declared=_declared(parts),
        storage=sql.Literal(storage_srid),
        shaped=_shape(kind, sql.SQL("geom")),
        repaired=_shape(kind, sql.SQL("geoloket.import_repaired(geom)")),
        expected=sql.Literal(kind),
        kinds=sql.Literal(_kinds(kind)),
    )
    connection.execute(statement)
    _refuse_other_crs(connection)


def _declared(parts: Sequence[Part]) -> sql.Composable:
    """The declared EPSG number of row ``n``."""
    if len({part.srid for part in parts}) == 1:
        return sql.SQL("{}::integer").format(sql.Literal(parts[0].srid))
    cases = [
        sql.SQL("WHEN n < {} THEN {}::integer").format(sql.Literal(p.end), sql.Literal(p.srid))
        for p in parts
    ]
    return sql.SQL("CASE {} END").format(sql.SQL(" ").join(cases))


def _shape(kind: str, geometry: sql.SQL) -> sql.Composable:
    """A geometry as the column wants it: collections for Multi types, the one member otherwise."""
    if kind == "Geometry":
        return geometry
    if kind.startswith("Multi"):
        return sql.SQL("ST_Multi({})").format(geometry)
    return sql.SQL(
        "CASE WHEN ST_NumGeometries({0}) = 1 THEN ST_GeometryN({0}, 1) ELSE {0} END"
    ).format(geometry)


def _kinds(kind: str) -> list[str]:
    """Names, as GeometryType() tells them, that a column of this kind takes after shaping."""
    if kind != "Geometry":
        return [kind.upper()]
    simple = ["POINT", "LINESTRING", "POLYGON"]
    return [*simple, *(f"MULTI{name}" for name in simple)]


def _refuse_other_crs(connection: Connection[DictRow]) -> None:
    row = connection.execute(
        "SELECT count(*) AS wrong, (SELECT count(*) FROM raw WHERE geom IS NOT NULL) AS total, "
        "min(fault) AS fault FROM staging WHERE fault LIKE 'position is in EPSG:%'"
    ).fetchone()
    if row and row["wrong"] * 2 > row["total"]:
        raise SourceRejected(
            f"{row['wrong']} of {row['total']} positions contradict the coordinate system that the "
            f"source declares ({row['fault']}); say with --crs in which system they are"
        )


# OFFSET 0 keeps PostgreSQL from merging the levels, which would work each expression out as often
# as it is used; and what is a plain column can be handed to an inlined function. From the inside
# out: corners, place, storage CRS, shape, validity, repair, verdict.
_CHECK = """
CREATE UNLOGGED TABLE staging AS
SELECT {columns},
    CASE WHEN fault IS NULL THEN mended END AS geom, fault, fault IS NULL AND NOT valid AS repaired
FROM (
    SELECT {columns}, mended, valid,
        CASE
            WHEN misplaced IS NOT NULL THEN misplaced
            WHEN geom IS NULL THEN NULL
            WHEN geoloket.import_srid(x, y) IS DISTINCT FROM {storage} THEN 'position outside Belgium'
            WHEN GeometryType(geom) <> ALL ({kinds}::text[])
            THEN GeometryType(geom) || ' where ' || {expected} || ' is expected'
            WHEN mended IS NULL THEN 'invalid geometry, no certain repair: ' || ST_IsValidReason(geom)
        END AS fault
    FROM (
        SELECT *, CASE WHEN valid THEN geom ELSE {repaired} END AS mended
        FROM (
            SELECT *, ST_IsValid(geom) AS valid, ST_XMin(geom) AS x, ST_YMin(geom) AS y
            FROM (
                SELECT {columns}, misplaced, {shaped} AS geom
                FROM (
                    SELECT {columns}, misplaced,
                        CASE WHEN misplaced IS NULL THEN geoloket.to_srid(geom, {storage}) END AS geom
                    FROM (
                        SELECT {columns}, misplaced,
                            ST_SetSRID(
                                CASE WHEN ST_HasArc(geom) THEN ST_CurveToLine(geom, 0.01, 1, 0)
                                     ELSE ST_Force2D(geom) END,
                                geoloket.import_kin(coalesce(declared, geoloket.import_srid(x, y)))
                            ) AS geom
                        FROM (
                            SELECT *, coalesce(
                                    geoloket.import_position_fault(x, y, declared),
                                    geoloket.import_position_fault(x_max, y_max, declared)) AS misplaced
                            FROM (
                                SELECT {columns}, {declared} AS declared, geom,
                                    ST_XMin(geom) AS x, ST_YMin(geom) AS y,
                                    ST_XMax(geom) AS x_max, ST_YMax(geom) AS y_max
                                FROM (
                                    SELECT {columns}, CASE WHEN NOT ST_IsEmpty(geom) THEN geom END AS geom
                                    FROM raw OFFSET 0
                                ) AS given OFFSET 0
                            ) AS cornered OFFSET 0
                        ) AS placed OFFSET 0
                    ) AS located OFFSET 0
                ) AS turned OFFSET 0
            ) AS shaped OFFSET 0
        ) AS examined OFFSET 0
    ) AS repaired OFFSET 0
) AS judged
"""
