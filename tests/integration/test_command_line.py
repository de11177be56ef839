"""The command line as a person, a script or a service manager uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geoloket.embedded import EmbeddedCluster

PROGRAM = Path(sys.executable).parent / "geoloket"

pytestmark = pytest.mark.xdist_group("command line")  # one home for all, on one worker


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A migrated home of this module's own."""
    home = tmp_path_factory.mktemp("command line") / "home"
    assert geoloket(home, "migrate").returncode == 0
    yield home
    EmbeddedCluster(home).remove()


def geoloket(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a bare environment, away from the source, without a terminal."""
    bare = {"HOME": os.environ["HOME"], "PATH": "/usr/bin:/bin", "GEOLOKET_HOME": str(home)}
    return subprocess.run(
        [PROGRAM, *arguments],
        env={**bare, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        timeout=180,
        check=False,
    )


def answer(home: Path, statement: str) -> str:
    outcome = geoloket(home, "db", "psql", "--", "-At", "-c", statement)
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout.strip()


def test_migrate_leaves_the_server_as_it_was(home: Path) -> None:
    outcome = geoloket(home, "migrate")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.endswith("the database is up to date\n")
    assert geoloket(home, "db", "status").returncode == 3
    assert answer(home, "SELECT count(*) FROM parcels") == "0"
    assert answer(home, "SELECT count(*) FROM housing_inspections") == "0"


def test_start_status_and_stop(home: Path) -> None:
    assert geoloket(home, "db", "start").stdout.startswith("PostgreSQL started")
    assert geoloket(home, "db", "start").stdout.startswith("PostgreSQL was running")
    assert geoloket(home, "db", "status").returncode == 0
    assert answer(home, "SELECT 1") == "1"
    assert geoloket(home, "db", "status").returncode == 0, "psql stopped what `db start` started"
    assert geoloket(home, "db", "stop").stdout == "PostgreSQL stopped\n"
    assert geoloket(home, "db", "status").returncode == 3


def test_psql_passes_on_its_exit_code_and_reads_standard_input(home: Path) -> None:
    assert geoloket(home, "db", "psql", "--", "-c", "SELECT nonsense").returncode == 1


def test_a_backup_is_put_back_whole(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "geo loket.backup"
    insert = (
        "INSERT INTO municipalities (id, nis_code, name, geom) VALUES ('1', '99001', 'Zandwijk',"
        " ST_GeomFromText('MULTIPOLYGON(((0 0, 9 0, 9 9, 0 0)))', 31370))"
    )
    answer(home, insert)
    assert geoloket(home, "db", "backup", str(file)).returncode == 0
    answer(home, "DELETE FROM municipalities")
    outcome = geoloket(home, "db", "restore", str(file))
    assert outcome.returncode == 0, outcome.stderr
    assert answer(home, "SELECT name, ST_SRID(geom_3857) FROM municipalities") == "Zandwijk|3857"
    assert answer(home, "SELECT count(*) FROM pg_database WHERE datname ~ 'geoloket'") == "1"
    seen = "has_table_privilege('geoloket_reader', 'staff.housing_inspections', 'SELECT')"
    assert answer(home, f"SELECT {seen}") == "f"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_broken_backup_changes_nothing(home: Path, tmp_path: Path, share: float) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert geoloket(home, "db", "backup", str(whole)).returncode == 0
    content = whole.read_bytes()
    broken.write_bytes(content[: int(len(content) * share)] or b"no backup at all")
    before = answer(home, "SELECT count(*) FROM municipalities")
    outcome = geoloket(home, "db", "restore", str(broken))
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("geoloket: pg_restore failed")
    assert len(outcome.stderr.splitlines()) == 1
    assert answer(home, "SELECT count(*) FROM municipalities") == before
    assert answer(home, "SELECT count(*) FROM pg_database WHERE datname ~ 'geoloket'") == "1"


def test_the_doctor_finds_a_missing_index_and_sees_it_back(home: Path) -> None:
    assert "known points" in geoloket(home, "check").stdout
    answer(home, "DROP INDEX parcels_geom_3857")
    sick = geoloket(home, "check")
    assert sick.returncode == 1
    assert "missing on geoloket.parcels.geom_3857" in sick.stdout
    assert geoloket(home, "migrate").returncode == 0
    assert "missing on" not in geoloket(home, "check").stdout


def test_the_doctor_counts_connections(home: Path) -> None:
    outcome = geoloket(home, "check", GEOLOKET_SERVER__WORKERS="20")
    assert outcome.returncode == 1
    assert "20 web processes × 10, of 97: too many" in outcome.stdout


def test_the_doctor_tells_of_a_database_that_is_away(home: Path) -> None:
    dsn = "postgresql://nobody:secret@127.0.0.1:9/nothing"
    outcome = geoloket(home, "check", GEOLOKET_DATABASE__DSN=dsn)
    assert outcome.returncode == 1
    assert "cannot be reached" in outcome.stdout
    assert "secret" not in outcome.stdout + outcome.stderr


def test_an_external_database_is_one_setting(home: Path, tmp_path: Path) -> None:
    with EmbeddedCluster(home).running() as cluster:
        with psycopg.connect(cluster.dsn("postgres", "postgres"), autocommit=True) as admin:
            admin.execute("CREATE DATABASE elsewhere")
        dsn = cluster.dsn("postgres", "elsewhere")
        outcome = geoloket(tmp_path, "migrate", GEOLOKET_DATABASE__DSN=dsn)
        assert outcome.returncode == 0, outcome.stderr
        outcome = geoloket(
            tmp_path, "db", "psql", "--", "-Atc", "TABLE parcels", GEOLOKET_DATABASE__DSN=dsn
        )
        assert outcome.returncode == 0, outcome.stderr
        refused = geoloket(tmp_path, "db", "stop", GEOLOKET_DATABASE__DSN=dsn)
        assert refused.returncode == 2
        assert cluster.status().pid
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (["serve", "--port", "80000"], {}, "80000 is not in the range"),
        (["import", "nothing", "file"], {}, "there is no layer 'nothing'"),
        (["import", "parcels", "/no/such.gpkg"], {}, "/no/such.gpkg"),
        (["settings"], {"GEOLOKET_SERVER__PORT": "many"}, "server.port"),
        (["settings"], {"GEOLOKET_LOG_LEVEL": "loud"}, "log_level"),
        (["nonsense"], {}, "No such command"),
    ],
)
def test_a_mistake_is_told_in_short_with_exit_code_2(
    home: Path, arguments: list[str], environment: dict[str, str], told: str
) -> None:
    outcome = geoloket(home, *arguments, **environment)
    assert outcome.returncode == 2
    assert told in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_settings_hide_the_password(home: Path) -> None:
    dsn = "postgresql://me:secret@127.0.0.1:9/nothing"
    outcome = geoloket(home, "settings", GEOLOKET_DATABASE__DSN=dsn)
    assert "GEOLOKET_DATABASE__DSN = ****" in outcome.stdout
    assert "secret" not in outcome.stdout
