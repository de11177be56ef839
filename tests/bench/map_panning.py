"""Frames a second while the map of Leuven is dragged, in headless Chromium without a GPU.

Loads the real parcels and addresses beside the project into a private database, serves them, and
has ``map_panning.mjs`` drag the map at several zooms; the target is 40 frames a second at each::

    python tests/bench/map_panning.py [--zooms 16 17 18]

Wants a machine that does nothing else; the load is printed beside what was measured.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from geoloket.database import connect
from geoloket.embedded import EmbeddedCluster
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing.importer import run_import

DATA: Final = Path(__file__).parents[3] / "shared" / "data"
LEUVEN: Final = {
    "parcels": "leuven-adp/adp_leuven.gpkg",
    "addresses": "adressen-crab-2013/3001.csv",
}
CENTRE: Final = "4.7009,50.8798"


@contextmanager
def leuven() -> Generator[str]:
    """The address of a Geoloket with Leuven in it, for a while."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read(home=Path(folder))
        cluster = EmbeddedCluster(settings.home, durable=False)
        try:
            with cluster.running():
                with connect(cluster.dsn()) as connection:
                    migrate(connection, LayerRegistry.read(), settings.storage_srid)
                for layer, file in LEUVEN.items():
                    report = run_import(settings, layer, [str(DATA / file)])
                    print(f"{report.loaded:,} {layer}")
                with serving(folder) as base:
                    yield base
        finally:
            cluster.remove()


@contextmanager
def serving(home: str) -> Generator[str]:
    """A server with one process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "geoloket.main.cli", "serve", "--port", str(port)]
    environment = {"GEOLOKET_HOME": home, "GEOLOKET_LOG_LEVEL": "warning"}
    process = subprocess.Popen(command, env=os.environ | environment)
    base = f"http://127.0.0.1:{port}"
    try:
        while not ready(base):
            if process.poll() is not None:
                raise RuntimeError("the server stopped")
            time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait()


def ready(base: str) -> bool:
    """Whether the server answers."""
    try:
        return httpx.get(f"{base}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--zooms", nargs="+", default=["16", "17", "18"], help="of the map")
    options = parser.parse_args()
    drag = ["node", str(Path(__file__).with_suffix(".mjs")), CENTRE]
    missed = 0
    with leuven() as base:
        for zoom in options.zooms:
            print(f"zoom {zoom}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
            sys.stdout.flush()
            done = subprocess.run(
                [*drag, zoom], env=os.environ | {"GEOLOKET_BASE_URL": base}, check=False
            )
            missed += done.returncode
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
