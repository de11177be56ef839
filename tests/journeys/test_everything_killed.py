"""Server, worker, PostgreSQL and importer die at once in the middle of an import.

Then the demo starts again: what was published is served as it was, and the import can be repeated.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from fixtures.demo import PROGRAM, Demo, free_port, wait_for

from geoloket.embedded import EmbeddedCluster

pytestmark = pytest.mark.xdist_group("demo")


def addresses(file: Path, numbers: range) -> Path:
    lines = [f"3000,Leuven,Straat {n % 500},{n},50.87,{4.6 + n / 1e6:.6f}" for n in numbers]
    head = "PKANCODE,COMMUNE_NL,STREET_NL,HUISNR,LAT,LON"
    file.write_text("\n".join([head, *lines, ""]), encoding="cp1252")
    return file


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with a municipality of its own: a name and a thousand addresses."""
    home = tmp_path / "home"
    with EmbeddedCluster(home).running() as cluster:
        run(home, "migrate")
        run(home, "import", "addresses", str(addresses(tmp_path / "first.csv", range(1, 1001))))
        with psycopg.connect(cluster.dsn()) as connection:
            connection.execute("INSERT INTO geoloket.site VALUES ('name', '\"Ergens\"')")
    yield home
    EmbeddedCluster(home).remove()


def environment(home: Path) -> dict[str, str]:
    return {"HOME": os.environ["HOME"], "PATH": "/usr/bin:/bin", "GEOLOKET_HOME": str(home)}


def run(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [PROGRAM, *arguments], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def importing(home: Path) -> bool:
    """Whether an import has its staging schema: it is then in the middle of its transaction."""
    with psycopg.connect(EmbeddedCluster(home).dsn("postgres"), autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = 'geoloket-import' AND query LIKE 'COPY raw%'"
        ).fetchone()
    return bool(row and row[0])


def published(port: int) -> int:
    address = f"http://127.0.0.1:{port}/ogc/collections/addresses/items?limit=1"
    answer = httpx.get(address, timeout=60)
    return int(answer.json()["numberMatched"])


def test_the_old_data_is_served_and_the_import_can_be_repeated(home: Path, tmp_path: Path) -> None:
    demo = Demo(home, free_port())
    wait_for(demo.has_welcomed)
    assert published(demo.port) == 1000
    source = addresses(tmp_path / "second.csv", range(1, 300_001))
    importer = subprocess.Popen(
        [PROGRAM, "import", "addresses", str(source)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: importing(home))

    postmaster = EmbeddedCluster(home).status().pid
    assert postmaster
    for pid in [demo.process.pid, *demo.children(), importer.pid, postmaster]:
        os.kill(pid, signal.SIGKILL)
    demo.process.wait()
    importer.wait()
    wait_for(lambda: not demo.children())

    again = Demo(home, demo.port)
    try:
        wait_for(again.has_welcomed)
        assert published(again.port) == 1000
        told = run(home, "import", "addresses", str(source))
        assert "299,000" in told, told
        assert published(again.port) == 300_000
    finally:
        again.process.send_signal(signal.SIGINT)
        again.process.wait(90)
    assert EmbeddedCluster(home).status().pid is None
