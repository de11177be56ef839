"""Whether two cut-outs show the same place, by details that are found in both.

It says "comparable" or "uncertain": what a street looks like changes with light, leaves and cars,
so that few details in common say nothing of what was built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import cv2
import numpy as np

from processing.panorama.sphere import Image

ENOUGH: Final = 18
"""Details at places that agree, from which on two pictures surely show the same."""
_RATIO: Final = 0.8
_LARGEST_ZOOM: Final = 2.0


@dataclass(frozen=True, slots=True)
class Alignment:
    """How two cut-outs of one place lie on each other."""

    verdict: Literal["comparable", "uncertain"]
    matches: int
    shift_px: float | None
    """How far to the right the later one is; None where that is uncertain."""


def aligned(earlier: Image, later: Image) -> Alignment:
    """Compare two cut-outs of the same size."""
    one, other = _details(earlier), _details(later)
    if min(len(one[0]), len(other[0])) < 4:
        return Alignment("uncertain", 0, None)
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(one[1], other[1], k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < _RATIO * p[1].distance]
    if len(good) < ENOUGH:
        return Alignment("uncertain", len(good), None)
    begins = np.array([one[0][pair.queryIdx].pt for pair in good], np.float32)
    ends = np.array([other[0][pair.trainIdx].pt for pair in good], np.float32)
    found: tuple[Any, Any] = cv2.estimateAffinePartial2D(begins, ends, ransacReprojThreshold=6.0)
    turned, inside = found
    agreed = np.asarray(inside).ravel().astype(bool) if turned is not None else np.zeros(0, bool)
    matches = int(agreed.sum())
    if matches < ENOUGH or not _likely(turned):
        return Alignment("uncertain", matches, None)
    shift = float(np.median((ends - begins)[agreed][:, 0]))
    return Alignment("comparable", matches, shift)


def _details(image: Image) -> tuple[Any, Any]:
    library: Any = cv2  # whose stubs do not know SIFT
    finder = library.SIFT_create(nfeatures=2000)
    points, words = finder.detectAndCompute(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), None)
    return points, words


def _likely(turned: Any) -> bool:
    """A camera on a car neither zooms much nor leans: another match is by chance."""
    zoom = float(np.hypot(turned[0, 0], turned[1, 0]))
    lean = abs(float(np.degrees(np.arctan2(turned[1, 0], turned[0, 0]))))
    return 1 / _LARGEST_ZOOM < zoom < _LARGEST_ZOOM and lean < 10
