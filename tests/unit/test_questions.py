from __future__ import annotations

import pytest

from web.search import questions


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("11001B0009/00A005", "11001B0009/00A005"),
        ("11001B0009-00A005", "11001B0009/00A005"),
        ("11001_B_0009_A_005_00", "11001B0009/00A005"),
        (" 11001b0009-00a005 ", "11001B0009/00A005"),
        ("11001_B_0213___000_02", "11001B0213/02_000"),
        ("34372A0520/020000", "34372A0520/020000"),
        ("11001B009/00A005", None),
        ("Kerkstraat 12", None),
        ("11001B0009", None),
    ],
)
def test_the_three_notations_of_a_parcel_key(typed: str, key: str | None):
    assert questions.capakey(typed) == key


@pytest.mark.parametrize(
    ("key", "ids"),
    [
        ("11001B0213/02_000", ["11001B0213-02_000", "11001B0213-020000"]),
        ("34372A0520/020000", ["34372A0520-020000", "34372A0520-02_000"]),
        ("11001B0009/00A005", ["11001B0009-00A005"]),
    ],
)
def test_no_exponent_is_written_in_two_ways(key: str, ids: list[str]):
    assert questions.parcel_ids(key) == ids


def test_a_key_that_is_being_typed():
    assert questions.capakey_start("99001a01") == "99001A01"
    assert questions.capakey_start("99001A0123/00") == "99001A0123-00"
    assert questions.capakey_start("9900") is None
    assert questions.capakey_start("9999 Zandwijk") is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("OMV_2026012345", "OMV_2026012345"),
        ("omv2026012345", "OMV_2026012345"),
        ("OMV-2026012345", "OMV_2026012345"),
        ("2026012345", "OMV_2026012345"),
        ("OMV_2026012345 R", "OMV_2026012345"),
        ("2011/087", "2011/087"),
        ("B 2011/87", "B 2011/87"),
        ("19663", "19663"),
        ("8.00/44021/12.3", "8.00/44021/12.3"),
        ("DB-2009-0145", "DB-2009-0145"),
        ("OMV_20260123", "OMV_20260123"),
        ("9999", None),
        ("11-julistraat", None),
        ("Kerkstraat 1234", None),
        ("51.2103,3.2254", None),
        ("Kerkstraat 12/3", None),
        ("12", None),
    ],
)
def test_file_numbers(typed: str, number: str | None):
    assert questions.permit_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "51.2103, 3.2254",
        "51.2103 3.2254",
        "51,2103 3,2254",
        "51,2103; 3,2254",
        "3.2254,51.2103",
        "51,2103° N, 3,2254° O",
        "51.2103° N, 3.2254° E",
    ],
)
def test_degrees_in_either_order_and_either_decimal_mark(typed: str):
    assert questions.coordinates(typed) == questions.Coordinates(3.2254, 51.2103, 4326)


@pytest.mark.parametrize(
    ("typed", "x", "y", "srid"),
    [
        ("70104 211763", 70104, 211763, 31370),
        ("70 104, 211 763", 70104, 211763, 31370),
        ("70\u202f104, 211\u202f763 m", 70104, 211763, 31370),
        ("X: 70104.5 Y: 211763.25", 70104.5, 211763.25, 31370),
        ("70104,5 211763,2", 70104.5, 211763.2, 31370),
        ("570104 711763", 570104, 711763, 3812),
    ],
)
def test_lambert_coordinates(typed: str, x: float, y: float, srid: int):
    assert questions.coordinates(typed) == questions.Coordinates(x, y, srid)


def test_a_point_outside_belgium_is_a_point_that_cannot_be_used():
    assert questions.coordinates("48.85, 2.35") == questions.Coordinates(48.85, 2.35, None)


@pytest.mark.parametrize("typed", ["Kerkstraat 12", "12 Kerkstraat", "11-julistraat 3", "9999", ""])
def test_an_address_is_not_a_point(typed: str):
    assert questions.coordinates(typed) is None
