"""What the processors and the database did while a server was asked."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from bench.peers.data import Data, server_pid

from geoloket.embedded.processes import processes

_TICK = os.sysconf("SC_CLK_TCK")
_PATIENCE_S = 3.0


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time, and what pg_stat_statements counted."""

    server: float
    """Of the server's processes."""
    backends: float
    """Of PostgreSQL's, by the kernel's count."""
    statements: float
    """Seconds inside statements (wall time in the backend)."""
    counting: float
    """Of those, inside statements that count."""
    calls: int


class Meter:
    """Reads before and after; one server is asked at a time, so all that is spent is its."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._admin = psycopg.connect(data.admin, autocommit=True)

    def close(self) -> None:
        self._admin.close()

    def begin(self, roots: Iterable[int]) -> tuple[float, float]:
        self._admin.execute("SELECT pg_stat_statements_reset()")
        return _of_trees(roots), self._of_database()

    def end(self, roots: Iterable[int], begun: tuple[float, float]) -> Spent:
        server, backends = _of_trees(roots), self._of_database()
        row = self._admin.execute(
            "SELECT coalesce(sum(total_exec_time), 0) / 1000, "
            r"coalesce(sum(total_exec_time) FILTER (WHERE query ~* '\mcount\('), 0) / 1000, "
            "coalesce(sum(calls), 0) FROM pg_stat_statements "
            "WHERE query !~ 'pg_stat_(statements|activity)'"
        ).fetchone()
        statements, counting, calls = row or (0, 0, 0)
        return Spent(
            server - begun[0], backends - begun[1], float(statements), float(counting), int(calls)
        )

    def settle(self, roots: Iterable[int], seconds: float = 30) -> None:
        """Wait until what was still under way is done: statements, and the servers themselves.

        What takes longer than a few seconds is cancelled.
        """
        trees = list(roots)
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < seconds:
            if waited > _PATIENCE_S:
                self.cancel()
            before = _of_trees(trees) + self._of_database()
            time.sleep(0.1)
            busy = _of_trees(trees) + self._of_database() - before > 0.03
            if not busy and not self._active():
                return

    def cancel(self) -> None:
        """End the statements of answers that nobody waits for any more."""
        self._admin.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE state = 'active' "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def _active(self) -> bool:
        row = self._admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
        return bool(row and row[0])

    def _of_database(self) -> float:
        """Living processes, and by way of their postmaster those that ended (parallel workers)."""
        pid = server_pid(self._data)
        return sum(_own(one) for one in processes(self._data.folder)) + _ended_children(pid)


def _of_trees(roots: Iterable[int]) -> float:
    parents = _parents()
    found, todo = set[int](), list(roots)
    while todo:
        pid = todo.pop()
        if pid not in found:
            found.add(pid)
            todo += [child for child, parent in parents.items() if parent == pid]
    return sum(_own(pid) + _ended_children(pid) for pid in found)


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(entry.name))
        if fields:
            found[int(entry.name)] = int(fields[1])
    return found


def _own(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else 0.0


def _ended_children(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[13]) + int(fields[14])) / _TICK if fields else 0.0


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third on (the second may hold spaces); [] when gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()
