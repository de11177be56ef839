"""Draws a cut-out from the tiles of a picture: flat, in the size of a page, and no wider than that.

Of what was made unrecognisable only: it has no other source than the tiles that viewers get.
"""

from __future__ import annotations

import io
from functools import lru_cache
from math import floor
from typing import Final

from PIL import Image

from geoloket.imagery import pyramid
from geoloket.imagery.pyramid import TILE, Level
from geoloket.storage import Storage
from web.imagery.cutout import ACROSS, HEIGHT, WIDTH, Look

_CELL: Final = 40
"""Pixels of the cut-out between two places that are looked up; what is between follows a line."""
_REMEMBERED: Final = 64


@lru_cache(maxsize=_REMEMBERED)
def draw(storage: Storage, key: str, width: int, look: Look) -> bytes:
    """A JPEG. ``key`` and ``width`` are the picture's own; whoever asks may see it.

    Raises NotFound when its tiles are not there.
    """
    level = _level(width)
    rows, columns = HEIGHT // _CELL + 1, WIDTH // _CELL + 1
    nodes = [
        [_place(look, column * _CELL, row * _CELL, level) for column in range(columns)]
        for row in range(rows)
    ]
    left = min(x for row in nodes for x, _ in row)
    right = max(x for row in nodes for x, _ in row)
    top = min(y for row in nodes for _, y in row)
    bottom = max(y for row in nodes for _, y in row)
    first = (floor(left / TILE), max(0, floor(top / TILE)))
    last = (floor(right / TILE), min(level.rows - 1, floor(bottom / TILE)))
    wide, high = (last[0] - first[0] + 1) * TILE, (last[1] - first[1] + 1) * TILE
    ground = Image.new("RGB", (wide, high))
    for column in range(first[0], last[0] + 1):
        for row in range(first[1], last[1] + 1):
            name = f"{key}/tiles/{level.number}/{column % level.cols}_{row}.jpg"
            with Image.open(storage.path(name)) as tile:
                ground.paste(tile, ((column - first[0]) * TILE, (row - first[1]) * TILE))
    aside, down = first[0] * TILE, first[1] * TILE
    mesh = [
        (
            (column * _CELL, row * _CELL, (column + 1) * _CELL, (row + 1) * _CELL),
            tuple(
                value
                for y, x in (
                    (row, column),
                    (row + 1, column),
                    (row + 1, column + 1),
                    (row, column + 1),
                )
                for value in (nodes[y][x][0] - aside, nodes[y][x][1] - down)
            ),
        )
        for row in range(rows - 1)
        for column in range(columns - 1)
    ]
    flat = ground.transform((WIDTH, HEIGHT), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    into = io.BytesIO()
    flat.save(into, "JPEG", quality=86)
    return into.getvalue()


def _level(width: int) -> Level:
    """The smallest one that is as sharp as the cut-out in its middle, else the largest."""
    levels = pyramid(width)
    wanted = WIDTH / ACROSS * 360 * 0.8
    return next((one for one in levels if one.width >= wanted), levels[-1])


def _place(look: Look, x: float, y: float, level: Level) -> tuple[float, float]:
    """Where a place of the cut-out lies on a level; left of its seam that is below zero."""
    yaw, pitch = look.seen(x, y)
    return (yaw / 360 + 0.5) * level.width, (0.5 - pitch / 180) * level.width / 2
