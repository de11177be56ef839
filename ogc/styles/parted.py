"""An instruction as several that ask less of their reader.

Readers of MapLibre styles outside MapLibre know ``match`` with a list of labels at the top of a
property, and no deeper (QGIS, ``QgsMapBoxGlStyleConverter``). What is decided deeper becomes one
instruction for each outcome, with a filter that says of which features. Nothing looks otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from geoloket.style import StyleLayer, evaluate, operator_of
from ogc.styles.looks import Choice, Untranslatable, Value, gathered, survey

Json = Any
_LITERAL = ("text-field", "text-font")


def listed(expression: Json) -> Json:
    """The same with the labels of each ``match`` as lists."""
    if operator_of(expression) is None:
        return expression
    operator, *parts = cast("list[Json]", expression)
    if operator != "match":
        return [operator, *(listed(part) for part in parts)]
    arms: list[Json] = []
    for label, answer in zip(parts[1:-1:2], parts[2:-1:2], strict=True):
        arms += [label if isinstance(label, list) else [label], listed(answer)]
    return [operator, parts[0], *arms, listed(parts[-1])]


def parted(instruction: StyleLayer) -> Sequence[tuple[tuple[Choice, ...], Mapping[str, Json]]]:
    """Parts of documents without decisions by fields, each with the features that it is of.

    Nothing where the instruction decides only at the top of its properties, or cannot be parted.
    """
    document = instruction.document
    paint = {key: value for key, value in _values(document).items() if key not in _LITERAL}
    if not any(_decides_deeper(value) for value in (*paint.values(), document.get("filter"))):
        return ()
    try:
        fields, _ = survey(instruction)
    except Untranslatable:
        return ()

    def outcome(properties: Mapping[str, Value]) -> str | None:
        shown = _filled(document.get("filter", True), properties)
        first = _first_zoom(shown)
        if shown is False or (shown is not True and first is None):
            return None
        parts: dict[str, Json] = {
            part: {
                key: value if key in _LITERAL else _filled(value, properties)
                for key, value in document[part].items()
            }
            for part in ("paint", "layout")
            if part in document
        }
        if first is not None:
            parts["minzoom"] = max(first, document.get("minzoom", 0))
        return json.dumps(parts)

    return [(choices, json.loads(told)) for choices, told in gathered(fields, outcome)]


def _values(document: Mapping[str, Json]) -> dict[str, Json]:
    return {**document.get("paint", {}), **document.get("layout", {})}


def _decides_deeper(expression: Json, depth: int = 0) -> bool:
    """Whether a field is looked at below the top of an expression."""
    operator = operator_of(expression)
    if operator is None or operator == "get":
        return False
    if operator in ("match", "case", "==") and depth:
        return True
    return any(_decides_deeper(part, depth + 1) for part in cast("list[Json]", expression)[1:])


def _filled(expression: Json, properties: Mapping[str, Value]) -> Json:
    """The expression with the fields filled in; what the zoom decides stays."""
    operator = operator_of(expression)
    if operator is None or operator == "zoom":
        return expression
    parts = cast("list[Json]", expression)[1:]
    match operator:
        case "match":
            return _filled(_arm(parts, evaluate(parts[0], properties, 0)), properties)
        case "case":
            arms = zip(parts[:-1:2], parts[1::2], strict=True)
            found = (answer for holds, answer in arms if evaluate(holds, properties, 0))
            return _filled(next(found, parts[-1]), properties)
        case "step" | "interpolate":
            first = 1 if operator == "step" else 3
            kept = [
                _filled(part, properties) if at >= first and (at - first) % 2 == 0 else part
                for at, part in enumerate(parts)
            ]
            outcomes = kept[first::2]
            same = all(one == outcomes[0] for one in outcomes)
            return outcomes[0] if same else [operator, *kept]
        case _:
            return evaluate(expression, properties, 0)


def _arm(parts: list[Json], subject: Json) -> Json:
    """What a ``match`` answers to a value, unevaluated."""
    for labels, answer in zip(parts[1:-1:2], parts[2:-1:2], strict=True):
        if subject in labels if isinstance(labels, list) else subject == labels:
            return answer
    return parts[-1]


def _first_zoom(shown: Json) -> float | None:
    """The zoom from which a filter without fields lets everything through, where there is one."""
    match shown:
        case ["step", ["zoom"], False, stop, True]:
            return stop
        case _:
            return None
