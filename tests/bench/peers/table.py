"""Writes RESULTS.md: the run, the goals, a table for each workload, and what to doubt."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.peers import goals
from bench.peers.data import Data
from bench.peers.dialects import OURS, UNCOUNTED
from bench.peers.goals import Verdict
from bench.peers.ledger import Ledger, Measure
from bench.peers.programs import Failed, first_line
from bench.peers.run import MEMORY, RAW, Bench
from bench.peers.servers import Server
from bench.peers.workloads import Workload

_LEGEND = """\
How to read it:

- All servers run beside each other on one machine and one database and are asked in turns, one at
  a time; of the rounds the best counts. A rate is answers per second; the time of an answer at one
  connection is its inverse. **×** is how many times as many answers Geoloket gives.
- CPU is processor time per answer, of the server's processes and of PostgreSQL's (/proc); SQL is
  the time inside statements per answer (pg_stat_statements), of which counting in brackets. They
  are taken at the middle number of connections, and say more than rates do on a busy machine.
- Every server in Python is one process (uvicorn, uvloop, httptools); QGIS Server and MapServer are
  one FastCGI process behind nginx. Peers read a bare table with the same columns, a primary key
  and a spatial index; "stored in …" is the same table with the place in the system of the answer,
  their best case.
- *in memory* is Starlette under uvicorn with Geoloket's own answers in a dictionary. *raw SQL* is
  Geoloket's own statements through psycopg with binary results.
- Geoloket makes every answer anew, without its memory of answers, unless "kept" or "304" says
  otherwise: those are asked again and given again. Other servers here keep none. "generalised as
  published" is what Geoloket serves below z15 by its declaration; for the comparison it makes whole
  tiles, as the others do.
- Unlike tells in what an answer differs from Geoloket's; a server that is not timed says why.
"""
_OTHERS = {
    "exports": "Whole layers as files, beside ogr2ogr",
    "import_speed": "Imports, beside ogr2ogr",
    "address_search": "Address search",
}
"""What `make bench` keeps of the other benches."""


def write(file: Path, bench: Bench) -> None:
    lines = [
        "# Geoloket beside other servers",
        "",
        "Made by `make bench`; do not edit.",
        "",
        *_head(bench),
        "",
        _LEGEND,
        *_goals(bench),
        *_counts(bench),
        "## Workloads",
        "",
    ]
    for workload in bench.workloads:
        lines += _workload(bench, workload)
    lines += [*_others(bench), *_doubts(bench), *_plans(bench)]
    file.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _head(bench: Bench) -> Iterator[str]:
    options = bench.options
    yield f"- {datetime.now(UTC):%Y-%m-%d}, {_machine()}"
    yield f"- {_versions(bench.data)}; {_load_generator()}"
    yield "- " + "; ".join(filter(None, map(_version, bench.servers.values())))
    yield (
        f"- {bench.places.rows:,} parcels in EPSG:31370 ({bench.data.source}, repeated side by "
        f"side); {options.rounds} rounds of {options.seconds:g} s at "
        f"{', '.join(map(str, options.connections))} connections"
    )


def _machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = model[1] if model else platform.machine()
    return f"{os.cpu_count()} × {name}, {memory:.0f} GiB, Linux {platform.release().split('-')[0]}"


def _versions(data: Data) -> str:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(data.admin) as admin:
        row = admin.execute(
            "SELECT current_setting('server_version'), postgis_lib_version()"
        ).fetchone()
    server, gis = row or ("?", "?")
    return f"PostgreSQL {server.split()[0]}, PostGIS {gis}, Python {platform.python_version()}"


def _load_generator() -> str:
    return " ".join(first_line(["wrk", "-v"]).split()[:2])


def _version(server: Server) -> str:
    if type(server).__name__ in ("GeoloketCold", "GeoloketGeneralised", "Memory"):
        return ""
    try:
        told = server.version()
    except (Failed, OSError):
        told = server.name
    return f"{told} (**{server.error}**)" if server.error else told


# -- goals -------------------------------------------------------------------------------------


def _goals(bench: Bench) -> Iterator[str]:
    connections = bench.options.connections
    found = list(goals.verdicts(bench.workloads, bench.ledger, connections))
    reached = sum(1 for one in found if one.reached)
    yield f"## Goals: {reached} of {len(found)} reached"
    yield ""
    yield f"| goal | at {' / '.join(map(str, connections))} connections | reached |"
    yield "| --- | --- | --- |"
    for one in found:
        figures = " / ".join(
            f"{one.figures[c]:.2f}" if c in one.figures else "–" for c in connections
        )
        yield f"| {one.goal} | {figures} | {_told(one)} |"
    yield ""


def _told(verdict: Verdict) -> str:
    if verdict.reached is None:
        return verdict.words or "not measured"
    return "yes" if verdict.reached else "**no**"


# -- where a kept count helps --------------------------------------------------------------------


def _counts(bench: Bench) -> Iterator[str]:
    """Peers count on each request; Geoloket remembers. Their time less that of their counting."""
    connections = bench.options.connections[0]
    rows: list[str] = []
    for workload in bench.workloads:
        ours = bench.ledger.get(workload.id, OURS.key, connections)
        for contender in workload.contenders:
            theirs = bench.ledger.get(workload.id, contender.key, connections)
            if not (ours and ours.rate and theirs and theirs.rate and theirs.counting_ms):
                continue
            less = max(0.0, theirs.ms - theirs.counting_ms)
            if contender.key != OURS.key and 0.02 * theirs.ms < theirs.counting_ms < theirs.ms:
                rows.append(
                    f"| {workload.title} | {contender.key} | {_ms(ours.ms)} | {_ms(theirs.ms)} | "
                    f"{_ms(theirs.counting_ms)} | {theirs.ms / ours.ms:.1f} × | "
                    f"**{less / ours.ms:.1f} ×** |"
                )
    if rows:
        yield "## What the kept count is worth"
        yield ""
        yield (
            "Geoloket remembers `numberMatched` until the table changes; these servers compute it "
            f"for every answer. Their time at {connections} connection less that of their counting "
            f'shows what is left; "{UNCOUNTED.key}" among the workloads is measured.'
        )
        yield ""
        yield "| workload | server | Geoloket ms | its ms | of that counting | × | × without |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        yield from rows
        yield ""


# -- workloads -----------------------------------------------------------------------------------


def _workload(bench: Bench, workload: Workload) -> Iterator[str]:
    connections = bench.options.connections
    yield f"### {workload.title}"
    yield ""
    rates = " | ".join(f"at {c}: /s | ×" for c in connections)
    yield f"| server | {rates} | ms | CPU ms: server + database | SQL ms (count) | unlike |"
    yield "| --- |" + " ---: | ---: |" * len(connections) + " ---: | --- | --- | --- |"
    names = [one.key for one in workload.contenders] + [MEMORY.key]
    names += [RAW] if workload.goals.limits is not None else []
    for name in names:
        cells = [_rate(bench, workload, name, c) for c in connections]
        yield f"| {name} | {' | '.join(cells)} | {_costs(bench, workload, name)} |"
    yield ""


def _rate(bench: Bench, workload: Workload, name: str, connections: int) -> str:
    measure = bench.ledger.get(workload.id, name, connections)
    if measure is None or not measure.rate:
        return " | "
    ours = bench.ledger.get(workload.id, OURS.key, connections)
    times = f"{ours.rate / measure.rate:.2f}" if ours and ours.rate and name != OURS.key else ""
    return f"{_number(measure.rate)} | {times}"


def _costs(bench: Bench, workload: Workload, name: str) -> str:
    at = [bench.ledger.get(workload.id, name, c) for c in bench.options.connections]
    errors = {f"{c}: {one.error}" for c, one in zip(bench.options.connections, at, strict=True)
              if one and one.error}  # fmt: skip
    middle = bench.ledger.get(workload.id, name, bench.options.middle)
    likeness = bench.ledger.likenesses.get(Ledger.key(workload.id, name, 0), {})
    words = "; ".join(filter(None, (likeness.get("words", ""), *sorted(errors))))
    if not likeness.get("timed", True):
        words = f"not timed: {words}"
    words = words.replace("|", "/").replace("\n", " ")
    if middle is None or not middle.rate:
        return f" | | | {words}"
    first = at[0]
    count = f" ({middle.counting_ms:.2f})" if middle.counting_ms > 0.005 else ""
    return (
        f"{_ms(first.ms) if first and first.rate else ''} | "
        f"{middle.server_ms:.2f} + {middle.backend_ms:.2f} | {middle.statement_ms:.2f}{count} | "
        f"{words}"
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ms(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _others(bench: Bench) -> Iterator[str]:
    """What the other benches printed in the same `make bench`."""
    for name, title in _OTHERS.items():
        told = bench.home / f"{name}.txt"
        if told.exists():
            yield f"## {title}"
            yield ""
            yield "```text"
            yield told.read_text(encoding="utf-8").strip()
            yield "```"
            yield ""


# -- doubts and plans ----------------------------------------------------------------------------


def _doubts(bench: Bench) -> Iterator[str]:
    """What cannot be: an answer quicker than its statements; or is far from settled."""
    found = [
        words for key, measure in bench.ledger.measures.items() for words in _doubted(key, measure)
    ]
    for workload in bench.workloads:
        ours, raw = (bench.ledger.get(workload.id, one, 1) for one in (OURS.key, RAW))
        if ours and raw and ours.rate > raw.rate > 0:
            found.append(f"{workload.title}: Geoloket beats its own statement through psycopg")
    yield "## To doubt"
    yield ""
    yield from (f"- {words}" for words in found)
    if not found:
        yield "Nothing: no server beats its own statements, and the rounds agree within a half."
    yield ""


def _doubted(key: str, measure: Measure) -> Sequence[str]:
    found: list[str] = []
    if not measure.rate:
        return found
    # Of few answers, the one that was under way at the end weighs too much.
    if key.endswith(" 1") and measure.rate > 20 and measure.ms < 0.9 * measure.statement_ms:
        found.append(f"{key}: {measure.ms:.2f} ms, its statements alone {measure.statement_ms:.2f}")
    if len(measure.rounds) > 1 and max(measure.rounds) > 1.5 * min(measure.rounds):
        told = ", ".join(map(_number, measure.rounds))
        found.append(f"{key}: the rounds differ much ({told} per second)")
    return found


def _plans(bench: Bench) -> Iterator[str]:
    yield "## Plans"
    yield ""
    yield "What PostgreSQL does for one request of each (auto_explain), topmost node first."
    yield ""
    yield "| workload | server | plans |"
    yield "| --- | --- | --- |"
    for workload in bench.workloads:
        for contender in workload.contenders:
            plans = bench.ledger.notes.get(f"plans | {workload.id} | {contender.key}")
            if plans:
                told = "<br>".join(f"`{one}`" for one in _without_repeats(plans))
                yield f"| {workload.title} | {contender.key} | {told} |"


def _without_repeats(plans: Sequence[str]) -> list[str]:
    times = {one: plans.count(one) for one in plans}
    return [one if n == 1 else f"{n} × {one}" for one, n in times.items()]
