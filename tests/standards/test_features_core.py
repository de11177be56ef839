"""Abstract tests of OGC API Features Part 1: Core (OGC 17-069r4, annex A), each by its name.

A test runs over the small odd rows and over the invented town; where the annex says "for every
feature collection", it runs for each.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import shapely
from fixtures.collections import (
    COLLECTIONS,
    CRS84,
    LAYERS,
    MANY,
    SPATIAL,
    SPEC,
    Json,
    address_of,
    asked,
    assert_complete,
    features,
    linked,
    names,
    some,
)
from fixtures.openapi import Described, plain
from shapely.geometry import box, shape

GEOJSON = "application/geo+json"
BELGIUM = box(2.3, 49.4, 6.5, 51.6)
each = pytest.mark.parametrize("collection", COLLECTIONS)
each_spatial = pytest.mark.parametrize("collection", SPATIAL)
each_in_time = pytest.mark.parametrize(
    "collection", [name for name in COLLECTIONS if LAYERS[name].time_fields]
)


# --- General, and where everything starts -----------------------------------------------------


async def test_ats_core_http(client: httpx.Client) -> None:
    """HTTP 1.1, over a real socket."""
    paths = ["", "/conformance", "/openapi", "/collections"]
    paths += [f"/collections/{name}/items" for name in COLLECTIONS]
    for path in paths:
        answer = client.get(f"/ogc{path}")
        assert (answer.http_version, answer.status_code) == ("HTTP/1.1", 200)


@each_spatial
async def test_ats_core_crs84(api: httpx.AsyncClient, collection: str) -> None:
    """Without being asked for another, coordinates are longitude and latitude."""
    answer = await api.get(f"/collections/{collection}/items", params={"limit": str(MANY)})
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    for feature in answer.json()["features"]:
        geometry = feature["geometry"]
        assert geometry is None or BELGIUM.contains(shape(geometry)), feature["id"]


@pytest.mark.parametrize("path", ["", "/"])
async def test_ats_core_root_op(api: httpx.AsyncClient, described: Described, path: str) -> None:
    answer = await api.get(path)
    assert answer.status_code == 200
    described.check(answer)


async def test_ats_core_root_success(api: httpx.AsyncClient) -> None:
    document = await asked(api, "")
    assert_complete(document)
    assert linked(document, "service-desc") or linked(document, "service-doc")
    assert linked(document, "conformance")
    assert linked(document, "data")


async def test_ats_core_api_definition_op(api: httpx.AsyncClient) -> None:
    landing = await asked(api, "")
    for link in linked(landing, "service-desc") + linked(landing, "service-doc"):
        answer = await api.get(link["href"], headers={"accept": link["type"]})
        assert answer.status_code == 200
        assert plain(answer.headers["content-type"]) == plain(link["type"])


async def test_ats_core_api_definition_success(api: httpx.AsyncClient) -> None:
    """Valid OpenAPI 3.0; see also ``test_openapi.py``."""
    [link] = linked(await asked(api, ""), "service-desc")
    answer = await api.get(link["href"])
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["openapi"].startswith("3.0.")


async def test_ats_core_conformance_op(api: httpx.AsyncClient, described: Described) -> None:
    addresses = {link["href"] for link in linked(await asked(api, ""), "conformance")}
    for address in {*addresses, "/conformance"}:
        answer = await api.get(address)
        assert answer.status_code == 200
        described.check(answer)


async def test_ats_core_conformance_success(api: httpx.AsyncClient) -> None:
    classes = (await asked(api, "/conformance"))["conformsTo"]
    assert f"{SPEC}/ogcapi-features-1/1.0/conf/core" in classes
    assert len(classes) == len(set(classes))
    assert all(re.fullmatch(r"http://www\.opengis\.net/spec/\S+/conf/\S+", one) for one in classes)


# --- Collections ------------------------------------------------------------------------------


async def test_ats_core_fc_md_op(api: httpx.AsyncClient, described: Described) -> None:
    answer = await api.get("/collections")
    assert answer.status_code == 200
    described.check(answer)


async def test_ats_core_fc_md_success(api: httpx.AsyncClient) -> None:
    document = await asked(api, "/collections")
    assert sorted(one["id"] for one in of_features(document)) == COLLECTIONS
    for entry in document["collections"]:
        assert "crs" not in entry or entry["crs"][0] == CRS84


async def test_ats_core_fc_md_links(api: httpx.AsyncClient) -> None:
    document = await asked(api, "/collections")
    assert_complete(document)
    assert len(linked(document, "self")) == 1
    assert {"text/html"} <= {link["type"] for link in linked(document, "alternate")}


async def test_ats_core_fc_md_items(api: httpx.AsyncClient) -> None:
    """Every feature collection is listed, with its id and its links."""
    for entry in (await asked(api, "/collections"))["collections"]:
        assert entry["id"]
        assert entry["links"]
        assert entry.get("itemType", "feature") in ("feature", "record")


async def test_ats_core_fc_md_items_links(api: httpx.AsyncClient) -> None:
    """A link to the items in each format, with rel and type."""
    for entry in (await asked(api, "/collections"))["collections"]:
        assert_complete(entry)
        types = {link["type"] for link in linked(entry, "items")}
        assert {GEOJSON, "text/html"} <= types


@each
async def test_ats_core_fc_md_extent(api: httpx.AsyncClient, collection: str) -> None:
    """All spatial and temporal geometries are inside the extents."""
    entry = await asked(api, f"/collections/{collection}")
    found = await features(api, collection)
    extent = entry.get("extent", {})
    located = [shape(one["geometry"]) for one in found if one["geometry"]]
    assert ("spatial" in extent) == bool(located)
    if located:
        west, south, east, north = extent["spatial"]["bbox"][0]
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        around = box(west, south, east, north).buffer(1e-6)
        assert around.contains(shapely.union_all(shapely.envelope(located)))
    periods = [period for one in found if (period := lasting(collection, one))]
    assert ("temporal" in extent) == bool(periods)
    if periods:
        [[begin, end]] = extent["temporal"]["interval"]
        first, last = moment(begin, FIRST), moment(end, LAST)
        assert all(first <= start and whole(stop) <= last for start, stop in periods)


@each
async def test_ats_core_sfc_md_op(
    api: httpx.AsyncClient, described: Described, collection: str
) -> None:
    answer = await api.get(f"/collections/{collection}")
    assert answer.status_code == 200
    described.check(answer)


async def test_ats_core_sfc_md_success(api: httpx.AsyncClient) -> None:
    """The same as in the list: id, title, description, extent."""
    for entry in (await asked(api, "/collections"))["collections"]:
        one = await asked(api, f"/collections/{entry['id']}")
        for part in ("id", "title", "description", "extent", "crs", "storageCrs", "itemType"):
            assert one.get(part) == entry.get(part), part


# --- Features: parameters ---------------------------------------------------------------------


UNUSABLE = ("limit=unlimited", "limit=0", "bbox=1,2", "datetime=2020-13-01", "f=nothing")


@each
async def test_ats_core_query_param_invalid(
    api: httpx.AsyncClient, described: Described, collection: str
) -> None:
    for question in UNUSABLE:
        answer = await api.get(f"/collections/{collection}/items?{question}")
        assert answer.status_code == 400, question
        described.check(answer)


@each
async def test_ats_core_query_param_unknown(
    api: httpx.AsyncClient, described: Described, collection: str
) -> None:
    for part in ("", "/items", "/queryables", "/schema"):
        answer = await api.get(f"/collections/{collection}{part}?ooga=booga")
        assert answer.status_code == 400, part
        described.check(answer)


@each
async def test_ats_core_fc_op(
    api: httpx.AsyncClient, described: Described, collection: str
) -> None:
    """The features are there, and a box and a time together select what each of them does."""
    answer = await api.get(f"/collections/{collection}/items")
    assert answer.status_code == 200
    described.check(answer)
    half = {"bbox": await western_half(api, collection), "datetime": "2020-01-10/.."}
    alone = [set(await names(api, collection, **{name: value})) for name, value in half.items()]
    assert set(await names(api, collection, **half)) == alone[0] & alone[1]


@each
async def test_ats_core_fc_bbox_definition(described: Described, collection: str) -> None:
    given = described.parameters(f"/collections/{collection}/items")["bbox"]
    assert_query_parameter(given, "array")
    schema = given["schema"]
    assert schema["items"] == {"type": "number"}
    # 17-069r4: an array of four or six numbers, told by both or by oneOf.
    sizes = [(one.get("minItems"), one.get("maxItems")) for one in (schema, *schema["oneOf"])]
    assert {(4, 4), (6, 6)} <= set(sizes)


@each_spatial
async def test_ats_core_fc_bbox_response(api: httpx.AsyncClient, collection: str) -> None:
    """What intersects, and what has no geometry; nothing else."""
    corners = await western_half(api, collection)
    west, south, east, north = map(float, corners.split(","))
    inside = box(west, south, east, north)
    found = set(await names(api, collection, bbox=corners))
    for feature in await features(api, collection):
        place = feature["geometry"] and shape(feature["geometry"])
        if place is None:
            assert feature["id"] in found
        elif place.distance(inside) > ROUNDING:
            assert feature["id"] not in found
        elif place.intersects(inside.buffer(-ROUNDING)):
            assert feature["id"] in found


@each
async def test_ats_core_fc_limit_definition(described: Described, collection: str) -> None:
    given = described.parameters(f"/collections/{collection}/items")["limit"]
    assert_query_parameter(given, "integer")
    assert 1 <= given["schema"]["minimum"] <= given["schema"]["default"]
    assert given["schema"]["default"] <= given["schema"]["maximum"]


@each
@pytest.mark.parametrize("limit", [1, 7, 100, MANY + 1])
async def test_ats_core_fc_limit_response(
    api: httpx.AsyncClient, described: Described, collection: str, limit: int
) -> None:
    """Never more than asked, nor than the maximum of the document; as many as there are."""
    path = f"/collections/{collection}/items"
    schema = described.parameters(path)["limit"]["schema"]
    document = await asked(api, path, limit=str(limit))
    matched = document["numberMatched"]
    assert len(document["features"]) == min(limit, schema["maximum"], matched)


@each
async def test_ats_core_fc_time_definition(described: Described, collection: str) -> None:
    given = described.parameters(f"/collections/{collection}/items")["datetime"]
    assert_query_parameter(given, "string")


DAY = "2020-01-10"
TIMES = [
    "2020-01-10",
    "2020-01-10T12:00:00Z",
    "2020-01-10T12:00:00+02:00",
    "2020-01-10/2026-05-02",
    "2020-01-10T00:00:00Z/..",
    "2020-01-10T00:00:00Z/",
    "../2020-01-10",
    "/2020-01-10",
]


@each_in_time
@pytest.mark.parametrize("asked_time", TIMES)
async def test_ats_core_fc_time_response(
    api: httpx.AsyncClient, collection: str, asked_time: str
) -> None:
    """What the time of a feature intersects, and what has no time; nothing else."""
    begin, end = interval(asked_time)
    found = set(await names(api, collection, datetime=asked_time))
    for feature in await features(api, collection):
        period = lasting(collection, feature)
        meets = period is None or (period[0] <= end and period[1] >= begin)
        assert (feature["id"] in found) == meets, (feature["id"], period)


# --- Features: the answer ---------------------------------------------------------------------


@each
async def test_ats_core_fc_response(
    api: httpx.AsyncClient, described: Described, collection: str
) -> None:
    answer = await api.get(f"/collections/{collection}/items", params={"limit": "100"})
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    assert all(feature["type"] == "Feature" for feature in document["features"])
    described.check(answer)


@each
async def test_ats_core_fc_links(api: httpx.AsyncClient, collection: str) -> None:
    """Itself, its other formats, and the page that comes after."""
    document = await asked(api, f"/collections/{collection}/items", limit="1")
    assert_complete(document)
    [own] = linked(document, "self")
    assert own["type"] == GEOJSON
    assert "text/html" in {link["type"] for link in linked(document, "alternate")}
    assert bool(linked(document, "next")) == (document["numberMatched"] > 1)


@each
async def test_ats_core_fc_time_stamp(api: httpx.AsyncClient, collection: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    # A limit that nothing else asks for: an answer that is given again keeps its moment.
    document = await asked(api, f"/collections/{collection}/items", limit="997")
    assert before <= datetime.fromisoformat(document["timeStamp"]) <= datetime.now(UTC)


@each
@pytest.mark.parametrize("given", [{}, {"datetime": DAY}, {"bbox": "west"}], ids=str)
async def test_ats_core_fc_number_matched(
    api: httpx.AsyncClient, collection: str, given: dict[str, str]
) -> None:
    """As many as the pages hold together, each once."""
    if "bbox" in given:
        given = {"bbox": await western_half(api, collection)}
    everything = await names(api, collection, **given)
    address, seen, told = f"/collections/{collection}/items", list[str](), set[int]()
    question = {**given, "limit": str(max(1, len(everything) // 3))}
    while address:
        document = await asked(api, address, **question)
        told.add(document["numberMatched"])
        seen += [feature["id"] for feature in document["features"]]
        address = next((link["href"] for link in linked(document, "next")), "")
        question = {}
    assert told == {len(everything)}
    assert sorted(seen) == sorted(everything)
    assert len(set(seen)) == len(seen)


@each
@pytest.mark.parametrize("limit", [1, 10, MANY])
async def test_ats_core_fc_number_returned(
    api: httpx.AsyncClient, collection: str, limit: int
) -> None:
    document = await asked(api, f"/collections/{collection}/items", limit=str(limit))
    assert document["numberReturned"] == len(document["features"])


# --- One feature ------------------------------------------------------------------------------


@each
async def test_ats_core_f_op(api: httpx.AsyncClient, described: Described, collection: str) -> None:
    for feature in await some(api, collection):
        answer = await api.get(address_of(collection, feature))
        assert answer.status_code == 200
        described.check(answer)
    missing = await api.get(f"/collections/{collection}/items/not-there")
    assert missing.status_code == 404
    described.check(missing)


@each
async def test_ats_core_f_success(api: httpx.AsyncClient, collection: str) -> None:
    """The feature of the list, at its own address."""
    for feature in await some(api, collection):
        one = await asked(api, address_of(collection, feature))
        assert (one["type"], one["id"]) == ("Feature", feature["id"])
        assert one["geometry"] == feature["geometry"]
        assert feature["properties"].items() <= one["properties"].items()


@each
async def test_ats_core_f_links(api: httpx.AsyncClient, collection: str) -> None:
    for feature in await some(api, collection):
        one = await asked(api, address_of(collection, feature))
        assert_complete(one)
        assert [link["type"] for link in linked(one, "self")] == [GEOJSON]
        assert "text/html" in {link["type"] for link in linked(one, "alternate")}
        [home] = linked(one, "collection")
        assert urlsplit(home["href"]).path.endswith(f"/collections/{collection}")


# --- What the tests know of time and place ----------------------------------------------------

ROUNDING = 1e-6
"""Degrees: an answer has seven digits, the database has all of them."""


def of_features(document: Json) -> list[Json]:
    """The entries that are feature collections; the catalogue is another kind."""
    return [one for one in document["collections"] if one.get("itemType", "feature") == "feature"]


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def moment(text: str | None, otherwise: datetime, *, end: bool = False) -> datetime:
    """A date or an instant; of a date its last moment when ``end``."""
    if text in (None, "", ".."):
        return otherwise
    assert text
    value = datetime.fromisoformat(text)
    if len(text) == len("2020-01-01"):
        value = value.replace(tzinfo=UTC)
        return value + timedelta(days=1, microseconds=-1) if end else value
    return value.astimezone(UTC)


def interval(text: str) -> tuple[datetime, datetime]:
    first, slash, last = text.partition("/")
    return moment(first, FIRST), moment(last if slash else first, LAST, end=True)


def lasting(collection: str, feature: Json) -> tuple[datetime, datetime] | None:
    """First and last moment of a feature; None when it has no time."""
    fields = LAYERS[collection].time_fields
    given: list[Any] = [feature["properties"].get(name) for name in fields]
    if not any(given):
        return None
    return moment(given[0], FIRST), moment(given[-1], LAST, end=True)


def whole(instant: datetime) -> datetime:
    """An extent is told in whole seconds."""
    return instant.replace(microsecond=0)


async def western_half(api: httpx.AsyncClient, collection: str) -> str:
    """A box over half of a collection; one over nothing when it is empty."""
    entry = await asked(api, f"/collections/{collection}")
    if "spatial" not in entry.get("extent", {}):
        return "0,0,1,1"
    west, south, east, north = entry["extent"]["spatial"]["bbox"][0]
    return f"{west - 0.001},{south - 0.001},{(west + east) / 2 + 0.0001},{north + 0.001}"


def assert_query_parameter(given: Json, kind: str) -> None:
    """An optional parameter, written as a form without exploding."""
    assert (given["in"], given.get("required", False)) == ("query", False)
    assert (given["style"], given["explode"]) == ("form", False)
    assert given["schema"]["type"] == kind


def test_times_are_understood() -> None:
    """Of the helpers above, so that no test passes by misunderstanding."""
    assert interval("../2020-01-10") == (FIRST, datetime(2020, 1, 10, 23, 59, 59, 999999, UTC))
    assert interval("2020-01-10T12:00:00+02:00")[0] == datetime(2020, 1, 10, 10, tzinfo=UTC)
    assert parse_qs("a=1") == {"a": ["1"]}
