"""``python -m bench.peers`` in ``tests/``; see ``--help``. ``make bench`` runs it.

Exit code 0 when all was measured, 1 when a goal is missed, 2 when it could not be measured.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
from bench.peers import goals, table
from bench.peers.ledger import Ledger
from bench.peers.programs import Failed
from bench.peers.run import Bench, Options, say

_TREE = Path(__file__).parents[3]
_RESULTS = _TREE / "tests" / "bench" / "RESULTS.md"
_SMOKE = ("items", "deep", "item", "made-z16", "kept-z16", "kept-items", "unchanged-items")


def main() -> int:
    given = _arguments()
    options = Options(
        given.rows, given.seconds, given.rounds, tuple(given.connections), only=tuple(given.only)
    )
    home, results = given.home, given.results
    if given.smoke:
        options, home = Options(20_000, 1, 1, (1,), 1, _SMOKE), given.home / "smoke"
        results = home / "RESULTS.md"
    home.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end our children as on Ctrl-C
    of = {
        "rows": options.rows, "seconds": options.seconds, "rounds": options.rounds,
        "connections": list(options.connections), "version": _commit(),
    }  # fmt: skip
    ledger = Ledger(home / "ledger.json", of)
    if ledger.measures:
        say(f"going on where a run stopped: {len(ledger.measures)} measures are there already")
    bench = Bench(home, options, ledger)
    try:
        with bench.opened():
            bench.compare()
            bench.measure()
            table.write(results, bench)
    except (Failed, subprocess.SubprocessError, psycopg.Error, httpx.HTTPError) as error:
        say(f"stopped: {error}; run it again to go on")
        return 2
    except KeyboardInterrupt:
        say("stopped; run it again to go on")
        return 2
    ledger.close()
    say(f"{time.monotonic() - began:.0f} s; written: {results}")
    broken = [server.name for server in bench.servers.values() if server.error]
    if given.smoke:
        shutil.rmtree(home / "servers", ignore_errors=True)
        say(f"did not answer: {', '.join(broken)}" if broken else "every server answers")
        return 2 if broken else 0
    missed = [
        one.goal
        for one in goals.verdicts(bench.workloads, ledger, options.connections)
        if not one.reached
    ]
    for goal in missed:
        say(f"missed: {goal}")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.peers", description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="parcels, at least")
    parser.add_argument("--seconds", type=float, default=2, help="of each round")
    parser.add_argument("--rounds", type=int, default=2, help="of which the best counts")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--home", type=Path, default=_TREE / ".setup" / "bench",
                        help="folder of the database and of what was measured so far")  # fmt: skip
    parser.add_argument("--results", type=Path, default=_RESULTS, help="the file to write")
    parser.add_argument("--only", nargs="+", default=[], help="these workloads, by their names")
    smoke = "few parcels, a second each: only whether every server answers"
    parser.add_argument("--smoke", action="store_true", help=smoke)
    return parser.parse_args()


def _commit() -> str:
    told = subprocess.run(
        ["git", "-C", _TREE, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
