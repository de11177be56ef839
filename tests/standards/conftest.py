"""The services that the abstract tests are put to, each with its collections."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator

import httpx
import psycopg
import pytest
from fixtures.collections import LAYERS
from fixtures.database import Dsn, copied
from fixtures.openapi import Described
from fixtures.server import PRISTINE_TOWN, inside
from psycopg import sql

from geoloket.embedded import OWNER

KEPT = 120
"""Features of each layer: more than the default page, and few enough to look at each."""


@pytest.fixture(scope="session")
def quarter_dsn(server: Dsn, town_dsn: str) -> Iterator[str]:
    """A database with a small part of the invented town, in which every layer has features."""
    assert town_dsn
    with copied(server, PRISTINE_TOWN) as name:
        with psycopg.connect(server(OWNER, name)) as owner:
            for layer in LAYERS.values():
                owner.execute(
                    sql.SQL(
                        "DELETE FROM {0} WHERE id NOT IN (SELECT id FROM {0} LIMIT {1})"
                    ).format(sql.Identifier("geoloket", layer.id), sql.Literal(KEPT))
                )
        yield server(OWNER, name)


@pytest.fixture(scope="session")
async def town(
    quarter_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the application over it, in this process."""
    async with inside(quarter_dsn, tmp_path_factory.mktemp("town")) as client:
        yield client


@pytest.fixture(scope="session", params=["ogc", "town"], ids=["odd", "town"])
def api(request: pytest.FixtureRequest) -> httpx.AsyncClient:
    """The service under test: over the small odd rows, and over a part of the town."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
async def described(api: httpx.AsyncClient) -> Described:
    """What the service's OpenAPI document says."""
    return Described((await api.get("/openapi")).json())
