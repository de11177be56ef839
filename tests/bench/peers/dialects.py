"""What is asked, in the words of each server."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from bench.peers.places import Box, Tile


class Cannot(Exception):
    """This server does not offer what is asked; the message is for the table."""


class Dialect(ABC):
    """Addresses of one collection on one server. Every method may raise Cannot."""

    @abstractmethod
    def items(
        self, limit: int, *, offset: int = 0, bbox: Box | None = None, cql: str | None = None
    ) -> str: ...

    @abstractmethod
    def item(self, feature_id: str) -> str: ...

    @abstractmethod
    def tile(self, tile: Tile) -> str: ...


def _query(limit: int, offset: int, bbox: Box | None, cql: str | None, **more: str) -> str:
    given: dict[str, str] = {**more, "limit": str(limit)}
    if offset:
        given["offset"] = str(offset)
    if bbox:
        given["bbox"] = ",".join(map(str, bbox))
    if cql:
        given |= {"filter-lang": "cql2-text", "filter": cql}
    return urlencode(given, safe=",", quote_via=quote)


@dataclass(frozen=True)
class Geoloket(Dialect):
    collection: str = "/ogc/collections/parcels"

    def items(
        self, limit: int, *, offset: int = 0, bbox: Box | None = None, cql: str | None = None
    ) -> str:
        return f"{self.collection}/items?{_query(limit, offset, bbox, cql, f='json')}"

    def item(self, feature_id: str) -> str:
        return f"{self.collection}/items/{feature_id}?f=json"

    def tile(self, tile: Tile) -> str:
        z, x, y = tile
        return f"{self.collection}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt"


@dataclass(frozen=True)
class Pygeoapi(Dialect):
    collection: str

    def items(
        self, limit: int, *, offset: int = 0, bbox: Box | None = None, cql: str | None = None
    ) -> str:
        query = _query(limit, offset, bbox, cql, f="json")
        return f"/collections/{self.collection}/items?{query}"

    def item(self, feature_id: str) -> str:
        return f"/collections/{self.collection}/items/{feature_id}?f=json"

    def tile(self, tile: Tile) -> str:
        z, x, y = tile
        return f"/collections/{self.collection}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt"


@dataclass(frozen=True)
class Tipg(Dialect):
    table: str

    def items(
        self, limit: int, *, offset: int = 0, bbox: Box | None = None, cql: str | None = None
    ) -> str:
        query = _query(limit, offset, bbox, cql, f="geojson")
        return f"/collections/peers.{self.table}/items?{query}"

    def item(self, feature_id: str) -> str:
        return f"/collections/peers.{self.table}/items/{feature_id}?f=geojson"

    def tile(self, tile: Tile) -> str:
        z, x, y = tile
        address = f"/collections/peers.{self.table}/tiles/WebMercatorQuad/{z}/{x}/{y}"
        return f"{address}?properties=id,parcel_label"


@dataclass(frozen=True)
class QgisServer(Dialect):
    collection: str
    sort: str = "id"

    def items(
        self, limit: int, *, offset: int = 0, bbox: Box | None = None, cql: str | None = None
    ) -> str:
        if cql:
            raise Cannot("no CQL2 in QGIS Server 3.22")
        order = {"sortby": self.sort} if self.sort else {}
        query = _query(limit, offset, bbox, None, **order)
        return f"/wfs3/collections/{self.collection}/items.json?{query}"

    def item(self, feature_id: str) -> str:
        return f"/wfs3/collections/{self.collection}/items/{feature_id}.json"

    def tile(self, tile: Tile) -> str:
        raise Cannot("no vector tiles in QGIS Server 3.22")


@dataclass(frozen=True)
class MapServer(Dialect):
    collection: str
    tiles: str = "tiles"

    def items(
        self, limit: int, *, offset: int = 0, bbox: Box | None = None, cql: str | None = None
    ) -> str:
        if cql:
            raise Cannot("no CQL2 in MapServer 8.0")
        query = _query(limit, offset, bbox, None, f="json")
        return f"/BENCH/ogcapi/collections/{self.collection}/items?{query}"

    def item(self, feature_id: str) -> str:
        return f"/BENCH/ogcapi/collections/{self.collection}/items/{feature_id}?f=json"

    def tile(self, tile: Tile) -> str:
        z, x, y = tile
        return (
            f"/?map=BENCH&mode=tile&tilemode=gmap&tile={x}+{y}+{z}"
            f"&layers={self.tiles}&map.imagetype=mvt"
        )


@dataclass(frozen=True)
class Contender:
    """A row of the table: a server, which of its collections, and what that says of it."""

    key: str
    server: str
    dialect: Dialect
    prepared: bool = False
    """A variant that is shown in a row of its own, at 8 connections only."""
    other: bool = False
    """Answers something else by intent: timed, whatever it holds."""


OURS: Final = Contender("geoloket", "geoloket-cold", Geoloket())
"""Makes every answer anew, as the others do."""
KEPT: Final = Contender("geoloket", "geoloket", Geoloket())
"""Gives the answers again that it has kept."""
GENERALISED: Final = Contender(
    "geoloket, generalised as published", "geoloket-generalised", Geoloket(), True, True
)
PEERS: Final = (
    Contender("pygeoapi", "pygeoapi", Pygeoapi("parcels")),
    Contender("tipg", "tipg", Tipg("parcels_31370")),
    Contender("qgis-server", "qgis-server", QgisServer("parcels")),
    Contender("mapserver", "mapserver", MapServer("parcels")),
)
FEATURES_PREPARED: Final = (
    Contender("pygeoapi, stored in 4326", "pygeoapi", Pygeoapi("parcels_4326"), prepared=True),
    Contender("tipg, stored in 4326", "tipg", Tipg("parcels_4326"), prepared=True),
    Contender(
        "qgis-server, stored in 4326", "qgis-server", QgisServer("parcels_4326"), prepared=True
    ),
    Contender("mapserver, stored in 4326", "mapserver", MapServer("parcels_4326"), prepared=True),
)
UNCOUNTED: Final = Contender(
    "pygeoapi, told not to count", "pygeoapi", Pygeoapi("parcels_uncounted"), prepared=True
)
UNSORTED: Final = Contender(
    "qgis-server, in no order", "qgis-server", QgisServer("parcels", ""), prepared=True
)
TILES_PREPARED: Final = (
    Contender("pygeoapi, stored in 3857", "pygeoapi", Pygeoapi("parcels_3857"), prepared=True),
    Contender("tipg, stored in 3857", "tipg", Tipg("parcels_3857"), prepared=True),
    Contender(
        "mapserver, stored in 3857", "mapserver", MapServer("parcels", "tiles_3857"), prepared=True
    ),
)
