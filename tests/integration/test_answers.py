"""What is given again is what would be made: for everybody who asks, and after every edit."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from fixtures.wire import wired
from psycopg.rows import TupleRow

from geoloket.database import Database
from geoloket.main import app
from geoloket.main.answers import Answers
from geoloket.main.reloading import ASK
from geoloket.settings import Settings
from ogc import service

WATER = "/ogc/collections/water"
ITEMS = f"{WATER}/items"
ITEM = f"{ITEMS}/a"
TILE = f"{WATER}/tiles/WebMercatorQuad/14/5469/8338"
SEVERAL = "/ogc/tiles/WebMercatorQuad/14/5469/8338?collections=water,roads"
QUIET_S = 0.25
"""In which nothing must be told; it takes about a millisecond."""

STATE = b"SELECT version FROM geoloket.layer_state WHERE layer = 'water'"
POND = "ST_Multi(ST_Buffer(ST_Transform(ST_SetSRID(ST_Point(3.2254, 51.2103), 4326), 31370), 50))"

Owner = psycopg.AsyncConnection[TupleRow]


@dataclass
class Loket:
    """The application in this process, and a client of it."""

    application: FastAPI
    client: httpx.AsyncClient
    hall: Any
    made: list[str]
    """What the database was asked for: features, pages and tiles."""

    async def get(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, path, headers=given)

    @property
    def answers(self) -> Answers:
        """What it has kept."""
        place: Any = self.application.middleware_stack
        while not isinstance(place, Answers):
            place = vars(place).get("app") or vars(place)["_app"]
        return place


@asynccontextmanager
async def loket(
    dsn: str, home: Path, *, by: str | None = None, listen: bool = True, megabytes: int = 8
) -> AsyncGenerator[Loket]:
    """An application that listens along ``by``, when it listens."""
    settings = Settings.read(
        home=home,
        log_level="warning",
        database={"dsn": dsn, "pool_size": 4, "listen": listen},
        server={"answer_cache_mb": megabytes},
    )
    application = app.create(settings)
    hall, made = application.state.hall, list[str]()
    if by:
        hall.database.listening = Database(by, size=1).listening
    for desk, name in ((hall.features, "page"), (hall.features, "feature"), (hall.tiles, "tile")):
        _count(desk, name, made)
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://loket.test") as client,
    ):
        if listen:
            await _until_trusted(hall)
        yield Loket(application, client, hall, made)


def _count(desk: Any, name: str, made: list[str]) -> None:
    make = getattr(desk, name)

    async def counted(*given: Any, **more: Any) -> Any:
        made.append(name)
        return await make(*given, **more)

    setattr(desk, name, counted)


async def _heard(owner: Owner, *lokets: Loket) -> None:
    """Until each of them answers by what was committed last."""
    row = await (await owner.execute(STATE)).fetchone()
    assert row
    for ours in lokets:
        for _ in range(6000):
            if (await ours.hall.versions.current())["water"].version == row[0]:
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("it does not hear of it")


async def _until_trusted(hall: Any) -> None:
    for _ in range(6000):
        if hall.versions._trusted() is not None:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not listen")


@pytest.fixture(autouse=True)
def there_for_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that was just started makes its answers once more, when they get their date."""
    monkeypatch.setattr(service, "timedelta", lambda seconds: -timedelta(hours=1, seconds=seconds))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]


@pytest.fixture
async def owner(fresh_dsn: str) -> AsyncGenerator[Owner]:
    async with await psycopg.AsyncConnection.connect(fresh_dsn, autocommit=True) as connection:
        await connection.execute(
            f"INSERT INTO geoloket.water (id, name, geom) SELECT 'a', '0', {POND}".encode()
        )
        await long_ago(connection)
        yield connection


async def long_ago(owner: Owner) -> None:
    """As if nothing had changed for an hour: every answer has its date."""
    await owner.execute("UPDATE geoloket.layer_state SET changed_at = now() - '1 h'::interval")


def told(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """An answer without what differs each time."""
    headers = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
    packed = headers.get("content-encoding")
    if packed and answer.headers["etag"].startswith("W/"):
        headers.pop("content-length", None)  # of a page that tells the time
    body = re.sub(rb'"timeStamp":"[^"]*"', b"", answer.content)
    return answer.status_code, headers, body


PATHS = (
    ITEMS,
    f"{ITEMS}?f=json",
    f"{ITEMS}?f=json&lang=en",
    f"{ITEMS}?f=html",
    f"{ITEMS}?f=jsonfg",
    f"{ITEMS}?f=csv",
    f"{ITEMS}?limit=1&crs=http://www.opengis.net/def/crs/EPSG/0/31370",
    f"{ITEMS}?name=0",
    f"{ITEMS}?unknown=1",
    f"{ITEMS}?f=json&f=html",
    ITEM,
    f"{ITEM}?f=jsonld",
    f"{ITEMS}/nothing",
    TILE,
    f"{TILE}?unknown=1",
    SEVERAL,
    f"{WATER}/tiles/WebMercatorQuad/14/0/0",
    WATER,
    "/ogc/collections/nothing/items",
)
WAYS: tuple[dict[str, str], ...] = tuple(
    dict(itertools.chain.from_iterable(way))
    for way in itertools.product(
        ((), (("host", "other.test"),), (("host", "bad host"),)),
        ((), (("accept", "text/html"),), (("accept", "application/geo+json, */*;q=0.1"),)),
        ((("accept_language", "en"),), (("accept_language", "nl"),)),
        ((("accept_encoding", "identity"),), (("accept_encoding", "gzip, br, zstd"),)),
        ((), (("method", "HEAD"),)),
    )
)


async def test_whoever_asks_gets_what_would_be_made_for_them(
    fresh_dsn: str, owner: Owner, tmp_path: Path
):
    """Every way of asking, in one order and in the other, beside a twin that keeps nothing."""
    async with (
        loket(fresh_dsn, tmp_path / "1") as ours,
        loket(fresh_dsn, tmp_path / "2", megabytes=0) as twin,
    ):
        expected: dict[tuple[str, int], object] = {}
        for path in PATHS:
            for number, way in enumerate(WAYS):
                answer = await twin.get(path, **way)
                expected[path, number] = told(answer)
        made = 0
        for order in (1, -1):
            for path, number in list(expected)[::order]:
                answer = await ours.get(path, **WAYS[number])
                assert told(answer) == expected[path, number], (path, WAYS[number])
            made = made or len(ours.made)
        again = len(ours.made) - made
        assert again < made / 2, "most of it is not made again"


def _undated(answer: tuple[int, dict[str, str], bytes]) -> Any:
    status, headers, body = answer
    return status, {k: v for k, v in headers.items() if k != "last-modified"}, body


@pytest.mark.parametrize("path", [ITEMS, ITEM, TILE, SEVERAL])
@pytest.mark.parametrize("taken", ["identity", "gzip, br, zstd"])
async def test_a_304_that_is_given_is_the_one_that_would_be_made(
    fresh_dsn: str, owner: Owner, tmp_path: Path, path: str, taken: str
):
    await owner.execute(
        f"INSERT INTO geoloket.water (id, name, geom) SELECT n::text, repeat('x', 50), {POND} "
        "FROM generate_series(1, 40) AS n".encode()
    )
    await long_ago(owner)
    async with (
        loket(fresh_dsn, tmp_path / "1") as ours,
        loket(fresh_dsn, tmp_path / "2", megabytes=0) as twin,
    ):
        first, whole = await ours.get(path, accept_encoding=taken), await twin.get(path)
        tag = first.headers["etag"]
        assert ("-zstd" in tag) == (taken != "identity" and path != ITEMS)
        assert (first.headers.get("content-encoding") == "zstd") == (taken != "identity")
        assert "accept-encoding" in first.headers["vary"].lower()
        assert told(first)[2] == told(whole)[2]
        plain = re.sub("-(zstd|br|gzip)", "", tag)
        other = plain.replace('"', '"other', 1)
        made = len(ours.made)
        for given in (tag, f"W/{tag.removeprefix('W/')}", plain, f"{other}, {tag}", "*", other):
            ask = {"accept_encoding": taken, "if_none_match": given}
            mine, theirs = await ours.get(path, **ask), await twin.get(path, **ask)
            assert mine.status_code == theirs.status_code == (200 if given == other else 304)
            if given != "*":
                assert mine.headers["etag"] == theirs.headers["etag"]
            if mine.status_code == 304:
                left_out = {"x-request-id", "vary", "etag"}
                assert {k: v for k, v in mine.headers.items() if k not in left_out} == {
                    k: v for k, v in theirs.headers.items() if k not in left_out
                }
                assert mine.content == b""
        assert len(ours.made) == made


EDITS = {
    "update": "UPDATE geoloket.water SET name = '1'",
    "insert": f"INSERT INTO geoloket.water (id, name, geom) SELECT 'b', '1', {POND}",
    "delete": "DELETE FROM geoloket.water",
    "truncate": "TRUNCATE geoloket.water",
    "upsert": (
        "INSERT INTO geoloket.water (id, name) VALUES ('a', '1') "
        "ON CONFLICT (id) DO UPDATE SET name = '1'"
    ),
    "in a function": (
        "DO $$ BEGIN UPDATE geoloket.water SET name = '1'; PERFORM pg_sleep(0.05); END $$"
    ),
}


@pytest.mark.parametrize("listen", [True, False], ids=["told", "asked"])
@pytest.mark.parametrize("edit", EDITS)
async def test_no_edit_is_missed(
    fresh_dsn: str, owner: Owner, tmp_path: Path, edit: str, listen: bool
):
    async with (
        loket(fresh_dsn, tmp_path / "1", listen=listen) as ours,
        loket(fresh_dsn, tmp_path / "2", megabytes=0) as twin,
    ):
        paths = (ITEMS, ITEM, TILE, SEVERAL)
        before = [told(await ours.get(path)) for path in paths for _ in range(2)][::2]
        assert len(ours.made) == len(paths)
        assert [told(await ours.get(path)) for path in paths] == before
        assert len(ours.made) == len(paths), "all of it is kept"
        await owner.execute(EDITS[edit].encode())
        await _heard(owner, ours, twin)
        for path, was in zip(paths, before, strict=True):
            fresh = await ours.get(path)
            assert _undated(told(fresh)) == _undated(told(await twin.get(path)))
            assert _undated(told(fresh)) != _undated(was)
            known = await ours.get(path, if_none_match=was[1].get("etag", '"none"'))
            assert known.status_code != 304


async def test_what_is_rolled_back_changes_nothing(fresh_dsn: str, owner: Owner, tmp_path: Path):
    async with loket(fresh_dsn, tmp_path) as ours:
        was = told(await ours.get(ITEMS))
        async with owner.transaction(force_rollback=True):
            await owner.execute("UPDATE geoloket.water SET name = 'never'")
            assert told(await ours.get(ITEMS)) == was
        await asyncio.sleep(QUIET_S)
        assert told(await ours.get(ITEMS)) == was
        assert ours.made == ["page"]


async def test_who_is_sure_sees_each_edit_at_once(fresh_dsn: str, owner: Owner, tmp_path: Path):
    async with loket(fresh_dsn, tmp_path) as ours:
        for number in range(50):
            await owner.execute("UPDATE geoloket.water SET name = %s", [str(number)])
            for _ in range(2):
                sure = await ours.get(ITEM, cache_control="no-cache")
                assert sure.json()["properties"]["name"] == str(number)


async def test_a_listener_that_is_ended_or_silent_is_not_trusted(
    fresh_dsn: str, owner: Owner, tmp_path: Path
):
    async def name(ours: Loket) -> str:
        return (await ours.get(ITEM)).json()["properties"]["name"]

    async with wired(fresh_dsn) as wire, loket(fresh_dsn, tmp_path, by=wire.dsn) as ours:
        assert [await name(ours), await name(ours), ours.made] == ["0", "0", ["feature"]]
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'geoloket-listen' AND datname = current_database()"
        )
        await owner.execute("UPDATE geoloket.water SET name = 'ended'")
        await _heard(owner, ours)
        assert await name(ours) == "ended"
        await _until_trusted(ours.hall)
        assert await name(ours) == "ended"
        wire.cut.set()
        await owner.execute("UPDATE geoloket.water SET name = 'silent'")
        await asyncio.sleep(1.6)  # the bound that decision 0008 gives
        assert await name(ours) == "silent"
        await owner.execute("UPDATE geoloket.water SET name = 'still'")
        assert await name(ours) == "still", "the database is asked each time"


async def test_without_a_database_a_kept_answer_is_not_trusted(
    fresh_dsn: str, owner: Owner, tmp_path: Path
):
    async with loket(fresh_dsn, tmp_path, listen=False) as ours:
        assert (await ours.get(ITEM)).status_code == 200
        await ours.hall.database.close()
        assert (await ours.get(ITEM)).status_code == 503


async def test_new_declarations_begin_with_nothing_kept(
    fresh_dsn: str, owner: Owner, tmp_path: Path
):
    async with loket(fresh_dsn, tmp_path) as ours:
        await ours.get(ITEM)
        before = ours.answers
        assert before.held > 0
        ours.hall.versions._heard[ASK]("")  # as `geoloket reload` tells it
        for _ in range(6000):
            if ours.application.state.hall is not ours.hall:
                break
            await asyncio.sleep(0.01)
        assert ours.answers is not before
        assert ours.answers.held == 0
        assert (await ours.get(ITEM)).status_code == 200


async def test_whoever_may_be_somebody_is_answered_for_themselves(
    fresh_dsn: str, owner: Owner, tmp_path: Path
):
    async with loket(fresh_dsn, tmp_path) as ours:
        await ours.get(ITEM)
        for given in ({"authorization": "Bearer x"}, {"cookie": "geoloket=x"}):
            before = len(ours.made)
            for _ in range(2):
                assert (await ours.get(ITEM, **given)).status_code == 200
            assert len(ours.made) == before + 2


async def test_a_page_tells_when_it_was_made(fresh_dsn: str, owner: Owner, tmp_path: Path):
    async with loket(fresh_dsn, tmp_path) as ours:
        first = (await ours.get(ITEMS)).json()["timeStamp"]
        await asyncio.sleep(1.1)
        again = (await ours.get(ITEMS)).json()["timeStamp"]
        assert (again, ours.made) == (first, ["page"])


async def test_a_tile_that_many_ask_for_at_once_is_made_once(
    fresh_dsn: str, owner: Owner, tmp_path: Path
):
    async with loket(fresh_dsn, tmp_path) as ours:
        for number in range(3):
            tiles = await asyncio.gather(*(ours.get(TILE) for _ in range(16)))
            assert len({tile.content for tile in tiles}) == 1
            assert ours.made == ["tile"] * (number + 1)
            await owner.execute("UPDATE geoloket.water SET name = %s", [str(number + 5)])
            await _heard(owner, ours)
