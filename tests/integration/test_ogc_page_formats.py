"""Pages and single features as JSON-FG and as JSON-LD: in documents of their own."""

from __future__ import annotations

import json

import httpx
import pytest
import shapely
from fixtures.standards import ODD, PARCELS, parcel_id
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, XSD

LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/31370"

# rdflib's own parser makes one.
triples_are_read = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

JSONFG = "http://www.opengis.net/spec/json-fg-1/1.0/conf/core"


async def test_json_fg(ogc: httpx.AsyncClient) -> None:
    """OGC 21-045r1 clause 8: metadata, and both geometries, each in its own system."""
    answer = await ogc.get("/collections/parcels/items", params={"f": "jsonfg", "limit": "27"})
    assert answer.headers["content-type"].split(";")[0] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{LAMBERT}>"
    document = answer.json()
    assert document["conformsTo"] == [JSONFG]
    assert document["coordRefSys"] == LAMBERT
    assert (document["featureType"], document["geometryDimension"]) == ("parcels", 2)
    assert (document["numberMatched"], document["numberReturned"]) == (PARCELS, 27)
    profiles = [link["href"] for link in document["links"] if link["rel"] == "profile"]
    assert profiles == ["http://www.opengis.net/def/profile/OGC/0/jsonfg-plus"]
    plain = (await ogc.get("/collections/parcels/items?limit=27")).json()["features"]
    placed = (
        await ogc.get("/collections/parcels/items", params={"limit": "27", "crs": LAMBERT})
    ).json()
    for one, other, lambert in zip(document["features"], plain, placed["features"], strict=True):
        assert one["place"] == lambert["geometry"]
        assert {name: one[name] for name in other} == other
        assert one["time"] == {"date": other["properties"]["valid_from"]}
        assert set(one) == {"type", "id", "time", "place", "geometry", "properties"}


async def test_json_fg_times(ogc: httpx.AsyncClient) -> None:
    """/req/core/interval and /req/core/utc."""
    document = (await ogc.get("/collections/events/items?f=jsonfg")).json()
    times = {one["id"]: one["time"] for one in document["features"]}
    assert times == {
        "e/1": {"interval": ["2026-05-01T10:00:00Z", "2026-05-03T20:00:00Z"]},
        "e3": {"interval": [times["e3"]["interval"][0], ".."]},
    }
    assert times["e3"]["interval"][0].endswith("Z")
    assert "geometryDimension" not in document
    places = {one["id"]: (one["place"], one["geometry"]) for one in document["features"]}
    assert places["e3"] == (None, None)


async def test_json_fg_place_is_never_crs84(ogc: httpx.AsyncClient) -> None:
    """/req/core/place and /req/core/axis-order."""
    address = "/collections/parcels/items"
    given = {"f": "jsonfg", "limit": "1", "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
    document = (await ogc.get(address, params=given)).json()
    assert "coordRefSys" not in document
    assert document["features"][0]["place"] is None
    assert document["features"][0]["geometry"]
    given["crs"] = "http://www.opengis.net/def/crs/EPSG/0/4326"
    document = (await ogc.get(address, params=given)).json()
    assert document["coordRefSys"] == given["crs"]
    [one] = document["features"]
    x, y = one["geometry"]["coordinates"][0][0][0]
    assert one["place"]["coordinates"][0][0][0] == [y, x]


@pytest.mark.parametrize("name", ["jsonfg", "jsonld"])
async def test_pages_lead_to_all(ogc: httpx.AsyncClient, name: str) -> None:
    """Pages of ten, as in GeoJSON, each next one in the same format."""
    member, key = ("features", "id") if name == "jsonfg" else ("rdfs:member", "@id")
    address, seen = f"/collections/parcels/items?f={name}", list[str]()
    while address:
        page = (await ogc.get(address)).json()
        seen += [one[key] for one in page[member]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert seen == sorted({*seen})
    assert len(seen) == PARCELS


@triples_are_read
@pytest.mark.parametrize("key", [parcel_id(0), parcel_id(3), "e/1"])
async def test_one_feature(ogc: httpx.AsyncClient, key: str) -> None:
    """``parcel_id(3)`` is retired, and says so in every format."""
    layer = "parcels" if key.startswith("99") else "events"
    address = f"/collections/{layer}/items/{key.replace('/', '%2F')}"
    plain = (await ogc.get(address)).json()
    fg = (await ogc.get(address, params={"f": "jsonfg"})).json()
    assert (fg["conformsTo"], fg["featureType"], fg["type"]) == ([JSONFG], layer, "Feature")
    assert (fg["properties"], fg["geometry"]) == (plain["properties"], plain["geometry"])
    assert fg["coordRefSys"] == LAMBERT
    graph = await triples(ogc, address)
    node = URIRef(f"http://loket.test/ogc{address}")
    own = f"http://loket.test/ogc/collections/{layer}/schema#"
    retired = graph.value(node, URIRef(f"{own}retired_on"))
    assert str(retired) == str(plain["properties"]["retired_on"])


GEO = "http://www.opengis.net/ont/geosparql#"


async def triples(ogc: httpx.AsyncClient, address: str, **given: str) -> Graph:
    """JSON-LD as triples; the context is asked of us, as a client would."""
    document = (await ogc.get(address, params={"f": "jsonld", **given})).json()
    remote, local = document["@context"]
    answer = await ogc.get(remote)
    assert answer.headers["content-type"] == "application/ld+json"
    document["@context"] = [answer.json()["@context"], local]
    return Graph().parse(data=json.dumps(document), format="json-ld")


@triples_are_read
async def test_json_ld(ogc: httpx.AsyncClient) -> None:
    """Each value of each feature is a triple, with the term that the layer declares."""
    graph = await triples(ogc, "/collections/parcels/items", limit="27")
    known = (await ogc.get("/collections/parcels/items?limit=27")).json()["features"]
    base = "http://loket.test/ogc/collections/parcels"
    parcel = URIRef("https://data.vlaanderen.be/ns/perceel#Perceel")
    assert len(set(graph.subjects(RDF.type, parcel))) == PARCELS
    for one in known:
        node = URIRef(f"{base}/items/{one['id']}")
        assert (node, RDF.type, URIRef(f"{GEO}Feature")) in graph
        key = URIRef("https://data.vlaanderen.be/ns/generiek#lokaleIdentificator")
        assert graph.value(node, key) == Literal(one["properties"]["capakey"])
        since = graph.value(node, URIRef(f"{base}/schema#valid_from"))
        assert since == Literal(one["properties"]["valid_from"], datatype=XSD.date)
        area = graph.value(node, URIRef(f"{base}/schema#area_m2"))
        assert isinstance(area, Literal)
        assert float(area) == one["properties"]["area_m2"]
        assert area.datatype == XSD.double
        place = graph.value(node, URIRef(f"{GEO}hasGeometry"))
        text = graph.value(place, URIRef(f"{GEO}asWKT"))
        assert isinstance(text, Literal)
        assert text.datatype == URIRef(f"{GEO}wktLiteral")
        geometry = shapely.from_geojson(json.dumps(one["geometry"]))
        assert shapely.equals_exact(shapely.from_wkt(str(text)), geometry, 1e-9)
        held = {name for name, value in one["properties"].items() if value is not None}
        assert len(set(graph.predicates(node))) == len(held) + 2


@triples_are_read
async def test_json_ld_without_values(ogc: httpx.AsyncClient) -> None:
    given = {"properties": "", "skipGeometry": "true", "limit": "2"}
    graph = await triples(ogc, "/collections/parcels/items", **given)
    node = URIRef(f"http://loket.test/ogc/collections/parcels/items/{parcel_id(0)}")
    assert set(graph.predicates(node)) == {RDF.type}


@triples_are_read
async def test_json_ld_of_odd_rows(ogc: httpx.AsyncClient) -> None:
    """Ids with a slash, text with marks, moments, no place; and the CRS in the literal."""
    graph = await triples(ogc, "/collections/events/items", crs=LAMBERT)
    base = "http://loket.test/ogc/collections/events"
    fair = URIRef(f"{base}/items/e%2F1")
    assert graph.value(fair, URIRef(f"{base}/schema#name")) == Literal(ODD)
    starts = graph.value(fair, URIRef(f"{base}/schema#starts"))
    assert starts == Literal("2026-05-01T10:00:00+00:00", datatype=XSD.dateTime)
    text = graph.value(graph.value(fair, URIRef(f"{GEO}hasGeometry")), URIRef(f"{GEO}asWKT"))
    assert str(text) == f"<{LAMBERT}> POINT(70100 211100)"
    assert graph.value(URIRef(f"{base}/items/e3"), URIRef(f"{GEO}hasGeometry")) is None
