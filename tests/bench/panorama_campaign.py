"""What a campaign of street pictures costs, from delivery to lines of sight, by real workers.

    python tests/bench/panorama_campaign.py [pictures] [folder of JPEGs …]

Each stage is a run of its process, shared by two workers, one thing at a time. Without folders
pictures of 8000 by 4000 pixels are made up; those of a folder are taken in turn, each copy with a
comment of its own so that it counts as another picture. Lines of sight are those of 10 000 pictures
in a made-up town. Processor time is that of workers and children (Linux), that of PostgreSQL apart.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from psycopg import sql

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from fixtures.panoramas import deliver, jpeg, picture  # noqa: E402
from fixtures.workers import Workshop, workshop  # noqa: E402
from panorama_stages import town  # noqa: E402

from geoloket.database import connect  # noqa: E402
from geoloket.embedded import EmbeddedCluster  # noqa: E402
from geoloket.migrate import migrate  # noqa: E402
from geoloket.registry import LayerRegistry  # noqa: E402

WORKERS = 2
CAMPAIGN = 10_000


def main() -> None:
    """Print the table."""
    given = sys.argv[1:]
    number = int(given[0]) if given else 24
    files = [file for folder in given[1:] for file in sorted(Path(folder).glob("*.jp*g"))]
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {WORKERS} workers")
    print(f"{'stage':12} {'pictures':>8} {'wall s':>8} {'CPU s':>8} {'database s':>10} "
          f"{'GB':>7}   each {CAMPAIGN}: {'hours':>6} {'CPU h':>6} {'GB':>6}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        cluster = EmbeddedCluster(home / "home")
        cluster.start()
        try:
            with connect(cluster.dsn()) as owner:
                migrate(owner, LayerRegistry.read(), 31370)
            with workshop(cluster.dsn(), home) as shop:
                _stages(shop, cluster, dict(_pictures(files, number)))
        finally:
            cluster.remove()


def _pictures(files: list[Path], number: int) -> Iterator[tuple[str, bytes]]:
    contents = [file.read_bytes() for file in files] or [jpeg(picture(n, 8000)) for n in range(3)]
    for one in range(number):
        data, words = contents[one % len(contents)], f"copy {one}".encode()
        comment = b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words
        yield f"{one:05}.jpg", data[:2] + comment + data[2:]


def _stages(shop: Workshop, cluster: EmbeddedCluster, pictures: dict[str, bytes]) -> None:
    deliver(shop.home, "one", pictures)
    for _ in range(WORKERS):
        shop.worker(concurrency=1)
    for _ in range(WORKERS * 2):  # so that children are there, and libraries loaded
        shop.ended(shop.submit("counting", {"pieces": 8}))
    number = len(pictures)
    for name, process, inputs in (
        ("ingest", "panorama-ingest", {"folder": "one"}),
        ("blur", "panorama-blur", {"campaign": "one", "tiles": False}),
        ("tiles", "panorama-tiles", {"campaign": "one"}),
    ):
        _stage(shop, cluster, name, process, inputs, number)
    _made_up_town(shop)
    _stage(shop, cluster, "visibility", "panorama-visibility", {}, CAMPAIGN)
    peaks = sorted(round(_peak(one.pid) / 1024) for one in _children(shop))
    print(f"memory of a child at most: {peaks[-1]} MB; of a worker beside it: "
          f"{max(_peak(one.pid) for one in shop.workers) // 1024} MB")  # fmt: skip


def _stage(  # noqa: PLR0917
    shop: Workshop,
    cluster: EmbeddedCluster,
    name: str,
    process: str,
    inputs: dict[str, Any],
    number: int,
) -> None:
    stored, cpu, database = _stored(shop), _processor(shop), _of_database(cluster)
    began = time.monotonic()
    run = shop.ended(shop.submit(process, inputs), 3600)
    wall = time.monotonic() - began
    if run["status"] != "successful" or (run["outputs"] or {}).get("rejected"):
        raise SystemExit(f"{name}: {run['problem'] or run['outputs']}")
    cpu, database = _processor(shop) - cpu, _of_database(cluster) - database
    stored, most = (_stored(shop) - stored) / 1e9, CAMPAIGN / number
    print(
        f"{name:12} {number:8} {wall:8.1f} {cpu:8.1f} {database:10.1f} {stored:7.3f}   "
        f"{'':11} {wall * most / 3600:6.2f} {cpu * most / 3600:6.2f} {stored * most:6.1f}"
    )


def _made_up_town(shop: Workshop) -> None:
    """In place of what was delivered: 10 000 pictures, 10 000 parcels, as many buildings."""
    parcels, buildings, places = town()
    with connect(shop.dsn) as owner, owner.cursor() as cursor:
        cursor.execute("UPDATE geoloket.panoramas SET retired_on = now()")
        for table, shapes in (("parcels", parcels), ("buildings", buildings)):
            cursor.executemany(
                sql.SQL(
                    "INSERT INTO geoloket.{} (id, geom) VALUES (%s, ST_Multi(ST_Translate("
                    "ST_GeomFromWKB(%s, 31370), 60000, 200000)))"
                ).format(sql.Identifier(table)),
                [(str(number), shape.wkb) for number, shape in enumerate(shapes)],
            )
        cursor.executemany(
            "INSERT INTO geoloket.panoramas (id, campaign, year, sequence, rank, captured_at, "
            "heading_deg, width, height, blurred, review_state, sha256, geom) VALUES (%s, 'one', "
            "2024, 's', %s, '2024-05-01T10:00Z', 0, 8000, 4000, true, 'reviewed', %s, "
            "ST_Point(60000 + %s, 200000 + %s, 31370))",
            [(f"t{n}", n, f"t{n}", float(x), float(y)) for n, (x, y) in enumerate(places)],
        )
        owner.commit()
    with connect(shop.dsn, autocommit=True) as owner:
        owner.execute("ANALYZE")


def _children(shop: Workshop) -> list[psutil.Process]:
    return [child for one in shop.workers for child in psutil.Process(one.pid).children()]


def _processor(shop: Workshop) -> float:
    """Seconds of workers and children, those that ended included."""
    whole = [psutil.Process(one.pid) for one in shop.workers] + _children(shop)
    return sum(sum(one.cpu_times()[:4]) for one in whole)


def _of_database(cluster: EmbeddedCluster) -> float:
    """Seconds of PostgreSQL's processes, those that ended included."""
    main = psutil.Process(cluster.status().pid or 0)
    return sum(sum(one.cpu_times()[:4]) for one in [main, *main.children()])


def _stored(shop: Workshop) -> int:
    folder = shop.home / "storage"
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _peak(pid: int) -> int:
    """KB of memory that it held at most."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main()
