"""The order of it all: start, compare the answers, time them in turns, write the table."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from bench.peers import checks, data, dialects, load, places
from bench.peers.checks import Answer, Likeness
from bench.peers.cpu import Meter, Spent
from bench.peers.dialects import Cannot, Contender
from bench.peers.fastcgi_peers import MapServer, QgisServer
from bench.peers.ledger import Ledger, Measure
from bench.peers.limits import Raw
from bench.peers.memory import Memory
from bench.peers.plans import Plans
from bench.peers.programs import Failed
from bench.peers.python_peers import Pygeoapi, Tipg
from bench.peers.servers import Geoloket, GeoloketCold, GeoloketGeneralised, Server
from bench.peers.workloads import Ask, Workload, asks, deep_cursor, workloads

MEMORY = Contender("in memory", "memory", dialects.Geoloket())
RAW = "raw SQL"
_SERVERS = (
    Geoloket, GeoloketCold, GeoloketGeneralised, Pygeoapi, Tipg, QgisServer, MapServer, Memory,
)  # fmt: skip
_SLOW_S = 5.0
"""Who takes longer than this for one answer is compared on one address only."""
_LONGEST_S = 12.0
"""How long a slow server is asked at most."""


@dataclass(frozen=True)
class Options:
    rows: int
    seconds: float
    rounds: int
    connections: tuple[int, ...]
    compared: int = 3
    """Addresses of a workload whose answers are compared."""
    only: tuple[str, ...] = ()
    """Workloads, when not all of them."""

    @property
    def middle(self) -> int:
        """The number of connections at which prepared variants are timed too."""
        return self.connections[len(self.connections) // 2]


class Bench:
    """One run. Everything that it started has ended when the block of ``opened`` is left."""

    def __init__(self, home: Path, options: Options, ledger: Ledger) -> None:
        self.home, self.options, self.ledger = home, options, ledger
        self.servers: dict[str, Server] = {}
        self.workloads: list[Workload] = []
        self._asks: dict[tuple[str, str], list[Ask]] = {}
        self._latency: dict[tuple[str, str], float] = {}
        self._filling: set[str] = set()
        """Entries of this run; those that an earlier one wrote are complete."""

    @contextmanager
    def opened(self) -> Generator[Bench]:
        """Data and servers at hand."""
        with ExitStack() as stack:
            self.data = data.prepare(self.home, self.options.rows, say)
            stack.callback(self.data.cluster.stop)
            folder = self.home / "servers"
            for kind in _SERVERS:
                server = kind(folder)
                self.servers[server.name] = server
                stack.callback(server.stop)
                if not isinstance(server, Memory):
                    self._start(server)
            self.meter = Meter(self.data)
            stack.callback(self.meter.close)
            self._meet()
            self.raw = Raw(self.data, self._paths(), folder)
            stack.callback(self.raw.stop)
            yield self

    def _start(self, server: Server) -> None:
        began = time.monotonic()
        server.start(self.data)
        say(f"{server.name}: {server.error or f'answers after {time.monotonic() - began:.1f} s'}")

    def _meet(self) -> None:
        """Decide what is asked, and give the memory server its answers."""
        ours, memory = self.servers["geoloket"], self.servers["memory"]
        if ours.error:
            raise Failed(ours.error)
        self.places = places.find(self.data)
        cursor = deep_cursor(ours.base, self.places)
        found = workloads(self.places, cursor)
        self.workloads = [one for one in found if one.id in (self.options.only or (one.id,))]
        assert isinstance(memory, Memory)
        memory.capture(ours.base, {path for paths in self._paths().values() for path in paths})
        self._start(memory)

    def _paths(self) -> dict[str, list[str]]:
        """Geoloket's addresses of each workload."""
        return {one.id: one.ask(dialects.OURS.dialect) for one in self.workloads}

    # -- comparing -----------------------------------------------------------------------------

    def compare(self) -> None:
        """Ask everybody everything once; notes who is timed, and in what the answers differ."""
        plans = Plans(self.data)
        for workload in self.workloads:
            ours: list[Answer] | None = None
            for contender in (*workload.contenders, MEMORY):
                name = Ledger.key(workload.id, contender.key, 0)
                try:
                    theirs = self._answers(workload, contender, plans)
                    found = Likeness(True, "")
                    if ours and workload.kind != "unchanged" and not contender.other:
                        found = checks.compare(ours, theirs)
                except (Failed, Cannot, KeyError, ValueError, httpx.HTTPError) as error:
                    found = Likeness(False, str(error)[:300])
                    self.meter.settle([])
                else:
                    ours = ours or theirs
                if contender.other:
                    found = replace(found, words=found.words or "other tiles by intent")
                self.ledger.likenesses[name] = {"timed": found.timed, "words": found.words}
                if found.words:
                    say(f"  {workload.id}: {contender.key}: {found.words}")
        plans.close()
        self.ledger.save()

    def _answers(self, workload: Workload, contender: Contender, plans: Plans) -> list[Answer]:
        server = self.servers[contender.server]
        if server.error:
            raise Failed(server.error)
        asked = asks(workload, contender, server.base)
        self._asks[workload.id, contender.key] = asked
        warm = checks.read(workload, server.base, asked[0])
        compared = asked[: 1 if warm.seconds > _SLOW_S else self.options.compared]
        answers = [checks.read(workload, server.base, one) for one in compared]
        self._latency[workload.id, contender.key] = max(one.seconds for one in answers)
        if workload.id == "deep" and not isinstance(contender.dialect, dialects.Geoloket):
            first = Ask(contender.dialect.items(10))
            if checks.read(workload, server.base, first).ids == answers[0].ids:
                raise Failed("offset is ignored: the first page came")
        if contender is not MEMORY:
            noted = plans.of(lambda: checks.read(workload, server.base, asked[0]))
            self.ledger.notes[f"plans | {workload.id} | {contender.key}"] = noted
        return answers

    # -- timing --------------------------------------------------------------------------------

    def measure(self) -> None:
        """Everybody in turns, the best round of each; what is in the ledger is not done again."""
        for number, workload in enumerate(self.workloads, 1):
            for connections in self.options.connections:
                began = time.monotonic()
                for turn in range(self.options.rounds):
                    for contender in (*workload.contenders, MEMORY):
                        self._round(workload, contender, connections, turn)
                    self._round_raw(workload, connections, turn)
                self.ledger.save()
                took = time.monotonic() - began
                say(f"{number}/{len(self.workloads)} {workload.title}, {connections} connections"
                    f" ({took:.0f} s): {self._line(workload, connections)}")  # fmt: skip

    def _round(self, workload: Workload, contender: Contender, connections: int, turn: int) -> None:
        if contender.prepared and connections != self.options.middle:
            return
        if not self.ledger.likenesses[Ledger.key(workload.id, contender.key, 0)]["timed"]:
            return
        measure = self._measure(workload, contender.key, connections, turn)
        latency = self._latency[workload.id, contender.key]
        seconds = max(self.options.seconds, min(_LONGEST_S, 3 * latency * max(1, connections / 2)))
        slow = seconds > 2 * self.options.seconds
        if measure is None or (slow and turn):
            return
        if latency > _SLOW_S:
            if connections == self.options.connections[0]:
                measure.rate, measure.rounds = 1 / latency, [1 / latency]
            else:
                measure.error = f"not asked: one answer takes {latency:.0f} s"
            return
        server = self.servers[contender.server]
        pids = server.pids
        asked = self._asks[workload.id, contender.key]
        try:
            begun = self.meter.begin(pids)
            came = load.ask(
                server.port, asked, connections, seconds, folder=server.folder, start=37 * turn
            )
            spent = self.meter.end(pids, begun)
        except Failed as error:
            measure.error = str(error)
            return
        finally:
            self.meter.settle(pids)
        measure.rounds.append(came.rate)
        if came.rate > measure.rate:
            measure.rate, measure.median_ms, measure.p99_ms = came.rate, came.median_ms, came.p99_ms
            _note(measure, spent, came.requests)

    def _round_raw(self, workload: Workload, connections: int, turn: int) -> None:
        if workload.goals.limits is None:
            return
        measure = self._measure(workload, RAW, connections, turn)
        if measure is None:
            return
        pids = [self.raw.pid]
        begun = self.meter.begin(pids)
        try:
            began = time.monotonic()
            rate = self.raw.rate(workload.id, connections, self.options.seconds)
            spent = self.meter.end(pids, begun)
        except Failed as error:
            measure.error = str(error)
            return
        finally:
            self.meter.settle(pids)
        measure.rounds.append(rate)
        if rate > measure.rate:
            measure.rate = rate
            _note(measure, spent, rate * (time.monotonic() - began))

    def _measure(
        self, workload: Workload, contender: str, connections: int, turn: int
    ) -> Measure | None:
        """The entry to fill, or None when an earlier run or round has done with it."""
        key = Ledger.key(workload.id, contender, connections)
        if turn == 0 and key not in self.ledger.measures:
            self._filling.add(key)
            self.ledger.measures[key] = Measure()
        measure = self.ledger.measures.get(key)
        return measure if measure and key in self._filling and not measure.error else None

    def _line(self, workload: Workload, connections: int) -> str:
        told: list[str] = []
        for name in (*(one.key for one in workload.contenders), MEMORY.key, RAW):
            measure = self.ledger.get(workload.id, name, connections)
            if measure:
                told.append(f"{name} {measure.error or f'{measure.rate:,.1f}/s'}")
        return ", ".join(told)


def _note(measure: Measure, spent: Spent, requests: float) -> None:
    measure.server_ms = 1000 * spent.server / requests
    measure.backend_ms = 1000 * spent.backends / requests
    measure.statement_ms = 1000 * spent.statements / requests
    measure.counting_ms = 1000 * spent.counting / requests


def say(line: str) -> None:
    with suppress(BrokenPipeError):
        print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)
