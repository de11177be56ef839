"""Order (OGC 24-030): sortables, sortby on several columns, nulls last, and next links with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fixtures.varied import EVENTS, PARCELS

ITEMS = "/collections/parcels/items"


async def ids(varied: httpx.AsyncClient, **given: str) -> list[str]:
    answer = await varied.get(ITEMS, params={"limit": "1000", **given})
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def ordered(*keys: str) -> list[str]:
    """Ids in that order, worked out here: nulls last in either direction, the id decides."""
    rows = sorted(PARCELS, key=lambda row: row["id"])
    for key in reversed(keys):
        name, down = key.removeprefix("-"), key.startswith("-")
        known = [row for row in rows if row[name] is not None]
        known.sort(key=lambda row: row[name], reverse=down)
        if down:  # reversed keeps what is equal in its place, which sort does as well
            known.sort(key=lambda row: row[name], reverse=True)
        rows = known + [row for row in rows if row[name] is None]
    return [row["id"] for row in rows]


ORDERS = [
    ("area_m2",),
    ("-area_m2",),
    ("version", "-area_m2"),
    ("-division", "valid_from", "-version"),
    ("fiscal_date",),
    ("-valid_from",),
    ("-parcel_label",),
    ("parcel_label", "-area_m2"),
    ("-id",),
    ("division", "-id"),
]


@pytest.mark.parametrize("keys", ORDERS, ids=",".join)
async def test_sortby(varied: httpx.AsyncClient, keys: tuple[str, ...]) -> None:
    """/req/sorting/sortby-response."""
    assert await ids(varied, sortby=",".join(keys)) == ordered(*keys)


async def test_plus_is_up(varied: httpx.AsyncClient) -> None:
    """/req/sorting/sortby-definition B; a plus that was not escaped is a space."""
    up = ordered("area_m2", "section")
    assert await ids(varied, sortby="+area_m2,+section") == up
    answer = await varied.get(f"{ITEMS}?limit=1000&sortby=+area_m2,section")
    assert [feature["id"] for feature in answer.json()["features"]] == up


@pytest.mark.parametrize("limit", ["1", "7", "59", "60"])
@pytest.mark.parametrize("keys", ORDERS, ids=",".join)
async def test_next_links_keep_the_order(
    varied: httpx.AsyncClient, keys: tuple[str, ...], limit: str
) -> None:
    found: list[str] = []
    address = f"{ITEMS}?limit={limit}&sortby={','.join(keys)}"
    while address:
        document = (await varied.get(address)).json()
        assert document["numberMatched"] == len(PARCELS)
        found += [feature["id"] for feature in document["features"]]
        address = next((link["href"] for link in document["links"] if link["rel"] == "next"), "")
    assert found == ordered(*keys)


async def test_order_of_a_selection(varied: httpx.AsyncClient) -> None:
    given = {"filter": "section = 'A'", "sortby": "-area_m2", "offset": "2", "limit": "5"}
    chosen = [row["id"] for row in PARCELS if row["section"] == "A"]
    expected = [name for name in ordered("-area_m2") if name in chosen]
    assert await ids(varied, **given) == expected[2:7]


async def test_order_of_instants(varied: httpx.AsyncClient) -> None:
    given = {"sortby": "-ends", "limit": "2"}
    address, found = f"/collections/events/items?{httpx.QueryParams(given)}", list[str]()
    while address:
        document = (await varied.get(address)).json()
        found += [feature["id"] for feature in document["features"]]
        address = next((link["href"] for link in document["links"] if link["rel"] == "next"), "")
    known = sorted((row for row in EVENTS if row["ends"]), key=lambda row: row["ends"])
    unknown = [row["id"] for row in EVENTS if not row["ends"]]
    assert found == [row["id"] for row in reversed(known)] + unknown


async def test_sortables(varied: httpx.AsyncClient) -> None:
    """/req/sortables/… of OGC 24-030 and 23-058r1: linked, described, and each can be used."""
    collection = (await varied.get("/collections/parcels")).json()
    assert collection["defaultSortOrder"] == ["id"]
    rel = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
    links = [link for link in collection["links"] if link["rel"] == rel]
    assert {link["type"] for link in links} == {"application/schema+json", "text/html"}
    answer = await varied.get(links[0]["href"])
    assert answer.headers["content-type"] == "application/schema+json"
    document: dict[str, Any] = answer.json()
    assert document["$id"] == "http://loket.test/ogc/collections/parcels/sortables"
    assert (document["type"], document["additionalProperties"]) == ("object", False)
    assert "geometry" not in document["properties"]
    for name, described in document["properties"].items():
        assert described["type"] in ("string", "integer", "number", "boolean")
        assert len(await ids(varied, sortby=f"-{name}")) == len(PARCELS)
    parameter = await parameter_of(varied, "sortby")
    assert parameter["style"] == "form"
    assert parameter["explode"] is False
    assert parameter["schema"]["items"]["pattern"] == r"^[+-]?[^+\-\s].*$"
    usable = {key.lstrip("+-") for key in parameter["schema"]["items"]["enum"]}
    assert usable == set(document["properties"])


async def parameter_of(varied: httpx.AsyncClient, name: str) -> dict[str, Any]:
    document = (await varied.get("/openapi")).json()
    listed = document["paths"]["/collections/parcels/items"]["get"]["parameters"]
    return next(one for one in listed if one.get("name") == name)


@pytest.mark.parametrize(
    "text",
    ["", ",", "-", "area_m2,", "nothing", "maintainer", "organiser", "geometry", "--area_m2",
     "area_m2,-area_m2", "area_m2 DESC", "retired_on", "id,id"],
)  # fmt: skip
async def test_what_cannot_be_ordered_by_is_refused(varied: httpx.AsyncClient, text: str) -> None:
    answer = await varied.get(ITEMS, params={"sortby": text})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "sortby"


async def test_a_cursor_belongs_to_its_order(varied: httpx.AsyncClient) -> None:
    document = (await varied.get(ITEMS, params={"sortby": "area_m2"})).json()
    [link] = [link["href"] for link in document["links"] if link["rel"] == "next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]
    for given in ({}, {"sortby": "-area_m2"}, {"sortby": "area_m2,version"}):
        answer = await varied.get(ITEMS, params={**given, "cursor": cursor})
        assert answer.status_code == 400
        assert answer.json()["parameter"] == "cursor"
