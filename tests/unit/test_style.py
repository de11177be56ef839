from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geoloket import drawing
from geoloket.permits.vocabulary import PermitStatus
from geoloket.registry import LayerRegistry
from geoloket.style import PATTERNS, StyleLayer, evaluate, faults_of, plain_style, styled_layers
from web import statuses

WEB = Path(__file__).parents[2] / "web"
CASES: list[dict[str, Any]] = json.loads((WEB / "src/map/style-cases.json").read_text())
PERMITS = LayerRegistry.read()["permits"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case["expression"]))
def test_both_interpreters_answer_the_same_cases(case: dict[str, Any]):
    assert evaluate(case["expression"], case["properties"], case["zoom"]) == case["value"]


def style(**layer: Any) -> dict[str, Any]:
    whole = {"id": "a", "type": "fill", "source-layer": "permits", "paint": {}} | layer
    return {"version": 8, "layers": [whole]}


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (style(type="raster"), "type 'raster'"),
        (style(**{"source-layer": "roads"}), "source-layer must be 'permits'"),
        (style(paint={"fill-antialias": False}), "fill-antialias is not drawn"),
        (style(paint={"fill-color": ["get", "applicant"]}), "do not carry 'applicant'"),
        (style(paint={"fill-color": ["rgb", 1, 2, 3]}), "operator 'rgb'"),
        (style(filter=["!=", ["get", "status"], "x"]), "operator '!='"),
        (style(paint={"fill-opacity": ["step", ["zoom"], 1, 2, ["has", "x"]]}), "operator 'has'"),
        ({"version": 7, "layers": []}, "version must be 8"),
    ],
)
def test_what_is_outside_the_subset_is_refused(document: dict[str, Any], fault: str):
    assert any(fault in found for found in faults_of(document, PERMITS))


def test_labels_in_a_match_and_fonts_are_literals():
    labels = ["match", ["get", "status"], ["has", "all"], "#000000", "#FFFFFF"]
    assert faults_of(style(paint={"fill-color": labels}), PERMITS) == []
    text = style(type="symbol", layout={"text-font": ["Bold"]})
    assert faults_of(text, PERMITS) == []


def test_a_layer_without_a_style_is_drawn_in_the_house_style():
    assert faults_of(plain_style(PERMITS), PERMITS) == []


def test_patterns_on_the_plan_and_on_the_map_have_the_same_names():
    script = (WEB / "src/map/patterns.ts").read_text()
    for name in PATTERNS:
        assert f"\n  {name}: " in script
        assert name in drawing.pattern_definition(name, "#000000")


def test_shapes_that_look_the_same_become_one_path_in_the_order_of_the_style():
    def layer(order: int, color: Any) -> StyleLayer:
        return StyleLayer(f"a{order}", "a", "fill", order, {"paint": {"fill-color": color}})

    shapes = [drawing.Shape("a", {"k": n % 2}, f"M{n}") for n in range(4)]
    by_kind = ["match", ["get", "k"], 0, "#111111", "#222222"]
    drawn = drawing.paint(shapes, [layer(2, by_kind), layer(1, "#000000")], 15)
    assert drawn == (
        '<path fill="#000000" d="M0M1M2M3"/>'
        '<path fill="#111111" d="M0M2"/><path fill="#222222" d="M1M3"/>'
    )


def test_what_a_layer_folder_says_is_escaped_in_the_drawing():
    sly = StyleLayer("a", "a", "fill", 1, {"paint": {"fill-color": '"/><script>'}})
    drawn = drawing.paint([drawing.Shape("a", {}, "M0")], [sly], 15)
    assert "<script>" not in drawn


def test_every_status_group_has_a_swatch_of_its_own():
    permits = next(layer for layer in styled_layers({"permits": PERMITS}))
    swatches = {str(drawing.swatch(permits.instructions, e["sample"])) for e in permits.legend}
    assert len(swatches) == len(permits.legend) == 7


_RESULTS = (None, "granted", "granted_with_conditions", "refused")


@pytest.mark.parametrize("status", sorted({*PermitStatus} - {PermitStatus.UNKNOWN}))
@pytest.mark.parametrize("result", _RESULTS)
def test_a_permit_is_drawn_as_its_group(status: str, result: str | None):
    """Colour and pattern on the map are those of the glyph beside the word, whoever appealed."""
    (permits,) = styled_layers({"permits": PERMITS})
    samples = {statuses.group(entry["sample"]["status"]): entry for entry in permits.legend}
    sample = samples[statuses.group(status, result)]["sample"]
    permit = {"status": status, "decision_result": result}

    def looks(properties: dict[str, Any]) -> list[Any]:
        drawn = [it for it in permits.instructions if it.shows(properties, 17)]
        return [(it.id, drawing.attributes(it, properties, 17)) for it in drawn]

    if status == "completed":  # as granted, and paler
        permit["status"] = "in_execution"
    assert looks(permit) == looks(sample)
