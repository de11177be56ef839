"""A layer's style as QGIS keeps it (QML): rules for symbols and rules for labels.

Symbols have levels, so that QGIS draws all areas before all outlines, as the map does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from geoloket.style import StyledLayer
from ogc.styles.looks import Choice, Circle, Fill, Label, Line, Rule, Value, rules
from ogc.styles.scales import SCREEN_M, denominator

_VERSION: Final = "3.22.16-Białowieża"
_SIDE: Final = 8
_DIAGONAL: Final = _SIDE / 2**0.5
_LINES: Final = {
    "hatch": ((45, _DIAGONAL, 1.8),),
    "cross": ((45, _DIAGONAL, 1.0), (135, _DIAGONAL, 1.0)),
    "lines": ((0, _SIDE / 2, 1.4),),
}
"""Angle, distance and width in pixels of the lines of a pattern."""
_PLACEMENTS: Final = {"Point": "1", "Line": "3", "Polygon": "4"}
"""QGIS's numbers for over the point, curved along the line, and level within the area."""
_KINDS: Final = {"Point": "marker", "LineString": "line", "Polygon": "fill"}


def document(layer: StyledLayer) -> bytes:
    """The style; symbols are of the geometry's kind. Raises Untranslatable."""
    root = Element("qgis", {"version": _VERSION, "styleCategories": "Symbology|Labeling"})
    symbols = [(level, rule) for level, rule in _numbered(layer) if not _is_label(rule)]
    labels = [rule for _, rule in _numbered(layer) if _is_label(rule)]
    kind = layer.declared.geometry.type.removeprefix("Multi") if layer.declared.geometry else ""
    if symbols and labels:  # QGIS labels only what is drawn
        symbols.append((0, Rule((), 0, 24, Line("#000000", 1, opacity=0))))
    _renderer(root, symbols, _KINDS.get(kind))
    if labels:
        _labeling(root, labels, along=kind == "LineString")
    SubElement(root, "layerGeometryType").text = {"Point": "0", "LineString": "1"}.get(kind, "2")
    indent(root, space=" ")
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _numbered(layer: StyledLayer) -> Iterator[tuple[int, Rule]]:
    for level, one in enumerate(sorted(layer.instructions, key=lambda one: one.order)):
        for rule in rules(one):
            yield level, rule


def _is_label(rule: Rule) -> bool:
    return isinstance(rule.look, Label)


def _renderer(root: Element, found: list[tuple[int, Rule]], kind: str | None) -> None:
    if not found:
        SubElement(root, "renderer-v2", {"type": "nullSymbol"})
        return
    renderer = SubElement(root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "1"})
    top = SubElement(renderer, "rules", {"key": "{root}"})
    symbols = SubElement(renderer, "symbols")
    for number, (level, rule) in enumerate(found):
        SubElement(top, "rule", {"key": f"{{{number}}}", "symbol": str(number), **_when(rule)})
        _symbol(symbols, str(number), level, rule, kind)


def _when(rule: Rule) -> dict[str, str]:
    """Filter and scales of a rule; QGIS names the larger denominator the maximum."""
    known: dict[str, str] = {}
    if rule.choices:
        known["filter"] = " AND ".join(map(_condition, rule.choices))
    if rule.low > 0:
        known["scalemaxdenom"] = f"{denominator(rule.low, SCREEN_M):.0f}"
    if rule.high < 24:
        known["scalemindenom"] = f"{denominator(rule.high, SCREEN_M):.0f}"
    return known


def _condition(choice: Choice) -> str:
    name = '"{}"'.format(choice.field.replace('"', '""'))
    values = ", ".join(map(_literal, choice.values))
    if choice.inside:
        return f"{name} IN ({values})"
    return f"({name} IS NULL OR {name} NOT IN ({values}))"


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return "'{}'".format(value.replace("'", "''")) if isinstance(value, str) else f"{value:g}"


def _symbol(parent: Element, name: str, level: int, rule: Rule, kind: str | None) -> None:
    look = rule.look
    own = {Fill: "fill", Line: "line", Circle: "marker"}[type(look)]  # pyright: ignore[reportArgumentType]
    # The outline of an area is a line in a symbol for areas.
    chosen = "fill" if own == "line" and kind != "line" else own
    symbol = SubElement(parent, "symbol", {"type": chosen, "name": name, "alpha": "1"})
    match look:
        case Fill(pattern=None):
            values = {"color": _color(look.color, look.opacity), "outline_style": "no"}
            _layer(symbol, "SimpleFill", level, values | {"style": "solid"})
        case Fill(pattern="dots"):
            _dots(symbol, level, look)
        case Fill():
            for angle, distance, width in _LINES[str(look.pattern)]:
                lines = {"angle": f"{angle}", **_pixels("distance", distance)}
                made = _layer(symbol, "LinePatternFill", level, lines)
                inner = SubElement(made, "symbol", {"type": "line", "name": f"@{name}@0"})
                _layer(inner, "SimpleLine", 0, _line(Line(look.color, width)))
        case Line():
            _layer(symbol, "SimpleLine", level, _line(look))
        case Circle():
            values = {
                "name": "circle",
                "color": _color(look.color),
                **_pixels("size", look.radius * 2),
            }
            edge = {"outline_color": _color(look.edge), "outline_style": "solid"}
            values |= edge | _pixels("outline_width", look.edge_width)
            _layer(symbol, "SimpleMarker", level, values)
        case Label():
            pass


def _dots(symbol: Element, level: int, look: Fill) -> None:
    steps = {
        **_pixels("distance_x", _SIDE),
        **_pixels("distance_y", _SIDE / 2),
        **_pixels("displacement_x", _SIDE / 2),
        **_pixels("displacement_y", 0),
    }
    made = _layer(symbol, "PointPatternFill", level, steps)
    inner = SubElement(made, "symbol", {"type": "marker", "name": f"@{symbol.get('name')}@0"})
    dot = {"name": "circle", "color": _color(look.color), "outline_style": "no"}
    _layer(inner, "SimpleMarker", 0, dot | _pixels("size", 2.2))


def _line(look: Line) -> dict[str, str]:
    values = {
        "line_color": _color(look.color, look.opacity),
        "line_style": "solid",
        "joinstyle": look.join,
        "capstyle": {"butt": "flat"}.get(look.cap, look.cap),
        **_pixels("line_width", look.width),
    }
    if look.dashes:
        dashes = ";".join(f"{dash * look.width:g}" for dash in look.dashes)
        unit = {"customdash_unit": "Pixel"}
        values |= {"use_custom_dash": "1", "customdash": dashes, **unit}
    return values


def _layer(symbol: Element, name: str, level: int, values: Mapping[str, str]) -> Element:
    made = SubElement(symbol, "layer", {"class": name, "enabled": "1", "pass": str(level)})
    options = SubElement(made, "Option", {"type": "Map"})
    for key, value in values.items():
        SubElement(options, "Option", {"type": "QString", "name": key, "value": value})
        # QGIS before 3.24 reads these.
        SubElement(made, "prop", {"k": key, "v": value})
    return made


def _pixels(name: str, size: float) -> dict[str, str]:
    return {name: f"{size:g}", f"{name}_unit": "Pixel"}


def _color(color: str, opacity: float = 1.0) -> str:
    """Red, green, blue and alpha, as QGIS writes them.

    >>> _color("#0B5563", 0.5)
    '11,85,99,128'
    """
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return ",".join(map(str, [*parts, round(opacity * 255)]))


def _labeling(root: Element, found: list[Rule], *, along: bool) -> None:
    labeling = SubElement(root, "labeling", {"type": "rule-based"})
    top = SubElement(labeling, "rules", {"key": "{labels}"})
    for number, rule in enumerate(found):
        if not isinstance(rule.look, Label):
            continue
        made = SubElement(top, "rule", {"key": f"{{label-{number}}}", **_when(rule)})
        _settings(made, rule.look, along=along)


def _settings(rule: Element, look: Label, *, along: bool) -> None:
    settings = SubElement(rule, "settings", {"calloutType": "simple"})
    text = {
        "fieldName": look.field,
        "isExpression": "0",
        "fontFamily": "Noto Sans",
        "fontSize": f"{look.size:g}",
        "fontSizeUnit": "Pixel",
        "fontWeight": "75" if look.bold else "50",
        "fontItalic": "1" if look.italic else "0",
        "textColor": _color(look.color),
        "textOpacity": "1",
    }
    style = SubElement(settings, "text-style", text)
    buffer = {
        "bufferDraw": "1" if look.halo_width else "0",
        "bufferSize": f"{look.halo_width:g}",
        "bufferSizeUnits": "Pixel",
        "bufferColor": _color(look.halo),
        "bufferOpacity": "1",
    }
    SubElement(style, "text-buffer", buffer)
    place = "Line" if along and look.along else "Point" if along else "Polygon"
    placement = {"placement": _PLACEMENTS[place], "dist": "0", "centroidInside": "1"}
    # Degrees that letters along a line may turn: without them QGIS lets them turn none.
    placement |= {"maxCurvedCharAngleIn": "25", "maxCurvedCharAngleOut": "-25"}
    SubElement(settings, "placement", placement | {"placementFlags": "9"})
    drawn = {"scaleVisibility": "0", "drawLabels": "1", "displayAll": "0", "mergeLines": "1"}
    SubElement(settings, "rendering", drawn)
