"""The audit log: every look is in it before it is shown, and no change of it goes unseen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from click.testing import CliRunner
from fixtures.server import settings_for
from psycopg.rows import DictRow
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from geoloket.access import VISITOR, Principal, Role
from geoloket.audit import AuditLog, Ledger, Look, chain, confidential
from geoloket.database import Database, connect
from geoloket.errors import CommandError
from geoloket.main import app, auditing
from geoloket.main.cli import cli
from geoloket.main.gate import Gate
from geoloket.registry import LayerRegistry
from geoloket.settings import AuditSettings

Owner = psycopg.Connection[DictRow]
ODD = ("p,1", 'é"\\', "12:ab,", "", "ω" * 300)
STAFF = Principal(Role.STAFF, "medewerker-1")


@pytest.fixture
def owner(fresh_dsn: str) -> Iterator[Owner]:
    with connect(fresh_dsn, autocommit=True) as connection:
        yield connection


@asynccontextmanager
async def opened(dsn: str, size: int = 4) -> AsyncGenerator[AuditLog]:
    database = Database(dsn, size=size)
    await database.open()
    try:
        yield AuditLog(database)
    finally:
        await database.close()


async def added(dsn: str, count: int = 3, records: tuple[str, ...] = ODD) -> None:
    async with opened(dsn) as audit:
        for number in range(count):
            look = Look("read", "permits", records, None if number % 2 else number)
            purpose = None if number % 2 else "handhaving"
            await audit.write(STAFF, [look], Ledger("ogc", purpose, f"request-{number}"))


def entries(owner: Owner) -> list[DictRow]:
    return owner.execute("SELECT * FROM audit.entries ORDER BY seq").fetchall()


async def test_hashes_are_the_same_here_and_in_the_database(fresh_dsn: str, owner: Owner):
    await added(fresh_dsn, 5)
    verdict = chain.verify(owner)
    assert (verdict.fault, verdict.entries, verdict.seq) == (None, 5, 5)
    first = entries(owner)[0]
    assert tuple(first["records"]) == ODD
    assert (first["subject"], first["role"], first["door"]) == ("medewerker-1", "staff", "ogc")
    assert (first["purpose"], first["request"], first["amount"]) == ("handhaving", "request-0", 0)


async def test_who_add_at_the_same_time_make_one_chain(fresh_dsn: str, owner: Owner):
    async with opened(fresh_dsn, 6) as audit:

        async def add(person: int) -> None:
            for number in range(15):
                looks = [Look("list", "permits", (f"{person}-{number}",)), Look("count", "events")]
                await audit.write(Principal(Role.STAFF, str(person)), looks, Ledger("page"))

        await asyncio.gather(*map(add, range(8)))
    found = entries(owner)
    assert [one["seq"] for one in found] == list(range(1, 241))
    assert chain.verify(owner).fault is None
    assert len({one["records"][0] for one in found if one["records"]}) == 120
    assert all(a["at"] <= b["at"] for a, b in pairwise(found))


async def test_who_reads_waits_for_nobody(fresh_dsn: str, owner: Owner):
    await added(fresh_dsn)
    with connect(fresh_dsn) as writer:
        writer.execute("SELECT audit.record('x', 'staff', 'ogc', NULL, NULL, '[]')")
        owner.execute("SET lock_timeout = '2s'")
        assert len(entries(owner)) == 3
        assert chain.verify(owner).fault is None
        writer.rollback()


@pytest.mark.parametrize("role", ["geoloket_reader", "geoloket_staff", "geoloket_worker"])
async def test_nobody_reads_or_changes_it(fresh_dsn: str, role: str):
    await added(fresh_dsn)
    with connect(fresh_dsn, role=role, autocommit=True) as connection:
        for table in ("entries", "head", "checkpoints", "keys"):
            for statement in ("SELECT * FROM", "DELETE FROM", "TRUNCATE"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"{statement} audit.{table}".encode())
        for statement in (
            "UPDATE audit.entries SET subject = 'x'",
            "INSERT INTO audit.entries SELECT * FROM audit.entries",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
    with (
        connect(fresh_dsn, role="geoloket_reader", autocommit=True) as visitor,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        visitor.execute("SELECT audit.record('x', 'staff', 'ogc', NULL, NULL, '[]')")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit.entries SET subject = 'x' WHERE seq = 1",
        "DELETE FROM audit.entries WHERE seq = 3",
        "TRUNCATE audit.entries",
        "TRUNCATE audit.checkpoints",
    ],
)
async def test_the_owner_is_refused_too(fresh_dsn: str, owner: Owner, statement: str):
    await added(fresh_dsn)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added to"):
        owner.execute(statement.encode())
    assert chain.verify(owner).entries == 3


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit.entries SET subject = 'iemand-anders' WHERE seq = 3", 3),
        ("UPDATE audit.entries SET records = records[2:] WHERE seq = 1", 1),
        ("UPDATE audit.entries SET at = at - interval '1 microsecond' WHERE seq = 5", 5),
        ("UPDATE audit.entries SET purpose = '' WHERE seq = 2", 2),
        ("DELETE FROM audit.entries WHERE seq = 4", 5),
        ("DELETE FROM audit.entries WHERE seq = 1", 2),
        ("DELETE FROM audit.entries WHERE seq >= 4", 4),
        ("INSERT INTO audit.entries SELECT 6, at, subject, role, deed, layer, records, amount, "
         "purpose, door, request, hash FROM audit.entries WHERE seq = 5", 6),
    ],
)  # fmt: skip
async def test_the_first_entry_that_was_tampered_with_is_named(
    fresh_dsn: str, owner: Owner, statement: str, seq: int
):
    await added(fresh_dsn, 5)
    owner.execute("ALTER TABLE audit.entries DISABLE TRIGGER ALL")
    owner.execute(statement.encode())
    verdict = chain.verify(owner)
    assert verdict.fault
    assert verdict.seq == seq


async def test_old_entries_go_and_the_chain_goes_on(fresh_dsn: str, owner: Owner):
    await added(fresh_dsn, 4)
    middle = entries(owner)[2]["at"]
    assert chain.prune(owner, middle, b"key") == 2
    assert [one["seq"] for one in entries(owner)] == [3, 4]
    assert chain.verify(owner, b"key").fault is None
    await added(fresh_dsn, 1)
    assert chain.prune(owner, datetime.now(UTC) + timedelta(hours=1), b"key") == 3
    assert chain.verify(owner, b"key").entries == 0
    await added(fresh_dsn, 2)
    verdict = chain.verify(owner, b"key")
    assert (verdict.fault, verdict.entries, verdict.seq) == (None, 2, 7)
    assert "not signed" in str(chain.verify(owner, b"another").fault)
    owner.execute("ALTER TABLE audit.checkpoints DISABLE TRIGGER ALL")
    owner.execute("UPDATE audit.checkpoints SET hash = sha256(hash) WHERE seq = 5")
    assert "not signed" in str(chain.verify(owner, b"key").fault)


async def test_entries_are_kept_for_ten_years(fresh_dsn: str, owner: Owner):
    await added(fresh_dsn)
    assert auditing.tidy(fresh_dsn, AuditSettings()) == 0
    assert len(entries(owner)) == 3
    # As if they were of long ago: written anew, with their hashes.
    owner.execute("ALTER TABLE audit.entries DISABLE TRIGGER ALL")
    owner.execute("UPDATE audit.entries SET at = now() - interval '10 years 2 days' WHERE seq = 1")
    owner.execute("ALTER TABLE audit.entries ENABLE TRIGGER ALL")
    assert auditing.tidy(fresh_dsn, AuditSettings()) == 1
    assert chain.verify(owner).fault is None


def test_a_key_comes_from_a_file(tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("sleutel\n")
    assert auditing.key(AuditSettings(key_file=file)) == b"sleutel"
    with pytest.raises(CommandError, match="key_file"):
        auditing.key(AuditSettings(key_file=tmp_path / "none"))


async def test_the_command_line_tells(fresh_dsn: str, owner: Owner, tmp_path: Path):
    await added(fresh_dsn, 2, ("OMV_1",))
    given = {"GEOLOKET_DATABASE__DSN": fresh_dsn, "GEOLOKET_HOME": str(tmp_path)}
    listed = CliRunner().invoke(cli, ["audit", "list"], env=given)
    assert listed.exit_code == 0, listed.output
    assert "medewerker-1\tstaff\tread\tpermits\tOMV_1\thandhaving\togc" in listed.output
    later = CliRunner().invoke(cli, ["audit", "list", "--since", "2999-01-01"], env=given)
    assert (later.exit_code, later.output) == (0, "")
    good = CliRunner().invoke(cli, ["audit", "verify"], env=given)
    assert good.exit_code == 0
    assert "2 entries" in good.output
    owner.execute("ALTER TABLE audit.entries DISABLE TRIGGER ALL")
    owner.execute("UPDATE audit.entries SET deed = 'list' WHERE seq = 2")
    bad = CliRunner().invoke(cli, ["audit", "verify"], env=given)
    assert bad.exit_code == 1
    assert "entry 2" in bad.output


class Somebody:
    """Puts a person where the doorkeeper puts who signed in."""

    who: Principal = STAFF

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] |= {"who": self.who, "purpose": "handhaving"}
        await self._app(scope, receive, send)


@asynccontextmanager
async def served(
    dsn: str, home: Path, kind: type[Somebody] = Somebody
) -> AsyncGenerator[httpx.AsyncClient]:
    application = app.create(settings_for(dsn, home))
    kinds: list[Any] = [one.cls for one in application.user_middleware]
    application.user_middleware.insert(kinds.index(Gate) + 1, Middleware(kind))
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://loket.test/ogc") as client,
    ):
        yield client


@pytest.fixture
def rows(owner: Owner) -> None:
    owner.execute(
        "INSERT INTO geoloket.permits (id, file_number, applicant, geom) SELECT 'p' || n, 'OMV_' "
        "|| n, 'Iemand', ST_Multi(ST_MakeEnvelope(70000, 211000, 70010 + n, 211010, 31370)) "
        "FROM generate_series(1, 150) AS n"
    )
    owner.execute(
        "INSERT INTO geoloket.water (id, name, geom) VALUES ('w', 'Beek', "
        "ST_Multi(ST_MakeEnvelope(70000, 211000, 70010, 211010, 31370)))"
    )


TILE = "/collections/permits/tiles/WebMercatorQuad/16/21877/33355"
LOOKS = {
    "/collections/permits/items?limit=2&sortby=file_number": ("list", ["p1", "p10"], 2),
    "/collections/permits/items/p7": ("read", ["p7"], 1),
    "/collections/permits/items?limit=120": ("list", [], 120),
    "/collections/permits/items?resulttype=hits": ("count", [], None),
    "/collections/permits/items?limit=2000": ("list", [], None),
    "/collections/permits/items?f=csv&limit=7": ("export", [], 7),
    "/collections/permits/items?f=fgb": ("export", [], None),
    "/collections/permits/items?f=html&limit=1": ("list", ["p1"], 1),
    "/collections/permits/items?f=jsonld&limit=1": ("list", ["p1"], 1),
    "/collections/permits?f=json": ("count", [], None),
}


@pytest.mark.parametrize("path", LOOKS)
async def test_each_look_is_one_entry(
    fresh_dsn: str, owner: Owner, rows: None, tmp_path: Path, path: str
):
    async with served(fresh_dsn, tmp_path) as client:
        for turn in (1, 2):  # also when it is remembered
            answer = await client.get(path, headers={"x-request-id": f"request-{turn}"})
            assert answer.status_code == 200, answer.text
            found = entries(owner)
            assert len(found) == turn, [one["deed"] for one in found]
            deed, records, amount = LOOKS[path]
            last = found[-1]
            assert (last["deed"], last["records"], last["amount"]) == (deed, records, amount)
            assert (last["layer"], last["door"], last["purpose"]) == (
                "permits",
                "ogc",
                "handhaving",
            )
            assert last["request"] == f"request-{turn}"
    assert chain.verify(owner).fault is None


async def test_a_tile_is_noted_for_each_who_gets_it(
    fresh_dsn: str, owner: Owner, rows: None, tmp_path: Path
):
    async with served(fresh_dsn, tmp_path) as client:
        answers = await asyncio.gather(*(client.get(TILE) for _ in range(3)))
        assert {answer.status_code for answer in answers} <= {200, 204}
        mixed = await client.get("/tiles/WebMercatorQuad/16/21877/33355?collections=water,permits")
        assert mixed.status_code in (200, 204)
    found = entries(owner)
    assert len(found) == 4
    assert {one["deed"] for one in found} == {"tile"}
    assert {one["layer"] for one in found} == {"permits"}, "water is for everybody"
    assert found[0]["records"][0].startswith("3857:")


async def test_no_answer_without_an_entry(fresh_dsn: str, owner: Owner, rows: None, tmp_path: Path):
    owner.execute("REVOKE EXECUTE ON FUNCTION audit.record FROM geoloket_staff")
    async with served(fresh_dsn, tmp_path) as client:
        for path in LOOKS:
            answer = await client.get(path)
            assert answer.status_code == 503, path
            assert "Iemand" not in answer.text
            assert answer.headers["retry-after"] == "5"
        assert (await client.get("/collections/water/items")).status_code == 200


async def test_visitors_and_what_is_public_are_not_noted(
    fresh_dsn: str, owner: Owner, rows: None, tmp_path: Path
):
    class Visitor(Somebody):
        who = VISITOR

    async with served(fresh_dsn, tmp_path, Visitor) as client:
        for path in (*LOOKS, TILE):
            assert (await client.get(path)).status_code < 300
    async with served(fresh_dsn, tmp_path) as client:
        for path in ("/collections/water/items", "/collections/water/items/w", "/conformance"):
            assert (await client.get(path)).status_code == 200
    assert entries(owner) == []


async def test_what_was_asked_is_nowhere_in_it(
    fresh_dsn: str, owner: Owner, rows: None, tmp_path: Path
):
    async with served(fresh_dsn, tmp_path) as client:
        for question in ("filter=title='JANSSENS'", "q=JANSSENS", "address=JANSSENS", "limit=1"):
            answer = await client.get(f"/collections/permits/items?{question}")
            assert answer.status_code == 200, (question, answer.text)
    assert len(entries(owner)) == 4
    assert "JANSSENS" not in repr(entries(owner))


def test_which_layers_are_worth_an_entry():
    worth = {layer.id for layer in LayerRegistry.read().values() if confidential(layer)}
    assert {"permits", "events", "occupations", "housing_inspections"} <= worth
    assert not {"parcels", "addresses", "water"} & worth
