"""``geoloket demo`` in the foreground: what starts together ends together, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fixtures.demo import PROGRAM, Demo, free_port, wait_for

from geoloket.embedded import EmbeddedCluster

pytestmark = pytest.mark.xdist_group("demo")  # one home for all, on one worker


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a municipality of its own, so that none is invented."""
    home = tmp_path_factory.mktemp("demo command") / "home"
    environment = {"PATH": "/usr/bin:/bin", "GEOLOKET_HOME": str(home)}
    with EmbeddedCluster(home, durable=False).running() as cluster:
        subprocess.run([PROGRAM, "migrate"], env=environment, check=True, capture_output=True)
        with psycopg.connect(cluster.dsn()) as connection:
            connection.execute("INSERT INTO geoloket.site VALUES ('name', '\"Ergens\"')")
    yield home
    EmbeddedCluster(home).remove()


@pytest.fixture
def demo(home: Path) -> Iterator[Demo]:
    """A demo that answers."""
    demo = Demo(home, free_port())
    try:
        wait_for(lambda: demo.has_welcomed() or demo.process.poll() is not None)
        assert demo.process.poll() is None, demo.said()
        yield demo
    finally:
        demo.process.kill()
        demo.process.wait()
        wait_for(lambda: not demo.children())
        EmbeddedCluster(home).stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(demo: Demo, number: signal.Signals) -> None:
    assert demo.said().endswith(f"http://127.0.0.1:{demo.port}/\n"), "the address comes last"
    assert "/medewerker/beelden" not in demo.said(), "there are no pictures"
    assert len(demo.children()) == 3  # web, worker, and where staff sign in
    os.killpg(demo.process.pid, number)
    assert demo.process.wait(90) == 0
    assert demo.children() == []
    assert EmbeddedCluster(demo.home).status().pid is None
    assert "Traceback" not in demo.said()


def test_an_interrupt_before_it_serves_is_told_apart(home: Path) -> None:
    demo = Demo(home, free_port())
    wait_for(lambda: EmbeddedCluster(home).status().pid)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(90) == 130
    assert EmbeddedCluster(home).status().pid is None


def test_children_end_when_it_is_killed_outright_and_the_next_one_takes_over(demo: Demo) -> None:
    demo.process.kill()
    demo.process.wait()
    wait_for(lambda: not demo.children())
    again = Demo(demo.home, demo.port)
    wait_for(again.has_welcomed)
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(90) == 0
    assert EmbeddedCluster(demo.home).status().pid is None


def test_a_killed_database_comes_back_by_itself(demo: Demo) -> None:
    pid = EmbeddedCluster(demo.home).status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: EmbeddedCluster(demo.home).status().pid not in (None, pid))
    wait_for(demo.is_ready)


@pytest.mark.parametrize(
    ("command", "number", "told"),
    [
        (b"serve", signal.SIGKILL, "web has ended (SIGKILL), so all of it stops; "),
        (b"serve", signal.SIGTERM, "web has ended (code 0), so all of it stops; "),
        (b"worker", signal.SIGTERM, "worker has ended (code 0), so all of it stops; "),
    ],
)
def test_a_child_that_ends_ends_the_demo_with_a_reason(
    demo: Demo, command: bytes, number: signal.Signals, told: str
) -> None:
    child = next(
        pid
        for pid in demo.children()
        if command in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    )
    os.kill(child, number)
    assert demo.process.wait(90) == 2
    assert told in demo.said()
    assert demo.children() == []


def test_who_has_pictures_is_told_where_to_see_them(home: Path) -> None:
    with (
        EmbeddedCluster(home, durable=False).running() as cluster,
        psycopg.connect(cluster.dsn(), autocommit=True) as owner,
    ):
        owner.execute("INSERT INTO imagery.campaigns (id, title, year) VALUES ('c', '{}', 2024)")
        owner.execute(
            "INSERT INTO geoloket.panoramas (id, campaign, year, captured_at, heading_deg, width, "
            "height, sha256, geom) VALUES ('p', 'c', 2024, now(), 0, 4096, 2048, 'x', "
            "ST_Point(70000, 211900, 31370))"
        )
        demo = Demo(home, free_port())
        try:
            wait_for(lambda: demo.has_welcomed() or demo.process.poll() is not None)
            place = f"http://127.0.0.1:{demo.port}/medewerker/beelden"
            assert f"  pictures   {place}  parcels through the years\n" in demo.said()
        finally:
            demo.process.send_signal(signal.SIGINT)
            demo.process.wait(90)
            owner.execute("DELETE FROM geoloket.panoramas")


def test_a_taken_port_is_told_before_anything_starts(demo: Demo) -> None:
    second = Demo(demo.home, demo.port)
    assert second.process.wait(90) == 2
    assert f"cannot listen on 127.0.0.1:{demo.port}: address already in use" in second.said()
    assert demo.is_ready()


def test_two_demos_share_a_home_and_the_last_one_stops_the_database(demo: Demo) -> None:
    second = Demo(demo.home, free_port())
    wait_for(second.has_welcomed)
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(90) == 0
    assert demo.is_ready()
    demo.process.send_signal(signal.SIGINT)
    demo.process.wait(90)
    assert EmbeddedCluster(demo.home).status().pid is None
