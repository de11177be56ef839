"""Visits of a day in an order that saves kilometres: nearest first, then crossings are undone.

In straight lines: streets change the length of a round, and seldom the order of a few houses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import dist

Point = tuple[float, float]


def ordered[T](stops: Sequence[T], start: Point, place: Callable[[T], Point]) -> list[T]:
    """The stops in the order of a round from ``start`` that does not come back to it."""
    left, here, round_ = list(stops), start, list[T]()
    while left:
        nearest = min(left, key=lambda stop: dist(here, place(stop)))
        left.remove(nearest)
        round_.append(nearest)
        here = place(nearest)
    return _uncrossed(round_, start, place)


def length(stops: Sequence[Point], start: Point) -> float:
    """Metres of a round along these points, there from ``start``."""
    return sum(dist(a, b) for a, b in pairwise([start, *stops]))


def in_parts[T](
    stops: Sequence[T],
    start: Point,
    place: Callable[[T], Point],
    parts: Sequence[Callable[[T], bool]],
) -> list[list[T]]:
    """The same for parts of a day: each part begins where the one before ended."""
    days: list[list[T]] = []
    for belongs in parts:
        days.append(ordered([stop for stop in stops if belongs(stop)], start, place))
        start = place(days[-1][-1]) if days[-1] else start
    return days


def _uncrossed[T](stops: list[T], start: Point, place: Callable[[T], Point]) -> list[T]:
    """Turn a stretch round wherever that shortens the way (2-opt), until nothing does."""
    best, better = stops, True
    while better:
        better = False
        for begin in range(len(best) - 1):
            for end in range(begin + 1, len(best)):
                tried = best[:begin] + best[begin : end + 1][::-1] + best[end + 1 :]
                if _length(tried, start, place) < _length(best, start, place) - 1e-6:
                    best, better = tried, True
    return best


def _length[T](stops: Sequence[T], start: Point, place: Callable[[T], Point]) -> float:
    return length([place(stop) for stop in stops], start)
