"""Tiles in memory: made once, bounded in bytes, never stale."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from ogc.tilecache import TileCache


class Kitchen:
    """Makes tiles, slowly, and counts them."""

    def __init__(self, body: bytes = b"tile") -> None:
        self.body = body
        self.made = 0
        self.open = asyncio.Event()
        self.open.set()

    async def make(self) -> bytes:
        self.made += 1
        await self.open.wait()
        return self.body


async def test_a_tile_is_made_once_until_its_state_changes() -> None:
    cache, kitchen = TileCache(10_000), Kitchen()
    for _ in range(3):
        assert (await cache.get("a", 1, kitchen.make)).body == b"tile"
    assert kitchen.made == 1
    kitchen.body = b"edited"
    assert (await cache.get("a", 2, kitchen.make)).body == b"edited"
    assert (await cache.get("a", 2, kitchen.make)).body == b"edited"
    assert kitchen.made == 2


async def test_many_who_ask_at_once_get_one_tile() -> None:
    cache, kitchen = TileCache(10_000), Kitchen()
    kitchen.open.clear()
    waiting = [asyncio.create_task(cache.get("a", 1, kitchen.make)) for _ in range(32)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # the one who came first leaves; the tile is made all the same
    kitchen.open.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    tiles = await asyncio.gather(*waiting[1:])
    assert kitchen.made == 1
    assert all(tile is tiles[0] for tile in tiles)


async def test_a_tile_at_two_states_at_once_is_made_twice() -> None:
    cache, kitchen = TileCache(10_000), Kitchen()
    kitchen.open.clear()
    both = [asyncio.create_task(cache.get("a", state, kitchen.make)) for state in (1, 2)]
    await asyncio.sleep(0)
    kitchen.open.set()
    await asyncio.gather(*both)
    assert kitchen.made == 2


async def test_memory_is_bounded_and_what_is_least_used_goes_first() -> None:
    cache, kitchen = (
        TileCache(10_000),
        Kitchen(bytes(range(256)) * 8),
    )
    for key in range(3):
        await cache.get(key, 1, kitchen.make)
    await cache.get(0, 1, kitchen.make)
    assert kitchen.made == 3
    for key in range(3, 50):
        await cache.get(key, 1, kitchen.make)
        await cache.get(0, 1, kitchen.make)
        assert cache.held <= 10_000
    assert kitchen.made == 50
    await cache.get(1, 1, kitchen.make)
    assert kitchen.made == 51


async def test_an_edited_tile_takes_the_place_of_the_old_one() -> None:
    cache, kitchen = TileCache(10_000), Kitchen()
    for state in range(100):
        await cache.get("a", state, kitchen.make)
    assert cache.held < 1000


async def test_without_memory_nothing_is_kept() -> None:
    cache, kitchen = TileCache(0), Kitchen()
    for _ in range(2):
        await cache.get("a", 1, kitchen.make)
    assert (kitchen.made, cache.held) == (2, 0)


async def test_what_went_wrong_is_told_to_all_and_not_kept() -> None:
    cache, asked = TileCache(10_000), 0

    async def fail() -> bytes:
        nonlocal asked
        asked += 1
        raise ValueError("no")

    for _ in range(2):
        both = (cache.get("a", 1, fail), cache.get("a", 1, fail))
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert all(isinstance(answer, ValueError) for answer in answers)
    assert asked == 2


async def test_a_tile_is_packed_where_that_is_worth_it() -> None:
    cache = TileCache(100_000)
    long = await cache.get("long", 1, Kitchen(b"parcel" * 500).make)
    assert long.packed
    assert gzip.decompress(long.packed) == long.body
    assert (await cache.get("short", 1, Kitchen(b"p").make)).packed is None
