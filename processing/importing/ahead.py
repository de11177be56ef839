"""The next batch in the making while this one is used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _End:
    """There are no more items, or making one failed."""

    error: BaseException | None


def ahead[T](items: Generator[T], depth: int = 2) -> Iterator[T]:
    """The same items, made in a thread of their own, at most so many ahead of their use.

    GDAL, GEOS and Arrow work without Python's lock, so a batch is made while PostgreSQL takes in
    the one before. What is raised in making an item is raised when it is its turn.
    """
    made: queue.Queue[T | _End] = queue.Queue(depth)
    stopped = threading.Event()
    maker = threading.Thread(target=_make, args=(items, made, stopped), daemon=True)
    maker.start()
    try:
        while not isinstance(item := made.get(), _End):
            yield item
        if item.error:
            raise item.error
    finally:
        stopped.set()
        maker.join()


def _make[T](items: Generator[T], made: queue.Queue[T | _End], stopped: threading.Event) -> None:
    error: BaseException | None = None
    try:
        with closing(items):
            for item in items:
                if not _hand_over(item, made, stopped):
                    return
    except BaseException as raised:
        error = raised
    _hand_over(_End(error), made, stopped)


def _hand_over[T](item: T, made: queue.Queue[T], stopped: threading.Event) -> bool:
    """Wait for a place in the queue; False when nobody wants the item any more."""
    while not stopped.is_set():
        try:
            made.put(item, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False
