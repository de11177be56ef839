"""The sample of each layer folder is imported without a flaw, and published as its layer says."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from fixtures.server import inside, settings_for

from geoloket.declaration import Visibility
from geoloket.registry import LayerRegistry
from processing.importing.importer import run_import

LAYERS = LayerRegistry.read()


def sample(name: str) -> Path:
    return LAYERS[name].folder / "sample.geojson"


def features(name: str) -> list[dict[str, Any]]:
    return json.loads(sample(name).read_text(encoding="utf-8"))["features"]


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_the_sample_of_a_layer_is_taken_whole(name: str, fresh_dsn: str, tmp_path: Path) -> None:
    report = run_import(settings_for(fresh_dsn, tmp_path), name, [str(sample(name))])
    assert (report.loaded, report.repaired, report.reasons) == (len(features(name)), 0, {})


async def test_what_was_imported_is_published_or_stays_inside(
    fresh_dsn: str, tmp_path: Path
) -> None:
    settings = settings_for(fresh_dsn, tmp_path)
    for name in LAYERS:
        await asyncio.to_thread(run_import, settings, name, [str(sample(name))])
    async with inside(fresh_dsn, tmp_path) as client:
        for name, layer in LAYERS.items():
            address = f"/collections/{name}/items?f=json&limit=100"
            answer = await client.get(address)
            if layer.visibility is not Visibility.PUBLIC:
                assert answer.status_code == 404, name
                continue
            found = answer.json()["features"]
            assert found, name
            # What needs no load.sql comes out as it went in; the others have a say in it.
            if not (layer.folder / "load.sql").exists():
                assert {one["id"] for one in found} == {one["id"] for one in features(name)}
                shown = {one["id"]: one["properties"] for one in found}
                for one in features(name):
                    told = {key: one["properties"][key] for key in shown[one["id"]]}
                    assert told == shown[one["id"]]
