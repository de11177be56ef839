"""Runs that are tried again because somebody asks."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from fixtures.workers import Workshop, workshop

from geoloket.process import Piece
from processing.runner.store import RunStore

LIMIT = 50
"""How often something is begun before it is given up."""


def test_who_asks_again_gives_all_tries_once_more_and_none_is_forgotten(
    fresh_dsn: str, tmp_path: Path
) -> None:
    with workshop(fresh_dsn, tmp_path) as shop:
        job = _worn_out(shop)
        shop.worker(concurrency=1)
        run = shop.ended(job)
        assert (run["status"], run["tries"]) == ("failed", LIMIT + 1)
        assert "was begun 50 times" in run["problem"]["detail"]
        assert shop.ask("SELECT jobs.retry(%s) AS done", job)["done"] is True
        run = shop.ended(job)
        assert (run["status"], run["problem"]) == ("successful", None)
        assert run["outputs"] == {"done": 2, "rejected": [], "failed": [], "again": 2}
        # Once for what is left to do, and once for the end.
        assert run["tries"] == LIMIT + 3
        assert "begun again: piece-00000 (52 times), piece-00001 (51 times)" in _said(shop, job)


def _worn_out(shop: Workshop) -> str:
    """A run that was begun as often as may be: one of its pieces was given up, one waits."""
    job = shop.submit("counting", {"pieces": 2, "pause": 0})
    store = RunStore(shop.dsn)
    store.begin(UUID(job), piece=False)
    store.add(UUID(job), [Piece(f"piece-0000{number}", {"number": number}) for number in (0, 1)])
    store.planned(UUID(job))
    store.close()
    shop.ask("UPDATE jobs.job SET tries = 50, pieces_ended = 1 WHERE id = %s RETURNING id", job)
    shop.ask(
        "WITH all_pieces AS (UPDATE jobs.piece SET tries = 50 WHERE job = %s RETURNING id) "
        "SELECT count(*) AS n FROM all_pieces",
        job,
    )
    shop.ask(
        "UPDATE jobs.piece SET tries = 51, status = 'failed', reason = 'given up', "
        "ended_at = now() WHERE job = %s AND key = 'piece-00000' RETURNING id",
        job,
    )
    return job


def _said(shop: Workshop, job: str) -> str:
    row = shop.ask("SELECT string_agg(line, '\n') AS said FROM jobs.log WHERE job = %s", job)
    return str(row["said"])
