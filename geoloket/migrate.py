"""Make a database a Geoloket database, or bring one up to date: one transaction, repeatable.

In order: roles; ``data/migrations``; ``data/functions`` (applied again each time); a table per
layer, made and extended from its declaration, with the layer's own ``migrations/`` and
``table.sql``; those of ``data/migrations`` with ``_post_`` in their name; and last the grants and
row-level security, from the declarations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, LiteralString, cast

from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket import compose, grants, jobs
from geoloket.errors import CommandError
from geoloket.field import SQL_TYPES
from geoloket.layer import Layer
from geoloket.registry import LayerRegistry, cupboard

Report = Callable[[str], None]

# Any number that nothing else locks: one migration at a time per database.
_LOCK = 0x6E0_10CE7

_MADE: Final = {"geom_crs84": 4326, "geom_3857": 3857}
"""Columns that follow from ``geom``, with their EPSG numbers."""


def migrate(
    connection: Connection[DictRow],
    registry: LayerRegistry,
    storage_srid: int,
    report: Report = lambda line: None,
) -> None:
    """Bring the database up to date and commit; on any error nothing has changed.

    ``connection`` is the owner's. Raises CommandError when an applied migration file was edited,
    or when a declaration changed in a way that only a migration can follow.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute("SET LOCAL search_path TO geoloket, staff, public")
        connection.execute("SET LOCAL client_min_messages TO warning")
        # Functions may name tables that are made a moment later.
        connection.execute("SET LOCAL check_function_bodies TO off")
        _prepare(connection)
        files = sorted(cupboard("data/migrations").glob("*.sql"))
        late = [file for file in files if "_post_" in file.name]
        _apply_new(connection, [file for file in files if file not in late], "data", report)
        for file in sorted(cupboard("data/functions").glob("*.sql")):
            _run(connection, file)
        for layer in registry.values():
            _table(connection, layer, storage_srid, report)
        _apply_new(connection, late, "data", report)
        jobs.install(connection)
        grants.take_back(connection)
        _run(connection, cupboard("data") / "grants.sql")
        grants.give(connection, registry)


def reproject(
    connection: Connection[DictRow], registry: LayerRegistry, report: Report = lambda line: None
) -> None:
    """Compute the stored CRS84 and web-mercator columns anew, as after installing a PROJ grid."""
    with connection.transaction():
        for layer in registry.values():
            if layer.geometry:
                report(f"{layer.id}: reprojecting")
                connection.execute(
                    sql.SQL("UPDATE {} SET geom = geom").format(compose.table(layer))
                )


def _prepare(connection: Connection[DictRow]) -> None:
    for extension in ("postgis", "pg_trgm", "unaccent"):
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(
                sql.Identifier(extension)
            )
        )
    _run(connection, cupboard("data") / "roles.sql")
    connection.execute("CREATE SCHEMA IF NOT EXISTS geoloket")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS geoloket.migrations (owner text, name text, checksum text "
        "NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, name))"
    )


def _run(connection: Connection[DictRow], file: Path) -> None:
    # Files of the operator's own tree are as trusted as the program itself.
    connection.execute(cast("LiteralString", file.read_text(encoding="utf-8")))


def _apply_new(
    connection: Connection[DictRow],
    files: Sequence[Path],
    owner: str,
    report: Report,
    *,
    run: bool = True,
) -> None:
    """Apply the files that were not applied before, or only note them when ``run`` is false."""
    cursor = connection.execute(
        "SELECT name, checksum FROM geoloket.migrations WHERE owner = %s", [owner]
    )
    applied = {row["name"]: row["checksum"] for row in cursor}
    for file in files:
        checksum = hashlib.sha256(file.read_bytes()).hexdigest()
        if file.name not in applied:
            if run:
                report(f"{owner}: {file.name}")
                _run(connection, file)
            connection.execute(
                "INSERT INTO geoloket.migrations (owner, name, checksum) VALUES (%s, %s, %s)",
                [owner, file.name, checksum],
            )
        elif applied[file.name] != checksum:
            raise CommandError(
                f"migration {owner}/{file.name} was changed after it was applied; "
                "put it back and write a new one"
            )


def _table(
    connection: Connection[DictRow], layer: Layer, storage_srid: int, report: Report
) -> None:
    """Make the layer's table, or follow its declaration.

    A new table is made as the declaration is now, so the layer's migrations, which lead there from
    what it was before, are only noted as applied.
    """
    name = compose.table(layer)
    present = _present(connection, layer)
    own = sorted((layer.folder / "migrations").glob("*.sql"))
    _apply_new(connection, own, layer.id, report, run=bool(present))
    if present:
        present = _present(connection, layer)
    else:
        report(f"{layer.id}: new table {layer.schema_name}.{layer.id}")
        connection.execute(
            sql.SQL(
                'CREATE TABLE {} (id text COLLATE "C" PRIMARY KEY, retired_on date, '
                "imported_at timestamptz NOT NULL DEFAULT now())"
            ).format(name)
        )
        _touch_trigger(connection, layer)
    for column, kind in _columns(layer, storage_srid).items():
        if column not in present:
            statement = sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
                name, sql.Identifier(column), sql.SQL(cast("LiteralString", kind))
            )
            connection.execute(statement)
        elif present[column].lower() != kind.lower():
            raise CommandError(
                f"layer {layer.id}: column {column} is {present[column]} in the database and "
                f"{kind} in layer.toml; write a migration in the layer's folder"
            )
    _public_rows(connection, layer, "is_public" in present)
    if layer.geometry:
        _place_triggers(connection, layer)
        for column in ("geom", *_MADE):
            connection.execute(
                sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING gist ({})").format(
                    sql.Identifier(f"{layer.id}_{column}"), name, sql.Identifier(column)
                )
            )
    _equality_indexes(connection, layer)
    extra = layer.folder / "table.sql"
    if extra.is_file():
        _run(connection, extra)
    _comment(connection, layer)


def _equality_indexes(connection: Connection[DictRow], layer: Layer) -> None:
    """Have an index of each ``indexed`` field, and of no other.

    Of hashes: they are of one size however long a text is, and are quickly made.
    """
    for field in layer.fields:
        long = f"{layer.id}_{field.name}"
        digest = hashlib.sha256(long.encode()).hexdigest()[:8]
        name = f"{long[:50]}_is_{digest}"  # at most 63 bytes, as PostgreSQL has it
        if field.indexed:
            statement = sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING hash ({})").format(
                sql.Identifier(name), compose.table(layer), sql.Identifier(field.name)
            )
        else:
            statement = sql.SQL("DROP INDEX IF EXISTS {}").format(
                sql.Identifier(layer.schema_name, name)
            )
        connection.execute(statement)


def _present(connection: Connection[DictRow], layer: Layer) -> dict[str, str]:
    """Column name to type of the layer's table; empty when there is none."""
    cursor = connection.execute(
        "SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute "
        "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
        [f"{layer.schema_name}.{layer.id}"],
    )
    return {row["name"]: row["type"] for row in cursor}


def _columns(layer: Layer, storage_srid: int) -> dict[str, str]:
    """Column name to SQL type (and generation) for all but the first system columns."""
    columns = {field.name: SQL_TYPES[field.type] for field in layer.fields}
    if layer.geometry:
        kind = layer.geometry.type
        for column, srid in {"geom": storage_srid, **_MADE}.items():
            columns[column] = f"geometry({kind},{srid})"
    return columns


def _place_triggers(connection: Connection[DictRow], layer: Layer) -> None:
    """Keep the reprojected columns in step with ``geom``.

    Generated columns would do so too, but one by one and only in the one process that writes. An
    import works them out in parallel and brings them along.
    """
    table = compose.table(layer)
    connection.execute(
        sql.SQL(
            "CREATE OR REPLACE TRIGGER place_new BEFORE INSERT ON {} FOR EACH ROW "
            "WHEN (NEW.geom_crs84 IS NULL OR NEW.geom_3857 IS NULL) "
            "EXECUTE FUNCTION geoloket.place_geometry()"
        ).format(table)
    )
    connection.execute(
        sql.SQL(
            "CREATE OR REPLACE TRIGGER place_moved BEFORE UPDATE OF geom ON {} FOR EACH ROW "
            "EXECUTE FUNCTION geoloket.place_geometry()"
        ).format(table)
    )


def _public_rows(connection: Connection[DictRow], layer: Layer, present: bool) -> None:
    """Keep ``is_public`` as ``public_when`` says; the column is made anew when that changes."""
    name, schema = compose.table(layer), layer.schema_name
    cursor = connection.execute(
        "SELECT col_description(to_regclass(%s), attnum) AS rule FROM pg_attribute "
        "WHERE attrelid = to_regclass(%s) AND attname = 'is_public'",
        [f"{schema}.{layer.id}"] * 2,
    )
    row = cursor.fetchone()
    if present and (row is None or row["rule"] != layer.public_when):
        connection.execute(sql.SQL("ALTER TABLE {} DROP COLUMN is_public CASCADE").format(name))
        present = False
    if layer.public_when and not present:
        condition = sql.SQL(cast("LiteralString", layer.public_when))
        connection.execute(
            sql.SQL(
                "ALTER TABLE {} ADD COLUMN is_public boolean NOT NULL "
                "GENERATED ALWAYS AS (coalesce(({}), false)) STORED"
            ).format(name, condition)
        )
        connection.execute(
            sql.SQL("COMMENT ON COLUMN {}.is_public IS {}").format(
                name, sql.Literal(layer.public_when)
            )
        )


def _touch_trigger(connection: Connection[DictRow], layer: Layer) -> None:
    connection.execute(
        sql.SQL(
            "CREATE TRIGGER touch_layer AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {} "
            "FOR EACH STATEMENT EXECUTE FUNCTION geoloket.touch_layer({})"
        ).format(compose.table(layer), sql.Literal(layer.id))
    )
    connection.execute(
        "INSERT INTO geoloket.layer_state (layer) VALUES (%s) ON CONFLICT DO NOTHING", [layer.id]
    )


def _comment(connection: Connection[DictRow], layer: Layer) -> None:
    """Titles become comments, so that psql and QGIS show them."""
    name = compose.table(layer)
    text = sql.SQL("COMMENT ON TABLE {} IS {}")
    connection.execute(text.format(name, sql.Literal(layer.title["nl"])))
    for field in layer.fields:
        connection.execute(
            sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                name, sql.Identifier(field.name), sql.Literal(field.title["nl"])
            )
        )
