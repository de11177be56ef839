"""Instructions parted for readers that know ``match`` only at the top: nothing looks otherwise."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from geoloket.registry import LayerRegistry
from geoloket.style import StyleLayer, style_of
from ogc.styles.looks import Choice, survey
from ogc.styles.parted import listed, parted

INSTRUCTIONS = [
    instruction
    for layer in LayerRegistry.read().values()
    if layer.map
    for instruction in style_of(layer).instructions
]
ZOOMS = (8, 10.5, 11, 12.5, 13.9, 14, 15.5, 17, 19)


def test_labels_of_a_match_are_lists() -> None:
    given = ["step", ["zoom"], ["match", ["get", "k"], "a", 1, ["b", "c"], 2, 3], 14, "x"]
    found = ["step", ["zoom"], ["match", ["get", "k"], ["a"], 1, ["b", "c"], 2, 3], 14, "x"]
    assert listed(given) == found


def test_what_is_decided_at_the_top_is_left_as_it_is() -> None:
    color = ["match", ["get", "k"], "x", "#111111", "#222222"]
    document = {"id": "a", "type": "fill", "paint": {"fill-color": color, "fill-opacity": 0.5}}
    assert parted(StyleLayer("a", "a", "fill", 1, document)) == ()


def holds(choices: tuple[Choice, ...], properties: dict[str, Any]) -> bool:
    return all((properties[one.field] in one.values) == one.inside for one in choices)


@pytest.mark.parametrize("instruction", INSTRUCTIONS, ids=lambda one: one.id)
def test_parts_look_as_the_whole(instruction: StyleLayer) -> None:
    parts = parted(instruction)
    if not parts:
        return
    fields, _ = survey(instruction)
    for values in product(*([*known, "something else", None] for known in fields.values())):
        properties = dict(zip(fields, values, strict=True))
        of_it = [part for choices, part in parts if holds(choices, properties)]
        assert len(of_it) <= 1, "a feature is drawn twice"
        for zoom in ZOOMS:
            whole = instruction.document
            made = {**whole, **of_it[0], "filter": True} if of_it else {**whole, "filter": False}
            one = StyleLayer("a", instruction.layer, instruction.type, 1, made)
            assert one.shows(properties, zoom) == instruction.shows(properties, zoom)
            if not one.shows(properties, zoom):
                continue
            for key in {**whole.get("paint", {}), **whole.get("layout", {})}:
                assert one.value(key, properties, zoom) == pytest.approx(
                    instruction.value(key, properties, zoom)
                )
