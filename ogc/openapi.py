"""The OpenAPI 3.0.3 document of what this person may ask, and its web page.

Our own lane: pygeoapi's document points to schemas on other servers, declares editing and job
resources that are not here, and describes the queryables not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from geoloket import __version__, crs
from geoloket.language import pick
from geoloket.layer import JSON_TYPES, Layer, LayerField
from ogc.links import TEXTS
from ogc.negotiation import (
    GEOJSON,
    HTML,
    JSON,
    JSONLD,
    MVT,
    OPENAPI,
    SCHEMA,
    TILEJSON,
    Format,
)
from ogc.parameters import ITEMS, queryables
from ogc.tiles import drawn
from ogc.visit import Visit

Json = dict[str, Any]

_OFFERS: Final = (OPENAPI, HTML)
_COMPONENTS: Final = Path(__file__).parent / "components.json"


async def definition(visit: Visit) -> Response:
    """``/openapi``."""
    visit.ask(_OFFERS)
    document = build(visit.base, visit.layers(), visit.language)
    return await visit.answer(document, "openapi.html", visit.texts["service-desc"])


def build(base: str, layers: Sequence[Layer], language: str) -> Json:
    """The document for these layers; every ``$ref`` is inside it."""
    texts = TEXTS[language]
    paths = _paths_of_service(any(map(drawn, layers)))
    for layer in layers:
        paths |= _paths_of_layer(layer, language)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Geoloket",
            "version": __version__,
            "description": texts["intro"],
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0.html",
            },
        },
        "servers": [{"url": base}],
        "tags": [
            {"name": "service", "description": texts["service"]},
            {"name": "tiles", "description": texts["tilesets"]},
            *({"name": layer.id, "description": pick(layer.title, language)} for layer in layers),
        ],
        "paths": paths,
        "components": _components(layers),
    }


@cache
def _fixed() -> str:
    return _COMPONENTS.read_text(encoding="utf-8")


def _components(layers: Sequence[Layer]) -> Json:
    components: Json = json.loads(_fixed())
    known = components["parameters"]
    for name in ("crs", "bbox-crs"):
        known[name]["schema"]["enum"] = list(crs.SUPPORTED)
    names = [layer.id for layer in layers if drawn(layer)]
    if names:
        known["collections"]["schema"]["items"]["enum"] = names
    return components


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A GET of ours, as OpenAPI describes it."""

    tag: str
    name: str
    summary: str
    offers: tuple[Format, ...]
    schema: str | None = None
    parameters: tuple[Json, ...] = ()
    missing: bool = False
    """Whether the path holds something that may not exist."""
    cached: bool = False
    """Whether the answer has an ETag."""

    def path_item(self) -> Json:
        """The path item object that holds it."""
        operation = {
            "tags": [self.tag],
            "operationId": self.name,
            "summary": self.summary,
            "parameters": [*self.parameters, _format(self.offers), _reference("lang")],
            "responses": self._responses(),
        }
        return {"get": operation}

    def _responses(self) -> Json:
        content = {offer.media_type: {"schema": self._schema(offer)} for offer in self.offers}
        responses: Json = {"200": {"description": self.summary, "content": content}}
        names = {"400": "InvalidParameter", "406": "NotAcceptable"}
        names |= {"304": "NotModified"} if self.cached else {}
        names |= {"404": "NotFound"} if self.missing else {}
        names |= {"500": "ServerError", "503": "Unavailable"}
        for status in sorted(names):
            responses[status] = {"$ref": f"#/components/responses/{names[status]}"}
        if MVT in self.offers:
            responses["204"] = {"description": "There is nothing in this tile."}
        return responses

    def _schema(self, offer: Format) -> Json:
        if offer == MVT:
            return {"type": "string", "format": "binary"}
        if offer == HTML:
            return {"type": "string"}
        if offer.name == "json" and self.schema:
            return {"$ref": f"#/components/schemas/{self.schema}"}
        return {"type": "object"}


def _paths_of_service(with_tiles: bool) -> Json:
    linked, plain = (JSON, HTML, JSONLD), (JSON, HTML)
    scheme = "/tileMatrixSets/WebMercatorQuad"
    rows: list[tuple[str, str, str, str, tuple[Format, ...]]] = [
        ("/", "getLandingPage", "Landing page", "landingPage", linked),
        ("/conformance", "getConformanceDeclaration", "Conformance", "confClasses", plain),
        ("/openapi", "getOpenapi", "This document", "document", (OPENAPI, HTML)),
        ("/collections", "getCollections", "All collections", "collections", linked),
        ("/tileMatrixSets", "getTileMatrixSetsList", "Tilings", "tileMatrixSetList", plain),
        (scheme, "getTileMatrixSet", "Definition of WebMercatorQuad", "tileMatrixSet", plain),
    ]
    paths: Json = {}
    for path, name, summary, schema, offers in rows:
        tag = "tiles" if "tile" in path else "service"
        operation = Operation(tag=tag, name=name, summary=summary, offers=offers, schema=schema)
        paths[path] = operation.path_item()
    if with_tiles:
        choice = (_reference("collections"),)
        paths |= _tile_paths("", "dataset.vector", "tiles", "every collection", choice)
    return paths


def _paths_of_layer(layer: Layer, language: str) -> Json:
    tag, path, title = layer.id, f"/collections/{layer.id}", pick(layer.title, language)
    operations = {
        path: Operation(
            tag=tag,
            name=f"{tag}.describeCollection",
            summary=title,
            offers=(JSON, HTML, JSONLD),
            schema="collection",
        ),
        f"{path}/items": Operation(
            tag=tag,
            name=f"{tag}.getFeatures",
            summary=f"Features of {title}",
            offers=(GEOJSON, HTML, JSONLD),
            schema="featureCollection",
            parameters=_selection(layer, language),
            cached=True,
        ),
        f"{path}/items/{{featureId}}": Operation(
            tag=tag,
            name=f"{tag}.getFeature",
            summary=f"One feature of {title}",
            offers=(GEOJSON, HTML, JSONLD),
            schema="feature",
            parameters=(_reference("featureId"), _reference("crs")),
            missing=True,
            cached=True,
        ),
    }
    for part in ("queryables", "schema"):
        operations[f"{path}/{part}"] = Operation(
            tag=tag,
            name=f"{tag}.get{part.capitalize()}",
            summary=f"{part.capitalize()} of {title}",
            offers=(SCHEMA, HTML),
            schema="jsonSchema",
        )
    paths = {path: operation.path_item() for path, operation in operations.items()}
    tiles = _tile_paths(path, f"{tag}.collection.vector", tag, title) if drawn(layer) else {}
    return paths | tiles


def _tile_paths(path: str, name: str, tag: str, title: str, choice: tuple[Json, ...] = ()) -> Json:
    """Operation ids end as OGC 20-057 /req/oas30/completeness asks: ``.vector.getTile``."""
    address = f"{path}/tiles/WebMercatorQuad"
    operations = {
        f"{path}/tiles": Operation(
            tag=tag,
            name=f"{name}.getTileSetsList",
            summary=f"Tile sets of {title}",
            offers=(JSON, HTML),
            schema="tileSetList",
            parameters=choice,
        ),
        address: Operation(
            tag=tag,
            name=f"{name}.getTileSet",
            summary=f"Metadata of the tiles of {title}",
            offers=(JSON, HTML, TILEJSON),
            schema="tileSet",
            parameters=choice,
        ),
        f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": Operation(
            tag=tag,
            name=f"{name}.getTile",
            summary=f"A vector tile of {title}",
            offers=(MVT,),
            parameters=(*map(_reference, ("tileMatrix", "tileRow", "tileCol")), *choice),
            missing=True,
            cached=True,
        ),
    }
    return {path: operation.path_item() for path, operation in operations.items()}


def _selection(layer: Layer, language: str) -> tuple[Json, ...]:
    names = queryables(layer)
    own = [_parameter(field, language) for field in layer.fields if field.name in names]
    return (*map(_reference, ITEMS), *own)


def _format(offers: Sequence[Format]) -> Json:
    return {
        "name": "f",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": "Format of the answer; without it the Accept header decides.",
        "schema": {"type": "string", "enum": [offer.name for offer in offers]},
    }


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def _parameter(field: LayerField, language: str) -> Json:
    return {
        "name": field.name,
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": pick(field.title, language),
        "schema": dict(JSON_TYPES[field.type]),
    }
