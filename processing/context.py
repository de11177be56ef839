"""What a process is given to work with, and how it says that it cannot go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.access import Principal
from geoloket.process import JSON
from geoloket.settings import Settings
from geoloket.storage import Storage


class Transient(Exception):
    """Something that may go better in a while: tried again, each time after a longer wait."""


class Rejected(Exception):
    """Input that cannot be used; trying again would not help. Its text goes into the report."""


class Dismissed(Exception):
    """Nobody wants the outcome any more; raised out of ``report``, not to be caught."""


class PieceStatus(StrEnum):
    """How a piece of a run ended."""

    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PieceResult:
    """What one piece left, as ``finish`` reads it."""

    key: str
    status: PieceStatus
    result: dict[str, JSON] | None
    reason: str | None
    tries: int


class JobContext(Protocol):
    """The surroundings of a run, or of one piece of it. What it does may be done twice."""

    @property
    def job(self) -> UUID:
        """The run's own name."""
        ...

    @property
    def settings(self) -> Settings:
        """Settings of this Geoloket."""
        ...

    @property
    def storage(self) -> Storage:
        """Where results and pictures are kept."""
        ...

    @property
    def folder(self) -> Path:
        """A folder to make things in, gone when the run or the piece ends."""
        ...

    @property
    def dsn(self) -> str:
        """The worker's login: that of who owns the tables, for what no lesser role may do."""
        ...

    @property
    def who(self) -> Principal:
        """As whom layers are read: of a process that says ``as_person`` who asked, else a worker.

        What such a process reads goes through the desks of the hall with it, never by ``connect``.
        """
        ...

    def connect(self) -> Connection[DictRow]:
        """A connection as ``geoloket_worker``, on our search path, not in autocommit."""
        ...

    def report(self, progress: int, message: str) -> None:
        """Tell how far it is, from 0 to 100. Raises Dismissed when nobody wants it any more.

        In a piece the progress is not used, because that of a run is counted; the message is.
        """
        ...

    def step(self, message: str, progress: int = 0) -> None:
        """Begin a stage of the run, which the log and the page of the job show with its time."""
        ...

    def log(self, message: str) -> None:
        """Add a line to the run's log, which staff read: nothing that is personal data."""
        ...

    def results(self) -> Iterable[PieceResult]:
        """In ``finish``: how every piece ended, in the order in which they were planned."""
        ...
