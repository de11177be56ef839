"""Whole selections when things go wrong: clients that leave, a database that ends, no room."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pyarrow.parquet
import pyogrio
import pytest
from fixtures.many import MANY
from fixtures.server import serving, settings_for
from fixtures.standards import CANARY, PARCELS
from fixtures.wire import wired

from geoloket.access import VISITOR, AccessPolicy, Principal, Role
from geoloket.errors import Unavailable
from geoloket.exports import Exports
from geoloket.files.job import Job, Outcome, Place
from geoloket.hall import Hall
from geoloket.layer import Layer
from geoloket.main import app
from geoloket.query import Query
from geoloket.settings import ExportSettings

STAFF = Principal(Role.STAFF, "somebody")
READER = VISITOR.role.database_role


@pytest.fixture(scope="session")
async def hall(
    standards_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Hall]:
    hall = Hall.furnish(
        settings_for(standards_dsn, tmp_path_factory.mktemp("downloads")), standards_dsn
    )
    await hall.database.open()
    yield hall
    hall.exports.close()
    await hall.database.close()


def written(job: Job) -> int:
    """The exit code of the program."""
    command = [sys.executable, "-I", "-m", "geoloket.files"]
    return subprocess.run(command, input=job.dumps(), check=False, timeout=60).returncode


async def job_of(hall: Hall, who: Principal, layer: Layer, file: Path, place: Place | None) -> Job:
    name = file.suffix[1:]
    query = Query(srid=31370)
    errand = await hall.exports.errand(layer, query, who, None, boxes=name == "parquet")
    return Job(
        format=name,
        path=str(file),
        login=errand.login,
        role=errand.role,
        rows=errand.rows,
        without_place=errand.without_place,
        name=layer.id,
        title="Titel",
        description="Uitleg",
        place=place,
    )


async def test_staff_get_what_is_for_staff(hall: Hall, tmp_path: Path) -> None:
    """Under the database role of staff: every row, with the fields that visitors do not have."""
    file = tmp_path / "out.parquet"
    layer = hall.features.layer("events", STAFF)
    place = Place("Geometry", 31370, crs84=False)
    assert written(await job_of(hall, STAFF, layer, file, place)) == Outcome.DONE
    rows = {row["id"]: row for row in pyarrow.parquet.read_table(file).to_pylist()}
    assert set(rows) == {"e/1", "e2", "e3"}
    assert {row["organiser"] for row in rows.values()} == {CANARY}
    text = b"".join(
        [chunk async for chunk in hall.exports.spreadsheet(layer, Query(), STAFF, None)]
    )
    assert text.decode().count(CANARY) == 4


async def test_a_visitor_is_stopped_by_the_database_too(hall: Hall, tmp_path: Path) -> None:
    """The second lock: the layer as staff see it, under the login of a visitor."""
    layer = hall.features.layer("events", STAFF)
    job = await job_of(hall, VISITOR, layer, tmp_path / "out.gpkg", None)
    assert written(job) == Outcome.FAILED
    assert not (tmp_path / "out.gpkg").exists()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await anext(hall.exports.spreadsheet(layer, Query(), VISITOR, None))


@pytest.mark.parametrize("name", ["gpkg", "fgb", "parquet"])
async def test_layer_without_geometry(hall: Hall, tmp_path: Path, name: str) -> None:
    seen = hall.features.layer("parcels", VISITOR)
    layer = seen.narrowed(seen.fields, None)
    file = tmp_path / f"out.{name}"
    assert written(await job_of(hall, VISITOR, layer, file, None)) == Outcome.DONE
    if name == "parquet":
        table = pyarrow.parquet.read_table(file)
        assert table.column_names == ["id", *(field.name for field in layer.fields)]
        assert b"geo" not in (table.schema.metadata or {})
        assert len(table) == PARCELS
    else:
        info = pyogrio.read_info(file)
        assert info["features"] == PARCELS
        assert list(info["fields"]) == ["id", *(field.name for field in layer.fields)]


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ("SELECT pg_sleep(9)::text AS id", Outcome.TOO_LONG),
        ("SELECT 1/0 AS id", Outcome.FAILED),
    ],
)
async def test_what_the_program_says_when_it_could_not(
    hall: Hall, tmp_path: Path, rows: str, outcome: Outcome
) -> None:
    login = hall.database.login(VISITOR, 0.5, "geoloket-export")
    job = Job("gpkg", str(tmp_path / "out.gpkg"), login, READER, rows, None, "x", "x", "x", None)
    assert written(job) == outcome
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["gpkg", "fgb", "parquet"])
async def test_no_room_while_writing(hall: Hall, tmp_path: Path, name: str) -> None:
    """A file that may not grow stands for a disk that is full."""
    login = hall.database.login(VISITOR, 30, "geoloket-export")
    rows = "SELECT md5(n::text) AS id, md5((-n)::text) AS x FROM generate_series(1, 60000) AS n"
    path = tmp_path / f"out.{name}"
    job = Job(name, str(path), login, READER, rows, None, "x", "x", "x", None)
    command = ["sh", "-c", 'ulimit -f 1024; exec "$0" -I -m geoloket.files', sys.executable]
    done = subprocess.run(command, input=job.dumps(), check=False, timeout=60)
    assert done.returncode == Outcome.NO_ROOM
    assert not path.exists()


async def test_no_database(hall: Hall, tmp_path: Path) -> None:
    login = "host=127.0.0.1 port=1 user=x dbname=x connect_timeout=2"
    job = Job(
        "gpkg", str(tmp_path / "out.gpkg"), login, READER, "SELECT 1", None, "x", "x", "x", None
    )
    assert written(job) == Outcome.NO_DATABASE


@pytest.mark.parametrize("who", [VISITOR, STAFF], ids=["visitor", "staff"])
async def test_a_connection_without_the_role_is_refused(
    standards_dsn: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, who: Principal
) -> None:
    """A pooler begins to drop what is asked at the start: exports would log in as the owner."""
    async with wired(standards_dsn) as wire:
        hall = Hall.furnish(settings_for(wire.dsn, tmp_path), wire.dsn)
        await hall.database.open()
        try:
            layer = hall.features.layer("events", who)
            job = await job_of(hall, who, layer, tmp_path / "out.gpkg", None)
            text = hall.exports.spreadsheet(layer, Query(), who, None)
            assert b"Ergens" in b"".join([chunk async for chunk in text])
            assert await asyncio.to_thread(written, job) == Outcome.DONE
            (tmp_path / "out.gpkg").unlink()
            wire.without_options = True
            for write in (hall.exports.spreadsheet, hall.exports.sequence):
                with pytest.raises(Unavailable):
                    await anext(write(layer, Query(), who, None))
            for name in ("gpkg", "parquet"):
                other = replace(job, format=name, path=str(tmp_path / f"out.{name}"))
                assert await asyncio.to_thread(written, other) == Outcome.WRONG_ROLE
            assert not list(tmp_path.glob("out.*"))
        finally:
            await hall.database.close()
    assert "does not take the role" in caplog.records[0].__dict__["why"]


async def test_a_file_of_another_role_is_not_sent(standards_dsn: str, tmp_path: Path) -> None:
    async with wired(standards_dsn) as wire:
        application = app.create(settings_for(wire.dsn, tmp_path))
        transport = httpx.ASGITransport(application)
        async with (
            application.router.lifespan_context(application),
            httpx.AsyncClient(transport=transport, base_url="http://loket.test/ogc") as client,
        ):
            answer = await client.get("/collections/events/items?f=gpkg")
            assert answer.status_code == 200
            wire.without_options = True
            for name in ("gpkg", "fgb", "parquet", "csv", "geojsonseq"):
                answer = await client.get("/collections/events/items", params={"f": name})
                assert answer.status_code == 503
                assert answer.headers["content-type"] == "application/problem+json"


def exports_in(hall: Hall, folder: Path) -> Exports:
    return Exports(hall.database, AccessPolicy(), 31370, ExportSettings(), folder)


async def test_what_others_left_behind_is_removed(hall: Hall, tmp_path: Path) -> None:
    """A process that was killed leaves its folder; one that lives keeps it."""
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "parcels.gpkg").write_text("half")
    living, other = exports_in(hall, tmp_path), exports_in(hall, tmp_path)
    first, second = living.place, other.place
    assert set(tmp_path.iterdir()) == {first, second}
    living.close()
    other.close()
    assert not list(tmp_path.iterdir())


async def test_no_place_for_files(hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable):
        exports_in(hall, tmp_path / "file").place.exists()


@pytest.fixture(scope="session")
def slow(many: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server over it, and its home."""
    home = tmp_path_factory.mktemp("slow")
    with serving(many, home) as base:
        yield f"{base}/ogc/collections/parcels/items", home


@contextmanager
def locked(dsn: str) -> Generator[None]:
    """Parcels that nobody can read for a while."""
    with psycopg.connect(dsn) as owner:
        owner.execute("LOCK TABLE geoloket.parcels IN ACCESS EXCLUSIVE MODE")
        yield


def exporting(dsn: str) -> int:
    with psycopg.connect(dsn) as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'geoloket-export'"
        ).fetchone()
    assert row
    return int(row[0])


def under_way(home: Path) -> list[Path]:
    files = list[Path]()
    for folder in (home / "exports").glob("*"):
        with suppress(FileNotFoundError):  # it was finished meanwhile
            files += folder.iterdir()
    return files


async def until(fact: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("name", ["gpkg", "csv"])
async def test_a_client_that_leaves_takes_its_export_along(
    slow: tuple[str, Path], many: str, name: str
) -> None:
    address, home = slow
    async with httpx.AsyncClient() as client:
        with locked(many):
            with pytest.raises(httpx.TimeoutException):
                answer = await client.get(address, params={"f": name}, timeout=3)
                pytest.fail(f"{answer.status_code} {answer.text[:500]}")
            await until(lambda: not under_way(home))
        await until(lambda: not exporting(many))
        answer = await client.get(address, params={"f": name, "limit": "2"}, timeout=90)
        assert answer.status_code == 200


async def test_only_so_many_files_at_a_time(slow: tuple[str, Path], many: str) -> None:
    """The third is told to come back, and pages are answered all the while."""
    address, home = slow
    async with httpx.AsyncClient(timeout=90) as client:
        with locked(many):
            asked = [
                asyncio.create_task(client.get(address, params={"f": "gpkg", "limit": "2"}))
                for _ in range(2)
            ]
            await until(lambda: exporting(many) == 2)
            refused = await client.get(address, params={"f": "fgb"})
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
            assert refused.headers["content-type"] == "application/problem+json"
            page = await client.get(address.replace("/parcels/", "/events/"))
            assert page.status_code == 200
        assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200, 200]
    await until(lambda: not under_way(home))


@pytest.mark.parametrize("name", ["geojsonseq", "csv"])
async def test_an_error_in_the_midst_does_not_look_like_the_end(
    slow: tuple[str, Path], many: str, name: str
) -> None:
    address, _ = slow
    async with httpx.AsyncClient(timeout=90) as client:
        headers = {"accept-encoding": "identity"}
        async with client.stream("GET", address, params={"f": name}, headers=headers) as answer:
            assert answer.status_code == 200
            chunks = answer.aiter_raw()
            await anext(chunks)
            with psycopg.connect(many) as owner:
                owner.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND application_name = 'geoloket-export'"
                )
            with pytest.raises(httpx.RemoteProtocolError):
                async for _ in chunks:
                    pass


@pytest.mark.parametrize("name", ["geojsonseq", "csv", "gpkg"])
async def test_all_of_it_arrives(slow: tuple[str, Path], name: str) -> None:
    address, home = slow
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.get(address, params={"f": name})
    if name == "gpkg":
        (home / "all.gpkg").write_bytes(answer.content)
        assert pyogrio.read_info(home / "all.gpkg")["features"] == MANY
    else:
        assert answer.content.count(b"\n") == MANY + (name == "csv")
    await until(lambda: not under_way(home))
