"""A worker's shift: two workers of the queue in one loop, and the reaper of what others left.

What returns each day has a worker of its own, so that it never waits for a long run. When the
database goes away everything is let go and begun anew: entries that were held then belong to nobody
and are found like those of a worker that was killed.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import psycopg_pool
from procrastinate import App
from procrastinate.exceptions import ProcrastinateException
from procrastinate.worker import Worker

from geoloket.process import ProcessRegistry
from geoloket.settings import Settings
from geoloket.storage import Storage
from processing.runner.store import SQL
from processing.runner.tasks import QUEUE, Runner

_logger: Final = logging.getLogger("geoloket.jobs")

_AWAY: Final = (ProcrastinateException, psycopg.Error, psycopg_pool.PoolTimeout, OSError)
_GRACE_S: Final = 10.0
_LOST_AFTER_S: Final = 60.0
_LOOK_EVERY_S: Final = 1.0
_TIDY_EVERY_S: Final = 3600.0
_UPLOAD: Final = re.compile(r"upload-[0-9a-f]{16}")
_UPLOAD_S: Final = 86_400.0


class Shift:
    """Works until it is asked to stop."""

    def __init__(
        self,
        dsn: str,
        settings: Settings,
        processes: ProcessRegistry,
        daily: Callable[..., App],
        concurrency: int,
    ) -> None:
        """``daily`` makes the queue with the tasks that return each day."""
        self._dsn = dsn
        self._settings = settings
        self._processes = processes
        self._daily = daily
        self._concurrency = concurrency

    async def work(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self._once(stopping)
            except _AWAY as error:
                _logger.warning("the database is away", extra={"why": type(error).__name__})
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1.0)

    async def _once(self, stopping: asyncio.Event) -> None:
        """Until a stop is asked for, or the database goes away."""
        app = self._daily(connections=self._concurrency + 6)
        runner = Runner(app, self._dsn, self._settings, self._processes, self._concurrency)
        beat = self._settings.jobs.heartbeat_s
        async with app.open_async():
            days = self._worker(app, "default", 1, "successful", beat)
            jobs = self._worker(app, QUEUE, self._entries, "always", beat)
            workers = [asyncio.create_task(one.run()) for one in (days, jobs)]
            sides = [
                asyncio.create_task(one)
                for one in (
                    self._reap(app, runner, jobs),
                    self._watch(app, runner),
                    self._tidy(app),
                )
            ]
            stop = asyncio.create_task(stopping.wait())
            try:
                await asyncio.wait([*workers, *sides, stop], return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _let_go([stop, *sides])
                days.stop()
                jobs.stop()
                ends = await asyncio.gather(*workers, return_exceptions=True)
                await runner.fanout.leave()
            for end in ends:
                if isinstance(end, BaseException):
                    raise end

    @property
    def _entries(self) -> int:
        """How many are held at a time: what a cluster does waits here for its answer alone."""
        dask = self._settings.dask
        return max(self._concurrency, dask.pieces) if dask.scheduler else self._concurrency

    @staticmethod
    def _worker(app: App, queue: str, concurrency: int, delete: str, beat: float) -> Worker:
        return Worker(
            app,
            queues=[queue],
            name=queue,
            concurrency=concurrency,
            delete_jobs=delete,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=_GRACE_S,
            install_signal_handlers=False,
            update_heartbeat_interval=beat,
            stalled_worker_timeout=4 * beat,
        )

    async def _reap(self, app: App, runner: Runner, worker: Worker) -> None:
        """Put back what nobody holds: of workers that are gone, of ourselves, or lost otherwise."""
        beat = self._settings.jobs.heartbeat_s
        suspects: set[int] = set()
        while True:
            await asyncio.sleep(beat)
            stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=4 * beat)
            found = {one.id for one in stalled if one.id is not None}
            rows = await app.connector.execute_query_all_async(
                SQL["orphans"], worker=worker.worker_id, held=sorted(runner.held)
            )
            orphans = {int(row["id"]) for row in rows} - runner.held
            for entry in found | (orphans & suspects):
                await app.connector.execute_query_all_async(SQL["queue_again"], id=entry)
                _logger.warning("entry put back", extra={"entry": entry})
            suspects = orphans - suspects
            await app.connector.execute_query_all_async(SQL["queue_lost"], quiet=_LOST_AFTER_S)

    async def _watch(self, app: App, runner: Runner) -> None:
        """End what is being done of runs that were dismissed."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if not (jobs := runner.fanout.jobs):
                continue
            rows = await app.connector.execute_query_all_async(SQL["dismissed"], jobs=jobs)
            for row in rows:
                await runner.fanout.dismiss(row["id"])

    async def _tidy(self, app: App) -> None:
        """Delete runs whose time is up, and what they left in the storage."""
        storage = Storage(self._settings.home / "storage")
        while True:
            rows = await app.connector.execute_query_all_async(
                SQL["old"], days=self._settings.jobs.keep_days
            )
            for row in rows:
                await asyncio.to_thread(_forget_files, storage, row["id"])
                await app.connector.execute_query_async(SQL["forget"], job=row["id"])
            rows = await app.connector.execute_query_all_async(SQL["uploads_in_use"])
            in_use = {row["name"] for row in rows}
            await asyncio.to_thread(forget_uploads, self._settings.home / "incoming", in_use)
            await asyncio.sleep(_TIDY_EVERY_S)


def _forget_files(storage: Storage, job: UUID) -> None:
    storage.delete_below(f"jobs/{job}")


def forget_uploads(incoming: Path, in_use: Collection[str]) -> None:
    """Delete what staff sent for a job a day ago or longer, but for what a run still reads."""
    for folder in incoming.glob("upload-*"):
        if not _UPLOAD.fullmatch(folder.name) or folder.name in in_use:
            continue
        with suppress(FileNotFoundError):  # another worker was first
            if folder.stat().st_mtime < time.time() - _UPLOAD_S:
                shutil.rmtree(folder, ignore_errors=True)


async def _let_go(tasks: list[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
