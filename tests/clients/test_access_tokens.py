"""Programs with an access token of a member of staff: QGIS, GDAL and OWSLib, on a live server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fixtures.clients import gdal, seen_by_qgis_with_token
from fixtures.server import signed_in
from owslib.ogcapi.features import Features
from owslib.util import Authentication

from geoloket.audit.chain import verify
from geoloket.database import connect

pytestmark = pytest.mark.clients

HOUSING = "housing_inspections"
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_TOKEN = re.compile(r"glk_[a-z2-7]{10}_[\w-]{43}")


def made(live: str, **more: str) -> str:
    """A token that somebody makes on the page."""
    name, _, value = signed_in(live, "joris").partition("=")
    with httpx.Client(base_url=live, cookies={name: value}, timeout=60) as browser:
        page = browser.get("/medewerker/toegang")
        [proof, *_] = _FORM_TOKEN.findall(page.text)
        given = {"form_token": proof, "title": "QGIS", f"laag_{HOUSING}": "1", "days": "30"}
        given["purpose"] = "inspection"
        answer = browser.post("/medewerker/toegang", data=given | more, headers={"origin": live})
    assert answer.status_code == 200, answer.text
    [token] = set(_TOKEN.findall(answer.text))
    return token


@pytest.fixture(scope="module")
def token(live: str) -> str:
    return made(live)


@pytest.fixture(scope="module")
def count(town_dsn: str) -> int:
    with connect(town_dsn) as owner:
        row = owner.execute(
            "SELECT count(*) AS n FROM staff.housing_inspections WHERE retired_on IS NULL"
        ).fetchone()
    assert row
    assert row["n"] > 0
    return row["n"]


def test_qgis_opens_a_layer_for_staff_with_a_stored_token(
    live: str, token: str, count: int, town_dsn: str, tmp_path: Path
):
    ways = 0
    for method in ("Basic", "APIHeader"):
        folder = tmp_path / method
        folder.mkdir()
        seen = seen_by_qgis_with_token(live, HOUSING, token, method, folder)
        if method not in seen["methods"]:
            continue  # QGIS keeps headers from 3.24 on
        ways += 1
        assert seen["valid"]
        assert seen["told"] == seen["found"] == count
        if seen["version"] < 32300:  # what we ran, and what the manual says of it
            assert not seen["edits"]
    assert ways
    wrong = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    assert not seen_by_qgis_with_token(live, HOUSING, wrong, "Basic", tmp_path)["valid"]
    with psycopg.connect(town_dsn) as owner:
        looks = owner.execute(
            "SELECT DISTINCT subject, deed, purpose FROM audit.entries "
            "WHERE layer = %s AND door = %s",
            [HOUSING, f"ogc by token {token.split('_')[1]}"],
        ).fetchall()
    assert ("joris", "list", "inspection") in looks
    assert {why for *_, why in looks} == {"inspection"}
    with connect(town_dsn) as owner:
        assert verify(owner).fault is None


def test_gdal_reads_it_with_a_header(live: str, token: str, count: int):
    source = f"OAPIF:{live}/ogc"
    header = f"Authorization: Bearer {token}"
    said = gdal("ogrinfo", "-ro", "-so", source, HOUSING, "--config", "GDAL_HTTP_HEADERS", header)
    assert f"Feature Count: {count}" in said


def test_owslib_changes_features(live: str, town_dsn: str):
    """OWSLib writes by Part 4: a feature is made, replaced, changed and taken away."""
    whole = made(live, writes="1")
    headers = {"Content-Type": "application/geo+json"}
    auth = Authentication(username="x", password=whole)
    service = Features(f"{live}/ogc", auth=auth, headers=headers)
    feature: dict[str, Any] = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [3.2262, 51.2104]},
        "properties": {"case_number": "WK-9999-001", "status": "requested"},
    }
    assert service.collection_item_create(HOUSING, json.dumps(feature))
    with connect(town_dsn) as owner:
        row = owner.execute(
            "SELECT feature, token FROM history.changes ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert row
    assert row["token"] == whole.split("_")[1]
    name = row["feature"]
    feature["properties"]["inspector"] = "Noor Vandenzande"
    assert service.collection_item_update(HOUSING, name, json.dumps(feature))
    found = service.collection_item(HOUSING, name)
    assert found["properties"]["inspector"] == "Noor Vandenzande"
    assert service.collection_item_delete(HOUSING, name)
    with connect(town_dsn) as owner:
        deeds = owner.execute(
            "SELECT deed FROM history.changes WHERE feature = %s ORDER BY id", [name]
        ).fetchall()
    assert [one["deed"] for one in deeds] == ["create", "update", "delete"]
