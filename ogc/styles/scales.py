"""Zooms of the style as scales of a map of Flanders."""

from __future__ import annotations

import math
from typing import Final

PIXEL_M: Final = 0.00028
"""Pixel of SLD and of tile matrix sets (OGC 05-078r4 §10.2)."""
SCREEN_M: Final = 0.0254 / 96
"""Pixel of a screen of 96 dots an inch, as QGIS counts."""
_CELL_M: Final = 2 * math.pi * 6378137 / 512 * math.cos(math.radians(51))


def denominator(zoom: float, pixel_m: float = PIXEL_M) -> float:
    """1 : so much, on the ground at 51° north, for a zoom of tiles of 512 pixels."""
    return _CELL_M / 2**zoom / pixel_m
