"""An import killed in the middle: the table is as it was, and the import can be done again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
import shapely

from geoloket.database import connect
from geoloket.registry import LayerRegistry
from processing.importing.importer import Delivery, Importer
from processing.importing.mapping import read
from processing.importing.source import Rows, Unreadable

PROGRAM = """
import sys, time
from geoloket.settings import Settings
from processing.importing.importer import run_import

class Stop:
    def begin(self, step, total):
        print(step, flush=True)
        if step.endswith(sys.argv[3]):
            time.sleep(60)
    def advance(self, rows):
        pass

run_import(Settings.read(home=sys.argv[2], database={"dsn": sys.argv[1]}), "addresses",
           [sys.argv[4]], progress=Stop())
"""


def addresses(file: Path, count: int, number: str = "1") -> Path:
    lines = [f"3000,Leuven,Straat {row},{number},50.87,4.{70000 + row}" for row in range(count)]
    file.write_text("\n".join(["PKANCODE,COMMUNE_NL,STREET_NL,HUISNR,LAT,LON", *lines]))
    return file


def count(dsn: str) -> tuple[int, int]:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM geoloket.addresses), (SELECT count(*) FROM pg_namespace "
            "WHERE nspname LIKE 'import\\_%')"
        ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("step", ["writing", "what follows from it"])
def test_kill_9_in_the_middle_leaves_the_table_as_it_was(
    fresh_dsn: str, tmp_path: Path, step: str
) -> None:
    file = addresses(tmp_path / "addresses.csv", 3000)
    arguments = [sys.executable, "-c", PROGRAM, fresh_dsn, str(tmp_path), step, str(file)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip().endswith(step):
                break
        os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 90
    while count(fresh_dsn) != (0, 0) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert count(fresh_dsn) == (0, 0)
    again = [*arguments[:5], "nothing stops this", str(file)]
    subprocess.run(again, check=True, stdout=subprocess.DEVNULL)
    assert count(fresh_dsn) == (3000, 0)


class Waiting:
    """A source that stops after its first batch until it is told to go on."""

    name = "waiting"
    columns = ("id", "street_name")
    srid = 31370
    total = None
    unreadable: Sequence[Unreadable] = ()

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        point = {"geom": shapely.Point(171_000, 171_000), "street_name": "eerst"}
        yield from Rows("", self.columns, [{"id": "1", **point}]).batches(columns)
        self.reached.set()
        assert self.go_on.wait(90)


def test_two_imports_of_a_layer_wait_for_each_other_and_readers_do_not(fresh_dsn: str) -> None:
    layer = LayerRegistry.read()["addresses"]
    own = read(layer)[-1]
    slow = Waiting()
    point = shapely.Point(171_000, 171_000)
    quick = Rows("quick", slow.columns, [{"id": "1", "street_name": "later", "geom": point}], 31370)

    def take(source: Waiting | Rows) -> None:
        with connect(fresh_dsn) as connection:
            Importer(connection, 31370, refresh=False).take(Delivery(layer, [source], own))

    first = threading.Thread(target=take, args=(slow,))
    second = threading.Thread(target=take, args=(quick,))
    first.start()
    assert slow.reached.wait(90)
    second.start()
    second.join(0.5)
    assert second.is_alive()
    assert count(fresh_dsn)[0] == 0
    slow.go_on.set()
    first.join(90)
    second.join(90)
    with connect(fresh_dsn) as connection:
        rows = connection.execute("SELECT street_name FROM geoloket.addresses").fetchall()
    assert rows == [{"street_name": "later"}]
