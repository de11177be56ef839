"""``/api/map``: how the map is drawn, as one JSON."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from geoloket.style import StyledLayer
from web.map.page import start
from web.view import View

_TILES = "/ogc/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt&collections={collections}"


def router(view: View) -> APIRouter:
    """``GET /api/map``."""
    api = APIRouter(prefix="/api")

    @api.get("/map")
    async def map() -> JSONResponse:
        """All that the map needs to begin: layers in drawing order, their styles, tiles, start."""
        lon, lat = await start(view)
        body = {
            "center": [lon, lat],
            "tiles": _TILES,
            "layers": [_layer(layer) for layer in view.layers],
            "style": [
                dict(instruction.document)
                for instruction in sorted(
                    (i for layer in view.layers for i in layer.instructions),
                    key=lambda instruction: instruction.order,
                )
            ],
            "background": _background(view),
        }
        return JSONResponse(body, headers={"Cache-Control": "public, max-age=60"})

    return api


def _background(view: View) -> dict[str, Any] | None:
    told = view.hall.settings.map
    if told.background is None:
        return None
    return {"tiles": told.background, "maxzoom": told.background_max_zoom}


def _layer(layer: StyledLayer) -> dict[str, Any]:
    view = layer.declared.map
    assert view is not None  # noqa: S101  # styled layers are those with a map
    return {
        "id": layer.id,
        "title": layer.declared.title,
        "group": view.group,
        "order": view.order,
        "minzoom": layer.first_zoom,
        "on": view.on,
        "label": view.label,
    }
