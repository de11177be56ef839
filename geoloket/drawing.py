"""SVG from style layers: shapes in their colours, patterns, swatches, pin, north arrow, scale bar.

Pure functions. The drawing's unit is a CSS pixel at full width; nothing here knows coordinates.
No style attributes are written, because the pages' Content-Security-Policy refuses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from geoloket.style import StyleLayer

_PATTERNS: Final = {
    "dots": Markup(
        '<circle cx="2" cy="2" r="1.1" fill="{ink}"/><circle cx="6" cy="6" r="1.1" fill="{ink}"/>'
    ),
    "hatch": Markup(
        '<path d="M-2 10L10 -2M-2 2L2 -2M6 10L10 6" stroke="{ink}" stroke-width="1.8"/>'
    ),
    "cross": Markup('<path d="M0 0L8 8M8 0L0 8" stroke="{ink}" stroke-width="1"/>'),
    "lines": Markup('<path d="M0 2H8M0 6H8" stroke="{ink}" stroke-width="1.4"/>'),
}
"""Tiles of 8 by 8; the map draws the same ones in ``src/map/patterns.ts``."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A feature of a layer, as a path in the drawing."""

    layer: str
    properties: Mapping[str, Any]
    path: str


def pattern_id(name: str, ink: str) -> str:
    """Id of a pattern in the document: the same pattern in the same ink is defined once."""
    return f"{name}-{ink.lstrip('#')}"


def pattern_definition(name: str, ink: str) -> Markup:
    """The definition of a pattern."""
    return Markup(
        '<pattern id="{id}" width="8" height="8" patternUnits="userSpaceOnUse">{tile}</pattern>'
    ).format(id=pattern_id(name, ink), tile=_PATTERNS[name].format(ink=ink))


def attributes(
    layer: StyleLayer, properties: Mapping[str, Any], zoom: float
) -> dict[str, str] | None:
    """The SVG attributes of an area or line, or None when the style draws nothing of it."""
    if layer.type == "fill":
        return _fill(layer, properties, zoom)
    if layer.type == "line":
        return _line(layer, properties, zoom)
    return None


def _fill(layer: StyleLayer, properties: Mapping[str, Any], zoom: float) -> dict[str, str] | None:
    color = layer.value("fill-color", properties, zoom, "#000000")
    opacity = layer.value("fill-opacity", properties, zoom, 1)
    if "fill-pattern" in layer.document["paint"]:
        name = layer.value("fill-pattern", properties, zoom)
        return {"fill": f"url(#{pattern_id(name, color)})"} if name else None
    if not opacity:
        return None
    return {"fill": color} | ({"fill-opacity": f"{opacity:g}"} if opacity < 1 else {})


def _line(layer: StyleLayer, properties: Mapping[str, Any], zoom: float) -> dict[str, str] | None:
    width = layer.value("line-width", properties, zoom, 1)
    if not width:
        return None
    dashes = layer.value("line-dasharray", properties, zoom)
    drawn = {
        "fill": "none",
        "stroke": layer.value("line-color", properties, zoom, "#000000"),
        "stroke-width": f"{width:.3g}",
        "stroke-linejoin": "round",
    }
    if dashes:
        # The style counts dashes in line widths.
        drawn["stroke-dasharray"] = " ".join(f"{dash * width:.3g}" for dash in dashes)
    return drawn


def paint(shapes: Sequence[Shape], layers: Iterable[StyleLayer], zoom: float) -> Markup:
    """All shapes in the order of the style; those that look the same become one path."""
    definitions: dict[str, Markup] = {}
    paths: list[Markup] = []
    for layer in sorted(layers, key=lambda layer: layer.order):
        alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for shape in shapes:
            if shape.layer != layer.layer or not layer.shows(shape.properties, zoom):
                continue
            drawn = attributes(layer, shape.properties, zoom)
            if drawn is None:
                continue
            definitions |= _pattern_of(layer, shape.properties, zoom)
            alike.setdefault(tuple(drawn.items()), []).append(shape.path)
        paths += [_path(drawn, found) for drawn, found in alike.items()]
    start = Markup("<defs>{}</defs>").format(Markup("").join(definitions.values()))
    return (start if definitions else Markup("")) + Markup("").join(paths)


def _path(drawn: Iterable[tuple[str, str]], found: Iterable[str]) -> Markup:
    written = Markup(" ").join(Markup('{}="{}"').format(name, value) for name, value in drawn)
    return Markup('<path {} d="{}"/>').format(written, "".join(found))


def _pattern_of(layer: StyleLayer, properties: Mapping[str, Any], zoom: float) -> dict[str, Markup]:
    name = layer.value("fill-pattern", properties, zoom) if layer.type == "fill" else None
    if not name:
        return {}
    ink = layer.value("fill-color", properties, zoom, "#000000")
    return {pattern_id(name, ink): pattern_definition(name, ink)}


def swatch(layers: Iterable[StyleLayer], sample: Mapping[str, Any], zoom: float = 17) -> Markup:
    """A small picture of how a sample of a layer looks, with its own patterns."""
    shape = Shape("", sample, "M2 2H20V14H2Z")
    circles = [layer for layer in layers if layer.type == "circle"]
    dots = Markup("").join(_dot(layer, sample, zoom) for layer in circles)
    drawn = paint([shape], [_as_any(layer) for layer in layers if layer.shows(sample, zoom)], zoom)
    return Markup('<svg viewBox="0 0 22 16" aria-hidden="true">{}{}</svg>').format(drawn, dots)


def _as_any(layer: StyleLayer) -> StyleLayer:
    return StyleLayer(layer.id, "", layer.type, layer.order, layer.document)


def _dot(layer: StyleLayer, sample: Mapping[str, Any], zoom: float) -> Markup:
    return Markup('<circle cx="11" cy="8" r="5" fill="{}" stroke="{}" stroke-width="1.5"/>').format(
        layer.value("circle-color", sample, zoom, "#000000"),
        layer.value("circle-stroke-color", sample, zoom, "#FFFFFF"),
    )


def selection(path: str) -> Markup:
    """The outline of what the page is about: ink on white, never a fill alone."""
    return Markup(
        '<path d="{0}" fill="none" stroke="#FFFFFF" stroke-width="7" stroke-linejoin="round"/>'
        '<path d="{0}" fill="none" stroke="#16242B" stroke-width="3.5" stroke-linejoin="round"/>'
    ).format(path)


def pin(x: float, y: float) -> Markup:
    """A map pin whose tip is at (x, y)."""
    return Markup(
        '<g transform="translate({:.1f} {:.1f})">'
        '<path d="M0 0C-4 -8 -12 -13 -12 -22A12 12 0 1 1 12 -22C12 -13 4 -8 0 0Z" '
        'fill="#0B5563" stroke="#FFFFFF" stroke-width="2"/>'
        '<circle cy="-22" r="4.5" fill="#FFFFFF"/></g>'
    ).format(x, y)


def north_arrow(width: float) -> Markup:
    """An arrow in the top right corner, with its letter."""
    return Markup(
        '<g transform="translate({:g} 14)">'
        '<rect x="-15" y="-6" width="30" height="48" rx="5" fill="#FFFFFF" fill-opacity="0.85"/>'
        '<path d="M0 0L8 22L0 17L-8 22Z" fill="#16242B"/>'
        '<text y="37" font-size="13" font-weight="700" text-anchor="middle" fill="#16242B">N</text>'
        "</g>"
    ).format(width - 26)


def scale_bar(scale: float, height: float) -> Markup:
    """A bar of a round length in the bottom left corner; ``scale`` in units a metre."""
    rounds = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000)
    metres = max((m for m in rounds if m * scale <= 130), default=5)
    length = metres * scale
    return Markup(
        '<g transform="translate(22 {top:g})">'
        '<rect x="-8" y="-24" width="{wide:.1f}" height="34" rx="5" fill="#FFFFFF" '
        'fill-opacity="0.85"/>'
        '<path d="M0 -5V2H{length:.1f}V-5" fill="none" stroke="#16242B" stroke-width="2"/>'
        '<text class="scale" x="{middle:.1f}" y="-7" font-size="13" text-anchor="middle" '
        'fill="#16242B">{metres} m</text></g>'
    ).format(top=height - 18, wide=length + 16, length=length, middle=length / 2, metres=metres)
