"""What a Dask worker does with a piece: it hands it to children like any other worker (crew.py).

It runs in the process of the Dask worker, which has settings of its own: the same database and the
same storage folder, or it does nothing. Dask shows what it answers, so faults are told by name.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict
from functools import cache
from typing import Any, Final
from uuid import UUID

from geoloket.embedded import EmbeddedCluster
from geoloket.errors import CommandError
from geoloket.settings import Settings
from geoloket.storage import Storage
from processing.runner.crew import Crew
from processing.runner.deeds import Deed
from processing.runner.store import DatabaseAway, RunStore

_MARK: Final = "cluster/mark.txt"


class _Elsewhere(Exception):
    """This Dask worker has another database or storage than who sent the order."""


def mark(storage: Storage) -> str:
    """A word in the storage by which one that is the same is known; made when there is none."""
    if not storage.exists(_MARK):
        with storage.write(_MARK) as file:
            file.write_text(secrets.token_hex(16), encoding="ascii")
    return storage.path(_MARK).read_text(encoding="ascii")


def order(deed: Deed, timeout_s: float, memory_mb: int, marked: str) -> dict[str, Any]:
    """A piece as Dask carries it: names and numbers alone."""
    limits = {"timeout_s": timeout_s, "memory_mb": memory_mb}
    return {"job": str(deed.job), "piece": deed.piece, "mark": marked, **limits}


async def obey(order: dict[str, Any]) -> dict[str, Any]:
    """Do one piece; an Outcome, or why this Dask worker cannot."""
    try:
        deed = Deed("piece", UUID(order["job"]), order["piece"])
        place = _place()
        place.look(order["mark"])
        await place.knows(deed.job)
        return asdict(await place.crew.do(deed, order["timeout_s"], order["memory_mb"]))
    except Exception as fault:  # its text may hold what only we may read
        return {"away": _told(fault)}


async def forsake(job: str) -> None:
    """End what is being done of a run that nobody wants any more."""
    await _place().crew.dismiss(UUID(job))


async def fault(marked: str) -> str | None:
    """Why this Dask worker can do nothing for who has that mark; None when it can."""
    try:
        place = _place()
        place.look(marked)
        await asyncio.to_thread(place.reach)
    except Exception as fault:  # as above
        return _told(fault)
    return None


class _Place:
    """The settings of this process, and its children."""

    def __init__(self) -> None:
        settings = Settings.read()
        given = settings.database.dsn
        self._dsn = given.get_secret_value() if given else EmbeddedCluster(settings.home).dsn()
        self._storage = Storage(settings.home / "storage")
        self._known: set[UUID] = set()
        self.crew = Crew(self._dsn, settings)

    def look(self, marked: str) -> None:
        """Raises _Elsewhere when what is made here would not be found."""
        if not self._storage.exists(_MARK) or mark(self._storage) != marked:
            raise _Elsewhere("its storage folder is another (GEOLOKET_HOME)")

    async def knows(self, job: UUID) -> None:
        """Raises _Elsewhere when our database has no such run: its pieces would never end."""
        if job not in self._known:
            if not await asyncio.to_thread(self._asked, job):
                raise _Elsewhere("its database is another (GEOLOKET_DATABASE__DSN)")
            self._known.add(job)

    def reach(self) -> None:
        """Raises DatabaseAway."""
        self._asked(UUID(int=0))

    def _asked(self, job: UUID) -> bool:
        store = RunStore(self._dsn)
        try:
            return store.knows(job)
        finally:
            store.close()


@cache
def _place() -> _Place:
    return _Place()


def _told(fault: Exception) -> str:
    """What Dask's pages and the log of a run may show."""
    if isinstance(fault, _Elsewhere):
        return str(fault)
    if isinstance(fault, CommandError):
        return "its settings cannot be used"
    return "its database is away" if isinstance(fault, DatabaseAway) else type(fault).__name__
