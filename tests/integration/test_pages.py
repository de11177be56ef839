"""The pages of the counter as a browser without scripts gets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from fixtures.server import serving

from web.words import BRUSSELS

PARCEL = "99001A0123-00B000"
ADDRESS = "Kerkstraat 12, 9999 Zandwijk"


def h1(response: httpx.Response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.text, re.DOTALL)
    assert found
    return found[1].strip()


def test_the_start_page_shows_what_is_open_soonest_deadline_first(client: httpx.Client):
    assert "Verzonnen gemeente" in client.get("/").text
    page = client.get("/en/").text
    found = re.findall(r"You can react until <strong>(\d+ \w+ \d{4})</strong>", page)
    days = [datetime.strptime(day, "%d %B %Y").replace(tzinfo=BRUSSELS).date() for day in found]
    assert len(days) > 1
    assert days == sorted(days)
    assert days[0] >= datetime.now(BRUSSELS).date()


@pytest.mark.parametrize(
    ("q", "path"),
    [
        (ADDRESS, f"/perceel/{PARCEL}"),
        ("kerkstr. 12 zandwijk", f"/perceel/{PARCEL}"),
        ("99001A0123/00B000", f"/perceel/{PARCEL}"),
        ("99001_A_0123_B_000_00", f"/perceel/{PARCEL}"),
    ],
)
def test_one_certain_hit_goes_straight_to_the_page(client: httpx.Client, q: str, path: str):
    answer = client.get("/zoek", params={"q": q})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    english = client.get("/en/search", params={"q": q})
    assert english.headers["location"] == path.replace("/perceel/", "/en/parcel/")


def test_a_number_that_is_not_there_gives_the_nearest_marked_as_such(client: httpx.Client):
    answer = client.get("/zoek", params={"q": "Kerkstraat 500"})
    even = r"Kerkstraat \d*[02468], 9999 Zandwijk</a></h2>\s*<p[^>]*>Adres, benaderd"
    assert re.search(even, answer.text)
    assert "approximate" in client.get("/en/search", params={"q": "Kerkstraat 501"}).text


def test_a_file_number_leads_to_the_page_of_the_file(client: httpx.Client):
    parcel = client.get(f"/perceel/{PARCEL}").text
    number = re.search(r"OMV_\d{10}", parcel)
    assert number
    for typed in (number[0].replace("_", "").lower(), number[0][4:], f"{number[0]} R"):
        answer = client.get("/zoek", params={"q": typed})
        assert answer.headers["location"] == f"/vergunning/{number[0]}"


@pytest.mark.parametrize("q", ["Onbestaandeweg 999", "99001A0123/00Z000", "48.85, 2.35"])
def test_nothing_found_says_what_was_tried_and_how_else(client: httpx.Client, q: str):
    answer = client.get("/zoek", params={"q": q})
    assert answer.status_code == 200
    assert "Niets gevonden" in h1(answer)
    assert "We zochten" in answer.text
    assert "Je kunt zoeken op" in answer.text


def test_what_is_typed_is_never_markup(client: httpx.Client):
    answer = client.get("/zoek", params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("q", ["%", "\\", "'", "a" * 5000, "\u0000", "1 1", "🏠", "OMV_0000000000"])
def test_odd_questions_get_an_ordinary_answer(client: httpx.Client, q: str):
    assert client.get("/zoek", params={"q": q}).status_code == 200
    assert client.get("/zoek", params={"q": q, "part": "list"}).status_code == 200


def test_suggestions_are_options_with_an_address(client: httpx.Client):
    answer = client.get("/zoek", params={"q": "kerkstraat 1", "part": "list"})
    options = re.findall(r'<li role="option" id="([\w-]+)"[^>]*data-href="([^"]+)"', answer.text)
    assert 1 < len(options) <= 8
    assert len({identifier for identifier, _ in options}) == len(options)
    assert all(href.startswith(("/perceel/", "/adres/", "/kaart?")) for _, href in options)
    assert "<html" not in answer.text


def test_the_parcel_page_tells_what_is_known(client: httpx.Client):
    answer = client.get(f"/perceel/{PARCEL}")
    assert h1(answer) == ADDRESS
    for said in ("99001A0123/00B000", "Openbaar onderzoek loopt", "Geweigerd", "Lambert 72", "m²"):
        assert said in answer.text
    assert "Het perceel ligt aan Kerkstraat, tussen nummer" in answer.text
    assert " style=" not in answer.text


@pytest.mark.parametrize(
    "form", ["99001A0123/00B000", "99001_A_0123_B_000_00", "99001a0123-00b000"]
)
@pytest.mark.parametrize("suffix", ["", ".geojson", ".svg"])
def test_other_notations_of_the_key_redirect_for_good(client: httpx.Client, form: str, suffix: str):
    answer = client.get(f"/perceel/{form}{suffix}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/perceel/{PARCEL}{suffix}")


def test_beside_the_parcel_page_are_its_data_and_its_plan(client: httpx.Client):
    feature = client.get(f"/perceel/{PARCEL}.geojson")
    assert feature.headers["content-type"] == "application/geo+json"
    assert feature.json()["id"] == PARCEL
    plan = client.get(f"/en/parcel/{PARCEL}.svg")
    assert plan.headers["content-type"] == "image/svg+xml"
    assert "<title" in plan.text
    assert "The parcel lies in Kerkstraat" in plan.text


@pytest.mark.parametrize("key", ["99001A9999-00Z999", "nonsense", "99001A0123-00B000.gml"])
def test_an_unknown_key_is_a_page_with_help(client: httpx.Client, key: str):
    answer = client.get(f"/perceel/{key}")
    assert answer.status_code == 404
    assert h1(answer) == "Perceel niet gevonden"
    assert client.get(f"/perceel/{key}.geojson").status_code == 404


def test_the_map_without_scripts_has_the_list(client: httpx.Client):
    page = client.get("/kaart").text
    assert page.count("data-key=") == 50
    one = re.search(r'data-key="permits/([^"]+)"', page)
    assert one
    choice = client.get("/kaart", params={"sel": f"permits/{one[1]}"}).text
    assert "data-outline=" in choice


def test_any_public_layer_can_be_listed_and_chosen_on_the_map(client: httpx.Client):
    listed = client.get("/kaart?part=list&lagen=buildings&z=18").text
    one = re.search(r'data-key="(buildings/[^"]+)"', listed)
    assert one
    choice = client.get("/kaart", params={"part": "choice", "sel": one[1]}).text
    assert "data-outline=" in choice
    assert f'href="/ogc/collections/buildings/items/{one[1].split("/")[1]}"' in choice


def test_what_is_for_staff_is_neither_listed_nor_chosen_nor_drawn(client: httpx.Client):
    listed = client.get("/kaart?part=list&lagen=housing_inspections").text
    assert "data-key" not in listed
    choice = client.get("/kaart?part=choice&sel=housing_inspections/1").text
    assert "data-outline" not in choice


@pytest.mark.parametrize(
    "query",
    [
        "c=x,y",
        "c=3",
        "z=nan",
        "z=1e9",
        "c=1e300,51",
        "bbox=1,2,3",
        "sel=nothing/at/all",
        "lagen=,,x",
    ],
)
def test_an_address_that_makes_no_sense_gives_an_ordinary_map(client: httpx.Client, query: str):
    assert client.get(f"/kaart?{query}").status_code == 200
    assert client.get(f"/kaart?{query}&part=list").status_code == 200


def test_the_map_document_names_every_layer_that_is_drawn(client: httpx.Client):
    document = client.get("/api/map").json()
    layers = {layer["id"] for layer in document["layers"]}
    assert {"parcels", "addresses", "buildings", "roads", "water", "green", "permits"} <= layers
    assert "housing_inspections" not in layers
    assert {layer["source-layer"] for layer in document["style"]} <= layers
    tile = document["tiles"].format(z=14, y=5487, x=8338, collections=",".join(sorted(layers)))
    assert client.get(tile).status_code in (200, 204)


def test_a_page_that_is_not_there_says_so_in_the_same_look(client: httpx.Client):
    answer = client.get("/en/nothing")
    assert (answer.status_code, h1(answer)) == (404, "Page not found")
    assert 'lang="en"' in answer.text


@pytest.fixture
def merged(fresh_dsn: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """A municipality where one parcel became part of another; nothing else is there."""
    square = "SRID=31370;MULTIPOLYGON(((0 0,{0} 0,{0} 20,0 20,0 0)))"
    with psycopg.connect(fresh_dsn) as owner:
        rows = (("99001A0001/00_000", 10, "2024-05-01"), ("99001A0002/00_000", 40, None))
        for key, width, retired in rows:
            owner.execute(
                "INSERT INTO geoloket.parcels "
                "(id, geom, capakey, parcel_label, area_m2, retired_on) "
                "VALUES (geoloket.parcel_id(%(key)s), "
                "ST_Translate(ST_GeomFromEWKT(%(wkt)s), 100000, 200000), %(key)s, "
                "geoloket.parcel_label(%(key)s), 1, %(retired)s)",
                {"key": key, "wkt": square.format(width), "retired": retired},
            )
    with (
        serving(fresh_dsn, tmp_path) as base_url,
        httpx.Client(base_url=base_url, timeout=60) as client,
    ):
        yield client


def test_no_exponent_may_be_written_in_two_ways(merged: httpx.Client):
    for typed in ("99001A0002/00_000", "99001a0002-000000", "99001_A_0002_0_000_00"):
        answer = merged.get("/zoek", params={"q": typed})
        assert answer.headers["location"] == "/perceel/99001A0002-00_000"


def test_a_retired_parcel_is_shown_as_such_with_what_came_after(merged: httpx.Client):
    page = merged.get("/perceel/99001A0001-00_000")
    assert page.status_code == 200
    assert "Dit perceel bestaat niet meer sinds 1 mei 2024." in page.text
    assert re.search(r'href="/perceel/99001A0002-00_000">99001A0002/00_000</a>: 100 %', page.text)


def test_pages_work_before_anything_but_parcels_is_loaded(merged: httpx.Client):
    for path in ("/", "/kaart", "/zoek?q=kerk", "/perceel/99001A0002-00_000", "/api/map"):
        assert merged.get(path).status_code == 200, path
    assert "Verzonnen" not in merged.get("/").text
