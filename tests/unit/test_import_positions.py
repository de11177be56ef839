"""Positions of a delivery: the Lambert guard, kinds, validity and sure repair."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geoloket.crs import guess_srid
from processing.importing import positions

LAMBERT_72 = (171_700.0, 171_800.0)
LAMBERT_2008 = (671_700.0, 671_800.0)
DEGREES = (4.7, 50.87)


def examine(*shapes: object, declared: int | None = 31370, kind: str = "MultiPolygon"):
    values = [shapely.to_wkb(s) if isinstance(s, shapely.Geometry) else s for s in shapes]
    return positions.examine(pa.array(values, pa.binary()), declared, kind)


def square(x: float, y: float, size: float = 10) -> Polygon:
    return box(x, y, x + size, y + size)


def test_the_guard_for_arrays_is_the_guard_of_the_hall() -> None:
    xs = [
        0,
        2.3,
        4.7,
        6.6,
        9_999,
        10_000,
        150_000,
        299_999,
        300_000,
        400_000,
        490_001,
        650_000,
        820_001,
    ]
    ys = [0, 49.3, 50.8, 51.7, 14_999, 15_000, 200_000, 250_001, 514_999, 600_000, 750_001]
    x, y = (axis.ravel() for axis in np.meshgrid(np.array(xs, float), np.array(ys, float)))
    assert positions.guess(x, y).tolist() == [
        guess_srid(*pair) or 0 for pair in zip(x.tolist(), y.tolist(), strict=True)
    ]


def test_what_is_right_is_copied_as_it_came() -> None:
    shape = square(*LAMBERT_72)
    found = examine(shape)
    assert found.wkb.to_pylist() == [shapely.to_wkb(shape)]
    assert (found.srid.to_pylist(), found.flaws) == ([31370], [])


@pytest.mark.parametrize(
    ("position", "srid"), [(LAMBERT_72, 31370), (LAMBERT_2008, 3812), (DEGREES, 4326)]
)
def test_without_a_declared_system_the_coordinates_tell(position: tuple[float, float], srid: int):
    found = examine(Point(position), declared=None, kind="Point")
    assert (found.srid.to_pylist(), found.flaws) == ([srid], [])


@pytest.mark.parametrize("declared", [4258, 11219])
def test_etrs89_and_beref2011_count_as_what_they_are_as_good_as(declared: int) -> None:
    position = DEGREES if declared == 4258 else LAMBERT_2008
    found = examine(Point(position), declared=declared, kind="Point")
    assert found.flaws == []
    assert found.srid.to_pylist() == [4326 if declared == 4258 else 3812]


@pytest.mark.parametrize(
    ("shape", "declared", "reason"),
    [
        (Point(0, 0), 31370, "null position"),
        (Point(2.306689, 49.293335), None, "null position"),
        (Point(50.87, 4.7), None, "swapped"),
        (Point(400_000, 200_000), None, "outside Belgium"),
        (Point(LAMBERT_2008), 31370, "EPSG:3812, not in EPSG:31370"),
        (Polygon([(171_700, 171_800), (171_710, 171_800), (0, 0)]), 31370, "null position"),
    ],
)
def test_misplaced_positions_are_refused_with_the_reason(
    shape: shapely.Geometry, declared: int | None, reason: str
) -> None:
    found = examine(shape, declared=declared, kind="Geometry")
    assert reason in str(found.flaws[0].fault)
    assert found.wkb.to_pylist() == [None]


def test_a_ring_that_touches_itself_is_repaired_with_its_area() -> None:
    x, y = LAMBERT_72
    outer = [(x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10), (x, y)]
    hole = [(x, y), (x + 2, y + 4), (x + 4, y + 2), (x, y)]  # touches the outer ring in one point
    pinched = Polygon([*outer[:-1], *hole])
    assert not pinched.is_valid
    found = examine(pinched)
    [flaw] = found.flaws
    mended = shapely.from_wkb(found.wkb.to_pylist()[0])
    assert flaw.fault is None
    assert mended.is_valid
    assert mended.area == pytest.approx(pinched.area, abs=1e-6)


def test_a_bow_tie_is_not_repaired_because_nobody_knows_what_it_was() -> None:
    x, y = LAMBERT_72
    found = examine(Polygon([(x, y), (x + 10, y + 10), (x + 10, y), (x, y + 10)]))
    assert "no certain repair" in str(found.flaws[0].fault)


def test_kinds_are_made_to_fit_or_refused() -> None:
    x, y = LAMBERT_72
    assert examine(MultiPolygon([square(x, y)])).flaws == []
    assert "LineString where" in str(examine(LineString([(x, y), (x + 1, y)])).flaws[0].fault)
    single = examine(shapely.MultiPoint([(x, y)]), kind="Point")
    assert shapely.from_wkb(single.wkb.to_pylist()[0]).geom_type == "Point"
    several = examine(shapely.MultiPoint([(x, y), (x + 1, y)]), kind="Point")
    assert "MultiPoint where Point is expected" in str(several.flaws[0].fault)


def test_heights_are_dropped() -> None:
    found = examine(Point(*LAMBERT_72, 12.5), kind="Point")
    assert not shapely.from_wkb(found.wkb.to_pylist()[0]).has_z


def test_nothing_and_rubbish_are_told_apart() -> None:
    found = examine(None, b"rubbish", Polygon(), square(*LAMBERT_72))
    assert [(flaw.row, flaw.fault) for flaw in found.flaws] == [(1, "geometry cannot be read")]
    assert [value is None for value in found.wkb.to_pylist()] == [True, True, True, False]
