# ruff: noqa: PLR0913, PLR0917 - what is drawn where, on what, in which light: not to be bundled
"""Rays of a panorama against flat faces: which pixel sees which face, how far, and how lit.

A pixel's ray is its column's direction and its row's slope. For a face the distance along the
ground follows from one division; upright faces need it once a column.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from processing.demo.pictures.arrays import F32, F64, I32, U8, Bools
from processing.demo.pictures.faces import REACH, Faces, Light
from processing.demo.pictures.pixels import lit_by, wrapped
from processing.demo.pictures.shade import Shade
from processing.demo.pictures.textures import Texture
from processing.demo.pictures.volumes import Face

type Hit = tuple[F32, F32, F32, Bools]
"""For each pixel: distance over the ground, place across and up the face, whether it is met."""


class Canvas:
    """A picture being made around an eye: colour, distance over the ground, owner per pixel."""

    def __init__(self, width: int, eye: F64, heading: float) -> None:
        height = width // 2
        self.width, self.height, self.eye, self.heading = width, height, eye, heading
        azimuth = heading + ((np.arange(width) + 0.5) / width - 0.5) * 2 * math.pi
        elevation = math.pi / 2 - (np.arange(height) + 0.5) / height * math.pi
        self.sin = np.sin(azimuth).astype(np.float32)
        self.cos = np.cos(azimuth).astype(np.float32)
        self.slope = np.tan(elevation).astype(np.float32)
        self.colour: U8 = np.zeros((height, width, 3), dtype=np.uint8)
        self.depth: F32 = np.full((height, width), np.inf, dtype=np.float32)
        self.owner: I32 = np.full((height, width), -1, dtype=np.int32)
        self._horizon: F32 = np.full(width, -np.inf, dtype=np.float32)

    @property
    def pixel(self) -> float:
        """Radians a pixel."""
        return 2 * math.pi / self.width

    def columns(self, begin: float, width: float) -> list[slice]:
        """The columns between two azimuths; two pieces where they cross the picture's edge."""
        left = ((begin - self.heading) / (2 * math.pi) + 0.5) * self.width
        first = math.floor(left)
        count = math.ceil(left + width / self.pixel) - first + 1
        first %= self.width
        end = first + min(count, self.width)
        if end <= self.width:
            return [slice(first, end)]
        return [slice(first, self.width), slice(0, end - self.width)]

    def rows(self, low: float, high: float) -> slice:
        top = (math.pi / 2 - math.atan(high)) / math.pi * self.height
        bottom = (math.pi / 2 - math.atan(low)) / math.pi * self.height
        return slice(max(0, math.floor(top) - 1), min(self.height, math.ceil(bottom) + 1))

    def draw(
        self, faces: Faces, light: Light, mask: Bools | None = None, shade: Shade | None = None,
        *, within: float = REACH,
    ) -> None:  # fmt: skip
        """Opaque faces, the nearest first; what stands wholly behind their walls is left out."""
        seen = faces.facing(self.eye, mask, within)
        self._horizon.fill(-np.inf)
        indices: list[int] = seen.index.tolist()
        for k, i in enumerate(indices):
            face, owner = faces.faces[i], int(faces.owners[i])
            rows = self.rows(float(seen.low[k]), float(seen.high[k]))
            for columns in self.columns(float(seen.begin[k]), float(seen.width[k])):
                if float(self._horizon[columns].min()) < float(seen.high[k]):
                    self._face(face, faces.axes[i], owner, rows, columns, light, shade)

    def _face(
        self, face: Face, axes: F64, owner: int, rows: slice, columns: slice, light: Light,
        shade: Shade | None,
    ) -> None:  # fmt: skip
        v, normal = axes[1], axes[2]
        hit = self._upright if face.wall else self._leaning
        reach, across, up, inside = hit(face, axes, rows, columns)
        visible = inside & (reach < self.depth[rows, columns])
        cut = _cut(visible)
        if cut is None:
            return
        rows, columns = _within_slice(rows, cut[0]), _within_slice(columns, cut[1])
        visible, reach, across, up = visible[cut], reach[cut], across[cut], up[cut]
        ambient, direct = light.on(normal)
        lit: F32 | float = 1.0
        if shade is not None and float(direct.max()) > 0:
            if face.wall:
                out = 1.0 * normal
                x = self.eye[0] + self.sin[columns] * reach[0] + out[0]
                y = self.eye[1] + self.cos[columns] * reach[0] + out[1]
                base = np.float32(face.corners[0, 2])
                lit = np.clip((up + base - shade.heights(x, y)) / np.float32(0.35) + 0.5, 0, 1)
            elif owner < 0:
                middle = face.corners.mean(axis=0) + 0.3 * normal
                tops = shade.heights(middle[:1], middle[1:2])
                lit = float(np.clip((middle[2] - tops[0]) / 0.5 + 0.5, 0, 1))
        top_v = float(((face.corners[2:] - face.corners[0]) @ v).max())
        near = float(np.min(reach, where=visible, initial=REACH))
        image = _sample(face.texture(), across, top_v - up, max(near, 0.5) * self.pixel)
        self._put(rows, columns, visible, image, reach, owner, (ambient, direct, lit))

    def _upright(self, face: Face, axes: F64, rows: slice, columns: slice) -> Hit:
        """A wall: one distance a column; what stands wholly behind it is out of sight."""
        u, _, normal = axes
        relative = face.corners[0] - self.eye
        sin, cos, slope = self.sin[columns], self.cos[columns], self.slope[rows, None]
        flat = np.float32(normal[0]) * sin + np.float32(normal[1]) * cos
        with np.errstate(divide="ignore"):
            away = np.float32(normal @ relative) / flat
        met = (away > 0) & (away < 4 * REACH)
        away = np.where(met, away, np.float32(1e6))
        lies = away * (np.float32(u[0]) * sin + np.float32(u[1]) * cos) - np.float32(u @ relative)
        up = away * slope - np.float32(relative[2])
        wide = math.dist(face.corners[0].tolist(), face.corners[1].tolist())
        high = float(face.corners[2, 2] - face.corners[0, 2])
        met &= (lies >= 0) & (lies <= wide)
        if face.corners[0, 2] <= 0.05:
            part = self._horizon[columns]
            top = np.float32(face.corners[2, 2] - self.eye[2]) / away
            part[met] = np.maximum(part[met], top[met])
        shape = up.shape
        inside = (up >= 0) & (up <= high) & met
        return np.broadcast_to(away, shape), np.broadcast_to(lies, shape), up, inside

    def _leaning(self, face: Face, axes: F64, rows: slice, columns: slice) -> Hit:
        """Any other quad: a division a pixel."""
        u, v, normal = axes
        relative = face.corners[0] - self.eye
        sin, cos, slope = self.sin[columns], self.cos[columns], self.slope[rows, None]
        flat = np.float32(normal[0]) * sin + np.float32(normal[1]) * cos
        with np.errstate(divide="ignore"):
            reach = np.float32(normal @ relative) / (flat + np.float32(normal[2]) * slope)
        good = (reach > 0) & (reach < 4 * REACH)
        reach = np.where(good, reach, np.float32(1e6))
        dot_u = np.float32(u[0]) * sin + np.float32(u[1]) * cos + np.float32(u[2]) * slope
        dot_v = np.float32(v[0]) * sin + np.float32(v[1]) * cos + np.float32(v[2]) * slope
        across = reach * dot_u - np.float32(u @ relative)
        up = reach * dot_v - np.float32(v @ relative)
        return reach, across, up, good & _within(face, u, v, across, up)

    def _put(
        self, rows: slice, columns: slice, visible: Bools, image: U8, reach: F32, owner: int,
        lights: tuple[F32, F32, F32 | float],
    ) -> None:  # fmt: skip
        ambient, direct, lit = lights
        colours = lit_by(image, ambient, direct, lit)
        target = self.colour[rows, columns]
        if image.shape[2] == 4:
            alpha = image[..., 3].astype(np.float32) * np.float32(1 / 255) * visible
            share = alpha[..., None]
            target[:] = (target * (1 - share) + colours[..., :3] * share).astype(np.uint8)
            visible = visible & (alpha > 0.5)
        else:
            cv2.copyTo(colours, visible.view(np.uint8), target)
        np.copyto(self.depth[rows, columns], reach, where=visible)
        np.copyto(self.owner[rows, columns], np.int32(owner), where=visible)

    def billboards(self, cards: Sequence["Card"], light: Light, shade: Shade | None) -> None:
        """Trees and people: flat cards turned to the eye, the farthest first."""
        ordered = sorted(cards, key=lambda c: -math.dist(c.foot, self.eye[:2]))
        for card in ordered:
            away = math.dist(card.foot, self.eye[:2])
            if away > REACH or away < 0.6:
                continue
            azimuth = math.atan2(card.foot[0] - self.eye[0], card.foot[1] - self.eye[1])
            half = math.atan2(card.width / 2, away)
            low, high = card.base - self.eye[2], card.base + card.height - self.eye[2]
            rows = self.rows(low / away, high / away)
            for columns in self.columns(azimuth - half, 2 * half):
                self._card(card, away, azimuth, rows, columns, light, shade)

    def _card(
        self, card: "Card", away: float, azimuth: float, rows: slice, columns: slice,
        light: Light, shade: Shade | None,
    ) -> None:  # fmt: skip
        sin, cos = self.sin[columns], self.cos[columns]
        ahead = sin * np.float32(math.sin(azimuth)) + cos * np.float32(math.cos(azimuth))
        aside = sin * np.float32(math.cos(azimuth)) - cos * np.float32(math.sin(azimuth))
        reach = np.float32(away) / np.maximum(ahead, 0.05)
        across = reach * aside + np.float32(card.width / 2)
        up = reach * self.slope[rows, None] + np.float32(self.eye[2] - card.base)
        inside = (up >= 0) & (up <= card.height) & (across >= 0) & (across <= card.width)
        depth = np.broadcast_to(reach, up.shape)
        visible = inside & (depth < self.depth[rows, columns])
        cut = _cut(visible)
        if cut is None:
            return
        rows, columns = _within_slice(rows, cut[0]), _within_slice(columns, cut[1])
        visible, depth, up = visible[cut], depth[cut], up[cut]
        across = across[cut[1]]
        ambient = light.ambient * np.float32(1.1)
        direct = light.sun * np.float32(0.62)
        if shade is not None and card.shaded:
            # What stands in the sun's way, not the shadow that the figure throws itself.
            x, y = np.array(card.foot)[:, None] + 0.9 * light.towards[:2, None]
            tops = float(shade.heights(x, y)[0])
            direct = direct * np.float32(np.clip(1.0 - (tops - 0.6) / 1.2, 0, 1))
        image = _sample(card.texture, np.broadcast_to(across, up.shape),
                        np.float32(card.height) - up, away * self.pixel)  # fmt: skip
        self._put(rows, columns, visible, image, depth, -1, (ambient, direct, 1.0))

    def softened(self) -> U8:
        """The picture with the stairs along edges smoothed, as a lens would."""
        height = self.height
        band = slice(height // 10, height * 3 // 4)
        depth, owner = self.depth[band], self.owner[band]
        edge = np.zeros(depth.shape, dtype=np.bool_)
        for axis in (0, 1):
            first, second = ((slice(None), slice(1, None)), (slice(None), slice(None, -1)))
            if axis == 0:
                first, second = first[::-1], second[::-1]
            a, b = depth[first], depth[second]
            differs = (owner[first] != owner[second]) | (a > b * 1.06) | (b > a * 1.06)
            edge[first] |= differs
            edge[second] |= differs
        blurred = np.asarray(cv2.GaussianBlur(self.colour[band], (3, 3), 0.8), dtype=np.uint8)
        picture = self.colour.copy()
        cv2.copyTo(blurred, edge.view(np.uint8), picture[band])
        return picture


@dataclass(frozen=True, slots=True)
class Card:
    """A flat figure that always faces the eye."""

    foot: tuple[float, float]
    width: float
    height: float
    texture: Texture
    base: float = 0.0
    shaded: bool = True


def position(eye: F64, heading: float, width: int, points: F64) -> F64:
    """Where points are seen: (column, row) for each, whole numbers in the middle of pixels."""
    relative = points - eye
    azimuth = np.arctan2(relative[:, 0], relative[:, 1]) - heading
    elevation = np.arctan2(relative[:, 2], np.hypot(relative[:, 0], relative[:, 1]))
    column = ((azimuth / (2 * math.pi) + 0.5) % 1) * width - 0.5
    return np.stack([column, (0.5 - elevation / math.pi) * (width // 2) - 0.5], axis=1)


def _within(face: Face, u: F64, v: F64, across: F32, up: F32) -> Bools:
    """Inside the quad: to the left of each of its sides."""
    flat = np.stack([(face.corners - face.corners[0]) @ u, (face.corners - face.corners[0]) @ v], 1)
    inside = np.ones(across.shape, dtype=np.bool_)
    for i in range(4):
        (px, py), (qx, qy) = flat[i].tolist(), flat[(i + 1) % 4].tolist()
        if abs(px - qx) + abs(py - qy) > 1e-6:
            side = np.float32(qx - px) * (up - np.float32(py)) - np.float32(qy - py) * (
                across - np.float32(px)
            )
            inside &= side >= -1e-4
    return inside


def _cut(visible: Bools) -> tuple[slice, slice] | None:
    """The rows and columns where anything is visible."""
    columns = np.flatnonzero(visible.any(axis=0))
    if not len(columns):
        return None
    rows = np.flatnonzero(visible[:, columns[0] : columns[-1] + 1].any(axis=1))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _within_slice(whole: slice, part: slice) -> slice:
    return slice(whole.start + part.start, whole.start + part.stop)


def _sample(texture: Texture, across: F32, down: F32, footprint: float) -> U8:
    image, scale = texture.level(footprint)
    x = (across * np.float32(1 / scale) - np.float32(0.5)).astype(np.float32)
    y = (down * np.float32(1 / scale) - np.float32(0.5)).astype(np.float32)
    if texture.wrap:
        x, y = wrapped(x, image.shape[1]), wrapped(y, image.shape[0])
    border = cv2.BORDER_WRAP if texture.wrap else cv2.BORDER_REPLICATE
    found = np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=border))
    return np.asarray(found, dtype=np.uint8)
