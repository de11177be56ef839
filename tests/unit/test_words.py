from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from web import words


def test_dates_are_written_out():
    assert words.day(date(2026, 12, 14), "nl") == "14 december 2026"
    assert words.day(date(2026, 12, 14), "en") == "14 December 2026"


def test_an_instant_is_told_in_flemish_time():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert words.day(late, "nl") == "1 juli 2026"
    assert words.clock(late, "nl") == "00.30"
    assert words.clock(late, "en") == "00:30"


def test_numbers_have_the_marks_of_the_language():
    assert words.number(70104.25, "nl", 2) == "70\u202f104,25"
    assert words.number(70104.25, "en", 2) == "70\u202f104.25"
    assert words.number(412, "nl") == "412"
    assert words.number(-1234.5, "nl", 1) == "-1\u202f234,5"


@pytest.mark.parametrize(
    ("metres", "said"), [(0.4, 5), (12.4, 10), (63, 65), (99, 100), (104, 100), (146, 150)]
)
def test_distances_are_rounded_as_people_say_them(metres: float, said: int):
    assert words.around(metres) == said


@pytest.mark.parametrize(
    ("azimuth", "direction"),
    [(0, "n"), (22, "n"), (23, "ne"), (90, "e"), (200, "s"), (315, "nw"), (359, "n")],
)
def test_directions_are_the_nearest_of_eight(azimuth: float, direction: str):
    assert words.direction(azimuth) == direction


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1.63, "1,6 s"),
        (59.4, "59,4 s"),
        (60, "1 min 0 s"),
        (208.4, "3 min 28 s"),
        (7530, "2 u 5 min"),
    ],
)
def test_how_long_something_took(seconds: float, told: str) -> None:
    assert words.lasted(seconds, "nl") == told
