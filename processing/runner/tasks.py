"""Entries of the queue, as procrastinate hands them to us, and how they come back to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job

from geoloket.process import ProcessRegistry
from geoloket.settings import Settings
from geoloket.storage import Storage
from processing.runner import telling
from processing.runner.cluster import Cluster
from processing.runner.crew import Crew
from processing.runner.deeds import Deed
from processing.runner.fanout import Fanout
from processing.runner.store import SQL, DatabaseAway, RunStore, wait_after

QUEUE: Final = "jobs"


class Again(Exception):
    """To be taken from the queue once more, after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class _AlwaysAgain(BaseRetryStrategy):
    """An entry ends when what it asks for is done or given up, and that is noted by ourselves.

    Else it goes back: when it is to be tried later, when the worker stops, or when the database was
    away in the midst of it.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        seconds = exception.seconds if isinstance(exception, Again) else 0.0
        return RetryDecision(retry_in={"milliseconds": int(1000 * seconds)})


class Runner:
    """What one worker holds: its children, and the entries that it is busy with."""

    def __init__(
        self,
        app: App,
        dsn: str,
        settings: Settings,
        processes: ProcessRegistry,
        concurrency: int,
    ) -> None:
        self.app = app
        scheduler, storage = settings.dask.scheduler, Storage(settings.home / "storage")
        cluster = Cluster(scheduler, storage) if scheduler else None
        self.fanout = Fanout(Crew(dsn, settings), cluster, concurrency, self._note)
        self.held: set[int] = set()
        self._dsn = dsn
        self._settings = settings
        self._processes = processes
        self._asked: dict[UUID, str] = {}
        self._declare()

    def _declare(self) -> None:
        strategy = _AlwaysAgain()

        @self.app.task(name="jobs-run", queue=QUEUE, retry=strategy, pass_context=True)
        async def run(context: JobContext, job: str) -> None:  # pyright: ignore[reportUnusedFunction]
            await self._take(context, Deed("run", UUID(job)))

        @self.app.task(name="jobs-piece", queue=QUEUE, retry=strategy, pass_context=True)
        async def piece(context: JobContext, job: str, piece: int) -> None:  # pyright: ignore[reportUnusedFunction]
            await self._take(context, Deed("piece", UUID(job), piece))

        @self.app.task(name="jobs-finish", queue=QUEUE, retry=strategy, pass_context=True)
        async def finish(context: JobContext, job: str) -> None:  # pyright: ignore[reportUnusedFunction]
            await self._take(context, Deed("finish", UUID(job)))

        @self.app.task(name="jobs-tell", queue=QUEUE, retry=strategy, pass_context=True)
        async def tell(context: JobContext, job: str, status: str) -> None:  # pyright: ignore[reportUnusedFunction]
            await self._tell(context, UUID(job), status)

    async def _take(self, context: JobContext, deed: Deed) -> None:
        entry = context.job.id or 0
        self.held.add(entry)
        try:
            await self._do(deed)
        finally:
            self.held.discard(entry)

    async def _do(self, deed: Deed) -> None:
        rows = await self.app.connector.execute_query_all_async(SQL["asked"], job=deed.job)
        if not rows or not rows[0]["wanted"]:
            return
        process = self._processes.get(rows[0]["process"])
        timeout, memory = (process.timeout_s, process.memory_mb) if process else (60.0, 1024)
        outcome = await self.fanout.do(deed, timeout, memory)
        if outcome.fault is not None:
            again = await asyncio.to_thread(self._fault, deed, outcome.fault, outcome.final)
            if again is not None:
                raise Again(again)
        elif outcome.again_s is not None:
            raise Again(outcome.again_s)

    def _note(self, job: UUID, line: str) -> None:
        """Add a line to the log of a run; without the database it goes without."""
        store = RunStore(self._dsn)
        with suppress(DatabaseAway):
            store.log(job, line)
        store.close()

    def _fault(self, deed: Deed, reason: str, final: bool) -> float | None:
        """Note what the child could not note itself; when to try again."""
        store = RunStore(self._dsn)
        try:
            store.log(deed.job, reason)
            faults = store.fault(deed.job, deed.piece, reason, final=final)
        except DatabaseAway:
            return 2.0
        finally:
            store.close()
        return None if faults is None else wait_after(faults)

    async def _tell(self, context: JobContext, job: UUID, status: str) -> None:
        rows = await self.app.connector.execute_query_all_async(SQL["subscriber"], job=job)
        told = not rows or await telling.tell(rows[0], status, self._settings)
        if not told and context.job.attempts < telling.MOST_TRIES:
            raise Again(wait_after(context.job.attempts + 1))
