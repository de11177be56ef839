"""A blurred picture as what pages show: thumbnail, preview, and tiles of 512 px."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from geoloket.imagery import Level, pyramid
from geoloket.imagery.pyramid import TILE
from processing.panorama.sphere import Image, encode

PREVIEW: Final = 2048
THUMBNAIL: Final = 512
QUALITY: Final = 85
VERSION: Final = "1"
"""Goes up when the same picture would be cut otherwise."""


def derive(image: Image, width: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file; ``width`` is that of the picture as its row says."""
    yield "preview.jpg", encode(_sized(image, PREVIEW), QUALITY)
    yield "thumbnail.jpg", encode(_sized(image, THUMBNAIL), QUALITY)
    sized = image
    for level in reversed(pyramid(width)):
        sized = _sized(sized, level.width)  # each from the next larger one: half the work
        yield from _tiles(sized, level)


def count(width: int) -> int:
    """How many files ``derive`` makes."""
    return 2 + sum(level.cols * level.rows for level in pyramid(width))


def write(image: Image, width: int, folder: Path) -> int:
    """Write every file below a folder; how many. Raises RuntimeError when one is missing."""
    made = 0
    for name, content in derive(image, width):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        made += bool(content)
    if made != count(width):
        raise RuntimeError(f"{made} files were made of {count(width)}")
    return made


def _tiles(image: Image, level: Level) -> Iterator[tuple[str, bytes]]:
    for row in range(level.rows):
        for column in range(level.cols):
            part = image[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
            yield f"tiles/{level.number}/{column}_{row}.jpg", encode(part, QUALITY)


def _sized(image: Image, width: int) -> Image:
    if image.shape[1] == width and image.shape[0] == width // 2:
        return image
    how = cv2.INTER_AREA if width < image.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, width // 2), interpolation=how), np.uint8)
