"""Many faces at once: which of them an eye may see, and the light that falls on them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from processing.demo.pictures.arrays import F32, F64, I32, Bools
from processing.demo.pictures.volumes import Face, axes_of

REACH = 170.0
"""Metres beyond which nothing is drawn but sky and horizon."""


@dataclass(frozen=True, slots=True)
class Light:
    """What a surface gets from the sky, what the sun adds, and where the sun is."""

    ambient: F32
    sun: F32
    towards: F64

    def on(self, normal: F64) -> tuple[F32, F32]:
        """Light in the shade and what is added in the sun, for a surface that looks this way."""
        sky = 0.84 + 0.16 * float(normal[2])
        direct = max(0.0, float(normal @ self.towards))
        return self.ambient * np.float32(sky), self.sun * np.float32(direct)


@dataclass(frozen=True, slots=True)
class Faces:
    """Many faces as arrays, so that whole towns are looked over at once."""

    faces: Sequence[Face]
    corners: F64
    axes: F64
    owners: I32

    @property
    def normals(self) -> F64:
        return self.axes[:, 2]

    @classmethod
    def of(cls, faces: Sequence[Face], owners: Sequence[int]) -> "Faces":
        corners = np.array([f.corners for f in faces]).reshape(-1, 4, 3)
        return cls(faces, corners, axes_of(corners), np.array(owners, dtype=np.int32))

    def facing(self, eye: F64, mask: Bools | None = None, within: float = REACH) -> "Seen":
        """The faces turned towards the eye and within reach, the nearest first."""
        relative = self.corners - eye
        towards = -np.einsum("nk,nk->n", relative[:, 0], self.normals) > 0.01
        near = _nearest(relative)
        keep = towards & (near < within)
        if mask is not None:
            keep &= mask
        index = np.flatnonzero(keep)
        index = index[np.argsort(near[index], kind="stable")]
        return Seen(index, near[index], *_extent(relative[index], near[index]))


@dataclass(frozen=True, slots=True)
class Seen:
    """Faces by distance: their azimuths (radians, begin and width) and slopes as seen."""

    index: I32
    near: F64
    begin: F64
    width: F64
    low: F64
    high: F64


def _nearest(relative: F64) -> F64:
    """The least distance over the ground to each quad's sides."""
    best = np.full(len(relative), np.inf)
    for i in range(4):
        p, q = relative[:, i, :2], relative[:, (i + 1) % 4, :2]
        d = q - p
        length = np.maximum((d * d).sum(axis=1), 1e-9)
        t = np.clip(-(p * d).sum(axis=1) / length, 0, 1)
        best = np.minimum(best, np.hypot(*(p + d * t[:, None]).T))
    return best


def _extent(relative: F64, near: F64) -> tuple[F64, F64, F64, F64]:
    azimuth = np.arctan2(relative[:, :, 0], relative[:, :, 1])
    offset = (azimuth - azimuth[:, :1] + math.pi) % (2 * math.pi) - math.pi
    begin, end = offset.min(axis=1), offset.max(axis=1)
    far = np.hypot(relative[:, :, 0], relative[:, :, 1]).max(axis=1)
    near = np.maximum(near, 0.05)
    low, high = relative[:, :, 2].min(axis=1), relative[:, :, 2].max(axis=1)
    slope_low = np.where(low < 0, low / near, low / far)
    slope_high = np.where(high > 0, high / near, high / far)
    return azimuth[:, 0] + begin, end - begin, slope_low, slope_high
