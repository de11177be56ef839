"""What a server must hold for Geoloket before migrations: login roles, a database, extensions."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from psycopg import sql

from geoloket.errors import CommandError

DATABASE = "geoloket"
OWNER = "geoloket_owner"
"""Owns the database, migrates and imports."""
WEB = "geoloket_web"
"""Logs in for the web server, which then becomes the reader or the staff role."""
ADMIN = "postgres"
"""The cluster's superuser: makes databases and extensions, nothing else."""
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")

_LOCK = 4751  # any number of our own: one process at a time brings the contents up to date

Dsn = Callable[[str, str], str]
"""Connection string for a user and a database."""


def ensure_contents(dsn: Dsn, say: Callable[[str], None]) -> None:
    """Make roles, database and extensions where they are missing, and update the extensions."""
    with psycopg.connect(dsn(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _ensure_role(admin, OWNER, sql.SQL("LOGIN CREATEROLE"))
        _ensure_role(admin, WEB, sql.SQL("LOGIN NOINHERIT"))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            say("making the database")
            create_database(admin, DATABASE)
        ensure_extensions(dsn(ADMIN, DATABASE))


def create_database(admin: psycopg.Connection, name: str) -> None:
    """Make a database of the owner; ``admin`` is a superuser's connection in autocommit."""
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
            sql.Identifier(name), sql.Identifier(OWNER)
        )
    )


def ensure_extensions(dsn: str) -> None:
    """Install or update the extensions; ``dsn`` is a superuser's."""
    with psycopg.connect(dsn, autocommit=True) as inside:
        for extension in EXTENSIONS:
            _ensure_extension(inside, extension)


def _ensure_role(admin: psycopg.Connection, name: str, attributes: sql.SQL) -> None:
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        admin.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), attributes))


def _ensure_extension(inside: psycopg.Connection, extension: str) -> None:
    row = inside.execute(
        "SELECT installed_version, default_version FROM pg_available_extensions WHERE name = %s",
        [extension],
    ).fetchone()
    name = sql.Identifier(extension)
    if row is None:
        raise CommandError(f"the extension {extension} is missing; install postgresql-contrib")
    if row[0] is None:
        inside.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(name))
    elif row[0] != row[1]:
        inside.execute(sql.SQL("ALTER EXTENSION {} UPDATE").format(name))
