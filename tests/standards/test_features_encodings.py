"""Abstract tests of GeoJSON and HTML of OGC API Features Part 1 (OGC 17-069r4), by name."""

from __future__ import annotations

import httpx
import pytest
import shapely
from fixtures.collections import (
    COLLECTIONS,
    SPATIAL,
    Json,
    address_of,
    asked,
    linked,
    some,
)
from fixtures.openapi import plain
from shapely.geometry import box, shape

GEOJSON = "application/geo+json"
BELGIUM = box(2.3, 49.4, 6.5, 51.6)
each = pytest.mark.parametrize("collection", COLLECTIONS)
each_spatial = pytest.mark.parametrize("collection", SPATIAL)


@each
async def test_ats_geojson_definition(api: httpx.AsyncClient, collection: str) -> None:
    """Asked for GeoJSON, by header or by parameter, each resource answers in it."""
    path = f"/collections/{collection}/items"
    addresses = [path, *(address_of(collection, one) for one in await some(api, collection))]
    for address in addresses[:3]:
        for asking in ({"headers": {"accept": GEOJSON}}, {"params": {"f": "json"}}):
            answer = await api.get(address, **asking)  # pyright: ignore[reportArgumentType]
            assert answer.status_code == 200
            assert answer.headers["content-type"] == GEOJSON


@each
async def test_ats_geojson_content(api: httpx.AsyncClient, collection: str) -> None:
    """RFC 7946, with the members of OGC 17-069r4 table 9 in their places."""
    document = await asked(api, f"/collections/{collection}/items", limit="1000")
    assert {"type", "features", "links", "timeStamp"} <= set(document)
    assert "crs" not in document
    for feature in document["features"]:
        assert {"type", "id", "geometry", "properties"} <= set(feature)
        assert isinstance(feature["properties"], dict)
        if feature["geometry"]:
            assert_geojson(feature["geometry"])


@each
async def test_ats_html_definition(api: httpx.AsyncClient, collection: str) -> None:
    path = f"/collections/{collection}"
    addresses = ["", "/conformance", "/collections", path, f"{path}/items"]
    addresses += [address_of(collection, one) for one in (await some(api, collection))[:2]]
    for address in addresses:
        answer = await api.get(address, headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert plain(answer.headers["content-type"]) == "text/html"


@each
async def test_ats_html_content(api: httpx.AsyncClient, collection: str) -> None:
    """The page tells what the JSON document tells, and leads to where its links lead."""
    found = await asked(api, f"/collections/{collection}/items", limit="5")
    page = (await api.get(f"/collections/{collection}/items?limit=5&f=html")).text
    assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
    for feature in found["features"]:
        assert address_of(collection, feature) in page
    if linked(found, "next"):
        assert 'rel="next"' in page


def assert_geojson(geometry: Json) -> None:
    """RFC 7946 §3.1: rings are closed, and the outer one runs anticlockwise."""
    made = shape(geometry)
    assert made.geom_type == geometry["type"]
    assert not made.is_empty
    parts = shapely.get_parts(made)
    for part in parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]:
        assert shapely.is_ccw(part.exterior)
