"""How many PDFs are made at a time, who waits, and who is told to come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from geoloket.errors import Problem, Unavailable
from web.pdf import press
from web.pdf.press import Press


class Program:
    """Stands for the program: it ends when the test says so."""

    def __init__(self) -> None:
        self.running = self.most = self.started = 0
        self.may_end = asyncio.Event()

    async def run(self, job: bytes) -> bytes:
        assert b'"html": "page"' in job
        self.started += 1
        self.running += 1
        self.most = max(self.most, self.running)
        await self.may_end.wait()
        self.running -= 1
        return b"%PDF"


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    stands = Program()
    monkeypatch.setattr(press, "_run", stands.run)
    return stands


async def page() -> str:
    return "page"


async def until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not fact():
            await asyncio.sleep(0)


async def test_few_at_a_time_some_wait_and_others_come_back(program: Program):
    made = Press(2, dict)
    asked = [asyncio.create_task(made.made(f"{n}", page)) for n in range(10)]
    await until(lambda: program.running == 2)
    with pytest.raises(Unavailable) as refused:
        await made.made("eleventh", page)
    assert refused.value.facts == {"retry_after": 10}
    program.may_end.set()
    assert await asyncio.gather(*asked) == [b"%PDF"] * 10
    assert program.most == 2
    assert await made.made("eleventh", page) == b"%PDF"


async def test_the_same_is_made_once_also_when_the_first_to_ask_leaves(program: Program):
    made = Press(2, dict)
    first, second = (asyncio.create_task(made.made("same", page)) for _ in range(2))
    await until(lambda: program.running == 1)
    first.cancel()
    program.may_end.set()
    assert await second == b"%PDF"
    assert await made.made("same", page) == b"%PDF"
    assert program.started == 1


async def test_what_failed_is_tried_again(program: Program):
    made = Press(1, dict)
    program.may_end.set()

    async def broken() -> str:
        raise Problem

    with pytest.raises(Problem):
        await made.made("key", broken)
    assert await made.made("key", page) == b"%PDF"
