"""OWSLib's client of OGC API Features."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.truth import Count
from owslib.ogcapi.features import Features

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
