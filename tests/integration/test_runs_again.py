"""Runs and pieces that are tried again: by themselves after a while, or because somebody asks."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from fixtures.workers import Workshop, workshop

from geoloket.database import connect
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


def test_what_does_not_work_waits_longer_each_time_and_is_given_up_after_five(
    fresh_dsn: str, tmp_path: Path
) -> None:
    with workshop(fresh_dsn, tmp_path) as shop:
        _impatience(shop)
        asked = {"pieces": 2, "pause": 0, "storm": [1]}
        jobs = shop.submit("trouble", {"kind": "storm"}), shop.submit("counting", asked)
        shop.worker()
        alone, of_pieces = (shop.ended(job) for job in jobs)
        waited = {
            task: shop.ask("SELECT array_agg(s ORDER BY id) AS s FROM waits WHERE task = %s", task)
            for task in ("jobs-run", "jobs-piece")
        }
        piece = shop.ask("SELECT * FROM jobs.piece WHERE job = %s AND status = 'failed'", jobs[1])
    for task in waited:
        assert waited[task]["s"] == pytest.approx([2, 8, 32, 60], abs=1.5), waited
    assert (alone["status"], alone["faults"], alone["tries"]) == ("failed", 5, 5)
    assert alone["problem"]["detail"] == "the wind does not lie down"
    assert of_pieces["outputs"] == {
        "done": 1,
        "rejected": [],
        "failed": ["piece-00001"],
        "again": 1,
    }
    assert (piece["faults"], piece["tries"]) == (5, 5)
    assert piece["reason"] == "the wind does not lie down"


def _impatience(shop: Workshop) -> None:
    """Note how long each entry is to wait that goes back to the queue, and let it wait no more."""
    with connect(shop.dsn) as owner:
        owner.execute("""
        CREATE TABLE public.waits (id serial, task text, s float);
        CREATE FUNCTION public.impatience() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO public.waits (task, s)
            VALUES (NEW.task_name, extract(epoch FROM NEW.scheduled_at - now()));
            NEW.scheduled_at := now();
            RETURN NEW;
        END $$;
        CREATE TRIGGER impatience BEFORE UPDATE OF scheduled_at ON jobs.procrastinate_jobs
        FOR EACH ROW WHEN (NEW.status = 'todo' AND NEW.queue_name = 'jobs')
        EXECUTE FUNCTION public.impatience();
        """)
