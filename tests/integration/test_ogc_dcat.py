"""``/ogc/dcat``: formats, languages, caches, and what a municipality says of itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from fixtures.collections import COLLECTIONS
from fixtures.server import settings_for
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from geoloket.errors import DeclarationFaults
from geoloket.main import app
from geoloket.registry import LayerRegistry, cupboard
from geoloket.settings import SiteSettings

DCT = Namespace("http://purl.org/dc/terms/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
BASE = "http://loket.test/ogc"
PARCELS = URIRef(f"{BASE}/collections/parcels")


def turtle(answer: httpx.Response) -> Graph:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/turtle"
    return Graph().parse(data=answer.content, format="turtle")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/ld+json"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8"),
    ],
)
async def test_formats(ogc: httpx.AsyncClient, accept: str, kind: str) -> None:
    answer = await ogc.get("/dcat", headers={"accept": accept})
    assert answer.headers["content-type"] == kind
    assert "Accept" in answer.headers["vary"]


async def test_refused(ogc: httpx.AsyncClient) -> None:
    assert (await ogc.get("/dcat?f=rdf")).status_code == 400
    assert (await ogc.get("/dcat?page=2")).status_code == 400
    assert (await ogc.get("/dcat", headers={"accept": "image/png"})).status_code == 406


async def test_one_dataset_is_a_part_of_the_whole(ogc: httpx.AsyncClient) -> None:
    whole = turtle(await ogc.get("/dcat?f=ttl"))
    one = turtle(await ogc.get("/collections/catalogue/items/parcels?f=ttl"))
    assert list(one.subjects(RDF.type, DCAT.Dataset)) == [PARCELS]
    for predicate in (DCT.title, DCAT.distribution, DCT.license, DCAT.theme, DCT.modified):
        assert set(one.objects(PARCELS, predicate)) == set(whole.objects(PARCELS, predicate))


async def test_distributions_lead_to_the_data(ogc: httpx.AsyncClient) -> None:
    """Each address answers, with the type of medium that is told; a web page is no distribution."""
    graph = turtle(await ogc.get("/dcat?f=ttl"))
    found = list(graph.objects(PARCELS, DCAT.distribution))
    assert found
    for one in found:
        media_type = str(graph.value(one, DCAT.mediaType)).split("media-types/")[1]
        answer = await ogc.get(str(graph.value(one, DCAT.accessURL)))
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == media_type != "text/html"
    [service] = graph.subjects(RDF.type, DCAT.DataService)
    for predicate in (DCAT.endpointURL, DCAT.endpointDescription):
        assert (await ogc.get(str(graph.value(service, predicate)))).status_code == 200
    assert len(set(graph.objects(service, DCAT.servesDataset))) == len(COLLECTIONS)


async def test_languages(ogc: httpx.AsyncClient) -> None:
    """A text has the tag of the language that it is in; keywords are Dutch in both."""
    for code, title in (("nl", "Percelen"), ("en", "Parcels")):
        graph = turtle(await ogc.get(f"/dcat?f=ttl&lang={code}"))
        assert list(graph.objects(PARCELS, DCT.title)) == [Literal(title, lang=code)]
        assert Literal("kadaster", lang="nl") in set(graph.objects(PARCELS, DCAT.keyword))


async def test_not_modified(ogc: httpx.AsyncClient) -> None:
    tags = set[str]()
    for name in ("jsonld", "ttl"):
        for code in ("nl", "en"):
            address = f"/dcat?f={name}&lang={code}"
            tag = (await ogc.get(address)).headers["etag"]
            again = await ogc.get(address, headers={"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b"")
            tags.add(tag)
    assert len(tags) == 4


async def test_search_engines_read_the_page(ogc: httpx.AsyncClient) -> None:
    """The page of a dataset has schema.org in it, which no policy has to allow."""
    answer = await ogc.get("/collections/catalogue/items/parcels?f=html")
    block = answer.text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    told = json.loads(block)
    assert (told["@type"], told["name"]) == ("Dataset", "Percelen")
    south, west, north, east = map(float, told["spatialCoverage"]["geo"]["box"].split())
    assert 51 < south < north < 52
    assert 3 < west < east < 4
    assert told["temporalCoverage"] == "2020-01-01/2020-01-30"
    assert told["distribution"][0]["contentUrl"].startswith(BASE)
    assert "unsafe-inline" not in answer.headers["content-security-policy"]


SAID = {
    "name": "Voorbeeldgem </script><b>",
    "contact_email": "gis@voorbeeldgem.example",
    "contact_page": "https://voorbeeldgem.example/contact",
    "publisher_uri": "https://data.vlaanderen.be/id/organisatie/OVO000000",
    "catalogue_title": "Open data van Voorbeeldgem",
    "licence": "CC-BY-4.0",
}


@pytest.fixture(scope="module")
async def municipal(
    standards_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx.AsyncClient]:
    """The same layers, with a municipality that says who it is."""
    settings = settings_for(standards_dsn, tmp_path_factory.mktemp("municipal"))
    site = SiteSettings.model_validate(SAID)
    application = app.create(settings.model_copy(update={"site": site}))
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url=BASE) as client,
    ):
        yield client


async def test_what_the_municipality_says(municipal: httpx.AsyncClient) -> None:
    graph = turtle(await municipal.get("/dcat?f=ttl"))
    catalogue = URIRef(f"{BASE}/collections/catalogue")
    assert list(graph.objects(catalogue, DCT.title)) == [
        Literal(SAID["catalogue_title"], lang="nl")
    ]
    publisher = graph.value(PARCELS, DCT.publisher)
    assert publisher == URIRef(SAID["publisher_uri"])
    assert graph.value(publisher, FOAF.name) == Literal(SAID["name"], lang="nl")
    assert (None, FOAF.page, URIRef(SAID["contact_page"])) in graph
    licences = {
        layer: graph.value(URIRef(f"{BASE}/collections/{layer}#json"), DCT.license)
        for layer in ("parcels", "permits")
    }
    assert licences["permits"] == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert licences["parcels"] != licences["permits"]
    record = (await municipal.get("/collections/catalogue/items/permits")).json()
    assert record["properties"]["license"] == "CC-BY-4.0"
    [contact] = record["properties"]["contacts"]
    assert contact["emails"] == [{"value": SAID["contact_email"]}]
    assert contact["identifier"] == SAID["publisher_uri"]


async def test_nothing_that_is_said_breaks_out_of_a_page(municipal: httpx.AsyncClient) -> None:
    for path in ("", "/items", "/items/permits", "/items?q=<script>"):
        separator = "&" if "?" in path else "?"
        page = (await municipal.get(f"/collections/catalogue{path}{separator}f=html")).text
        assert "Voorbeeldgem </script>" not in page
        assert "<script>" not in page.replace("<script>\n", "")


def test_no_layer_takes_the_address_of_the_catalogue(tmp_path: Path) -> None:
    """It is told at start, with all other faults."""
    shutil.copytree(cupboard("layers") / "water", tmp_path / "catalogue")
    with pytest.raises(DeclarationFaults) as told:
        LayerRegistry.read([tmp_path])
    [fault] = told.value.faults
    assert "'catalogue' is an address of the service itself" in fault
