"""What search engines are told."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import datetime
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from fastapi import FastAPI
from fixtures.truth import Count

import web.sitemap
from geoloket.hall import Hall
from geoloket.language import LANGUAGES
from web.view import View
from web.words import BRUSSELS

SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def test_everything_with_a_page_is_in_it_in_both_languages(
    client: httpx.Client, live: str, counted: Count
):
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    urls = ET.fromstring(answer.content)  # noqa: S314  # our own
    addresses = [url.findtext(f"{SITE}loc", "").removeprefix(live) for url in urls]
    assert len(addresses) == len(set(addresses))
    dutch = [address for address in addresses if not address.startswith("/en/")]
    assert len(addresses) == 2 * len(dutch)
    assert {"/", "/kaart", "/data", "/data/permits", "/privacy"} <= set(dutch)
    assert sum(a.startswith("/vergunning/") for a in dutch) == counted("permits")
    assert sum(a.startswith("/evenement/") for a in dutch) == counted("events")
    parcels = [a for a in dutch if a.startswith("/perceel/")]
    assert "/perceel/99001A0123-00B000" in parcels
    assert 0 < len(parcels) < counted("parcels")
    for url in urls:
        twins = {link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")}
        assert set(twins) == set(LANGUAGES)
        assert url.findtext(f"{SITE}loc") in twins.values()


def test_it_tells_when_a_thing_last_changed(client: httpx.Client, live: str):
    urls = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314  # our own
    told = {
        url.findtext(f"{SITE}loc", "").removeprefix(live): url.findtext(f"{SITE}lastmod")
        for url in urls
    }
    things = {address: day for address, day in told.items() if address.count("/") == 2}
    today = datetime.now(BRUSSELS).date().isoformat()
    for kind in ("/vergunning/", "/evenement/", "/perceel/"):
        days = [day for address, day in things.items() if address.startswith(kind)]
        assert days
        assert all(day and "2000-01-01" < day <= today for day in days), kind
    # A permit that names a parcel changes the page of that parcel.
    permits = client.get("/perceel/99001A0123-00B000").text
    of_parcel = told["/perceel/99001A0123-00B000"]
    named = [day for address, day in told.items() if f'href="{address}"' in permits and day]
    assert of_parcel in named


def test_its_pages_answer(client: httpx.Client):
    urls = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    addresses = [url.findtext(f"{SITE}loc", "") for url in urls]
    kinds = {address.split("/", 4)[-1].split("/")[0]: address for address in addresses}
    for address in (*addresses[:20], *kinds.values(), *addresses[40::400]):
        assert client.get(address).status_code == 200, address


async def test_what_is_too_much_for_a_file_comes_in_parts(
    client: httpx.Client, live: str, town_hall: Hall, monkeypatch: pytest.MonkeyPatch
):
    """With fewer things a file: the parts together hold what the whole holds, each thing once."""
    whole = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    expected = [url.findtext(f"{SITE}loc", "").removeprefix(live) for url in whole]
    monkeypatch.setattr(web.sitemap, "MOST", 300)
    monkeypatch.setattr(web.sitemap, "_BATCH", 70)
    app = FastAPI()
    app.include_router(web.sitemap.router(View(town_hall, ())))
    found: list[str] = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://loket.test"
    ) as inside:
        index = ET.fromstring((await inside.get("/sitemap.xml")).content)  # noqa: S314
        assert index.tag == f"{SITE}sitemapindex"
        for one in index:
            part = await inside.get(one.findtext(f"{SITE}loc", ""))
            urls = ET.fromstring(part.content)  # noqa: S314
            assert 0 < len(urls) <= 300 * len(LANGUAGES)
            found += [url.findtext(f"{SITE}loc", "") for url in urls]
    assert sorted(address.removeprefix("http://loket.test") for address in found) == sorted(
        expected
    )


def test_there_are_no_other_parts(client: httpx.Client):
    for part in ("permits-2", "permits-0", "owners-1", "pages-2"):
        assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_robots_are_told_where_it_is_and_what_is_not_for_them(client: httpx.Client, live: str):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    assert robots.site_maps() == [f"{live}/sitemap.xml"]
    for address in ("/", "/data/permits", "/perceel/99001A0123-00B000", "/en/", "/kaart"):
        assert robots.can_fetch("*", live + address)
    for address in ("/zoek?q=kerk", "/en/search?q=x", "/meldingen/beheer/abc", "/api/addresses"):
        assert not robots.can_fetch("*", live + address)


@pytest.mark.parametrize("address", ["/opensearch.xml", "/en/opensearch.xml"])
def test_a_browser_can_search_from_its_address_bar(client: httpx.Client, address: str):
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    told = ET.fromstring(client.get(address).content)  # noqa: S314
    assert len(told.findtext(f"{space}ShortName", "")) <= 16
    url = told.find(f"{space}Url")
    assert url is not None
    target = url.get("template", "").replace("{searchTerms}", "kerk")
    assert client.get(target).status_code == 200
