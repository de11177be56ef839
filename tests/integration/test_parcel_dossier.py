"""The parcel dossier over the invented town and over planted rows: JSON, PDF, and no leaks."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pypdf
import pytest
from fixtures.database import Dsn, copied
from fixtures.server import PRISTINE_TOWN, serving

from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.enquiry import RESTRICTED, SECTIONS
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry
from web.parcels.dossier import _letters
from web.pdf.__main__ import typeset

PARCEL = "99001A0123-00B000"
DASHED, SLASHED, OLD = PARCEL, "99001A0123/00B000", "99001_A_0123_B_000_00"
RETIRED = "99001A0123-00Z000"
CANARY = "KANARIEVOGEL"

HERITAGE = """
title = { nl = "Beschermd erfgoed", en = "Protected heritage" }
description = { nl = "Beschermde monumenten." }
purpose = { nl = "Informeren." }
legal_basis = { nl = "Onroerenderfgoeddecreet." }
retention = "permanent"
visibility = "public"
attribution = "Bron: agentschap Onroerend Erfgoed"
[geometry]
type = "Polygon"
visibility = "public"
[dossier]
section = "immovable_heritage"
complete = true
fields = ["name", "kind", "owner"]
[[fields]]
name = "name"
type = "text"
title = { nl = "Naam" }
visibility = "public"
[[fields]]
name = "kind"
type = "text"
title = { nl = "Soort" }
visibility = "public"
[[fields]]
name = "owner"
type = "text"
title = { nl = "Eigenaar" }
"""


def told(pdf: bytes) -> str:
    """The text layer, with spaces as one."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def section(document: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in document["sections"] if one["code"] == code)


@pytest.fixture(scope="module")
def planted(
    server: Dsn, town_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A town with a heritage layer, and a canary in every column that is not public."""
    layers = tmp_path_factory.mktemp("layers")
    (layers / "heritage").mkdir()
    (layers / "heritage" / "layer.toml").write_text(HERITAGE, encoding="utf-8")
    with copied(server, PRISTINE_TOWN) as name:
        dsn = server(OWNER, name)
        with connect(dsn) as owner:
            migrate(owner, LayerRegistry.read([layers]), 31370)
            _plant(owner)
            owner.commit()
        folder = tmp_path_factory.mktemp("planted")
        with (
            serving(dsn, folder, GEOLOKET_LAYERS=str(layers)) as base_url,
            httpx.Client(base_url=base_url, timeout=60) as client,
        ):
            yield client


def _plant(owner: psycopg.Connection[dict[str, object]]) -> None:
    at = "(SELECT geom FROM parcels WHERE id = %(id)s)"
    values = {"id": PARCEL, "canary": CANARY}
    owner.execute("UPDATE permits SET applicant = %(canary)s", values)
    owner.execute("UPDATE events SET organiser = %(canary)s, contact = %(canary)s", values)
    owner.execute(
        "INSERT INTO events (id, name, kind, starts, ends, publicity, request_status, geom) "
        f"SELECT 'hidden', %(canary)s, %(canary)s, now(), now() + '1 day', false, 'approved', {at}",
        values,
    )
    owner.execute(
        "INSERT INTO parcels (id, capakey, parcel_label, nis_code, retired_on, geom) "
        f"SELECT '{RETIRED}', '99001A0123/00Z000', 'A 123 Z', '99001', '2021-12-16', {at}",
        values,
    )
    owner.execute(
        "INSERT INTO housing_inspections (id, address, geom) "
        f"SELECT 'hidden', %(canary)s, ST_PointOnSurface({at})",
        values,
    )
    owner.execute(
        "INSERT INTO heritage (id, name, kind, owner, geom) SELECT '1', 'Oude <b>smidse</b> & ć', "
        f"'monument', %(canary)s, (ST_Dump(ST_Buffer({at}, -1))).geom LIMIT 1",
        values,
    )


def test_a_dossier_has_every_section_and_says_what_it_does_not_know(client: httpx.Client):
    answer = client.get(f"/perceel/{PARCEL}.json")
    document = answer.json()
    assert [one["code"] for one in document["sections"]] == list(SECTIONS)
    assert [one["number"] for one in document["sections"]] == list(range(1, len(SECTIONS) + 1))
    assert document["notice"]["nl"] == "Geen vervanging van de vastgoedinformatie via VIP."
    assert section(document, "permits")["answer"] == "applicable"
    assert {one["answer"] for one in document["sections"]} == {"applicable", "to_be_completed"}
    heritage = section(document, "immovable_heritage")
    assert (heritage["answer"], heritage["reason"]) == ("to_be_completed", "no_layer")
    for code in RESTRICTED:
        assert section(document, code)["reason"] == "restricted"


def test_permits_are_those_of_the_parcel_page_with_source_and_date(client: httpx.Client):
    document = client.get(f"/perceel/{PARCEL}.json").json()
    found = section(document, "permits")
    page = client.get(f"/perceel/{PARCEL}").text
    on_parcel = page[: page.index('id="near"')]
    numbers = [one["properties"]["file_number"] for one in found["findings"]]
    assert len(numbers) == 4
    assert all(number in on_parcel for number in numbers)
    assert {one["cut"] for one in found["findings"]} == {"named"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["sources"][0]["date"])
    item = client.get(found["findings"][0]["href"], headers={"accept": "application/geo+json"})
    assert item.json()["id"] == found["findings"][0]["id"]


def test_the_reference_follows_from_the_data(client: httpx.Client):
    dutch = client.get(f"/perceel/{PARCEL}.json").json()
    english = client.get(f"/en/parcel/{PARCEL}.json", headers={"host": "elders.example"}).json()
    assert dutch["snapshot"] == english["snapshot"]
    assert dutch["reference"].endswith(dutch["snapshot"].removeprefix("sha256:")[:10].upper())
    other = client.get("/perceel/99001A0124-00_000.json")
    assert other.status_code == 404 or other.json()["snapshot"] != dutch["snapshot"]


@pytest.mark.parametrize("form", ["json", "pdf", "svg", "geojson"])
@pytest.mark.parametrize("key", [SLASHED, OLD, PARCEL.lower()])
def test_other_notations_lead_to_the_address(client: httpx.Client, key: str, form: str):
    answer = client.get(f"/perceel/{key}.{form}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/perceel/{PARCEL}.{form}")


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_what_is_no_parcel_is_not_found(client: httpx.Client, form: str):
    for key in ("99001A9999-00Z999", "geen-perceel"):
        answer = client.get(f"/perceel/{key}.{form}", headers={"accept": "application/json"})
        assert answer.status_code == 404


def test_a_retired_parcel_has_a_dossier_that_says_what_became_of_it(planted: httpx.Client):
    document = planted.get(f"/perceel/{RETIRED}.json").json()
    assert document["parcel"]["retired_on"] == "2021-12-16"
    assert document["parcel"]["successors"] == [SLASHED]
    text = told(planted.get(f"/perceel/{RETIRED}.pdf").content)
    assert "Dit perceel bestaat niet meer sinds 16 december 2021." in text
    assert f"Er liggen nu deze percelen: {SLASHED}." in text
    page = planted.get(f"/perceel/{RETIRED}")
    assert page.status_code == 200
    assert f'href="/perceel/{PARCEL}"' in page.text


@pytest.mark.parametrize(
    ("address", "language", "title", "legal"),
    [
        ("/perceel", "nl-BE", "Perceelsdossier", "Geen notarisinlichtingen (VIP)."),
        ("/en/parcel", "en", "Parcel dossier", "Not a notary enquiry (VIP)."),
    ],
)
def test_the_pdf_is_tagged_and_has_text_on_every_page(
    client: httpx.Client, address: str, language: str, title: str, legal: str
):
    answer = client.get(f"{address}/{PARCEL}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert str(reader.metadata and reader.metadata.title) == f"{title} Kerkstraat 12, 9999 Zandwijk"
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data()
    tags = list(_tags(root["/StructTreeRoot"]["/K"]))
    kinds = [kind for kind, _ in tags]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == len(SECTIONS) + 1
    assert {"/Table", "/TH", "/L", "/LI", "/P", "/Caption"} <= set(kinds)
    figures = [said for kind, said in tags if kind == "/Figure"]
    plan, *swatches = figures
    assert "Kerkstraat" in str(plan)
    assert len(swatches) > 1
    assert all(swatches)  # each with its words
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert legal in text
        assert re.search(rf"\b{number} (van|of) {len(reader.pages)}\b", text)


def _tags(element: Any) -> Iterator[tuple[str, Any]]:
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for part in element:
            yield from _tags(part)
    elif isinstance(element, dict):
        if "/S" in element:
            yield str(element["/S"]), element.get("/Alt")
        yield from _tags(element.get("/K"))


def test_the_plan_is_a_drawing_and_no_picture(client: httpx.Client):
    reader = pypdf.PdfReader(io.BytesIO(client.get(f"/perceel/{PARCEL}.pdf").content))
    assert not any(page.images for page in reader.pages)
    assert "Molenweg" in reader.pages[0].extract_text()


def test_our_letters_suffice_for_all_that_is_said(client: httpx.Client):
    """Another font would mean a character that ours lacks, such as a narrow space."""
    assert set(_letters()) == {"geoloket:latin", "geoloket:latin-ext"}
    for address in ("/perceel", "/en/parcel"):
        reader = pypdf.PdfReader(io.BytesIO(client.get(f"{address}/{PARCEL}.pdf").content))
        fonts = {
            str(font.get_object()["/BaseFont"])
            for page in reader.pages
            for font in page["/Resources"]["/Font"].values()  # pyright: ignore
        }
        assert all("+Letters" in font for font in fonts), fonts


def test_what_did_not_change_is_not_made_again(client: httpx.Client):
    for form in ("json", "pdf"):
        first = client.get(f"/perceel/{PARCEL}.{form}")
        tag = first.headers["etag"]
        known = client.get(f"/perceel/{PARCEL}.{form}", headers={"if-none-match": tag})
        assert (known.status_code, known.content) == (304, b"")
        assert client.get(f"/perceel/{PARCEL}.{form}").content == first.content
        other = client.get(f"/en/parcel/{PARCEL}.{form}")
        assert other.headers["etag"] != tag


def test_installing_a_layer_answers_its_section(planted: httpx.Client):
    document = planted.get(f"/perceel/{PARCEL}.json").json()
    heritage = section(document, "immovable_heritage")
    assert heritage["answer"] == "applicable"
    [finding] = heritage["findings"]
    assert finding["cut"] == "intersects"
    assert 0.7 < finding["share"] < 1
    assert finding["properties"] == {"name": "Oude <b>smidse</b> & ć", "kind": "monument"}
    assert heritage["sources"][0]["name"]["nl"] == "Bron: agentschap Onroerend Erfgoed"
    text = told(planted.get(f"/perceel/{PARCEL}.pdf").content)
    assert "Oude <b>smidse</b> & ć" in text
    assert "Soort: monument" in text


def test_a_complete_layer_with_nothing_here_is_not_applicable(planted: httpx.Client):
    some = planted.get("/ogc/collections/parcels/items?limit=2").json()["features"]
    other = next(one["id"] for one in some if one["id"] != PARCEL)
    document = planted.get(f"/perceel/{other}.json").json()
    assert section(document, "immovable_heritage")["answer"] == "not_applicable"
    assert section(document, "nature")["answer"] == "to_be_completed"


@pytest.mark.parametrize("form", ["json", "pdf", "svg", "geojson", ""])
def test_nothing_of_staff_leaves_by_a_parcel(planted: httpx.Client, form: str):
    for start in ("/perceel", "/en/parcel"):
        answer = planted.get(f"{start}/{PARCEL}{'.' if form else ''}{form}")
        assert answer.status_code == 200
        text = told(answer.content) if form == "pdf" else answer.text
        assert PARCEL in text or form == "svg"
        assert CANARY not in text
        assert CANARY.encode() not in answer.content


def test_a_page_cannot_make_the_press_fetch_anything(tmp_path: Path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>GEHEIM</text></svg>')
    html = (
        f'<html lang="nl"><title>x</title><link rel="stylesheet" href="file://{secret}">'
        f'<body><h1>Kop</h1><img alt="x" src="file://{secret}">'
        '<img alt="y" src="http://127.0.0.1:9/x.png"></body></html>'
    )
    made = typeset(html, {}, "x")
    assert "GEHEIM" not in told(made)
    assert "Kop" in told(made)
    assert hashlib.sha256(made).digest() == hashlib.sha256(typeset(html, {}, "x")).digest()


def test_the_addresses_are_in_the_openapi_document(client: httpx.Client):
    document = client.get("/api/openapi.json").json()
    operation = document["paths"]["/perceel/{capakey}.json"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answer = client.get(f"/perceel/{PARCEL}.json").json()
    assert set(schema["required"]) <= set(answer)
    assert "application/pdf" in str(document["paths"]["/perceel/{capakey}.pdf"])
