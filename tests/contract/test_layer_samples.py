"""The sample of a layer folder, in a format that the layer takes, is imported without a flaw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing.importer import run_import

SAMPLES = {layer.id: layer.folder / "sample.geojson" for layer in LayerRegistry.read().values()}
PRESENT = sorted(name for name, file in SAMPLES.items() if file.is_file())


@pytest.mark.parametrize("name", PRESENT)
def test_the_sample_of_a_layer_is_taken_whole(name: str, fresh_dsn: str, tmp_path: Path) -> None:
    settings = Settings.read(home=tmp_path, database={"dsn": fresh_dsn})
    report = run_import(settings, name, [str(SAMPLES[name])])
    features = json.loads(SAMPLES[name].read_text(encoding="utf-8"))["features"]
    assert (report.loaded, report.repaired, report.reasons) == (len(features), 0, {})


def test_layers_with_formats_of_others_have_a_sample() -> None:
    with_formats = {path.parent.name for path in SAMPLES["parcels"].parents[1].glob("*/load.sql")}
    assert with_formats <= set(PRESENT)
