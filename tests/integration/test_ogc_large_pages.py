"""Pages of thousands of features: sent in parts, all of one moment, at the memory of one part."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
import pytest
from fastapi import FastAPI
from fixtures.many import MANY
from fixtures.server import settings_for

from geoloket.features import PART_BYTES
from geoloket.main import app

LIMIT = 10_000
MEMBERS = {"json": "features", "jsonfg": "features", "jsonld": "rdfs:member"}

Happening = Callable[[], Awaitable[None]]


@dataclass
class Heard:
    """What the application sent of one answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    parts: list[int] = field(default_factory=list[int])
    body: bytearray = field(default_factory=bytearray)
    ended: bool = False

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@pytest.fixture(scope="session")
async def service(many: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[FastAPI]:
    """The application, in this process, with four connections."""
    application = app.create(settings_for(many, tmp_path_factory.mktemp("large")))
    async with application.router.lifespan_context(application):
        yield application


async def ask(
    service: FastAPI,
    method: str = "GET",
    after_first: Happening | None = None,
    *,
    keep: bool = True,
    collection: str = "parcels",
    **given: Any,
) -> Heard:
    """Put a request to the application as a server does, and hear message by message."""
    heard = Heard()

    async def receive() -> dict[str, Any]:
        return await asyncio.Event().wait() and {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            heard.status = message["status"]
            heard.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        part = message.get("body", b"")
        heard.parts.append(len(part))
        heard.ended = not message.get("more_body")
        if keep:
            heard.body += part
        if after_first and len(heard.parts) == 1:
            await after_first()

    path = f"/ogc/collections/{collection}/items"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": urlencode(given).encode(),
        "headers": [(b"host", b"loket.test")],
        "client": ("127.0.0.1", 1),
        "server": ("loket.test", 80),
    }
    await service(scope, receive, send)
    return heard


def next_of(document: Any) -> dict[str, Any] | None:
    found = [link["href"] for link in document["links"] if link["rel"] == "next"]
    return dict(parse_qsl(urlsplit(found[0]).query)) if found else None


@pytest.mark.parametrize("name", MEMBERS)
async def test_a_large_page_comes_in_parts(service: FastAPI, name: str) -> None:
    heard = await ask(service, f=name, limit=LIMIT)
    assert heard.status == 200
    assert "content-length" not in heard.headers
    assert len(heard.parts) > 10
    assert max(heard.parts) < 2 * PART_BYTES
    document = heard.document
    features = document[MEMBERS[name]]
    assert len(features) == document["numberReturned"] == LIMIT
    assert document["numberMatched"] == MANY


@pytest.mark.parametrize("name", MEMBERS)
async def test_it_is_what_small_pages_say(service: FastAPI, name: str) -> None:
    """Also where it starts and where the next one does: from an offset, and in an order."""
    cases: list[dict[str, Any]] = [
        {"offset": 55_000},
        {"sortby": "-capakey"},
        {"filter": "id LIKE '5%'"},
    ]
    for given in cases:
        page = (await ask(service, f=name, limit=1_000, **given)).document
        small, following = page[MEMBERS[name]], next_of(page)
        while following and len(small) < 3_000:
            page = (await ask(service, **following)).document
            small += page[MEMBERS[name]]
            following = next_of(page)
        heard = (await ask(service, f=name, limit=3_000, **given)).document
        assert heard[MEMBERS[name]] == small
        assert heard["numberMatched"] == page["numberMatched"]
        behind = next_of(heard)
        assert behind
        behind["limit"] = "1000"
        assert behind == following


async def test_large_pages_reach_every_feature_once(service: FastAPI) -> None:
    following: dict[str, Any] | None = {"limit": "7000", "f": "json", "properties": ""}
    found: list[str] = []
    while following:
        page = (await ask(service, **following)).document
        found += [feature["id"] for feature in page["features"]]
        following = next_of(page)
    assert found == sorted(map(str, range(1, MANY + 1)))


async def test_nothing_is_found(service: FastAPI) -> None:
    cases: list[dict[str, Any]] = [{"capakey": "none"}, {"offset": MANY}]
    for given in cases:
        document = (await ask(service, limit=LIMIT, **given)).document
        assert (document["features"], document["numberReturned"]) == ([], 0)
        assert document["numberMatched"] == (MANY if "offset" in given else 0)


async def test_memory_is_that_of_a_part(service: FastAPI) -> None:
    async def most(limit: int) -> tuple[int, int]:
        tracemalloc.start()
        heard = await ask(service, limit=limit, keep=False)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, sum(heard.parts)

    await most(2_000)
    (little, small), (much, large) = await most(2_000), await most(LIMIT)
    assert large > 4.9 * small
    assert much < 1.5 * little
    assert much < large / 3


async def test_head_tells_what_get_would(service: FastAPI) -> None:
    asked, told = [await ask(service, method, limit=LIMIT) for method in ("GET", "HEAD")]
    assert told.status == 200
    assert not told.body
    for heard in (asked, told):
        del heard.headers["x-request-id"]
    assert told.headers == asked.headers
    impossible: dict[str, Any] = {
        "limit": LIMIT,
        "filter": "S_INTERSECTS(geometry, POLYGON((1 1,2 2,1 2,2 1)))",
    }
    statuses = [(await ask(service, method, **impossible)).status for method in ("GET", "HEAD")]
    assert statuses[0] == statuses[1]


async def test_what_cannot_be_worked_out_is_refused_at_once(service: FastAPI) -> None:
    heard = await ask(service, limit=LIMIT, filter="area_m2 * 1e300 * 1e300 > 1")
    small = await ask(service, limit=10, filter="area_m2 * 1e300 * 1e300 > 1")
    assert heard.status == small.status


async def test_an_error_in_the_midst_does_not_look_like_the_end(
    service: FastAPI, many: str
) -> None:
    async def end_it() -> None:
        with psycopg.connect(many) as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^FETCH' "
                "AND datname = current_database() AND application_name = 'geoloket-web'"
            )

    answers: list[Heard] = []

    async def remembered() -> None:
        answers.append(await ask(service, after_first=end_it, limit=LIMIT))

    with pytest.raises(Exception, match=r"not reachable|already started"):
        await remembered()
    assert not answers
    assert (await ask(service, limit=LIMIT)).ended, "other connections serve on"


async def test_a_page_is_of_one_moment(service: FastAPI, many: str) -> None:
    def name(text: str | None) -> None:
        with psycopg.connect(many) as owner:
            owner.execute("UPDATE geoloket.parcels SET section = %s", [text])

    async def change() -> None:
        await asyncio.to_thread(name, "B")

    try:
        heard = await ask(service, after_first=change, limit=LIMIT, properties="section")
    finally:
        name(None)
    sections = {feature["properties"]["section"] for feature in heard.document["features"]}
    assert sections == {None}


async def test_slow_readers_leave_connections_for_others(service: FastAPI) -> None:
    """Six of them, where there are four connections: two are lent at a time."""
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def pause() -> None:
        begun.release()
        await go_on.wait()

    async with asyncio.TaskGroup() as group:
        slow = [
            group.create_task(ask(service, after_first=pause, limit=LIMIT, keep=False))
            for _ in range(6)
        ]
        await begun.acquire()
        await begun.acquire()
        pages = [await ask(service, limit=3, offset=number) for number in range(20)]
        assert {page.status for page in pages} == {200}
        assert not any(task.done() for task in slow)
        go_on.set()
    assert {task.result().ended for task in slow} == {True}
