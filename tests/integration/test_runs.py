"""Runs of processes by a real worker: what they leave, what goes wrong, and who ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fixtures.database import Dsn, copied
from fixtures.demo import wait_for
from fixtures.workers import Workshop, workshop

from geoloket.embedded import OWNER


@pytest.fixture(scope="module")
def shop(
    server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workshop]:
    """One worker for all tests here."""
    home = tmp_path_factory.mktemp("shop")
    with copied(server, template) as name, workshop(server(OWNER, name), home) as made:
        made.worker()
        yield made


def test_a_run_gives_its_outputs(shop: Workshop) -> None:
    run = shop.ended(shop.submit("echo", {"message": "hé"}, None))
    assert (run["status"], run["outputs"], run["progress"]) == ("successful", {"echo": "hé"}, 100)


def test_pieces_are_done_rejected_failed_and_tried_again(shop: Workshop) -> None:
    asked = {"pieces": 9, "pause": 0, "reject": [3], "shake": [4], "break_": [5]}
    job = shop.submit("counting", asked)
    run = shop.ended(job)
    assert run["outputs"] == {
        "done": 7,
        "rejected": ["piece-00003"],
        "failed": ["piece-00005"],
        "again": 1,
    }
    row = shop.ask(
        "SELECT string_agg(reason, '; ' ORDER BY id) AS said FROM jobs.piece WHERE job = %s", job
    )
    assert row["said"].startswith("not a number that we like; an unforeseen fault (ValueError)")
    assert "4711" not in row["said"]
    log = shop.ask("SELECT string_agg(line, '\n') AS said FROM jobs.log WHERE job = %s", job)
    assert "9 pieces: 7 done, 1 rejected, 1 failed; 1 of them begun more than once" in log["said"]
    assert "the wind blows" in log["said"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("memory", "needs more memory than its 512 MB"),
        ("time", "took longer than its 3 seconds"),
        ("fault", "an unforeseen fault (ValueError)"),
        ("rejected", "this is no picture"),
    ],
)
def test_trouble_ends_a_run_and_is_told(shop: Workshop, kind: str, told: str) -> None:
    run = shop.ended(shop.submit("trouble", {"kind": kind}))
    assert run["status"] == "failed"
    assert told in run["problem"]["detail"]
    assert "4711" not in run["problem"]["detail"]


def test_who_did_not_sign_in_runs_public_processes_only(shop: Workshop) -> None:
    run = shop.ended(shop.submit("trouble", {"kind": "none"}, None))
    assert run["status"] == "failed"


def test_a_run_that_nobody_wants_any_more_is_ended(shop: Workshop) -> None:
    job = shop.submit("trouble", {"kind": "until dismissed"})
    wait_for((shop.home / "began").exists)
    assert shop.ask("SELECT jobs.dismiss(%s, 'somebody else', false) AS done", job)["done"] is False
    assert shop.ask("SELECT jobs.dismiss(%s, 'an', false) AS done", job)["done"] is True
    entries = "SELECT count(*) AS n FROM jobs.procrastinate_jobs WHERE args->>'job' = %s"
    wait_for(lambda: shop.ask(entries, job)["n"] == 0)
    assert shop.job(job)["status"] == "dismissed"


def test_a_worker_stops_when_asked_and_another_goes_on(fresh_dsn: str, tmp_path: Path) -> None:
    with workshop(fresh_dsn, tmp_path) as shop:
        first = shop.worker()
        job = shop.submit("counting", {"pieces": 40, "pause": 0.05})
        wait_for(lambda: shop.job(job)["pieces_ended"] > 3)
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
        assert shop.job(job)["pieces_ended"] < 40
        shop.worker()
        run = shop.ended(job)
    # What was under way was finished, so that nothing was done twice.
    assert run["outputs"]["done"] == 40
    assert run["outputs"]["again"] == 0


def test_the_command_line_lists_shows_and_tries_again(shop: Workshop) -> None:
    def geoloket(*arguments: str) -> subprocess.CompletedProcess[str]:
        given = {"GEOLOKET_DATABASE__DSN": shop.dsn, "GEOLOKET_HOME": str(shop.home)}
        command = [sys.executable, "-m", "geoloket.main.cli", "jobs", *arguments]
        return subprocess.run(
            command, env=os.environ | given, capture_output=True, text=True, check=False
        )

    job = shop.submit("trouble", {"kind": "rejected"})
    shop.ended(job)
    assert job in geoloket("list", "--status", "failed").stdout
    assert "this is no picture" in geoloket("show", job).stdout
    assert geoloket("retry", job).stdout == "queued again\n"
    assert shop.ended(job)["tries"] == 2
    for arguments in (("show", "nothing"), ("cancel", job), ("show", str(uuid4()))):
        refused = geoloket(*arguments)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
