"""A Dask cluster that a worker sends pieces to.

An order tells which piece of which run, and its limits. How to reach the data each Dask worker
knows from its own settings (afar.py): nothing secret passes through Dask, its logs and its pages.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from geoloket.storage import Storage
from processing.runner import afar
from processing.runner.crew import Outcome
from processing.runner.deeds import Deed

_PATIENCE_S: Final = 5.0
_LOOK_EVERY_S: Final = 2.0
_TRY_EVERY_S: Final = 15.0


class ClusterAway(Exception):
    """The cluster cannot do it; its text is for the log of the run. It may be done elsewhere."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A connection to the scheduler, and the word that it broke."""

    client: Any
    broken: asyncio.Future[str]
    watching: asyncio.Task[None]


class Cluster:
    """Has pieces done by Dask workers; what one held that is killed, Dask gives to another."""

    def __init__(self, scheduler: str, storage: Storage) -> None:
        self._scheduler = scheduler
        self._storage = storage
        self._busy: dict[str, UUID] = {}
        self._link: _Link | None = None
        self._linking = asyncio.Lock()
        self._away = ""
        self._not_before = 0.0

    @property
    def jobs(self) -> list[UUID]:
        """The runs that something is being done of."""
        return list(set(self._busy.values()))

    async def do(self, deed: Deed, timeout_s: float, memory_mb: int) -> Outcome:
        """Have a piece done. Raises ClusterAway."""
        link = await self._linked()
        order = afar.order(deed, timeout_s, memory_mb, afar.mark(self._storage))
        # A name of its own each time: a piece that is begun again is no answer that Dask has.
        name = f"geoloket-piece-{deed.job}-{deed.piece}-{secrets.token_hex(4)}"
        future = link.client.submit(afar.obey, order, key=name, pure=False)
        self._busy[name] = deed.job
        answer = asyncio.ensure_future(_answer(future))
        try:
            await asyncio.wait({answer, link.broken}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise ClusterAway(link.broken.result())
            told = answer.result()
        finally:
            del self._busy[name]
            answer.cancel()
            future.release()
        if why := told.get("away"):
            raise ClusterAway(f"the Dask cluster could not do it: {why}")
        return Outcome(**told)

    async def dismiss(self, job: UUID) -> None:
        """End what Dask workers do of a run; what they did not begin they find unwanted."""
        if self._link is None or self._link.broken.done():
            return
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await self._link.client.run(afar.forsake, str(job), on_error="ignore")

    async def leave(self) -> None:
        link, self._link = self._link, None
        if link is None:
            return
        link.watching.cancel()
        await _close(link.client)

    async def _linked(self) -> _Link:
        """The connection, made anew when it broke, but not more often than every so often."""
        async with self._linking:
            if self._link is not None and not self._link.broken.done():
                return self._link
            await self.leave()
            if time.monotonic() < self._not_before:
                raise ClusterAway(self._away)
            try:
                client, facts = await _connected(self._scheduler)
                if not facts["n_workers"]:
                    await _close(client)
                    raise ClusterAway("the Dask scheduler has no workers")
            except ClusterAway as fault:
                self._away, self._not_before = str(fault), time.monotonic() + _TRY_EVERY_S
                raise
            broken = asyncio.get_running_loop().create_future()
            watching = asyncio.create_task(_watch(client, broken))
            self._link = _Link(client, broken, watching)
            return self._link


async def examined(scheduler: str, storage: Storage) -> tuple[int, Mapping[str, str | None]]:
    """Threads of the cluster, and of each Dask worker what is wrong. Raises ClusterAway."""
    client, facts = await _connected(scheduler)
    try:
        async with asyncio.timeout(_PATIENCE_S * 4):
            told = await client.run(afar.fault, afar.mark(storage), on_error="return")
    except (OSError, TimeoutError) as error:
        raise ClusterAway("the Dask workers do not answer") from error
    finally:
        await _close(client)
    faults = {
        name: type(one).__name__ if isinstance(one, Exception) else one
        for name, one in told.items()
    }
    return int(facts["total_threads"]), faults


async def _connected(scheduler: str) -> tuple[Any, Mapping[str, Any]]:
    """A client, and what the scheduler says of itself. Raises ClusterAway."""
    from distributed import Client  # noqa: PLC0415 - slow to load, and few have a cluster

    client: Any = Client(
        scheduler,
        asynchronous=True,
        timeout=_PATIENCE_S,
        set_as_default=False,
        name="geoloket",
    )
    try:
        async with asyncio.timeout(2 * _PATIENCE_S):
            await client
            return client, await client.scheduler.identity(n_workers=0)
    except (OSError, TimeoutError, ValueError) as error:
        await _close(client)
        raise ClusterAway("the Dask scheduler cannot be reached") from error


async def _watch(client: Any, broken: asyncio.Future[str]) -> None:
    """Say so when the scheduler is gone, answers no more, or lost its last worker."""
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        why = "the Dask scheduler is gone"
        with suppress(OSError, TimeoutError, AttributeError):  # a closed client has no scheduler
            async with asyncio.timeout(2 * _PATIENCE_S):
                facts = await client.scheduler.identity(n_workers=0)
            gone = client.status != "running"
            why = why if gone else "" if facts["n_workers"] else "the last Dask worker is gone"
        if why:
            broken.set_result(why)
            return


async def _answer(future: Any) -> dict[str, Any]:
    """What a Dask worker answered, or what Dask has to say instead."""
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415 - as above

    try:
        return await future
    except KilledWorker:
        return {"fault": "the Dask workers that began it ended unexpectedly"}
    except CancelledError:
        return {"away": "the connection to its scheduler was lost"}
    except Exception as fault:  # of Dask itself, such as code that a worker lacks
        return {"away": type(fault).__name__}


async def _close(client: Any) -> None:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            await client.close()
