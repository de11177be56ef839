"""Turns: so many at a time, so many who wait, and the others are told to come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from geoloket.errors import Unavailable


class Turns:
    """``at_once`` have their turn, ``waiting`` wait for it, none longer than ``seconds``."""

    def __init__(self, at_once: int, waiting: int, seconds: float, busy: str) -> None:
        """``busy`` is what who cannot wait is told."""
        self._free = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._here = 0
        self._seconds = seconds
        self._busy = busy

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """A turn. Raises Unavailable when too many wait, or when it took too long to come."""
        if self._here >= self._most:
            raise Unavailable(self._busy, retry_after=10)
        self._here += 1
        try:
            try:
                async with asyncio.timeout(self._seconds):
                    await self._free.acquire()
            except TimeoutError:
                raise Unavailable(self._busy, retry_after=10) from None
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._here -= 1
