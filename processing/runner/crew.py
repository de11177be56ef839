"""The children of a worker: one for each thing that is done at a time, kept while they behave."""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from geoloket.settings import Settings
from processing.runner.deeds import Deed

_START_S: Final = 120.0
_MOST_DEEDS: Final = 500
"""Deeds after which a child is replaced: what libraries leak goes with it."""
_IDLE_S: Final = 60.0
"""A child that has nothing to do for so long ends: one that drew or blurred pictures holds 1 GB."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a deed as the worker sees it; all else the child has noted itself."""

    again_s: float | None = None
    fault: str | None = None
    """What ended the child, or made it useless."""
    final: bool = False
    """Whether trying again would end the same way."""


class Child:
    """One process that does deeds, one after another."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.deeds = 0

    @classmethod
    async def start(cls, dsn: str, settings: Settings) -> Child:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "processing.runner.child", stdin=PIPE, stdout=PIPE
        )
        child = cls(process)
        child._say(b64encode(pickle.dumps((dsn, settings))).decode())
        assert process.stdout  # noqa: S101 - asked for here
        # That it takes a while to start on a busy machine is not for what it does to pay.
        await asyncio.wait_for(process.stdout.readline(), _START_S)
        return child

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def do(self, deed: Deed, memory_mb: int) -> Outcome:
        self.deeds += 1
        order = {"do": deed.kind, "job": str(deed.job), "memory_mb": memory_mb}
        self._say(json.dumps(order if deed.piece is None else order | {"piece": deed.piece}))
        assert self._process.stdout  # noqa: S101 - asked for at the start
        line = await self._process.stdout.readline()
        if not line:
            code = await self._process.wait()
            return Outcome(fault=f"its process ended unexpectedly ({code})")
        answer = json.loads(line)
        if fault := answer.get("fault"):
            await self.end()
            return Outcome(fault=fault, final=True)
        return Outcome(again_s=answer["again_s"])

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def _say(self, line: str) -> None:
        assert self._process.stdin  # noqa: S101 - asked for at the start
        with suppress(ConnectionError):  # seen when its answer is read
            self._process.stdin.write(line.encode() + b"\n")


class Crew:
    """Does deeds in children; ends one that takes too long, or that does what nobody wants."""

    def __init__(self, dsn: str, settings: Settings) -> None:
        self._dsn = dsn
        self._settings = settings
        self._idle: list[Child] = []
        self._busy: dict[Child, UUID] = {}
        self._unwanted: set[Child] = set()
        """Ended by us: what they were doing is not to be tried again."""
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def jobs(self) -> list[UUID]:
        """The runs that something is being done of."""
        return list(set(self._busy.values()))

    async def do(self, deed: Deed, timeout_s: float, memory_mb: int) -> Outcome:
        child = await self._free()
        self._busy[child] = deed.job
        try:
            outcome = await asyncio.wait_for(child.do(deed, memory_mb), timeout_s)
        except TimeoutError:
            outcome = Outcome(fault=f"took longer than its {timeout_s:g} seconds", final=True)
            await child.end()
        except BaseException:  # the worker stops: what it left is taken up by another
            await child.end()
            raise
        finally:
            del self._busy[child]
            unwanted = child in self._unwanted
            self._unwanted.discard(child)
        if outcome.fault is None and child.alive and child.deeds < _MOST_DEEDS:
            self._idle.append(child)
            asyncio.get_running_loop().call_later(_IDLE_S, self._retire, child, child.deeds)
        else:
            await child.end()
        return Outcome() if unwanted else outcome

    async def dismiss(self, job: UUID) -> None:
        """End what is being done of a run that nobody wants any more.

        Of children and not of the run it is noted: the run may be tried again, and then it counts.
        """
        ended = [child for child, its in self._busy.items() if its == job]
        self._unwanted.update(ended)
        # All at once: while one ends, another could be done and begin with something else.
        await asyncio.gather(*(child.end() for child in ended))

    async def leave(self) -> None:
        while self._idle:
            await self._idle.pop().end()
        await asyncio.gather(*self._ending)

    def _retire(self, child: Child, deeds: int) -> None:
        """End a child that did nothing since."""
        if child in self._idle and child.deeds == deeds:
            self._idle.remove(child)
            ending = asyncio.get_running_loop().create_task(child.end())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    async def _free(self) -> Child:
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
        return await Child.start(self._dsn, self._settings)
