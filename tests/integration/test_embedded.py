"""The private cluster, treated as badly as machines and people do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from fixtures.demo import wait_for

from geoloket.embedded import ADMIN, WEB, EmbeddedCluster
from geoloket.embedded.place import forsaken
from geoloket.errors import CommandError

ACTIVE = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state = 'active'"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home in a folder that only its owner can enter, with a space in its path."""
    room = tmp_path / "geo loket's room"
    room.mkdir(mode=0o700)
    yield room / "home"
    EmbeddedCluster(room / "home").remove()


def pid_of(cluster: EmbeddedCluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def write_row(cluster: EmbeddedCluster) -> None:
    with psycopg.connect(cluster.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def read_row(cluster: EmbeddedCluster) -> object:
    with psycopg.connect(cluster.dsn()) as connection:
        row = connection.execute("SELECT answer FROM kept").fetchone()
    return row and row[0]


def processes_of(cluster: EmbeddedCluster) -> list[int]:
    data = cluster.status().data.resolve()
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == data:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_it_starts_is_found_again_and_stops(home: Path) -> None:
    cluster = EmbeddedCluster(home, durable=False)
    assert not cluster.status().made
    assert cluster.start()
    assert not cluster.start()
    assert not EmbeddedCluster(home).start()
    write_row(cluster)
    with psycopg.connect(cluster.dsn(WEB)) as web:
        row = web.execute("SELECT current_user, PostGIS_Version() LIKE '3.%'").fetchone()
    assert row == (WEB, True)
    assert cluster.stop()
    assert not cluster.stop()
    assert processes_of(cluster) == []
    assert cluster.start()
    assert read_row(cluster) == 42


def test_it_listens_on_no_port_and_lets_nobody_else_in(home: Path) -> None:
    cluster = EmbeddedCluster(home, durable=False)
    cluster.start()
    with psycopg.connect(cluster.dsn(ADMIN, "postgres")) as admin:
        row = admin.execute("SHOW listen_addresses").fetchone()
        rules = admin.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
    assert row == ("",)
    assert rules == [("local", "peer")]
    assert cluster.status().socket.stat().st_mode & 0o077 == 0
    assert cluster.status().data.stat().st_mode & 0o077 == 0


def test_it_runs_as_an_unprivileged_user(home: Path) -> None:
    cluster = EmbeddedCluster(home, durable=False)
    cluster.start()
    owner = Path(f"/proc/{pid_of(cluster)}").stat().st_uid
    assert owner != 0
    assert owner == cluster.status().data.stat().st_uid


def test_it_comes_back_after_kill_9_of_everything(home: Path) -> None:
    cluster = EmbeddedCluster(home)
    cluster.start()
    write_row(cluster)
    for pid in processes_of(cluster):
        os.kill(pid, signal.SIGKILL)
    assert EmbeddedCluster(home).start()
    assert read_row(cluster) == 42


def test_a_busy_survivor_of_a_killed_postmaster_is_ended(home: Path) -> None:
    cluster = EmbeddedCluster(home)
    cluster.start()
    write_row(cluster)

    asked: list[int] = []

    def be_busy() -> None:
        statement = (
            "SELECT sum(a * b) FROM generate_series(1, 90000) a, generate_series(1, 90000) b"
        )
        with psycopg.connect(cluster.dsn()) as busy, suppress(psycopg.OperationalError):
            asked.append(busy.info.backend_pid)
            busy.execute(statement)

    thread = threading.Thread(target=be_busy)
    thread.start()
    with psycopg.connect(cluster.dsn(), autocommit=True) as other:
        wait_for(lambda: asked and other.execute(ACTIVE, asked).fetchone())
    postmaster = pid_of(cluster)
    os.kill(postmaster, signal.SIGKILL)
    wait_for(lambda: postmaster not in processes_of(cluster))
    assert asked[0] in processes_of(cluster), "nothing survived: the test shows nothing"
    assert EmbeddedCluster(home).start()
    thread.join(60)
    assert read_row(cluster) == 42


def test_a_reboot_leaves_a_pid_that_now_belongs_to_somebody_else(home: Path) -> None:
    cluster = EmbeddedCluster(home)
    cluster.start()
    write_row(cluster)
    pid_file = cluster.status().data / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    for pid in processes_of(cluster):
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not processes_of(cluster))
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert cluster.status().pid is None
    assert EmbeddedCluster(home).start()
    assert read_row(cluster) == 42


def test_a_half_made_cluster_is_made_anew(home: Path) -> None:
    cluster = EmbeddedCluster(home, durable=False)
    with cluster.running():
        half = cluster.status().data.parent / "new-half"
    shutil.rmtree(cluster.status().data)
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")
    assert cluster.start()
    assert not half.exists()


def test_many_at_once_start_one_server(home: Path) -> None:
    home.mkdir()
    program = (
        "import sys; from pathlib import Path; from geoloket.embedded import EmbeddedCluster as C;"
        "c = C(Path(sys.argv[1]), durable=False); print(c.start(), c.status().pid)"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", program, home], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [child.communicate(timeout=120)[0].split() for child in children]
    assert sorted(started for started, _ in said) == ["False", "False", "False", "True"]
    assert len({pid for _, pid in said}) == 1


def test_the_last_one_out_stops_it(home: Path) -> None:
    first, second = EmbeddedCluster(home, durable=False), EmbeddedCluster(home, durable=False)
    with first.running():
        with second.running(), pytest.raises(CommandError, match="in use"):
            second.remove()
        assert first.status().pid
    assert first.status().pid is None
    first.start()
    with second.running():
        pass
    assert first.status().pid, "what `start` started is stopped by `stop` alone"


def test_two_homes_live_side_by_side(home: Path, tmp_path: Path) -> None:
    one, two = (
        EmbeddedCluster(home, durable=False),
        EmbeddedCluster(tmp_path / "two", durable=False),
    )
    try:
        one.start()
        two.start()
        write_row(one)
        with pytest.raises(psycopg.errors.UndefinedTable):
            read_row(two)
        os.kill(pid_of(one), signal.SIGKILL)
        assert two.status().pid
        assert one.start()
    finally:
        two.remove()


def test_a_home_too_deep_for_a_socket_has_it_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    cluster = EmbeddedCluster(deep, durable=False)
    try:
        cluster.start()
        assert len(os.fsencode(cluster.status().socket)) < 90
        with psycopg.connect(cluster.dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.remove()
    assert not cluster.status().socket.exists()


def test_a_copied_home_gets_a_cluster_of_its_own_and_a_moved_one_keeps_it(home: Path) -> None:
    cluster = EmbeddedCluster(home, durable=False)
    with cluster.running():
        write_row(cluster)
    copy, moved = home.with_name("copy"), home.with_name("moved")
    shutil.copytree(home, copy, symlinks=True)
    with EmbeddedCluster(copy, durable=False).running() as other:
        assert other.status().data != cluster.status().data
    other.remove()
    home.rename(moved)
    with EmbeddedCluster(moved, durable=False).running() as same:
        assert read_row(same) == 42
    moved.rename(home)


def test_removing_leaves_nothing(home: Path) -> None:
    cluster = EmbeddedCluster(home, durable=False)
    cluster.start()
    data, socket = cluster.status().data, cluster.status().socket
    cluster.remove()
    assert not data.exists() and not data.parent.exists() and not socket.exists()
    assert list(home.iterdir()) == []
    assert str(home) not in [each for _, each in forsaken()]
