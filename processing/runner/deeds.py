"""What a child does with one entry of the queue: run, plan, one piece, or the end."""

from __future__ import annotations

import importlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow
from pydantic import BaseModel, ValidationError

from geoloket.access import VISITOR, Principal, Role
from geoloket.audit import Ledger, ledger
from geoloket.database import connect
from geoloket.errors import Problem, Unavailable
from geoloket.process import Process, ProcessRegistry
from geoloket.settings import Settings
from geoloket.storage import Storage
from processing.context import Dismissed, PieceResult, PieceStatus, Rejected, Transient
from processing.runner.store import WORKER, DatabaseAway, RunStore, wait_after

_logger: Final = logging.getLogger("geoloket.job")

_BATCH: Final = 500
"""Pieces that are noted and queued at once."""
_MOST_NAMED: Final = 25
"""Pieces that a line of the log names at most."""
_LOOK_EVERY_S: Final = 0.5
_MOST_TRIES: Final = 50
"""How often something is begun at most, whatever stopped it: it may be what stops workers."""

Kind = Literal["run", "piece", "finish"]


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry of the queue."""

    kind: Kind
    job: UUID
    piece: int | None = None


class Context:
    """The JobContext of one deed."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        doer: Doer,
        deed: Deed,
        folder: Path,
        settings: Settings,
        storage: Storage,
        who: Principal,
    ) -> None:
        self.job = deed.job
        self.dsn = doer.dsn
        self.settings = settings
        self.storage = storage
        self.folder = folder
        self.who = who
        self._doer = doer
        self._looked = 0.0

    def connect(self) -> Connection[DictRow]:
        return connect(self._doer.dsn, role=WORKER)

    def report(self, progress: int, message: str) -> None:
        if time.monotonic() - self._looked < _LOOK_EVERY_S:
            return
        self._looked = time.monotonic()
        if not self._doer.store.report(self.job, progress, message):
            raise Dismissed

    def step(self, message: str, progress: int = 0) -> None:
        self._looked = 0.0
        self.report(progress, message)
        self._doer.store.log(self.job, message, step=True)

    def log(self, message: str) -> None:
        self._doer.store.log(self.job, message)

    def results(self) -> Iterable[PieceResult]:
        return self._doer.store.results(self.job)


class Doer:
    """Does deeds; what went wrong is noted here, and whether to try again is answered."""

    def __init__(
        self, dsn: str, settings: Settings, processes: ProcessRegistry, store: RunStore
    ) -> None:
        self.dsn = dsn
        self.store = store
        self._settings = settings
        self._processes = processes
        self._storage = Storage(settings.home / "storage")

    def do(self, deed: Deed) -> float | None:
        """Seconds after which to try again, or None. Raises DatabaseAway and MemoryError."""
        try:
            self._do(deed)
        except Dismissed:
            return None
        except Rejected as fault:
            self._end_badly(deed, PieceStatus.REJECTED, str(fault))
        except (Transient, Unavailable, psycopg.OperationalError) as fault:
            return self._later(deed, fault)
        except (DatabaseAway, MemoryError):
            raise
        except Exception as fault:
            _logger.error("job", extra={"job": str(deed.job)}, exc_info=fault)
            self._end_badly(deed, PieceStatus.FAILED, _reason(fault))
        return None

    def _do(self, deed: Deed) -> None:
        row = self.store.begin(deed.job, piece=deed.kind == "piece")
        if row is None:
            return
        if row["counted"] > _MOST_TRIES:
            self.store.fail(deed.job, f"was begun {_MOST_TRIES} times and never ended")
            return
        process = self._processes.get(row["process"])
        if process is None or (process.may_run is not None and row["subject"] is None):
            self.store.fail(deed.job, "there is no such process, or not for who asked")
            return
        try:
            inputs = process.inputs.model_validate(row["inputs"])
        except ValidationError:
            self.store.fail(deed.job, "the process has other inputs now; ask again")
            return
        folder = Path(tempfile.mkdtemp(prefix="geoloket-job-"))
        who = _acting(process, row)
        context = Context(self, deed, folder, self._settings, self._storage, who)
        try:
            self._deed(deed, process, context, inputs, planned=row["planned_at"] is not None)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _deed(
        self, deed: Deed, process: Process, context: Context, inputs: BaseModel, *, planned: bool
    ) -> None:
        if process.run is not None:
            module, _, function = process.run.partition(":")
            self._succeed(deed, _named(module, function)(context, inputs))
            return
        module = process.pieces or ""
        if deed.piece is not None:
            self._piece(deed, _named(module, "work"), context, inputs)
        elif deed.kind == "run":
            if not planned:
                for pieces in batched(_named(module, "plan")(context, inputs), _BATCH):
                    self.store.add(deed.job, pieces)
                    context.report(0, "planning")
            number = self.store.planned(deed.job)
            self.store.log(deed.job, f"planned: {number} pieces")
        else:
            outputs = _named(module, "finish")(context, inputs)
            self._report(deed.job)
            self._succeed(deed, outputs)

    def _piece(
        self, deed: Deed, work: Callable[..., Any], context: Context, inputs: BaseModel
    ) -> None:
        assert deed.piece is not None  # noqa: S101 - asked before
        row = self.store.begin_piece(deed.job, deed.piece)
        if row is None:
            return
        if row["counted"] > _MOST_TRIES:
            reason = f"was begun {_MOST_TRIES} times and never ended"
            self.store.end_piece(deed.job, deed.piece, PieceStatus.FAILED, reason=reason)
            return
        result = work(context, inputs, row["item"])
        self.store.end_piece(deed.job, deed.piece, PieceStatus.DONE, result)

    def _report(self, job: UUID) -> None:
        """Tell in the log how the pieces ended, and which were begun more than once."""
        counts = self.store.summary(job)
        self.store.log(
            job,
            "{pieces} pieces: {done} done, {rejected} rejected, {failed} failed; "
            "{again} of them begun more than once".format(**counts),
        )
        if counts["again"]:
            named = self.store.begun_again(job, _MOST_NAMED)
            told = ", ".join(f"{key} ({tries} times)" for key, tries in named)
            more = counts["again"] - len(named)
            self.store.log(job, f"begun again: {told}" + (f", and {more} more" if more else ""))

    def _succeed(self, deed: Deed, outputs: BaseModel) -> None:
        self.store.succeed(deed.job, outputs.model_dump(mode="json", exclude_none=True))

    def _end_badly(self, deed: Deed, status: PieceStatus, reason: str) -> None:
        if deed.piece is not None:
            self.store.end_piece(deed.job, deed.piece, status, reason=reason[:1000])
        else:
            self.store.fail(deed.job, reason[:1000], rejected=status is PieceStatus.REJECTED)

    def _later(self, deed: Deed, fault: Exception) -> float | None:
        """Seconds after which to try again; None when it went wrong too often."""
        reason = str(fault)[:1000] if isinstance(fault, Transient) else _reason(fault)
        faults = self.store.fault(deed.job, deed.piece, reason)
        if faults is None:
            return None
        self.store.log(deed.job, f"did not work and is tried again in a while: {reason}")
        return wait_after(faults)


def _named(module: str, function: str) -> Callable[..., Any]:
    return getattr(importlib.import_module(module), function)


def _acting(process: Process, row: DictRow) -> Principal:
    """As whom a run reads layers; what it reads is noted as theirs, by the door they came."""
    ledger.set(None)
    if not process.as_person:
        return Principal(Role.WORKER, row["subject"])
    rights = row["rights"]
    if rights is None:
        return VISITOR  # nobody said who asked: it sees what everybody sees
    door = rights.get("door") or "program"
    ledger.set(Ledger(door, rights.get("purpose"), rights.get("request"), answering=True))
    scope = frozenset(rights["scope"]) if "scope" in rights else None
    return Principal(Role(rights["role"]), row["subject"], scope=scope)


def _reason(fault: Exception) -> str:
    """What may be shown: other messages may hold a row, a path or a statement."""
    if isinstance(fault, Problem):
        return str(fault)[:1000]
    return f"an unforeseen fault ({type(fault).__name__}); the log of the worker tells more"
