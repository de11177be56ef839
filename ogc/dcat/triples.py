"""Our JSON-LD as Turtle: the same triples, written by rdflib.

Imported by who needs it, in a thread: rdflib takes half a second to import. Its own reader of
JSON-LD is not used, because it warns of parts of itself that will go, and our documents know only
four kinds of value.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, cast

from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from ogc.dcat.context import CONTEXT, PREFIXES

Json = dict[str, Any]

type Triple = tuple[Node, Node, Node]


@lru_cache(maxsize=32)
def turtle(document: bytes) -> bytes:
    """A JSON-LD document of ours as Turtle; takes some tens of milliseconds."""
    graph = Graph(bind_namespaces="none")
    for prefix, address in PREFIXES.items():
        graph.bind(prefix, Namespace(address))
    _, triples = _node(json.loads(document))
    for triple in triples:
        graph.add(triple)
    return graph.serialize(format="turtle", encoding="utf-8")


def _node(told: Json) -> tuple[Node, list[Triple]]:
    """The subject that an object of JSON-LD is, and all triples in it."""
    subject = URIRef(told["@id"]) if "@id" in told else BNode()
    triples: list[Triple] = []
    for key, value in told.items():
        if key in ("@context", "@id"):
            continue
        for one in _listed(value):
            if key == "@type":
                triples.append((subject, RDF.type, _name(one)))
            else:
                found, inside = _value(key, one)
                triples += [(subject, _name(key), found), *inside]
    return subject, triples


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _value(key: str, value: Json | str) -> tuple[Node, list[Triple]]:
    if isinstance(value, dict):
        if "@value" not in value:
            return _node(value)
        kind = _name(value["@type"]) if "@type" in value else None
        return Literal(value["@value"], lang=value.get("@language"), datatype=kind), []
    kind = CONTEXT[key]["@type"] if key in CONTEXT else None
    if kind == "@id":
        return URIRef(value), []
    return Literal(value, datatype=_name(kind) if kind else None), []


def _name(short: str) -> URIRef:
    prefix, _, rest = short.partition(":")
    return URIRef(PREFIXES[prefix] + rest)
