"""Faults of pygeoapi 0.24, each with a test that we did not inherit it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any
from unittest.mock import patch

import httpx
import pyproj
import pytest
from fixtures.standards import ODD, parcel_id
from psycopg import sql

from geoloket import compose
from geoloket.access import VISITOR, AccessPolicy
from geoloket.query import Query
from geoloket.registry import LayerRegistry

EPSG = "http://www.opengis.net/def/crs/EPSG/0"
ITEMS = "/collections/parcels/items"
TILE = "/collections/parcels/tiles/WebMercatorQuad/15/10930/16677"
HOT = [
    f"{ITEMS}?limit=5",
    f"{ITEMS}?limit=5&crs={EPSG}/3812",
    f"{ITEMS}?bbox=500000,600000,700000,800000&bbox-crs={EPSG}/3812",
    f"{ITEMS}/{parcel_id(0)}?crs={EPSG}/31370",
    TILE,
]


@pytest.mark.parametrize("address", HOT)
async def test_no_transformer_is_built_per_request(ogc: httpx.AsyncClient, address: str) -> None:
    """pygeoapi builds a pyproj Transformer for every request: more than half of its time."""
    assert (await ogc.get(address)).status_code in (200, 204)  # what is made once is made now

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a Transformer or a CRS was made for a request")

    with (
        patch.object(pyproj.Transformer, "from_crs", refused),
        patch.object(pyproj.Transformer, "from_pipeline", refused),
        patch.object(pyproj.CRS, "__init__", refused),
    ):
        answer = await ogc.get(f"{address}{'&' if '?' in address else '?'}lang=en")
    assert answer.status_code in (200, 204), answer.text


def statements() -> list[tuple[str, dict[str, object]]]:
    """SQL text and values of what pages, counts and tiles ask, in every system."""
    layer = AccessPolicy().layer(LayerRegistry.read()["parcels"], VISITOR)
    assert layer
    found: list[tuple[str, dict[str, object]]] = []
    for srid in (4326, 3857, 31370, 3812):
        query = Query(srid=srid, bbox=(1.0, 2.0, 3.0, 4.0), bbox_srid=srid)
        for statement in (
            compose.page(layer, query, sql.SQL("TRUE"), 31370),
            compose.count(layer, query, sql.SQL("TRUE"), 31370),
        ):
            found.append((statement.text.as_string(None), statement.values))
        part = compose.Part(layer, ("id", "parcel_label"), sql.SQL("TRUE"), grain=4)
        statement = compose.tile([part], compose.Frame(srid, (1.0, 2.0, 3.0, 4.0)), 31370)
        found.append((statement.text.as_string(None), statement.values))
    return found


def test_systems_are_numbers_in_sql() -> None:
    """As text, ``ST_Transform`` looks a system up by parsing it for each row: 30 times slower."""
    transformed = 0
    for text, values in statements():
        for target in re.findall(r"ST_Transform\((?:[^()]|\([^()]*\))*,\s*([^(),]+)\)", text):
            transformed += 1
            assert re.fullmatch(r"\d+", target.strip()), target
        assert not re.search(r"'(EPSG|epsg|\+proj|urn:)", text)
        assert not any(isinstance(value, str) and "EPSG" in value for value in values.values())
    assert transformed


@pytest.mark.parametrize(
    "address",
    ["/collections/events/items", "/collections/events/items/e%2F1"],
)
@pytest.mark.parametrize("form", ["json", "jsonfg", "jsonld"])
async def test_characters_are_those_of_the_data(
    ogc: httpx.AsyncClient, address: str, form: str
) -> None:
    """pygeoapi writes ``&lt;`` and ``&gt;`` for < and > inside JSON."""
    answer = await ogc.get(address, params={"f": form})
    assert answer.status_code == 200
    assert ODD in strings(answer.json())
    assert "&lt;b" not in answer.text


def strings(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [found for one in part.values() for found in strings(one)]
    if isinstance(part, list):
        return [found for one in part for found in strings(one)]
    return [part] if isinstance(part, str) else []


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        (ITEMS, "application/geo+json"),
        (f"{ITEMS}/{parcel_id(0)}", "application/geo+json"),
        ("/collections/parcels/queryables", "application/schema+json"),
        ("/collections/parcels/schema", "application/schema+json"),
        ("/openapi", "application/vnd.oai.openapi+json;version=3.0"),
        ("/collections", "application/json"),
        (f"{ITEMS}?nothing=1", "application/problem+json"),
    ],
)
async def test_media_types(ogc: httpx.AsyncClient, address: str, media_type: str) -> None:
    assert (await ogc.get(address)).headers["content-type"] == media_type


@pytest.mark.parametrize(
    "address",
    ["", "/conformance", "/openapi", "/collections", "/collections/parcels", ITEMS,
     f"{ITEMS}/{parcel_id(0)}", "/collections/parcels/queryables", "/collections/parcels/schema",
     "/collections/parcels/tiles", "/tiles/WebMercatorQuad", "/tileMatrixSets", TILE],
)  # fmt: skip
@pytest.mark.parametrize("question", ["unknown=1", "Limit=1", "limit=1&limit=2", "f=json&f=html"])
async def test_unknown_parameters_are_refused(
    ogc: httpx.AsyncClient, address: str, question: str
) -> None:
    """pygeoapi ignores them, and takes the last of two."""
    assert (await ogc.get(f"{address}?{question}")).status_code == 400


async def test_cql2_json_on_get(ogc: httpx.AsyncClient) -> None:
    """pygeoapi takes only text there."""
    expression = {"op": "=", "args": [{"property": "division"}, "99001"]}
    given = {"filter": json.dumps(expression), "filter-lang": "cql2-json", "limit": "100"}
    found = (await ogc.get(ITEMS, params=given)).json()
    plain = (await ogc.get(ITEMS, params={"division": "99001", "limit": "100"})).json()
    assert found["features"] == plain["features"] != []


@pytest.mark.parametrize("address", [ITEMS, f"{ITEMS}/{parcel_id(0)}", "/collections", TILE])
async def test_answers_can_be_kept_and_asked_again(ogc: httpx.AsyncClient, address: str) -> None:
    """pygeoapi sends neither ETag nor Cache-Control."""
    answer = await ogc.get(address)
    assert answer.headers["etag"]
    assert answer.headers["cache-control"]
    again = await ogc.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("form", ["geojsonseq", "csv"])
async def test_whole_selections_are_streamed(ogc: httpx.AsyncClient, form: str) -> None:
    """pygeoapi builds a whole body in memory; what is streamed has no length beforehand."""
    async with ogc.stream("GET", ITEMS, params={"f": form}) as answer:
        assert answer.status_code == 200
        assert "content-length" not in answer.headers
        assert b"".join([part async for part in answer.aiter_bytes()]).count(b"99001A0") >= 27


async def test_links_of_tile_sets_have_a_type(ogc: httpx.AsyncClient) -> None:
    """pygeoapi writes ``type_``, so that GDAL cannot open the tiles."""
    for address in ("/tiles", "/collections/parcels/tiles", "/tiles/WebMercatorQuad"):
        answer = await ogc.get(address)
        assert '"type_"' not in answer.text
        document = answer.json()
        entries = [document, *document.get("tilesets", [])]
        assert all(link["type"] for entry in entries for link in entry["links"])


async def test_text_for_a_numeric_key_is_not_found(ogc: httpx.AsyncClient) -> None:
    """pygeoapi hands a database's complaint on as a 500."""
    for name in ("x", "1e9", "999999999999999999999", "%F0%9F%98%80"):
        for collection in ("parcels", "events", "roads"):
            answer = await ogc.get(f"/collections/{collection}/items/{name}")
            assert answer.status_code == 404


def test_the_engine_reads_no_environment() -> None:
    """``pygeoapi.starlette_app`` does at import, and fails without its variables."""
    program = "import sys, geoloket.main.app; sys.exit('pygeoapi.starlette_app' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
