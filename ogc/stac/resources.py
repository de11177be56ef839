"""What is below ``/stac``: landing page, collections, items and search (STAC API 1.0)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, cast

import orjson
from starlette.responses import FileResponse, Response

from geoloket.errors import BadRequest, NotFound
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.rasters import LAYER as ORTHOPHOTOS
from geoloket.rasters import key_of
from geoloket.storage import Storage
from ogc import state
from ogc.links import PREFIX, with_query
from ogc.negotiation import GEOJSON, JSON, OPENAPI, SCHEMA, Format
from ogc.schema import fields_schema
from ogc.stac import asking, describing
from ogc.stac.asking import PARAMETERS, Search
from ogc.stac.items import COG, COLLECTIONS, EXTENSIONS, NAMES, VERSION, Place, item
from ogc.stac.search import find
from ogc.visit import Visit

Json = dict[str, Any]
Endpoint = Callable[[Visit], Awaitable[Response]]

START: Final = "/stac"
_API: Final = "https://api.stacspec.org/v1.0.0"
_OGC: Final = "http://www.opengis.net/spec"
CONFORMS: Final = (
    *(f"{_API}/{name}" for name in ("core", "collections", "ogcapi-features", "item-search")),
    *(f"{_API}/item-search#{name}" for name in ("fields", "sort", "filter")),
    f"{_OGC}/ogcapi-features-1/1.0/conf/core",
    f"{_OGC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_OGC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_OGC}/ogcapi-features-3/1.0/conf/filter",
    f"{_OGC}/ogcapi-features-3/1.0/conf/features-filter",
    f"{_OGC}/cql2/1.0/conf/cql2-text",
    f"{_OGC}/cql2/1.0/conf/cql2-json",
    f"{_OGC}/cql2/1.0/conf/basic-cql2",
    f"{_OGC}/cql2/1.0/conf/basic-spatial-functions",
)
_ITEMS: Final = ("bbox", "datetime", "limit", "token", "filter", "filter-lang", "filter-crs")


def place_of(visit: Visit) -> Place:
    """The addresses under which this client reached us."""
    root = visit.base.removesuffix(PREFIX)
    return Place(f"{root}{START}", root, visit.service.hall.settings.storage_srid)


async def landing(visit: Visit) -> Response:
    """``/stac``."""
    visit.ask((JSON,))
    base = place_of(visit).base
    children = [_link("child", f"{base}/collections/{one.id}") for one in _layers(visit)]
    return _answer(
        visit,
        {
            "type": "Catalog",
            "stac_version": VERSION,
            "id": "geoloket",
            "title": visit.texts["stac"],
            "description": visit.texts["stac_intro"],
            "conformsTo": list(CONFORMS),
            "links": [
                _link("self", base),
                _link("root", base),
                _link("conformance", f"{base}/conformance"),
                _link("data", f"{base}/collections"),
                _link("search", f"{base}/search", GEOJSON.media_type) | {"method": "GET"},
                _link("search", f"{base}/search", GEOJSON.media_type) | {"method": "POST"},
                _link("service-desc", f"{base}/api", OPENAPI.media_type),
                _link("service-doc", f"{place_of(visit).root}/handleiding", "text/html"),
                _link(_QUERYABLES, f"{base}/queryables", SCHEMA.media_type),
                *children,
            ],
        },
    )


_QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


async def conformance(visit: Visit) -> Response:
    """``/stac/conformance``."""
    visit.ask((JSON,))
    return _answer(visit, {"conformsTo": list(CONFORMS)})


async def api(visit: Visit) -> Response:
    """``/stac/api``: the OpenAPI document."""
    visit.ask((OPENAPI,))
    return _answer(visit, describing.document(place_of(visit).base))


async def collections(visit: Visit) -> Response:
    """``/stac/collections``."""
    visit.ask((JSON,))
    base = place_of(visit).base
    found = [await _collection(visit, layer) for layer in _layers(visit)]
    links = [_link("self", f"{base}/collections"), _link("root", base)]
    return _answer(visit, {"collections": found, "links": links})


async def collection(visit: Visit) -> Response:
    """``/stac/collections/{id}``."""
    layer = _layer(visit)
    visit.ask((JSON,))
    return _answer(visit, await _collection(visit, layer))


async def queryables(visit: Visit) -> Response:
    """``/stac/queryables`` and that of one collection: what a filter may name."""
    layers = [_layer(visit)] if "collection" in visit.request.path_params else _layers(visit)
    visit.ask((SCHEMA,))
    properties: Json = {"id": {"title": "id", "type": "string"}}
    for layer in layers:
        fields = [one for one in layer.fields if one.queryable]
        told = fields_schema(fields, visit.language)
        properties |= told
        properties |= {name: told[own] for name, own in NAMES[layer.id].items() if own in told}
    properties["geometry"] = {"$ref": "https://geojson.org/schema/Geometry.json"}
    address = str(visit.request.url).split("?")[0]
    document = {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": address,
        "type": "object",
        "title": visit.texts["stac"],
        "properties": properties,
        "additionalProperties": False,
    }
    return _answer(visit, document)


async def items(visit: Visit) -> Response:
    """``/stac/collections/{id}/items``."""
    layer = _layer(visit)
    visit.ask((GEOJSON,), _ITEMS)
    asked = {name: value for name, value in visit.given.items() if name in _ITEMS}
    search = asking.from_query({**asked, "collections": layer.id})
    address = f"{place_of(visit).base}/collections/{layer.id}/items"
    return await _page(visit, search, [layer], address, None)


async def one_item(visit: Visit) -> Response:
    """``/stac/collections/{id}/items/{item}``."""
    layer = _layer(visit)
    visit.ask((GEOJSON,))
    name = str(visit.request.path_params["item"])
    seen = await visit.seen(layer)
    body = await visit.service.store.feature(layer, name, visit.who)
    if body is None:
        raise NotFound(f"There is no item {name[:100]!r} in {layer.id}.")
    headers = visit.headers() | state.validators([seen], visit.base, weak=False)
    found = orjson.dumps(item(layer.id, body, place_of(visit)))
    return state.not_modified(visit.request, headers) or Response(found, headers=headers)


async def photo(visit: Visit) -> Response:
    """``/stac/collections/orthophotos/items/{item}/photo.tif``: the file, also in ranges."""
    layer = visit.service.layer(ORTHOPHOTOS, visit.who)
    visit.ask((_FILE,))
    name = str(visit.request.path_params["item"])
    body = layer and await visit.service.store.feature(layer, name, visit.who)
    if not layer or not body:
        raise NotFound("There is no such photo.")
    checksum = orjson.loads(body)["properties"].get("checksum") or ""
    path = Storage(visit.service.hall.settings.home / "storage").path(key_of(checksum))
    headers = state.validators([await visit.seen(layer)], checksum, weak=False)
    headers.pop("last-modified", None)
    return FileResponse(path, headers={**headers, "etag": f'"{checksum[:40]}"'}, media_type=COG)


_FILE: Final = Format("tiff", COG, ("image/tiff",))


async def search(visit: Visit) -> Response:
    """``/stac/search``: by GET, and by POST with a JSON body."""
    base = place_of(visit).base
    if visit.request.method != "POST":
        visit.ask((GEOJSON,), PARAMETERS)
        given = {name: value for name, value in visit.given.items() if name in PARAMETERS}
        return await _page(visit, asking.from_query(given), _layers(visit), f"{base}/search", None)
    visit.ask((GEOJSON,))
    try:
        body: Any = orjson.loads(await visit.request.body())
    except orjson.JSONDecodeError:
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body is not a JSON object.")
    known = cast("Json", body)
    return await _page(visit, asking.from_body(known), _layers(visit), f"{base}/search", known)


async def _page(
    visit: Visit, asked: Search, layers: list[Layer], address: str, body: Json | None
) -> Response:
    place = place_of(visit)
    chosen = [layer for layer in layers if layer.id in asked.collections]
    found = await find(visit, asked, chosen, place)
    links = [_link("self", address, GEOJSON.media_type), _link("root", place.base)]
    if found.token:
        forward = _link("next", address, GEOJSON.media_type)
        if body is None:
            given = {**visit.kept, "token": found.token}
            forward |= {"href": with_query(address, given), "method": "GET"}
        else:
            forward |= {"method": "POST", "body": {**body, "token": found.token}}
        links.append(forward)
    document: Json = {
        "type": "FeatureCollection",
        "features": found.items,
        "links": links,
        "numberReturned": len(found.items),
    }
    document |= {"numberMatched": found.matched} if found.exact else {}
    return _answer(visit, document)


async def _collection(visit: Visit, layer: Layer) -> Json:
    base, seen = place_of(visit).base, await visit.seen(layer)
    box = await visit.service.memory.extent(seen)
    period = await visit.service.memory.period(seen)
    sides = (period.begin, period.end) if period else (None, None)
    own = f"{base}/collections/{layer.id}"
    ends = [_moment(one) for one in sides]
    return {
        "type": "Collection",
        "stac_version": VERSION,
        "stac_extensions": list(EXTENSIONS[layer.id]),
        "id": layer.id,
        "title": pick(layer.title, visit.language),
        "description": pick(layer.description, visit.language),
        "keywords": list(layer.keywords),
        "license": "various",  # each item tells its own
        "extent": {
            "spatial": {"bbox": [list(box or (2.5, 50.6, 5.95, 51.6))]},
            "temporal": {"interval": [ends]},
        },
        "item_assets": {},
        "links": [
            _link("self", own),
            _link("root", base),
            _link("parent", base),
            _link("items", f"{own}/items", GEOJSON.media_type),
            _link(_QUERYABLES, f"{own}/queryables", SCHEMA.media_type),
            _link("alternate", f"{visit.base}/collections/{layer.id}", JSON.media_type),
        ],
    }


def _moment(value: Any) -> str | None:
    if value is None:
        return None
    text = value.isoformat()
    return text.replace("+00:00", "Z") if "T" in text else f"{text}T00:00:00Z"


def _layers(visit: Visit) -> list[Layer]:
    """The collections that this person may see something of."""
    found = [visit.service.layer(name, visit.who) for name in COLLECTIONS]
    return [one for one in found if one is not None and one.geometry]


def _layer(visit: Visit) -> Layer:
    name = str(visit.request.path_params["collection"])
    found = next((one for one in _layers(visit) if one.id == name), None)
    if found is None:
        raise NotFound(f"There is no collection {name[:100]!r} here.")
    return found


def _answer(visit: Visit, document: Mapping[str, object]) -> Response:
    return Response(orjson.dumps(document), headers=visit.headers())


def _link(rel: str, href: str, kind: str = JSON.media_type) -> Json:
    return {"rel": rel, "href": href, "type": kind}


_ONE: Final = f"{START}/collections/{{collection}}"
ROUTES: Final[tuple[tuple[str, Endpoint], ...]] = (
    (START, landing),
    (f"{START}/", landing),
    (f"{START}/conformance", conformance),
    (f"{START}/api", api),
    (f"{START}/queryables", queryables),
    (f"{START}/search", search),
    (f"{START}/collections", collections),
    (f"{_ONE}/items/{{item}}/photo.tif", photo),
    (f"{_ONE}/items/{{item:path}}", one_item),
    (f"{_ONE}/items", items),
    (f"{_ONE}/queryables", queryables),
    (_ONE, collection),
)
