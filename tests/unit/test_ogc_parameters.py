"""What query strings mean, and which are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from geoloket import crs
from geoloket.errors import InvalidParameter
from ogc import parameters

CRS84 = crs.SUPPORTED[crs.CRS84]
EPSG_4326 = crs.of_srid(4326)
LAMBERT = crs.of_srid(31370)


@pytest.mark.parametrize(
    ("text", "system", "box"),
    [
        ("3,51,4,52", CRS84, (3, 51, 4, 52)),
        ("51,3,52,4", EPSG_4326, (3, 51, 4, 52)),
        ("3,51,0,4,52,100", CRS84, (3, 51, 4, 52)),
        ("51,3,0,52,4,100", EPSG_4326, (3, 51, 4, 52)),
        ("70000,211000,71000,212000", LAMBERT, (70000, 211000, 71000, 212000)),
        ("170,50,5,52", CRS84, (170, 50, 5, 52)),
        ("+3.0, 51 ,4e0,.52e2", CRS84, (3, 51, 4, 52)),
        ("3,51,3,51", CRS84, (3, 51, 3, 51)),
    ],
)
def test_box(text: str, system: crs.Crs, box: tuple[float, ...]) -> None:
    assert parameters.box(text, system) == box


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("", CRS84),
        ("1,2,3", CRS84),
        ("1,2,3,4,5", CRS84),
        ("a,2,3,4", CRS84),
        ("nan,2,3,4", CRS84),
        ("inf,2,3,4", CRS84),
        ("1e999,2,3,4", LAMBERT),
        ("3,52,4,51", CRS84),
        ("3,-91,4,51", CRS84),
        ("181,51,4,52", CRS84),
        ("2,1,1,2", LAMBERT),
        ("1,2,1,1", LAMBERT),
    ],
)
def test_box_that_is_refused(text: str, system: crs.Crs) -> None:
    with pytest.raises(InvalidParameter):
        parameters.box(text, system)


DAY = datetime(2026, 5, 1, tzinfo=UTC)
EVENING = datetime(2026, 5, 1, 23, 59, 59, 999999, tzinfo=UTC)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-05-01", DAY, EVENING),
        ("2026-05-01T12:00:00Z", NOON, NOON),
        ("2026-05-01t14:00:00+02:00", NOON, NOON),
        ("2026-05-01/2026-05-01", DAY, EVENING),
        ("2026-05-01/..", DAY, None),
        ("2026-05-01/", DAY, None),
        ("../2026-05-01", None, EVENING),
        ("/2026-05-01T12:00:00.000000000Z", None, NOON),
        ("../..", None, None),
    ],
)
def test_interval(text: str, begin: datetime | None, end: datetime | None) -> None:
    assert parameters.interval(text) == (begin, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "2026",
        "2026-13-01",
        "2026-05-01T12:00:00",
        "2026-05-02/2026-05-01",
        "a/b",
        "1/2/3",
    ],
)
def test_interval_that_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        parameters.interval(text)
