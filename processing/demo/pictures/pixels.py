"""Colours of many pixels at once, by the quickest way there is to the same numbers."""

from typing import Final

import cv2
import numpy as np

from processing.demo.pictures.arrays import F32, U8

_LEVELS: Final = np.arange(256, dtype=np.float32)[:, None]
_EVEN: Final = 0.01
"""Light that differs less is the same everywhere."""


def lit_by(image: U8, ambient: F32, direct: F32, lit: F32 | float) -> U8:
    """Colours under sky and sun, by table; by two of them where the edge of a shadow lies."""
    if not isinstance(lit, np.ndarray):
        return _toned(image, ambient + np.float32(lit) * direct)
    low, high = float(lit.min()), float(lit.max())
    if high - low < _EVEN:
        return _toned(image, ambient + np.float32(high) * direct)
    shaded, sunny = _toned(image, ambient), _toned(image, ambient + direct)
    return np.asarray(cv2.blendLinear(sunny, shaded, lit, 1 - lit), dtype=np.uint8)


def _toned(image: U8, strength: F32) -> U8:
    """Each band times its strength; a fourth one, which is no colour, stays as it is."""
    table = np.tile(_LEVELS, image.shape[2])
    table[:, :3] = np.minimum(_LEVELS * strength, 255)
    return np.asarray(cv2.LUT(image, table.astype(np.uint8)[None]), dtype=np.uint8)


def wrapped(values: F32, size: int) -> F32:
    """What is left of each when whole sizes are taken off: `%`, which asks each number apart."""
    return values - np.floor(values * np.float32(1 / size)) * np.float32(size)
