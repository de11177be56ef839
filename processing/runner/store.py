"""What is noted of runs, each change in one transaction with what it queues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket import statements
from geoloket.database import connect
from geoloket.errors import Unavailable
from geoloket.process import JSON, Piece
from processing.context import PieceResult, PieceStatus

WORKER: Final = "geoloket_worker"
MOST_FAULTS: Final = 5
"""How often something may go wrong by its own doing before it is given up."""


def wait_after(faults: int) -> float:
    """Seconds to wait after so many faults: 2, 8, 32, 60."""
    return min(60.0, 2.0 * 4 ** (faults - 1))


SQL: Final = statements.read("job_runs")


class DatabaseAway(Exception):
    """The database cannot be asked now; nothing was noted."""


class RunStore:
    """One connection as ``geoloket_worker``, made anew when it broke."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection[DictRow] | None = None

    def knows(self, job: UUID) -> bool:
        """Whether there is, or was a moment ago, such a run in this database."""
        return self._one("asked", job=job) is not None

    def begin(self, job: UUID, *, piece: bool) -> DictRow | None:
        return self._one("begin", job=job, piece=piece)

    def begin_piece(self, job: UUID, piece: int) -> DictRow | None:
        return self._one("begin_piece", job=job, piece=piece)

    def add(self, job: UUID, pieces: Sequence[Piece]) -> None:
        keys, items = [one.key for one in pieces], [Jsonb(one.item) for one in pieces]
        self._one("add_pieces", job=job, keys=keys, items=items)

    def planned(self, job: UUID) -> int:
        """Note that all pieces are known; how many. Queues the end when they have all ended."""

        def change(connection: Connection[DictRow]) -> int:
            row = connection.execute(SQL["planned"], {"job": job}).fetchone()
            if row and row["over"]:
                connection.execute(SQL["defer_finish"], {"job": job})
            return row["pieces"] if row else 0

        return self._within(change)

    def end_piece(
        self,
        job: UUID,
        piece: int,
        status: PieceStatus,
        result: dict[str, JSON] | None = None,
        reason: str | None = None,
    ) -> None:
        """Note how a piece ended; the last one queues the end of the run."""
        values: dict[str, Any] = {"job": job, "piece": piece, "status": status, "reason": reason}
        values["result"] = None if result is None else Jsonb(result)

        def change(connection: Connection[DictRow]) -> None:
            if connection.execute(SQL["end_piece"], values).fetchone() is None:
                return
            row = connection.execute(SQL["count_piece"], values).fetchone()
            if row and row["over"]:
                connection.execute(SQL["defer_finish"], {"job": job})

        self._within(change)

    def succeed(self, job: UUID, outputs: dict[str, JSON]) -> None:
        self._one("end", job=job, status="successful", outputs=Jsonb(outputs), problem=None)

    def fail(self, job: UUID, detail: str, *, rejected: bool = False) -> None:
        """``rejected``: by what it was given, and not by what we do with it."""
        kind, status = ("rejected", 422) if rejected else ("failed", 500)
        problem = {"type": f"/problems/{kind}", "status": status, "detail": detail}
        self._one("end", job=job, status="failed", outputs=None, problem=Jsonb(problem))

    def report(self, job: UUID, progress: int, message: str) -> bool:
        """Whether anybody still wants it."""
        shown = max(0, min(99, progress))
        row = self._one("report", job=job, progress=shown, message=message[:500])
        return row is not None

    def log(self, job: UUID, line: str, *, step: bool = False) -> None:
        """Add a line to the log; with ``step`` one that begins a stage."""
        self._one("log", job=job, line=line[:2000], step=step)

    def results(self, job: UUID) -> Iterator[PieceResult]:
        rows = self._within(lambda link: link.execute(SQL["results"], {"job": job}).fetchall())
        for row in rows:
            values: dict[str, Any] = dict(row)
            values["status"] = PieceStatus(values["status"])
            yield PieceResult(**values)

    def summary(self, job: UUID) -> DictRow:
        row = self._one("summary", job=job)
        assert row is not None  # noqa: S101 - counts always give a row
        return row

    def begun_again(self, job: UUID, limit: int) -> list[tuple[str, int]]:
        """Key of pieces that were begun more than once, and how often."""
        values = {"job": job, "limit": limit}
        rows = self._within(lambda link: link.execute(SQL["begun_again"], values).fetchall())
        return [(row["key"], row["tries"]) for row in rows]

    def fault(
        self, job: UUID, piece: int | None, reason: str, *, final: bool = False
    ) -> int | None:
        """Note that something went wrong; how often it did, or None when that ended it."""
        name = "fault_of_run" if piece is None else "fault_of_piece"
        row = self._one(name, job=job, piece=piece)
        if row is None:
            return None
        if not final and row["faults"] < MOST_FAULTS:
            return row["faults"]
        if piece is None:
            self.fail(job, reason)
        else:
            self.end_piece(job, piece, PieceStatus.FAILED, reason=reason)
        return None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _one(self, statement: str, **values: Any) -> DictRow | None:
        def ask(connection: Connection[DictRow]) -> DictRow | None:
            cursor = connection.execute(SQL[statement], values)
            return cursor.fetchone() if cursor.description else None

        return self._within(ask)

    def _within[T](self, change: Callable[[Connection[DictRow]], T]) -> T:
        """Do it in a transaction of its own. Raises DatabaseAway."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._dsn, role=WORKER)
            with self._connection.transaction():
                return change(self._connection)
        except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as error:
            self.close()
            raise DatabaseAway(type(error).__name__) from error
