"""How layers are drawn: ``layers/<id>/style.json`` read, checked and evaluated.

The files are MapLibre style documents (version 8) in a small subset: ``fill``, ``line``, ``circle``
and ``symbol`` layers; the expressions ``get``, ``==``, ``match``, ``case``, ``step`` and
``interpolate`` (linear). The map draws them with ``src/map/style.ts``, the static plan with this
module; both answer the cases of ``src/map/style-cases.json`` in their tests. Zoom levels are those
of MapLibre (tiles of 512 pixels).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

from geoloket.errors import DeclarationFaults
from geoloket.layer import Layer

Json = Any
Properties = Mapping[str, object]

PATTERNS: Final = ("dots", "hatch", "cross", "lines")
"""Names that ``fill-pattern`` may have; ``fill-color`` is the ink of the pattern."""
_OPERATORS: Final = ("get", "zoom", "==", "match", "case", "step", "interpolate", "linear")
_KEYS: Final[dict[str, frozenset[str]]] = {
    "fill": frozenset({"fill-color", "fill-opacity", "fill-pattern"}),
    "line": frozenset(
        {"line-color", "line-width", "line-opacity", "line-dasharray", "line-cap", "line-join"}
    ),
    "circle": frozenset(
        {"circle-radius", "circle-color", "circle-stroke-color", "circle-stroke-width"}
    ),
    "symbol": frozenset(
        {
            "symbol-placement",
            "text-field",
            "text-size",
            "text-font",
            "text-color",
            "text-halo-color",
            "text-halo-width",
        }
    ),
}
_LABELS_ABOVE: Final = 100


@dataclass(frozen=True, slots=True)
class StyleLayer:
    """One drawing instruction of a layer."""

    id: str
    layer: str
    type: str
    order: int
    document: Mapping[str, Json]

    def shows(self, properties: Properties, zoom: float) -> bool:
        """Whether a feature is drawn by this instruction at a zoom."""
        if not self.document.get("minzoom", 0) <= zoom < self.document.get("maxzoom", 24):
            return False
        return "filter" not in self.document or bool(
            evaluate(self.document["filter"], properties, zoom)
        )

    def value(self, key: str, properties: Properties, zoom: float, default: Json = None) -> Json:
        """The value of a paint or layout property for a feature."""
        for part in ("paint", "layout"):
            if key in self.document.get(part, {}):
                return evaluate(self.document[part][key], properties, zoom)
        return default


def operator_of(expression: Json) -> str | None:
    """What an expression does, or None for a literal (a list without an operator is one too)."""
    if not isinstance(expression, list) or not expression:
        return None
    first = cast("list[Json]", expression)[0]
    return first if first in _OPERATORS else None


def evaluate(expression: Json, properties: Properties, zoom: float) -> Json:
    """The value of an expression; a list that does not begin with an operator is a literal."""
    parts = cast("list[Json]", expression)
    if not isinstance(expression, list) or not parts:
        return parts
    if parts[0] not in _OPERATORS:
        return parts
    if parts[0] == "get":
        return properties.get(parts[1])
    if parts[0] == "zoom":
        return zoom
    return _FORMS[parts[0]](parts[1:], lambda part: evaluate(part, properties, zoom))


Value = Callable[[Json], Json]


def _equal(sides: list[Json], value: Value) -> Json:
    return value(sides[0]) == value(sides[1])


def _match(parts: list[Json], value: Value) -> Json:
    subject, arms = value(parts[0]), parts[1:]
    for label, answer in zip(arms[:-1:2], arms[1::2], strict=False):
        if subject in label if isinstance(label, list) else subject == label:
            return value(answer)
    return value(arms[-1])


def _case(arms: list[Json], value: Value) -> Json:
    for condition, answer in zip(arms[:-1:2], arms[1::2], strict=False):
        if value(condition):
            return value(answer)
    return value(arms[-1])


def _step(parts: list[Json], value: Value) -> Json:
    at, answer = value(parts[0]), parts[1]
    for stop, later in zip(parts[2::2], parts[3::2], strict=True):
        if at >= stop:
            answer = later
    return value(answer)


def _interpolate(parts: list[Json], value: Value) -> Json:
    at = value(parts[1])
    stops = list(zip(parts[2::2], parts[3::2], strict=True))
    if at <= stops[0][0]:
        return value(stops[0][1])
    for (low, start), (high, end) in pairwise(stops):
        if at < high:
            first, last = value(start), value(end)
            return first + (last - first) * (at - low) / (high - low)
    return value(stops[-1][1])


_FORMS: Final[dict[str, Callable[[list[Json], Value], Json]]] = {
    "==": _equal,
    "match": _match,
    "case": _case,
    "step": _step,
    "interpolate": _interpolate,
}


@dataclass(frozen=True, eq=False)
class StyledLayer:
    """A layer of the map with its style document."""

    id: str
    order: int
    declared: Layer
    document: Mapping[str, Json]

    @cached_property
    def instructions(self) -> tuple[StyleLayer, ...]:
        """The drawing instructions of the layer, in the order of its file.

        ``metadata.order`` moves one elsewhere in the stack; labels come above all the rest.
        """
        return tuple(self._instruction(document) for document in self.document["layers"])

    def _instruction(self, document: Mapping[str, Json]) -> StyleLayer:
        above = _LABELS_ABOVE if document["type"] == "symbol" else 0
        order = document.get("metadata", {}).get("order", self.order + above)
        return StyleLayer(document["id"], self.id, document["type"], order, document)

    @property
    def on_our_map(self) -> StyledLayer:
        """The same as our own map draws it: not before ``map.shown_from``."""
        first = self.declared.map.shown_from if self.declared.map else None
        if first is None:
            return self
        layers = [
            {**layer, "minzoom": max(first, layer.get("minzoom", 0))}
            for layer in self.document["layers"]
            if layer.get("maxzoom", 24) > first
        ]
        return replace(self, document={**self.document, "layers": layers})

    @property
    def first_zoom(self) -> float:
        """Zoom from which something of it is drawn."""
        start = self.declared.map.min_zoom if self.declared.map else 0
        drawn = [instruction.document.get("minzoom", 0) for instruction in self.instructions]
        return max(start, min(drawn, default=0))

    @property
    def legend(self) -> Sequence[Mapping[str, Json]]:
        """Entries of the legend: a title per language and the properties of a sample."""
        return self.document.get("metadata", {}).get("legend", ())


def styled_layers(registry: Mapping[str, Layer]) -> tuple[StyledLayer, ...]:
    """The layers that are on our map, in drawing order.

    Raises DeclarationFaults with all that is outside the subset. A layer without ``style.json`` is
    drawn in a plain house style.
    """
    faults: list[str] = []
    styled: list[StyledLayer] = []
    for layer in registry.values():
        if layer.map is None or layer.geometry is None:
            continue
        document = _document(layer, faults)
        styled.append(StyledLayer(layer.id, layer.map.order, layer, document).on_our_map)
    if faults:
        raise DeclarationFaults(faults)
    return tuple(sorted(styled, key=lambda layer: layer.order))


def style_of(layer: Layer) -> StyledLayer:
    """The layer, narrowed to a person, with its style.

    A style that is drawn by fields which this person may not see would tell of them: then the
    layer is drawn in the plain house style.
    """
    faults: list[str] = []
    document = _document(layer, faults)
    order = layer.map.order if layer.map else 0
    return StyledLayer(layer.id, order, layer, plain_style(layer) if faults else document)


def _document(layer: Layer, faults: list[str]) -> Mapping[str, Json]:
    file: Path = layer.folder / "style.json"
    if not file.is_file():
        return plain_style(layer)
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        faults.append(f"{file}: {error}")
        return plain_style(layer)
    faults += [f"{file}: {fault}" for fault in faults_of(document, layer)]
    return document


def faults_of(document: Mapping[str, Json], layer: Layer) -> list[str]:
    """What a style document asks that our two interpreters do not do."""
    faults = [] if document.get("version") == 8 else ["version must be 8"]
    carried = {*(layer.map.fields if layer.map else ()), "id"}
    for entry in document.get("layers", ()):
        name, kind = entry.get("id", "?"), entry.get("type", "?")
        if kind not in _KEYS:
            faults.append(f"{name}: type {kind!r} is not one of {', '.join(_KEYS)}")
            continue
        if entry.get("source-layer") != layer.id:
            faults.append(f"{name}: source-layer must be {layer.id!r}")
        parts = {**entry.get("paint", {}), **entry.get("layout", {})}
        faults += [f"{name}: {key} is not drawn here" for key in parts if key not in _KEYS[kind]]
        expressions = [value for key, value in parts.items() if key != "text-font"]
        for expression in [*expressions, entry.get("filter")]:
            faults += [f"{name}: {fault}" for fault in _expression_faults(expression, carried)]
    return faults


def _expression_faults(expression: Json, carried: set[str]) -> list[str]:
    if not isinstance(expression, list) or not expression:
        return []
    operator, *parts = cast("list[Json]", expression)
    if not isinstance(operator, str):
        return []  # a literal, such as the lengths of dashes
    if operator not in _OPERATORS:
        return [f"operator {operator!r} is not one of {', '.join(_OPERATORS)}"]
    if operator == "get":
        unknown = parts[0] not in carried
        return [f"tiles do not carry {parts[0]!r} (map.fields)"] if unknown else []
    if operator == "match":  # its labels are literals
        parts = [parts[0], *parts[2:-1:2], parts[-1]]
    return [fault for part in parts for fault in _expression_faults(part, carried)]


def plain_style(layer: Layer) -> Mapping[str, Json]:
    """The house style of a layer that brings none: brand colour, and its label when it has one."""
    about = {"source": "geoloket", "source-layer": layer.id}
    line = {"line-color": "#0B5563", "line-width": 2}
    dot = {
        "circle-radius": 6,
        "circle-color": "#0B5563",
        "circle-stroke-color": "#FFFFFF",
        "circle-stroke-width": 2,
    }
    fill = {"fill-color": "#0B5563", "fill-opacity": 0.15}
    layers: list[Json] = [
        {"id": f"{layer.id}", "type": "fill", **about, "paint": fill},
        {"id": f"{layer.id}-edge", "type": "line", **about, "paint": line},
        {"id": f"{layer.id}-point", "type": "circle", **about, "paint": dot},
    ]
    if layer.map and layer.map.label in layer.map.fields:
        text = {"text-color": "#073B45", "text-halo-color": "#FFFFFF", "text-halo-width": 2}
        field = {"text-field": ["get", layer.map.label], "text-size": 13}
        name = {"id": f"{layer.id}-name", "type": "symbol", "minzoom": 15, **about}
        layers.append(name | {"layout": field, "paint": text})
    legend = [{"title": dict(layer.title), "sample": {}}]
    return {
        "version": 8,
        "name": layer.id,
        "sources": {},
        "layers": layers,
        "metadata": {"legend": legend},
    }
