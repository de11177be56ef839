"""Equirectangular pictures: read, levelled, and looked at through a flat window.

Directions are (yaw, pitch) in degrees: yaw 0 is the centre column and positive to the right, pitch
0 the horizon and positive up. In vectors x is right, y ahead and z up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin, tan
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.context import Rejected

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]


def decode(data: bytes) -> Image:
    """Pixels, upright as EXIF says (OpenCV heeds it). Raises Rejected when it is no picture."""
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if found is None:
        raise Rejected("cannot be read as a picture")
    return np.asarray(found, np.uint8)


def encode(image: Image, quality: int = 85) -> bytes:
    """As JPEG, with nothing of what the original said of itself."""
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def levelled(image: Image, pitch: float, roll: float) -> Image:
    """The picture with its horizon straight; as it is when the camera stood within 0.05 degrees.

    ``pitch``: how far the front of the camera was up; ``roll``: how far its right side was down.
    """
    if abs(pitch) < 0.05 and abs(roll) < 0.05:
        return image
    height, width = image.shape[:2]
    yaw = np.radians((np.arange(width, dtype=np.float32) + 0.5) / width * 360 - 180)
    up = np.radians(90 - (np.arange(height, dtype=np.float32) + 0.5) / height * 180)
    ahead = np.stack(
        [
            np.outer(np.cos(up), np.sin(yaw)),
            np.outer(np.cos(up), np.cos(yaw)),
            np.repeat(np.sin(up)[:, None], width, axis=1),
        ],
        axis=-1,
    ).astype(np.float32)
    in_camera = ahead @ _camera(pitch, roll).astype(np.float32)  # its transpose, from the left
    return _looked_up(image, in_camera)


def _camera(pitch: float, roll: float) -> NDArray[np.float64]:
    """What turns a direction of the camera into one of the level picture."""
    p, r = radians(pitch), radians(roll)
    tilted = np.array([[1, 0, 0], [0, cos(p), -sin(p)], [0, sin(p), cos(p)]])
    rolled = np.array([[cos(r), 0, sin(r)], [0, 1, 0], [-sin(r), 0, cos(r)]])
    return tilted @ rolled


def _looked_up(image: Image, directions: Floats) -> Image:
    """The colours of a picture in these directions; they may lie across its seam."""
    height, width = image.shape[:2]
    x, y, z = directions[..., 0], directions[..., 1], directions[..., 2]
    columns = (np.arctan2(x, y) / (2 * np.pi) + 0.5) * width - 0.5
    rows = (0.5 - np.arctan2(z, np.hypot(x, y)) / np.pi) * height - 0.5
    return _remapped(image, columns, np.clip(rows, 0, height - 1))


def _remapped(image: Image, columns: Floats, rows: Floats) -> Image:
    found = cv2.remap(
        image,
        columns.astype(np.float32),
        rows.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(found, np.uint8)


@lru_cache(maxsize=16)
def _window(pitch: float, fov: float, width: int, height: int) -> tuple[Floats, Floats]:
    """(yaw, pitch) in degrees of every pixel of a window that looks straight ahead."""
    reach = tan(radians(fov) / 2)
    right = (2 * (np.arange(width, dtype=np.float32) + 0.5) / width - 1) * reach
    up = (1 - 2 * (np.arange(height, dtype=np.float32) + 0.5) / height) * reach * height / width
    x, z = np.meshgrid(right, up)
    return _turned(x, z, pitch)


def _turned(x: NDArray[Any], z: NDArray[Any], pitch: float) -> tuple[Floats, Floats]:
    p = radians(pitch)
    ahead, high = cos(p) - z * sin(p), sin(p) + z * cos(p)
    yaw = np.degrees(np.arctan2(x, ahead))
    return yaw.astype(np.float32), np.degrees(np.arctan2(high, np.hypot(x, ahead))).astype(
        np.float32
    )


@dataclass(frozen=True, slots=True)
class View:
    """A flat camera in the middle of the sphere, ``fov`` degrees wide."""

    yaw: float
    pitch: float
    fov: float
    width: int
    height: int


def window(image: Image, view: View) -> Image:
    """What a flat camera sees."""
    tall, wide = image.shape[:2]
    yaws, pitches = _window(view.pitch, view.fov, view.width, view.height)
    columns = ((yaws + np.float32(view.yaw)) / 360 + 0.5) * wide - 0.5
    rows = (0.5 - pitches / 180) * tall - 0.5
    return _remapped(image, columns % wide, np.clip(rows, 0, tall - 1))


def out_of_window(points: NDArray[np.float32], view: View) -> NDArray[np.float32]:
    """(yaw, pitch) of points of a window: the way back of ``window``; yaw is not wrapped."""
    reach = tan(radians(view.fov) / 2)
    x = (2 * (points[..., 0] + 0.5) / view.width - 1) * reach
    z = (1 - 2 * (points[..., 1] + 0.5) / view.height) * reach * view.height / view.width
    yaws, pitches = _turned(x, z, view.pitch)
    return np.stack([yaws + np.float32(view.yaw), pitches], axis=-1)
