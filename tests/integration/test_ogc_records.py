"""OGC API Records Part 1 (OGC 20-004r1): each test is named after the requirement it holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fixtures.openapi import Described
from fixtures.standards import CANARY

from geoloket.access import VISITOR
from geoloket.features import Period
from geoloket.licences import licence
from geoloket.registry import LayerRegistry
from ogc.records import search as searching
from ogc.records.entries import Entry, around
from ogc.records.record import geometry, time
from ogc.records.search import Search, search
from ogc.state import Seen

CATALOGUE = "/collections/catalogue"
ITEMS = f"{CATALOGUE}/items"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
PUBLIC = {name for name, layer in LayerRegistry.read().items() if layer.visibility == "public"}


async def found(ogc: httpx.AsyncClient, **given: str) -> list[str]:
    """Ids of the records that a question selects, in order."""
    answer = await ogc.get(ITEMS, params=given)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    ids = [record["id"] for record in document["features"]]
    assert document["numberReturned"] == len(ids)
    return ids


def rels(document: dict[str, Any]) -> list[str]:
    return [link["rel"] for link in document["links"]]


# -- record core --------------------------------------------------------------------------------


async def test_record_core_mandatory_properties(ogc: httpx.AsyncClient) -> None:
    """/req/record-core/mandatory-properties-record: also where there is no place and no time."""
    records = (await ogc.get(ITEMS)).json()["features"]
    for record in records:
        assert {"id", "type", "geometry", "time", "properties", "links"} <= set(record)
        assert record["id"]
        assert record["properties"]["type"] == "dataset"
        assert record["properties"]["title"]
    known = {record["id"]: record for record in records}
    assert known["buildings"]["geometry"] is None
    assert known["buildings"]["time"] is None
    assert known["parcels"]["geometry"]["type"] == "Polygon"
    assert known["parcels"]["time"] == {"interval": ["2020-01-01", "2020-01-30"]}
    begin, end = known["events"]["time"]["interval"]
    assert begin.endswith("Z")
    assert end == ".."


async def test_record_core_links(ogc: httpx.AsyncClient) -> None:
    """/req/record-core/links: one link to the catalogue; and to all that the collection offers."""
    record = (await ogc.get(f"{ITEMS}/parcels")).json()
    assert rels(record).count("collection") == 1
    assert rels(record).count("self") == 1
    offered = (await ogc.get("/collections/parcels")).json()["links"]
    for link in offered:
        if link["rel"] not in ("self", "alternate", "root"):
            assert link in record["links"]
    media = {link["type"] for link in record["links"] if link["rel"] in ("items", "enclosure")}
    assert media == {one["mediaType"] for one in record["properties"]["formats"]}


async def test_record_core_license(ogc: httpx.AsyncClient) -> None:
    """/req/record-core/license: without an SPDX code it is ``other``, and a link leads to it."""
    record = (await ogc.get(f"{ITEMS}/parcels")).json()
    assert record["properties"]["license"] == "other"
    [link] = [link for link in record["links"] if link["rel"] == "license"]
    assert link["title"] == "Gratis open data licentie Vlaanderen"
    own = (await ogc.get(f"{ITEMS}/permits")).json()
    [link] = [link for link in own["links"] if link["rel"] == "license"]
    assert link["href"] == licence("Modellicentie gratis hergebruik").uri


async def test_record_core_contact(ogc: httpx.AsyncClient) -> None:
    """/req/record-core/contact: a link of a contact is ``about`` and has a type."""
    [contact] = (await ogc.get(f"{ITEMS}/parcels")).json()["properties"]["contacts"]
    assert contact["organization"]
    assert [(link["rel"], link["type"]) for link in contact["links"]] == [("about", "text/html")]


async def test_record_core_default_mediatype(ogc: httpx.AsyncClient) -> None:
    """/req/record-core/default-mediatype, /req/json/record-response and record-content."""
    for path in (ITEMS, f"{ITEMS}/parcels"):
        answer = await ogc.get(path)
        assert answer.headers["content-type"] == "application/geo+json"
        profiles = [link for link in answer.json()["links"] if link["rel"] == "profile"]
        assert [link["href"] for link in profiles] == [
            "http://www.opengis.net/def/profile/OGC/0/ogc-record"
        ]


async def test_record_languages(ogc: httpx.AsyncClient) -> None:
    """/rec/record-core/record-lang: the record tells its language, and which others there are."""
    for code, title, other in (("nl", "Percelen", "en"), ("en", "Parcels", "nl")):
        properties = (await ogc.get(f"{ITEMS}/parcels?lang={code}")).json()["properties"]
        assert properties["title"] == title
        assert properties["language"]["code"] == code
        assert [one["code"] for one in properties["languages"]] == [other]


# -- record collection --------------------------------------------------------------------------


async def test_record_collection_mandatory_properties(ogc: httpx.AsyncClient) -> None:
    """/req/record-collection/mandatory-properties-collection, itemType and default-mediatype."""
    answer = await ogc.get(CATALOGUE)
    assert answer.headers["content-type"] == "application/ogc-catalog+json"
    document = answer.json()
    assert document["id"] == "catalogue"
    assert document["type"] == "Collection"
    assert document["itemType"] == "record"
    assert document["title"]
    assert document["license"] == "CC0-1.0"
    parcels = (await ogc.get("/collections/parcels")).json()["extent"]["spatial"]["bbox"][0]
    west, south, east, north = document["extent"]["spatial"]["bbox"][0]
    assert west <= parcels[0] < parcels[2] <= east
    assert south <= parcels[1] < parcels[3] <= north


async def test_record_collection_links(ogc: httpx.AsyncClient) -> None:
    """/req/record-collection/links and links-records."""
    document = (await ogc.get(CATALOGUE)).json()
    assert rels(document).count("self") == 1
    assert {"alternate", "items", f"{REL}/queryables", f"{REL}/sortables"} <= set(rels(document))
    page = (await ogc.get(f"{CATALOGUE}?f=html")).headers["content-type"]
    assert page == "text/html; charset=utf-8"


# -- records API --------------------------------------------------------------------------------


async def test_records_api_responses(ogc: httpx.AsyncClient) -> None:
    """/req/records-api/catalogs-response, records-op and record-op."""
    listed = (await ogc.get("/collections")).json()["collections"]
    [catalogue] = [one for one in listed if one["itemType"] == "record"]
    assert catalogue["id"] == "catalogue"
    assert set(await found(ogc, limit="100")) == PUBLIC
    for name in PUBLIC:
        assert (await ogc.get(f"{ITEMS}/{name}")).json()["id"] == name
    for name in ("housing_inspections", "nothing", "catalogue", "a/b", "%00"):
        assert (await ogc.get(f"{ITEMS}/{name}")).status_code == 404


async def test_records_api_query_params(ogc: httpx.AsyncClient) -> None:
    """/req/records-api/query-params: all predicates hold together."""
    assert await found(ogc, q="percelen", themes="REGI") == ["parcels"]
    assert await found(ogc, q="percelen", themes="TRAN") == []
    assert await found(ogc, themes="TRAN") == ["panoramas", "streets", "roads", "occupations"]
    assert await found(ogc, keywords="kermis,beek") == ["events", "water"]
    assert await found(ogc, title="Percelen") == ["parcels"]
    assert await found(ogc, license="CC0-1.0") == []


async def test_pages_reach_every_record_once(ogc: httpx.AsyncClient) -> None:
    """/req/core/fc-links: ``next`` leads on, in the order that was asked."""
    address, seen, page = f"{ITEMS}?limit=3&sortby=-id&lang=en", list[str](), dict[str, Any]()
    while address:
        page = (await ogc.get(address)).json()
        assert page["numberMatched"] == len(PUBLIC)
        seen += [record["id"] for record in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = following[0] if following else ""
        assert "lang=en" in address or not address
    assert seen == sorted(PUBLIC, reverse=True)
    assert "prev" in rels(page)


# -- query parameters ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ("PERCELEN", ["parcels"]),
        ("capakey", []),
        ("wegdek,beek", ["water", "roads"]),
        ("kadastrale \t percelen", ["parcels"]),
        ("percelen kadastrale", []),
        ("regios en steden", []),
        ("coördinaat", []),
        ("vervoersnetwerken", ["streets", "roads"]),
        ("bijgebouwen.", ["buildings"]),
        ("(", []),
    ],
)
async def test_query_q(ogc: httpx.AsyncClient, q: str, ids: list[str]) -> None:
    """/req/record-core-query-parameters/q-definition and q-response: words, phrases, either."""
    assert await found(ogc, q=q) == ids


async def test_query_q_is_of_the_language(ogc: httpx.AsyncClient) -> None:
    assert await found(ogc, q="cadastral", lang="en") == ["parcels"]
    assert await found(ogc, q="cadastral", lang="nl") == []
    assert await found(ogc, q="KADASTRÄLE") == ["parcels"]


async def test_query_bbox(ogc: httpx.AsyncClient) -> None:
    """/req/record-core-query-parameters/bbox: what has no place is found by every box."""
    west, south, east, north = (await ogc.get(CATALOGUE)).json()["extent"]["spatial"]["bbox"][0]
    inside = await found(ogc, bbox=f"{west},{south},{east},{north}", limit="100")
    assert set(inside) == PUBLIC
    elsewhere = set(await found(ogc, bbox="10,10,11,11", limit="100"))
    assert elsewhere == PUBLIC - {"parcels", "events"}
    around_the_world = set(await found(ogc, bbox="170,10,-170,60", limit="100"))
    assert around_the_world == elsewhere
    across = set(await found(ogc, bbox="170,-60,4,60", limit="100"))
    assert across == PUBLIC
    flat = set(await found(ogc, bbox=f"{west},{south},0,{east},{north},9", limit="100"))
    assert flat == PUBLIC


@pytest.mark.parametrize(
    ("asked", "parcels", "events"),
    [
        ("2020-01-15", True, False),
        ("../2019-12-31", False, False),
        ("2020-01-30T23:00:00Z/..", True, True),
        ("2020-01-31/..", False, True),
        ("2026-05-01T10:00:00Z", False, True),
        ("2030-01-01/2031-01-01", False, True),
    ],
)
async def test_query_datetime(
    ogc: httpx.AsyncClient, asked: str, parcels: bool, events: bool
) -> None:
    """/req/record-core-query-parameters/datetime, with open sides of either."""
    ids = await found(ogc, datetime=asked, limit="100")
    assert ("parcels" in ids, "events" in ids) == (parcels, events)
    assert "buildings" in ids


async def test_query_limit(ogc: httpx.AsyncClient) -> None:
    """/req/record-core-query-parameters/limit."""
    assert len(await found(ogc, limit="2")) == 2
    assert len(await found(ogc, limit="99999")) == len(PUBLIC)
    assert await found(ogc, limit="2", offset="99") == []


async def test_query_ids_and_type(ogc: httpx.AsyncClient) -> None:
    """/req/record-core-query-parameters/ids-response and type-response."""
    assert await found(ogc, ids="water,parcels,housing_inspections") == ["parcels", "water"]
    assert await found(ogc, type="service") == []
    assert set(await found(ogc, type="service,dataset", limit="100")) == PUBLIC


def test_query_external_ids() -> None:
    """/req/record-core-query-parameters/externalIds-response: value, scheme and value, scheme."""
    entry = an_entry()
    known = [{"scheme": "wis", "value": "7"}, {"value": "https://example.org/x"}]
    record = {"id": "x", "properties": {"type": "dataset", "externalIds": known}}
    for wanted, fits in (
        ("7", True),
        ("wis:7", True),
        ("wis", True),
        ("wis:", True),
        ("https://example.org/x", True),
        ("gdi:7", False),
        ("8,9", False),
    ):
        assert search({"externalIds": wanted}).selects(entry, record) is fits, wanted


async def test_query_empty_value(ogc: httpx.AsyncClient) -> None:
    """/req/record-core-query-parameters/empty-value: it is as if it were not there."""
    empty = dict.fromkeys((*searching.FILTERS, *searching.QUERYABLES, "sortby"), "")
    assert set(await found(ogc, **empty, limit="100")) == PUBLIC
    assert await found(ogc, **empty, limit="") == await found(ogc)


@pytest.mark.parametrize(
    "given",
    [
        {"unknown": "1"},
        {"bbox": "1,2,3"},
        {"bbox": "5,1,6,x"},
        {"datetime": "yesterday"},
        {"limit": "0"},
        {"offset": "-1"},
        {"sortby": "geometry"},
        {"sortby": "title,,"},
        {"crs": "http://www.opengis.net/def/crs/EPSG/0/31370"},
        {"q": "\0"},
        {"f": "csv"},
    ],
)
async def test_what_cannot_be_used_is_refused(
    ogc: httpx.AsyncClient, given: dict[str, str]
) -> None:
    assert (await ogc.get(ITEMS, params=given)).status_code == 400


# -- sorting ------------------------------------------------------------------------------------


async def test_sorting(ogc: httpx.AsyncClient) -> None:
    """/req/sorting/sortby-param, sortby-response and defaultSortOrder-definition."""
    titles = [one["properties"]["title"] for one in (await ogc.get(ITEMS)).json()["features"]]
    assert titles == sorted(titles, key=str.casefold)
    order = (await ogc.get(CATALOGUE)).json()["defaultSortOrder"]
    assert order == [{"field": "title", "direction": "asc"}]
    assert await found(ogc, sortby="id", limit="100") == sorted(PUBLIC)
    assert await found(ogc, sortby="+id", limit="100") == sorted(PUBLIC)
    assert (await ogc.get(f"{ITEMS}?sortby=+id")).json()["features"][0]["id"] == "addresses"
    assert await found(ogc, sortby="type,-id", limit="100") == sorted(PUBLIC, reverse=True)


async def test_sortables(ogc: httpx.AsyncClient) -> None:
    """/req/sorting/get-sortables-op and get-sortables-success."""
    answer = await ogc.get(f"{CATALOGUE}/sortables?lang=en")
    assert answer.headers["content-type"] == "application/schema+json"
    document = answer.json()
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"http://loket.test/ogc{CATALOGUE}/sortables"
    assert document["type"] == "object"
    assert document["additionalProperties"] is False
    assert set(document["properties"]) == set(searching.SORTABLES)
    for name, described in document["properties"].items():
        assert described["type"] == "string"
        assert await found(ogc, sortby=name)


async def test_schema_and_queryables(ogc: httpx.AsyncClient) -> None:
    schema = (await ogc.get(f"{CATALOGUE}/schema")).json()["properties"]
    for record in (await ogc.get(ITEMS)).json()["features"]:
        assert set(record["properties"]) <= set(schema) - {"id", "geometry"}
    queryables = (await ogc.get(f"{CATALOGUE}/queryables")).json()["properties"]
    assert {*searching.QUERYABLES, "type", "id", "geometry"} == set(queryables)


# -- encodings, discovery, OpenAPI --------------------------------------------------------------


async def test_json(ogc: httpx.AsyncClient) -> None:
    """/req/json/record-content, catalog-content: as the OpenAPI document describes them."""
    described = Described((await ogc.get("/openapi")).json())
    for path in (CATALOGUE, ITEMS, f"{ITEMS}/parcels", f"{ITEMS}/buildings", f"{ITEMS}/events"):
        described.check(await ogc.get(path))


async def test_html(ogc: httpx.AsyncClient) -> None:
    """/req/html/content: a page has all that the record has, and a search without script."""
    record = (await ogc.get(f"{ITEMS}/parcels")).json()
    page = (await ogc.get(f"{ITEMS}/parcels?f=html")).text
    listed = (await ogc.get(f"{ITEMS}?f=html&limit=100")).text
    told = record["properties"]
    for text in (page, listed):
        for value in (told["title"], told["description"], told["rights"], *told["keywords"]):
            assert value in text
        for theme in told["themes"]:
            assert all(f'href="{concept["url"]}"' in text for concept in theme["concepts"])
        for format_ in told["formats"]:
            assert format_["name"] in text
    for link in record["links"]:
        is_this_page = link["rel"] == "alternate" and link["type"] == "text/html"
        if link["rel"] not in ("self", "profile") and not is_this_page:
            assert f'href="{link["href"].replace("&", "&amp;")}"' in page, link
    assert re.search(
        r'<form class="search"[^>]*action="[^"]*/catalogue/items" method="get">', listed
    )
    searched = (await ogc.get(f"{ITEMS}?f=html&lang=en&q=<cadastral>,parcels")).text
    assert 'value="&lt;cadastral&gt;,parcels"' in searched
    nothing = (await ogc.get(f"{ITEMS}?f=html&lang=en&q=zzz")).text
    assert "No dataset found" in nothing


async def test_autodiscovery(ogc: httpx.AsyncClient) -> None:
    """/req/autodiscovery/links: documents and the page of the service lead to the search."""
    rel = f"{REL}/ogc-catalog"
    for path in ("", "/collections"):
        links = (await ogc.get(path)).json()["links"]
        assert f"http://loket.test/ogc{ITEMS}" in [
            one["href"] for one in links if one["rel"] == rel
        ]
    assert f'rel="{rel}"' in (await ogc.get("?f=html")).text


async def test_oas30(ogc: httpx.AsyncClient) -> None:
    """/req/oas30/oas30: each parameter as the standard defines it, each format answered."""
    described = Described((await ogc.get("/openapi")).json())
    known = described.parameters(ITEMS)
    for name in ("q", "type", "ids", "externalIds", "sortby"):
        assert known[name]["schema"]["type"] == "array"
        assert known[name]["explode"] is False
    assert known["externalIds"]["schema"]["items"]["pattern"] == "([^:]+:)?[^:]+"
    assert set(known) == {*searching.PARAMETERS, "f", "lang"}
    for path in (CATALOGUE, ITEMS, f"{ITEMS}/{{recordId}}", f"{CATALOGUE}/sortables", "/dcat"):
        for name in described.parameters(path)["f"]["schema"]["enum"]:
            answer = await ogc.get(path.replace("{recordId}", "water"), params={"f": name})
            described.check(answer)


# -- access, caches, odd layers -----------------------------------------------------------------


async def test_nothing_of_staff(ogc: httpx.AsyncClient) -> None:
    """No record, count, keyword, sort or text of what a visitor may not see."""
    for path in (CATALOGUE, ITEMS, f"{ITEMS}?q=woningcontrole", "/dcat", "/dcat?f=ttl"):
        for name in ("json", "html"):
            separator = "&" if "?" in path else "?"
            given = "" if path.startswith("/dcat") else f"{separator}f={name}"
            text = (await ogc.get(path + given)).text
            assert "housing_inspections" not in text
            assert "conformiteitsattest" not in text
            assert CANARY not in text
    assert await found(ogc, q="woningcontrole") == []


async def test_not_modified(ogc: httpx.AsyncClient) -> None:
    """A client that has this version is told so; another language or question is another one."""
    tags = set[str]()
    for path in (CATALOGUE, ITEMS, f"{ITEMS}?q=x", f"{ITEMS}?lang=en", f"{ITEMS}/parcels"):
        tag = (await ogc.get(path)).headers["etag"]
        again = await ogc.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        tags.add(tag)
    assert len(tags) == 5


def an_entry(box: Any = None, period: Period | None = None) -> Entry:
    layer = LayerRegistry.read()["parcels"]
    now = datetime.now(UTC)
    state: Any = type("State", (), {"version": 1, "changed_at": now, "dated": True})()
    return Entry(Seen(layer, VISITOR, state, "", now), box, period)


def test_places_without_width() -> None:
    assert geometry((1, 2, 1, 2)) == {"type": "Point", "coordinates": [1, 2]}
    assert geometry((1, 2, 1, 3)) == {"type": "LineString", "coordinates": [[1, 2], [1, 3]]}
    assert geometry(None) is None
    assert time(Period(None, None)) is None
    assert around([an_entry()]) is None
    assert around([an_entry((1, 2, 3, 4)), an_entry((0, 3, 2, 9))]) == (0, 2, 3, 9)


def test_a_search_selects_everything_by_itself() -> None:
    record = {"id": "x", "properties": {"type": "dataset"}}
    assert Search().selects(an_entry(), record)
