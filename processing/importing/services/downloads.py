"""Folders in which answers of a service are kept until the import they were for is done."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FRESH_S: Final = 24 * 3600
"""A download that was stopped goes on within a day; after that the source may have changed."""


@dataclass(frozen=True, slots=True)
class Download:
    """A folder of answers; a file in it is complete, whatever happens while it is written."""

    folder: Path

    @classmethod
    def of(cls, folder: Path) -> Download:
        """The download in this folder, begun anew when what lies there is old."""
        if folder.is_dir() and time.time() - folder.stat().st_mtime > _FRESH_S:
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    def keep(self, name: str, content: bytes) -> Path:
        """Write a file in one go."""
        file = self.folder / name
        part = file.with_name(f"{name}.part")
        part.write_bytes(content)
        os.replace(part, file)
        return file


def forget(folder: Path) -> None:
    """Remove what was downloaded for an import that is done."""
    shutil.rmtree(folder, ignore_errors=True)
