"""Styled Layer Descriptor 1.1 with Symbology Encoding 1.1 (OGC 05-078r4, 05-077r4).

Each drawing instruction is a FeatureTypeStyle, so that all areas are drawn before all outlines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from geoloket.style import StyledLayer
from ogc.styles.looks import Choice, Circle, Fill, Label, Line, Look, Rule, rules
from ogc.styles.scales import denominator

_SLD: Final = "{http://www.opengis.net/sld}"
_SE: Final = "{http://www.opengis.net/se}"
_OGC: Final = "{http://www.opengis.net/ogc}"
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_MARKS: Final = {
    "dots": ("circle", 2.2, 0.0),
    "hatch": ("slash", 8.0, 1.8),
    "cross": ("x", 8.0, 1.0),
    "lines": ("horline", 4.0, 1.4),
}
"""Mark, size and stroke in pixels of a pattern; ``slash`` and ``horline`` are names of QGIS."""

for _prefix, _uri in (("sld", _SLD), ("se", _SE), ("ogc", _OGC), ("xsi", _XSI)):
    register_namespace(_prefix, _uri[1:-1])


def document(name: str, title: str, layers: Iterable[StyledLayer]) -> bytes:
    """The style of one or several layers. Raises Untranslatable."""
    root = Element(f"{_SLD}StyledLayerDescriptor", {"version": "1.1.0"})
    place = "http://schemas.opengis.net/sld/1.1.0/StyledLayerDescriptor.xsd"
    root.set(f"{_XSI}schemaLocation", f"{_SLD[1:-1]} {place}")
    for layer in layers:
        named = SubElement(root, f"{_SLD}NamedLayer")
        _text(named, f"{_SE}Name", layer.id)
        style = SubElement(named, f"{_SLD}UserStyle")
        _text(style, f"{_SE}Name", name)
        _text(SubElement(style, f"{_SE}Description"), f"{_SE}Title", title)
        if any(one.type == "symbol" for one in layer.instructions):
            _unseen(style, layer)
        for instruction in sorted(layer.instructions, key=lambda one: one.order):
            drawn = SubElement(style, f"{_SE}FeatureTypeStyle")
            _text(drawn, f"{_SE}Name", instruction.id)
            _text(drawn, f"{_SE}FeatureTypeName", layer.id)
            for number, rule in enumerate(rules(instruction)):
                _rule(drawn, f"{instruction.id}-{number}", rule)
    indent(root, space=" ")
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _unseen(style: Element, layer: StyledLayer) -> None:
    """A mark that is not seen: QGIS labels only what is drawn."""
    drawn = SubElement(style, f"{_SE}FeatureTypeStyle")
    _text(drawn, f"{_SE}FeatureTypeName", layer.id)
    rule = SubElement(drawn, f"{_SE}Rule")
    kind = layer.declared.geometry.type if layer.declared.geometry else ""
    if kind.endswith("Point"):
        graphic = SubElement(SubElement(rule, f"{_SE}PointSymbolizer"), f"{_SE}Graphic")
        mark = SubElement(graphic, f"{_SE}Mark")
        _text(mark, f"{_SE}WellKnownName", "circle")
        _parameters(SubElement(mark, f"{_SE}Fill"), {"fill": "#000000", "fill-opacity": "0"})
        _text(graphic, f"{_SE}Size", "1")
        return
    stroke = {"stroke": "#000000", "stroke-opacity": "0", "stroke-width": "1"}
    symbolizer = SubElement(rule, f"{_SE}LineSymbolizer")
    _parameters(SubElement(symbolizer, f"{_SE}Stroke"), stroke)


def _rule(parent: Element, name: str, rule: Rule) -> None:
    made = SubElement(parent, f"{_SE}Rule")
    _text(made, f"{_SE}Name", name)
    _filter(made, rule.choices)
    if rule.high < 24:
        _text(made, f"{_SE}MinScaleDenominator", f"{denominator(rule.high):.0f}")
    if rule.low > 0:
        _text(made, f"{_SE}MaxScaleDenominator", f"{denominator(rule.low):.0f}")
    _symbolizer(made, rule.look)


def _filter(parent: Element, choices: Sequence[Choice]) -> None:
    if not choices:
        return
    inside = SubElement(parent, f"{_OGC}Filter")
    if len(choices) > 1:
        inside = SubElement(inside, f"{_OGC}And")
    for choice in choices:
        if choice.inside:
            _equals(inside, choice)
            continue
        # What has no value has none of these either.
        either = SubElement(inside, f"{_OGC}Or")
        absent = SubElement(either, f"{_OGC}PropertyIsNull")
        _text(absent, f"{_OGC}PropertyName", choice.field)
        _equals(SubElement(either, f"{_OGC}Not"), choice)


def _equals(parent: Element, choice: Choice) -> None:
    if len(choice.values) > 1:
        parent = SubElement(parent, f"{_OGC}Or")
    for value in choice.values:
        equal = SubElement(parent, f"{_OGC}PropertyIsEqualTo")
        _text(equal, f"{_OGC}PropertyName", choice.field)
        _text(equal, f"{_OGC}Literal", str(value))


def _symbolizer(rule: Element, look: Look) -> None:
    match look:
        case Fill():
            _fill(SubElement(SubElement(rule, f"{_SE}PolygonSymbolizer"), f"{_SE}Fill"), look)
        case Line():
            _stroke(SubElement(rule, f"{_SE}LineSymbolizer"), look)
        case Circle():
            graphic = SubElement(SubElement(rule, f"{_SE}PointSymbolizer"), f"{_SE}Graphic")
            mark = _mark(graphic, "circle", look.color)
            _parameters(
                SubElement(mark, f"{_SE}Stroke"),
                {"stroke": look.edge, "stroke-width": f"{look.edge_width:g}"},
            )
            _text(graphic, f"{_SE}Size", f"{look.radius * 2:g}")
        case Label():
            _label(SubElement(rule, f"{_SE}TextSymbolizer"), look)


def _fill(fill: Element, look: Fill) -> None:
    if look.pattern is None:
        _parameters(fill, {"fill": look.color, "fill-opacity": f"{look.opacity:g}"})
        return
    name, size, width = _MARKS[look.pattern]
    graphic = SubElement(SubElement(fill, f"{_SE}GraphicFill"), f"{_SE}Graphic")
    mark = _mark(graphic, name, look.color)
    if width:
        stroke = {"stroke": look.color, "stroke-width": f"{width:g}"}
        _parameters(SubElement(mark, f"{_SE}Stroke"), stroke)
    _text(graphic, f"{_SE}Size", f"{size:g}")


def _mark(graphic: Element, name: str, color: str) -> Element:
    mark = SubElement(graphic, f"{_SE}Mark")
    _text(mark, f"{_SE}WellKnownName", name)
    _parameters(SubElement(mark, f"{_SE}Fill"), {"fill": color})
    return mark


def _stroke(symbolizer: Element, look: Line) -> None:
    known = {
        "stroke": look.color,
        "stroke-opacity": f"{look.opacity:g}",
        "stroke-width": f"{look.width:g}",
        "stroke-linejoin": "mitre" if look.join == "miter" else look.join,
        "stroke-linecap": look.cap,
    }
    if look.dashes:
        known["stroke-dasharray"] = " ".join(f"{dash * look.width:g}" for dash in look.dashes)
    _parameters(SubElement(symbolizer, f"{_SE}Stroke"), known)


def _label(symbolizer: Element, look: Label) -> None:
    label = SubElement(symbolizer, f"{_SE}Label")
    _text(label, f"{_OGC}PropertyName", look.field)
    font = {"font-family": "Noto Sans", "font-size": f"{look.size:g}"}
    font |= {"font-weight": "bold"} if look.bold else {}
    font |= {"font-style": "italic"} if look.italic else {}
    _parameters(SubElement(symbolizer, f"{_SE}Font"), font)
    placement = SubElement(symbolizer, f"{_SE}LabelPlacement")
    if look.along:
        SubElement(placement, f"{_SE}LinePlacement")
    else:
        point = SubElement(placement, f"{_SE}PointPlacement")
        anchor = SubElement(point, f"{_SE}AnchorPoint")
        _text(anchor, f"{_SE}AnchorPointX", "0.5")
        _text(anchor, f"{_SE}AnchorPointY", "0.5")
    if look.halo_width:
        halo = SubElement(symbolizer, f"{_SE}Halo")
        _text(halo, f"{_SE}Radius", f"{look.halo_width:g}")
        _parameters(SubElement(halo, f"{_SE}Fill"), {"fill": look.halo})
    _parameters(SubElement(symbolizer, f"{_SE}Fill"), {"fill": look.color})


def _parameters(parent: Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        SubElement(parent, f"{_SE}SvgParameter", {"name": name}).text = value


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
