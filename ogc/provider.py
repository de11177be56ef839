"""pygeoapi's way to our features: its synchronous provider over the asynchronous FeatureStore.

The engine runs in a worker thread of the event loop (see ``ogc.engine``); the provider goes back
to the loop for the database. What it is asked becomes the same Query as in the fast lane, and the
same composer makes the SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import anyio.from_thread
import orjson
from pygeoapi.provider.base import BaseProvider, ProviderItemNotFoundError
from pygeofilter import ast
from pygeofilter.backends.cql2_json import to_cql2

from geoloket import crs, filters
from geoloket.access import Principal
from geoloket.features import FeatureStore
from geoloket.field import JSON_TYPES
from geoloket.layer import Layer
from geoloket.query import Box, Query
from ogc import parameters, selecting

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """One layer for one person: what pygeoapi carries about in its configuration as ``data``."""

    store: FeatureStore
    layer: Layer
    who: Principal

    def __deepcopy__(self, memo: object) -> Self:
        """pygeoapi copies its configuration; there is one database nevertheless."""
        return self


class FeatureStoreProvider(BaseProvider):
    """Read-only features of one layer; made anew by pygeoapi for every request."""

    def __init__(self, provider_def: Json) -> None:
        super().__init__(provider_def)
        self._door: Door = provider_def["data"]
        self._fields: Json = self.get_fields()

    def get_fields(self) -> Json:
        """Name to JSON Schema of each property."""
        return {field.name: dict(JSON_TYPES[field.type]) for field in self._door.layer.fields}

    def query(  # noqa: PLR0913, PLR0917  # the signature is pygeoapi's
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        bbox: Sequence[float] = (),
        datetime_: str | None = None,
        properties: Sequence[tuple[str, str]] = (),
        sortby: Sequence[Mapping[str, str]] = (),
        select_properties: Sequence[str] = (),
        skip_geometry: bool = False,
        q: str | None = None,
        filterq: ast.Node | None = None,
        **_: object,
    ) -> Json:
        """A GeoJSON FeatureCollection in CRS84; ``bbox`` and ``filterq`` are in CRS84 as well.

        ``filterq`` is a tree of pygeofilter. Raises InvalidParameter for what cannot be used.
        """
        layer = self._door.layer
        begin, end = parameters.interval(datetime_) if datetime_ else (None, None)
        keys = ",".join(f"{key['order']}{key['property']}" for key in sortby)
        query = Query(
            limit=limit,
            offset=offset,
            bbox=cast("Box", tuple(bbox)) if len(bbox) == 4 else None,
            begin=begin,
            end=end,
            equals=tuple(properties),
            filter=_checked(layer, filterq) if filterq is not None else None,
            words=selecting.words(q) if q else (),
            order=selecting.order(layer, keys) if keys else (),
            properties=tuple(select_properties) or None,
            geometry=not skip_geometry,
        )
        return anyio.from_thread.run(self._collection, query, resulttype == "hits")

    def get(self, identifier: str, **_: object) -> Json:
        """One GeoJSON feature. Raises pygeoapi's ProviderItemNotFoundError."""
        door = self._door
        body = anyio.from_thread.run(door.store.feature, door.layer, identifier, door.who)
        if body is None:
            raise ProviderItemNotFoundError(f"item {identifier} not found")
        return orjson.loads(body)

    async def _collection(self, query: Query, hits: bool) -> Json:
        door = self._door
        matched = await door.store.count(door.layer, query, door.who)
        features: list[Json] = []
        if not hits:
            page = await door.store.page(door.layer, query, door.who)
            features = [orjson.loads(feature) for feature in page.features]
        return {
            "type": "FeatureCollection",
            "numberMatched": matched,
            "numberReturned": len(features),
            "features": features,
        }


def _checked(layer: Layer, filterq: ast.Node) -> filters.Node:
    return filters.read_json(to_cql2(filterq), layer, crs.SUPPORTED[crs.CRS84])


def definition(door: Door, systems: Sequence[str]) -> Mapping[str, object]:
    """The provider part of a collection in pygeoapi's configuration."""
    return {
        "type": "feature",
        "name": f"{__name__}.{FeatureStoreProvider.__name__}",
        "data": door,
        "id_field": "id",
        "crs": list(systems),
    }
