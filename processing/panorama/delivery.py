"""What a supplier delivered: a folder or zip below ``incoming`` in the home."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from processing.context import Rejected

_LARGEST: Final = 400_000_000
_PICTURES: Final = (".jpg", ".jpeg")


class Delivery:
    """Names are those below the folder or in the archive; nothing outside is ever read."""

    def __init__(self, home: Path, name: str) -> None:
        """Raises Rejected when there is no such folder or zip below ``incoming``."""
        root = (home / "incoming").resolve()
        place = (root / name).resolve()
        if not place.is_relative_to(root) or place == root or "\0" in name:
            raise Rejected("folder: must be the name of a folder or zip below incoming in the home")
        if not place.is_dir() and not zipfile.is_zipfile(place):
            raise Rejected(f"folder: there is no folder or zip {name[:200]!r} below incoming")
        self._place = place
        self.stem = place.stem if place.is_file() else place.name

    def names(self) -> list[str]:
        """Every file, in order."""
        return sorted(self._listed())

    def pictures(self) -> list[str]:
        """The JPEGs among them."""
        return [name for name in self.names() if name.lower().endswith(_PICTURES)]

    def read(self, name: str) -> bytes:
        """The content of one. Raises Rejected when it is not there, or far too large."""
        if self._place.is_dir():
            file = (self._place / name).resolve()
            if not file.is_relative_to(self._place) or not file.is_file():
                raise Rejected("is not there any more")
            if file.stat().st_size > _LARGEST:
                raise Rejected("is larger than 400 MB")
            return file.read_bytes()
        try:
            with zipfile.ZipFile(self._place) as archive:
                if archive.getinfo(name).file_size > _LARGEST:
                    raise Rejected("is larger than 400 MB")
                return archive.read(name)
        except (KeyError, OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as fault:
            raise Rejected(f"cannot be read from the archive: {type(fault).__name__}") from None

    def _listed(self) -> Iterator[str]:
        if self._place.is_dir():
            for file in self._place.rglob("*"):
                if file.is_file() and file.resolve().is_relative_to(self._place):
                    yield file.relative_to(self._place).as_posix()
            return
        with zipfile.ZipFile(self._place) as archive:
            yield from (one.filename for one in archive.infolist() if not one.is_dir())


def named(name: str) -> tuple[str, str]:
    """File name and stem of a member."""
    path = PurePosixPath(name)
    return path.name, path.stem
