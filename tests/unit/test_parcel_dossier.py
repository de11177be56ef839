"""The parcel dossier: what a section answers, and that missing data are never "not applicable"."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloket.dossier import Answer, Finding, Reason, Source
from geoloket.dossier.answers import Asked, overlap, section
from geoloket.enquiry import RESTRICTED, SECTIONS
from geoloket.errors import DeclarationFaults
from geoloket.registry import LayerRegistry

SOURCE = Source("heritage", {"nl": "Erfgoed"}, None)
ON = Finding("heritage", "1", "intersects", 0.5, {})
SLIVER = Finding("heritage", "2", "touches", 0.004, {})


@pytest.mark.parametrize(
    ("asked", "findings", "answer", "reason"),
    [
        ([], [], Answer.TO_BE_COMPLETED, Reason.NO_LAYER),
        ([Asked(SOURCE, True, True)], [ON, SLIVER], Answer.APPLICABLE, Reason.FOUND),
        ([Asked(SOURCE, False, True)], [ON], Answer.APPLICABLE, Reason.FOUND),
        ([Asked(SOURCE, True, True)], [SLIVER], Answer.TO_BE_COMPLETED, Reason.TOUCHING),
        ([Asked(SOURCE, True, True)], [], Answer.NOT_APPLICABLE, Reason.NOTHING),
        ([Asked(SOURCE, False, True)], [], Answer.TO_BE_COMPLETED, Reason.INCOMPLETE),
        ([Asked(SOURCE, True, False)], [], Answer.TO_BE_COMPLETED, Reason.EMPTY),
    ],
)
def test_a_section_answers(
    asked: list[Asked], findings: list[Finding], answer: Answer, reason: Reason
):
    found = section("immovable_heritage", asked, findings)
    assert (found.answer, found.reason) == (answer, reason)
    assert [source.layer for source in found.sources] == ["heritage"] * len(asked)


@given(
    code=st.sampled_from(SECTIONS),
    layers=st.lists(st.builds(Asked, st.just(SOURCE), st.booleans(), st.booleans())),
    findings=st.lists(st.sampled_from([ON, SLIVER])),
)
def test_never_not_applicable_unless_every_layer_is_there_and_complete(
    code: str, layers: list[Asked], findings: list[Finding]
):
    found = section(code, layers, findings)  # pyright: ignore[reportArgumentType]
    if found.answer is Answer.NOT_APPLICABLE:
        assert layers and not findings and code not in RESTRICTED
        assert all(one.complete and one.filled for one in layers)
    if code in RESTRICTED:
        assert (found.findings, found.sources) == ((), ())
        assert found.answer is Answer.TO_BE_COMPLETED


@pytest.mark.parametrize(
    ("share", "cut"), [(0.009, "touches"), (0.01, "intersects"), (None, "intersects")]
)
def test_under_one_percent_touches(share: float | None, cut: str):
    found = overlap("heritage", {"id": "1", "share": share, "facts": {"name": "Molen"}})
    assert (found.cut, found.facts) == (cut, {"name": "Molen"})


LAYER = """
title = { nl = "Erfgoed" }
description = { nl = "Beschermd." }
purpose = { nl = "Informeren." }
legal_basis = { nl = "Decreet." }
retention = "permanent"
visibility = "%s"
%s
[[fields]]
name = "name"
type = "text"
title = { nl = "Naam" }
%s
[dossier]
section = "%s"
fields = ["%s"]
"""
PLACE = '[geometry]\ntype = "Polygon"\n'


def faults(root: Path, *parts: str) -> str:
    (root / "heritage").mkdir()
    (root / "heritage" / "layer.toml").write_text(LAYER % parts, encoding="utf-8")
    with pytest.raises(DeclarationFaults) as caught:
        LayerRegistry.read([root])
    return str(caught.value)


def test_what_may_not_be_told_has_no_public_layer(tmp_path: Path):
    told = faults(tmp_path, "public", PLACE, 'visibility = "public"', "housing_quality", "name")
    assert "'housing_quality' is not told in public" in told


def test_faults_of_the_declaration_are_told(tmp_path: Path):
    told = faults(tmp_path, "staff", "", "", "immovable_heritage", "nome")
    assert "no field is called 'nome'" in told
    assert "a layer without geometry lies on no parcel" in told
