# ruff: noqa: PLR0913, PLR0917 - what a surface is drawn with
"""Textures drawn from chance: noise, brick, plaster, tiles; each with its smaller levels."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from processing.demo.pictures.arrays import F32, RGB, U8

type Generator = np.random.Generator


def generator(*names: object) -> Generator:
    """Chance for one thing: the same names give the same draws, on every machine."""
    words = np.frombuffer(":".join(map(str, names)).encode(), dtype=np.uint8)
    return np.random.Generator(np.random.PCG64(words.tolist()))


@dataclass(slots=True)
class Texture:
    """A picture on a face: `scale` metres a pixel, row 0 at the top; four bands have alpha."""

    image: U8
    scale: float
    wrap: bool = False
    _levels: list[U8] = field(default_factory=list[U8])

    def level(self, footprint: float) -> tuple[U8, float]:
        """The level whose pixels are about as large as a ray sees, and the size of those."""
        if not self._levels:
            self._levels.append(self.image)
        wanted = max(0, int(np.log2(max(footprint / self.scale, 1e-6)) + 0.4))
        while len(self._levels) <= wanted:
            last = self._levels[-1]
            if min(last.shape[:2]) < 4:
                break
            size = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
            small = cv2.resize(last, size, interpolation=cv2.INTER_AREA)
            self._levels.append(np.asarray(small, dtype=np.uint8))
        index = min(wanted, len(self._levels) - 1)
        # Sizes are halved and rounded: the true size of a pixel follows from the height.
        return self._levels[index], self.scale * self.image.shape[0] / self._levels[index].shape[0]


def noise(chance: Generator, height: int, width: int, cell: float, octaves: int = 3) -> F32:
    """Smooth noise between about -1 and 1; `cell` pixels between its hills; it tiles."""
    total = np.zeros((height, width), dtype=np.float32)
    strength = 1.0
    for _ in range(octaves):
        rows, columns = max(1, round(height / cell)), max(1, round(width / cell))
        grid = chance.standard_normal((rows, columns), dtype=np.float32)
        grid = np.pad(grid, 2, mode="wrap")
        y = (np.arange(height, dtype=np.float32) * (rows / height)) + 2
        x = (np.arange(width, dtype=np.float32) * (columns / width)) + 2
        xs, ys = np.meshgrid(x, y)
        total += strength * np.asarray(cv2.remap(grid, xs, ys, cv2.INTER_CUBIC), dtype=np.float32)
        strength *= 0.5
        cell = max(cell / 2.1, 1)
    return total * 0.6


def tinted(shade: F32, colour: RGB) -> U8:
    """A colour times a shade around 1, as a picture."""
    return as_bytes(shade[..., None] * np.array(colour, dtype=np.float32))


def as_bytes(values: F32) -> U8:
    return np.clip(values, 0, 255).astype(np.uint8)


def brick(chance: Generator, height: int, width: int, scale: float, colour: RGB, joint: RGB) -> U8:
    """Brickwork in half-brick bond; every brick its own tint."""
    course, length = 0.068 / scale, 0.215 / scale
    y = np.arange(height)[:, None]
    row = (y / course).astype(np.int32)
    x = np.arange(width)[None, :] + (row % 2) * length / 2
    column = (x / length).astype(np.int32)
    tint = chance.normal(1, 0.09, (row.max() + 1, column.max() + 1)).astype(np.float32)
    warmth = chance.normal(0, 7, tint.shape).astype(np.float32)
    shade = tint[row, column] * (1 + 0.05 * noise(chance, height, width, 1.2 / scale))
    face = shade[..., None] * np.array(colour, dtype=np.float32)
    face[..., 0] += warmth[row, column]
    seam = ((y % course) < max(0.3, 0.011 / scale)) | ((x % length) < max(0.3, 0.011 / scale))
    share = np.where(seam, 0.62, 0.0).astype(np.float32)[..., None]
    return as_bytes(face * (1 - share) + np.array(joint, dtype=np.float32) * share)


def plaster(chance: Generator, height: int, width: int, scale: float, colour: RGB) -> U8:
    """Painted plaster, streaked a little by the rain and soiled near the ground."""
    stains = noise(chance, height, width, 1.6 / scale)
    streaks = noise(chance, 1, width, 0.4 / scale)
    low = np.clip(1 - np.arange(height)[::-1, None] * scale / 0.9, 0, 1).astype(np.float32)
    shade = 1 + 0.025 * stains + 0.018 * streaks - 0.09 * low
    grain = chance.normal(0, 0.012, (height, width)).astype(np.float32)
    return tinted((shade + grain).astype(np.float32), colour)


def cladding(chance: Generator, height: int, width: int, scale: float, colour: RGB) -> U8:
    """Ribbed metal sheets of a hall."""
    x = np.arange(width, dtype=np.float32)[None, :] * scale
    ribs = 1 + 0.06 * np.sin(2 * np.pi * x / 0.3) - 0.1 * ((x % 6) < 0.06)
    soil = 0.03 * noise(chance, height, width, 2.5 / scale)
    return tinted((ribs + soil).astype(np.float32), colour)


def roof_tiles(chance: Generator, height: int, width: int, scale: float, colour: RGB) -> U8:
    """Courses of tiles, each with its lower edge in its own shadow; moss in patches."""
    course, length = 0.34 / scale, 0.24 / scale
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    row, column = (y / course).astype(np.int32), (x / length).astype(np.int32)
    tint = chance.normal(1, 0.07, (row.max() + 1, column.max() + 1)).astype(np.float32)
    part = (y % course) / course
    wave = 1 + 0.10 * np.sin(2 * np.pi * x / length)
    shade = tint[row, column] * wave * (1.08 - 0.3 * (part > 0.84) - 0.05 * part)
    patches = np.clip(noise(chance, height, width, 2.2 / scale) - 0.45, 0, 1)[..., None] * 0.55
    moss = np.array((86, 92, 62), dtype=np.float32)
    face = shade[..., None] * np.array(colour, dtype=np.float32)
    return as_bytes((face * (1 - patches) + moss * patches).astype(np.float32))


def leaves(chance: Generator, height: int, width: int, scale: float, colour: RGB) -> U8:
    """A clipped hedge: clumps with deep shade between them."""
    clumps = noise(chance, height, width, 0.22 / scale, 3)
    grain = chance.normal(0, 0.16, (height, width)).astype(np.float32)
    shade = 0.92 + 0.24 * clumps + grain
    return tinted(np.clip(shade, 0.35, 1.5).astype(np.float32), colour)
