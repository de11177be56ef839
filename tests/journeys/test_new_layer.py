"""The walk of layers/README.md, followed as it is written: a folder becomes a published layer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fixtures.server import serving

README = Path(__file__).parents[2] / "layers" / "README.md"

TREES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": f"t{number}", "species": species, "owner": "CANARY"},
            "geometry": {"type": "Point", "coordinates": [3.2254 + number / 1000, 51.2103]},
        }
        for number, species in enumerate(["Linde", "Beuk"])
    ],
}


def declaration() -> str:
    """The first TOML block of the walk, without its indent."""
    block = re.search(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block, "the walk has no declaration"
    return "\n".join(line.removeprefix("   ") for line in block[1].splitlines())


def geoloket(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("GEOLOKET_")}
    return subprocess.run(
        [sys.executable, "-m", "geoloket.main.cli", *arguments],
        env=bare | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def own_layer(fresh_dsn: str, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "mylayers" / "trees"
    folder.mkdir(parents=True)
    (folder / "layer.toml").write_text(declaration(), encoding="utf-8")
    (tmp_path / "trees.geojson").write_text(json.dumps(TREES), encoding="utf-8")
    environment = {
        "GEOLOKET_DATABASE__DSN": fresh_dsn,
        "GEOLOKET_HOME": str(tmp_path / "home"),
        "GEOLOKET_LAYERS": str(tmp_path / "mylayers"),
    }
    for arguments in (("migrate",), ("import", "trees", str(tmp_path / "trees.geojson"))):
        done = geoloket(*arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
    return environment


def test_a_folder_is_published_everywhere(own_layer: dict[str, str], tmp_path: Path):
    environment = {name: own_layer[name] for name in ("GEOLOKET_LAYERS",)}
    with (
        serving(own_layer["GEOLOKET_DATABASE__DSN"], tmp_path, **environment) as base,
        httpx.Client(base_url=base, timeout=30) as client,
    ):
        listed = client.get("/ogc/collections", params={"f": "json"}).json()["collections"]
        assert "trees" in [collection["id"] for collection in listed]

        items = client.get("/ogc/collections/trees/items").json()
        assert items["numberMatched"] == 2
        assert sorted(f["properties"]["species"] for f in items["features"]) == ["Beuk", "Linde"]

        # Tile 14/5469/8338 holds 3.2254 E 51.2103 N.
        tile = client.get("/ogc/collections/trees/tiles/WebMercatorQuad/14/5469/8338")
        assert b"Linde" in tile.content

        on_map = client.get("/api/map").json()
        assert "trees" in [layer["id"] for layer in on_map["layers"]]

        page = client.get("/ogc/collections/trees", headers={"accept": "text/html"})
        assert "Waardevolle bomen" in page.text
        assert "Bermdecreet" in page.text, "the page documents why the data are kept"

        for path in ("/ogc/collections/trees/items", "/ogc/collections/trees/schema", "/api/map"):
            text = client.get(path).text
            assert "CANARY" not in text
            assert '"owner"' not in text, f"{path} names a field for staff"
        assert b"CANARY" not in tile.content


def test_a_faulty_folder_stops_the_start_with_all_its_faults(tmp_path: Path):
    folder = tmp_path / "mylayers" / "trees"
    folder.mkdir(parents=True)
    text = declaration().replace("retention", "retentie").replace('type = "Point"', 'type = "Dot"')
    (folder / "layer.toml").write_text(text, encoding="utf-8")
    environment = {"GEOLOKET_LAYERS": str(tmp_path / "mylayers"), "GEOLOKET_HOME": str(tmp_path)}
    done = geoloket("serve", "--port", "1", **environment)
    assert done.returncode == 2, done.stderr
    for fault in ("retention: Field required", "retentie: Extra inputs", "geometry.type"):
        assert fault in done.stderr, fault
    assert "Traceback" not in done.stderr
