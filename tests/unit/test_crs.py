"""Names of coordinate systems, and the guard that tells the two Lamberts apart."""

from __future__ import annotations

import pytest

from geoloket import crs
from geoloket.errors import InvalidParameter


@pytest.mark.parametrize(
    ("name", "srid", "swapped"),
    [
        (crs.CRS84, 4326, False),
        ("CRS84", 4326, False),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", 4326, True),
        ("EPSG:4326", 4326, True),
        ("[EPSG:31370]", 31370, False),
        ("urn:ogc:def:crs:EPSG::3812", 3812, False),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", 3857, False),
    ],
)
def test_every_form_of_a_name_is_understood(name: str, srid: int, swapped: bool):
    found = crs.parse(name)
    assert (found.srid, found.swapped) == (srid, swapped)


@pytest.mark.parametrize("name", ["", "EPSG:28992", "31370", "http://example.org"])
def test_another_system_is_refused_with_the_list(name: str):
    with pytest.raises(InvalidParameter, match="EPSG/0/31370"):
        crs.parse(name)


@pytest.mark.parametrize(
    ("x", "y", "srid"),
    [
        (140252.76, 198794.27, 31370),
        (640249.09, 698793.29, 3812),
        (73862.07, 211634.58, 31370),
        (573857.26, 711625.49, 3812),
        (4.35, 50.85, 4326),
        (50.85, 4.35, None),
        (0, 0, None),
        (350_000, 200_000, None),
        (2.3067, 49.2933, None),  # Lambert 0,0 in degrees: the null position of CRAB
    ],
)
def test_coordinates_tell_their_system(x: float, y: float, srid: int | None):
    assert crs.guess_srid(x, y) == srid
