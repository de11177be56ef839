"""Every layer folder can be drawn by both interpreters of the style subset."""

from __future__ import annotations

import pytest

from geoloket.layer import Layer
from geoloket.registry import LayerRegistry
from geoloket.style import style_of, styled_layers
from ogc.styles.looks import rules

REGISTRY = LayerRegistry.read()
DRAWN = [layer for layer in REGISTRY.values() if layer.map]


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_a_layer_on_the_map_has_a_style_in_the_subset(layer: Layer):
    assert (layer.folder / "style.json").is_file()
    styled_layers({layer.id: layer})


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_nothing_is_drawn_before_tiles_hold_it(layer: Layer):
    assert layer.map
    (styled,) = styled_layers({layer.id: layer})
    early = [
        it.id for it in styled.instructions if it.document.get("minzoom", 24) < layer.map.min_zoom
    ]
    assert early == []


def test_labels_are_drawn_above_all_areas_and_lines():
    instructions = [it for layer in styled_layers(REGISTRY) for it in layer.instructions]
    labels = [it.order for it in instructions if it.type == "symbol"]
    others = [it.order for it in instructions if it.type != "symbol"]
    assert min(labels) > max(others)


def test_legends_are_there_in_both_languages():
    for layer in styled_layers(REGISTRY):
        for entry in layer.legend:
            assert set(entry["title"]) == {"nl", "en"}


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_every_look_can_be_told_to_programs_without_expressions(layer: Layer):
    """For SLD and QML; a style of your own that cannot be is published as MapLibre style alone."""
    (styled,) = styled_layers({layer.id: layer})
    for instruction in styled.instructions:
        assert rules(instruction), instruction.id


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_labels_are_written_where_tiles_carry_them(layer: Layer):
    assert layer.map
    (styled,) = styled_layers({layer.id: layer})
    for instruction in styled.instructions:
        if instruction.type != "symbol" or not layer.map.label:
            continue
        if instruction.document["layout"]["text-field"] == ["get", layer.map.label]:
            assert instruction.document.get("minzoom", 0) >= layer.map.whole_from or (
                layer.map.whole_from == layer.map.min_zoom
            )


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_what_tiles_hold_is_drawn_for_whom_looks_at_a_layer_alone(layer: Layer):
    assert layer.map
    drawn = [it for it in style_of(layer).instructions if it.type != "symbol"]
    if drawn:  # house numbers are told from the zoom on from which all are there
        first = min(it.document.get("minzoom", 0) for it in drawn)
        assert first <= layer.map.min_zoom


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_our_map_is_as_quiet_as_it_was_designed(layer: Layer):
    assert layer.map
    (styled,) = styled_layers({layer.id: layer})
    starts = [it.document.get("minzoom", 0) for it in styled.instructions]
    assert min(starts) >= (layer.map.shown_from or 0)
    assert styled.first_zoom >= max(layer.map.min_zoom, layer.map.shown_from or 0)
