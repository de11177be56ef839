# ruff: noqa: PLR0913, PLR0917 - a crown has many measures
"""Heights of all that stands, and the shadows that it throws, on one grid over the ground."""

import math
from collections.abc import Iterable

import cv2
import numpy as np

from processing.demo.pictures.arrays import F32, F64
from processing.demo.pictures.campaigns import Sun
from processing.demo.pictures.grid import Grid
from processing.demo.pictures.volumes import Body, Face


class Shade:
    """Under which height a place lies in the shade, on a grid over the ground."""

    def __init__(self, tops: F32, left: float, top: float, scale: float) -> None:
        self.tops, self._left, self._top, self._scale = tops, left, top, scale
        sunny = np.clip(1 - tops / 0.5, 0, 1)
        self._sunny = np.asarray(cv2.GaussianBlur(sunny, (3, 3), 0.7), dtype=np.float32)

    def sunny(self, x: F32, y: F32) -> F32:
        """The share of sun on the ground, at places east of the left and north of the top."""
        column = x / np.float32(self._scale) - np.float32(0.5)
        row = -y / np.float32(self._scale) - np.float32(0.5)
        found = cv2.remap(
            self._sunny, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(found, dtype=np.float32)

    @property
    def corner(self) -> tuple[float, float]:
        return self._left, self._top

    def heights(self, x: F64, y: F64) -> F32:
        column = ((x - self._left) / self._scale).astype(np.int32)
        row = ((self._top - y) / self._scale).astype(np.int32)
        rows, columns = self.tops.shape
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        found = self.tops[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
        return np.where(inside, found, np.float32(0))


def surface(grid: Grid, bodies: Iterable[Body]) -> F32:
    """The height of roofs over the ground, 0 where nothing is built."""
    heights = np.zeros(grid.shape, dtype=np.float32)
    for body in bodies:
        for mass in body.masses:
            if mass.quad is None:
                raise_flat(heights, grid, np.array(mass.outline.exterior.coords), mass.eave)
        for face in body.roofs:
            raise_face(heights, grid, face)
    return heights


def raise_flat(heights: F32, grid: Grid, ring: F64, height: float) -> None:
    window = grid.window(ring)
    if window is None:
        return
    rows, columns, mask = window
    part = heights[rows, columns]
    np.maximum(part, np.where(mask, np.float32(height), np.float32(0)), out=part)


def raise_face(heights: F32, grid: Grid, face: Face) -> None:
    """A slope: each cell as high as the plane is there."""
    window = grid.window(face.corners[:, :2])
    normal = face.normal
    if window is None or normal[2] < 0.05:
        return
    rows, columns, mask = window
    x, y = grid.centres(rows, columns)
    p = face.corners[0]
    z = p[2] - (normal[0] * (x - p[0]) + normal[1] * (y - p[1])) / normal[2]
    part = heights[rows, columns]
    np.maximum(part, np.where(mask, z, 0).astype(np.float32), out=part)


def raise_crown(heights: F32, grid: Grid, at: tuple[float, float], radius: float, top: float,
                solid: float) -> None:  # fmt: skip
    """A tree's crown: half a ball, and as much of a shadow as it has leaves."""
    x, y = at
    ring = np.array([(x - radius, y - radius), (x + radius, y - radius), (x + radius, y + radius),
                     (x - radius, y + radius)])  # fmt: skip
    window = grid.window(ring)
    if window is None:
        return
    rows, columns, _ = window
    cx, cy = grid.centres(rows, columns)
    away = np.hypot(cx - x, cy - y) / radius
    crown = np.where(away < 1, top - 0.8 * radius * away**2, 0) * solid
    part = heights[rows, columns]
    np.maximum(part, crown.astype(np.float32), out=part)


def shadows(grid: Grid, heights: F32, sun: Sun) -> Shade:
    """Marches from each cell towards the sun; the highest shadow that reaches it counts."""
    slope = math.tan(sun.elevation)
    step = grid.scale
    longest = min(float(heights.max()) / slope, 80.0)
    east, north = math.sin(sun.azimuth), math.cos(sun.azimuth)
    tops = np.zeros_like(heights)
    lower = np.empty_like(heights)
    done = 0.0
    while done < longest:
        # Far shadows are thrown by what is tall and thick enough to be looked for less often.
        done += step if done < 24 else 2 * step
        dx, dy = round(done * east / step), round(-done * north / step)
        here, there = _moved(dy, heights.shape[0]), _moved(dx, heights.shape[1])
        target, source = (here[0], there[0]), (here[1], there[1])
        part = np.subtract(heights[source], np.float32(done * slope), out=lower[target])
        np.maximum(tops[target], part, out=tops[target])
    return Shade(tops, grid.left, grid.top, grid.scale)


def _moved(by: int, size: int) -> tuple[slice, slice]:
    """Cells, and the cells that lie so many further."""
    if by >= 0:
        return slice(0, max(size - by, 0)), slice(min(by, size), size)
    return slice(min(-by, size), size), slice(0, max(size + by, 0))
