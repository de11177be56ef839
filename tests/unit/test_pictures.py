"""The invented pictures on small scenes of which the answer is known."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from shapely import Polygon, box

from processing.demo.land import Plot
from processing.demo.pictures.campaigns import driven, flown, sun_at
from processing.demo.pictures.faces import Faces, Light
from processing.demo.pictures.grid import Grid
from processing.demo.pictures.looks import look_of
from processing.demo.pictures.masses import masses_of
from processing.demo.pictures.rays import Canvas, position
from processing.demo.pictures.shade import shadows, surface
from processing.demo.pictures.standing import House
from processing.demo.pictures.truth import true_bearing
from processing.demo.pictures.volumes import Body, bodies

LIGHT = Light(np.ones(3), np.zeros(3), np.array([0.0, 0.0, 1.0]))
EYE = np.array([0.0, 0.0, 2.35])


def house(shape: Polygon, kind: str = "industrial") -> Body:
    """A building on a plot of its own, without a street."""
    made = House("b00001", 0, shape, kind, 2, look_of("test"))
    return bodies([made], [Plot(shape.buffer(5), 0)])[0]


def drawn(body: Body, heading: float = 0.0) -> Canvas:
    canvas = Canvas(720, EYE, heading)
    canvas.draw(Faces.of(body.faces, [0] * len(body.faces)), LIGHT)
    return canvas


def test_a_wall_is_seen_where_it_stands() -> None:
    """North, 10 m away, 8 m wide: 43.6 degrees of azimuth, twice as many columns."""
    canvas = drawn(house(box(-4, 10, 4, 16)))
    columns = np.flatnonzero((canvas.owner == 0).any(axis=0))
    half = math.degrees(math.atan2(4, 10)) * 2
    assert columns[0] == pytest.approx(360 - half, abs=1.5)
    assert columns[-1] == pytest.approx(360 + half - 1, abs=1.5)
    assert canvas.depth[180, 360] == pytest.approx(10, abs=0.01)


def test_it_stands_on_the_ground_and_ends_at_its_height() -> None:
    body = house(box(-4, 10, 4, 16))
    rows = np.flatnonzero(drawn(body).owner[:, 360] == 0)
    height = body.masses[0].eave
    top = 180 - math.degrees(math.atan2(height - 2.35, 10)) * 2
    foot = 180 + math.degrees(math.atan2(2.35, 10)) * 2
    assert rows[0] == pytest.approx(top, abs=1.5)
    assert rows[-1] == pytest.approx(foot, abs=1.5)


def test_the_middle_column_looks_along_the_heading() -> None:
    canvas = drawn(house(box(20, -3, 26, 3)), heading=math.pi / 2)
    columns = np.flatnonzero((canvas.owner == 0).any(axis=0))
    assert (columns[0] + columns[-1]) / 2 == pytest.approx(359.5, abs=1)


def test_a_wall_across_the_edge_of_the_picture_is_in_both_halves() -> None:
    canvas = drawn(house(box(-4, -16, 4, -10)))
    seen = (canvas.owner == 0).any(axis=0)
    assert seen[0]
    assert seen[-1]
    assert not seen[300:420].any()


def test_what_stands_behind_is_hidden() -> None:
    near, far = house(box(-6, 8, 6, 10)), house(box(-3, 20, 3, 24))
    canvas = Canvas(720, EYE, 0.0)
    faces = [*near.faces, *far.faces]
    owners = [0] * len(near.faces) + [1] * len(far.faces)
    canvas.draw(Faces.of(faces, owners), LIGHT)
    assert set(np.unique(canvas.owner)) == {-1, 0}


def test_points_are_found_back_at_their_pixels() -> None:
    found = position(EYE, 0.0, 720, np.array([[0.0, 10.0, 2.35], [10.0, 0.0, 2.35]]))
    assert found[0] == pytest.approx([359.5, 179.5])
    assert found[1] == pytest.approx([539.5, 179.5])


@pytest.mark.parametrize("turned", [False, True])
def test_roofs_cover_their_houses_whichever_way_they_face(turned: bool) -> None:
    shape = box(0, 0, 9, 8)
    ring = list(shape.exterior.coords)
    body = house(Polygon(ring[::-1] if turned else ring), "main")
    grid = Grid(-5, 15, 0.25, 80, 80)
    high = surface(grid, [body])
    inside = high[30:58, 22:54]
    assert (inside >= body.masses[0].eave - 0.5).all()
    assert high.max() == pytest.approx(body.masses[0].ridge + 0.75, abs=0.4)


def test_a_shadow_is_as_long_as_the_sun_is_low() -> None:
    """Noon, from the south: 6 m of wall at 45 degrees throws 6 m to the north."""
    body = house(box(0, 0, 6, 6))
    grid = Grid(-10, 25, 0.25, 100, 140)
    sun = replace(sun_at(datetime(2025, 6, 1, 12, tzinfo=UTC)), azimuth=math.pi,
                  elevation=math.pi / 4)  # fmt: skip
    shade = shadows(grid, surface(grid, [body]), sun)
    height = body.masses[0].eave
    x = np.array([3.0, 3.0])
    tops = shade.heights(x, np.array([6 + height - 0.6, 6 + height + 0.6]))
    assert tops[0] > 0.2
    assert tops[1] == 0


def test_the_sun_stands_in_the_south_at_noon() -> None:
    sun = sun_at(datetime(2025, 6, 21, 11, 49, tzinfo=UTC))
    assert math.degrees(sun.azimuth) == pytest.approx(180, abs=2)
    assert math.degrees(sun.elevation) == pytest.approx(90 - 51.21 + 23.44, abs=1)


def test_campaigns_are_of_the_last_five_full_years() -> None:
    today = date(2026, 11, 23)
    assert [c.year for c in driven(today)] == [2021, 2022, 2023, 2024, 2025]
    assert [c.day.year for c in flown(today)] == [2021, 2022, 2023, 2024, 2025]


def test_headings_are_told_from_true_north() -> None:
    """In the west of Belgium the grid's north lies almost a degree beside it."""
    assert true_bearing((0.0, 0.0), 0.0) == pytest.approx(359.1, abs=0.1)
    assert true_bearing((0.0, 0.0), math.pi / 2) == pytest.approx(89.1, abs=0.1)


def test_the_same_name_gives_the_same_house() -> None:
    first, second = (house(box(0, 0, 9, 8), "main") for _ in range(2))
    assert first.house.look == second.house.look
    assert [f.corners.tolist() for f in first.faces] == [f.corners.tolist() for f in second.faces]
    assert np.array_equal(drawn(first).colour, drawn(second).colour)


def test_a_wing_behind_a_house_is_lower() -> None:
    shape = Polygon([(0, 0), (8, 0), (8, 9), (4, 9), (4, 14), (0, 14)])
    masses = masses_of(House("b1", 0, shape, "main", 2, look_of("x")), Plot(shape.buffer(5), 0))
    assert len(masses) == 2
    assert masses[1].eave < masses[0].eave


def test_what_stands_before_a_house_is_seen() -> None:
    far, near = house(box(-9, 20, 9, 24)), house(box(-2, 8, 2, 10), "annex")
    canvas = drawn(far)
    canvas.draw(Faces.of(near.faces, [1] * len(near.faces)), LIGHT)
    assert (canvas.owner[:, 360] == 1).any()
    assert (canvas.owner[:, 360] == 0).any()
