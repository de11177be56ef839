"""``/adres/{id}``: to the parcel of an address, or to those that it may belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.server import serving

from geoloket.database import OWNER

PARCEL = """
INSERT INTO geoloket.parcels (id, geom, capakey, parcel_label, area_m2, retired_on)
VALUES (geoloket.parcel_id(%(key)s),
    ST_Multi(ST_MakeEnvelope(%(west)s, 200000, %(west)s + 20, 200020, 31370)),
    %(key)s, geoloket.parcel_label(%(key)s), 400, %(retired)s)
"""
ADDRESS = """
INSERT INTO geoloket.addresses (id, street_name, house_number, municipality, postcode, status,
    full_address, geom)
VALUES (%(id)s, 'Dam', %(id)s, 'Zandwijk', '9999', 'current', %(label)s,
    ST_Point(%(x)s, 200010, 31370))
"""


@pytest.fixture(scope="module")
def town(server: Dsn, template: str) -> Iterator[str]:
    """Two parcels of 20 m side by side from x 100000 on, and one of before; four addresses."""
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        fill(dsn)
        yield dsn


@pytest.fixture(scope="module")
def client(town: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("addresses")
    with serving(town, folder) as base_url, httpx.Client(base_url=base_url, timeout=60) as client:
        yield client


def fill(dsn: str) -> None:
    with psycopg.connect(dsn) as owner:
        for key, west, retired in (
            ("99001A0001/00_000", 100000, None),
            ("99001A0002/00_000", 100020, None),
            ("99001A0003/00_000", 100000, "2024-05-01"),
        ):
            owner.execute(PARCEL, {"key": key, "west": west, "retired": retired})
        for id, x in (("1", 100010), ("2", 100020), ("3", 100060), ("4", 100900)):
            owner.execute(ADDRESS, {"id": id, "label": f"Dam {id}, 9999 Zandwijk", "x": x})


def listed(answer: httpx.Response) -> list[str]:
    return re.findall(r'<li><a href="/(?:en/parcel|perceel)/([\w-]+)"', answer.text)


def test_an_address_on_one_parcel_of_today_leads_to_it(client: httpx.Client) -> None:
    answer = client.get("/adres/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/perceel/99001A0001-00_000")
    assert client.get("/en/address/1").headers["location"] == "/en/parcel/99001A0001-00_000"


def test_an_address_on_a_border_lists_the_parcels(client: httpx.Client) -> None:
    answer = client.get("/adres/2")
    assert answer.status_code == 200
    assert "<h1" in answer.text
    assert "Dam 2, 9999 Zandwijk</h1>" in answer.text
    assert "meer dan één perceel" in answer.text
    assert listed(answer) == ["99001A0001-00_000", "99001A0002-00_000"]


def test_an_address_in_the_street_tells_what_is_near(client: httpx.Client) -> None:
    answer = client.get("/en/address/3")
    assert "does not lie on a parcel" in answer.text
    assert listed(answer) == ["99001A0002-00_000", "99001A0001-00_000"]
    assert "20 metres away" in answer.text
    assert 'hreflang="nl" href="/adres/3"' in answer.text
    assert re.search(r'href="/en/map\?c=\d\.\d{5},\d{2}\.\d{5}&amp;z=18"', answer.text)


def test_far_from_every_parcel_there_is_still_the_map(client: httpx.Client) -> None:
    answer = client.get("/adres/4")
    assert answer.status_code == 200
    assert listed(answer) == []
    assert "/kaart?c=" in answer.text


@pytest.mark.parametrize("id", ["5", "street-9999-dam", "%00", "x" * 300])
def test_an_unknown_address_is_a_page_with_help(client: httpx.Client, id: str) -> None:
    answer = client.get(f"/adres/{id}")
    assert answer.status_code == 404
    assert "Pagina niet gevonden</h1>" in answer.text
