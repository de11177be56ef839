"""The queue in our database, worked by a role that can do no more than it must."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException

from geoloket import jobs
from geoloket.database import connect
from geoloket.main.worker import queue_with_tasks
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry


async def test_a_job_is_queued_and_done_once(fresh_dsn: str) -> None:
    app = jobs.queue(fresh_dsn)
    seen: list[str] = []

    @app.task(name="note")
    async def note(word: str) -> None:
        seen.append(word)

    async with app.open_async():
        await note.defer_async(word="done")
        await app.run_worker_async(wait=False, install_signal_handlers=False)
        await app.run_worker_async(wait=False, install_signal_handlers=False)
    assert seen == ["done"]


async def test_the_worker_is_no_owner(fresh_dsn: str) -> None:
    app = jobs.queue(fresh_dsn)
    async with app.open_async():
        with pytest.raises(ConnectorException) as refused:
            await app.connector.execute_query_async("DROP TABLE geoloket.parcels")
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 7, 14, 22, 5, tzinfo=UTC), True),
        (datetime(2026, 7, 14, 23, 5, tzinfo=UTC), False),
        (datetime(2026, 12, 14, 22, 5, tzinfo=UTC), False),
        (datetime(2026, 12, 14, 23, 5, tzinfo=UTC), True),
    ],
)
async def test_permits_are_refreshed_after_midnight_in_brussels_summer_and_winter(
    fresh_dsn: str, monkeypatch: pytest.MonkeyPatch, moment: datetime, due: bool
) -> None:
    refreshed: list[str] = []

    async def refresh(dsn: str, delay: int) -> int:
        await asyncio.sleep(0)
        refreshed.append(dsn)
        return 0

    monkeypatch.setattr("geoloket.main.worker.refresh_permits", refresh)
    task = queue_with_tasks(fresh_dsn).tasks["refresh-permits"]
    await task.func(timestamp=int(moment.timestamp()))
    assert bool(refreshed) is due


def test_the_queue_migrates_with_procrastinate(fresh_dsn: str) -> None:
    """A queue made by an older procrastinate gets what it lacks: here one file, undone by hand."""
    function = "procrastinate_trigger_function_status_events_update_v1"
    with connect(fresh_dsn) as connection:
        connection.execute("DELETE FROM jobs.migrations WHERE name LIKE '03.04.00_50_post%'")
        connection.execute(
            "DROP FUNCTION jobs.procrastinate_trigger_function_status_events_update_v1 CASCADE"
        )
        migrate(connection, LayerRegistry.read(), 31370)
        row = connection.execute(
            "SELECT count(*) AS n FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE p.proname = %s",
            [function],
        ).fetchone()
    assert row == {"n": 1}


def test_a_second_migrate_leaves_the_queue_alone(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as connection:
        connection.execute("SET search_path TO jobs")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'kept')"
        )
        connection.commit()
        migrate(connection, LayerRegistry.read(), 31370)
        row = connection.execute("SELECT task_name FROM procrastinate_jobs").fetchone()
    assert row == {"task_name": "kept"}


def test_visitors_see_nothing_of_the_queue(fresh_dsn: str) -> None:
    with (
        connect(fresh_dsn, role="geoloket_reader") as visitor,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        visitor.execute("SELECT * FROM jobs.procrastinate_jobs")
