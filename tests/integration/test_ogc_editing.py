"""OGC API Features Part 4, by the abstract tests of the draft (20-002r1) and what is ours."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import httpx
import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import HERE, Loket, Rogue

from geoloket.access import Duty, person
from geoloket.database import connect
from geoloket.embedded import OWNER

pytestmark = pytest.mark.xdist_group("sign-in")

COLLECTION = "/ogc/collections/housing_inspections"
ITEMS = f"{COLLECTION}/items"
GEOJSON = {"content-type": "application/geo+json"}
MERGE = {"content-type": "application/merge-patch+json"}
OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}
JORIS = person("joris", "Joris Wouters", [Duty.STAFF, Duty.HOUSING])
LAMBERT_72 = "http://www.opengis.net/def/crs/EPSG/0/31370"

LAMBERT_2008 = "http://www.opengis.net/def/crs/EPSG/0/3812"
WRONG = (b"", b"{", b"[]", b"1", b"\xff", b'{"type":"FeatureCollection"}', b"[" * 9000)


@pytest.fixture(scope="module")
def people_dsn(server: Dsn, template: str) -> Iterator[str]:
    with copied(server, template) as name:
        yield server(OWNER, name)


@pytest.fixture(scope="module")
async def clients(counter: Loket, rogue_process: Rogue) -> AsyncGenerator[dict[str, Any]]:
    """A program that may write, one that may read, a visitor, and somebody at a browser."""
    rogue_process.tell()
    desk = counter.hall.access_tokens
    assert desk
    browser = counter.browser()
    await browser.sign_in("joris")
    browser.client.headers.update(OURS)
    found = {"browser": browser.client, "visitor": counter.browser().client}
    for name, writes in (("writer", True), ("reader", False)):
        token = await desk.make(
            JORIS, name, ["housing_inspections"], 30, purpose="inspection", writes=writes
        )
        found[name] = counter.browser().client
        found[name].headers["authorization"] = f"Bearer {token}"
    yield found
    for one in found.values():
        await one.aclose()


@pytest.fixture
def writer(clients: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return clients["writer"]


def feature(number: str = "WK-1", **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [3.2262, 51.2104]},
        "properties": {"case_number": number, "status": "requested", **more},
    }


async def made(client: httpx.AsyncClient, number: str = "WK-1", **more: Any) -> str:
    answer = await client.post(ITEMS, content=json.dumps(feature(number, **more)), headers=GEOJSON)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].removeprefix(HERE)


async def test_conf_create_replace_delete_options(clients: dict[str, httpx.AsyncClient]):
    place = await made(clients["writer"])
    for who in ("writer", "browser"):
        items = await clients[who].options(ITEMS)
        assert (items.status_code, items.headers["allow"]) == (200, "GET, HEAD, POST, OPTIONS")
        assert "application/geo+json" in items.headers["accept-post"]
        item = await clients[who].options(place)
        assert item.headers["allow"] == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
        assert item.headers["accept-patch"] == "application/merge-patch+json"
    for who in ("reader", "visitor"):
        for path in (ITEMS, place, "/ogc/collections/parcels/items"):
            assert (await clients[who].options(path)).headers["allow"] == "GET, HEAD, OPTIONS"


async def test_conf_create_replace_delete_create(writer: httpx.AsyncClient):
    place = await made(writer, "WK-2", defects_1=3)
    answer = await writer.get(place)
    assert answer.status_code == 200
    found = answer.json()
    assert place.endswith(f"/{found['id']}")
    assert found["properties"]["case_number"] == "WK-2"
    assert found["properties"]["defects_1"] == 3
    assert found["geometry"]["coordinates"] == pytest.approx([3.2262, 51.2104], abs=1e-6)
    named = await writer.post(ITEMS, content=json.dumps(feature() | {"id": "x"}), headers=GEOJSON)
    assert named.status_code == 201
    assert await made(writer) != place


async def test_conf_content_types(writer: httpx.AsyncClient):
    """…/create-content-type, replace-content-type, update-content-type: 400 without one."""
    place = await made(writer)
    body = json.dumps(feature()).encode()
    for method, path in (("POST", ITEMS), ("PUT", place), ("PATCH", place)):
        assert (await writer.request(method, path, content=body)).status_code == 400
        for kind in ("text/plain", "application/xml", "application/geo+jsonx"):
            answer = await writer.request(
                method, path, content=body, headers={"content-type": kind}
            )
            assert answer.status_code == 415
        for wrong in (
            b"",
            b"{",
            b"[]",
            b"1",
            b"\xff",
            b'{"type":"FeatureCollection"}',
            b"[" * 9000,
        ):
            answer = await writer.request(method, path, content=wrong, headers=GEOJSON)
            if method != "PATCH" or wrong[:2] != b'{"':
                assert answer.status_code in (400, 422), (method, wrong[:30])
                assert answer.headers["content-type"] == "application/problem+json"
        long = await writer.request(method, path, content=b" " * 2**21, headers=GEOJSON)
        assert long.status_code == 413


async def test_conf_create_replace_delete_replace(writer: httpx.AsyncClient):
    place = await made(writer, "WK-3", inspector="Noor")
    answer = await writer.put(place, content=json.dumps(feature("WK-4")), headers=GEOJSON)
    assert answer.status_code == 204
    found = (await writer.get(place)).json()
    assert found["properties"]["case_number"] == "WK-4"
    assert found["properties"]["inspector"] is None
    other = json.dumps(feature() | {"id": "another"})
    assert (await writer.put(place, content=other, headers=GEOJSON)).status_code == 422
    read = await writer.get(place)
    again = await writer.put(place, content=read.content, headers=GEOJSON)
    assert again.status_code == 204, "what is read can be sent back"
    absent = await writer.put(f"{ITEMS}/absent", content=json.dumps(feature()), headers=GEOJSON)
    assert absent.status_code == 404
    headers = GEOJSON | {"if-match": '"xyz"'}
    absent = await writer.put(f"{ITEMS}/absent", content=json.dumps(feature()), headers=headers)
    assert absent.status_code == 404
    assert (await writer.get(f"{ITEMS}/absent")).status_code == 404


async def test_conf_create_replace_delete_delete(writer: httpx.AsyncClient):
    place = await made(writer)
    before = (await writer.get(f"{ITEMS}?resulttype=hits")).json()["numberMatched"]
    assert (await writer.delete(place)).status_code == 204
    assert (await writer.get(place)).status_code == 404
    after = (await writer.get(f"{ITEMS}?resulttype=hits")).json()["numberMatched"]
    assert after == before - 1
    assert (await writer.delete(place)).status_code == 404


async def test_conf_update_update(writer: httpx.AsyncClient):
    place = await made(writer, "WK-5", inspector="Noor")
    before = (await writer.get(place)).json()
    patch = {"properties": {"inspector": None, "defects_2": 1}}
    answer = await writer.patch(place, content=json.dumps(patch), headers=MERGE)
    assert answer.status_code == 204
    found = (await writer.get(place)).json()
    assert found["properties"] == before["properties"] | patch["properties"]
    assert found["geometry"] == before["geometry"]
    moved = {"geometry": {"coordinates": [3.23, 51.21]}}
    assert (await writer.patch(place, content=json.dumps(moved), headers=MERGE)).status_code == 204
    assert (await writer.get(place)).json()["geometry"]["coordinates"] == pytest.approx(
        [3.23, 51.21], abs=1e-6
    )
    nowhere = await writer.patch(place, content='{"geometry":null}', headers=MERGE)
    assert nowhere.status_code == 204
    assert (await writer.get(place)).json()["geometry"] is None
    other = await writer.patch(place, content='{"id":"another"}', headers=MERGE)
    assert other.status_code == 422


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_conf_optimistic_locking_etags(clients: dict[str, httpx.AsyncClient], method: str):
    """…/get-etag, replace, update, delete: 412 for another tag, 428 where one must be sent."""
    writer, browser = clients["writer"], clients["browser"]
    place, neighbour = await made(writer), await made(writer)
    read = await browser.get(place)
    tag = read.headers["etag"]
    assert tag.startswith('"')
    other = (await browser.get(place, params={"crs": LAMBERT_72, "f": "jsonfg"})).headers["etag"]
    await writer.patch(neighbour, content='{"properties":{"status":"scheduled"}}', headers=MERGE)
    assert (await browser.get(place)).headers["etag"] == tag, "that of this feature alone"
    content = None if method == "DELETE" else json.dumps(feature("WK-9"))
    kind = MERGE if method == "PATCH" else GEOJSON
    for wrong in ('"0"', f"W/{tag}", '""', "x"):
        answer = await browser.request(
            method, place, content=content, headers=kind | {"if-match": wrong}
        )
        assert answer.status_code == 412, wrong
    assert (await browser.get(place)).content == read.content
    missing = await browser.request(method, place, content=content, headers=kind)
    assert missing.status_code == 428
    for kept in (tag, f'"0", {tag}', f'{tag[:-1]}-zstd"', "*", other):
        at = await made(writer)
        own = (await browser.get(at)).headers["etag"]
        right = kept.replace(tag[1:33], own[1:33])
        answer = await browser.request(
            method, at, content=content, headers=kind | {"if-match": right}
        )
        assert answer.status_code == 204, right
        assert method == "DELETE" or answer.headers["etag"][1:33] not in right
    assert (await writer.request(method, place, content=content, headers=kind)).status_code == 204


async def test_conf_features_crs(writer: httpx.AsyncClient):
    sent = feature()
    sent["geometry"]["coordinates"] = [70255.7, 211840.2]
    for given in (LAMBERT_72, f"<{LAMBERT_72}>"):
        headers = GEOJSON | {"content-crs": given}
        answer = await writer.post(ITEMS, content=json.dumps(sent), headers=headers)
        assert answer.status_code == 201, answer.text
        found = await writer.get(answer.headers["location"], params={"crs": LAMBERT_72})
        assert found.json()["geometry"] == sent["geometry"]
    for given, status in (
        ("EPSG:4171", 400),
        ("<x>", 400),
        ("http://www.opengis.net/def/crs/EPSG/0/3812", 422),
    ):
        headers = GEOJSON | {"content-crs": given}
        answer = await writer.post(ITEMS, content=json.dumps(sent), headers=headers)
        assert answer.status_code == status
    assert (await writer.post(ITEMS, content=json.dumps(sent), headers=GEOJSON)).status_code == 422


async def test_conf_features_schema(writer: httpx.AsyncClient):
    schema = (await writer.get(f"{COLLECTION}/schema")).json()
    assert schema["additionalProperties"] is False
    for name in ("nothing", "id", "is_public", "geom_3857"):
        answer = await writer.post(
            ITEMS, content=json.dumps(feature(**{name: "x"})), headers=GEOJSON
        )
        assert answer.status_code == 422, name
        assert name in answer.json()["detail"]


async def test_only_who_may_edit_is_told_that_it_can_be_done(
    clients: dict[str, httpx.AsyncClient],
):
    for who, told in (("writer", True), ("browser", True), ("reader", False), ("visitor", False)):
        classes = (await clients[who].get("/ogc/conformance")).json()["conformsTo"]
        assert any("features-4" in one for one in classes) is told, who
        document = (await clients[who].get("/ogc/openapi?f=json")).json()
        methods = {
            f"{path} {method}"
            for path, item in document["paths"].items()
            for method in item
            if method in ("put", "patch", "delete") and "/items" in path
        }
        assert bool(methods) is told, who
        assert not any("/parcels/" in one or "/events/" in one for one in methods)


async def test_others_change_nothing(clients: dict[str, httpx.AsyncClient]):
    place = await made(clients["writer"])
    body = json.dumps(feature())
    for method, path in (("POST", ITEMS), ("PUT", place), ("PATCH", place), ("DELETE", place)):
        visitor = await clients["visitor"].request(method, path, content=body, headers=GEOJSON)
        assert visitor.status_code == 404
        reader = await clients["reader"].request(method, path, content=body, headers=GEOJSON)
        assert (reader.status_code, reader.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        elsewhere = path.replace("housing_inspections", "parcels")
        for who in ("visitor", "writer"):
            answer = await clients[who].request(method, elsewhere, content=body, headers=GEOJSON)
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        forged = GEOJSON | {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        answer = await clients["browser"].request(method, path, content=body, headers=forged)
        assert answer.status_code == 403
    assert (await clients["writer"].get(place)).status_code == 200


async def test_who_and_why_are_kept(clients: dict[str, httpx.AsyncClient], people_dsn: str):
    place = await made(clients["writer"])
    headers = MERGE | {"geoloket-reason": "na%20klacht%20van%20de%20buren%20%E2%82%AC"}
    await clients["writer"].patch(
        place, content='{"properties":{"status":"scheduled"}}', headers=headers
    )
    with connect(people_dsn) as owner:
        row = owner.execute(
            "SELECT subject, token, reason, after ->> 'status' AS status FROM history.changes "
            "ORDER BY id DESC LIMIT 1"
        ).fetchone()
        noted = owner.execute(
            "SELECT deed, records FROM audit.entries ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    assert row
    assert (row["subject"], row["status"]) == ("joris", "scheduled")
    assert row["reason"] == "na klacht van de buren €"
    token = clients["writer"].headers["authorization"].split("_")[1]
    assert row["token"] == token
    assert noted == {"deed": "change", "records": [place.rsplit("/", 1)[1]]}
