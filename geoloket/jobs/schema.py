"""The queue of work that outlives a request: procrastinate, in the schema ``jobs``."""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString, cast

import procrastinate
from procrastinate import PsycopgConnector
from procrastinate.schema import SchemaManager
from psycopg import Connection, conninfo
from psycopg.rows import DictRow

SCHEMA = "jobs"

_PATH = f"{SCHEMA}, geoloket, staff, public"


def install(connection: Connection[DictRow]) -> None:
    """Make the queue's tables, or bring them up to the installed procrastinate.

    Runs inside the caller's transaction, as the owner; part of every migrate. procrastinate ships
    its whole schema and the migrations that lead to it, whose names sort by version.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS jobs")
    connection.execute("CREATE TABLE IF NOT EXISTS jobs.migrations (name text PRIMARY KEY)")
    path = connection.execute("SELECT current_setting('search_path') AS path").fetchone()
    connection.execute("SET LOCAL search_path TO jobs, public")
    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    applied = {row["name"] for row in connection.execute("SELECT name FROM jobs.migrations")}
    if not applied:
        # %-signs are only special where values are passed, and none are.
        connection.execute(SchemaManager.get_schema())
    for file in files:
        if file.name not in applied:
            if applied:
                connection.execute(cast("LiteralString", file.read_text(encoding="utf-8")))
            connection.execute("INSERT INTO jobs.migrations VALUES (%s)", [file.name])
    # Which entries are of a run: asked when one is dismissed, and of those that nobody hears of.
    connection.execute(
        "CREATE INDEX IF NOT EXISTS entries_of_job ON jobs.procrastinate_jobs ((args->>'job')) "
        "WHERE queue_name = 'jobs'"
    )
    connection.execute("SELECT set_config('search_path', %s, true)", [path and path["path"]])


def connection_string(dsn: str) -> str:
    """That of a connection that works as ``geoloket_worker`` and finds the queue's tables."""
    given = conninfo.conninfo_to_dict(dsn)
    options = [
        str(given.get("options") or ""),
        "-c role=geoloket_worker",
        f"-c search_path={_PATH.replace(' ', '')}",
        "-c application_name=geoloket-worker",
    ]
    return conninfo.make_conninfo(dsn, options=" ".join(filter(None, options)))


def queue(dsn: str, connections: int = 4) -> procrastinate.App:
    """The queue of the database at ``dsn``, worked as ``geoloket_worker``; opens no connection."""
    connector = PsycopgConnector(
        conninfo=connection_string(dsn), min_size=1, max_size=connections, timeout=10
    )
    return procrastinate.App(connector=connector)
