"""What a layer folder may say, and how its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoloket.access import VISITOR, AccessPolicy, Principal, Role
from geoloket.declaration import Visibility
from geoloket.errors import DeclarationFaults
from geoloket.registry import LayerRegistry

GOOD = """
title = { nl = "Bomen" }
description = { nl = "Waardevolle bomen." }
purpose = { nl = "Informeren." }
legal_basis = { nl = "Gemeentedecreet." }
retention = "P10Y"
visibility = "public"
[geometry]
type = "Point"
visibility = "public"
[map]
fields = ["species"]
label = "species"
[[fields]]
name = "species"
type = "text"
title = { nl = "Soort" }
visibility = "public"
[[fields]]
name = "owner_name"
type = "text"
title = { nl = "Eigenaar" }
"""


def folder(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.mkdir(parents=True)
    (path / "layer.toml").write_text(text, encoding="utf-8")
    return path


def faults(root: Path) -> str:
    with pytest.raises(DeclarationFaults) as caught:
        LayerRegistry.read([root])
    return str(caught.value)


def test_the_built_in_layers_are_those_of_the_house():
    assert set(LayerRegistry.read()) == {
        "municipalities", "parcels", "addresses", "streets", "buildings", "roads", "water",
        "green", "permits", "events", "occupations", "housing_inspections", "residence_checks",
        "panoramas", "orthophotos",
    }  # fmt: skip


def test_a_folder_is_a_layer(tmp_path: Path):
    folder(tmp_path, "trees", GOOD)
    registry = LayerRegistry.read([tmp_path])
    assert registry["trees"].schema_name == "geoloket"
    assert "trees" in LayerRegistry.read([tmp_path / "trees"]), "one folder may be named itself"


def test_a_field_is_for_staff_unless_it_says_public(tmp_path: Path):
    folder(tmp_path, "trees", GOOD)
    layer = LayerRegistry.read([tmp_path])["trees"]
    seen = AccessPolicy().layer(layer, VISITOR)
    assert seen is not None
    assert [field.name for field in seen.fields] == ["species"]
    staff = AccessPolicy().layer(layer, Principal(Role.STAFF))
    assert staff is not None
    assert [field.name for field in staff.fields] == ["species", "owner_name"]


def test_a_staff_layer_is_not_there_for_a_visitor():
    layer = LayerRegistry.read()["housing_inspections"]
    assert layer.visibility is Visibility.STAFF
    assert layer.schema_name == "staff"
    assert AccessPolicy().layer(layer, VISITOR) is None


@pytest.mark.parametrize("key", ["purpose", "legal_basis", "retention", "visibility"])
def test_a_layer_without_its_legal_keys_does_not_start(tmp_path: Path, key: str):
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{key} =")]
    head = "\n".join(lines)
    if key == "visibility":
        head = GOOD.replace('visibility = "public"\n', "", 1)
    folder(tmp_path, "trees", head)
    assert f"{key}: Field required" in faults(tmp_path)


def test_all_faults_of_all_folders_come_in_one_list(tmp_path: Path):
    folder(tmp_path, "trees", GOOD.replace('"P10Y"', '"ten years"').replace("purpose", "purpos"))
    folder(tmp_path, "Bad-Name", GOOD)
    folder(tmp_path, "broken", "title = ")
    text = faults(tmp_path)
    for part in ("ISO 8601", "purpose: Field required", "purpos: Extra", "Bad-Name", "broken"):
        assert part in text, part


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('label = "species"', 'label = "colour"', "map.label: no field is called 'colour'"),
        ('name = "owner_name"', 'name = "species"', "declared twice"),
        ('name = "owner_name"', 'name = "geom"', "system column"),
        ('nl = "Bomen"', 'en = "Trees"', "Dutch text"),
        ('visibility = "public"', 'visibility = "staff"', "public in a layer that is not"),
    ],
)
def test_a_layer_must_agree_with_itself(tmp_path: Path, old: str, new: str, message: str):
    folder(tmp_path, "trees", GOOD.replace(old, new, 1))
    assert message in faults(tmp_path)


def test_an_empty_folder_of_your_own_is_a_fault(tmp_path: Path):
    assert "no layer.toml" in faults(tmp_path)
