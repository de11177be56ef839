"""The children of a worker: what is ended because nobody wants it, and what counts afterwards."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from geoloket.settings import Settings
from processing.runner.crew import Child, Crew, Outcome
from processing.runner.deeds import Deed

CHILD = """
import json, sys, time
for line in sys.stdin:
    if json.loads(line)["piece"] == 1:
        time.sleep(60)
    print('{"again_s": 8.0}', flush=True)
"""
"""Never done with piece 1; any other is to be tried again."""


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(dsn: str, settings: Settings) -> Child:
        return Child(
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", CHILD, stdin=PIPE, stdout=PIPE
            )
        )

    monkeypatch.setattr(Child, "start", start)


def within(work: Callable[[Crew], Awaitable[None]]) -> None:
    async def run() -> None:
        crew = Crew("", Settings())
        try:
            async with asyncio.timeout(30):
                await work(crew)
        finally:
            await crew.leave()

    asyncio.run(run())


@pytest.mark.usefixtures("children")
def test_a_run_that_was_ended_and_is_tried_again_counts() -> None:
    job = uuid4()

    async def work(crew: Crew) -> None:
        first = asyncio.create_task(crew.do(Deed("piece", job, 1), 30, 512))
        while not crew.jobs:
            await asyncio.sleep(0.01)
        await crew.dismiss(job)
        assert await first == Outcome()
        assert await crew.do(Deed("piece", job, 2), 30, 512) == Outcome(again_s=8.0)

    within(work)


@pytest.mark.usefixtures("children")
def test_ending_a_run_that_is_not_done_here_changes_nothing() -> None:
    job = uuid4()

    async def work(crew: Crew) -> None:
        await crew.dismiss(job)
        assert await crew.do(Deed("piece", job, 2), 30, 512) == Outcome(again_s=8.0)

    within(work)


@pytest.mark.usefixtures("children")
def test_a_child_without_work_ends_and_one_that_got_some_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("processing.runner.crew._IDLE_S", 2.0)
    job = uuid4()

    async def work(crew: Crew) -> None:
        for piece in (2, 3):
            assert await crew.do(Deed("piece", job, piece), 30, 512) == Outcome(again_s=8.0)
            [child] = crew._idle
            await asyncio.sleep(1.2)
        assert child.deeds == 2 and child.alive
        while child.alive:
            await asyncio.sleep(0.1)
        assert crew._idle == []
        assert await crew.do(Deed("piece", job, 4), 30, 512) == Outcome(again_s=8.0)

    within(work)
