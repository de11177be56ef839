"""``geoloket jobs``: runs of processes, for who keeps this Geoloket running."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.database import connect
from geoloket.errors import CommandError
from geoloket.jobs import JobFilter, JobStatus
from geoloket.main.connect import owner_dsn
from geoloket.settings import Settings


def listed(settings: Settings, status: str | None, process: str | None, most: int) -> Iterator[str]:
    """The newest first: id, process, status, how far, when."""
    which = JobFilter(
        processes=(process,) if process else None,
        statuses=(JobStatus(status),) if status else None,
    )
    with connect(owner_dsn(settings)) as connection:
        values = which.values() | {"limit": most, "offset": 0}
        for row in connection.execute(statements.read("jobs")["page"], values):
            yield (
                f"{row['id']}  {row['process']:<20}  {row['status']:<10}  {row['progress']:>3} %  "
                f"{row['made_at']:%Y-%m-%d %H:%M}"
            )


def shown(settings: Settings, job: str) -> Iterator[str]:
    """All of one run: facts, pieces, what went wrong, and its log. Raises CommandError."""
    fixed = statements.read("jobs")
    with connect(owner_dsn(settings)) as connection:
        row = _found(connection, job)
        for name in ("process", "status", "progress", "message", "tries", "inputs", "outputs"):
            if row[name] not in (None, ""):
                yield f"{name}: {row[name]}"
        for name in ("made_at", "started_at", "finished_at"):
            if row[name]:
                yield f"{name.removesuffix('_at')}: {row[name]:%Y-%m-%d %H:%M:%S}"
        if row["problem"]:
            yield f"problem: {row['problem'].get('detail')}"
        values = {"job": row["id"], "limit": 1000}
        counts = connection.execute(fixed["pieces"], values).fetchone()
        if row["pieces"] and counts:
            yield "pieces: " + ", ".join(f"{number} {name}" for name, number in counts.items())
        for piece in connection.execute(fixed["reasons"], values):
            yield f"  {piece['key']}: {piece['reason']}"
        for line in connection.execute(fixed["log"], values):
            yield f"{line['at']:%Y-%m-%d %H:%M:%S}  {line['line']}"


def retry(settings: Settings, job: str) -> None:
    """Have a run that failed go on with what it did not finish. Raises CommandError."""
    with connect(owner_dsn(settings)) as connection:
        row = _found(connection, job)
        answer = connection.execute("SELECT jobs.retry(%s) AS done", [row["id"]]).fetchone()
        if not answer or not answer["done"]:
            raise CommandError(f"job {job} did not fail: it is {row['status']}")


def cancel(settings: Settings, job: str) -> None:
    """End a run. Raises CommandError."""
    with connect(owner_dsn(settings)) as connection:
        row = _found(connection, job)
        if JobStatus(row["status"]).ended:
            raise CommandError(f"job {job} has ended: it is {row['status']}")
        connection.execute("SELECT jobs.end_unwanted(%s)", [row["id"]])


def _found(connection: Connection[DictRow], job: str) -> dict[str, Any]:
    try:
        identifier = UUID(job)
    except ValueError:
        raise CommandError(f"{job[:50]!r} is no id of a job") from None
    row = connection.execute(statements.read("jobs")["find"], {"job": identifier}).fetchone()
    if row is None:
        raise CommandError(f"there is no job {job}")
    return row
