"""Layers on the map that have no page of their own: listed and chosen like the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import orjson

from geoloket.access import VISITOR
from geoloket.errors import NotFound
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.query import Box, Query
from web.paths import data
from web.sentences import Sentences
from web.view import View

WITH_PAGES: Final = frozenset({"permits", "events", "parcels"})
"""Layers that the counter tells more about than their properties."""


async def lists(
    view: View, shown: tuple[str, ...], box: Box, limit: int, say: Sentences
) -> list[dict[str, Any]]:
    """The features in a box (degrees) of the other layers that are on, layer by layer."""
    found: list[dict[str, Any]] = []
    for styled in view.layers:
        if styled.id not in shown or styled.id in WITH_PAGES:
            continue
        layer = view.hall.features.layer(styled.id, VISITOR)
        page = await view.hall.features.page(layer, Query(bbox=box, limit=limit), VISITOR)
        lines = [_line(layer, feature, say) for feature in page.features]
        found.append({"title": pick(layer.title, say.language), "lines": lines})
    return found


async def chosen(view: View, layer_id: str, feature_id: str, say: Sentences) -> dict[str, Any]:
    """One feature by layer and id. Raises NotFound, also for a layer that is hidden."""
    layer = view.hall.features.layer(layer_id, VISITOR)
    feature = await view.hall.features.feature(layer, feature_id, VISITOR)
    if feature is None or layer.geometry is None:
        raise NotFound("There is no such feature.")
    return _line(layer, feature, say)


def _line(layer: Layer, written: bytes, say: Sentences) -> dict[str, Any]:
    feature = orjson.loads(written)
    label = layer.map.label if layer.map else None
    xs, ys = zip(*_points(feature["geometry"]["coordinates"]), strict=True)
    return {
        "kind": "feature",
        "layer": pick(layer.title, say.language),
        "key": f"{layer.id}/{feature['id']}",
        "label": str((label and feature["properties"].get(label)) or feature["id"]),
        "href": data(
            f"/collections/{layer.id}/items/{quote(str(feature['id']), safe='')}",
            language=say.language,
        ),
        "lon": (min(xs) + max(xs)) / 2,
        "lat": (min(ys) + max(ys)) / 2,
        "outline": orjson.dumps(feature["geometry"]).decode(),
    }


def _points(coordinates: list[Any]) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _points(part)
