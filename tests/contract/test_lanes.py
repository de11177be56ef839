"""Both lanes agree: what pygeoapi answers through its provider is what the fast lane answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.server import settings_for
from starlette.requests import Request

from geoloket.access import VISITOR
from geoloket.hall import Hall
from ogc.engine import Engine

BASE = "http://loket.test/ogc"


@pytest.fixture(scope="session")
async def engine(
    standards_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Engine]:
    home: Path = tmp_path_factory.mktemp("engine")
    hall = Hall.furnish(settings_for(standards_dsn, home), standards_dsn)
    await hall.database.open()
    yield Engine(hall, hall.features.layers(VISITOR), VISITOR)
    await hall.database.close()


async def slow(engine: Engine, name: str, *arguments: str, **given: str) -> dict[str, Any]:
    query = httpx.QueryParams(given)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/ogc",
        "headers": [],
        "query_string": str(query).encode(),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    return await engine.described((Request(scope, receive), BASE, "nl"), name, *arguments)


QUESTIONS: list[dict[str, str]] = [
    {},
    {"limit": "100"},
    {"limit": "5", "offset": "20"},
    {"limit": "1", "offset": "1"},
    {"bbox": "3.2,51.2,3.231,51.21", "limit": "100"},
    {"bbox": "0,0,1,1"},
    {"datetime": "2020-01-06/2020-01-20", "limit": "100"},
    {"datetime": "2026-05-02/.."},
]
ABOUT_PARCELS = [
    {"division": "99001", "version": "1"},
    {"valid_from": "2020-01-05"},
    {"sortby": "-version,capakey", "limit": "7"},
    {"sortby": "division", "offset": "5"},
    {"filter": "version > 1 AND division = '99001'"},
    {"filter": "section IN ('A', 'B') OR NOT area_m2 IS NULL", "filter-lang": "cql2-text"},
    {"filter": "valid_from > DATE('2020-01-05') AND capakey LIKE '99%'", "sortby": "-valid_from"},
    {"filter": "S_INTERSECTS(geometry,POLYGON((3.2 51.2,3.21 51.2,3.21 51.21,3.2 51.2)))"},
    {"properties": "capakey,version", "skipGeometry": "true"},
    {"q": "a 12,a 25"},
]


@pytest.mark.parametrize(
    ("collection", "given"),
    [(name, given) for name in ("parcels", "events") for given in QUESTIONS]
    + [("parcels", given) for given in ABOUT_PARCELS],
    ids=str,
)
async def test_pages_agree(
    ogc: httpx.AsyncClient, engine: Engine, collection: str, given: dict[str, str]
) -> None:
    fast = (await ogc.get(f"/collections/{collection}/items", params=given)).json()
    other = await slow(engine, "items", collection, **given)
    assert fast["features"] == other["features"]
    assert fast["numberMatched"] == other["numberMatched"]
    assert fast["numberReturned"] == other["numberReturned"]


async def test_single_features_agree(ogc: httpx.AsyncClient, engine: Engine) -> None:
    ids = [f"99001A{number:04d}-00A000" for number in range(0, 30, 3)]  # retired ones as well
    for name in ids:
        fast = (await ogc.get(f"/collections/parcels/items/{name}")).json()
        other = await slow(engine, "item", "parcels", name)
        del fast["links"], other["links"]
        assert fast == other


async def test_collections_agree_about_what_is_there(
    ogc: httpx.AsyncClient, engine: Engine
) -> None:
    listed = (await ogc.get("/collections")).json()["collections"]
    fast = [one for one in listed if one["itemType"] == "feature"]  # records are ours alone
    assert len(listed) == len(fast) + 1
    other = (await slow(engine, "collections"))["collections"]
    parts = ("id", "title", "description", "keywords", "itemType", "crs")
    assert [[one[part] for part in parts] for one in fast] == [
        [one[part] for part in parts] for one in other
    ]


async def test_the_engine_keeps_the_characters_of_the_data(engine: Engine) -> None:
    """pygeoapi rewrites < and > inside JSON strings."""
    page = await slow(engine, "items", "events")
    assert page["features"][0]["properties"]["name"] == 'Kermis <b>&</b> "feest" 1 < 2 &lt; ëéñ'
