"""The data catalogue: which data there are, and a page for each with downloads and instructions.

Everything follows from the layer declarations as a visitor sees them: what is not public is
neither listed nor named, and its page does not exist.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from geoloket.access import VISITOR
from geoloket.field import LayerField
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.licences import Licence, licence
from geoloket.query import Box, Query
from geoloket.versions import LayerState
from web import linked_data, words
from web.datasets import connections
from web.oversight.entries import retention
from web.paths import PATHS, data, language_of, path, twin
from web.plan import draw_layer
from web.sentences import Sentences, sentences
from web.view import Site, View

_ROWS: Final = 10
_REMEMBERED: Final = 400
_LAMBERT: Final = "http://www.opengis.net/def/crs/EPSG/0/31370"
FORMATS: Final = (
    ("GeoPackage", "f=gpkg", "application/geopackage+sqlite3", True),
    ("GeoJSON", "f=json&limit=10000", "application/geo+json", False),
    ("CSV", "f=csv", "text/csv", True),
    ("FlatGeobuf", "f=fgb", "application/flatgeobuf", True),
    ("GeoParquet", "f=parquet", "application/vnd.apache.parquet", True),
    ("GeoJSON Text Sequences", "f=geojsonseq", "application/geo+json-seq", False),
)
"""Name, query, media type, and whether it is also had in Lambert 72 (GeoJSON is in WGS 84)."""
_PAGE_OF_GEOJSON: Final = 10_000


_Key = tuple[str, int, datetime]
_Picture = tuple[Site, Markup | None]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is worked out once per version of a layer's table."""

    count: int
    extent: Box | None
    rows: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class Shelf:
    """The facts of each layer, remembered until its table changes."""

    view: View
    _known: OrderedDict[_Key, Facts] = field(default_factory=OrderedDict[_Key, Facts])
    _drawn: dict[str, _Picture] = field(default_factory=dict[str, _Picture])

    async def facts(self, layer: Layer, state: LayerState | None) -> Facts:
        """The facts of a layer as a visitor sees it; counted once per version of its table."""
        if state is None:
            return Facts(0, None, ())
        key = (layer.id, state.version, state.changed_at)
        if key not in self._known:
            self._known[key] = await self._read(layer)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]

    async def picture(self, layer: Layer) -> Markup | None:
        """The layer on the middle of the town, drawn again when any layer changed."""
        site = await self.view.site()
        if self._drawn.get(layer.id, (None, None))[0] != site:
            self._drawn[layer.id] = site, await draw_layer(self.view, layer.id)
        return self._drawn[layer.id][1]

    async def _read(self, layer: Layer) -> Facts:
        features = self.view.hall.features
        query = Query(limit=_ROWS, geometry=False)
        page = await features.page(layer, query, VISITOR)
        return Facts(
            await features.count(layer, Query(), VISITOR),
            await features.extent(layer, VISITOR),
            tuple(orjson.loads(feature) for feature in page.features),
        )


def router(view: View) -> APIRouter:
    """``/data`` and ``/data/{id}``, with their English twins."""
    pages = APIRouter()
    shelf = Shelf(view)

    async def catalogue(request: Request) -> HTMLResponse:
        say = sentences(language_of(request))
        return await view.page(
            request,
            "datasets.html",
            twin=twin("datasets"),
            groups=await _groups(view, shelf, say),
        )

    async def dataset(request: Request, id: str) -> HTMLResponse:
        return await _dataset(view, shelf, request, id)

    for address in PATHS["datasets"].values():
        pages.add_api_route(address, catalogue, methods=["GET", "HEAD"])
    for address in PATHS["dataset"].values():
        pages.add_api_route(address, dataset, methods=["GET", "HEAD"])
    return pages


async def _groups(view: View, shelf: Shelf, say: Sentences) -> list[dict[str, Any]]:
    """The layers, those with a theme before the background of the map."""
    states = await view.hall.versions.current()
    lines: dict[str, list[dict[str, Any]]] = {"thema": [], "basis": []}
    for layer in reversed(view.hall.features.layers(VISITOR)):
        state = states.get(layer.id)
        facts = await shelf.facts(layer, state)
        group = "basis" if layer.map and layer.map.group == "basis" else "thema"
        lines[group].append(
            {
                "title": pick(layer.title, say.language),
                "description": pick(layer.description, say.language),
                "href": path("dataset", say.language, id=layer.id),
                "facts": _summary(facts, state, say),
            }
        )
    named = ((say("data.themes"), lines["thema"]), (say("data.base"), lines["basis"]))
    return [{"title": title, "lines": found} for title, found in named if found]


def _summary(facts: Facts, state: LayerState | None, say: Sentences) -> str:
    count = words.number(facts.count, say.language)
    objects = say("data.object") if facts.count == 1 else say("data.objects", n=count)
    if state is None:
        return objects
    return say("data.summary", objects=objects, day=words.day(state.changed_at, say.language))


async def _dataset(view: View, shelf: Shelf, request: Request, layer_id: str) -> HTMLResponse:
    say = sentences(language_of(request))
    layer = view.hall.features.layer(layer_id, VISITOR)  # NotFound, also for one that is hidden
    state = (await view.hall.versions.current()).get(layer.id)
    facts = await shelf.facts(layer, state)
    origin, site = view.origin(request), await view.site()
    terms = licence(layer.licence or view.hall.settings.site.licence)
    return await view.page(
        request,
        "dataset.html",
        twin=twin("dataset", id=layer.id),
        title=pick(layer.title, say.language),
        about=pick(layer.description, say.language),
        summary=_summary(facts, state, say),
        facts=_facts(layer, state, terms, say),
        fields=[_field(one, say) for one in layer.fields],
        columns=[
            {"name": one.name, "title": pick(one.title, say.language)} for one in layer.fields
        ],
        rows=[_row(layer, row, say) for row in facts.rows],
        count=facts.count,
        cut=facts.count > _PAGE_OF_GEOJSON,
        downloads=_downloads(layer),
        tools=connections.tools(origin, layer, say),
        drawing=await shelf.picture(layer),
        map_href=path("map", say.language, lagen=layer.id) if layer.map else None,
        links=_links(layer, say),
        linked=linked_data.dataset(
            layer,
            language=say.language,
            origin=origin,
            publisher=site.name or say("site.name"),
            terms=terms,
            changed=state.changed_at if state else None,
            box=facts.extent,
            downloads=[(one["href"], one["type"]) for one in _downloads(layer)],
        ),
    )


def _facts(
    layer: Layer, state: LayerState | None, terms: Licence, say: Sentences
) -> list[dict[str, Any]]:
    """Name and value of what somebody wants to know before using the data."""
    known: list[tuple[str, object]] = []
    if state:
        moment = {"day": words.day(state.changed_at, say.language)}
        clock = words.clock(state.changed_at, say.language)
        known.append((say("data.updated"), say("data.moment", time=clock, **moment)))
    name = Markup('<span lang="nl">{}</span>').format(terms.name)
    if terms.readable_at:
        name = Markup('<a href="{}" lang="nl">{}</a>').format(terms.readable_at, terms.name)
    known.append((say("data.licence"), name))
    if layer.attribution:
        source = layer.attribution.removeprefix("Bron: ")
        known.append((say("data.source"), Markup('<span lang="nl">{}</span>').format(source)))
    known += [
        (say("data.purpose"), pick(layer.purpose, say.language)),
        (say("data.retention"), retention(layer.retention, say)),
    ]
    if layer.keywords:
        found = Markup('<span lang="nl">{}</span>').format(", ".join(layer.keywords))
        known.append((say("data.keywords"), found))
    return [{"name": name, "value": value} for name, value in known]


def _field(one: LayerField, say: Sentences) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": pick(one.title, say.language),
        "type": say(f"data.type_{one.type}"),
        "unit": one.unit or "",
        "description": pick(one.description, say.language) if one.description else "",
        "uri": one.uri,
    }


def _row(layer: Layer, row: Mapping[str, Any], say: Sentences) -> dict[str, Any]:
    properties = row["properties"]
    return {
        "id": row["id"],
        "href": data(f"/collections/{layer.id}/items/{row['id']}", language=say.language),
        "cells": [_cell(properties.get(one.name), one.type, say) for one in layer.fields],
    }


def _cell(value: object, kind: str, say: Sentences) -> str:
    """A value as people write it: dates in words, numbers with the mark of the language."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("data.yes") if value else say("data.no")
    if kind == "date":
        return words.day(date.fromisoformat(str(value)), say.language)
    if kind == "instant":
        moment = datetime.fromisoformat(str(value))
        day, clock = words.day(moment, say.language), words.clock(moment, say.language)
        return say("data.moment", day=day, time=clock)
    if isinstance(value, float) and not value.is_integer():
        return words.number(value, say.language, 2)
    return str(value)


def _downloads(layer: Layer) -> list[dict[str, Any]]:
    """Whole selections, as the open-data service gives them; GeoJSON page by page."""
    items = f"/ogc/collections/{layer.id}/items"
    return [
        {
            "name": name,
            "href": f"{items}?{query}",
            "type": media_type,
            "lambert": f"{items}?{query}&crs={_LAMBERT}" if lambert and layer.geometry else None,
        }
        for name, query, media_type, lambert in FORMATS
    ]


def _links(layer: Layer, say: Sentences) -> list[dict[str, str]]:
    """Where the same dataset is described for programs."""
    collection = f"/collections/{layer.id}"
    return [
        {"title": say("data.to_service"), "href": data(collection, language=say.language)},
        {
            "title": say("data.to_record"),
            "href": data(f"/collections/catalogue/items/{layer.id}", language=say.language),
        },
        {
            "title": say("data.to_schema"),
            "href": data(f"{collection}/schema", language=say.language),
        },
        {"title": say("data.to_dcat"), "href": data("/dcat", language=say.language)},
    ]
