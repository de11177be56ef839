"""Cut-outs of street pictures: where things lie on them, and that they are drawn there."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from geoloket.errors import NotFound
from geoloket.imagery import pyramid
from geoloket.storage import Storage
from web.imagery.cutout import HEIGHT, WIDTH, Look, cutout
from web.imagery.drawing import draw

FLAT = 2048


@pytest.mark.parametrize("look", [Look(0, 0), Look(-178, 20), Look(90, -40)])
@pytest.mark.parametrize("place", [(0, 0), (480, 320), (960, 640), (13, 500)])
def test_where_something_lies_goes_both_ways(look: Look, place: tuple[float, float]):
    (back,) = look.outline([look.seen(*place)])
    assert back == pytest.approx(place, abs=0.1)


def test_what_is_behind_the_camera_is_cut_off():
    around = [(yaw, -20.0) for yaw in range(0, 360, 30)]
    drawn = Look(0, 0).outline(around)
    assert 3 <= len(drawn) < len(around)
    assert all(y > HEIGHT / 2 for _, y in drawn), "the ground is below the horizon"
    assert cutout(0, 0, [(150, 0), (180, 9), (210, 0)]).outline == ""


def pictured(storage: Storage, dots: list[tuple[float, float]], *lines: float) -> str:
    """A grey picture with white dots at (yaw, pitch), and lines that stand upright at a yaw."""
    key = f"derived/panoramas/p/{len(dots)}-{len(lines)}"
    flat = Image.new("RGB", (FLAT, FLAT // 2), (90, 90, 90))
    pen = ImageDraw.Draw(flat)
    for yaw, pitch in dots:
        x, y = (yaw / 360 + 0.5) * FLAT, (0.5 - pitch / 180) * FLAT / 2
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=(255, 255, 255))
    for yaw in lines:
        x = (yaw / 360 + 0.5) * FLAT
        pen.line((x, 0, x, FLAT), fill=(255, 0, 0), width=3)
    for level in pyramid(FLAT):
        sized = flat.resize((level.width, level.width // 2))
        for column in range(level.cols):
            for row in range(level.rows):
                box = (column * 512, row * 512, column * 512 + 512, row * 512 + 512)
                with storage.write(f"{key}/tiles/{level.number}/{column}_{row}.jpg") as file:
                    sized.crop(box).save(file, "JPEG", quality=95)
    return key


@pytest.mark.parametrize(
    ("look", "dot"),
    [(Look(0, 0), (12, 8)), (Look(-179, 3), (170, -6)), (Look(100, 30), (80, 40))],
)
def test_a_thing_is_drawn_where_it_lies(tmp_path: Path, look: Look, dot: tuple[float, float]):
    storage = Storage(tmp_path)
    made = Image.open(io.BytesIO(draw(storage, pictured(storage, [dot]), FLAT, look)))
    assert made.size == (WIDTH, HEIGHT)
    rows, columns = np.nonzero(np.asarray(made.convert("L")) > 200)
    [(x, y)] = look.outline([dot])
    assert (columns.mean(), rows.mean()) == pytest.approx((x, y), abs=2.5)


def test_what_stands_upright_is_straight(tmp_path: Path):
    storage = Storage(tmp_path)
    made = draw(storage, pictured(storage, [], 25.0), FLAT, Look(0, 0))
    pixels = np.asarray(Image.open(io.BytesIO(made)), np.int16)
    rows, columns = np.nonzero(pixels[..., 0] - pixels[..., 1] > 90)
    assert len(set(rows.tolist())) > 0.95 * HEIGHT
    assert np.abs(columns - np.median(columns)).max() <= 6


def test_a_picture_without_tiles_is_not_there(tmp_path: Path):
    with pytest.raises(NotFound):
        draw(Storage(tmp_path), "derived/panoramas/none/1", FLAT, Look(0, 0))
