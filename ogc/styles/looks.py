"""A drawing instruction as rules: which features, between which zooms, and how they look.

The style subset decides by comparing fields with literals and by steps of the zoom. So a feature
looks one of a few ways, and a program that knows no expressions can be told all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any, Final, cast

from geoloket.style import StyleLayer, evaluate, operator_of

Json = Any
Value = str | float | bool
Fields = Mapping[str, Mapping[Value, None]]
"""Fields, and the values that each is compared with."""
_DEEPEST: Final = 24.0
_OTHER: Final = "\0other"
"""Stands for every value that the style does not name; no value of PostgreSQL holds a NUL."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Features whose field has one of the values, or has none of them."""

    field: str
    values: tuple[Value, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class Fill:
    """An area; ``pattern`` is drawn in its colour instead of a plain fill."""

    color: str
    opacity: float = 1.0
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line or outline; widths in CSS pixels, dashes in line widths."""

    color: str
    width: float
    opacity: float = 1.0
    dashes: tuple[float, ...] = ()
    cap: str = "butt"
    join: str = "miter"


@dataclass(frozen=True, slots=True)
class Circle:
    """A dot; sizes in CSS pixels."""

    radius: float
    color: str
    edge: str
    edge_width: float


@dataclass(frozen=True, slots=True)
class Label:
    """The value of a field as text; sizes in CSS pixels."""

    field: str
    size: float
    color: str
    halo: str
    halo_width: float
    bold: bool = False
    italic: bool = False
    along: bool = False
    """Whether it follows the line."""


Look = Fill | Line | Circle | Label


@dataclass(frozen=True, slots=True)
class Rule:
    """Features that look alike between two zooms (the second excluded; tiles of 512 pixels)."""

    choices: tuple[Choice, ...]
    low: float
    high: float
    look: Look


class Untranslatable(ValueError):
    """An expression whose outcomes cannot be listed."""


def rules(instruction: StyleLayer) -> list[Rule]:
    """Every way in which features look by this instruction. Raises Untranslatable."""
    fields, stops = survey(instruction)
    found: list[Rule] = []
    for low, high in _bands(instruction.document, stops):
        found += _band(instruction, fields, low, high)
    return _joined(found)


def survey(instruction: StyleLayer) -> tuple[Fields, set[float]]:
    """The values that fields are compared with, and the zooms at which looks change.

    Raises Untranslatable, also where more than two fields decide.
    """
    fields: dict[str, dict[Value, None]] = {}
    stops: set[float] = set()
    for expression in _expressions(instruction.document):
        _survey(expression, fields, stops)
    if len(fields) > 2:
        raise Untranslatable(f"{instruction.id}: decided by more than two fields")
    return fields, stops


def _expressions(document: Mapping[str, Json]) -> Iterator[Json]:
    parts = {**document.get("paint", {}), **document.get("layout", {})}
    for key, value in parts.items():
        if key == "text-field":
            if operator_of(value) != "get":
                raise Untranslatable(f"{document['id']}: text-field is not one field")
        elif key != "text-font":
            yield value
    yield document.get("filter", True)


def _survey(expression: Json, fields: dict[str, dict[Value, None]], stops: set[float]) -> None:
    """Collect the values that fields are compared with, and the zooms at which looks change."""
    operator = operator_of(expression)
    if operator is None:
        return
    parts = cast("list[Json]", expression[1:])
    match operator:
        case "match":
            known = fields.setdefault(_field(parts[0]), {})
            for labels in parts[1:-1:2]:
                several = cast("list[Value]", labels if isinstance(labels, list) else [labels])
                known |= dict.fromkeys(several)
            branches = [*parts[2:-1:2], parts[-1]]
        case "==":
            name, value = parts if operator_of(parts[0]) else reversed(parts)
            fields.setdefault(_field(name), {})[value] = None
            branches = []
        case "case":
            branches = parts
        case "step":
            stops |= set(_stops(parts[0], parts[2::2]))
            branches = [parts[1], *parts[3::2]]
        case "interpolate":
            marks = _stops(parts[1], parts[2::2])
            stops |= {*marks, *map(float, range(int(marks[0]) + 1, int(marks[-1]) + 1))}
            branches = parts[3::2]
        case _:
            raise Untranslatable(f"{expression} is not compared with anything")
    for branch in branches:
        _survey(branch, fields, stops)


def _field(expression: Json) -> str:
    if operator_of(expression) != "get":
        raise Untranslatable(f"{expression} is not a field")
    return expression[1]


def _stops(over: Json, marks: list[Json]) -> list[float]:
    if operator_of(over) != "zoom":
        raise Untranslatable(f"{over} is not the zoom")
    return [float(mark) for mark in marks]


def _bands(document: Mapping[str, Json], stops: set[float]) -> Iterator[tuple[float, float]]:
    low, high = float(document.get("minzoom", 0)), float(document.get("maxzoom", _DEEPEST))
    return pairwise(sorted({low, high} | {stop for stop in stops if low < stop < high}))


def _band(instruction: StyleLayer, fields: Fields, low: float, high: float) -> list[Rule]:
    zoom = (low + high) / 2 if high - low <= 1 else low
    found = gathered(fields, lambda properties: _look(instruction, properties, zoom))
    return [Rule(choices, low, high, look) for choices, look in found]


def gathered[T: Hashable](
    fields: Fields, drawn: Callable[[Mapping[str, Value]], T | None]
) -> list[tuple[tuple[Choice, ...], T]]:
    """Which features come to the same, of at most two fields; what comes to None is left out."""
    known_values: list[list[Value]] = [[*known, _OTHER] for known in fields.values()]
    firsts: list[Value] = known_values[0] if fields else [_OTHER]
    rests = known_values[1:]
    # Values of the first field are gathered by what the second one makes of them.
    alike: dict[tuple[T, tuple[tuple[Value, ...], ...]], list[Value]] = {}
    for first in firsts:
        by_outcome: dict[T, list[tuple[Value, ...]]] = {}
        for rest in product(*rests):
            outcome = drawn(dict(zip(fields, (first, *rest), strict=False)))
            if outcome is not None:
                by_outcome.setdefault(outcome, []).append(rest)
        for outcome, others in by_outcome.items():
            alike.setdefault((outcome, tuple(others)), []).append(first)
    found: list[tuple[tuple[Choice, ...], T]] = []
    for (outcome, others), group in alike.items():
        groups = [group, [value for rest in others for value in rest]]
        choices = (
            _choice(name, list(known), values)
            for (name, known), values in zip(fields.items(), groups, strict=False)
            if len(values) <= len(known)  # else every value of it
        )
        found.append((tuple(choices), outcome))
    return found


def _choice(field: str, known: list[Value], chosen: list[Value]) -> Choice:
    if _OTHER in chosen:
        return Choice(field, tuple(value for value in known if value not in chosen), inside=False)
    return Choice(field, tuple(chosen), inside=True)


def _joined(found: list[Rule]) -> list[Rule]:
    """The same rule in bands that touch is one rule."""
    joined: list[Rule] = []
    for rule in found:
        for at, before in enumerate(joined):
            same = (before.choices, before.look, before.high) == (rule.choices, rule.look, rule.low)
            if same:
                joined[at] = replace(before, high=rule.high)
                break
        else:
            joined.append(rule)
    return joined


def _look(instruction: StyleLayer, properties: Mapping[str, object], zoom: float) -> Look | None:
    document = instruction.document
    if "filter" in document and not evaluate(document["filter"], properties, zoom):
        return None

    def value(key: str, default: Json) -> Json:
        return instruction.value(key, properties, zoom, default)

    match instruction.type:
        case "fill":
            return _fill(value)
        case "line":
            return _line(value)
        case "circle":
            return Circle(
                _round(value("circle-radius", 5)),
                value("circle-color", "#000000"),
                value("circle-stroke-color", "#000000"),
                value("circle-stroke-width", 0),
            )
        case _:
            return _label(value, document)


def _fill(value: Any) -> Fill | None:
    pattern = value("fill-pattern", None)
    opacity = round(value("fill-opacity", 1), 3)
    if pattern == "" or not opacity:
        return None
    return Fill(value("fill-color", "#000000"), opacity, pattern)


def _line(value: Any) -> Line | None:
    width = _round(value("line-width", 1))
    opacity = round(value("line-opacity", 1), 3)
    if not width or not opacity:
        return None
    dashes = tuple(value("line-dasharray", ()))
    ends = (value("line-cap", "butt"), value("line-join", "miter"))
    return Line(value("line-color", "#000000"), width, opacity, dashes, *ends)


def _label(value: Any, document: Mapping[str, Json]) -> Label:
    layout = document.get("layout", {})
    fonts = layout.get("text-font", [])
    return Label(
        layout["text-field"][1],
        float(round(value("text-size", 16))),
        value("text-color", "#000000"),
        value("text-halo-color", "#FFFFFF"),
        value("text-halo-width", 0),
        bold="Bold" in fonts,
        italic="Italic" in fonts,
        along=layout.get("symbol-placement") == "line",
    )


def _round(pixels: float) -> float:
    """To a quarter of a pixel: fewer rules, and nobody sees it."""
    return max(0.25, round(pixels * 4) / 4) if pixels else 0.0
