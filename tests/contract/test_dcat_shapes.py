"""Our graph has what DCAT-AP Vlaanderen (2022-04-21) and GeoDCAT-AP 3.0 ask, and nothing less.

The shapes in ``dcat/`` are ours, written from the tables that the profiles publish. Where the two
differ in the kind of a node, the European one counts: addresses are IRIs, not typed literals.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import httpx
import pyshacl
import pytest
from fixtures.collections import COLLECTIONS
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

from geoloket.access import VISITOR, AccessPolicy, Principal, Role
from geoloket.features import Period
from geoloket.licences import licence
from geoloket.registry import LayerRegistry
from geoloket.subject import Subject
from ogc.dcat import graph as writing
from ogc.dcat.nodes import told_once
from ogc.dcat.triples import turtle
from ogc.formats import dumps
from ogc.records.entries import Entry
from ogc.records.publisher import Publisher
from ogc.state import Seen

SHAPES = Path(__file__).parent / "dcat"
SH = Namespace("http://www.w3.org/ns/shacl#")
DCT = Namespace("http://purl.org/dc/terms/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
BASE = "https://loket.example/ogc"
WHEN = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
MUNICIPALITY = Publisher(
    name="Voorbeeldgem",
    title="Voorbeeldgem: catalogus van open geodata",
    description="Alle open geodata.",
    uri="https://data.vlaanderen.be/id/organisatie/OVO000000",
    email="gis@voorbeeldgem.example",
    page="https://voorbeeldgem.example/contact",
    licence=licence("Modellicentie gratis hergebruik"),
    invented=False,
)


@cache
def shapes() -> Graph:
    found = Graph()
    for file in sorted(SHAPES.glob("*.ttl")):
        found.parse(file, format="turtle")
    return found


def an_entry(name: str, who: Principal = VISITOR, subject: Subject | None = None) -> Entry:
    layer = AccessPolicy().layer(LayerRegistry.read()[name], who)
    assert layer
    if subject:
        layer = layer.model_copy(update={"subject": subject})
    state: Any = type("State", (), {"version": 3, "changed_at": WHEN, "dated": True})()
    period = Period(date(2020, 1, 1), WHEN)
    return Entry(Seen(layer, who, state, "", WHEN), (3.2, 51.2, 3.3, 51.3), period)


def two_datasets() -> list[Entry]:
    """One with all that can be told, one with as little as can be."""
    full = Subject(
        inspire="cp",
        topic="planningCadastre",
        resolution_m=0.2,
        identifiers=("wis:7", "https://example.org/x"),
    )
    rich = an_entry("parcels", subject=full)
    return [rich, replace(an_entry("events"), box=None, period=None)]


def a_document(by: Publisher = MUNICIPALITY, language: str = "nl") -> bytes:
    document = writing.Graph(BASE, language, by).catalogue(two_datasets())
    return dumps(told_once(document))


def read(document: bytes) -> Graph:
    """JSON-LD as rdflib reads it, by the context in the document alone."""
    found = Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib, about itself
        found.parse(data=document, format="json-ld")
    return found


def faults(data: Graph) -> str | None:
    """What the shapes find wrong, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        conforms, _, text = pyshacl.validate(data, shacl_graph=shapes(), inference="none")
    return None if conforms else cast("str", text)


def copied(data: Graph) -> Graph:
    found = Graph()
    for triple in data:
        found.add(triple)
    return found


@pytest.fixture(scope="module")
def sound() -> Graph:
    return read(a_document())


def test_our_graph_conforms(sound: Graph) -> None:
    assert len(set(sound.subjects(RDF.type, DCAT.Dataset))) == 2
    assert faults(sound) is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_with_as_little_as_a_municipality_may_say(language: str) -> None:
    """No settings at all, in both languages; an invented town; a licence known by name alone."""
    silent = replace(
        MUNICIPALITY, uri=None, email=None, invented=True, licence=licence("Naar goeddunken")
    )
    assert faults(read(a_document(silent, language))) is None


async def test_what_is_served_conforms(ogc: httpx.AsyncClient) -> None:
    answer = await ogc.get("/dcat", headers={"accept": "text/turtle"})
    served = Graph().parse(data=answer.content, format="turtle")
    assert len(set(served.subjects(RDF.type, DCAT.Dataset))) == len(COLLECTIONS)
    assert faults(served) is None


def test_both_formats_tell_the_same(sound: Graph) -> None:
    assert isomorphic(sound, Graph().parse(data=turtle(a_document()), format="turtle"))
    whole = writing.Graph(BASE, "nl", MUNICIPALITY).catalogue(two_datasets())
    assert isomorphic(sound, read(dumps(whole)))
    assert len(a_document()) < len(dumps(whole))


def test_no_reader_has_to_fetch_a_context() -> None:
    document = json.loads(a_document())
    assert isinstance(document["@context"], dict)
    assert json.dumps(document).count("@context") == 1


def _rules(kind: URIRef) -> Iterator[tuple[URIRef, URIRef]]:
    """Class and property of each rule of that kind in the shapes."""
    for shape, target in shapes().subject_objects(SH.targetClass):
        for rule in shapes().objects(shape, SH.property):
            if (rule, kind, None) in shapes():
                path = shapes().value(rule, SH.path)
                yield cast("URIRef", target), cast("URIRef", path)


def _named(rules: Iterator[tuple[URIRef, URIRef]]) -> list[Any]:
    def short(uri: URIRef) -> str:
        return uri.n3(shapes().namespace_manager)

    return [pytest.param(*one, id=" ".join(map(short, one))) for one in sorted(rules)]


@pytest.mark.parametrize(("kind", "path"), _named(_rules(SH.minCount)))
def test_nothing_mandatory_may_be_missing(sound: Graph, kind: URIRef, path: URIRef) -> None:
    data, removed = copied(sound), 0
    for subject in list(data.subjects(RDF.type, kind)):
        removed += len(list(data.objects(subject, path)))
        data.remove((subject, path, None))
    assert removed, "the graph never had it"
    assert faults(data)


@pytest.mark.parametrize(("kind", "path"), _named(_rules(SH.maxCount)))
def test_nothing_may_be_told_too_often(sound: Graph, kind: URIRef, path: URIRef) -> None:
    data = copied(sound)
    told = [(one, path, value) for one in data.subjects(RDF.type, kind)
            for value in data.objects(one, path)]  # fmt: skip
    assert told, "the graph never had it"
    subject, _, value = told[0]
    data.add((subject, path, _another(value)))
    assert faults(data)


def _another(value: Node) -> Node:
    """A second value, of the same type and in the same code list."""
    if isinstance(value, Literal):
        other = "2001-01-01T00:00:00Z" if "T" in value else "2001-01-01"
        dated = value.datatype is not None and "date" in value.datatype
        return Literal(other if dated else f"{value} 2", value.language, value.datatype)
    return URIRef(f"{value}2")


@pytest.mark.parametrize(("kind", "path"), _named(_rules(SH["class"])))
def test_nothing_may_be_a_text_that_has_to_be_a_thing(
    sound: Graph, kind: URIRef, path: URIRef
) -> None:
    data = copied(sound)
    told = [(one, path, value) for one in data.subjects(RDF.type, kind)
            for value in data.objects(one, path)]  # fmt: skip
    assert told, "the graph never had it"
    data.remove(told[0])
    data.add((*told[0][:2], Literal("a text")))
    assert faults(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (DCT.accessRights, "http://publications.europa.eu/resource/authority/access-right/OPEN"),
        (DCT.language, "http://publications.europa.eu/resource/authority/language/nl"),
        (DCT["format"], "http://publications.europa.eu/resource/authority/file-type/geojson"),
        (DCAT.theme, "http://publications.europa.eu/resource/authority/data-theme"),
        (DCAT.mediaType, "https://www.iana.org/assignments/media-types/geojson"),
    ],
)
def test_code_lists_are_kept_to(sound: Graph, path: URIRef, value: str) -> None:
    """A value outside the list is a fault, also where it is called one of the right class."""
    data = copied(sound)
    for subject, old in list(data.subject_objects(path)):
        data.remove((subject, path, old))
        data.add((subject, path, URIRef(value)))
        for kind in list(data.objects(old, RDF.type)):
            data.add((URIRef(value), RDF.type, kind))
    assert faults(data)


def test_what_is_for_staff_says_so() -> None:
    """Staff see their layers in the catalogue, and no portal would take those for open data."""
    staff = Principal(role=Role.HOUSING)
    node = writing.Graph(BASE, "nl", MUNICIPALITY).dataset(an_entry("housing_inspections", staff))
    assert node["dct:accessRights"]["@id"].endswith("/NON_PUBLIC")
    assert "mdcat:statuut" not in node
    assert "Vlaamse Open data" not in [one["@value"] for one in node["dcat:keyword"]]
