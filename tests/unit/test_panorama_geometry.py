"""Street pictures as geometry: scenes of which the answer is known."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import shapely
from fixtures.panoramas import jpeg, picture
from PIL import Image

from geoloket.imagery import pyramid
from geoloket.imagery.bearings import convergence, into_picture
from processing.context import Rejected
from processing.panorama.alignment import aligned
from processing.panorama.blur import Found
from processing.panorama.blur.hiding import hide, merged, shared
from processing.panorama.checking import looked_over
from processing.panorama.fronts import fronts, straightened
from processing.panorama.sights import Fronts, sights
from processing.panorama.sphere import View, decode, levelled, out_of_window, window
from processing.panorama.tracks import Step, steadied


def areas(*boxes: tuple[float, float, float, float]) -> Any:
    return np.array([shapely.box(*box) for box in boxes], object)


def scene() -> tuple[Fronts, Any]:
    """A street along y = 0: a house, one half behind it, an empty parcel on the other side."""
    parcels = areas((0, 5, 10, 25), (0, 25, 20, 45), (0, -25, 10, -5))
    buildings = areas((1, 8, 9, 18), (1, 28, 19, 38))
    return fronts(parcels, ["voor", "achter", "leeg"], buildings), buildings


def test_fronts_are_walls_of_what_stands_there_else_sides_of_the_parcel() -> None:
    found, _ = scene()
    assert list(found.parcel) == ["voor"] * 4 + ["achter"] * 4 + ["leeg"] * 4
    assert list(found.building) == [0] * 4 + [1] * 4 + [-1] * 4
    looks = {tuple(np.round(way).astype(int)) for way in found.outward[:4]}
    assert looks == {(0, -1), (0, 1), (1, 0), (-1, 0)}


def test_a_scene_of_which_the_answer_is_known() -> None:
    found, buildings = scene()
    seen = sights(np.array([[5.0, 0.0], [15.0, 0.0], [5.0, 500.0]]), found, buildings, 40)
    told = {
        (int(p), str(found.parcel[f]), tuple(np.round(found.outward[f]).astype(int))): n
        for n, (p, f) in enumerate(zip(seen.picture, seen.front, strict=True))
    }
    # Straight in front: the wall to the street, all of it, 8 m to the north; nothing behind it.
    assert {(parcel, way) for p, parcel, way in told if p == 0} == {
        ("voor", (0, -1)),
        ("leeg", (0, 1)),
    }
    straight = told[0, "voor", (0, -1)]
    assert seen.bearing_deg[straight] % 360 == pytest.approx(0, abs=1e-9)
    assert seen.distance_m[straight] == pytest.approx(8)
    assert seen.fraction[straight] == 1 and seen.angle_deg[straight] == pytest.approx(90)
    # From the side: the wall to the street at an angle, the side wall, and what stands behind it,
    # of which the house hides the left end: the line past its corner (9, 18) meets y = 28 at 5.67.
    assert {(parcel, way) for p, parcel, way in told if p == 1} == {
        ("voor", (0, -1)),
        ("voor", (1, 0)),
        ("achter", (0, -1)),
        ("leeg", (0, 1)),
        ("leeg", (1, 0)),
    }
    behind = told[1, "achter", (0, -1)]
    assert seen.fraction[behind] == pytest.approx((19 - 5.67) / 18, abs=1 / 9)
    assert seen.score[straight] > seen.score[told[1, "voor", (0, -1)]]
    assert not any(p == 2 for p, *_ in told), "too far"


def test_a_bent_wall_is_not_hidden_by_itself() -> None:
    """It is one piece; the bend stands 20 cm before it, and is no building in the way."""
    parcels = areas((0, 5, 10, 25))
    bent = np.array([shapely.Polygon([(1, 8), (5, 7.8), (9, 8), (9, 18), (1, 18)])], object)
    buildings = straightened(bent)
    found = fronts(parcels, ["bocht"], buildings)
    assert len(found.parcel) == 4
    seen = sights(np.array([[5.0, 0.0]]), found, buildings, 40)
    assert list(seen.fraction) == [1.0]


def test_a_grazing_look_along_a_wall_is_none() -> None:
    wall = Fronts(
        np.array(["a"], object),
        np.array([0]),
        np.array([0]),
        np.array([[[-10.0, 0.0], [0.0, 0.0]]]),
    )
    nothing = np.array([], object)
    assert len(sights(np.array([[25.0, -2.0]]), wall, nothing).picture) == 0
    assert len(sights(np.array([[5.0, -6.0]]), wall, nothing).picture) == 0, "from behind it"
    flipped = Fronts(wall.parcel, wall.number, wall.building, wall.ends[:, ::-1])
    assert len(sights(np.array([[5.0, -6.0]]), flipped, nothing).picture) == 1
    assert len(sights(np.array([[25.0, -2.0]]), flipped, nothing).picture) == 0, "under 15 degrees"


def test_a_heading_that_strays_from_its_track_is_the_compass() -> None:
    north = [Step(str(n), 3.2, 51.2 + n * 5e-5, 2.0, True) for n in range(6)]
    north[3] = Step("3", 3.2, 51.2 + 3 * 5e-5, 24.0, True)
    assert steadied(north) == {"3": pytest.approx(2, abs=0.1)}
    told = [Step(one.id, one.lon, one.lat, one.heading, compass=False) for one in north]
    assert steadied(told) == {}, "what a supplier worked out stays"
    silent = [Step(one.id, one.lon, one.lat, None, compass=True) for one in north]
    assert all(heading % 360 == pytest.approx(0, abs=0.1) for heading in steadied(silent).values())
    corner = [Step(f"o{n}", 3.2 + n * 8e-5, 51.2, 90.0, True) for n in range(5)]
    corner += [Step(f"n{n}", 3.2 + 4 * 8e-5, 51.2 + (n + 1) * 5e-5, 0.0, True) for n in range(5)]
    assert steadied(corner) == {}, "a corner is no mistake"
    still = [Step(str(n), 3.2, 51.2, 10.0 * n, True) for n in range(5)]
    assert steadied(still) == {}, "who stands still has no track"


def test_a_window_looks_where_it_is_told_also_over_the_seam() -> None:
    image = np.zeros((512, 1024, 3), np.uint8)
    image[256 - 6 : 256 + 6, :6] = image[256 - 6 : 256 + 6, -6:] = 255  # behind
    image[256 - 6 : 256 + 6, 512 + 250 : 512 + 262] = 128  # at 90 degrees to the right
    for yaw, colour in ((180.0, 255), (-180.0, 255), (90.0, 128), (450.0, 128), (0.0, 0)):
        seen = window(image, View(yaw, 0, 60, 101, 101))
        assert seen[50, 50, 0] == colour, yaw
    back = out_of_window(np.array([[50, 50], [100, 50]], np.float32), View(170, 10, 60, 101, 101))
    assert back[0] == pytest.approx([170, 10], abs=0.01)
    assert 195 < back[1][0] < 202 and back[1][1] < 10


def test_a_camera_that_leaned_is_set_straight() -> None:
    """A camera with its front up by 10 degrees saw the horizon 10 degrees below its middle."""
    leaning = np.zeros((512, 1024, 3), np.uint8)
    row = round((90 + 10) / 180 * 512)
    leaning[row - 3 : row + 3, 512 - 3 : 512 + 3] = 255
    assert levelled(leaning, 10, 0)[256, 512, 0] > 200
    # Its right side down by 10: what is level to the right was 10 degrees up for it.
    rolled = np.zeros((512, 1024, 3), np.uint8)
    row = round((90 - 10) / 180 * 512)
    rolled[row - 3 : row + 3, 768 - 3 : 768 + 3] = 255
    assert levelled(rolled, 0, 10)[256, 768, 0] > 200
    assert levelled(leaning, 0, 0) is leaning


def test_what_is_hidden_cannot_be_seen_and_the_rest_is_as_it_was() -> None:
    image = picture(3)
    seam = Found(0.98, 0.4, 0.04, 0.1)
    hidden = hide(image, [seam])
    changed = np.argwhere((hidden != image).any(axis=2))
    columns = sorted(set(changed[:, 1].tolist()))
    assert (columns[0] == 0 and columns[-1] == 1023 and columns[len(columns) // 2] > 30) or columns
    assert all(column < 30 or column > 990 for column in columns)
    assert set(changed[:, 0].tolist()) <= set(range(196, 266))
    other = image.copy()
    other[205:256, :20] = other[205:256, :20].mean(axis=(0, 1))  # another face
    assert np.abs(hide(other, [seam])[215:245, :10].astype(int) - hidden[215:245, :10]).mean() < 40


def test_what_two_windows_found_is_hidden_once() -> None:
    one, same = (
        Found(0.99, 0.5, 0.02, 0.02, "face", 0.9),
        Found(-0.009, 0.5, 0.02, 0.02, "face", 0.5),
    )
    away = Found(0.5, 0.5, 0.02, 0.02, "face", 0.4)
    assert shared(one, same) > 0.9 and shared(one, away) == 0
    assert merged([away, same, one]) == [one, away]


def test_pictures_that_lie_on_their_side_are_upright() -> None:
    """EXIF says that the camera was turned: the pixels lie otherwise than the picture."""
    upright = picture(5)
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    Image.fromarray(np.rot90(upright)[..., ::-1]).save(content, "JPEG", exif=exif, quality=95)
    assert (looked_over(content.getvalue()).width, decode(content.getvalue()).shape[1]) == (
        1024,
    ) * 2
    assert np.abs(decode(content.getvalue()).astype(int) - upright).mean() < 6


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (jpeg(picture(1))[:-3000], "cannot be read"),
        (jpeg(picture(1)[:, :900]), "twice as wide"),
        (jpeg(picture(1, 256)), "too small"),
        (b"", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read"),
    ],
)
def test_what_is_no_panorama_is_told(content: bytes, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        looked_over(content)


@pytest.mark.parametrize(
    ("width", "levels", "widest"),
    [(512, 1, 1024), (4096, 3, 4096), (5760, 4, 8192), (8000, 4, 8192)],
)
def test_the_pyramid_is_what_the_viewer_takes(width: int, levels: int, widest: int) -> None:
    made = pyramid(width)
    assert (len(made), made[-1].width) == (levels, widest)
    for level in made:
        assert level.width == level.cols * 512 == level.rows * 1024 and level.cols.bit_count() == 1


def test_only_pictures_of_one_place_are_comparable() -> None:
    whole = picture(9, 2048)
    one = window(whole, View(10, 0, 60, 400, 300))
    turned = window(whole, View(14, 1, 60, 400, 300))
    near = aligned(one, turned)
    assert near.verdict == "comparable" and near.shift_px
    assert near.shift_px * 60 / 400 == pytest.approx(-4, abs=1)
    other = aligned(one, window(picture(10, 2048), View(10, 0, 60, 400, 300)))
    assert other.verdict == "uncertain" and other.shift_px is None
    assert aligned(one, np.zeros_like(one)).verdict == "uncertain"


def test_the_ground_is_where_a_camera_of_2_5_m_sees_it() -> None:
    (ahead, left) = into_picture([(0, 2.5), (-10, 0)], heading=0, turned=0, camera_m=2.5)
    assert ahead == (0, -45) and left == (-90, pytest.approx(-14.036, abs=0.001))
    ((yaw, _),) = into_picture([(0, 10)], heading=350, turned=-0.9, camera_m=2.5)
    assert yaw == pytest.approx(9.1)
    assert convergence(3.2254, 31370) == pytest.approx(-0.885, abs=0.01)
