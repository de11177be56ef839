"""Requests as ArcGIS Pro makes them, written down from what others report of it.

Nobody ran ArcGIS here: it needs Windows and a licence. What is known of it, and put to the service:
it supports Part 1 (Esri's help, "Use an OGC API service"); it pages by an ``offset`` of its own
instead of following ``next`` (PDOK/gokoala issue 301); it chooses JSON by ``f=json``, as Esri's own
services have it. That it sends boxes and systems in the ways below is taken from the standard.
"""

from __future__ import annotations

import httpx
import pytest
from fixtures.truth import Count

pytestmark = pytest.mark.clients

LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/31370"


def asked(client: httpx.Client, path: str, **given: str) -> httpx.Response:
    answer = client.get(f"/ogc{path}", params={"f": "json", **given})
    assert answer.status_code == 200, answer.text[:500]
    return answer


def test_a_connection_is_made(client: httpx.Client, counted: Count) -> None:
    """Landing page, conformance and collections, each with ``f=json``.

    Each collection tells its extent, but one that is empty: it has none.
    """
    rels = {link["rel"] for link in asked(client, "").json()["links"]}
    assert {"conformance", "data", "service-desc"} <= rels
    classes = asked(client, "/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson" in classes
    collections = asked(client, "/collections").json()["collections"]
    for one in collections:
        if one["id"] == "catalogue" or counted(one["id"]):
            assert one["extent"]["spatial"]["bbox"], one["id"]
        else:
            assert "extent" not in one
    assert asked(client, "/collections/parcels").json()["id"] == "parcels"


@pytest.mark.parametrize("size", [1000, 3000])
def test_pages_by_offset(client: httpx.Client, counted: Count, size: int) -> None:
    """Every feature once, though no ``next`` is followed; the page behind the last is empty."""
    seen: list[str] = []
    while True:
        given = {"limit": str(size), "offset": str(len(seen))}
        page = asked(client, "/collections/parcels/items", **given).json()
        assert page["numberMatched"] == counted("parcels")
        if not page["features"]:
            break
        seen += [feature["id"] for feature in page["features"]]
    assert len(seen) == len(set(seen)) == counted("parcels")


def test_what_is_in_the_view(client: httpx.Client) -> None:
    """A box in degrees, and one in Lambert with its answer in Lambert, page by page."""
    degrees = {"bbox": "3.20,51.20,3.23,51.22", "limit": "2000"}
    plain = asked(client, "/collections/addresses/items", **degrees)
    assert plain.headers["content-type"] == "application/geo+json"
    assert plain.json()["features"]
    given = {"bbox": "69500,210500,71000,212000", "bbox-crs": LAMBERT, "crs": LAMBERT}
    seen, total = list[str](), 1
    while len(seen) < total:
        at = {"limit": "400", "offset": str(len(seen))}
        answer = asked(client, "/collections/addresses/items", **given, **at)
        assert answer.headers["content-crs"] == f"<{LAMBERT}>"
        page = answer.json()
        total = page["numberMatched"]
        for feature in page["features"]:
            x, y = feature["geometry"]["coordinates"]
            assert 69500 <= x <= 71000
            assert 210500 <= y <= 212000
            seen.append(feature["id"])
    assert len(seen) == len(set(seen)) == total > 400


def test_how_many_there_are(client: httpx.Client, counted: Count) -> None:
    """The count alone: ``limit=1``, or ``resulttype=hits`` where a client knows it from WFS."""
    for given in ({"limit": "1"}, {"resulttype": "hits"}):
        page = asked(client, "/collections/parcels/items", **given).json()
        assert page["numberMatched"] == counted("parcels")


def test_one_feature_and_one_attribute(client: httpx.Client, counted: Count) -> None:
    """Identify, and a definition query of one value."""
    page = asked(client, "/collections/parcels/items", division="99002", limit="1").json()
    assert page["numberMatched"] == counted("parcels", "division = '99002'")
    name = page["features"][0]["id"]
    one = asked(client, f"/collections/parcels/items/{name}", crs=LAMBERT).json()
    assert one["id"] == name
