"""Nothing that was answered from memory is older than what was committed, however it is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fixtures.server import serving
from fixtures.wire import wired
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from geoloket.database import Database
from geoloket.errors import Unavailable
from geoloket.versions import Versions

ITEMS = "/ogc/collections/water/items"
ITEM = f"{ITEMS}/a"
TOLD_S = 1.6
"""The most that an answer can be late by, with a little more (decision 0008)."""
QUIET_S = 0.25
"""In which nothing must be told; it takes about a millisecond."""

Asked = list[float]
Owner = psycopg.AsyncConnection[TupleRow]


@pytest.fixture
async def owner(fresh_dsn: str) -> AsyncGenerator[Owner]:
    async with await psycopg.AsyncConnection.connect(fresh_dsn, autocommit=True) as connection:
        await connection.execute("INSERT INTO geoloket.water (id, name) VALUES ('a', '0')")
        yield connection


@asynccontextmanager
async def listening(
    dsn: str, *, by: str | None = None, listen: bool = True
) -> AsyncGenerator[tuple[Versions, Asked]]:
    """Versions that listen along ``by``, and when they asked the database themselves."""
    database, ear = Database(dsn, size=2), Database(by or dsn, size=1)
    database.listening = ear.listening  # pyright: ignore[reportAttributeAccessIssue]
    versions, asked = Versions(database, listen=listen), Asked()
    ask = versions.ask

    async def noted() -> Any:
        asked.append(time.monotonic())
        return await ask()

    versions.ask = noted  # pyright: ignore[reportAttributeAccessIssue]
    await database.open()
    task = asyncio.create_task(versions.listen())
    try:
        yield versions, asked
    finally:
        task.cancel()
        await asyncio.wait([task])
        await database.close()
        await ear.close()


async def settled(versions: Versions, asked: Asked) -> None:
    """Until the state is known without asking."""
    await until(lambda: versions._trusted() is not None)
    asked.clear()


async def until(fact: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.01)


def known(versions: Versions) -> int | None:
    """The version that is told without asking the database, when there is one."""
    states = versions._trusted()
    return states["water"].version if states else None


async def version(versions: Versions, **how: bool) -> int:
    return (await versions.current(**how))["water"].version


async def rename(owner: Owner, name: object) -> None:
    await owner.execute("UPDATE geoloket.water SET name = %s WHERE id = 'a'", [str(name)])


async def test_what_is_known_needs_no_question_and_follows_edits(fresh_dsn: str, owner: Owner):
    async with listening(fresh_dsn) as (versions, asked):
        await settled(versions, asked)
        for number in range(5):
            before = await version(versions)
            await rename(owner, number)
            await until(lambda: known(versions) == before + 1)  # noqa: B023
            assert await version(versions) == before + 1
        assert asked == []


async def test_who_is_sure_reads_what_was_just_written(fresh_dsn: str, owner: Owner):
    async with listening(fresh_dsn) as (versions, asked):
        await settled(versions, asked)
        before = await version(versions)
        for number in range(1, 201):
            await rename(owner, number)
            assert await version(versions, sure=True) == before + number


async def test_what_is_rolled_back_tells_nothing(fresh_dsn: str, owner: Owner):
    async with listening(fresh_dsn) as (versions, asked):
        told: list[object] = []
        versions.on_change = told.append
        await settled(versions, asked)
        told.clear()
        before = await version(versions)
        async with owner.transaction(force_rollback=True):
            await rename(owner, "never")
        await asyncio.sleep(QUIET_S)
        assert (told, await version(versions)) == ([], before)


async def test_without_the_listening_connection_each_request_asks(fresh_dsn: str, owner: Owner):
    async with listening(fresh_dsn) as (versions, asked):
        await settled(versions, asked)
        for number in range(3):
            killed = await owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'geoloket-listen' AND datname = current_database()"
            )
            assert killed.rowcount
            await asyncio.sleep(0.05)
            before = await version(versions, sure=True)
            await rename(owner, number)
            # No moment to be told in: known means asked, or heard by a new connection.
            assert await version(versions, sure=True) == before + 1
            await settled(versions, asked)
            assert await version(versions) == before + 1
            assert asked == []


async def test_a_wire_that_is_silent_is_not_trusted(fresh_dsn: str, owner: Owner):
    async with wired(fresh_dsn) as wire, listening(fresh_dsn, by=wire.dsn) as (versions, asked):
        await settled(versions, asked)
        before = await version(versions)
        assert asked == []
        wire.cut.set()
        await rename(owner, "while nobody hears")
        await until(lambda: versions._trusted() is None, 2)  # the bound that decision 0008 gives
        assert await version(versions) == before + 1
        assert asked != []
        wire.cut.clear()
        await settled(versions, asked)
        assert await version(versions) == before + 1


async def test_a_pooler_that_loses_notifications_is_not_trusted(fresh_dsn: str, owner: Owner):
    async with wired(fresh_dsn) as wire:
        wire.without_notices = True
        async with listening(fresh_dsn, by=wire.dsn) as (versions, asked):
            await asyncio.sleep(0.5)
            for number in range(3):
                before = await version(versions)
                await rename(owner, number)
                assert await version(versions) == before + 1
            assert len(asked) == 6


async def test_listening_can_be_set_off(fresh_dsn: str, owner: Owner):
    async with listening(fresh_dsn, listen=False) as (versions, asked):
        await asyncio.sleep(0.1)
        before = await version(versions)
        await rename(owner, 1)
        assert await version(versions) == before + 1
        assert len(asked) == 2


async def test_a_database_that_is_away_is_said(fresh_dsn: str):
    database = Database(make_conninfo(fresh_dsn, port=1), size=1)
    database._pool.timeout = 0.1
    await database.open()
    with pytest.raises(Unavailable):
        await Versions(database).current()
    await database.close()


async def test_a_connection_without_the_role_of_visitors_is_refused(
    fresh_dsn: str, caplog: pytest.LogCaptureFixture
):
    """It is the owner's, who may see everything."""
    async with wired(fresh_dsn) as wire:
        wire.without_options = True
        database = Database(wire.dsn, size=1)
        database._pool.timeout = 1
        await database.open()
        with pytest.raises(Unavailable):
            await Versions(database).current()
        await database.close()
    assert "does not take the role" in caplog.text


async def test_two_versions_of_one_second_are_not_dated(owner: Owner):
    async def state() -> tuple[bool, Any]:
        cursor = await owner.execute(
            "SELECT dated, changed_at FROM geoloket.layer_state WHERE layer = 'water'"
        )
        found = await cursor.fetchone()
        assert found
        return bool(found[0]), found[1]

    dated = True
    for _ in range(20):
        await asyncio.sleep(1.1 - time.time() % 1)
        async with owner.transaction():
            await rename(owner, "first")
            await rename(owner, "again")
        dated, first = await state()
        assert dated, "statements of one transaction make one version"
        await rename(owner, "in the same second")
        dated, second = await state()
        assert second > first
        if not dated:
            break
        assert second.replace(microsecond=0) > first.replace(microsecond=0)  # a slow machine
    assert dated is False
    await asyncio.sleep(1)
    await rename(owner, "a second later")
    assert (await state())[0] is True


async def test_bodies_and_tags_never_contradict_edits(fresh_dsn: str, owner: Owner, tmp_path: Path):
    """Two servers, readers who share a cache as a proxy would, and an edit every few moments."""
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    edits: list[tuple[float, int]] = [(time.monotonic() - 1, 0)]
    kept: dict[str, dict[str, int]] = {ITEM: {}, ITEMS: {}}
    """By address and tag the oldest body that came with it; a newer one does no harm."""
    checks = {200: 0, 304: 0}

    def committed_at_least(before: float) -> int:
        return max(number for moment, number in edits if moment <= before)

    async def read(client: httpx.AsyncClient, url: str) -> None:
        tags = kept[url]
        while len(edits) < 60:
            expected = committed_at_least(time.monotonic() - TOLD_S)
            headers = {"if-none-match": ", ".join(list(tags)[-3:])} if tags else {}
            answer = await client.get(url, headers=headers)
            tag = answer.headers["etag"]
            if answer.status_code == 200:
                features = answer.json()
                feature = features["features"][0] if "features" in features else features
                number = int(feature["properties"]["name"])
                tags[tag] = min(number, tags.get(tag, number))
            checks[answer.status_code] += 1
            assert tags[tag] >= expected, (answer.status_code, url)

    async def edit() -> None:
        for number in range(1, 61):
            await rename(owner, number)
            edits.append((time.monotonic(), number))
            await asyncio.sleep(0.05 if number % 3 else 0.4)

    async with AsyncExitStack() as stack:
        bases = [stack.enter_context(serving(fresh_dsn, tmp_path / name)) for name in "12"]
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=base, timeout=60))
            for base in bases
        ]
        readers = [read(client, url) for client in clients for url in (ITEM, ITEM, ITEMS)]
        await asyncio.gather(edit(), *readers)
        for client in clients:
            sure = await client.get(ITEM, headers={"cache-control": "no-cache"})
            assert sure.json()["properties"]["name"] == "60"
    assert min(checks.values()) > 20, checks


async def counts(client: httpx.AsyncClient, base: str, number: int) -> None:
    """Returns when a server counts so many."""
    deadline = time.monotonic() + 60
    while True:
        found = (await client.get(base + ITEMS, params={"limit": 1})).json()["numberMatched"]
        if found == number:
            return
        assert time.monotonic() < deadline, f"{found} of {number}"
        await asyncio.sleep(0.02)


async def test_counts_and_tiles_follow_edits_in_every_process(
    fresh_dsn: str, owner: Owner, tmp_path: Path
):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    tile = "/ogc/collections/water/tiles/WebMercatorQuad/14/5469/8338"
    with serving(fresh_dsn, tmp_path / "1") as one, serving(fresh_dsn, tmp_path / "2") as two:
        async with httpx.AsyncClient(timeout=60) as client:
            for number in range(1, 6):
                for base in (one, two):
                    await counts(client, base, number)
                    document = (await client.get(f"{base}/ogc/collections/water?f=json")).json()
                    extent = document.get("extent", {}).get("spatial", {"bbox": [[0, 0, 0, 0]]})
                    assert (extent["bbox"][0][0] > 0) == (number > 1)
                    drawn = await client.get(base + tile)
                    assert drawn.content.count(f"n{number - 1}".encode()) == (number > 1)
                await owner.execute(
                    "INSERT INTO geoloket.water (id, name, geom) SELECT %s, %s, ST_Multi(ST_Buffer("
                    "ST_Transform(ST_SetSRID(ST_Point(3.2254, 51.2103), 4326), 31370), 50))",
                    [f"n{number}", f"n{number}"],
                )
