"""``/styles`` and ``/collections/{id}/styles``: lists, styles, their metadata and legends.

OGC 20-009 (draft), requirements classes core, global styles and collection styles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.responses import Response

from geoloket.errors import NotFound
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.style import StyledLayer
from ogc import formats
from ogc.links import OGC_REL, Link, link, name_of, with_query
from ogc.negotiation import HTML, JSON, Format
from ogc.styles import legend as legends
from ogc.styles import maplibre, qml, sld, sprite
from ogc.styles.looks import Untranslatable, rules
from ogc.styles.maplibre import Sheet
from ogc.tiles import drawn, tiled_layer
from ogc.visit import Visit

MAPBOX: Final = Format(
    "mapbox", "application/vnd.mapbox.style+json", ("application/json", "application/*+json")
)
SLD: Final = Format(
    "sld",
    "application/vnd.ogc.sld+xml;version=1.1",
    ("application/vnd.ogc.se+xml", "application/xml", "text/xml"),
)
QML: Final = Format("qml", "application/vnd.qgis.qml")
SVG: Final = Format("svg", "image/svg+xml")
PNG: Final = Format("png", "image/png")
MAP: Final = "basiskaart"
"""Id of the style of the whole map: its background, without what people choose on top."""
_LIST: Final = (JSON, HTML)
_SPECIFICATIONS: Final = {
    MAPBOX: ("MapLibre Style", "8", "https://maplibre.org/maplibre-style-spec/"),
    SLD: ("OGC SLD", "1.1.0", "https://www.ogc.org/standard/sld/"),
    QML: ("QGIS QML", "3.22", "https://docs.qgis.org/"),
}


def encodings(sheet: Sheet) -> tuple[Format, ...]:
    """What a style can be written in: QML is of one layer; both need looks that can be listed."""
    try:
        for instruction in sheet.instructions:
            rules(instruction)
    except Untranslatable:
        return (MAPBOX,)
    return (MAPBOX, SLD) if sheet.whole else (MAPBOX, SLD, QML)


async def map_styles(visit: Visit) -> Response:
    """``/styles``: the style of the map, and one of each layer."""
    visit.ask(_LIST)
    sheets = _sheets(visit)
    return await _list(visit, f"{visit.base}/styles", sheets, MAP if _has_map(visit) else None)


async def layer_styles(visit: Visit) -> Response:
    """``/collections/{id}/styles``."""
    layer = tiled_layer(visit)
    visit.ask(_LIST)
    address = f"{visit.base}/collections/{layer.id}/styles"
    return await _list(visit, address, [_sheet(visit, layer)], layer.id)


async def style(visit: Visit) -> Response:
    """``…/styles/{style}``: as MapLibre style, SLD, QML or page."""
    offers = (*encodings(_asked(visit)), HTML)
    visit.ask(offers)
    sheet = _asked(visit)
    if visit.chosen == HTML:
        return await _metadata(visit, sheet)
    return Response(_written(visit, sheet), headers=visit.headers())


async def metadata(visit: Visit) -> Response:
    """``…/styles/{style}/metadata``."""
    visit.ask(_LIST)
    return await _metadata(visit, _asked(visit))


async def legend(visit: Visit) -> Response:
    """``…/styles/{style}/legend``: SVG in the asked language."""
    visit.ask((SVG,))
    sheet = _asked(visit)
    body = legends.document(sheet, visit.texts["legend"] + ":", visit.language)
    return Response(body, headers=visit.headers())


async def sprite_places(visit: Visit) -> Response:
    """``/styles/sprite.json``, ``/styles/sprite@2x.json``."""
    visit.ask((JSON,))
    return Response(
        formats.dumps(sprite.places(_pictures(visit), _ratio(visit))), headers=visit.headers()
    )


async def sprite_picture(visit: Visit) -> Response:
    """``/styles/sprite.png``, ``/styles/sprite@2x.png``."""
    visit.ask((PNG,))
    return Response(sprite.picture(_pictures(visit), _ratio(visit)), headers=visit.headers())


def _ratio(visit: Visit) -> int:
    return 2 if "@2x" in visit.request.url.path else 1


def _pictures(visit: Visit) -> tuple[tuple[str, str], ...]:
    return sprite.pictures(_styled(visit, [layer for layer in visit.layers() if drawn(layer)]))


def _styled(visit: Visit, layers: Sequence[Layer]) -> tuple[StyledLayer, ...]:
    return tuple(visit.service.styled(layer.id, visit.who) for layer in layers)


def _has_map(visit: Visit) -> bool:
    return any(layer.map and layer.map.group == "basis" for layer in visit.layers())


def _sheets(visit: Visit) -> list[Sheet]:
    layers = [layer for layer in visit.layers() if drawn(layer)]
    return [*([_map(visit)] if _has_map(visit) else []), *(_sheet(visit, one) for one in layers)]


def _map(visit: Visit) -> Sheet:
    layers = [one for one in visit.layers() if drawn(one) and one.map and one.map.group == "basis"]
    shown = tuple(one.on_our_map for one in _styled(visit, layers))
    return Sheet(MAP, visit.texts["base_map"], shown, whole=True)


def _sheet(visit: Visit, layer: Layer) -> Sheet:
    return Sheet(layer.id, pick(layer.title, visit.language), _styled(visit, [layer]))


def _asked(visit: Visit) -> Sheet:
    """The style that the path names. Raises NotFound, also for a layer that is hidden."""
    path = visit.request.path_params
    name = str(path["style"])
    if "collection" in path:
        layer = tiled_layer(visit)
        if name == layer.id:
            return _sheet(visit, layer)
    elif name == MAP and _has_map(visit):
        return _map(visit)
    else:
        layer = visit.service.layer(name, visit.who)
        if layer and drawn(layer):
            return _sheet(visit, layer)
    raise NotFound(f"There is no style {name[:100]!r}.")


def _written(visit: Visit, sheet: Sheet) -> bytes:
    if visit.chosen == SLD:
        return sld.document(sheet.id, sheet.title, sheet.layers)
    if visit.chosen == QML:
        return qml.document(sheet.layers[0])
    return formats.dumps(maplibre.document(sheet, visit.base))


async def _list(visit: Visit, address: str, sheets: list[Sheet], default: str | None) -> Response:
    document: dict[str, Any] = {
        "styles": [
            {
                "id": sheet.id,
                "title": sheet.title,
                "links": _links(visit, f"{address}/{sheet.id}", sheet),
            }
            for sheet in sheets
        ],
        "links": visit.representations(address),
    }
    document |= {"default": default} if default else {}
    return await visit.answer(document, "styles.html", visit.texts["styles"])


def _links(visit: Visit, address: str, sheet: Sheet) -> list[Link]:
    texts = visit.texts
    found = [
        link(
            f"{address}?f={one.name}",
            "stylesheet",
            one.media_type,
            texts["stylesheet"].format(format=name_of(one)),
        )
        for one in encodings(sheet)
    ]
    lang = {"lang": visit.language}
    legend_at = with_query(f"{address}/legend", lang)
    return [
        *found,
        link(f"{address}/metadata?f=json", "describedby", JSON.media_type, texts["about_style"]),
        link(legend_at, "preview", SVG.media_type, texts["legend"]),
        link(legend_at, f"{OGC_REL}/legend", SVG.media_type, texts["legend"]),
    ]


async def _metadata(visit: Visit, sheet: Sheet) -> Response:
    layer = visit.request.path_params.get("collection")
    address = f"{visit.base}/collections/{layer}/styles" if layer else f"{visit.base}/styles"
    address = f"{address}/{sheet.id}"
    links = _links(visit, address, sheet)
    sheets = [one for one in links if one["rel"] == "stylesheet"]
    document: dict[str, Any] = {
        "id": sheet.id,
        "title": sheet.title,
        "scope": "style",
        "stylesheets": [
            {"title": title, "version": version, "specification": place, "native": one == MAPBOX}
            | {"link": made}
            for one, made in zip(encodings(sheet), sheets, strict=True)
            for title, version, place in [_SPECIFICATIONS[one]]
        ],
        "layers": [_layer(visit, layer.declared) for layer in sheet.layers],
        "links": [
            *visit.representations(f"{address}/metadata"),
            *(one for one in links if one["rel"] != "describedby"),
        ],
    }
    picture = urlsplit(address).path + f"/legend?lang={visit.language}"
    names = {one.media_type: name_of(one) for one in encodings(sheet)}
    return await visit.answer(
        document, "style.html", sheet.title, picture=picture, names=names, address=address
    )


def _layer(visit: Visit, layer: Layer) -> dict[str, Any]:
    known: dict[str, Any] = {"id": layer.id, "title": pick(layer.title, visit.language)}
    kind = layer.geometry.type.lower() if layer.geometry else ""
    for name in ("point", "linestring", "polygon"):
        if kind.endswith(name):
            known["type"] = "line" if name == "linestring" else name
    href = f"{visit.base}/collections/{layer.id}"
    return known | {"sampleData": link(href, "collection", JSON.media_type)}
