"""Where pictures are made: in a few threads, one turn each; large ones wait for each other.

What reads rasters is imported in those threads when the first picture is asked for, because it
takes a second and most web processes never need it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from geoloket.errors import Unavailable
from geoloket.turns import Turns
from ogc.rasters.asking import Picture

_BUSY: Final = "Others are waiting for pictures."
_WAIT_S: Final = 20.0
_LARGE: Final = 1024 * 1024
"""Pixels from which a picture is large: one of those is made at a time."""


class Studio:
    """Draws for one web process."""

    def __init__(self, threads: int, native: int) -> None:
        """``native`` is the system of the files."""
        self._native = native
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="photos")
        self._turns = Turns(threads, 50 * threads, _WAIT_S, _BUSY)
        self._large = Turns(1, 10, _WAIT_S, _BUSY)

    async def picture(self, files: Sequence[Path], asked: Picture) -> bytes | None:
        """The picture, encoded; None when no photo has a pixel of it."""

        def make() -> bytes | None:
            from ogc.rasters import pixels  # noqa: PLC0415

            view = pixels.View(asked.srid, asked.box, asked.width, asked.height)
            canvas = pixels.draw(files, self._native, view, asked.look)
            if asked.sparse and not canvas[3].any():
                return None
            return pixels.encode(canvas, asked.kind, asked.background)

        return await self._made(make, asked.width * asked.height)

    async def coverage(self, files: Sequence[Path], asked: Picture) -> bytes:
        """A GeoTIFF with all bands."""

        def make() -> bytes:
            from ogc.rasters import pixels  # noqa: PLC0415

            view = pixels.View(asked.srid, asked.box, asked.width, asked.height)
            return pixels.coverage(files, self._native, view)

        return await self._made(make, asked.width * asked.height)

    async def _made[T](self, make: Callable[[], T], size: int) -> T:
        """Raises Unavailable when it is too busy, or a file is away."""
        loop = asyncio.get_running_loop()
        try:
            if size < _LARGE:
                async with self._turns.turn():
                    return await loop.run_in_executor(self._pool, make)
            async with self._large.turn(), self._turns.turn():
                return await loop.run_in_executor(self._pool, make)
        except OSError:  # rasterio's is one
            raise Unavailable("A photo cannot be read at the moment.") from None
