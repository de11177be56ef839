"""A background from elsewhere, configured: a server of images on loopback, and Chromium."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fixtures.server import serving
from fixtures.tiles import TileServer, tile_server

from web.paths import PATHS
from web.security import policy

TITLE, OWNER = "Kaart van elders", "Dienst Elders & Co"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[TileServer]:
    with tile_server() as server:
        yield server


@pytest.fixture(scope="module")
def counter(
    elsewhere: TileServer, town_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = {
        "GEOLOKET_MAP__BACKGROUND": elsewhere.template,
        "GEOLOKET_MAP__BACKGROUND_TITLE": TITLE,
        "GEOLOKET_MAP__BACKGROUND_ATTRIBUTION": OWNER,
    }
    with serving(town_dsn, tmp_path_factory.mktemp("background"), **settings) as base_url:
        yield base_url


def _get(address: str) -> httpx.Response:
    return httpx.get(address, timeout=60)


def test_pages_with_a_map_let_in_images_of_that_origin_and_no_other_page_does(
    counter: str, elsewhere: TileServer
):
    for address in (*PATHS["map"].values(), *PATHS["embedded_map"].values()):
        allowed = _get(counter + address).headers["content-security-policy"]
        assert allowed == policy(images=elsewhere.origin)
        assert f"; img-src 'self' data: blob: {elsewhere.origin}; " in allowed
    for address in ("/", "/privacy", "/perceel/99001A0123-00B000", "/bestaat-niet"):
        assert _get(counter + address).headers["content-security-policy"] == policy()


def test_the_privacy_page_names_who_is_asked_then(counter: str, elsewhere: TileServer, live: str):
    host = elsewhere.origin.removeprefix("http://")
    for address in PATHS["privacy"].values():
        assert host in _get(counter + address).text
    assert "achtergrond" not in _get(f"{live}/privacy").text
    assert "Elders &amp; Co" in _get(f"{counter}/kaart").text
    assert _get(f"{live}/api/map").json()["background"] is None


@pytest.mark.browser
def test_the_background_in_a_browser(counter: str, elsewhere: TileServer):
    found = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(Path(__file__).with_name("background.mjs"))],
        env=os.environ | {"GEOLOKET_BASE_URL": counter, "ELSEWHERE": elsewhere.origin},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]
