"""What lies in the folder ``incoming``, to be named in a form instead of typed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

_DEEP: Final = 3
_MOST: Final = 200
_LOOKED_AT: Final = 5_000
"""Entries, so that a folder with a hundred thousand pictures holds nobody up."""


def offered(home: Path) -> list[str]:
    """Names below ``incoming``: its files, and folders down to the third; sorted, at most 200.

    Hidden ones and links are left out, and what somebody sent for a job of their own.
    """
    return sorted(islice(_names(home / "incoming"), _MOST))


def _names(root: Path) -> Iterator[str]:
    left, waiting = _LOOKED_AT, deque([("", 1)])
    while waiting and left > 0:
        above, depth = waiting.popleft()
        try:
            with os.scandir(root / above) as entries:
                for entry in islice(entries, left):
                    left -= 1
                    if entry.name.startswith((".", "upload-")) or entry.is_symlink():
                        continue
                    name = f"{above}{entry.name}"
                    if entry.is_dir():
                        yield name
                        if depth < _DEEP:
                            waiting.append((f"{name}/", depth + 1))
                    elif depth == 1:
                        yield name
        except OSError:  # it went meanwhile, or is not ours to read
            continue
