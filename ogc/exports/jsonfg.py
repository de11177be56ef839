"""JSON-FG documents (OGC 21-045r1): GeoJSON with ``place`` in a projected system, and ``time``."""

from __future__ import annotations

from typing import Any, Final

from geoloket import crs
from geoloket.crs import CRS84, Crs
from geoloket.layer import Layer
from geoloket.query import Query
from ogc.exports.table import PROFILE
from ogc.formats import dumps, ending, timestamp
from ogc.links import Link, link
from ogc.state import Matched
from ogc.visit import Visit

CONFORMS_TO: Final = ("http://www.opengis.net/spec/json-fg-1/1.0/conf/core",)

_DIMENSIONS: Final = {"Point": 0, "LineString": 1, "Polygon": 2}


class JsonFg:
    """Writes the documents of one answer."""

    def __init__(self, visit: Visit, layer: Layer, query: Query, asked: Crs) -> None:
        """``place`` is in the CRS that was asked, else in the one that geometries are stored in."""
        stored = crs.of_srid(visit.service.hall.settings.storage_srid)
        self.crs = asked if "crs" in visit.given else stored
        self.query = query.model_copy(
            update={"encoding": "jsonfg", "srid": self.crs.srid, "swapped": self.crs.swapped}
        )
        self._visit = visit
        self._layer = layer

    def head(self) -> bytes:
        """A feature collection: what readers want to know before the features."""
        members = self._members()
        dimension = self._dimension()
        if dimension is not None:
            members["geometryDimension"] = dimension
        members["timeStamp"] = timestamp()
        return dumps({"type": "FeatureCollection", **members})[:-1] + b',"features":['

    def tail(self, returned: int, matched: Matched, links: list[Link]) -> bytes:
        """Counts and links."""
        return ending(returned, matched, {"links": [*links, self._profile()]})

    def one(self, body: bytes, links: list[Link]) -> bytes:
        """A feature as a document of its own."""
        tail = dumps({**self._members(), "links": [*links, self._profile()]})
        return b"".join((body[:-1], b",", tail[1:]))

    def _members(self) -> dict[str, Any]:
        visit, layer = self._visit, self._layer
        members: dict[str, Any] = {
            "conformsTo": CONFORMS_TO,
            "featureType": layer.id,
            "featureSchema": f"{visit.base}/collections/{layer.id}/schema",
        }
        if layer.geometry and self.query.geometry and self.crs.uri != CRS84:
            members["coordRefSys"] = self.crs.uri
        return members

    def _dimension(self) -> int | None:
        geometry = self._layer.geometry
        return _DIMENSIONS.get(geometry.type.removeprefix("Multi")) if geometry else None

    def _profile(self) -> Link:
        return link(PROFILE, "profile", "text/html", "JSON-FG")
