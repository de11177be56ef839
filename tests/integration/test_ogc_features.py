"""OGC API Features: pages of features and single ones (OGC 17-069r4, 18-058r1, 19-079r2)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fixtures.standards import CANARY, ODD, PARCELS, parcel_id
from psycopg import connect

EPSG = "http://www.opengis.net/def/crs/EPSG/0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
ITEMS = "/collections/parcels/items"


def rels(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for link in document["links"]:
        assert {"href", "rel", "type"} <= set(link)
        found.setdefault(link["rel"], []).append(link)
    return found


async def ids(ogc: httpx.AsyncClient, collection: str, **given: str) -> list[str]:
    answer = await ogc.get(f"/collections/{collection}/items", params={"limit": "100", **given})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["numberMatched"] == document["numberReturned"] == len(document["features"])
    return [feature["id"] for feature in document["features"]]


async def test_a_page(ogc: httpx.AsyncClient) -> None:
    answer = await ogc.get(ITEMS)
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    assert (document["numberMatched"], document["numberReturned"]) == (PARCELS, 10)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["timeStamp"])
    links = rels(document)
    assert {"self", "alternate", "next", "collection"} <= set(links)
    assert links["self"][0]["type"] == "application/geo+json"
    assert {"text/html", "application/ld+json"} <= {link["type"] for link in links["alternate"]}
    first = document["features"][0]
    assert (first["type"], first["id"]) == ("Feature", parcel_id(0))
    assert first["geometry"]["type"] == "MultiPolygon"
    assert first["properties"]["capakey"] == "99001A0000/00A000"
    assert first["properties"]["maintainer"] == ODD


@pytest.mark.parametrize("limit", [1, 4, 9, 27, 100])
async def test_next_links_reach_every_feature_once(ogc: httpx.AsyncClient, limit: int) -> None:
    address, seen = f"{ITEMS}?limit={limit}", list[str]()
    while address:
        document = (await ogc.get(address)).json()
        assert document["numberMatched"] == PARCELS
        seen += [feature["id"] for feature in document["features"]]
        address = next((link["href"] for link in rels(document).get("next", [])), "")
    assert len(seen) == len(set(seen)) == PARCELS
    assert seen == sorted(seen)


async def test_next_link_keeps_the_question(ogc: httpx.AsyncClient) -> None:
    given = {"limit": "2", "division": "99001", "crs": f"{EPSG}/31370", "offset": "1", "lang": "en"}
    document = (await ogc.get(ITEMS, params=given)).json()
    following = parse_qs(urlsplit(rels(document)["next"][0]["href"]).query)
    kept = {name: values[0] for name, values in following.items()}
    assert {name: kept.get(name) for name in given} == given | {"offset": None}
    assert "cursor" in kept


async def test_offset(ogc: httpx.AsyncClient) -> None:
    everything = await ids(ogc, "parcels")
    answer = (await ogc.get(ITEMS, params={"offset": "20", "limit": "5"})).json()
    assert [feature["id"] for feature in answer["features"]] == everything[20:25]
    beyond = (await ogc.get(ITEMS, params={"offset": "10000000"})).json()
    assert (beyond["features"], beyond["numberMatched"]) == ([], PARCELS)


async def test_limit_is_capped_not_refused(ogc: httpx.AsyncClient) -> None:
    assert (await ogc.get(ITEMS, params={"limit": "999999999"})).json()["numberReturned"] == PARCELS


@pytest.mark.parametrize(
    ("box", "system"),
    [
        ("70000,211000,70085,211040", "31370"),
        ("570000,711000,570083,711050", "3812"),
    ],
)
async def test_box_in_lambert(ogc: httpx.AsyncClient, box: str, system: str) -> None:
    found = await ids(ogc, "parcels", bbox=box, **{"bbox-crs": f"{EPSG}/{system}"})
    assert found == [parcel_id(number) for number in (0, 1, 2)]


async def test_box_is_one_place_in_every_system(ogc: httpx.AsyncClient) -> None:
    one = (await ogc.get(f"{ITEMS}/{parcel_id(5)}")).json()
    ring = one["geometry"]["coordinates"][0][0]
    x, y = sum(p[0] for p in ring[:4]) / 4, sum(p[1] for p in ring[:4]) / 4
    lonlat = f"{x},{y},{x},{y}"
    assert await ids(ogc, "parcels", bbox=lonlat) == [parcel_id(5)]
    assert await ids(ogc, "parcels", bbox=lonlat, **{"bbox-crs": CRS84}) == [parcel_id(5)]
    swapped = {"bbox": f"{y},{x},{y},{x}", "bbox-crs": f"{EPSG}/4326"}
    assert await ids(ogc, "parcels", **swapped) == [parcel_id(5)]


async def test_box_over_the_antimeridian(ogc: httpx.AsyncClient) -> None:
    assert len(await ids(ogc, "parcels", bbox="170,50,5,52")) == PARCELS
    assert await ids(ogc, "parcels", bbox="170,50,-170,52") == []


async def test_huge_box_in_another_lambert_is_quick(ogc: httpx.AsyncClient) -> None:
    box = {"bbox": "-1e9,-1e9,1e9,1e9", "bbox-crs": f"{EPSG}/3812"}
    assert len(await ids(ogc, "parcels", **box)) == PARCELS
    outside = {"bbox": "-1e9,-1e9,-1e8,-1e8", "bbox-crs": f"{EPSG}/3812"}
    assert await ids(ogc, "parcels", **outside) == []


async def test_feature_without_geometry_is_in_every_box(ogc: httpx.AsyncClient) -> None:
    """/req/core/fc-bbox-response C."""
    assert await ids(ogc, "events", bbox="0,0,1,1") == ["e3"]


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2020-01-01", [0]),
        ("2020-01-01T23:00:00Z", [0]),
        ("2020-01-28/..", [27, 28, 29]),
        ("../2020-01-02", [0, 1]),
        ("2020-01-06/2020-01-07", [5, 6]),
        ("2031-01-01", []),
    ],
)
async def test_datetime_of_days(ogc: httpx.AsyncClient, moment: str, found: list[int]) -> None:
    assert await ids(ogc, "parcels", datetime=moment) == [parcel_id(n) for n in found]


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-05-01T09:59:59Z", []),
        ("2026-05-01", ["e/1"]),
        ("2026-05-02T00:00:00Z", ["e/1"]),
        ("2026-05-03T20:00:01Z/..", ["e3"]),
        ("2030-01-01", ["e3"]),
        ("..", None),
        ("../..", ["e/1", "e3"]),
    ],
)
async def test_datetime_of_intervals(
    ogc: httpx.AsyncClient, moment: str, found: list[str] | None
) -> None:
    if found is None:
        answer = await ogc.get("/collections/events/items", params={"datetime": moment})
        assert answer.status_code == 400
    else:
        assert await ids(ogc, "events", datetime=moment) == found


async def test_queryables_are_parameters(ogc: httpx.AsyncClient) -> None:
    """OGC 19-079r2 /req/queryables-query-parameters/parameters."""
    document = (await ogc.get("/collections/parcels/queryables")).json()
    assert document["additionalProperties"] is False
    assert "maintainer" not in document["properties"]
    assert len(await ids(ogc, "parcels", division="99001")) == 9
    assert len(await ids(ogc, "parcels", version="2", division="99002")) == 6
    assert await ids(ogc, "parcels", valid_from="2020-01-05") == [parcel_id(4)]
    assert await ids(ogc, "parcels", capakey="' OR 1=1 --") == []
    refused = await ogc.get(ITEMS, params={"maintainer": "x"})
    assert refused.json()["type"] == "/problems/unknown-parameter"


@pytest.mark.parametrize(
    ("uri", "first", "digits"),
    [
        (CRS84, (3.2, 51.2), 7),
        (f"{EPSG}/4326", (51.2, 3.2), 7),
        (f"{EPSG}/3857", (358_000, 6_660_000), 2),
        (f"{EPSG}/31370", (70_000, 211_000), 2),
        (f"{EPSG}/3812", (570_000, 711_000), 2),
    ],
)
async def test_crs(
    ogc: httpx.AsyncClient, uri: str, first: tuple[float, float], digits: int
) -> None:
    """OGC 18-058r1: the axis order is that of the authority."""
    page = await ogc.get(ITEMS, params={"crs": uri, "limit": "1"})
    one = await ogc.get(f"{ITEMS}/{parcel_id(0)}", params={"crs": uri})
    assert page.headers["content-crs"] == one.headers["content-crs"] == f"<{uri}>"
    geometry = page.json()["features"][0]["geometry"]
    assert geometry == one.json()["geometry"]
    point = geometry["coordinates"][0][0][0]
    assert point == pytest.approx(first, rel=0.01)
    assert all(round(number, digits) == number for number in point)


async def test_one_feature(ogc: httpx.AsyncClient) -> None:
    answer = await ogc.get(f"{ITEMS}/{parcel_id(7)}")
    assert answer.headers["content-type"] == "application/geo+json"
    links = rels(answer.json())
    assert {"self", "alternate", "collection"} <= set(links)
    page = (await ogc.get(ITEMS, params={"limit": "100"})).json()
    listed = next(one for one in page["features"] if one["id"] == parcel_id(7))
    one = answer.json()
    assert one["geometry"] == listed["geometry"]
    assert listed["properties"].items() <= one["properties"].items()


async def test_retired_feature_is_resolved_and_not_listed(ogc: httpx.AsyncClient) -> None:
    assert parcel_id(3) not in await ids(ogc, "parcels")
    one = await ogc.get(f"{ITEMS}/{parcel_id(3)}")
    assert one.json()["properties"]["retired_on"] == "2024-05-06"
    assert "2024-05-06" in (await ogc.get(f"{ITEMS}/{parcel_id(3)}?f=html")).text


async def test_id_with_a_slash(ogc: httpx.AsyncClient) -> None:
    one = await ogc.get("/collections/events/items/e%2F1")
    assert one.json()["id"] == "e/1"
    own = rels(one.json())["self"][0]["href"]
    assert own.startswith("http://loket.test/ogc/collections/events/items/e%2F1")
    assert (await ogc.get(own)).json()["id"] == "e/1"


@pytest.mark.parametrize(
    "question",
    [
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=1.5",
        "limit=1&limit=2",
        "offset=-1",
        "offset=10000001",
        "offset=99999999999999999999",
        "cursor=%21",
        "bbox=1,2,3",
        "bbox=",
        "bbox=3,51,4,nan",
        "bbox-crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "bbox=1,2,3,4&bbox-crs=EPSG:9999",
        "crs=EPSG:9999",
        "crs=",
        "datetime=yesterday",
        "version=abc",
        "version=99999999999999999999999",
        "valid_from=2020-02-30",
        "capakey=%00",
        "f=xml",
        "f=html&crs=http://www.opengis.net/def/crs/EPSG/0/31370",
        "lang=fr",
        "unknown=1",
        "Limit=1",
    ],
)
async def test_what_cannot_be_used_is_refused(ogc: httpx.AsyncClient, question: str) -> None:
    """/req/core/query-param-unknown and /req/core/query-param-invalid."""
    answer = await ogc.get(f"{ITEMS}?{question}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/collections/nothing",
        "/collections/nothing/items",
        f"{ITEMS}/nothing",
        f"{ITEMS}/%00",
        "/collections/parcels%00/items",
        "/nothing",
        "/collections/parcels/nothing",
    ],
)
async def test_what_is_not_there(ogc: httpx.AsyncClient, path: str) -> None:
    answer = await ogc.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_errors_can_be_read_from_another_origin(ogc: httpx.AsyncClient) -> None:
    for path in (f"{ITEMS}?unknown=1", "/collections/nothing"):
        assert (await ogc.get(path)).headers.get("access-control-allow-origin") == "*"


async def test_head(ogc: httpx.AsyncClient) -> None:
    for path in ("", "/collections", ITEMS, f"{ITEMS}/{parcel_id(0)}", "/openapi"):
        got, head = await ogc.get(path), await ogc.head(path)
        assert head.status_code == got.status_code == 200
        assert head.headers["content-type"] == got.headers["content-type"]


async def test_other_methods_are_refused(ogc: httpx.AsyncClient) -> None:
    answer = await ogc.post(ITEMS, json={})
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/{parcel_id(0)}", f"{ITEMS}?f=html"])
async def test_unchanged_answers_are_not_sent_again(ogc: httpx.AsyncClient, path: str) -> None:
    first = await ogc.get(path)
    tag = first.headers["etag"]
    again = await ogc.get(path, headers={"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert (await ogc.get(path, headers={"if-none-match": '"x"'})).status_code == 200
    english = await ogc.get(path, headers={"accept-language": "en"})
    assert english.headers["etag"] != tag


async def test_a_change_is_seen_at_once(ogc: httpx.AsyncClient, standards_dsn: str) -> None:
    """Counts, extents and tags are remembered per version of the table.

    Who has made the change and asks so need not wait for the word of it to arrive (decision 0008).
    """
    before = await ogc.get("/collections/green/items")
    with connect(standards_dsn) as owner:
        owner.execute(
            "INSERT INTO geoloket.green (id, geom) VALUES "
            "('g1', ST_Multi(ST_MakeEnvelope(70000, 211000, 70010, 211010, 31370)))"
        )
    asked = {"if-none-match": before.headers["etag"], "cache-control": "no-cache"}
    after = await ogc.get("/collections/green/items", headers=asked)
    assert (before.json()["numberMatched"], after.json()["numberMatched"]) == (0, 1)
    described = (await ogc.get("/collections/green", headers=asked)).json()
    assert described["extent"]["spatial"]["bbox"][0][0] == pytest.approx(3.2, abs=0.1)
    with connect(standards_dsn) as owner:  # the rows are read by other tests too
        owner.execute("DELETE FROM geoloket.green")
    gone = await ogc.get("/collections/green/items", headers=asked)
    assert gone.json()["numberMatched"] == 0


async def test_linked_data(ogc: httpx.AsyncClient) -> None:
    page = await ogc.get("/collections/events/items?f=jsonld")
    assert page.headers["content-type"] == "application/ld+json"
    document = page.json()
    assert "@context" in document
    assert [one["name"] for one in document["rdfs:member"]] == [ODD, "Ergens"]
    assert (await ogc.get("/collections/events/items/e3?f=jsonld")).json()["name"] == "Ergens"


async def test_pages_escape_what_they_show(ogc: httpx.AsyncClient) -> None:
    for path in ("/collections/events/items?f=html", "/collections/events/items/e%2F1?f=html"):
        answer = await ogc.get(path)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "Kermis &lt;b&gt;&amp;&lt;/b&gt;" in answer.text
        assert "<b>" not in answer.text


async def test_staff_is_nowhere(ogc: httpx.AsyncClient) -> None:
    """A staff layer does not exist for a visitor; staff fields and rows are in no answer."""
    paths = ["", "/collections", "/openapi", "/conformance", "/tiles", "/tiles/WebMercatorQuad"]
    paths += [f"/collections/{name}/{part}" for name in ("events", "permits")
              for part in ("items", "schema", "queryables")]  # fmt: skip
    for path in paths:
        for f in ("json", "html"):
            text = (await ogc.get(path, params={"f": f})).text
            assert CANARY not in text
            assert not {"housing_inspections", "organiser", "applicant"} & set(
                re.findall(r"\w+", text)
            )
    hidden = ["", "/items", f"/items/{CANARY}", "/schema", "/queryables", "/tiles"]
    for part in hidden:
        assert (await ogc.get(f"/collections/housing_inspections{part}")).status_code == 404
    assert (await ogc.get("/collections/events/items/e2")).status_code == 404
    refused = await ogc.get("/collections/events/items", params={"organiser": CANARY})
    assert refused.status_code == 400


async def test_preflight_of_a_browser(ogc: httpx.AsyncClient) -> None:
    answer = await ogc.options(ITEMS, headers={"origin": "https://elsewhere.test"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "if-none-match" in answer.headers["access-control-allow-headers"]
