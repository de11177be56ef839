"""The door of the room: a route for every resource below ``/ogc``, for the front door to add.

Plain Starlette routes: parameters are read by ``ogc.negotiation`` and ``ogc.parameters``, which
refuse what the standards say must be refused, at a fraction of the cost.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from geoloket.hall import Hall
from geoloket.rasters import LAYER
from ogc import dcat, documents, editing, features, openapi, schema, state, tiles, tilesets
from ogc.exports import jsonld
from ogc.links import PREFIX
from ogc.pages import plain_frame
from ogc.processes import describing, executing, results
from ogc.processes import jobs as runs
from ogc.rasters import coverage, maps
from ogc.rasters import tilesets as picture_sets
from ogc.records import resources as records
from ogc.service import Frame, Service
from ogc.stac import ROUTES as STAC
from ogc.stac.resources import search
from ogc.styles import resources as styles
from ogc.visit import Visit

_METHODS: Final = ["GET", "HEAD", "OPTIONS"]
_HEADERS: Final = (
    "accept, accept-language, cache-control, content-type, if-modified-since, if-none-match, "
    "prefer, x-request-id"
)

Endpoint = Callable[[Visit], Awaitable[Response]]

_COLLECTION: Final = "/collections/{collection}"
_CATALOGUE: Final = "/collections/catalogue"  # no layer is called so: geoloket.layer.RESERVED
_SCHEME: Final = "tiles/{scheme}"
_PHOTOS: Final = f"/collections/{LAYER}"


def _styles(place: str, listed: Endpoint) -> tuple[tuple[str, Endpoint], ...]:
    return (
        (f"{place}/styles", listed),
        (f"{place}/styles/{{style}}", styles.style),
        (f"{place}/styles/{{style}}/metadata", styles.metadata),
        (f"{place}/styles/{{style}}/legend", styles.legend),
    )


RESOURCES: Final[tuple[tuple[str, Endpoint], ...]] = (
    ("", documents.landing),
    ("/", documents.landing),
    ("/conformance", documents.conforms),
    ("/openapi", openapi.definition),
    ("/collections", documents.collections),
    ("/dcat", dcat.dcat),
    (f"{_CATALOGUE}/items", records.items),
    (f"{_CATALOGUE}/items/{{feature:path}}", records.item),
    (f"{_CATALOGUE}/queryables", records.queryables),
    (f"{_CATALOGUE}/sortables", records.sortables),
    (f"{_CATALOGUE}/schema", records.schema),
    (_CATALOGUE, records.collection),
    (f"{_COLLECTION}/items", features.items),
    (f"{_COLLECTION}/items/{{feature:path}}", features.item),
    (f"{_COLLECTION}/queryables", schema.queryables),
    (f"{_COLLECTION}/sortables", schema.sortables),
    (f"{_COLLECTION}/schema", schema.schema),
    (f"{_COLLECTION}/context", jsonld.context),
    (f"{_PHOTOS}/map/{_SCHEME}/{{matrix}}/{{row}}/{{column}}", maps.tile),
    (f"{_PHOTOS}/map/{_SCHEME}", picture_sets.tile_set),
    (f"{_PHOTOS}/map/tiles", picture_sets.tile_list),
    (f"{_PHOTOS}/map", maps.map_of),
    (f"{_PHOTOS}/coverage", coverage.coverage),
    (f"{_COLLECTION}/{_SCHEME}/{{matrix}}/{{row}}/{{column}}", tiles.layer_tile),
    (f"{_COLLECTION}/{_SCHEME}", tilesets.layer_set),
    (f"{_COLLECTION}/tiles", tilesets.layer_list),
    (_COLLECTION, documents.collection),
    (f"/{_SCHEME}/{{matrix}}/{{row}}/{{column}}", tiles.map_tile),
    (f"/{_SCHEME}", tilesets.map_set),
    ("/tiles", tilesets.map_list),
    *((f"/styles/sprite{ratio}.json", styles.sprite_places) for ratio in ("", "@2x")),
    *((f"/styles/sprite{ratio}.png", styles.sprite_picture) for ratio in ("", "@2x")),
    *_styles("", styles.map_styles),
    *_styles(_COLLECTION, styles.layer_styles),
    ("/processes", describing.processes),
    ("/processes/{process}", describing.process),
    ("/processes/{process}/execution", executing.execution),
    ("/jobs", runs.jobs),
    ("/jobs/{job}", runs.job),
    ("/jobs/{job}/results", results.results),
    ("/jobs/{job}/results/{output}", results.result),
    ("/jobs/{job}/results/{output}/{member:path}", results.member),
    ("/tileMatrixSets", tilesets.scheme_list),
    ("/tileMatrixSets/{scheme}", tilesets.scheme),
)

_OTHER_METHODS: Final[Mapping[Endpoint, list[str]]] = {
    search: ["GET", "HEAD", "POST", "OPTIONS"],
    executing.execution: ["POST", "OPTIONS"],
    runs.job: ["GET", "HEAD", "DELETE", "OPTIONS"],
    features.items: list(editing.ITEMS),
    features.item: list(editing.ITEM),
}
"""Of what is not for GET, HEAD and OPTIONS alone."""
_EDITED: Final[Mapping[Endpoint, tuple[str, ...]]] = {
    features.items: editing.ITEMS,
    features.item: editing.ITEM,
}

_MOST_ASKED: Final[frozenset[Endpoint]] = frozenset(
    {
        records.items,  # before those of layers, which would take it for one
        records.item,
        features.items,
        features.item,
        tiles.layer_tile,
        tiles.map_tile,
    }
)


def routes(hall: Hall, frame: Frame = plain_frame) -> list[Route]:
    """Every resource, for GET, HEAD and OPTIONS. ``frame`` puts pages in the look of the site."""
    service = Service(hall, frame)
    # Routes are tried one after another: those that are asked most come first.
    ordered = sorted(RESOURCES, key=lambda resource: resource[1] not in _MOST_ASKED)
    return [
        Route(f"{PREFIX}{path}", _bind(endpoint, service), methods=_methods(endpoint))
        for path, endpoint in ordered
    ] + [
        Route(path, _bind(endpoint, service), methods=_methods(endpoint)) for path, endpoint in STAC
    ]


def _methods(endpoint: Endpoint) -> list[str]:
    return _OTHER_METHODS.get(endpoint, _METHODS)


def _options(methods: list[str]) -> dict[str, str]:
    allowed = ", ".join(methods)
    return {
        "allow": allowed,
        "access-control-allow-methods": allowed,
        "access-control-allow-headers": _HEADERS,
        "access-control-max-age": "86400",
    }


def _bind(endpoint: Endpoint, service: Service) -> Callable[[Request], Awaitable[Response]]:
    options = _options(_methods(endpoint))
    plain = Response(status_code=204, headers=_options(_METHODS))

    async def respond(request: Request) -> Response:
        if request.method == "OPTIONS":
            if endpoint in _EDITED:
                told = editing.allowed(request, service, _EDITED[endpoint])
                changes = told["allow"] != ", ".join(editing.READ)
                # Part 4 wants a 200; who edits nothing is answered as everywhere.
                return Response(status_code=200, headers=told) if changes else plain
            return Response(status_code=204, headers=options)
        answer = await endpoint(Visit(service, request))
        if request.method not in ("GET", "HEAD"):
            return answer
        answer = state.by_content(request, answer)
        if request.method == "HEAD" and isinstance(answer, StreamingResponse):
            # A byte stands for what a GET streams: nothing is asked of the database for it.
            answer.body_iterator = _one_byte()
        return answer

    respond.__name__ = endpoint.__name__
    return respond


async def _one_byte() -> AsyncGenerator[bytes]:
    yield b" "
