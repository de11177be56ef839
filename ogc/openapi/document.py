"""The OpenAPI 3.0.3 document of what this person may ask, and its web page.

Our own lane: pygeoapi's document points to schemas on other servers, declares editing and job
resources that are not here, and describes the queryables not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import Response

from geoloket import __version__, crs
from geoloket.language import pick
from geoloket.layer import Layer
from ogc.links import TEXTS
from ogc.negotiation import HTML, JSON, JSONLD, OPENAPI, Format
from ogc.openapi import features, rasters, records, styles, tiles
from ogc.openapi import processes as runs
from ogc.openapi.operation import Json, Operation
from ogc.schemes import SCHEMES
from ogc.tiles import drawn
from ogc.visit import Visit

_OFFERS: Final = (OPENAPI, HTML)
_COMPONENTS: Final = Path(__file__).parent / "components.json"


async def definition(visit: Visit) -> Response:
    """``/openapi``."""
    visit.ask(_OFFERS)
    names = list(visit.service.hall.processes.open_to(visit.who))
    document = build(visit.base, visit.layers(), visit.language, names)
    return await visit.answer(document, "openapi.html", visit.texts["service-desc"])


def build(base: str, layers: Sequence[Layer], language: str, processes: Sequence[str] = ()) -> Json:
    """The document for these layers; every ``$ref`` is inside it."""
    texts = TEXTS[language]
    paths = _paths_of_service(any(map(drawn, layers))) | records.paths()
    paths |= runs.paths(processes)
    for layer in layers:
        paths |= features.paths(layer, language) | tiles.paths(layer, language)
        paths |= styles.paths(layer, language) | rasters.paths(layer, language)
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
            {"name": "styles", "description": texts["styles"]},
            {"name": "catalogue", "description": texts["catalogue"]},
            {"name": "processes", "description": texts["processes"]},
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
    components["schemas"] |= records.SCHEMAS | styles.SCHEMAS | runs.SCHEMAS
    known = components["parameters"]
    for name in ("crs", "bbox-crs"):
        known[name]["schema"]["enum"] = list(crs.SUPPORTED)
    known["tileMatrixSetId"]["schema"]["enum"] = list(SCHEMES)
    names = [layer.id for layer in layers if drawn(layer)]
    with_map = any(layer.map and layer.map.group == "basis" for layer in layers)
    known |= styles.parameters(names, with_map)
    if names:
        known["collections"]["schema"]["items"]["enum"] = names
    return components


def _paths_of_service(with_tiles: bool) -> Json:
    linked, plain = (JSON, HTML, JSONLD), (JSON, HTML)
    rows: list[tuple[str, str, str, str, tuple[Format, ...]]] = [
        ("/", "getLandingPage", "Landing page", "landingPage", linked),
        ("/conformance", "getConformanceDeclaration", "Conformance", "confClasses", plain),
        ("/openapi", "getOpenapi", "This document", "document", (OPENAPI, HTML)),
        ("/collections", "getCollections", "All collections", "collections", linked),
        ("/tileMatrixSets", "getTileMatrixSetsList", "Tilings", "tileMatrixSetList", plain),
    ]
    paths: Json = {}
    for path, name, summary, schema, offers in rows:
        tag = "tiles" if "tile" in path else "service"
        operation = Operation(tag=tag, name=name, summary=summary, offers=offers, schema=schema)
        paths[path] = operation.path_item()
    paths |= tiles.paths_of_schemes()
    if with_tiles:
        paths |= tiles.paths_of_map() | styles.paths_of_map()
    return paths
