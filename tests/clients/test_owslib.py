"""OWSLib's clients of OGC API Features, Records and Processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.server import serving
from fixtures.truth import Count
from fixtures.workers import workshop
from owslib.ogcapi.features import Features
from owslib.ogcapi.processes import Processes
from owslib.ogcapi.records import Records

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def service(live: str) -> Any:
    # As Any, because OWSLib's annotations of its keyword arguments are wrong.
    return Features(f"{live}/ogc")


def test_it_finds_its_way(service: Any) -> None:
    assert any(link["rel"] == "service-desc" for link in service.links)
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in (service.conformance()["conformsTo"])
    )
    assert service.api()["openapi"] == "3.0.3"
    assert "parcels" in service.feature_collections()
    assert "housing_inspections" not in service.feature_collections()


def test_counts_and_pages(service: Any, counted: Count) -> None:
    page = service.collection_items("events", limit=10_000)
    assert page["numberMatched"] == len(page["features"]) == counted("events")
    one = service.collection_item("events", page["features"][0]["id"])
    assert one["properties"]["name"] == page["features"][0]["properties"]["name"]


def test_filters(service: Any, counted: Count) -> None:
    page = service.collection_items("parcels", limit=1, division="99001")
    assert page["numberMatched"] == counted("parcels", "division = '99001'") > 0
    schema = service.collection_queryables("parcels")
    assert "division" in schema["properties"]


def test_records(live: str, service: Any) -> None:
    """The catalogue is found, searched, and has one record for each collection of features."""
    catalogue: Any = Records(f"{live}/ogc")
    assert catalogue.records() == ["catalogue"]
    page = catalogue.collection_items("catalogue", limit=100)
    assert {one["id"] for one in page["features"]} == set(service.feature_collections())
    found = catalogue.collection_items("catalogue", q="percelen,wegdek", sortby=("title", "desc"))
    assert [one["id"] for one in found["features"]] == ["roads", "parcels"]
    one = catalogue.collection_item("catalogue", "parcels")
    assert one["properties"]["contacts"][0]["organization"] == "Zandwijk (verzonnen gemeente)"
    west, south, *_ = one["geometry"]["coordinates"][0][0]
    near = catalogue.collection_items("catalogue", bbox=[west, south, west + 0.001, south + 0.001])
    assert "parcels" in [record["id"] for record in near["features"]]
    assert "title" in catalogue.collection_queryables("catalogue")["properties"]


def test_a_process_is_run(fresh_dsn: str, tmp_path: Path) -> None:
    """End to end: found, described, waited for, and as a job whose results are fetched."""
    with workshop(fresh_dsn, tmp_path) as shop, serving(fresh_dsn, tmp_path) as address:
        shop.worker()
        service: Any = Processes(f"{address}/ogc")
        assert [one["id"] for one in service.processes()] == ["echo"]
        assert "message" in service.process("echo")["inputs"]
        assert service.execute("echo", {"message": "hé"}) == {"echo": "hé"}
        job = service.execute("echo", {"message": "later", "pause": 0.5}, async_=True)["links"][0]
        status: dict[str, Any] = {}
        while status.get("status") in (None, "accepted", "running"):
            status = httpx.get(job["href"]).json()
        [results] = [one["href"] for one in status["links"] if one["rel"].endswith("/results")]
        assert httpx.get(results).json() == {"echo": "later"}
