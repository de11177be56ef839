"""JSON-LD 1.1: features as nodes with the terms of the layer's declaration, and its context.

A field that names no term has one of ours, below the schema of the collection, so that nothing a
feature says is lost on the way to triples. Geometries are GeoSPARQL's.
"""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from geoloket.crs import Crs
from geoloket.field import FieldType, LayerField
from geoloket.layer import Layer
from geoloket.query import Query
from ogc import state
from ogc.formats import dumps, ending, timestamp
from ogc.links import Link
from ogc.negotiation import JSONLD
from ogc.state import Matched
from ogc.visit import Visit

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPES: Final[dict[FieldType, str]] = {
    "integer": f"{_XSD}integer",
    "number": f"{_XSD}double",
    "boolean": f"{_XSD}boolean",
    "date": f"{_XSD}date",
    "instant": f"{_XSD}dateTime",
    "uri": "@id",
}
_FIXED: Final = {
    "@version": 1.1,
    "geo": "http://www.opengis.net/ont/geosparql#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}


async def context(visit: Visit) -> Response:
    """``/collections/{id}/context``: what the names in the JSON-LD of a collection stand for."""
    layer = visit.layer()
    visit.ask((JSONLD,))
    headers = {
        **visit.headers(),
        **state.validators([await visit.seen(layer)], "context", visit.base, weak=True),
    }
    if unchanged := state.not_modified(visit.request, headers):
        return unchanged
    return Response(dumps({"@context": terms(layer, visit.base)}), headers=headers)


def terms(layer: Layer, base: str) -> dict[str, Any]:
    """Name to term, of the fields that this person may see."""
    own = f"{base}/collections/{layer.id}/schema#"
    retired = LayerField(name="retired_on", type="date", title={"nl": "Niet meer geldig sinds"})
    found = {field.name: _term(field, own) for field in (*layer.fields, retired)}
    return _FIXED | found


def _term(field: LayerField, own: str) -> dict[str, str]:
    term = {"@id": field.uri or f"{own}{field.name}"}
    if kind := _TYPES.get(field.type):
        term["@type"] = kind
    return term


class JsonLd:
    """Writes the documents of one answer."""

    def __init__(self, visit: Visit, layer: Layer, query: Query, asked: Crs) -> None:
        self.crs = asked
        self.query = query.model_copy(update={"encoding": "jsonld"})
        address = f"{visit.base}/collections/{layer.id}"
        self._items = f"{address}/items"
        self._context = [f"{address}/context", {"@base": f"{self._items}/"}]

    def head(self) -> bytes:
        """A collection whose members are the features; what is no term is for people and paging."""
        members = {
            "@context": self._context,
            "@id": self._items,
            "@type": "geo:FeatureCollection",
            "timeStamp": timestamp(),
        }
        return dumps(members)[:-1] + b',"rdfs:member":['

    def tail(self, returned: int, matched: Matched, links: list[Link]) -> bytes:
        """Counts and links, which are for paging."""
        return ending(returned, matched, {"links": links})

    def one(self, body: bytes, links: list[Link]) -> bytes:
        """A feature as a document of its own."""
        head = dumps({"@context": self._context, "links": links})[:-1]
        return b"".join((head, b",", body[1:]))
