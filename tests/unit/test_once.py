"""What many ask for at once is made once, and not kept."""

from __future__ import annotations

import asyncio

import pytest

from ogc.once import Once


class Kitchen:
    """Makes dishes, slowly, and counts them."""

    def __init__(self) -> None:
        self.made = 0
        self.open = asyncio.Event()

    async def make(self) -> object:
        self.made += 1
        await self.open.wait()
        return object()


async def test_many_who_ask_at_once_get_the_same() -> None:
    once, kitchen = Once[object](), Kitchen()
    waiting = [asyncio.create_task(once.get("a", kitchen.make)) for _ in range(32)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # the one who came first leaves; it is made all the same
    kitchen.open.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    dishes = await asyncio.gather(*waiting[1:])
    assert kitchen.made == 1
    assert all(dish is dishes[0] for dish in dishes)
    assert await once.get("a", kitchen.make) is not dishes[0]


async def test_each_key_is_made_for_itself() -> None:
    once, kitchen = Once[object](), Kitchen()
    both = [asyncio.create_task(once.get(("a", state), kitchen.make)) for state in (1, 2)]
    await asyncio.sleep(0)
    kitchen.open.set()
    await asyncio.gather(*both)
    assert kitchen.made == 2


async def test_what_went_wrong_is_told_to_all_and_tried_again() -> None:
    once, asked = Once[object](), 0

    async def fail() -> object:
        nonlocal asked
        asked += 1
        raise ValueError("no")

    for _ in range(2):
        both = (once.get("a", fail), once.get("a", fail))
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert all(isinstance(answer, ValueError) for answer in answers)
    assert asked == 2
