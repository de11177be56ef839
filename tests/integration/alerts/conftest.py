"""A town, a desk and a postman for each test of following by e-mail."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
from fixtures.alerts import JAN, Follow, Pigeons
from fixtures.database import Dsn, copied
from fixtures.server import PRISTINE_TOWN, settings_for
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.alerts import AlertDesk, Postman, Wish
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.hall import Hall
from web.alerts.letters import Letters


@pytest.fixture
def own_town(server: Dsn, town_dsn: str) -> Iterator[str]:
    """The invented town in a database of this test's own, as its owner."""
    with copied(server, PRISTINE_TOWN) as name:
        yield server(OWNER, name)


@pytest.fixture
def owner(own_town: str) -> Iterator[Connection[DictRow]]:
    with connect(own_town, autocommit=True) as connection:
        yield connection


@pytest.fixture
def worker(own_town: str) -> Iterator[Connection[DictRow]]:
    with connect(own_town, role="geoloket_worker", autocommit=True) as connection:
        yield connection


@pytest.fixture
async def desk(own_town: str, tmp_path: Path) -> AsyncGenerator[AlertDesk]:
    hall = Hall.furnish(settings_for(own_town, tmp_path), own_town)
    await hall.database.open()
    yield hall.alerts
    await hall.database.close()


@pytest.fixture
def pigeons() -> Pigeons:
    return Pigeons()


@pytest.fixture
def post(pigeons: Pigeons) -> Postman:
    return Postman(pigeons, Letters("https://loket.example", "Zandwijk"))


@pytest.fixture
def follow(desk: AlertDesk, post: Postman, pigeons: Pigeons, worker: Connection[DictRow]) -> Follow:
    """Ask, read the letter and confirm; gives the token of the page of all that is followed."""

    async def followed(wish: Wish, mailbox: str = JAN) -> str:
        assert await desk.ask(wish, mailbox, "192.0.2.1") == "asked"
        post.round(worker)
        entry = await desk.confirm(pigeons.token("bevestig|confirm", mailbox))
        assert entry
        return entry

    return followed
