"""How fast a whole layer goes out, beside ``ogr2ogr`` from PostGIS writing the same file.

Half a million parcels (those of a file, repeated) as GeoPackage and FlatGeobuf: ``ogr2ogr`` is
given the same columns, and writes to the same disk; ours are fetched over HTTP from a running
server, which answers other people's pages meanwhile. Rounds alternate, and the shortest of each
counts. The other formats are measured beside them::

    python tests/bench/exports.py FILE.gpkg [--rounds 3] [--parcels 500000]

Without FILE the parcels of Leuven beside the project are taken. Needs ``ogr2ogr`` (gdal-bin).
Exit code 1 when a target is missed: 1.3 times ogr2ogr, and 40 MB of memory.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from geoloket.access import VISITOR, AccessPolicy
from geoloket.database import connect
from geoloket.embedded import EmbeddedCluster
from geoloket.migrate import migrate
from geoloket.progress import Silent
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing.importer import run_import

LEUVEN = Path(__file__).parents[3] / "shared" / "data" / "leuven-adp" / "adp_leuven.gpkg"
DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf"}
OTHERS = ("parquet", "csv", "geojsonseq")
LAMBERT = "EPSG:31370"


@dataclass
class Round:
    """One export, and what others noticed of it."""

    seconds: float
    first_byte: float
    megabytes: float
    grown: float
    """Megabytes that the server's memory was larger than before, at most."""
    slowest: float
    """Seconds that the slowest page of somebody else took."""


def main() -> None:
    """Measure and print; exit code 1 when a target is missed."""
    arguments = argparse.ArgumentParser(description="Export speed beside ogr2ogr")
    arguments.add_argument("file", type=Path, nargs="?", default=LEUVEN)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--parcels", type=int, default=500_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        cluster = EmbeddedCluster(home / "cluster")
        try:
            with cluster.running():
                fill(given.file, cluster.dsn(), home, given.parcels)
                with serving(cluster.dsn(), home) as server:
                    missed = [
                        measure(server, cluster.dsn(), name, given.rounds) for name in DRIVERS
                    ]
                    missed += [measure_alone(server, name, given.rounds) for name in OTHERS]
        finally:
            cluster.remove()
    sys.exit(any(missed))


def fill(file: Path, dsn: str, home: Path, wanted: int) -> None:
    """The parcels of the file, and copies of them with keys of their own up to that many."""
    with connect(dsn) as connection:
        migrate(connection, LayerRegistry.read(), 31370)
    settings = Settings.read(home=home, database={"dsn": dsn})
    run_import(settings, "parcels", [str(file)], progress=Silent())
    fields = [field.name for field in LayerRegistry.read()["parcels"].fields]
    others = ", ".join(name for name in fields if name != "capakey")
    copy = f"""INSERT INTO geoloket.parcels (id, geom, capakey, {others})
        SELECT %(turn)s || substr(id, 3), geom, %(turn)s || substr(capakey, 3), {others}
        FROM geoloket.parcels WHERE id NOT LIKE 'c%%' LIMIT %(most)s"""  # no values
    with connect(dsn, autocommit=True) as connection:
        count = "SELECT count(*) AS n FROM geoloket.parcels"
        there = first = _number(connection.execute(count).fetchone())
        turn = 0
        while there < wanted:
            values = {"turn": f"c{turn:02d}", "most": min(first, wanted - there)}
            connection.execute(copy, values)  # pyright: ignore[reportArgumentType]
            there, turn = _number(connection.execute(count).fetchone()), turn + 1
        connection.execute("VACUUM ANALYZE geoloket.parcels")
    print(f"{there:,} parcels")


def _number(row: dict[str, int] | None) -> int:
    assert row
    return row["n"]


@contextmanager
def serving(dsn: str, home: Path) -> Generator[tuple[str, int]]:
    """A server with one process: its address, and the number of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "geoloket.main.app:create"]
    environment = {"GEOLOKET_DATABASE__DSN": dsn, "GEOLOKET_HOME": str(home)}
    process = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "warning", "--no-access-log"],
        env=os.environ | environment | {"GEOLOKET_LOG_LEVEL": "warning"},
    )
    base = f"http://127.0.0.1:{port}"
    try:
        while not ready(base):
            time.sleep(0.1)
        yield f"{base}/ogc/collections/parcels/items", process.pid
    finally:
        process.terminate()
        process.wait()


def ready(base: str) -> bool:
    """Whether the server answers."""
    try:
        return httpx.get(f"{base}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def measure(server: tuple[str, int], dsn: str, name: str, rounds: int) -> bool:
    """Both, alternately; whether a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        taken = [(bare(dsn, name, Path(folder)), ours(server, name)) for _ in range(rounds)]
    best_bare = min(seconds for seconds, _ in taken)
    best = min((one for _, one in taken), key=lambda one: one.seconds)
    ratio = best.seconds / best_bare
    grown = max(one.grown for _, one in taken)
    print(f"{name}: {best.megabytes:.0f} MB")
    print(f"  ogr2ogr  {best_bare:6.2f} s")
    print(f"  geoloket {best.seconds:6.2f} s  ratio {ratio:.2f}  {noticed(best, grown)}")
    return ratio > 1.3 or grown > 40


def measure_alone(server: tuple[str, int], name: str, rounds: int) -> bool:
    """A format that ogr2ogr does not write, or not so."""
    taken = [ours(server, name) for _ in range(rounds)]
    best = min(taken, key=lambda one: one.seconds)
    grown = max(one.grown for one in taken)
    print(f"{name}: {best.megabytes:.0f} MB")
    print(f"  geoloket {best.seconds:6.2f} s  {noticed(best, grown)}")
    return grown > 40


def noticed(best: Round, grown: float) -> str:
    """What others noticed, in words."""
    return (
        f"first byte {best.first_byte:.2f} s, memory +{grown:.0f} MB, "
        f"slowest page of others {best.slowest * 1000:.0f} ms"
    )


def bare(dsn: str, name: str, folder: Path) -> float:
    """Seconds that ogr2ogr takes for the same columns and rows."""
    parcels = AccessPolicy().layer(LayerRegistry.read()["parcels"], VISITOR)
    assert parcels
    columns = ", ".join(["id", "geom", *(field.name for field in parcels.fields)])
    rows = f"SELECT {columns} FROM geoloket.parcels WHERE retired_on IS NULL"
    file = folder / f"bare.{name}"
    command = ["ogr2ogr", "-q", "-f", DRIVERS[name], str(file), f"PG:{dsn}", "-sql", rows]
    started = time.monotonic()
    subprocess.run([*command, "-nln", "parcels", "-nlt", "MULTIPOLYGON"], check=True)
    taken = time.monotonic() - started
    file.unlink(missing_ok=True)
    return taken


def ours(server: tuple[str, int], name: str) -> Round:
    """Fetch it, while somebody else asks for pages."""
    address, process = server
    waits: list[float] = []
    sizes = [resident(process)]
    done = threading.Event()

    def others() -> None:
        with httpx.Client() as client:
            while not done.wait(0.05):
                asked = time.monotonic()
                client.get(address).raise_for_status()
                waits.append(time.monotonic() - asked)
                sizes.append(resident(process))

    httpx.get(address).raise_for_status()
    other = threading.Thread(target=others)
    other.start()
    started = time.monotonic()
    first, length = 0.0, 0
    try:
        with httpx.stream(
            "GET",
            address,
            params={"f": name, "crs": LAMBERT},
            headers={"accept-encoding": "identity"},
            timeout=600,
        ) as answer:
            answer.raise_for_status()
            for chunk in answer.iter_raw():
                first = first or time.monotonic() - started
                length += len(chunk)
        taken = time.monotonic() - started
    finally:
        done.set()
        other.join()
    return Round(taken, first, length / 2**20, max(sizes) - sizes[0], max(waits))


def resident(process: int) -> float:
    """Megabytes of memory that a process has."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
