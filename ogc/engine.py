"""pygeoapi 0.24, built in memory from the settings and the layers that one person may see.

No YAML, no environment: ``pygeoapi.starlette_app`` reads both at import and is never imported.
The engine writes the landing page, the collections and linked data; ``ogc.documents`` completes
them. Its ``to_json`` rewrites ``<`` and ``>`` inside strings, so ours takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlencode

import anyio.to_thread
import orjson
import pygeoapi.api
import pygeoapi.api.itemtypes
import pygeoapi.util
from pygeoapi.api import API, APIRequest
from starlette.requests import Request

from geoloket import crs
from geoloket.access import Principal
from geoloket.errors import BadRequest, NotFound, Problem
from geoloket.hall import Hall
from geoloket.layer import Layer
from geoloket.query import MAX_LIMIT
from ogc.links import PREFIX
from ogc.provider import Door, definition

Json = dict[str, Any]

_HERE: Final = "https://geoloket.invalid"
"""Stands for the address of the service in pygeoapi's documents, until it is known."""
_TEMPLATES: Final = Path(__file__).parent / "templates" / "engine"
_LOCALES: Final = {"nl": "nl-BE", "en": "en-GB"}


def _to_json(document: object, pretty: bool = False) -> str:
    return orjson.dumps(document, default=str).decode()


for _module in (pygeoapi.util, pygeoapi.api, pygeoapi.api.itemtypes):
    setattr(_module, "to_json", _to_json)  # noqa: B010  # a module has no such attribute, says pyright


Resource = Callable[..., tuple[Mapping[str, str], int, str]]
_RESOURCES: Final[Mapping[str, Resource]] = {
    "landing": cast("Resource", pygeoapi.api.landing_page),
    "collections": cast("Resource", pygeoapi.api.describe_collections),
    "collection": cast("Resource", pygeoapi.api.describe_collections),
    "items": cast("Resource", pygeoapi.api.itemtypes.get_collection_items),
    "item": cast("Resource", pygeoapi.api.itemtypes.get_collection_item),
}

Question = tuple[Request, str, str]
"""A request that was checked already, our address, and the language of the answer."""


class Engine:
    """pygeoapi's documents for one person; safe to share between requests."""

    def __init__(self, hall: Hall, layers: list[Layer], who: Principal) -> None:
        # It changes the configuration that it is given, so that each has its own.
        self._api = API(configuration(hall, layers, who), {})

    async def described(self, question: Question, name: str, *arguments: str) -> Json:
        """A resource as a document; ``name`` is one of ``landing``, ``collections``, ``items`` …"""
        return orjson.loads(await self._run(question, "json", name, arguments))

    async def linked(self, question: Question, name: str, *arguments: str) -> bytes:
        """The same resource as linked data (JSON-LD)."""
        return await self._run(question, "jsonld", name, arguments)

    async def _run(
        self, question: Question, f: str, name: str, arguments: tuple[str, ...]
    ) -> bytes:
        """Ask pygeoapi in a thread; its provider comes back to this loop for the database."""
        request, base, language = question
        asked = await APIRequest.from_starlette(_plain(request, f, language), self._api.locales)
        run = _RESOURCES[name]
        _, status, body = await anyio.to_thread.run_sync(lambda: run(self._api, asked, *arguments))
        if status != 200:
            raise _KINDS.get(status, Problem)()
        return body.replace(f"{_HERE}{PREFIX}", base).encode()


_KINDS: Final[Mapping[int, type[Problem]]] = {400: BadRequest, 404: NotFound}


def _plain(request: Request, f: str, language: str) -> Request:
    """The request with the format and language that were negotiated already."""
    given = dict(request.query_params) | {"f": f, "lang": _LOCALES[language]}
    query = urlencode(given).encode()
    return Request({**request.scope, "headers": [], "query_string": query}, request.receive)


def configuration(hall: Hall, layers: list[Layer], who: Principal) -> Json:
    """pygeoapi's configuration, as it would otherwise stand in YAML."""
    site = hall.settings.site
    name = site.name or "Geoloket"
    title = {"nl": f"{name}: open geodata", "en": f"{name}: open geodata"}
    contact = {"name": name, **({"email": site.contact_email} if site.contact_email else {})}
    return {
        "server": {
            "url": f"{_HERE}{PREFIX}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": list(_LOCALES.values()),
            "templates": {"path": str(_TEMPLATES), "static": ""},
            "limits": {"default_items": 10, "max_items": MAX_LIMIT},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": title,
                "description": {
                    "nl": "Percelen, adressen, vergunningen en meer, volgens de OGC-standaarden.",
                    "en": "Parcels, addresses, permits and more, by the OGC standards.",
                },
                "keywords": {"nl": ["geodata"], "en": ["geodata"]},
                "terms_of_service": f"{_HERE}{PREFIX}",
                "url": f"{_HERE}{PREFIX}",
            },
            "license": {"name": "", "url": f"{_HERE}{PREFIX}"},
            "provider": {"name": name, "url": f"{_HERE}{PREFIX}"},
            "contact": contact,
        },
        "resources": {layer.id: _resource(hall, layer, who) for layer in layers},
    }


def _resource(hall: Hall, layer: Layer, who: Principal) -> Json:
    door = Door(hall.features, layer, who)
    return {
        "type": "collection",
        "title": dict(layer.title),
        "description": dict(layer.description),
        "keywords": {"nl": list(layer.keywords), "en": list(layer.keywords)},
        "links": [],
        # The true extents change with the data: ogc.documents puts them in.
        "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": crs.CRS84}},
        "providers": [dict(definition(door, list(crs.SUPPORTED)))],
    }
