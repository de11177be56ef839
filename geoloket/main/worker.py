"""The worker: takes what is queued, and does each day what the calendar asks."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from procrastinate import App

from geoloket import events, jobs, log
from geoloket.alerts import Postman
from geoloket.database import connect
from geoloket.main import auditing, mailing, retaining
from geoloket.main.connect import owner_dsn
from geoloket.permits import PermitDesk
from geoloket.settings import AuditSettings, Settings
from processing.catalog import catalogue
from processing.runner.shift import Shift

_logger = logging.getLogger("geoloket.worker")

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
_ALREADY_QUEUED = "permits"
_WORKER: Final = "geoloket_worker"
"""What the calendar changes is written with the grants for that (data/grants.sql)."""


def work(settings: Settings, concurrency: int | None = None) -> None:
    """Work until SIGINT or SIGTERM; what is under way gets ten seconds to finish."""
    log.configure(settings.log_level)
    dsn = owner_dsn(settings)
    asyncio.run(_work(dsn, settings, mailing.postman(settings, dsn), concurrency))


async def _work(
    dsn: str, settings: Settings, post: Postman | None, concurrency: int | None
) -> None:
    delay = settings.permits.decision_delay_days
    stopping = _signalled()
    # Whoever was away at midnight catches up; the refresh does no harm when done twice.
    await refresh_permits(dsn, delay)
    await refresh_events(dsn)
    await asyncio.to_thread(mailing.tidy, dsn)
    await forget_looks(dsn, settings.audit)
    async with _mail(dsn, post):
        shift = Shift(
            dsn,
            settings,
            catalogue(settings),
            partial(
                queue_with_tasks,
                dsn,
                delay,
                settings.audit,
                nightly=partial(retaining.each_night, dsn, settings),
            ),
            concurrency or settings.jobs.concurrency,
        )
        _logger.info("worker started")
        await shift.work(stopping)
    _logger.info("worker stopped")


def _signalled() -> asyncio.Event:
    """Set when somebody asks us to stop."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


@asynccontextmanager
async def _mail(dsn: str, post: Postman | None) -> AsyncGenerator[None]:
    """Mail leaves beside the queue, in a thread; at the end the letter in hand is finished."""
    if post is None:
        yield
        return
    under_way = asyncio.create_task(asyncio.to_thread(mailing.rounds, dsn, post))
    try:
        yield
    finally:
        post.leaving.set()
        await under_way


def queue_with_tasks(
    dsn: str,
    delay: int = 0,
    audit: AuditSettings | None = None,
    connections: int = 4,
    *,
    nightly: Callable[[], None] | None = None,
) -> App:
    """The queue with the tasks of each day; ``delay`` is that of the permit desk.

    ``nightly`` lets go of what has been kept for long enough.
    """
    app = jobs.queue(dsn, connections)

    # The calendar is in UTC, where midnight in Brussels is at 22 or at 23 o'clock.
    @app.periodic(cron="5 22,23 * * *")
    @app.task(name="refresh-permits", queueing_lock=_ALREADY_QUEUED)
    async def refresh(timestamp: int) -> None:  # pyright: ignore[reportUnusedFunction]
        if datetime.fromtimestamp(timestamp, BRUSSELS).hour == 0:
            await refresh_permits(dsn, delay)

    @app.periodic(cron="35 2 * * *")
    @app.task(name="tidy-alerts", queueing_lock="alerts")
    async def forget(timestamp: int) -> None:  # pyright: ignore[reportUnusedFunction]
        await asyncio.to_thread(mailing.tidy, dsn)

    @app.periodic(cron="50 2 * * *")
    @app.task(name="tidy-audit", queueing_lock="audit")
    async def forget_old_looks(timestamp: int) -> None:  # pyright: ignore[reportUnusedFunction]
        await forget_looks(dsn, audit or AuditSettings())

    @app.periodic(cron="5 3 * * *")
    @app.task(name="retention", queueing_lock="retention")
    async def let_go(timestamp: int) -> None:  # pyright: ignore[reportUnusedFunction]
        if nightly:
            await asyncio.to_thread(nightly)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="refresh-events", queueing_lock="events")
    async def events_go_on(timestamp: int) -> None:  # pyright: ignore[reportUnusedFunction]
        await refresh_events(dsn)

    return app


async def refresh_permits(dsn: str, delay: int = 0) -> int:
    """Bring the status of each permit up to today's date in Brussels; how many changed."""
    today = datetime.now(UTC).astimezone(BRUSSELS).date()
    changed = await asyncio.to_thread(_refresh, dsn, today, delay)
    _logger.info("permits refreshed", extra={"changed": changed})
    return changed


async def forget_looks(dsn: str, settings: AuditSettings) -> None:
    """Delete entries of the audit log whose time is up."""
    if gone := await asyncio.to_thread(auditing.tidy, dsn, settings):
        _logger.info("audit log pruned", extra={"entries": gone})


def _refresh(dsn: str, today: date, delay: int) -> int:
    with connect(dsn, role=_WORKER) as connection:
        return PermitDesk(delay=delay).refresh(connection, today)


async def refresh_events(dsn: str) -> bool:
    """Bring approved events up to now; whether anything changed."""
    changed = await asyncio.to_thread(_refresh_events, dsn, datetime.now(UTC))
    if changed:
        _logger.info("events refreshed")
    return changed


def _refresh_events(dsn: str, now: datetime) -> bool:
    with connect(dsn, role=_WORKER) as connection:
        return events.refresh(connection, now)
