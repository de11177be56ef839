"""Dutch first, English when it is asked for."""

from __future__ import annotations

import pytest

from geoloket import language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "nl"),
        ("", "nl"),
        ("en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("fr,de;q=0.5", "nl"),
        ("fr, en;q=0.2", "en"),
        ("en;q=broken, nl;q=0.1", "nl"),
    ],
)
def test_the_best_wish_wins(header: str | None, expected: str):
    assert language.accepted(header) == expected


def test_a_missing_translation_falls_back_to_dutch():
    assert language.pick({"nl": "Percelen"}, "en") == "Percelen"
