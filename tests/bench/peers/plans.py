"""Which plans PostgreSQL makes for the statements of a server, by auto_explain.

A ratio says nothing when one server's query runs in parallel and the other's does not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from bench.peers.data import Data

_NODE = re.compile(r"^\s*(?:->\s+)?([A-Z][A-Za-z ]+?)(?: using (\S+))?(?: on (\S+).*?)?  \(cost")
_BESIDE = re.compile(r"^(Result|Limit > Result)?$|pg_stat|layer_state$")
"""What is not about the parcels: our own questions, settings, and the versions of tables, which
every Geoloket that runs reads about once a second."""
_WORKERS = re.compile(r"Workers Planned: (\d+)")


class Plans:
    """Switches auto_explain on for as long as something is asked, and reads the server's log."""

    def __init__(self, data: Data) -> None:
        self._logs = data.folder / "log"
        self._admin = psycopg.connect(data.admin, autocommit=True)
        self._admin.execute("LOAD 'auto_explain'")

    def close(self) -> None:
        self._admin.close()

    def of(self, ask: Callable[[], object]) -> list[str]:
        """The plans of the statements that ``ask`` causes, each on one line."""
        file = self._log()
        begun = file.stat().st_size if file else 0
        self._explain(on=True)
        try:
            ask()
        finally:
            self._explain(on=False)
        if not file:
            return []
        with file.open(errors="replace") as log:
            log.seek(begun)
            plans = map(skeleton, log.read().split("  plan:\n")[1:])
            return [plan for plan in plans if not _BESIDE.search(plan)]

    def _log(self) -> Path | None:
        files = sorted(self._logs.glob("*.log"), key=lambda one: one.stat().st_mtime)
        return files[-1] if files else None

    def _explain(self, *, on: bool) -> None:
        if on:
            self._admin.execute("ALTER SYSTEM SET auto_explain.log_min_duration = 0")
        else:
            self._admin.execute("ALTER SYSTEM SET auto_explain.log_min_duration = -1")
        self._admin.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)  # every backend reads the settings anew before its next statement


def skeleton(text: str) -> str:
    """The nodes of a plan from the top: ``Limit > Index Scan parcels_pkey``.

    >>> skeleton("Query Text: …\\nLimit  (cost=0..1)\\n  ->  Seq Scan on t  (cost=0..1)\\n")
    'Limit > Seq Scan t'
    """
    nodes: list[str] = []
    for line in text.splitlines():
        if found := _NODE.match(line):
            kind, index, table = found.groups()
            nodes.append(" ".join(filter(None, (kind.strip(), index or table))))
        elif (workers := _WORKERS.search(line)) and nodes:
            nodes[-1] += f" ({workers[1]} workers)"
        elif nodes and line and not line[0].isspace():
            break  # the next entry of the log
    return " > ".join(nodes)
