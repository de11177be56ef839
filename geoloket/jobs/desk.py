"""JobDesk: what people ask of runs: begin one, look at those that are theirs, end one.

The database lets a session see no other runs than those of who it says it is for (data/migrations/
0200_jobs.sql). Nothing is written but by the functions of data/functions/jobs.sql.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket import statements
from geoloket.access import VISITOR, Duty, Principal, Role
from geoloket.audit import RUNS, AuditLog, Ledger, Look, ledger
from geoloket.database import Database
from geoloket.errors import Forbidden, NotFound, Unavailable
from geoloket.process import JSON, Process


class JobStatus(StrEnum):
    """How far a run is, in the words of OGC API Processes."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    DISMISSED = "dismissed"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens."""
        return self not in (JobStatus.ACCEPTED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run of a process, as who asked for it sees it."""

    id: UUID
    process: str
    subject: str | None
    inputs: dict[str, JSON]
    wish: dict[str, Any]
    status: JobStatus
    progress: int
    message: str
    made_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    tries: int
    pieces: int
    pieces_ended: int
    outputs: dict[str, JSON] | None
    problem: dict[str, JSON] | None
    withheld: bool = False
    """Whether what it left is kept back: it was made by what somebody else may see."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a run, by a code or by what the run calls it, and how long it took."""

    code: str
    began_at: datetime
    seconds: float | None
    """None: it is going on."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log of a run."""

    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class PieceCounts:
    """How the pieces of a run are doing."""

    waiting: int
    done: int
    rejected: int
    failed: int
    again: int
    """How many were begun more than once."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which runs: any of these processes, any of these statuses, made in this period."""

    processes: tuple[str, ...] | None = None
    statuses: tuple[JobStatus, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    shortest_s: float | None = None
    longest_s: float | None = None

    def values(self) -> dict[str, Any]:
        """For the statements."""
        return {
            "processes": list(self.processes) if self.processes is not None else None,
            "statuses": list(self.statuses) if self.statuses is not None else None,
            "since": self.since,
            "until": self.until,
            "shortest": self.shortest_s,
            "longest": self.longest_s,
        }


EVERY: Final = JobFilter()


class JobDesk:
    """Begin, list, look at and end runs; each question says for whom."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fixed = statements.read("jobs")
        self._audit = AuditLog(database)

    async def submit(
        self, process: Process, inputs: dict[str, JSON], wish: dict[str, Any], who: Principal
    ) -> UUID:
        """Begin a run: its row and its entry in the queue in one transaction.

        Raises NotFound when this person may not run it, Unavailable when visitors have too many
        waiting.
        """
        if not process.open_to(who):
            raise NotFound("There is no such process.")
        _may_write(who)
        await self._note(process, who)
        public = not _known(who)
        values = {"process": process.id, "inputs": Jsonb(inputs), "wish": Jsonb(wish)}
        async with self._session(who, writing=True) as connection:
            rights = Jsonb(_rights(who)) if process.as_person else None
            cursor = await connection.execute(
                self._fixed["submit_public" if public else "submit"],
                values if public else values | {"subject": who.subject, "rights": rights},
            )
            row = await cursor.fetchone()
        if row is None or row["id"] is None:
            raise Unavailable("Too much is waiting to be done; try again in a while.")
        return row["id"]

    async def find(self, job: UUID, who: Principal) -> Job:
        """A run. Raises NotFound, also for one of somebody else."""
        async with self._session(who, job) as connection:
            cursor = await connection.execute(self._fixed["find"], {"job": job})
            row = await cursor.fetchone()
        if row is None:
            raise NotFound("There is no such job.")
        return _job(row, who)

    async def page(
        self, who: Principal, which: JobFilter = EVERY, limit: int = 20, offset: int = 0
    ) -> list[Job]:
        """The newest first; a visitor has none to list."""
        if not _known(who):
            return []
        values = which.values() | {"limit": limit, "offset": offset}
        async with self._session(who) as connection:
            cursor = await connection.execute(self._fixed["page"], values)
            return [_job(row, who) for row in await cursor.fetchall()]

    async def log(self, job: UUID, who: Principal, limit: int = 200) -> list[LogLine]:
        """The last lines of its log, in their order; none for a visitor."""
        if not _known(who):
            return []
        async with self._session(who) as connection:
            cursor = await connection.execute(self._fixed["log"], {"job": job, "limit": limit})
            return [LogLine(**row) for row in await cursor.fetchall()]

    async def stages(self, job: UUID, who: Principal) -> list[Stage]:
        """Its stages in order, with how long each took; none for a visitor."""
        if not _known(who):
            return []
        async with self._session(who) as connection:
            cursor = await connection.execute(self._fixed["stages"], {"job": job})
            rows = await cursor.fetchall()
        ends: list[datetime | None] = [*(row["at"] for row in rows[1:]), None]
        return [
            Stage(row["code"], row["at"], (end - row["at"]).total_seconds() if end else None)
            for row, end in zip(rows, ends, strict=True)
            if row["code"] != "end"
        ]

    async def pieces(self, job: UUID, who: Principal) -> PieceCounts | None:
        """How its pieces are doing; None for a visitor."""
        if not _known(who):
            return None
        async with self._session(who) as connection:
            cursor = await connection.execute(self._fixed["pieces"], {"job": job})
            row = await cursor.fetchone()
        return PieceCounts(**row) if row else None

    async def reasons(self, job: UUID, who: Principal, limit: int = 100) -> list[tuple[str, str]]:
        """Key and reason of pieces that were rejected or failed; none for a visitor."""
        if not _known(who):
            return []
        async with self._session(who) as connection:
            cursor = await connection.execute(self._fixed["reasons"], {"job": job, "limit": limit})
            return [(row["key"], row["reason"] or "") for row in await cursor.fetchall()]

    async def dismiss(self, job: UUID, who: Principal) -> Job:
        """End a run, or forget what it left. Raises NotFound, also for one of somebody else."""
        _may_write(who)
        await self.find(job, who)
        public = not _known(who)
        mine = {"subject": who.subject, "all": _sees_all(who)}
        async with self._session(who, job, writing=True) as connection:
            await connection.execute(
                self._fixed["dismiss_public" if public else "dismiss"],
                {"job": job} if public else {"job": job} | mine,
            )
        return await self.find(job, who)

    async def _note(self, process: Process, who: Principal) -> None:
        """Have the audit log tell who starts it, before it is. Raises Unavailable."""
        if _known(who) and process.may_run is not None:
            of = ledger.get() or Ledger(door="program")
            await self._audit.write(who, [Look("run", RUNS, (process.id,))], of)

    @asynccontextmanager
    async def _session(
        self, who: Principal, job: UUID | None = None, *, writing: bool = False
    ) -> AsyncGenerator[AsyncConnection[DictRow]]:
        """A transaction in which the database knows who asks, and about which run."""
        asked = who if _known(who) else VISITOR
        async with self._database.session(asked) as connection, AsyncExitStack() as stack:
            if asked.role is Role.VISITOR:  # others are in a transaction from the start
                await stack.enter_async_context(connection.transaction())
            if writing:
                await connection.execute("SET TRANSACTION READ WRITE")
            values = {
                "subject": asked.subject or "",
                "all": "on" if _sees_all(asked) else "",
                "job": str(job or ""),
            }
            await connection.execute(self._fixed["say_who"], values)
            yield connection


def _known(who: Principal) -> bool:
    """Whether this person has runs of their own; one with a token that starts none has not."""
    return Duty.STAFF in who.starts_as


def _may_write(who: Principal) -> None:
    if not (who.writes or who.runs):
        raise Forbidden("This token may be used to read only.")


def _sees_all(who: Principal) -> bool:
    """Who keeps Geoloket running; with a token they follow their own runs alone."""
    return Duty.ADMIN in who.duties


def _rights(who: Principal) -> dict[str, JSON]:
    """What a worker needs to read as this person does, and to note that in the audit log."""
    kept = ledger.get()
    asked: dict[str, JSON] = {"role": str(who.role)}
    if who.scope is not None:
        asked["scope"] = [*sorted(who.scope)]
    if kept:
        asked |= {"door": kept.door, "purpose": kept.purpose, "request": kept.request}
    return asked


def _reads(who: Principal, rights: dict[str, Any], subject: str | None) -> bool:
    """Whether somebody may have what a run of this person left, who had these rights."""
    if subject != who.subject or rights["role"] != who.role:
        return False
    return who.scope is None or ("scope" in rights and who.scope.issuperset(rights["scope"]))


def _job(row: DictRow, who: Principal) -> Job:
    values: dict[str, Any] = dict(row)
    values["status"] = JobStatus(values["status"])
    rights: dict[str, Any] | None = values.pop("rights")
    # Who keeps Geoloket running sees that it was done, and not what somebody else may see of
    # layers; nor does who has lost the role, nor a token that is for less than was read.
    if rights and not _reads(who, rights, row["subject"]):
        values |= {"withheld": True, "outputs": None, "inputs": {}}
    return Job(**values)
