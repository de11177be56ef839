"""A grid of square cells over the ground, turned by an angle or straight."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from processing.demo.pictures.arrays import F32, F64, I32, U8, Bools

_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Grid:
    """`left`, `top` is the outer corner of the first cell; rows run down; `angle` in radians."""

    left: float
    top: float
    scale: float
    columns: int
    rows: int
    angle: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        return self.rows, self.columns

    def cells(self, points: F64) -> F64:
        """Places as (column, row), whole numbers at the cells' outer corners."""
        x, y = points[..., 0] - self.left, points[..., 1] - self.top
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return np.stack([(x * cos + y * sin), (x * sin - y * cos)], axis=-1) / self.scale

    def centres(self, rows: slice, columns: slice) -> tuple[F64, F64]:
        """Where the middles of these cells lie; only for a straight grid."""
        x: F64 = np.arange(int(columns.start), int(columns.stop)) * self.scale
        x = x + (self.left + 0.5 * self.scale)
        y: F64 = np.arange(int(rows.start), int(rows.stop)) * -self.scale
        y = y + (self.top - 0.5 * self.scale)
        return np.broadcast_to(x, (len(y), len(x))), np.broadcast_to(y[:, None], (len(y), len(x)))

    def places(self, row: int, count: int) -> tuple[F32, F32]:
        """The middles of the cells of some rows, as seen from the grid's corner (float32)."""
        c = (np.arange(self.columns, dtype=np.float32) + 0.5) * np.float32(self.scale)
        r = (np.arange(row, row + count, dtype=np.float32)[:, None] + 0.5) * np.float32(self.scale)
        cos, sin = np.float32(math.cos(self.angle)), np.float32(math.sin(self.angle))
        return c * cos + r * sin, c * sin - r * cos

    def ring(self, points: F64) -> I32:
        """A ring for OpenCV's fills, in sixteenths of a cell."""
        return np.round((self.cells(points[:, :2]) - 0.5) * (1 << _SHIFT)).astype(np.int32)

    def fill(self, image: U8, rings: list[F64], value: int) -> None:
        """Fills a polygon with its holes."""
        cv2.fillPoly(image, [self.ring(r) for r in rings], value, cv2.LINE_8, _SHIFT)

    def window(self, ring: F64) -> tuple[slice, slice, Bools] | None:
        """The rows and columns around a ring, and which of their cells lie in it."""
        cells = self.cells(ring[:, :2])
        c0, r0 = np.floor(cells.min(axis=0)).astype(int).tolist()
        c1, r1 = np.ceil(cells.max(axis=0)).astype(int).tolist()
        c0, r0, c1, r1 = max(c0, 0), max(r0, 0), min(c1, self.columns), min(r1, self.rows)
        if c0 >= c1 or r0 >= r1:
            return None
        mask = np.zeros((r1 - r0, c1 - c0), dtype=np.uint8)
        local = np.round((cells - (c0, r0) - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(mask, [local], 1, cv2.LINE_8, _SHIFT)
        return slice(r0, r1), slice(c0, c1), mask.astype(np.bool_)
