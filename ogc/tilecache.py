"""Tiles in memory, never stale: each is kept with the versions of the tables that it was made of.

A tile that is asked for by many at once is made once. What was used least is forgotten when the
tiles together pass the limit in bytes.
"""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Final

_LEVEL: Final = 6
_WORTH: Final = 512
"""Bytes from which compression is worth its header."""
_OVERHEAD: Final = 500
"""Bytes that an entry costs besides its body."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it is sent: as it is, and packed with gzip where that is smaller."""

    state: Hashable
    """The versions of the tables that it was made of."""
    body: bytes
    packed: bytes | None

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return _OVERHEAD + len(self.body) + len(self.packed or b"")


class TileCache:
    """At most ``limit`` bytes of tiles; 0 keeps none, and still makes each only once at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._tiles: OrderedDict[Hashable, Tile] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Tile]] = {}

    @property
    def held(self) -> int:
        """Bytes that are in use."""
        return self._held

    async def get(
        self, key: Hashable, state: Hashable, make: Callable[[], Awaitable[bytes]]
    ) -> Tile:
        """The tile of that key at that state, made when it is not there."""
        tile = self._tiles.get(key)
        if tile is not None and tile.state == state:
            self._tiles.move_to_end(key)
            return tile
        task = self._making.get((key, state))
        if task is None:
            task = asyncio.create_task(self._make(key, state, make))
            self._making[key, state] = task
            task.add_done_callback(lambda _: self._making.pop((key, state), None))
        # Who leaves early does not take the tile from the others who wait for it.
        return await asyncio.shield(task)

    async def _make(
        self, key: Hashable, state: Hashable, make: Callable[[], Awaitable[bytes]]
    ) -> Tile:
        body = await make()
        packed = await asyncio.to_thread(_packed, body) if len(body) >= _WORTH else None
        tile = Tile(state, body, packed)
        self._keep(key, tile)
        return tile

    def _keep(self, key: Hashable, tile: Tile) -> None:
        if tile.size > self._limit:
            return
        before = self._tiles.pop(key, None)
        self._held += tile.size - (before.size if before else 0)
        self._tiles[key] = tile
        while self._held > self._limit:
            self._held -= self._tiles.popitem(last=False)[1].size


def _packed(body: bytes) -> bytes | None:
    packed = gzip.compress(body, _LEVEL, mtime=0)
    return packed if len(packed) < len(body) else None
