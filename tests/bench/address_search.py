"""How often the address search finds what was meant, and how fast, on the addresses of a database.

Real addresses are taken as the truth and spoiled by rule, always the same by seed. After that come
the 300 queries of ``address_queries.csv``, of real addresses of 2013 and checked by hand: 240 made
by the same rules, 60 as people write::

    python tests/bench/address_search.py [--many] [--dsn "host=… dbname=…"] [--seed 9999]

Without a database, the CRAB files beside the project are loaded into a private one; ``--many``
makes three million addresses of them (ten minutes).

The time is the server's own (clock_timestamp around the call, in one PL/pgSQL loop), in
milliseconds, the shortest of three so that other work on the machine does not count. A kind of
spoiling marked * belongs to the target: among the first five at least 97 %.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from many_addresses import multiply
from spoiling import SPOILERS, TYPING, Truth, queries, whole

from geoloket.database import connect
from geoloket.embedded import EmbeddedCluster
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing.importer import run_import

CRAB: Final = Path(__file__).parents[3] / "shared" / "data" / "adressen-crab-2013"
TABLE: Final = Path(__file__).parent / "address_queries.csv"
TARGET: Final = 0.97
MOST_MS: Final = 15.0
MOST_MS_OF_MANY: Final = 25.0

Asked = tuple[str, str, Truth]
"""Kind, query, and what was meant."""
Answer = list[str]
"""Id and label of a suggestion."""


@dataclass
class Outcome:
    """What came of one kind of spoiling."""

    first: int = 0
    five: int = 0
    times: list[float] = field(default_factory=list[float])
    missed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


READ = """
SELECT address.id, regexp_replace(address.street_name, '_[A-Z]{2}$', '') AS street,
    address.house_number, address.postcode, coalesce(address.postal_name, address.municipality)
FROM geoloket.addresses AS address
JOIN geoloket.address_numbers AS number ON number.address_id = address.id
WHERE number.value > 0 AND address.box_number IS NULL
ORDER BY md5(address.id || %s)
LIMIT %s
"""

MEASURE = """
DO $measure$
DECLARE
    asked record;
    began timestamptz;
    took double precision;
    answers jsonb;
BEGIN
    FOR asked IN SELECT n, q FROM bench_query ORDER BY n LOOP
        took := NULL;
        FOR once IN 1..3 LOOP
            began := clock_timestamp();
            SELECT jsonb_agg(jsonb_build_array(id, label) ORDER BY place) INTO answers
            FROM geoloket.address_suggest(asked.q, 5) WITH ORDINALITY
                AS found (kind, id, label, score, match, lon, lat, place);
            took := least(took, extract(epoch FROM clock_timestamp() - began) * 1000);
        END LOOP;
        INSERT INTO bench_answer VALUES (asked.n, took, coalesce(answers, '[]'));
    END LOOP;
END
$measure$
"""


def measure(connection: psycopg.Connection, asked: list[Asked]) -> list[tuple[float, list[Answer]]]:
    """Milliseconds and the first five answers of each query."""
    connection.execute("CREATE TEMP TABLE bench_query (n integer, q text) ON COMMIT DROP")
    connection.execute(
        "CREATE TEMP TABLE bench_answer (n integer, ms double precision, answers jsonb) "
        "ON COMMIT DROP"
    )
    with connection.cursor() as cursor, cursor.copy("COPY bench_query FROM STDIN") as copy:
        for n, (_, q, _) in enumerate(asked):
            copy.write_row((n, q))
    connection.execute(MEASURE)
    rows = connection.execute("SELECT ms, answers FROM bench_answer ORDER BY n").fetchall()
    connection.commit()
    return [(ms, answers) for ms, answers in rows]


def judge(kind: str, truth: Truth, answers: list[Answer]) -> int | None:
    """Place of the truth among the answers, from 0. Without a number the street is the truth."""
    named = truth.street if kind.startswith("street") else f"{truth.street} {truth.number}"
    meant = f"{named}, {truth.postcode} {truth.place}"
    found = (place for place, (id, label) in enumerate(answers) if meant == label or id == truth.id)
    return next(found, None)


def outcomes_of(connection: psycopg.Connection, asked: list[Asked]) -> dict[str, Outcome]:
    """Ask everything and judge it, by kind."""
    outcomes: dict[str, Outcome] = {}
    answered = measure(connection, asked)
    for (kind, q, truth), (ms, answers) in zip(asked, answered, strict=True):
        outcome = outcomes.setdefault(kind, Outcome())
        outcome.times.append(ms)
        place = judge(kind, truth, answers)
        outcome.first += place == 0
        outcome.five += place is not None
        if place is None and kind != TYPING:
            outcome.missed.append((q, whole(truth)))
    return outcomes


def report(title: str, outcomes: dict[str, Outcome], aimed: set[str], most_ms: float) -> bool:
    """Print a table of rates and times; whether rate and time are what they should be."""
    print(f"\n{title:24}{'n':>6}{'top 1':>9}{'top 5':>9}{'median':>9}{'p99 ms':>9}")
    for kind, outcome in outcomes.items():
        n, times = len(outcome.times), sorted(outcome.times)
        rates = (outcome.first / n, outcome.five / n)
        print(
            f"{'*' if kind in aimed else ' '} {kind:22}{n:>6}",
            *("        -" if kind == TYPING else f"{rate:>9.1%}" for rate in rates),
            f"{statistics.median(times):>9.2f}{times[int(n * 0.99)]:>9.2f}",
            sep="",
        )
    every = sorted(ms for outcome in outcomes.values() for ms in outcome.times)
    p99 = every[int(len(every) * 0.99)]
    of_target = [outcome for kind, outcome in outcomes.items() if kind in aimed]
    asked = sum(len(outcome.times) for outcome in of_target)
    first = sum(outcome.first for outcome in of_target) / asked
    five = sum(outcome.five for outcome in of_target) / asked
    print(
        f"all: median {statistics.median(every):.2f} ms, p99 {p99:.2f} ms (target {most_ms:.0f}), "
        f"longest {every[-1]:.2f} ms\n*: top 1 {first:.2%}, top 5 {five:.2%} (target {TARGET:.0%})"
    )
    return five >= TARGET and p99 <= most_ms


def checked() -> list[Asked]:
    """The queries that were checked by hand."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            (
                row["kind"],
                row["query"],
                Truth("", row["street"], row["number"], row["postcode"], row["place"]),
            )
            for row in csv.DictReader(file)
        ]


@contextmanager
def database(dsn: str | None, *, many: bool) -> Generator[str]:
    """The database that is given, or a private one with the real addresses, for a while."""
    if dsn:
        yield dsn
        return
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read(home=Path(folder))
        cluster = EmbeddedCluster(settings.home)
        try:
            with cluster.running():
                with connect(cluster.dsn()) as connection:
                    migrate(connection, LayerRegistry.read(), settings.storage_srid)
                report = run_import(settings, "addresses", sorted(map(str, CRAB.glob("*.csv"))))
                print(f"{report.loaded:,} addresses in {report.seconds:.1f} s")
                if many:
                    began = time.perf_counter()
                    with connect(cluster.dsn()) as connection:
                        made = multiply(connection)
                    print(f"{made:,} made of them in {time.perf_counter() - began:.0f} s")
                yield cluster.dsn()
        finally:
            cluster.remove()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--dsn", help="a database with addresses")
    parser.add_argument("--queries", type=int, default=400, help="of each kind of spoiling")
    parser.add_argument("--seed", type=int, default=9999)
    parser.add_argument("--misses", type=int, default=0, help="show so many misses of each kind")
    parser.add_argument("--many", action="store_true", help="make three million addresses of them")
    options = parser.parse_args()
    aimed = {kind for kind, (_, in_target) in SPOILERS.items() if in_target}
    most_ms = MOST_MS_OF_MANY if options.many else MOST_MS
    with database(options.dsn, many=options.many) as dsn, psycopg.connect(dsn) as connection:
        rows = connection.execute(READ, (str(options.seed), 40 * options.queries)).fetchall()
        spoiled = queries([Truth(*row) for row in rows], options.queries, options.seed)
        by_rule = outcomes_of(connection, spoiled)
        by_hand = outcomes_of(connection, checked())
    met = report("spoiled by rule", by_rule, aimed, most_ms)
    met &= report("checked by hand", by_hand, set(by_hand), most_ms)
    for kind, outcome in (*by_rule.items(), *by_hand.items()):
        for q, meant in outcome.missed[: options.misses]:
            print(f"missed ({kind}): {q!r}, meant {meant!r}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
