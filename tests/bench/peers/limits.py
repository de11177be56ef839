"""The other limit: Geoloket's own statements through psycopg, with binary results, nothing else.

A process of its own puts the application together, asks it every address over ASGI, and notes which
statements it sends about the parcels when it is asked again, when counts are remembered. Then it
sends those itself, on connections that log in as Geoloket's do. It is told what to do by lines of
JSON: ``{"workload": …, "connections": …, "seconds": …}``.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import uvloop
from bench.peers.data import Data
from bench.peers.programs import Failed
from psycopg import AsyncConnection, AsyncCursor, conninfo, sql

_WARMED, _NOTED = 30, 24
"""Addresses of a workload that are asked first, and how many of them once more, being noted."""
_ASKING: ContextVar[bool] = ContextVar("asking", default=False)


@dataclass(frozen=True)
class Sent:
    """A statement as it was handed to psycopg."""

    query: Any
    values: Any


class Raw:
    """The process, from the side of the one who measures."""

    def __init__(self, data: Data, asks: Mapping[str, Sequence[str]], folder: Path) -> None:
        file = folder / "raw.json"
        some = {one: list(paths[:_WARMED]) for one, paths in asks.items()}
        file.write_text(json.dumps(some))
        self._log = (folder / "raw.log").open("w")
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--",
             sys.executable, "-m", "bench.peers.limits", file],
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("GEOLOKET_")},
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "GEOLOKET_HOME": str(data.cluster.home),
                "GEOLOKET_LAYERS": str(data.layers),
                "GEOLOKET_SERVER__ANSWER_CACHE_MB": "0",
                "GEOLOKET_LOG_LEVEL": "warning",
            },
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.texts: dict[str, list[str]] = self._told()
        """The statements of the first address of each workload, as SQL."""

    @property
    def pid(self) -> int:
        return self._process.pid

    def rate(self, workload: str, connections: int, seconds: float) -> float:
        """Answers per second. Raises Failed."""
        asked = {"workload": workload, "connections": connections, "seconds": seconds}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._told()["rate"]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            said = Path(self._log.name).read_text(errors="replace").strip()[-300:]
            raise Failed(f"raw SQL stopped: {said}")
        told = json.loads(line)
        if "error" in told:
            raise Failed(told["error"])
        return told


@contextmanager
def _noting() -> Generator[list[tuple[str, Sent]]]:
    """Notes what is executed in this context meanwhile: connection string and statement.

    What the application does in the background has a context of its own.
    """
    noted: list[tuple[str, Sent]] = []
    execute = AsyncCursor[Any].execute

    async def note(self: AsyncCursor[Any], query: Any, params: Any = None, **more: Any) -> Any:
        if _ASKING.get():
            given = self.connection.info.get_parameters()
            noted.append((conninfo.make_conninfo("", **given), Sent(query, params)))
        return await execute(self, query, params, **more)

    AsyncCursor.execute = note  # pyright: ignore[reportAttributeAccessIssue]
    asking = _ASKING.set(True)
    try:
        yield noted
    finally:
        _ASKING.reset(asking)
        AsyncCursor.execute = execute


Statements = dict[str, list[list[Sent]]]
"""By workload, for each address the statements in their order."""


async def _record(asks: Mapping[str, Sequence[str]]) -> tuple[str, Statements]:
    """Raises Failed when the application refuses an address."""
    import geoloket.tiles  # noqa: PLC0415 - all of it takes seconds
    from geoloket.main.app import create  # noqa: PLC0415

    geoloket.tiles.LARGEST = 2**40  # as in `servers.UNLIMITED`  # pyright: ignore[reportAttributeAccessIssue]
    app = create()
    login, found = "", Statements()
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client,
    ):
        for workload, paths in asks.items():
            for path in paths:
                await client.get(path)
            for path in paths[-_NOTED:]:
                with _noting() as noted:
                    answer = await client.get(path)
                if answer.status_code >= 400:
                    continue  # the table has the server's own words for it
                mine = [(dsn, sent) for dsn, sent in noted if '"parcels"' in _text(sent)]
                login = mine[0][0] if mine else login
                found.setdefault(workload, []).append([sent for _, sent in mine])
    return login, found


def _text(sent: Sent) -> str:
    query = sent.query
    return query.as_string(None) if isinstance(query, sql.Composable) else str(query)


async def _repeat(login: str, asked: list[list[Sent]], connections: int, seconds: float) -> float:
    """Answers per second of that many connections in one event loop."""
    opened = [
        await AsyncConnection[Any].connect(login, autocommit=True) for _ in range(connections)
    ]
    done, until, at = 0, 0.0, 0

    async def work(connection: AsyncConnection[Any]) -> None:
        nonlocal done, at
        cursor = connection.cursor(binary=True)
        while time.perf_counter() < until:
            at = (at + 1) % len(asked)
            for sent in asked[at]:
                await cursor.execute(sent.query, sent.values)
                await cursor.fetchall()
            done += 1

    try:
        until = time.perf_counter() + 0.3  # warm: psycopg prepares what it has seen five times
        await asyncio.gather(*map(work, opened))
        done, began = 0, time.perf_counter()
        until = began + seconds
        await asyncio.gather(*map(work, opened))
        return done / (time.perf_counter() - began)
    finally:
        for connection in opened:
            await connection.close()


def _repeat_alone(login: str, asked: list[list[Sent]], seconds: float) -> float:
    """Answers per second of one connection, without an event loop: the least it can cost."""
    with psycopg.connect(login, autocommit=True) as connection:
        cursor = connection.cursor(binary=True)

        def work(until: float) -> int:
            done = 0
            while time.perf_counter() < until:
                for sent in asked[done % len(asked)]:
                    cursor.execute(sent.query, sent.values)
                    cursor.fetchall()
                done += 1
            return done

        work(time.perf_counter() + 0.3)
        began = time.perf_counter()
        done = work(began + seconds)
        return done / (time.perf_counter() - began)


def _tell(told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main() -> None:
    asks: dict[str, list[str]] = json.loads(Path(sys.argv[1]).read_text())
    login, statements = uvloop.run(_record(asks))
    _tell({one: [_text(sent) for sent in asked[0]] for one, asked in statements.items() if asked})
    for line in sys.stdin:
        order = json.loads(line)
        asked = statements.get(order["workload"], [])
        if not asked or not all(asked):
            _tell({"error": "Geoloket sends no statement about the parcels"})
        elif order["connections"] == 1:
            _tell({"rate": _repeat_alone(login, asked, order["seconds"])})
        else:
            run = _repeat(login, asked, order["connections"], order["seconds"])
            _tell({"rate": uvloop.run(run)})


if __name__ == "__main__":
    main()
