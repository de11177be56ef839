"""The STAC API: photos and panoramas as items, searched in every way, and nothing of staff."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.database import Dsn, copied
from fixtures.photos import Workbench, field, taken_in, write
from fixtures.server import inside, settings_for

from geoloket.database import connect
from geoloket.embedded import OWNER

Json = dict[str, Any]
STAC = "http://loket.test/stac"
PANORAMAS = 25


@pytest.fixture(scope="module")
async def stac(
    server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx.AsyncClient]:
    """Two photos, one of them in review; panoramas, of which one in five is not reviewed."""
    home = tmp_path_factory.mktemp("stac")
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        fill(dsn, home, tmp_path_factory.mktemp("scratch"))
        async with inside(dsn, home) as client:
            yield client


def fill(dsn: str, home: Path, scratch: Path) -> None:
    bench = Workbench(settings_for(dsn, home), dsn, scratch)
    for year, state in ((2024, "reviewed"), (2025, "in_review")):
        place = home / "incoming" / str(year) / "orthophoto.tif"
        write(place, field(nir=year - 1900))
        place.with_suffix(".json").write_text(json.dumps({"id": f"town-{year}", "year": year}))
        assert taken_in(bench, folder=str(year), review_state=state).taken == 1
    with connect(dsn) as owner:
        owner.execute(
            "INSERT INTO geoloket.panoramas (id, campaign, year, sequence, rank, captured_at, "
            "heading_deg, pitch_deg, roll_deg, camera, width, height, blurred, review_state, "
            "sha256, geom) "
            "SELECT 'p' || n, 'c1', 2021 + n %% 5, 's', n, timestamptz '2021-05-01T10:00Z' "
            "+ make_interval(years => n %% 5), n * 10, 1.5, -0.5, 'Zesoog', 4096, 2048, "
            "n %% 5 > 0, "
            "CASE WHEN n %% 5 > 0 THEN 'reviewed' ELSE 'staff' END, 'geheim' || n, "
            "ST_Point(70000 + n * 10, 211900, 31370) FROM generate_series(1, %s) AS n",
            [PANORAMAS],
        )
        owner.commit()


async def found(client: httpx.AsyncClient, **body: Any) -> Json:
    answer = await client.post(f"{STAC}/search", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(page: Json) -> list[str]:
    return [one["id"] for one in page["features"]]


async def test_landing_leads_everywhere(stac: httpx.AsyncClient) -> None:
    landing = (await stac.get(STAC)).json()
    assert landing["stac_version"] == "1.0.0"
    rels = {one["rel"] for one in landing["links"]}
    assert {"self", "root", "conformance", "data", "search", "service-desc", "child"} <= rels
    for one in landing["links"]:
        if one["rel"] != "service-doc":
            answer = await stac.get(one["href"])
            assert answer.status_code == 200, one
            assert answer.headers["content-type"].startswith(one["type"].split(";")[0])
    collections = (await stac.get(f"{STAC}/collections")).json()["collections"]
    assert {one["id"] for one in collections} == {"orthophotos", "panoramas"}


async def test_items_of_visitors_are_reviewed(stac: httpx.AsyncClient) -> None:
    everything = await found(stac, limit=1000)
    seen = ids(everything)
    assert "town-2024" in seen
    assert "town-2025" not in seen
    assert everything["numberMatched"] == len(seen) == 1 + PANORAMAS * 4 // 5
    for hidden in ("orthophotos/items/town-2025", "panoramas/items/p5"):
        assert (await stac.get(f"{STAC}/collections/{hidden}")).status_code == 404
    assert (
        await stac.get(f"{STAC}/collections/orthophotos/items/town-2025/photo.tif")
    ).status_code == 404
    assert "geheim" not in json.dumps(everything)


async def test_fields_of_an_item(stac: httpx.AsyncClient) -> None:
    one = (await stac.get(f"{STAC}/collections/panoramas/items/p1")).json()
    told = one["properties"]
    assert told["datetime"].startswith("2022-05-01T10:00:00")
    assert (told["view:azimuth"], told["pitch_deg"], told["proj:epsg"]) == (10, 1.5, 31370)
    assert told["pers:interior_orientation"]["field_of_view"] == 360
    assert one["assets"]["visual"]["href"] == "http://loket.test/beeld/p1/voorbeeld.jpg"
    photo = (await stac.get(f"{STAC}/collections/orthophotos/items/town-2024")).json()
    data = photo["assets"]["data"]
    assert [band["name"] for band in data["eo:bands"]] == ["red", "green", "blue", "nir"]
    assert photo["properties"]["proj:shape"] == [512, 512]
    assert photo["properties"]["gsd"] == 0.5
    whole = await stac.get(data["href"])
    assert len(whole.content) == data["file:size"]
    part = await stac.get(data["href"], headers={"range": "bytes=0-15"})
    assert (part.status_code, part.content) == (206, whole.content[:16])
    thumbnail = await stac.get(photo["assets"]["thumbnail"]["href"])
    assert thumbnail.headers["content-type"] == "image/jpeg"


async def test_pages_reach_every_item_once(stac: httpx.AsyncClient) -> None:
    for order in ([], [{"field": "datetime", "direction": "desc"}]):
        body: Json = {"limit": 4} | ({"sortby": order} if order else {})
        page, seen = await found(stac, **body), list[str]()
        while True:
            seen += ids(page)
            forward = [one for one in page["links"] if one["rel"] == "next"]
            if not forward:
                break
            page = await found(stac, **forward[0]["body"])
        assert len(seen) == len(set(seen)) == page["numberMatched"]
    address: str | None = f"{STAC}/collections/panoramas/items?limit=7"
    seen = []
    while address:
        page = (await stac.get(address)).json()
        seen += ids(page)
        address = next((one["href"] for one in page["links"] if one["rel"] == "next"), None)
    assert len(seen) == len(set(seen)) == PANORAMAS * 4 // 5


async def test_search(stac: httpx.AsyncClient) -> None:
    assert ids(await found(stac, ids=["p1", "p5", "town-2024"])) == ["town-2024", "p1"]
    assert ids(await found(stac, collections=["orthophotos"])) == ["town-2024"]
    year = await found(stac, datetime="2023-01-01T00:00:00Z/2023-12-31T00:00:00Z", limit=100)
    assert {one["properties"]["year"] for one in year["features"]} == {2023}
    assert ids(await found(stac, bbox=[0, 0, 1, 1])) == []
    [one] = (await found(stac, ids=["p3"]))["features"]
    x, y = one["geometry"]["coordinates"]
    ring = [[x - 1e-5, y - 1e-5], [x + 1e-5, y - 1e-5], [x + 1e-5, y + 1e-5], [x - 1e-5, y - 1e-5]]
    near = await found(stac, intersects={"type": "Polygon", "coordinates": [ring]})
    assert set(ids(near)) == {"p3", "town-2024"}


async def test_filter(stac: httpx.AsyncClient) -> None:
    """By STAC's names and by ours, as text and as JSON; who lacks a name is not searched."""
    given = {"filter": "view:azimuth > 200 AND year = 2022", "filter-lang": "cql2-text"}
    page = (await stac.get(f"{STAC}/search", params=given)).json()
    assert set(ids(page)) == {"p21"}
    same = {"op": ">", "args": [{"property": "properties.view:azimuth"}, 225]}
    assert set(ids(await found(stac, filter=same))) == {"p23", "p24"}
    assert ids(await found(stac, filter={"op": "<", "args": [{"property": "gsd"}, 1]})) == [
        "town-2024"
    ]


async def test_sort_and_fields(stac: httpx.AsyncClient) -> None:
    page = (
        await stac.get(f"{STAC}/search?sortby=-view:azimuth&limit=2&collections=panoramas")
    ).json()
    assert ids(page) == ["p24", "p23"]
    page = await found(stac, sortby=[{"field": "datetime", "direction": "desc"}], limit=100)
    moments = [one["properties"]["datetime"] for one in page["features"]]
    assert [one[:10] for one in moments] == sorted((one[:10] for one in moments), reverse=True)
    assert "town-2024" in ids(page)
    shown = await found(
        stac, fields={"include": ["properties.year"], "exclude": ["assets"]}, ids=["p1"]
    )
    [one] = shown["features"]
    assert one["properties"] == {"year": 2022}
    assert not {"assets", "geometry"} & one.keys()
    text = (await stac.get(f"{STAC}/search?fields=id,-geometry&ids=p1")).json()["features"][0]
    assert "geometry" not in text


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "bbox=1,2,3", "datetime=yesterday", "token=x", "token=panoramas:-1",
     "filter=secret=1", "filter=sha256='x'", "sortby=original_key", "colour=red", "intersects={",
     "filter-lang=sql", "filter=review_state%20LIKE"],
)  # fmt: skip
async def test_refused(stac: httpx.AsyncClient, query: str) -> None:
    answer = await stac.get(f"{STAC}/search?{query}")
    assert answer.status_code == 400, (query, answer.text[:200])
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    ["[]", "{", '{"limit": "5"}', '{"limit": true}', '{"colour": 1}', '{"ids": "p1"}',
     '{"ids": [1]}',
     '{"sortby": "x"}', '{"sortby": [{"field": 1}]}', '{"fields": []}', '{"intersects": 1}',
     '{"filter": "year = 2021"}', '{"filter": {"op": "no", "args": []}}', '{"bbox": [1, 2]}',
     '{"bbox": [0, 0, 1, 1], "intersects": {"type": "Point", "coordinates": [3, 51]}}',
     '{"intersects": {"type": "Point", "coordinates": [null]}}', '{"datetime": 5}'],
)  # fmt: skip
async def test_bodies_refused(stac: httpx.AsyncClient, body: str) -> None:
    answer = await stac.post(f"{STAC}/search", content=body)
    assert answer.status_code == 400, (body, answer.text[:200])


async def test_every_operation_is_described(stac: httpx.AsyncClient) -> None:
    document = (await stac.get(f"{STAC}/api")).json()
    assert {"get", "post"} <= document["paths"]["/search"].keys()
    named = {one["name"] for one in document["paths"]["/search"]["get"]["parameters"]}
    assert {"bbox", "fields", "sortby", "filter", "token"} <= named
