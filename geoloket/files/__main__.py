"""The program: reads a job, writes its file, and tells by its exit code how that went."""

from __future__ import annotations

import ctypes
import errno
import shutil
import signal
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Final

from geoloket.files.job import Job, Outcome, WrongRoleError

_DIES_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG
_HARDLY_ANY_ROOM: Final = 8 << 20
_NO_ROOM: Final = ("o space left", "File too large", "I/O", "ROLLBACK", "disk is full")
"""How Arrow, FlatGeobuf and SQLite (which has no journal here to roll back) say so."""

_UNUSED: Final = ("geopandas", "pandas", "shapely", "polars")


class _Absent(MetaPathFinder):
    """Says of these that they are not installed: what we use looks for them when it is imported,
    which costs half a second, and can do without.
    """

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname in _UNUSED:
            raise ModuleNotFoundError(fullname, name=fullname)


def main() -> Outcome:
    """Run the job on standard input."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    job = Job.loads(sys.stdin.buffer.readline())
    sys.meta_path.insert(0, _Absent())
    try:
        if job.format == "parquet":
            from geoloket.files.parquet import write  # noqa: PLC0415  # a writer loads what it needs
        else:
            from geoloket.files.vector import write  # noqa: PLC0415
        write(job)
        if _is_full(job):  # not every writer notices
            raise OSError(errno.ENOSPC, "No space left on device")
    except Exception as error:
        outcome = _told(job, error)
        Path(job.path).unlink(missing_ok=True)
        return outcome
    return Outcome.DONE


def _told(job: Job, error: Exception) -> Outcome:
    """Why it went wrong; never with the statement or a value in it."""
    errors = list(_chain(error))
    if any(isinstance(one, WrongRoleError) for one in errors):
        return Outcome.WRONG_ROLE
    text = " ".join(map(str, errors))
    code = next(filter(None, (str(getattr(one, "sqlstate", "") or "") for one in errors)), "")
    if code == "57014" or "statement timeout" in text:
        return Outcome.TOO_LONG
    if _is_full(job) or any(sign in text for sign in _NO_ROOM):
        return Outcome.NO_ROOM
    if code.startswith(("08", "57P")) or "connection to server" in text or "terminat" in text:
        return Outcome.NO_DATABASE
    names = " ".join(type(one).__qualname__ for one in errors)
    sys.stderr.write(f"{names} {code}\n")
    return Outcome.FAILED


def _is_full(job: Job) -> bool:
    return shutil.disk_usage(Path(job.path).parent).free < _HARDLY_ANY_ROOM


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that it came after: closing what is open may hide the first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


if __name__ == "__main__":
    sys.exit(main())
