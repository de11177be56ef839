"""Areas of a picture made unrecognisable: what is left of them cannot be brought back."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.panorama.blur import Found
from processing.panorama.sphere import Image

GROWN: Final = 0.25
"""An area is hidden with so much around it, as part of its own size."""
_BLOCKS: Final = 5
"""What is left of the longest side: five colours, smoothed into each other."""


def hide(image: Image, areas: Iterable[Found]) -> Image:
    """The picture with these areas hidden, also across its seam. The one given is unchanged."""
    hidden = image.copy()
    for area in areas:
        _hide(hidden, area)
    return hidden


def _hide(image: Image, area: Found) -> None:
    height, width = image.shape[:2]
    left = floor((area.x - area.width * GROWN / 2) * width)
    wide = min(width, max(4, ceil(area.width * (1 + GROWN) * width)))
    top = max(0, floor((area.y - area.height * GROWN / 2) * height))
    bottom = min(height, ceil((area.y + area.height * (1 + GROWN / 2)) * height))
    columns: NDArray[np.int64] = np.arange(left, left + wide, dtype=np.int64) % width
    part = image[top:bottom, columns]
    if part.size == 0:
        return
    high = part.shape[0]
    longest = max(wide, high)
    few = (max(1, round(_BLOCKS * wide / longest)), max(1, round(_BLOCKS * high / longest)))
    coarse = cv2.resize(part, few, interpolation=cv2.INTER_AREA)
    image[top:bottom, columns] = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_LINEAR)


def merged(found: Iterable[Found], overlap: float = 0.3) -> list[Found]:
    """Without what was found twice, as where two windows overlap: the most certain stays."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda area: -(area.confidence or 0)):
        if all(shared(one, other) < overlap for other in kept):
            kept.append(one)
    return kept


def shared(one: Found, other: Found) -> float:
    """Which part of the smaller of two areas lies in the other."""
    apart = (other.x - one.x + 0.5) % 1 - 0.5  # by the shorter way round
    wide = min(one.width, apart + other.width) - max(0.0, apart)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return max(0.0, wide) * max(0.0, high) / smaller if smaller else 0.0
