"""The wheel: what a municipality installs is the four rooms and nothing beside them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TREE = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Paths in a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=TREE,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return opened.namelist()


def test_nothing_lands_beside_the_rooms(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"geoloket", "ogc", "processing", "web"}


def test_the_cupboards_come_along_without_the_cache(names: list[str]) -> None:
    for path in filter(Path.is_file, TREE.joinpath("layers").glob("*/*")):
        assert f"geoloket/share/layers/{path.parent.name}/{path.name}" in names
    for path in TREE.joinpath("data").rglob("*.sql"):
        assert f"geoloket/share/{path.relative_to(TREE)}" in names
    assert not [name for name in names if "/cache/" in name or "__pycache__" in name]


def test_pages_come_built_and_without_their_tools(names: list[str]) -> None:
    assert "web/dist/manifest.json" in names
    assert not [name for name in names if name.startswith(("web/src/", "web/node_modules/"))]
    assert "web/package.json" not in names
