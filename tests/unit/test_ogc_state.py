"""What is remembered is worked out once, and conditions of requests are read as HTTP says."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from starlette.requests import Request

from geoloket.access import VISITOR
from geoloket.features import FeatureStore
from geoloket.query import Query
from geoloket.registry import LayerRegistry
from geoloket.versions import LayerState
from ogc.state import Memory, Seen, not_modified

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HEADERS = {
    "etag": '"a,b"',
    "last-modified": "Fri, 02 Jan 2026 03:04:05 GMT",
    "vary": "Accept",
    "content-type": "application/json",
}


class Store:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False

    async def count(self, *given: Any, **more: Any) -> int:
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.fails:
            raise ConnectionError
        return self.asked

    async def counted(self, *given: Any) -> None:
        """Who is told a count is not what is looked at here."""


def seen(version: int, changed_at: datetime = THEN) -> Seen:
    layer = LayerRegistry.read()["water"]
    return Seen(layer, VISITOR, LayerState(version, changed_at), "f", THEN)


async def test_many_readers_cost_one_count_per_version():
    store = Store()
    memory = Memory(cast("FeatureStore", store))
    found = await asyncio.gather(*(memory.count(seen(1), Query()) for _ in range(20)))
    assert (len(set(found)), store.asked) == (1, 1)
    await memory.count(seen(2), Query())
    await memory.count(seen(1), Query())
    assert store.asked == 2
    await memory.count(seen(1, datetime.now(UTC)), Query())
    assert store.asked == 3, "a database that was put back counts again from where it was"


async def test_a_reader_who_leaves_takes_nothing_from_the_others():
    store = Store()
    memory = Memory(cast("FeatureStore", store))
    first = asyncio.create_task(memory.count(seen(1), Query()))
    second = asyncio.create_task(memory.count(seen(1), Query()))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert store.asked == 1


async def test_a_failure_is_not_remembered():
    store = Store()
    memory = Memory(cast("FeatureStore", store))
    store.fails = True
    with pytest.raises(ConnectionError):
        await memory.count(seen(1), Query())
    store.fails = False
    await memory.count(seen(1), Query())
    assert store.asked == 2


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ({"if-none-match": '"a,b"'}, True),
        ({"if-none-match": 'W/"a,b"'}, True),
        ({"if-none-match": '"x", W/"y" ,"a,b"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"a"'}, False),
        ({"if-none-match": "a,b"}, False),
        ({"if-none-match": '"a'}, False),
        ({"if-modified-since": HEADERS["last-modified"]}, True),
        ({"if-modified-since": "Fri, 02 Jan 2026 03:04:04 GMT"}, False),
        ({"if-modified-since": "Friday, 02-Jan-26 03:04:05 GMT"}, True),
        ({"if-modified-since": "0"}, False),
        ({"if-modified-since": HEADERS["last-modified"], "if-none-match": '"x"'}, False),
        ({}, False),
    ],
)
def test_conditions(asked: dict[str, str], known: bool):
    given = [(name.encode(), value.encode()) for name, value in asked.items()]
    answer = not_modified(Request({"type": "http", "headers": given}), HEADERS)
    assert (answer is not None) == known
    if answer:
        assert answer.status_code == 304
        assert answer.headers["etag"] == HEADERS["etag"]
        assert answer.headers["vary"] == "Accept"
        assert "content-type" not in answer.headers
