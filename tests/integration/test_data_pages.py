"""The data catalogue, the statements and the map in a frame, as they are without scripts."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.server import serving
from fixtures.truth import Count

from geoloket.access import VISITOR
from geoloket.hall import Hall
from geoloket.language import LANGUAGES
from web.paths import PATHS, path
from web.security import policy

STATIC = ["accessibility", "privacy", "about", "map_help", "datasets"]


def linked_data(page: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_lists_every_public_layer_and_no_other(
    client: httpx.Client, town_hall: Hall, language: str
):
    page = client.get(path("datasets", language)).text
    listed = re.findall(rf'<h3><a href="{path("datasets", language)}/(\w+)">', page)
    assert sorted(listed) == sorted(layer.id for layer in town_hall.features.layers(VISITOR))
    assert "housing_inspections" not in page


def test_a_dataset_tells_its_size_fields_and_first_rows(
    client: httpx.Client, counted: Count, town_hall: Hall
):
    page = client.get("/data/permits").text
    assert f"{counted('permits')} objecten" in page
    fields = re.findall(r'<tr><th scope="row"><code>(\w+)</code>', page)
    seen = town_hall.features.layer("permits", VISITOR).fields
    assert fields == [field.name for field in seen]
    hidden = {field.name for field in town_hall.registry["permits"].fields} - set(fields)
    assert hidden
    assert not any(f">{name}<" in page for name in hidden)
    assert page.count("/ogc/collections/permits/items/") == 10


def test_downloads_are_files_with_everything(client: httpx.Client, counted: Count):
    page = client.get("/data/events").text
    links = [unescape(link) for link in re.findall(r'<td><a href="([^"]+)" type=', page)]
    assert len(links) == 10
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert len(answer.content) > 1000
    rows = client.get(next(link for link in links if "f=csv" in link)).text
    assert len(client.get("/ogc/collections/events/items?limit=1000").json()["features"]) == (
        counted("events")
    )
    assert rows.count("\n") >= counted("events")


def test_what_is_for_staff_has_no_page(client: httpx.Client):
    hidden = client.get("/data/housing_inspections")
    unknown = client.get("/data/nothing_at_all")
    assert hidden.status_code == unknown.status_code == 404


def test_search_engines_read_of_a_dataset_and_of_whose_site_it_is(client: httpx.Client, live: str):
    told = linked_data(client.get("/en/data/parcels").text)
    assert (told["@type"], told["name"]) == ("Dataset", "Parcels")
    assert told["url"] == f"{live}/en/data/parcels"
    for one in told["distribution"]:
        assert client.head(one["contentUrl"]).status_code == 200
    graph = linked_data(client.get("/").text)["@graph"]
    assert [one["@type"] for one in graph] == ["WebSite", "GovernmentOrganization"]
    assert "Zandwijk" in graph[1]["name"]


@pytest.mark.parametrize("page", STATIC)
def test_the_pages_are_there_with_a_description_and_their_own_address(
    client: httpx.Client, live: str, page: str
):
    told: set[str] = set()
    for address in PATHS[page].values():
        answer = client.get(address)
        assert answer.status_code == 200
        assert f'<link rel="canonical" href="{live}{address}">' in answer.text
        found = re.search(r'<meta name="description" content="([^"]{30,})">', answer.text)
        assert found
        told.add(found[1])
    assert len(told) == 2


def test_every_page_has_the_same_footer_in_the_same_order(client: httpx.Client):
    """WCAG 2.2, 3.2.6: help and contact are in the same place."""
    expected = [
        *("/meldingen", "/toegankelijkheid", "/privacy", "/over"),
        *("/help/kaart", "/handleiding", "/over#contact"),
    ]
    for address in ("/", "/kaart", "/data/permits", "/zoek?q=kerk", "/privacy", "/bestaat-niet"):
        foot = client.get(address).text.split('<footer class="foot">')[1]
        assert re.findall(r'<a href="(/[^"]+)"', foot)[:7] == expected


def test_the_privacy_page_names_every_processing_and_nothing_more(
    client: httpx.Client, town_hall: Hall
):
    page = client.get("/privacy").text
    for layer in town_hall.registry.values():
        assert f"<h3>{layer.title['nl']}</h3>" in unescape(page)
        assert unescape(page).count(layer.purpose["nl"]) >= 1
    staff = page.split("<h3>Woningcontroles</h3>")[1].split("</section>")[0]
    assert "Alleen medewerkers" in staff
    assert "10 jaar" in staff


def test_the_statement_has_what_the_law_asks(client: httpx.Client):
    """Status, what does not comply, how it was made, feedback, enforcement (EU 2018/1523)."""
    page = client.get("/toegankelijkheid").text
    for part in (
        "Bestuursdecreet",
        "gedeeltelijk",
        "Wat nog niet voldoet",
        "opgesteld op",
        "Feedback",
        "Vlaamse Ombudsdienst",
    ):
        assert part in page
    assert len(re.findall(r'<td data-label="Gekend sinds">\d+ \w+ \d{4}</td>', page)) >= 3


def test_the_help_names_the_keys_that_the_map_knows(client: httpx.Client):
    keys = (Path(__file__).parents[2] / "web/src/map/keys.ts").read_text(encoding="utf-8")
    known = {"Arrow": "Pijltjes", "shiftKey": "Shift", '"Enter"': "Enter", '"Escape"': "Escape"}
    known |= {'"+"': "Plus", '"-"': "Min"}
    page = client.get("/help/kaart").text
    for code, word in known.items():
        assert code in keys
        assert word in page


def test_every_page_is_held_to_the_policy_and_sets_no_cookie(client: httpx.Client):
    forms = {"sign_in", "sign_in_go", "sign_out", "staff"}  # which are about a session
    public = [own for name, pages in PATHS.items() if name not in forms for own in pages.values()]
    addresses = [address for address in public if "{" not in address]
    addresses += ["/data/permits", "/perceel/99001A0123-00B000", "/bestaat-niet", "/ogc?f=html"]
    expected = (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    for address in addresses:
        answer = client.get(address)
        assert answer.headers["content-security-policy"] == expected, address
        assert "set-cookie" not in answer.headers
        assert not re.search(r"<[^>]*\sstyle=", answer.text), address
        scripts = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", answer.text)
        assert all('type="application/' in script for script in scripts), address


def test_only_the_map_in_a_frame_may_be_framed_and_only_where_it_is_said(
    town_dsn: str, tmp_path: Path
):
    allowed = "https://www.zandwijk.example https://*.zandwijk.example"
    with serving(town_dsn, tmp_path, GEOLOKET_SITE__FRAME_ANCESTORS=allowed) as base:
        for address in PATHS["embedded_map"].values():
            answer = httpx.get(base + address, timeout=60)
            assert answer.headers["content-security-policy"] == policy(frame_ancestors=allowed)
            assert answer.headers["content-security-policy"].endswith(f"frame-ancestors {allowed}")
            assert "set-cookie" not in answer.headers
        assert httpx.get(f"{base}/kaart", timeout=60).headers["content-security-policy"] == policy()
        help_page = unescape(httpx.get(f"{base}/help/kaart", timeout=60).text)
        assert f'<iframe src="{base}/insluiten/kaart" title="Kaart van Zandwijk"' in help_page
        assert "https://www.zandwijk.example" in help_page


def test_without_the_setting_the_help_says_whom_to_ask(client: httpx.Client):
    page = client.get("/help/kaart").text
    assert "<iframe" not in unescape(page)
    assert "nog geen websites toegelaten" in page
