"""One run: OWSLib begins it, two workers and a Dask cluster share it, pystac-client reads it.

Both clients show an access token that may start jobs, as a program does that has no browser.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import owslib.ogcapi
import pytest
from fixtures.cluster import dask
from fixtures.demo import wait_for
from fixtures.panoramas import deliver, jpeg, picture
from fixtures.server import lodging, serving, signed_in
from fixtures.workers import workshop
from owslib.ogcapi.processes import Processes
from owslib.util import Authentication

pytestmark = pytest.mark.clients

PICTURES = 24


def test_a_delivery_goes_from_owslib_to_pystac(
    fresh_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pystac_client  # noqa: PLC0415  # slow to load

    # OWSLib adds what one client sends to what all of them do.
    monkeypatch.setattr(owslib.ogcapi, "REQUEST_HEADERS", dict(owslib.ogcapi.REQUEST_HEADERS))
    deliver(tmp_path, "straat", {f"{n:02}.jpg": jpeg(picture(n)) for n in range(PICTURES)})
    with (
        workshop(fresh_dsn, tmp_path) as shop,
        dask(shop, tmp_path) as cluster,
        lodging(tmp_path) as door,
        serving(fresh_dsn, tmp_path, **door) as address,
    ):
        shop.worker(concurrency=1)
        shop.worker(concurrency=1, GEOLOKET_DASK__SCHEDULER=cluster.address)
        token = _token(address)
        staff = {"X-API-Key": token}
        service: Any = Processes(
            f"{address}/ogc", auth=Authentication(username="x", password=token)
        )
        assert "panorama-ingest" in [one["id"] for one in service.processes()]
        job = service.execute("panorama-ingest", {"folder": "straat"}, async_=True)["links"][0]
        wait_for(lambda: _status(job["href"], staff) == "successful")
        told = httpx.get(f"{job['href']}/results", headers=staff, timeout=60).json()
        assert told["taken"] == PICTURES
        opened: Any = pystac_client.Client.open(f"{address}/stac", headers=staff)
        found = list(opened.search(collections=["panoramas"], limit=10).items())
        assert len(found) == len({one.id for one in found}) == PICTURES
        visitor: Any = pystac_client.Client.open(f"{address}/stac")
        assert not list(visitor.search(collections=["panoramas"]).items())


def _token(address: str) -> str:
    """A token that somebody makes on the page, for the pictures and for starting jobs."""
    headers = {"Cookie": signed_in(address), "Origin": address}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as browser:
        page = browser.get("/medewerker/toegang").text
        [proof, *_] = re.findall(r'name="form_token" value="([^"]+)"', page)
        given = {"form_token": proof, "title": "OWSLib", "laag_panoramas": "1", "days": "30"}
        given |= {"purpose": "declared", "runs": "1"}
        answer = browser.post("/medewerker/toegang", data=given)
    [token] = set(re.findall(r"glk_[a-z2-7]{10}_[\w-]{43}", answer.text))
    return token


def _status(address: str, staff: dict[str, str]) -> str:
    told = httpx.get(address, headers=staff, timeout=60).json()
    assert told["status"] != "failed", told
    return told["status"]
