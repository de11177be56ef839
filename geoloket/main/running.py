"""``geoloket jobs``: runs of processes, for who keeps this Geoloket running."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket import statements
from geoloket.access import Role
from geoloket.database import connect
from geoloket.errors import CommandError
from geoloket.jobs import JobFilter, JobStatus
from geoloket.main.connect import owner_dsn
from geoloket.process import JSON
from geoloket.settings import Settings

_OPERATOR: Final = "(command line)"
"""Who began what the command line begins: nobody whom the identity provider knows."""


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


def submitted(settings: Settings, name: str, given: Sequence[str]) -> str:
    """Begin a run of a process with inputs such as ``year=2025``; its id. Raises Problem."""
    from ogc.processes.executing import inputs_of
    from processing.catalog import catalogue

    known = catalogue(settings)
    if name not in known:
        raise CommandError(f"there is no process {name[:50]!r}; there are {', '.join(known)}")
    inputs = inputs_of(known[name], dict(map(_input, given)))
    rights = Jsonb({"role": Role.HOUSING, "door": "program"}) if known[name].as_person else None
    values = {"process": name, "inputs": Jsonb(inputs), "wish": Jsonb({}), "rights": rights}
    with connect(owner_dsn(settings)) as connection:
        row = connection.execute(
            statements.read("jobs")["submit"], values | {"subject": _OPERATOR}
        ).fetchone()
    if row is None:
        raise CommandError("nothing was begun")
    return str(row["id"])


def _input(text: str) -> tuple[str, JSON]:
    """``name=value``; a list or an object of JSON is taken as such, all else is text."""
    name, between, value = text.partition("=")
    if not name or not between or not value:
        raise CommandError(f"--input {text[:50]!r}: say NAME=VALUE")
    if value[0] not in "[{":
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        raise CommandError(f"--input {name[:50]}: is no JSON") from None


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
