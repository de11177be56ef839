"""The change score on a small made-up place: what is built is found, what light does is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from processing.rasters.change import CELL_M, LEAST_M2, changed

GRASS, TILES, GREY, PAVED, LEAVES, CAR = (
    np.array(colour, np.float32)
    for colour in (
        (84, 104, 66, 150), (148, 84, 64, 88), (92, 92, 96, 84), (128, 122, 114, 118),
        (62, 88, 48, 190), (200, 24, 30, 60),
    )
)  # fmt: skip
LOTS = 12
SIDE = 60
"""Cells on a side of a lot: thirty metres."""
Plane = np.ndarray[Any, np.dtype[np.float32]]

BUILT = {1: "house", 2: "extension", 3: "pulled down", 4: "shed", 5: "trees felled"}
"""Lots that really changed; of the others one had a car, and all had other shadows."""
CAR_AT = 7


def photo(*, later: bool) -> Plane:
    """Lots side by side, each with a house, a yard and its shadow, in the light of a day."""
    picture = np.tile(GRASS[:, None, None], (1, SIDE, LOTS * SIDE))
    high = np.zeros(picture.shape[1:], np.float32)

    def put(lot: int, box: tuple[int, int, int, int], colour: Plane, height: float) -> None:
        top, left, rows, columns = box
        place = (slice(top, top + rows), slice(lot * SIDE + left, lot * SIDE + left + columns))
        picture[(slice(None), *place)] = colour[:, None, None]
        high[place] = height

    for lot in range(LOTS):
        put(lot, (34, 10, 20, 40), PAVED, 0)
        kind = BUILT.get(lot)
        if not (kind == "house" and not later) and not (kind == "pulled down" and later):
            put(lot, (16, 16, 18, 24), (GREY, TILES)[lot % 2], 7)
        if kind == "extension" and later:
            put(lot, (8, 18, 8, 14), GREY, 3.5)
        if kind == "shed" and later:
            put(lot, (3, 44, 8, 8), TILES, 2.5)
        if kind == "trees felled" and not later:
            put(lot, (2, 42, 12, 14), LEAVES, 6)
        if lot == CAR_AT and later:
            put(lot, (40, 14, 4, 9), CAR, 1.3)
    shade = shadow(high, (1, 2) if later else (2, -1))
    chance = np.random.default_rng(2 if later else 1)
    tone = chance.normal(1, 0.03, 4).astype(np.float32)[:, None, None]
    grain = chance.normal(0, 2.5, picture.shape).astype(np.float32)
    dim = np.array((0.52, 0.54, 0.58, 0.45), np.float32)[:, None, None]
    lit = picture * np.where(shade, dim, 1) * tone + 8 + grain
    return lit + (6 if later else 0)


def shadow(high: Plane, step: tuple[int, int]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Cells in the shadow of what is higher, away from the sun."""
    shaded = np.zeros(high.shape, np.bool_)
    for steps in range(1, 12):
        moved = np.roll(high, (-step[0] * steps, step[1] * steps), (0, 1))
        shaded |= moved - 0.75 * steps > high
    return shaded


@pytest.fixture(scope="module")
def metres() -> dict[int, float]:
    """Square metres of each lot that are called changed."""
    told = changed(photo(later=False), photo(later=True)).usual
    lots = np.split(told, LOTS, axis=1)
    return {lot: float(np.nansum(one)) * CELL_M**2 for lot, one in enumerate(lots)}


def test_what_was_built_or_went_is_found(metres: dict[int, float]) -> None:
    """Four of the five at least, and each of the large ones."""
    found = {lot for lot in BUILT if metres[lot] >= LEAST_M2 / 2}
    assert {1, 3, 5} <= found
    assert len(found) >= 4, metres
    assert metres[1] == pytest.approx(18 * 24 * CELL_M**2, rel=0.25)


def test_shadows_and_cars_are_not(metres: dict[int, float]) -> None:
    """Of the lots on which nothing was built none is called changed."""
    assert {lot: found for lot, found in metres.items() if lot not in BUILT and found} == {}


def test_what_is_unsure_is_said() -> None:
    """Loosely told is never less than strictly told."""
    told = changed(photo(later=False), photo(later=True))
    assert np.nansum(told.tight) <= np.nansum(told.usual) <= np.nansum(told.loose)


def test_colours_alone_do_too() -> None:
    """Without near infrared a tiled house on grass is found as well."""
    told = changed(photo(later=False)[:3], photo(later=True)[:3]).usual
    assert np.nansum(told[:, SIDE : 2 * SIDE]) * CELL_M**2 > 60
    assert np.nansum(told[:, 8 * SIDE :]) == 0
