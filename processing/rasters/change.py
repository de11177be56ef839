"""How much of a parcel looks different between two years, and how sure that is. Never a verdict.

Both photos are laid on one grid of half metres. Light and camera differ between years, so the
bands of one are first brought to the level and spread of the other. A cell is different when its
bands differ by more than cells usually do there, whichever way the photo is moved by one cell: so
what leans or lies half a metre aside does not count. The score is the share of the parcel that is
different. Its uncertainty is how much that share depends on the threshold and on those moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

CELL_M: Final = 0.5
_LOOSE: Final = 4.0
_USUAL: Final = 5.0
_TIGHT: Final = 6.5
"""Times that the difference of a cell is the usual one, for it to be called different."""
_LEAST: Final = 6.0
"""Grey values below which a difference is noise of the camera."""
_MOVES: Final = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1))


@dataclass(frozen=True, slots=True)
class Change:
    """Per cell 1 where it is different: as usual, strictly and loosely told."""

    usual: Plane
    tight: Plane
    loose: Plane


def ndvi(red: Plane, nir: Plane) -> Plane:
    """Normalised difference vegetation index: above about 0.3 something green grows."""
    total = red + nir
    return np.where(total > 0, (nir - red) / np.maximum(total, 1), np.nan).astype(np.float32)


def changed(before: Plane, after: Plane) -> Change:
    """Where two photos of one place (band, row, column) differ; NaN where one has no data."""
    level = np.stack([_levelled(one, other) for one, other in zip(before, after, strict=True)])
    moved = [_difference(np.roll(level, move, (1, 2)), after) for move in _MOVES]
    least = np.fmin.reduce(moved)
    known = np.isfinite(least)
    usual = float(np.median(least[known])) if known.any() else 0.0
    step = max(usual, _LEAST)
    told = [np.where(known, least > times * step, np.nan) for times in (_USUAL, _TIGHT, _LOOSE)]
    return Change(*(_solid(one.astype(np.float32)) for one in told))


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


def _difference(one: Plane, other: Plane) -> Plane:
    return np.sqrt(np.mean((one - other) ** 2, axis=0))


def _solid(told: Plane) -> Plane:
    """Without what is thinner than a metre and a half: edges of shadows, wires, single leaves."""
    filled = np.nan_to_num(told)
    padded = np.pad(filled, 1)
    rows, columns = filled.shape
    count = sum(
        padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
        for down, right in _MOVES
    )
    return np.where(np.isfinite(told), (filled > 0) & (count >= 6), np.nan).astype(np.float32)
