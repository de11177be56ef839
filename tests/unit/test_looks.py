"""Looks as rules: what an expression decides, told to programs that know no expressions."""

from __future__ import annotations

from typing import Any

import pytest

from geoloket.style import StyleLayer
from ogc.styles.looks import Choice, Fill, Line, Untranslatable, rules


def drawn(kind: str = "fill", **document: Any) -> StyleLayer:
    return StyleLayer("a", "a", kind, 1, {"type": kind, "id": "a", **document})


def test_a_match_is_a_rule_for_each_colour_and_one_for_the_rest() -> None:
    color = ["match", ["get", "k"], ["x", "y"], "#111111", "z", "#222222", "#333333"]
    found = {rule.look: rule.choices for rule in rules(drawn(paint={"fill-color": color}))}
    assert found == {
        Fill("#111111"): (Choice("k", ("x", "y"), inside=True),),
        Fill("#222222"): (Choice("k", ("z",), inside=True),),
        Fill("#333333"): (Choice("k", ("x", "y", "z"), inside=False),),
    }


def test_what_a_filter_leaves_out_has_no_rule() -> None:
    [rule] = rules(drawn(filter=["==", ["get", "k"], "x"], paint={"fill-color": "#111111"}))
    assert rule.choices == (Choice("k", ("x",), inside=True),)
    [other] = rules(drawn(filter=["match", ["get", "k"], "x", False, True], paint={}))
    assert other.choices == (Choice("k", ("x",), inside=False),)


def test_two_fields_are_told_apart() -> None:
    opacity = ["match", ["get", "b"], "y", 0.5, 1]
    color = ["match", ["get", "a"], "x", "#111111", "#222222"]
    found = rules(drawn(paint={"fill-color": color, "fill-opacity": opacity}))
    assert len(found) == 4
    assert all(len(rule.choices) == 2 for rule in found)


def test_steps_of_the_zoom_are_bands() -> None:
    opacity = ["step", ["zoom"], 0.8, 14, 0.4]
    found = rules(drawn(minzoom=10, paint={"fill-color": "#111111", "fill-opacity": opacity}))
    assert [(rule.low, rule.high, rule.look) for rule in found] == [
        (10, 14, Fill("#111111", 0.8)),
        (14, 24, Fill("#111111", 0.4)),
    ]


def test_what_grows_with_the_zoom_grows_in_steps() -> None:
    width = ["interpolate", ["linear"], ["zoom"], 14, 1, 16, 3]
    found = rules(drawn("line", minzoom=14, paint={"line-color": "#111111", "line-width": width}))
    widths = [rule.look.width for rule in found if isinstance(rule.look, Line)]
    assert widths == [1.5, 2.5, 3.0]
    assert [rule.low for rule in found] == [14, 15, 16]


@pytest.mark.parametrize(
    "paint",
    [
        {"line-width": ["get", "width"]},
        {"line-width": ["interpolate", ["linear"], ["get", "n"], 0, 1, 9, 4]},
        {"line-width": ["match", ["zoom"], 1, 2, 3]},
    ],
)
def test_what_cannot_be_listed_is_said(paint: dict[str, Any]) -> None:
    with pytest.raises(Untranslatable):
        rules(drawn("line", paint=paint))


def test_a_second_field_is_told_only_where_it_decides() -> None:
    by_result = ["match", ["get", "b"], "y", "#111111", "#222222"]
    color = ["match", ["get", "a"], ["u", "v"], "#111111", "w", by_result, "#222222"]
    found = [(rule.look, rule.choices) for rule in rules(drawn(paint={"fill-color": color}))]
    assert found == [
        (Fill("#111111"), (Choice("a", ("u", "v"), inside=True),)),
        (Fill("#111111"), (Choice("a", ("w",), inside=True), Choice("b", ("y",), inside=True))),
        (Fill("#222222"), (Choice("a", ("w",), inside=True), Choice("b", ("y",), inside=False))),
        (Fill("#222222"), (Choice("a", ("u", "v", "w"), inside=False),)),
    ]
