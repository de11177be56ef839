"""The pyramid of tiles of a picture, as viewers want it: tiles of 512 px, powers of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TILE: Final = 512
MOST_LEVELS: Final = 5
_KEPT: Final = 0.8
"""The largest level is at least this part as wide as the picture."""


@dataclass(frozen=True, slots=True)
class Level:
    """One size of a picture: ``cols`` by ``rows`` tiles."""

    number: int
    width: int
    cols: int
    rows: int


def pyramid(width: int) -> tuple[Level, ...]:
    """The levels of a picture of that width, the smallest first."""
    levels = [_level(0)]
    while levels[-1].width < _KEPT * width and len(levels) < MOST_LEVELS:
        levels.append(_level(len(levels)))
    return tuple(levels)


def _level(number: int) -> Level:
    cols = 2 ** (number + 1)
    return Level(number, cols * TILE, cols, cols // 2)
