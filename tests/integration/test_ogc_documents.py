"""Landing page, conformance, collections, OpenAPI, schemas and their web pages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fixtures.standards import PARCELS, parcel_id

PAGES = [
    "",
    "/",
    "/conformance",
    "/openapi",
    "/collections",
    "/collections/catalogue",
    "/collections/catalogue/items",
    "/collections/catalogue/items/parcels",
    "/collections/catalogue/queryables",
    "/collections/catalogue/sortables",
    "/collections/catalogue/schema",
    "/dcat",
    "/collections/parcels",
    "/collections/parcels/items",
    f"/collections/parcels/items/{parcel_id(0)}",
    "/collections/parcels/queryables",
    "/collections/parcels/schema",
    "/collections/parcels/tiles",
    "/collections/parcels/tiles/WebMercatorQuad",
    "/tiles",
    "/tiles/WebMercatorQuad",
    "/tileMatrixSets",
    "/tileMatrixSets/WebMercatorQuad",
    "/tileMatrixSets/BPL72VL",
    "/tiles/BPL72VL",
    "/styles",
    "/styles/basiskaart/metadata",
    "/collections/parcels/styles",
    "/collections/parcels/styles/parcels/metadata",
]


FILES = ("application/geopackage", "application/flatgeobuf", "application/vnd.apache")


def links_in(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        own = document.get("links", [])
        return [*own, *(link for part in document.values() for link in links_in(part))]
    if isinstance(document, list):
        return [link for part in document for link in links_in(part)]
    return []


@pytest.mark.parametrize("path", [page for page in PAGES if page not in ("/openapi", "/dcat")])
async def test_every_link_leads_somewhere(ogc: httpx.AsyncClient, path: str) -> None:
    """Each link is complete, and answers with the type that it promises."""
    found = links_in((await ogc.get(path)).json())
    assert found or "tileMatrixSets/" in path or path.endswith(("ables", "schema"))
    for link in found:
        assert {"href", "rel", "type"} <= set(link)
        if link.get("templated") or not link["href"].startswith("http://loket.test/"):
            continue  # what is not here: the text of a licence, the name of a profile
        # Files take a while to make, which test_ogc_formats proves that they are.
        made = link["type"].startswith(FILES)
        answer = await (ogc.head if made else ogc.get)(link["href"])
        if answer.status_code == 204:  # a photo, where there is none yet
            assert "orthophotos" in link["href"]
            continue
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0], link


async def test_landing_page(ogc: httpx.AsyncClient) -> None:
    """/req/core/root-success; nothing is linked that is not there."""
    answer = await ogc.get("")
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    rels = {link["rel"] for link in document["links"]}
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= rels
    assert not re.search(r"TileMatrixSets|invalid", answer.text)
    assert document["title"]


async def test_collections(ogc: httpx.AsyncClient) -> None:
    """/req/core/fc-md-success, /req/crs/crs-uri-… and the extents."""
    document = (await ogc.get("/collections")).json()
    listed = {entry["id"]: entry for entry in document["collections"]}
    assert listed.pop("catalogue") == (await ogc.get("/collections/catalogue")).json()
    assert {"parcels", "addresses", "events", "permits"} <= set(listed)
    for name, entry in listed.items():
        one = (await ogc.get(f"/collections/{name}")).json()
        assert one == entry
        assert {"items", "self"} <= {link["rel"] for link in entry["links"]}
        assert entry["title"]
        assert entry["itemType"] == "feature"
        assert entry["crs"][0] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        assert entry["storageCrs"] == "http://www.opengis.net/def/crs/EPSG/0/31370"
        assert entry["storageCrs"] in entry["crs"]
        assert "storageCrsCoordinateEpoch" not in entry
    extent = listed["parcels"]["extent"]
    west, south, east, north = extent["spatial"]["bbox"][0]
    assert 3 < west < east < 4
    assert 51 < south < north < 52
    assert extent["temporal"]["interval"] == [["2020-01-01T00:00:00Z", "2020-01-30T23:59:59Z"]]
    assert listed["events"]["extent"]["temporal"]["interval"][0][1] is None
    assert "extent" not in listed["buildings"]


async def test_schema(ogc: httpx.AsyncClient) -> None:
    """OGC 23-058r1: each property of a feature is described, with its role."""
    answer = await ogc.get("/collections/parcels/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    properties = answer.json()["properties"]
    assert properties["id"]["x-ogc-role"] == "id"
    assert properties["geometry"]["format"] == "geometry-multipolygon"
    assert properties["geometry"]["x-ogc-role"] == "primary-geometry"
    places = [one["x-ogc-propertySeq"] for one in properties.values()]
    assert places == sorted(set(places))
    assert properties["valid_from"]["x-ogc-role"] == "primary-instant"
    assert properties["area_m2"]["x-ogc-unit"] == "m2"
    feature = (await ogc.get("/collections/parcels/items?limit=1")).json()["features"][0]
    assert set(feature["properties"]) == set(properties) - {"id", "geometry"}
    events = (await ogc.get("/collections/events/schema")).json()["properties"]
    assert events["starts"]["x-ogc-role"] == "primary-interval-start"
    assert events["ends"]["x-ogc-role"] == "primary-interval-end"


async def test_queryables(ogc: httpx.AsyncClient) -> None:
    """OGC 19-079r2 /req/queryables/…: a JSON Schema with what may be filtered on."""
    answer = await ogc.get("/collections/parcels/queryables")
    assert answer.headers["content-type"] == "application/schema+json"
    document = answer.json()
    assert document["type"] == "object"
    assert document["$id"] == "http://loket.test/ogc/collections/parcels/queryables"
    assert document["properties"]["capakey"] == {
        "title": "Capakey",
        "type": "string",
        "x-ogc-definition": document["properties"]["capakey"]["x-ogc-definition"],
    }


async def test_openapi(ogc: httpx.AsyncClient) -> None:
    """OpenAPI 3.0.3, whole in itself: each reference, parameter and operation is in order."""
    answer = await ogc.get("/openapi")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    assert document["openapi"] == "3.0.3"
    for reference in re.findall(r'"\$ref":\s*"([^"]*)"', answer.text):
        place: Any = document
        assert reference.startswith("#/")
        for key in reference[2:].split("/"):
            place = place[key]
    names: list[str] = []
    for path, item in document["paths"].items():
        names += [one["operationId"] for one in item.values()]
        if set(item) == {"post"}:
            assert path.endswith("/execution")
            continue
        given = [resolved(document, parameter) for parameter in item["get"]["parameters"]]
        assert all({"name", "in", "schema", "description"} <= set(one) for one in given)
        inside = {one["name"] for one in given if one["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        assert "200" in item["get"]["responses"]
        responses = [resolved(document, one) for one in item["get"]["responses"].values()]
        assert all(one["description"] for one in responses)
    assert len(names) == len(set(names))
    assert any(name.endswith(".collection.vector.getTile") for name in names)
    assert any(name.endswith("dataset.vector.getTile") for name in names)


def resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    place: Any = document
    for key in part["$ref"][2:].split("/"):
        place = place[key]
    return place


async def test_openapi_tells_the_truth(ogc: httpx.AsyncClient) -> None:
    """Every address is there, answers in the formats it lists, and takes what it describes."""
    document = (await ogc.get("/openapi")).json()
    place = {"featureId": parcel_id(0), "tileMatrix": "15", "tileRow": "0", "tileCol": "0"}
    place |= {"tileMatrixSetId": "WebMercatorQuad", "styleId": "basiskaart", "processId": "echo"}
    for path, item in document["paths"].items():
        if path.startswith("/collections/") and "/parcels" not in path:
            continue
        if "{jobId}" in path or "get" not in item:  # of a run, and what begins one
            continue
        given = [resolved(document, parameter) for parameter in item["get"]["parameters"]]
        address = re.sub(r"{(\w+)}", lambda found: place[found[1]], path)
        formats = next(one for one in given if one["name"] == "f")["schema"]["enum"]
        for name in formats:
            answer = await ogc.get(address, params={"f": name, "lang": "en"})
            assert answer.status_code in (200, 204), (address, name)
            kind = answer.headers["content-type"].split(";")[0]
            kinds = {one.split(";")[0] for one in item["get"]["responses"]["200"]["content"]}
            assert kind in kinds
    limit = document["components"]["parameters"]["limit"]["schema"]
    assert (limit["default"], limit["minimum"], limit["maximum"]) == (10, 1, 10_000)


DATA = ("application/json", "application/ld+json")
"""Types of script that are blocks of data, which no browser runs."""


class Page(HTMLParser):
    """What a page asks a browser to fetch, and what the policy would forbid."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.inline: list[str] = []
        self.headings = 0
        self.language: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang")
        self.headings += tag == "h1"
        if tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.fetched.append(given["src"] or "")
        if tag == "link" and given.get("rel") in ("stylesheet", "icon"):
            self.fetched.append(given["href"] or "")
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(tag)
        if tag == "script" and not given.get("src") and given.get("type") not in DATA:
            self.inline.append(tag)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_page(ogc: httpx.AsyncClient, path: str, language: str) -> None:
    """A page in the look of the site that asks nothing of anybody else."""
    asked = {"accept": "text/html,*/*;q=0.8", "accept-language": language}
    answer = await ogc.get(path, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    page = Page(answer.text)
    assert (page.language or "").startswith(language)
    assert page.headings == 1
    assert not page.inline
    assert all(not urlsplit(address).netloc for address in page.fetched)
    chosen = await ogc.get(path, params={"f": "html", "lang": language})
    assert Page(chosen.text).language == page.language


async def test_page_of_items_leads_to_the_next(ogc: httpx.AsyncClient) -> None:
    address, seen = "/collections/parcels/items?f=html", set[str]()
    while address:
        text = (await ogc.get(address)).text
        seen |= set(re.findall(r"/items/(99001A\d{4}-00A000)", text))
        found = re.search(r'href="([^"]*cursor[^"]*)" rel="next"', text)
        address = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == PARCELS


async def test_languages(ogc: httpx.AsyncClient) -> None:
    for given, title in (("nl-BE, en;q=0.5", "Percelen"), ("en", "Parcels"), ("fr", "Percelen")):
        answer = await ogc.get("/collections/parcels", headers={"accept-language": given})
        assert answer.json()["title"] == title
    chosen = await ogc.get("/collections/parcels?lang=en", headers={"accept-language": "nl"})
    assert (chosen.json()["title"], chosen.headers["content-language"]) == ("Parcels", "en")
    assert {"Accept", "Accept-Language"} <= set(re.findall(r"[\w-]+", chosen.headers["vary"]))


async def test_nothing_acceptable(ogc: httpx.AsyncClient) -> None:
    answer = await ogc.get("/collections", headers={"accept": "image/png"})
    assert answer.status_code == 406


@pytest.mark.parametrize("host", ["evil.test/x", "a b", '"><script>', "a@b", ""])
async def test_strange_hosts_are_not_copied(ogc: httpx.AsyncClient, host: str) -> None:
    answer = await ogc.get("", headers={"host": host})
    assert answer.status_code in (200, 400)
    assert not host or host not in answer.text


async def test_problems_are_in_the_asked_language(ogc: httpx.AsyncClient) -> None:
    answer = await ogc.get("/collections/x", headers={"accept-language": "en"})
    assert json.loads(answer.content)["title"] == "Not found"
