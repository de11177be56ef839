"""``geoloket db backup|restore``: the whole database in one file, put back all or nothing."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from psycopg import conninfo, sql

from geoloket.database import connect
from geoloket.embedded import ADMIN, EmbeddedCluster
from geoloket.embedded.contents import ensure_extensions
from geoloket.embedded.programs import client_program
from geoloket.errors import CommandError
from geoloket.main.connect import owner_dsn, using_database
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry, cupboard
from geoloket.settings import Settings

# What a database has before anything is restored into it, and only a superuser may change.
_PRESENT = (" EXTENSION ", " COMMENT - EXTENSION ", " public spatial_ref_sys ")


def backup(settings: Settings, file: Path) -> None:
    """Write the database to ``file`` (pg_dump's own format), which appears when it is complete."""
    part = file.with_name(f"{file.name}.part")
    with using_database(settings):
        try:
            _run("pg_dump", "--format=custom", f"--file={part}", f"--dbname={owner_dsn(settings)}")
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)


def restore(settings: Settings, file: Path) -> None:
    """Put back what ``backup`` wrote, into a new database that then takes the old one's name.

    Whatever fails, the database is as it was. Sessions under way are cut off at the end.
    Raises CommandError when the file is no backup or the server refuses.
    """
    contents = _contents(file)
    registry = LayerRegistry.read(settings.layers)
    with using_database(settings):
        name = _database_name(settings)
        new = f"{name}_restoring"
        with psycopg.connect(_admin_dsn(settings, "postgres"), autocommit=True) as admin:
            _create(admin, settings, new)
            try:
                _fill(settings, new, file, contents)
                with connect(_in(owner_dsn(settings), new)) as connection:
                    migrate(connection, registry, settings.storage_srid)
                _swap(admin, name, new)
            finally:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(_name(new)))


def _contents(file: Path) -> str:
    """The list of what the backup holds, less what every database has."""
    lines = _run("pg_restore", "--list", str(file)).splitlines(keepends=True)
    return "".join(line for line in lines if not any(part in line for part in _PRESENT))


def _create(admin: psycopg.Connection, settings: Settings, new: str) -> None:
    owner = conninfo.conninfo_to_dict(owner_dsn(settings)).get("user") or ""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(_name(new)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(_name(new))
        + (sql.SQL(" OWNER {}").format(_name(str(owner))) if owner else sql.SQL(""))
    )
    ensure_extensions(_admin_dsn(settings, new))


def _fill(settings: Settings, new: str, file: Path, contents: str) -> None:
    dsn = _in(owner_dsn(settings), new)
    with connect(dsn) as connection:  # grants name roles, which belong to the server
        roles = (cupboard("data") / "roles.sql").read_text(encoding="utf-8")
        connection.execute(cast("LiteralString", roles))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list") as listing:
        listing.write(contents)
        listing.flush()
        _run(
            *("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner"),
            *(f"--use-list={listing.name}", f"--dbname={dsn}", str(file)),
        )


def _swap(admin: psycopg.Connection, name: str, new: str) -> None:
    """Give the new database the name of the old one, in one transaction, and drop the old one."""
    old = f"{name}_replaced"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(_name(old)))
    admin.execute(limit.format(_name(name), sql.Literal(0)))  # nobody new comes in
    try:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)",
            [[name, new]],
        )
        with admin.transaction():
            admin.execute(rename.format(_name(name), _name(old)))
            admin.execute(rename.format(_name(new), _name(name)))
    except psycopg.Error as error:
        admin.execute(limit.format(_name(name), sql.Literal(-1)))
        raise CommandError(f"the restored database could not take over: {error}") from None
    admin.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(_name(old)))


def _run(program: str, *arguments: str) -> str:
    """Run a client program; its output. Raises CommandError with the end of its complaint."""
    outcome = subprocess.run(
        [client_program(program), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if outcome.returncode != 0:
        told = " | ".join(outcome.stderr.strip().splitlines()[-3:])
        raise CommandError(f"{program} failed: {told}")
    return outcome.stdout


def _database_name(settings: Settings) -> str:
    with connect(owner_dsn(settings)) as connection:
        return connection.info.dbname


def _admin_dsn(settings: Settings, database: str) -> str:
    """Who may make databases: our server's superuser, or the login of an external one."""
    if settings.database.dsn is not None:
        return _in(owner_dsn(settings), database)
    return EmbeddedCluster(settings.home).dsn(ADMIN, database)


def _in(dsn: str, database: str) -> str:
    return conninfo.make_conninfo(dsn, dbname=database)


def _name(text: str) -> sql.Identifier:
    return sql.Identifier(text)
