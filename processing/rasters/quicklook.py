"""A quick-look: a parcel in two years side by side, and where it changed, as one small picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from processing.rasters.change import CELL_M, Plane

Pixels = NDArray[np.uint8]

_AROUND: Final = 16
"""Cells around the parcel that are shown too."""
_SIDE: Final = 160
"""Pixels of the longest side of one of the three pictures, about; small parcels are enlarged."""
_MOST: Final = 2
_COLOURS: Final = 128
"""A picture with so many is a third of the size: a run has thousands of them."""
_GAP: Final = 6
_OUTLINE: Final = (255, 220, 40)
_CHANGED: Final = (220, 40, 60)


def draw(
    before: Plane, after: Plane, changed: Plane, shape: Any, corner: tuple[float, float]
) -> bytes:
    """A PNG of three pictures: before, after, and after in grey with what changed in red.

    ``before`` and ``after`` are red, green and blue on the grid whose upper left is ``corner``.
    """
    rows, columns = _around(shape, corner, changed.shape)
    times = _times(rows, columns)
    ring = list(_rings(shape, corner, rows, columns, times))
    seen = [_shown(one[:3, rows, columns], times) for one in (before, after)]
    grey: Any = cv2.cvtColor(cv2.cvtColor(seen[1], cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    red = _enlarged(np.nan_to_num(changed[rows, columns]), times) > 0.5
    grey[red] = (0.35 * grey[red] + 0.65 * np.array(_CHANGED)).astype(np.uint8)
    for picture in (*seen, grey):
        cv2.polylines(picture, ring, isClosed=True, color=_OUTLINE, lineType=cv2.LINE_AA)
    gap = np.full((grey.shape[0], _GAP, 3), 255, np.uint8)
    joined = Image.fromarray(np.concatenate([seen[0], gap, seen[1], gap, grey], axis=1))
    target = io.BytesIO()
    few = joined.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(target, "png")
    return target.getvalue()


def _around(shape: Any, corner: tuple[float, float], size: tuple[int, ...]) -> tuple[slice, slice]:
    """The rows and columns of a parcel and of what lies around it."""
    west, south, east, north = (float(side) for side in shape.bounds)
    top = int((corner[1] - north) / CELL_M) - _AROUND
    bottom = int(np.ceil((corner[1] - south) / CELL_M)) + _AROUND
    left = int((west - corner[0]) / CELL_M) - _AROUND
    right = int(np.ceil((east - corner[0]) / CELL_M)) + _AROUND
    return (
        slice(max(top, 0), min(bottom, size[0])),
        slice(max(left, 0), min(right, size[1])),
    )


def _times(rows: slice, columns: slice) -> float:
    """How much larger it is drawn; smaller, for a parcel of hundreds of metres."""
    longest = max(rows.stop - rows.start, columns.stop - columns.start, 1)
    return min(_SIDE / longest, _MOST)


def _shown(bands: Plane, times: float) -> Pixels:
    """Red, green, blue, from the darkest to the brightest that is there; white where nothing is."""
    known = np.isfinite(bands).all(axis=0)
    low, high = np.percentile(bands[:, known], (0.5, 99.5)) if known.any() else (0, 255)
    spread = np.clip((bands - low) * (255 / max(float(high - low), 32.0)), 0, 255)
    colours = np.where(known, np.nan_to_num(spread), 255).astype(np.uint8)
    return np.ascontiguousarray(_enlarged(np.moveaxis(colours, 0, -1), times))


def _enlarged(plane: Any, times: float) -> Any:
    how = cv2.INTER_AREA if times < 1 else cv2.INTER_LINEAR
    return cv2.resize(np.ascontiguousarray(plane), None, fx=times, fy=times, interpolation=how)


def _rings(
    shape: Any, corner: tuple[float, float], rows: slice, columns: slice, times: float
) -> Iterator[NDArray[np.int32]]:
    """The parcel's outlines in pixels of the picture."""
    left, top = corner[0] + columns.start * CELL_M, corner[1] - rows.start * CELL_M
    for part in getattr(shape, "geoms", [shape]):
        for ring in (part.exterior, *part.interiors):
            points = np.asarray(ring.coords)[:, :2]
            placed = np.stack([points[:, 0] - left, top - points[:, 1]], axis=1) * (times / CELL_M)
            yield np.round(placed).astype(np.int32)
