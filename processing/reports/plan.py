"""A map by folium of parcels over a photo, in metres: it moves and zooms, and fetches nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar, Final

import folium
import shapely

from processing.reports.background import Background
from processing.reports.leaflet import Leaflet, leaflet

_folium: Any = folium
_VIEWPORT: Final = re.compile(r'<meta name="viewport".*?/>', re.DOTALL)
"""Folium's own forbids zooming."""
_HIGH: Final = "70vh"
Json = dict[str, Any]


class _Plan(_folium.Map):
    """Without what folium has fetched from elsewhere: Leaflet is written into the page."""

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page takes up of a map: in its head, where it is to be, and after all else."""

    head: str
    body: str
    script: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outline in metres, what is said of it, and its colour."""

    name: str
    shape: Any
    said: tuple[str, ...]
    colour: str


def plan(
    parcels: list[Parcel], heads: tuple[str, ...], background: Background | None
) -> Parts | None:
    """The map; ``heads`` are the names of what is said. None where there is no Leaflet."""
    found = leaflet()
    if found is None or not parcels:
        return None
    bounds = shapely.total_bounds([one.shape for one in parcels])
    west, south, east, north = (float(side) for side in bounds)
    drawn: Any = _Plan(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        crs="Simple",  # metres, as the parcels are: nothing is turned, and the scale is true
        height=_HIGH,
        control_scale=True,
        zoom_start=0,
        minZoom=-8,
        maxZoom=6,
        zoomSnap=0.25,
        attributionControl=False,
        scrollWheelZoom=False,
    )
    if background:
        left, bottom, right, top = background.box
        _folium.raster_layers.ImageOverlay(
            background.address,
            [[bottom, left], [top, right]],
            name="Luchtfoto",
            alt="Luchtfoto van het laatste jaar",
            pixelated=False,
        ).add_to(drawn)
    _outlines(parcels, heads).add_to(drawn)
    if background:
        _folium.LayerControl(collapsed=False).add_to(drawn)
    drawn.fit_bounds([[south, west], [north, east]], padding=(20, 20))
    return _parts(drawn, found)


def _outlines(parcels: list[Parcel], heads: tuple[str, ...]) -> Any:
    """The parcels as GeoJSON; what is said goes into the page as HTML, so it is escaped here."""
    columns = [f"c{number}" for number in range(len(heads))]
    features: list[Json] = [
        {
            "type": "Feature",
            "id": number,
            "geometry": shapely.geometry.mapping(shapely.set_precision(one.shape, 0.01)),
            "properties": dict(zip(columns, map(escape, one.said), strict=True)),
        }
        for number, one in enumerate(parcels)
    ]

    def style(feature: Json) -> Json:
        colour = parcels[int(feature["id"])].colour
        return {"color": "#ffffff", "weight": 1.5, "fillColor": colour, "fillOpacity": 0.45}

    def pointed_at(_: Json) -> Json:
        return {"weight": 4}

    return _folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name="Percelen",
        style_function=style,
        highlight_function=pointed_at,
        tooltip=_folium.GeoJsonTooltip(columns, aliases=list(map(escape, heads))),
        popup=_folium.GeoJsonPopup(columns, aliases=list(map(escape, heads)), localize=False),
    )


def _parts(drawn: Any, found: Leaflet) -> Parts:
    figure = drawn.get_root()
    figure.render()  # what is on the map leaves its parts in the figure
    head = _VIEWPORT.sub("", figure.header.render())
    return Parts(
        f"<style>{found.style}</style><script>{found.script}</script>{head}",
        f'<div class="plan" role="region" aria-label="Kaart van de percelen">'
        f"{figure.html.render()}</div>",
        f"<script>{figure.script.render()}</script>",
    )
