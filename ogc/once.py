"""What many ask for at the same time is made once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any


class Once[T]:
    """Makes what is asked for by a key, and hands it to all who ask before it is ready.

    Nothing is kept: the front door does that, with whole answers.
    """

    def __init__(self) -> None:
        self._making: dict[Hashable, asyncio.Task[T]] = {}

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What ``make`` makes, or what is being made under that key already."""
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(make())
            task.add_done_callback(lambda _: self._making.pop(key, None))
        # Who leaves early does not take it from the others who wait for it.
        return await asyncio.shield(task)
