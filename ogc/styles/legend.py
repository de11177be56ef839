"""A legend as SVG: a sample of each thing, and its name beside it.

It stands on its own, as in a report or in a GIS program, and reads itself to a screen reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from geoloket.drawing import Shape, paint
from geoloket.language import pick
from geoloket.style import StyledLayer, StyleLayer
from ogc.styles.looks import Untranslatable, rules
from ogc.styles.maplibre import Sheet

_ROW: Final = 28
_HEAD: Final = 40
_LEFT: Final = 16
_TEXT: Final = 64
_LETTER: Final = 8.4
_BOLD: Final = 10.6
"""Room for a letter of 15 pixels, and for a bold one of 17, in any font that a program has."""
_ZOOMS: Final = (17.0, 15.0, 13.0, 11.0)
"""Zooms at which a sample is drawn: the first at which there is something to see."""


@dataclass(frozen=True, slots=True)
class _Entry:
    layer: StyledLayer
    title: str
    sample: Mapping[str, Any]
    top: float

    @property
    def zoom(self) -> float:
        """The zoom at which the sample is drawn."""
        drawn = [one for one in self.layer.instructions if one.type != "symbol"]
        seen = (z for z in _ZOOMS if any(one.shows(self.sample, z) for one in drawn))
        return next(seen, _ZOOMS[0])


def document(sheet: Sheet, description: str, language: str) -> str:
    """The legend of a style, in a language."""
    entries = _entries(sheet, language)
    width = max(
        [len(sheet.title) * _BOLD + 2 * _LEFT, *(_width(one.title) for one in entries), 180]
    )
    height = _HEAD + len(entries) * _ROW + 10
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w:.0f}" height="{h}" '
        'viewBox="0 0 {w:.0f} {h}" role="img" aria-labelledby="title description" lang="{lang}" '
        'font-family="Atkinson Hyperlegible Next, Noto Sans, sans-serif" fill="#16242B">'
        '<title id="title">{title}</title><desc id="description">{description}</desc>'
        '<rect width="100%" height="100%" fill="#FFFFFF"/>'
        '<text x="{left}" y="27" font-size="17" font-weight="700">{title}</text>{rows}</svg>\n'
    ).format(
        w=width,
        h=height,
        lang=language,
        title=sheet.title,
        description=f"{description} {', '.join(one.title for one in entries)}.",
        left=_LEFT,
        rows=_samples(sheet.instructions, entries) + Markup("").join(map(_name, entries)),
    )


def _entries(sheet: Sheet, language: str) -> list[_Entry]:
    found: list[_Entry] = []
    for layer in reversed(sheet.layers):
        told = layer.legend or ({"title": layer.declared.title, "sample": {}},)
        for one in told:
            top = _HEAD + len(found) * _ROW
            sample = one["sample"] or _sample(layer)
            found.append(_Entry(layer, pick(one["title"], language), sample, top))
    return found


def _sample(layer: StyledLayer) -> dict[str, Any]:
    """Properties of a feature that is drawn, where the style tells of none."""
    for instruction in layer.instructions:
        with suppress(Untranslatable):
            for rule in rules(instruction):
                return {one.field: one.values[0] for one in rule.choices if one.inside}
    return {}


def _width(title: str) -> float:
    return _TEXT + len(title) * _LETTER + _LEFT


def _name(entry: _Entry) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="15">{}</text>').format(
        _TEXT, entry.top + 19, entry.title
    )


def _samples(instructions: Sequence[StyleLayer], entries: Sequence[_Entry]) -> Markup:
    """Areas and lines of all entries by zoom, then dots and letters on them."""
    drawn = Markup("")
    for zoom in _ZOOMS:
        shapes = [
            Shape(one.layer.id, one.sample, _path(one)) for one in entries if one.zoom == zoom
        ]
        drawn += paint(shapes, instructions, zoom)
    for entry in entries:
        for instruction in entry.layer.instructions:
            if instruction.shows(entry.sample, entry.zoom):
                drawn += _dot(instruction, entry) + _letters(instruction, entry)
    return drawn


def _path(entry: _Entry) -> str:
    """A small area; a bend for a layer of lines."""
    kind = entry.layer.declared.geometry.type if entry.layer.declared.geometry else ""
    if kind.endswith("LineString"):
        return (
            f"M{_LEFT} {entry.top + 20}L{_LEFT + 12} {entry.top + 9}L{_LEFT + 34} {entry.top + 16}"
        )
    if kind.endswith("Point"):
        return ""
    return f"M{_LEFT} {entry.top + 4}h34v20h-34Z"


def _dot(instruction: StyleLayer, entry: _Entry) -> Markup:
    if instruction.type != "circle":
        return Markup("")
    return Markup('<circle cx="{}" cy="{}" r="6" fill="{}" stroke="{}" stroke-width="2"/>').format(
        _LEFT + 17,
        entry.top + 14,
        instruction.value("circle-color", entry.sample, entry.zoom, "#000000"),
        instruction.value("circle-stroke-color", entry.sample, entry.zoom, "#FFFFFF"),
    )


def _letters(instruction: StyleLayer, entry: _Entry) -> Markup:
    """A layer that is nothing but text is shown as text."""
    if any(one.type != "symbol" for one in entry.layer.instructions):
        return Markup("")
    return Markup(
        '<text x="{}" y="{}" font-size="13" text-anchor="middle" fill="{}">12</text>'
    ).format(
        _LEFT + 17,
        entry.top + 19,
        instruction.value("text-color", entry.sample, entry.zoom, "#000000"),
    )
