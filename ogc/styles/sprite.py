"""The pictures of patterns: one PNG with all of them, and where each is.

The same tiles of 8 by 8 as ``geoloket.drawing`` and the map draw, each in its ink, made here point
by point, so that a style asks nothing of anybody else.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from geoloket.style import StyledLayer
from ogc.styles.looks import Fill, Untranslatable, rules

_SIDE: Final = 8
_FINE: Final = 4
"""Points along a side of a pixel that are looked at."""


def picture_name(pattern: str, ink: str) -> str:
    """Name of the picture of a pattern in an ink.

    >>> picture_name("dots", "#4A5560")
    'dots-4a5560'
    """
    return f"{pattern}-{ink.lstrip('#').lower()}"


def pictures(layers: Iterable[StyledLayer]) -> tuple[tuple[str, str], ...]:
    """The patterns that the layers use and their inks, each once."""
    found: dict[tuple[str, str], None] = {}
    for layer in layers:
        for instruction in layer.instructions:
            try:
                looks = [rule.look for rule in rules(instruction)]
            except Untranslatable:
                continue
            for look in looks:
                if isinstance(look, Fill) and look.pattern:
                    found[look.pattern, look.color] = None
    return tuple(sorted(found))


def places(shown: tuple[tuple[str, str], ...], ratio: int) -> dict[str, dict[str, int]]:
    """Where each picture is in the PNG (MapLibre style specification, sprite)."""
    side = _SIDE * ratio
    return {
        picture_name(*one): {
            "x": at * side,
            "y": 0,
            "width": side,
            "height": side,
            "pixelRatio": ratio,
        }
        for at, one in enumerate(shown)
    }


@lru_cache(maxsize=16)
def picture(shown: tuple[tuple[str, str], ...], ratio: int) -> bytes:
    """All pictures beside each other, as PNG with transparency."""
    side = _SIDE * ratio
    rows = [
        b"\0" + b"".join(_row(pattern, ink, y, side, ratio) for pattern, ink in shown)
        for y in range(side)
    ]
    if not shown:
        rows = [b"\0" + bytes(4)]
    width, height = max(1, side * len(shown)), len(rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def _row(pattern: str, ink: str, y: int, side: int, ratio: int) -> bytes:
    color = bytes.fromhex(ink.lstrip("#"))
    inside = _SHAPES[pattern]
    parts = [(n + 0.5) / _FINE for n in range(_FINE)]
    row = bytearray()
    for x in range(side):
        hits = sum(inside((x + dx) / ratio, (y + dy) / ratio) for dx in parts for dy in parts)
        row += color + bytes([round(255 * hits / _FINE**2)])
    return bytes(row)


def _near(distance: float, every: float, width: float) -> bool:
    """Whether a point is within a stroke of lines that come back at a distance."""
    return abs((distance + every / 2) % every - every / 2) <= width / 2


_ROOT: Final = 2**0.5
_SHAPES: Final[dict[str, Callable[[float, float], bool]]] = {
    "dots": lambda x, y: min((x - 2) ** 2 + (y - 2) ** 2, (x - 6) ** 2 + (y - 6) ** 2) <= 1.21,
    "hatch": lambda x, y: _near((x + y) / _ROOT, _SIDE / _ROOT, 1.8),
    "cross": lambda x, y: (
        _near((x + y) / _ROOT, _SIDE / _ROOT, 1) or _near((x - y) / _ROOT, _SIDE / _ROOT, 1)
    ),
    "lines": lambda x, y: _near(y - 2, 4, 1.4),
}
