"""Results and pictures by key: a folder in which a file is whole or not there at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geoloket.errors import NotFound

_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,=+@-]{0,199}")
"""One part of a key. None begins with a dot: those are files that are still being written."""

_FLUSHING: Final = 4
"""Files that are flushed at a time."""


class Storage:
    """A folder of files by key, as ``jobs/7f…/report.html``; a key never leaves the folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first file is written."""
        self._folder = folder

    def path(self, key: str) -> Path:
        """The file of a key, to read. Raises NotFound."""
        place = self._place(key)
        if not place.is_file():
            raise NotFound("There is no such file.")
        return place

    def exists(self, key: str) -> bool:
        """Whether there is a file of that key; not when it is no key at all."""
        try:
            return self._place(key).is_file()
        except NotFound:
            return False

    @contextmanager
    def write(self, key: str) -> Generator[Path]:
        """A path to write to; what is there takes the key's place when the block ends well.

        The path is beside the final one and ends like it, since many libraries choose a format by
        the end of a name.
        """
        place = self._place(key)
        beside = _beside(place)
        try:
            yield beside
            _flush(beside)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Generator[Batch]:
        """Many files: all take their keys' places when the block ends well, and none when it fails.

        Each is flushed to the disk while the next one is made, which takes a fraction of the time
        of one after the other. A process that is killed leaves some, each of them whole.
        """
        with ThreadPoolExecutor(_FLUSHING, "flush") as pool:
            batch = Batch(self._place, pool)
            try:
                yield batch
                batch.name()
            finally:
                batch.clear()

    def delete(self, key: str) -> None:
        """Remove the file of a key, if there is one, and folders that are empty then."""
        place = self._place(key)
        place.unlink(missing_ok=True)
        for folder in place.parents:
            if folder == self._folder:
                break
            try:
                folder.rmdir()
            except OSError:
                break

    def delete_below(self, key: str) -> None:
        """Remove everything whose key begins with ``key/``."""
        shutil.rmtree(self._place(key), ignore_errors=True)

    def _place(self, key: str) -> Path:
        parts = key.split("/")
        if len(key) > 500 or not all(_PART.fullmatch(part) for part in parts):
            raise NotFound("There is no such file.")
        return self._folder.joinpath(*parts)


class Batch:
    """Files that are written together (``Storage.writing``)."""

    def __init__(self, place: Callable[[str], Path], pool: ThreadPoolExecutor) -> None:
        self._place = place
        self._pool = pool
        self._named: list[tuple[Path, Path]] = []
        self._flushed: list[Future[None]] = []

    @contextmanager
    def write(self, key: str) -> Generator[Path]:
        """A path to write to, as ``Storage.write`` gives one."""
        place = self._place(key)
        beside = _beside(place)
        self._named.append((beside, place))
        yield beside
        self._flushed.append(self._pool.submit(_flush, beside))

    def name(self) -> None:
        """Give all of them their names, now that the disk holds them."""
        for one in self._flushed:
            one.result()
        for beside, place in self._named:
            beside.replace(place)

    def clear(self) -> None:
        """Remove what got no name."""
        for beside, _ in self._named:
            beside.unlink(missing_ok=True)


def _beside(place: Path) -> Path:
    """Where a file is written before it has its name, in a folder that is there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.with_name(f".{secrets.token_hex(8)}-{place.name[-60:]}")


def _flush(file: Path) -> None:
    """Have the disk hold it before it gets its name: after a power cut it is whole or absent."""
    number = os.open(file, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
