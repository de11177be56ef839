"""The addresses and commands on the data pages, run as they stand there: each must be true."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import pytest
from fixtures.clients import gdal
from fixtures.server import serving
from fixtures.truth import Count

pytestmark = pytest.mark.clients

LAYER = "permits"


@pytest.fixture(scope="module")
def shown(client: httpx.Client) -> dict[str, list[str]]:
    """The code of each tool on the page of a dataset."""
    page = client.get(f"/data/{LAYER}").text
    tools = re.findall(r'<details class="folded tool" id="(\w+)"(.*?)</details>', page, re.DOTALL)
    code = {
        tool: [unescape(one) for one in re.findall(r"<code>(.*?)</code>", body, re.DOTALL)]
        for tool, body in tools
    }
    assert list(code) == ["qgis", "arcgis", "python", "r", "curl"]
    return code


def test_both_languages_show_the_same_code(client: httpx.Client):
    found = [
        re.findall(r"<code>(http|curl|import|library)", client.get(address).text)
        for address in (f"/data/{LAYER}", f"/en/data/{LAYER}")
    ]
    assert found[0] == found[1]
    assert len(found[0]) >= 6


def test_the_address_of_the_service_is_one(shown: dict[str, list[str]], live: str):
    """QGIS and ArcGIS ask the same: an OGC API with this collection (GDAL stands in for both)."""
    assert shown["qgis"][0] == shown["arcgis"][0] == f"{live}/ogc"
    assert LAYER in gdal("ogrinfo", "-ro", f"OAPIF:{shown['qgis'][0]}")


def test_the_address_of_the_tiles_has_tiles(shown: dict[str, list[str]], client: httpx.Client):
    middle = {"z": "14", "y": "5463", "x": "8338"}
    address = shown["qgis"][1]
    for name, value in middle.items():
        address = address.replace(f"{{{name}}}", value)
    answer = client.get(address)
    assert answer.status_code in (200, 204)
    assert "{" not in address


def test_python_reads_everything_and_a_part(shown: dict[str, list[str]], counted: Count):
    whole, part = shown["python"]
    program = f"{whole}\nprint(len(rows), rows.crs.to_epsg())\n{part}\nprint(len(page['features']))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(counted(LAYER)), "4326", "100"]


def test_what_r_opens_is_what_gdal_opens(shown: dict[str, list[str]], counted: Count):
    """sf hands the address to GDAL; R itself is not here."""
    [code] = shown["r"]
    found = re.search(r'st_read\("([^"]+)"\)', code)
    assert found
    told = gdal("ogrinfo", "-ro", "-so", "-al", found[1])
    assert f"Feature Count: {counted(LAYER)}" in told


def test_the_commands_fetch_everything(shown: dict[str, list[str]], counted: Count, tmp_path: Path):
    for command in shown["curl"]:
        subprocess.run(  # noqa: S602  # as a person pastes it
            command, shell=True, cwd=tmp_path, check=True, capture_output=True, timeout=120
        )
    for file in (f"{LAYER}.gpkg", f"{LAYER}-gdal.gpkg"):
        told = gdal("ogrinfo", "-ro", "-so", "-al", str(tmp_path / file))
        assert f"Feature Count: {counted(LAYER)}" in told
    rows = (tmp_path / f"{LAYER}.csv").read_text(encoding="utf-8")
    lambert = re.search(r"MULTIPOLYGON ?\(\(\((\d+(?:\.\d+)?) (\d+(?:\.\d+)?)", rows)
    assert lambert
    assert 20_000 < float(lambert[1]) < 300_000
    assert 150_000 < float(lambert[2]) < 250_000


def test_they_name_the_address_by_which_visitors_reach_us(town_dsn: str, tmp_path: Path):
    with serving(town_dsn, tmp_path, GEOLOKET_SERVER__PUBLIC_URL="https://loket.example/") as base:
        page = httpx.get(f"{base}/data/{LAYER}", timeout=60).text
    assert "<code>https://loket.example/ogc</code>" in page
    assert base not in page
