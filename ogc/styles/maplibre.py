"""The MapLibre style document (version 8) of one layer, or of several as a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geoloket.style import StyledLayer, StyleLayer
from ogc.links import with_query
from ogc.schemes import WEB_MERCATOR
from ogc.styles.looks import Choice, Fill, Rule, Untranslatable, rules
from ogc.styles.parted import listed, parted
from ogc.styles.sprite import picture_name
from ogc.tilejson import credit, shallowest

Json = Any
_SOURCE: Final = "geoloket"
_GROUND: Final = "#F4F1EA"
_DEEPEST: Final = 18
"""Last zoom of which tiles are asked: they are drawn larger beyond it."""
_FONTS: Final = {"Bold": "Noto Sans Bold", "Italic": "Noto Sans Italic"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style as a visitor knows it: its id, title, and the layers that it draws."""

    id: str
    title: str
    layers: tuple[StyledLayer, ...]
    whole: bool = False
    """Whether it is a map of its own, with a ground to draw on."""

    @property
    def instructions(self) -> list[StyleLayer]:
        """All drawing instructions, in the order in which they are drawn."""
        found = [one for layer in self.layers for one in layer.instructions]
        return sorted(found, key=lambda one: one.order)


def document(sheet: Sheet, base: str) -> dict[str, Json]:
    """The style; every address in it is absolute and our own."""
    declared = [layer.declared for layer in sheet.layers]
    names = ",".join(layer.id for layer in declared)
    tiles = with_query(f"{base}/tiles/{WEB_MERCATOR.id}/{{z}}/{{y}}/{{x}}", {"collections": names})
    source: dict[str, Json] = {
        "type": "vector",
        "tiles": [tiles],
        "minzoom": shallowest(declared),
        "maxzoom": _DEEPEST,
    }
    if named := credit(declared):
        source["attribution"] = named
    layers: list[Json] = []
    if sheet.whole:
        paint = {"background-color": _GROUND}
        layers.append({"id": "background", "type": "background", "paint": paint})
    for instruction in sheet.instructions:
        layers += _layers(instruction)
    made: dict[str, Json] = {
        "version": 8,
        "name": sheet.title,
        "sources": {_SOURCE: source},
        "layers": layers,
    }
    if any("fill-pattern" in layer.get("paint", {}) for layer in layers):
        made["sprite"] = f"{base}/styles/sprite"
    return made


def _layers(instruction: StyleLayer) -> list[Json]:
    known = dict(instruction.document)
    known.pop("metadata", None)
    known["source"] = _SOURCE
    if "fill-pattern" in known.get("paint", {}):
        return _patterns(instruction, known)
    made = [
        {**known, **parts, "id": f"{instruction.id}-{at}", "filter": _filter(choices)}
        for at, (choices, parts) in enumerate(parted(instruction))
    ]
    return [_lettered(one) for one in made or [_plain(known)]]


def _plain(known: Mapping[str, Json]) -> dict[str, Json]:
    parts: dict[str, Json] = {
        part: {key: listed(value) for key, value in known[part].items()}
        for part in ("paint", "layout")
        if part in known
    }
    filtered = {"filter": listed(known["filter"])} if "filter" in known else {}
    return {**known, **parts, **filtered}


def _lettered(known: Mapping[str, Json]) -> dict[str, Json]:
    """With fonts by the names that programs know."""
    if known["type"] != "symbol":
        return dict(known)
    layout = known.get("layout", {})
    fonts = [_FONTS[font] for font in layout.get("text-font", ()) if font in _FONTS]
    return {**known, "layout": {**layout, "text-font": fonts or ["Noto Sans Regular"]}}


def _patterns(instruction: StyleLayer, known: Mapping[str, Json]) -> list[Json]:
    """Pictures have their colour in them: one layer for each pattern in each ink."""
    made: list[Json] = []
    for rule in _drawn(instruction):
        if not isinstance(rule.look, Fill) or not rule.look.pattern:
            continue
        name = picture_name(rule.look.pattern, rule.look.color)
        paint = {"fill-pattern": name}
        layer = {**known, "id": f"{instruction.id}-{len(made)}-{name}", "paint": paint}
        made.append(layer | {"filter": _filter(rule.choices), **_zooms(rule)})
    return made


def _drawn(instruction: StyleLayer) -> Sequence[Rule]:
    try:
        return rules(instruction)
    except Untranslatable:
        return ()


def _zooms(rule: Rule) -> dict[str, Json]:
    limits = {"minzoom": rule.low, "maxzoom": rule.high}
    return {name: zoom for name, zoom in limits.items() if 0 < zoom < 24}


def _filter(choices: Sequence[Choice]) -> list[Json]:
    found = [
        ["match", ["get", one.field], list(one.values), one.inside, not one.inside]
        for one in choices
    ]
    return ["all", *found]
