"""The goals of the comparison, and whether a run reaches them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from bench.peers.dialects import OURS
from bench.peers.ledger import Ledger, Measure
from bench.peers.run import MEMORY, RAW
from bench.peers.workloads import Workload

DEEP_AT_MOST = 1.2
"""Time of the deep page over that of the first."""


@dataclass(frozen=True)
class Verdict:
    """One goal on one workload: a figure for each number of connections."""

    goal: str
    figures: dict[int, float]
    reached: bool | None
    """None when nothing could be compared."""
    words: str = ""


def verdicts(
    workloads: Sequence[Workload], ledger: Ledger, connections: Sequence[int]
) -> Iterator[Verdict]:
    for workload in workloads:
        for peer, wanted in workload.goals.peers.items():
            yield _against(workload, peer, wanted, ledger, connections)
        if workload.goals.limits is not None:
            yield _limits(workload, workload.goals.limits, ledger, connections)
        if workload.goals.memory is not None:
            yield _memory(workload, workload.goals.memory, ledger, connections)
    yield _deep(ledger, connections)


def _against(
    workload: Workload, peer: str, wanted: float, ledger: Ledger, connections: Sequence[int]
) -> Verdict:
    figures: dict[int, float] = {}
    for c in connections:
        ours, theirs = _had(ledger, workload.id, OURS.key, c), _had(ledger, workload.id, peer, c)
        if ours and theirs:
            figures[c] = ours.rate / theirs.rate
    words = ledger.likenesses.get(Ledger.key(workload.id, peer, 0), {}).get("words", "")
    goal = f"{workload.title}: at least {wanted:g} × {peer}"
    return Verdict(goal, figures, _reached(figures, least=wanted), "" if figures else words)


def _limits(workload: Workload, most: float, ledger: Ledger, connections: Sequence[int]) -> Verdict:
    figures: dict[int, float] = {}
    for c in connections:
        ours, raw, memory = (
            _had(ledger, workload.id, name, c) for name in (OURS.key, RAW, MEMORY.key)
        )
        if ours and raw and memory:
            figures[c] = ours.ms / (raw.ms + memory.ms)
    goal = f"{workload.title}: time at most {most:g} × (raw SQL + in memory)"
    return Verdict(goal, figures, _reached(figures, most=most))


def _memory(workload: Workload, most: float, ledger: Ledger, connections: Sequence[int]) -> Verdict:
    figures: dict[int, float] = {}
    for c in connections:
        ours, memory = (_had(ledger, workload.id, name, c) for name in (OURS.key, MEMORY.key))
        if ours and memory:
            figures[c] = ours.ms / memory.ms
    goal = f"{workload.title}: time at most {most:g} × in memory"
    return Verdict(goal, figures, _reached(figures, most=most))


def _deep(ledger: Ledger, connections: Sequence[int]) -> Verdict:
    figures: dict[int, float] = {}
    for c in connections:
        deep, first = (_had(ledger, one, OURS.key, c) for one in ("deep", "items"))
        if deep and first:
            figures[c] = deep.ms / first.ms
    goal = f"deep page by its link: time at most {DEEP_AT_MOST:g} × the first page"
    return Verdict(goal, figures, _reached(figures, most=DEEP_AT_MOST))


def _had(ledger: Ledger, workload: str, contender: str, connections: int) -> Measure | None:
    measure = ledger.get(workload, contender, connections)
    return measure if measure and measure.rate else None


def _reached(figures: dict[int, float], *, least: float = 0, most: float = inf) -> bool | None:
    """At every number of connections; None when there is no figure."""
    return all(least <= one <= most for one in figures.values()) if figures else None
