"""What is told of a photo before it is taken in: its bands, and what lies outside of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from fixtures.photos import SIDE, Picture, field, write
from rasterio.enums import ColorInterp

from processing.context import Rejected
from processing.rasters import bands
from processing.rasters.outside import write_mask

RGBA = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]


def told(path: Path, declared: list[str] | None = None) -> bands.Bands:
    with rasterio.open(path) as source:
        return bands.told(source, declared)


def marked(path: Path, pixels: Picture) -> Path:
    write(path, pixels)
    with rasterio.open(path, "r+") as target:
        target.colorinterp = RGBA
    return path


def test_near_infrared_that_is_marked_as_alpha(tmp_path: Path) -> None:
    found = told(marked(tmp_path / "photo.tif", field()))
    assert found.names == found.shown == ("red", "green", "blue", "nir")
    assert "though it is marked as alpha" in found.ground


def test_transparency(tmp_path: Path) -> None:
    pixels = field()
    pixels[3] = 255
    pixels[3, :100] = 0
    found = told(marked(tmp_path / "photo.tif", pixels))
    assert (found.names[3], found.shown) == ("alpha", ("red", "green", "blue"))
    assert "2 values occur" in found.ground


def test_what_is_declared_comes_first(tmp_path: Path) -> None:
    names = ["nir", "red", "green", "blue"]
    assert told(write(tmp_path / "photo.tif", field()), names).names == tuple(names)


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        (["red", "green", "blue"], "3 bands are declared and the file has 4"),
        (["red", "green", "blue", "pink"], "'pink' is not one of"),
        (["red", "red", "blue", "nir"], "declared twice"),
        (["red", "green", "nir", "alpha"], "must be there"),
    ],
)
def test_what_is_declared_wrongly(declared: list[str], reason: str, tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=reason):
        told(write(tmp_path / "photo.tif", field()), declared)


def test_what_cannot_be_told_is_not_guessed(tmp_path: Path) -> None:
    pixels = field()
    pixels[3] = np.where(np.arange(SIDE) % 2, 100, 110)
    with pytest.raises(Rejected, match="cannot tell what band 4 is"):
        told(write(tmp_path / "photo.tif", pixels))


def test_samples_of_sixteen_bits(tmp_path: Path) -> None:
    path = tmp_path / "deep.tif"
    write(path, field(), dtype="uint16")
    with pytest.raises(Rejected, match="uint16"):
        told(path)


def test_only_what_hangs_together_with_the_edge_is_outside(tmp_path: Path) -> None:
    """Over strips: a patch that goes round a corner, and a roof in the middle of it."""
    size = 1500
    pixels = np.full((3, size, 600), 120, np.uint8)
    pixels[:, 400:1200, 300:320] = 255  # down through the strips
    pixels[:, 1190:1200, :320] = 255  # and to the left edge
    pixels[:, 100:140, 100:140] = 255  # a roof
    path, mask = write(tmp_path / "photo.tif", pixels), tmp_path / "mask.tif"
    with rasterio.open(path) as source:
        found = write_mask(source, 255, mask)
    assert found.outside == 800 * 20 + 10 * 300
    assert found.kept == 40 * 40
    with rasterio.open(mask) as made:
        inside = made.read(1)
    assert (inside[400:1200, 300:320] == 0).all()
    assert (inside[100:140, 100:140] == 255).all()
    assert int((inside == 0).sum()) == found.outside


def test_the_real_orthophoto(real_data: Path, tmp_path: Path) -> None:
    """Near infrared marked as alpha, and 255 for no data where roofs are white."""
    path = real_data / "ortho-vlaanderen-2018" / "Wilrijkse_plein.tif"
    assert told(path).names[3] == "nir"
    with rasterio.open(path) as source:
        white = int((source.read() == 255).all(axis=0).sum())
        found = write_mask(source, 255, tmp_path / "mask.tif")
    assert white
    assert (found.outside, found.kept) == (0, white)
