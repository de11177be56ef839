"""How much of a parcel looks different between two years, and how sure that is. Never a verdict.

Both photos are laid on one grid of half metres. Light and camera differ between years, so the
bands of one are first brought to the level and spread of the other. The hour and the day of a
flight move every shadow of a town, and a shadow makes all bands darker alike. So a cell is
different when its **colour** is, near infrared included: by what is left when both years are given
the same light, whichever way the photo is moved by one cell.

What is different and hangs together over ten square metres is changed; smaller are cars, edges of
shadows, single bushes. The score is the share of the parcel that is changed. Its uncertainty is how
much that share depends on the threshold, and on believing that what only got brighter or darker is
light and shadow: a grey roof on a grey yard is seen by that alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.rasters.gdal import components

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

CELL_M: Final = 0.5
LEAST_M2: Final = 10.0
"""What is smaller is no change of a parcel."""
_LOOSE: Final = 2.0
_USUAL: Final = 2.5
_TIGHT: Final = 4.0
"""Times that the difference of a cell is the usual one, for it to be called different."""
_LEAST: Final = 4.0
"""Grey values below which a difference in colour is noise of the camera."""
_BRIGHT: Final = 30.0
"""Grey values from which a difference in brightness alone is one of the loose kind."""
_MOVES: Final = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1))
_ROUND: Final = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


@dataclass(frozen=True, slots=True)
class Change:
    """Per cell 1 where it is changed, NaN where one photo is not: as usual, strictly, loosely."""

    usual: Plane
    tight: Plane
    loose: Plane


def ndvi(red: Plane, nir: Plane) -> Plane:
    """Normalised difference vegetation index: above about 0.3 something green grows."""
    total = red + nir
    return np.where(total > 0, (nir - red) / np.maximum(total, 1), np.nan).astype(np.float32)


def changed(before: Plane, after: Plane) -> Change:
    """Where two photos of one place (band, row, column) differ; NaN where one has no data."""
    known = np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    if not known.any():
        nothing = np.full(known.shape, np.nan, np.float32)
        return Change(nothing, nothing, nothing)
    old = np.stack([_levelled(one, other) for one, other in zip(before, after, strict=True)])
    dark = [float(np.percentile(band[known], 0.5)) for band in after]
    low = np.array(dark, np.float32)[:, None, None]
    old, new = np.maximum(old - low, 1), np.maximum(after - low, 1)
    colour, light = _differences(old, new)
    step = max(float(np.median(colour[known])), _LEAST)

    def told(found: Mask) -> Plane:
        return np.where(known, _large(found & known), np.nan).astype(np.float32)

    return Change(
        told(colour > _USUAL * step),
        told(colour > _TIGHT * step),
        told((colour > _LOOSE * step) | (light > _BRIGHT)),
    )


def _levelled(before: Plane, after: Plane) -> Plane:
    """A band with the level and spread that it has in the other year."""
    both = np.isfinite(before) & np.isfinite(after)
    if not both.any():
        return before
    old, new = before[both], after[both]
    low, mid, high = np.percentile(old, (16, 50, 84))
    new_low, new_mid, new_high = np.percentile(new, (16, 50, 84))
    gain = np.clip((new_high - new_low) / max(float(high - low), 1.0), 0.5, 2.0)
    return ((before - mid) * gain + new_mid).astype(np.float32)


def _differences(old: Plane, new: Plane) -> tuple[Plane, Plane]:
    """Per cell the difference in colour and in brightness, in grey values.

    Of all moves by one cell the least: what leans or lies half a metre aside does not count.
    """
    bands = np.float32(np.sqrt(len(old)))
    bright = np.sqrt(np.einsum("brc,brc->rc", new, new))
    colour = light = np.full(bright.shape, np.inf, np.float32)
    for move in _MOVES:
        moved = np.roll(old, move, (1, 2))
        other = np.sqrt(np.einsum("brc,brc->rc", moved, moved))
        cosine = np.einsum("brc,brc->rc", moved, new) / (other * bright)
        sine = np.sqrt(np.clip(1 - cosine * cosine, 0, 1))
        colour = np.fmin(colour, np.minimum(other, bright) * sine / bands)
        light = np.fmin(light, np.abs(bright - other) / bands)
    return colour.astype(np.float32), light.astype(np.float32)


def _large(found: Mask) -> Mask:
    """Without what is thinner than a metre and a half, or smaller than ten square metres."""
    solid: Any = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed: Any = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _ROUND)
    _, patches, stats, _ = components(closed, connectivity=4)
    large = stats[:, cv2.CC_STAT_AREA] * CELL_M**2 >= LEAST_M2
    large[0] = False
    return large[patches]
