"""Layers are added and changed under a running server, in each of its processes or in none."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from fixtures.demo import free_port, wait_for

TREES = """
title = { nl = "Bomen", en = "Trees" }
description = { nl = "Bomen." }
purpose = { nl = "Informeren." }
legal_basis = { nl = "Verordening." }
retention = "permanent"
visibility = "public"
[geometry]
type = "Point"
visibility = "public"
[[fields]]
name = "species"
type = "text"
title = { nl = "Soort" }
visibility = "public"
"""
HEIGHT = """
[[fields]]
name = "height"
type = "number"
title = { nl = "Hoogte" }
visibility = "public"
"""
TREE = "/ogc/collections/trees"


@dataclass
class Served:
    """``geoloket serve --workers 2`` over a database, with a folder of layers of its own."""

    base: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    layers: Path
    log: Path

    def geoloket(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "geoloket.main.cli", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def declare(self, text: str) -> None:
        folder = self.layers / "trees"
        folder.mkdir(exist_ok=True)
        (folder / "layer.toml").write_text(text, encoding="utf-8")

    def everywhere(self, path: str, times: int = 40) -> set[int]:
        """What is answered on so many connections, which the kernel shares out to the workers."""
        return {httpx.get(self.base + path, timeout=60).status_code for _ in range(times)}


@pytest.fixture
def served(fresh_dsn: str, tmp_path: Path) -> Iterator[Served]:
    with _serving(fresh_dsn, tmp_path) as server:
        yield server


@contextmanager
def _serving(dsn: str, folder: Path) -> Generator[Served]:
    layers = folder / "layers"
    layers.mkdir()
    # A folder of layers must hold one: this one is there all the time.
    (layers / "benches").mkdir()
    (layers / "benches" / "layer.toml").write_text(TREES.replace("Bomen", "Banken"))
    bare = {name: value for name, value in os.environ.items() if not name.startswith("GEOLOKET_")}
    environment = bare | {
        "GEOLOKET_DATABASE__DSN": dsn,
        "GEOLOKET_DATABASE__POOL_SIZE": "3",
        "GEOLOKET_HOME": str(folder),
        "GEOLOKET_LAYERS": str(layers),
    }
    base = f"http://127.0.0.1:{(port := free_port())}"
    server = Served(base, None, environment, layers, folder / "log")  # pyright: ignore[reportArgumentType]
    assert server.geoloket("migrate").returncode == 0
    command = [sys.executable, "-m", "geoloket.main.cli", "serve", "--workers", "2"]
    with server.log.open("w") as log:
        server.process = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for(lambda: server.log.read_text().count('"listening"') == 2)
            wait_for(lambda: _status(f"{base}/health/ready") == 200)
            yield server
        finally:
            server.process.terminate()
            server.process.wait(90)


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=60).status_code
    except httpx.TransportError:
        return None


def test_a_layer_is_added_and_changed_under_way(served: Served, fresh_dsn: str):
    assert served.everywhere(TREE) == {404}
    served.declare(TREES)

    early = served.geoloket("reload")
    assert early.returncode == 2
    assert early.stderr.count("there is no table yet; run geoloket migrate") == 2
    assert served.everywhere(TREE) == {404}

    assert served.geoloket("migrate").returncode == 0
    done = served.geoloket("reload")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("layers\n") == 2
    assert served.everywhere(TREE) == {200}
    with psycopg.connect(fresh_dsn) as owner:
        owner.execute("INSERT INTO geoloket.trees (id, species) VALUES ('t1', 'Linde')")
    item = f"{served.base}{TREE}/items/t1"
    wait_for(lambda: _status(item) == 200)
    before = httpx.get(item, timeout=60)
    assert "height" not in before.json()["properties"]

    served.declare(TREES + HEIGHT)
    unmigrated = served.geoloket("reload")
    assert unmigrated.returncode == 2
    assert "the table is not as declared; run geoloket migrate" in unmigrated.stderr
    assert served.everywhere(f"{TREE}/items") == {200}
    assert served.geoloket("migrate").returncode == 0
    assert served.geoloket("reload").returncode == 0
    after = httpx.get(item, headers={"if-none-match": before.headers["etag"]}, timeout=60)
    assert after.status_code == 200, "the declaration is part of the version"
    assert after.json()["properties"]["height"] is None


def test_a_faulty_folder_changes_nothing_and_is_told(served: Served):
    served.declare(TREES.replace("retention", "retentie"))
    told = served.geoloket("reload")
    assert told.returncode == 2
    assert "retention: Field required" in told.stderr
    assert "Traceback" not in told.stderr
    served.process.send_signal(signal.SIGHUP)
    wait_for(lambda: served.log.read_text().count("layers not reloaded") == 2)
    assert "retention: Field required" in served.log.read_text()
    assert served.everywhere("/ogc/collections/benches/items") == {200}
    assert served.everywhere(TREE) == {404}


def test_a_hangup_reloads_every_worker_and_ends_none(served: Served):
    served.declare(TREES)
    assert served.geoloket("migrate").returncode == 0
    served.process.send_signal(signal.SIGHUP)
    wait_for(lambda: served.log.read_text().count("layers reloaded") == 2)
    assert served.everywhere(TREE) == {200}
    assert served.process.poll() is None


async def test_requests_under_way_are_not_disturbed(served: Served):
    served.declare(TREES)
    assert served.geoloket("migrate").returncode == 0
    statuses: dict[int, int] = {}
    stop = asyncio.Event()

    async def ask(client: httpx.AsyncClient) -> None:
        while not stop.is_set():
            for path in ("/ogc/collections", "/ogc/collections/benches/items", "/kaart"):
                answer = await client.get(path)
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1

    async with httpx.AsyncClient(base_url=served.base, timeout=60) as client:
        readers = [asyncio.create_task(ask(client)) for _ in range(4)]
        for _ in range(3):
            done = await asyncio.to_thread(served.geoloket, "reload")
            assert done.returncode == 0, done.stderr
        stop.set()
        await asyncio.gather(*readers)
    assert set(statuses) == {200}
    assert statuses[200] > 20


def test_nobody_to_reload_is_told(fresh_dsn: str, tmp_path: Path):
    environment = os.environ | {"GEOLOKET_DATABASE__DSN": fresh_dsn, "GEOLOKET_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "geoloket.main.cli", "reload"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no web process answered" in done.stderr
