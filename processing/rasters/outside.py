"""Which pixels lie outside a photo: those without data that hang together with its edge.

Files say "255 means nothing here" while white roofs are 255 as well. What lies outside begins at
the edge of the file, so only what is connected to it is taken; a roof in the middle stays.

The file is read in strips, twice: once to learn which patches are one and touch the edge, once to
write the mask. So one strip is in memory, however large the photo is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from processing.rasters.gdal import connected, open_raster

_ROWS: Final = 512

Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Outside:
    """How many pixels were taken for outside, and how many of the same value were kept."""

    outside: int
    kept: int


class _Patches:
    """Which patches hang together, over strips (union-find); patch 0 is the edge of the file."""

    def __init__(self) -> None:
        self._up: list[int] = [0]

    def add(self, count: int) -> int:
        """Room for ``count`` more; the number of the first of them."""
        first = len(self._up)
        self._up.extend(range(first, first + count))
        return first

    def find(self, patch: int) -> int:
        while self._up[patch] != patch:
            self._up[patch] = self._up[self._up[patch]]
            patch = self._up[patch]
        return patch

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self._up[high] = low


def write_mask(source: Any, nodata: float, path: Path) -> Outside:
    """Write a mask (0 outside, 255 inside) beside a dataset of which ``nodata`` means nothing."""
    patches = _Patches()
    firsts: list[int] = []
    above: Labels | None = None
    last = source.height - 1
    for window, labels, count in _strips(source, nodata):
        first = patches.add(count)
        firsts.append(first)
        numbered = np.where(labels > 0, labels + (first - 1), -1)
        sides = [numbered[:, 0], numbered[:, -1]]
        sides += [numbered[0]] if window.row_off == 0 else []
        sides += [numbered[-1]] if window.row_off + window.height - 1 == last else []
        for patch in np.unique(np.concatenate(sides)):
            if patch >= 0:
                patches.join(0, int(patch))
        if above is not None:
            both = (above >= 0) & (numbered[0] >= 0)
            pairs = np.unique(np.stack([above[both], numbered[0][both]]), axis=1)
            for upper, lower in pairs.T:
                patches.join(int(upper), int(lower))
        above = numbered[-1]
    return _write(source, nodata, path, patches, firsts)


def _write(source: Any, nodata: float, path: Path, patches: _Patches, firsts: list[int]) -> Outside:
    profile: dict[str, Any] = {
        "driver": "GTiff", "dtype": "uint8", "count": 1, "crs": source.crs, "compress": "deflate",
        "transform": source.transform, "width": source.width, "height": source.height,
        "tiled": True, "blockxsize": 512, "blockysize": _ROWS, "bigtiff": "if_safer",
    }  # fmt: skip
    outside = kept = 0
    with open_raster(path, "w", **profile) as mask:
        for (window, labels, count), first in zip(_strips(source, nodata), firsts, strict=True):
            at_edge = [False, *(patches.find(first + one) == 0 for one in range(count))]
            out = np.array(at_edge)[labels]
            outside += int(out.sum())
            kept += int((labels > 0).sum()) - int(out.sum())
            mask.write(np.where(out, 0, 255).astype(np.uint8), 1, window=window)
    return Outside(outside, kept)


def _strips(source: Any, nodata: float) -> Iterator[tuple[Any, Labels, int]]:
    """Window, patch per pixel (0 is no patch) and how many patches, from top to bottom."""
    for top in range(0, source.height, _ROWS):
        window: Any = Window.from_slices((top, min(top + _ROWS, source.height)), (0, source.width))
        empty = (source.read(window=window) == nodata).all(axis=0).astype(np.uint8)
        count, labels = connected(empty, connectivity=4)
        yield window, labels.astype(np.int32), count - 1
