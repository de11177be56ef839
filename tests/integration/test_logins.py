"""Logins of the database that own nothing: the web's, and that of a web for visitors alone."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.demo import wait_for
from fixtures.identity import HERE, Rogue, by_rogue, identified, loket
from fixtures.server import settings_for
from psycopg import sql
from psycopg.rows import DictRow

from geoloket.database import connect
from geoloket.embedded import ADMIN, OWNER, WEB
from geoloket.main import app
from geoloket.settings import Settings

pytestmark = pytest.mark.xdist_group("sign-in")

PUBLIC = "geoloket_test_public"
"""As the manual has it made: a member of the role of visitors, and of no other."""


@pytest.fixture(scope="module")
def database(server: Dsn, template: str) -> Iterator[str]:
    with copied(server, template) as name:
        with connect(server(OWNER, name)) as owner:
            owner.execute(
                "INSERT INTO geoloket.events "
                "(id, geom, name, starts, request_status, publicity, organiser) "
                "SELECT id, ST_Point(70100, 211100, 31370), id, now(), status, true, 'CANARY' "
                "FROM (VALUES ('open', 'approved'), ('shut', 'refused')) AS one (id, status)"
            )
        yield name


@pytest.fixture(scope="module")
def public_dsn(server: Dsn, database: str) -> Iterator[str]:
    """The private cluster of the tests is told to let it in as it does the others."""
    if os.environ.get("GEOLOKET_TEST_DSN"):
        pytest.skip("only the private cluster of the tests is ours to let somebody in")
    name, dsn = sql.Identifier(PUBLIC), server(PUBLIC, database)
    with connect(server(ADMIN, database), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(name))
        admin.execute(sql.SQL("GRANT geoloket_reader TO {}").format(name))
        row = admin.execute(
            "SELECT current_setting('ident_file') AS place, "
            "pg_read_file(current_setting('ident_file')) AS lines"
        ).fetchone()
        assert row
        file, before = Path(row["place"]), row["lines"]
        more = [one.replace(WEB, PUBLIC) for one in before.splitlines() if one.endswith(WEB)]
        _write(admin, file, [*before.splitlines(), *more])
        wait_for(partial(_lets_in, dsn))
    yield dsn
    with connect(server(ADMIN, database), autocommit=True) as admin:
        _write(admin, file, before.splitlines())
        admin.execute(sql.SQL("DROP ROLE {}").format(name))


def _write(admin: psycopg.Connection[DictRow], file: Path, lines: list[str]) -> None:
    statement = sql.SQL("COPY (SELECT unnest({}::text[])) TO {}")
    admin.execute(statement.format(sql.Literal(lines), sql.Literal(str(file))))
    admin.execute("SELECT pg_reload_conf()")


def _lets_in(dsn: str) -> bool:
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True


@asynccontextmanager
async def visiting(settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    application = app.create(settings)
    async with application.router.lifespan_context(application):
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            yield client


async def test_the_web_serves_everybody_with_a_login_that_owns_nothing(
    server: Dsn, database: str, rogue: Rogue, tmp_path: Path
):
    settings = identified(server(WEB, database), tmp_path, by_rogue(rogue))
    async with loket(settings) as one:
        browser = one.browser()
        async with browser.client:
            seen = (await browser.get("/ogc/collections/events/items")).json()
            assert [feature["id"] for feature in seen["features"]] == ["open"]
            assert (await browser.sign_in("joris")).status_code == 303
            seen = (await browser.get("/ogc/collections/events/items")).json()
            assert {feature["id"] for feature in seen["features"]} == {"open", "shut"}
            assert (await browser.get("/medewerker/toegang")).status_code == 200
    with psycopg.connect(server(WEB, database), autocommit=True) as web:
        for statement in (
            "SELECT * FROM audit.entries",
            "SELECT * FROM people.sessions",
            "SELECT * FROM geoloket.events",  # nothing by itself: it takes a role first
            "DROP TABLE geoloket.events",
            "ALTER TABLE geoloket.events DISABLE ROW LEVEL SECURITY",
            "SET ROLE geoloket_owner",
            "SET ROLE geoloket_worker",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement.encode())


async def test_a_web_for_visitors_alone_can_become_nobody(public_dsn: str, tmp_path: Path):
    async with visiting(settings_for(public_dsn, tmp_path)) as client:
        seen = await client.get("/ogc/collections/events/items")
        assert [feature["id"] for feature in seen.json()["features"]] == ["open"]
        assert "CANARY" not in seen.text
        for path in ("/", "/evenementen", "/kaart", "/ogc", "/stac", "/privacy"):
            assert (await client.get(path)).status_code == 200, path
        assert (await client.get("/medewerker")).status_code == 404
    with psycopg.connect(public_dsn, autocommit=True) as login:
        login.execute("SET ROLE geoloket_reader")
        for role in ("staff", "housing", "editor", "porter", "worker", "owner"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute(f"SET ROLE geoloket_{role}".encode())
