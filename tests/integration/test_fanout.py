"""A run that is shared by workers and a real Dask cluster, parts of which are killed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixtures.cluster import Dask, dask
from fixtures.demo import wait_for
from fixtures.server import settings_for
from fixtures.workers import Workshop, workshop

from geoloket.errors import CommandError
from geoloket.main.doctor.cluster import findings
from geoloket.main.doctor.finding import State
from geoloket.settings import DaskSettings, Settings

NOBODY = "tcp://127.0.0.1:1"
PIECES = 600
"""Each takes a tenth of a second: one worker alone has time enough for the others to begin."""


@pytest.fixture
def shop(fresh_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with workshop(fresh_dsn, tmp_path_factory.mktemp("fanout")) as made:
        yield made


@pytest.fixture
def cluster(shop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """One for each test, for they kill it."""
    with dask(shop, tmp_path_factory.mktemp("dask")) as made:
        wait_for(lambda: "2 workers" in str(examined(shop, made.address)), 240)
        yield made


def examined(shop: Workshop, scheduler: str, home: Path | None = None) -> list[tuple[State, str]]:
    """What ``geoloket check`` says of a cluster."""
    settings = settings_for(shop.dsn, home or shop.home)
    named = settings.model_copy(update={"dask": DaskSettings(scheduler=scheduler)})
    return [(one.state, one.fact) for one in findings(named)]


def said(shop: Workshop, job: str) -> str:
    row = shop.ask(
        "SELECT string_agg(line, '\n' ORDER BY id) AS it FROM jobs.log WHERE job = %s", job
    )
    return row["it"] or ""


def shares(shop: Workshop, job: str) -> dict[int, int]:
    """How many pieces were done in children of which process."""
    row = shop.ask(
        "SELECT coalesce(json_object_agg(by, n), '{}') AS it FROM (SELECT result->>'by' AS by, "
        "count(*) AS n FROM jobs.piece WHERE job = %s AND status = 'done' GROUP BY 1) AS each",
        job,
    )
    return {int(pid): number for pid, number in row["it"].items()}


def until(shop: Workshop, job: str, true: Callable[[dict[int, int]], bool]) -> None:
    """Wait for a fact of the shares of a run, while it is under way."""

    def told() -> bool:
        ended = shop.job(job)["finished_at"]
        came_true = true(did := shares(shop, job))
        assert came_true or not ended, f"the run ended first: {did}"
        return came_true

    wait_for(told, 240)


def test_the_doctor_looks_at_the_cluster(shop: Workshop, cluster: Dask, tmp_path: Path) -> None:
    [(state, fact)] = examined(shop, cluster.address)
    assert state is State.OK and "2 threads" in fact, fact
    elsewhere = examined(shop, cluster.address, tmp_path)
    assert {state for state, _ in elsewhere} == {State.WRONG}
    assert all("its storage folder is another" in fact for _, fact in elsewhere), elsewhere
    [(state, fact)] = examined(shop, NOBODY)
    assert state is State.WRONG and "cannot be reached" in fact, fact


def test_a_run_survives_the_end_of_a_dask_worker_and_of_the_scheduler(
    shop: Workshop, cluster: Dask, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = shop.worker(concurrency=1)
    sends = shop.worker(
        concurrency=1,
        GEOLOKET_DASK__SCHEDULER=cluster.address,
        GEOLOKET_DASK__PIECES="6",
    )
    _one_that_nobody_wants(shop)
    first, second = (one.pid for one in cluster.workers)
    job = shop.submit("counting", {"pieces": PIECES, "pause": 0.1, "reject": [5], "shake": [9]})
    until(shop, job, lambda did: {first, second, alone.pid} <= did.keys())
    cluster.workers[0].kill()
    before = shares(shop, job)[second]
    until(shop, job, lambda did: did[second] > before + 5)
    cluster.scheduler.kill()
    until(shop, job, lambda did: sends.pid in did)
    run = shop.ended(job, 240)
    assert (run["status"], run["outputs"]["done"]) == ("successful", PIECES - 1)
    assert run["outputs"]["rejected"] == ["piece-00005"] and not run["outputs"]["failed"]
    did = shares(shop, job)
    assert sum(did.values()) == PIECES - 1 and did.keys() == {first, second, alone.pid, sends.pid}
    told = said(shop, job)
    assert f"{PIECES} pieces: {PIECES - 1} done, 1 rejected, 0 failed" in told
    assert re.search(r"begun again: .*piece-00009 \(\d times\)", told)
    assert "this worker does the pieces itself" in told
    left = shop.home / "storage" / "jobs" / job
    assert sum(not file.name.startswith(".") for file in left.iterdir()) == PIECES - 1
    _tells_no_secret(shop, cluster)
    names = {first: "Dask 1 (killed)", second: "Dask 2", alone.pid: "alone", sends.pid: "sends"}
    with capsys.disabled():
        shown = ", ".join(f"{names[pid]} {number}" for pid, number in did.items())
        print(f"\n{PIECES} pieces, {run['outputs']['again']} begun again: {shown}")


def _one_that_nobody_wants(shop: Workshop) -> None:
    """It is ended wherever it is being done."""
    job = shop.submit("counting", {"pieces": 4, "pause": 600})
    began = "SELECT count(*) AS n FROM jobs.piece WHERE job = %s AND tries > 0"
    wait_for(lambda: shop.ask(began, job)["n"] >= 2, 240)
    assert shop.ask("SELECT jobs.dismiss(%s, 'an', false) AS done", job)["done"]
    entries = "SELECT count(*) AS n FROM jobs.procrastinate_jobs WHERE args->>'job' = %s"
    wait_for(lambda: shop.ask(entries, job)["n"] == 0)


def _tells_no_secret(shop: Workshop, cluster: Dask) -> None:
    """How to reach the database is in no log of Dask, whose pages show no more than those."""
    log = cluster.log.read_text(encoding="utf-8")
    assert "distributed" in log
    assert shop.dsn not in log
    assert "dbname" not in log


def test_without_its_scheduler_a_worker_does_it_all(fresh_dsn: str, tmp_path: Path) -> None:
    with workshop(fresh_dsn, tmp_path) as shop:
        shop.worker(GEOLOKET_DASK__SCHEDULER=NOBODY)
        job = shop.submit("counting", {"pieces": 6, "pause": 0})
        assert shop.ended(job)["outputs"]["done"] == 6
        told = said(shop, job)
    assert told.count("the Dask scheduler cannot be reached; this worker does") == 1, told


@pytest.mark.parametrize(
    "wrong", ["dask.example", "tcp://dask.example", "http://a:8786", "tcp://:1"]
)
def test_a_scheduler_has_an_address(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOLOKET_DASK__SCHEDULER", wrong)
    with pytest.raises(CommandError, match=r"dask\.scheduler"):
        Settings.read()
