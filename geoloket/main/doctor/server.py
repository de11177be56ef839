"""The database server: versions, migrations, tables, indexes, connections."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.embedded.programs import OLDEST
from geoloket.layer import Layer
from geoloket.main.doctor.finding import Finding, State
from geoloket.registry import LayerRegistry, cupboard
from geoloket.settings import Settings

_OLDEST_POSTGIS = [3, 3]
_OTHER_CONNECTIONS = 10  # worker, imports, a person with psql


def findings(
    connection: Connection[DictRow], settings: Settings, registry: LayerRegistry
) -> Iterator[Finding]:
    """Everything that the server can tell; ``connection`` is the owner's, in autocommit."""
    yield from _versions(connection)
    pending = _pending(connection, registry)
    if pending:
        yield Finding(State.WRONG, "migrations", f"{', '.join(pending)}: run geoloket migrate")
        return
    yield Finding(State.OK, "migrations", "all applied")
    yield from _indexes(connection, registry)
    yield _connections(connection, settings)
    size = _value(connection, "SELECT pg_size_pretty(pg_database_size(current_database()))")
    yield Finding(State.OK, "size", str(size))


def _versions(connection: Connection[DictRow]) -> Iterator[Finding]:
    number = connection.info.server_version
    version = f"{number // 10_000}.{number % 10_000}"
    yield Finding(_at_least(number // 10_000 >= OLDEST), "PostgreSQL", version)
    gis = str(_value(connection, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'"))
    parts = [int(part) for part in gis.split(".")[:2] if part.isdigit()]  # none when it is absent
    yield Finding(_at_least(parts >= _OLDEST_POSTGIS), "PostGIS", gis)
    if parts >= _OLDEST_POSTGIS:
        proj = str(_value(connection, "SELECT postgis_proj_version()"))
        yield Finding(State.OK, "PROJ of PostGIS", proj.split(maxsplit=1)[0])


def _pending(connection: Connection[DictRow], registry: LayerRegistry) -> list[str]:
    """Migrations not applied, and layers without a table."""
    if not _value(connection, "SELECT to_regclass('geoloket.migrations')"):
        return ["nothing was migrated yet"]
    rows = connection.execute("SELECT owner, name FROM geoloket.migrations")
    applied = {(row["owner"], row["name"]) for row in rows}
    files = [("data", file.name) for file in sorted(cupboard("data/migrations").glob("*.sql"))]
    for layer in registry.values():
        files += [(layer.id, file.name) for file in (layer.folder / "migrations").glob("*.sql")]
    pending = [f"{owner}/{name}" for owner, name in files if (owner, name) not in applied]
    absent = [layer.id for layer in registry.values() if not _there(connection, layer)]
    return pending + [f"layer {layer_id}" for layer_id in absent]


def _there(connection: Connection[DictRow], layer: Layer) -> bool:
    table = f"{layer.schema_name}.{layer.id}"
    return bool(_value(connection, "SELECT to_regclass(%s)::text", table))


def _indexes(connection: Connection[DictRow], registry: LayerRegistry) -> Iterator[Finding]:
    """Each geometry column needs a valid GiST index, or each box and tile reads the whole table."""
    rows = connection.execute(
        "SELECT n.nspname || '.' || c.relname || '.' || a.attname AS name FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
        "WHERE m.amname = 'gist' AND i.indisvalid"
    )
    present = {row["name"] for row in rows}
    wanted = {
        f"{layer.schema_name}.{layer.id}.{column}"
        for layer in registry.values()
        if layer.geometry
        for column in ("geom", "geom_crs84", "geom_3857")
    }
    missing = sorted(wanted - present)
    if missing:
        fact = f"missing on {', '.join(missing)}: run geoloket migrate"
        yield Finding(State.WRONG, "indexes", fact)
    else:
        yield Finding(State.OK, "indexes", f"{len(wanted)} on geometries, all valid")


def _connections(connection: Connection[DictRow], settings: Settings) -> Finding:
    rows = connection.execute(
        "SELECT current_setting('max_connections')::int "
        "- current_setting('superuser_reserved_connections')::int AS free"
    ).fetchone()
    free = int(rows["free"]) if rows else 0
    pool = settings.server.workers * settings.database.pool_size
    fact = f"{settings.server.workers} web processes × {settings.database.pool_size}, of {free}"
    if pool + _OTHER_CONNECTIONS <= free:
        return Finding(State.OK, "connections", fact)
    return Finding(State.WRONG, "connections", f"{fact}: too many; lower the pool or the workers")


def _at_least(new_enough: bool) -> State:
    return State.OK if new_enough else State.WRONG


def _value(connection: Connection[DictRow], statement: str, *values: object) -> object:
    row = connection.execute(statement.encode(), values).fetchone()
    return next(iter(row.values())) if row else None
