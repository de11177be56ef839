"""A photo below the map of a report, in the file itself: nobody is asked for tiles."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image


@dataclass(frozen=True, slots=True)
class Background:
    """A JPEG, and the metres that it covers: west, south, east, north."""

    picture: bytes
    box: tuple[float, float, float, float]

    @property
    def address(self) -> str:
        """The picture as an address that holds it."""
        return data_address(self.picture, "image/jpeg")


def jpeg(bands: NDArray[np.float32]) -> bytes:
    """Red, green and blue (band, row, column) as JPEG; white where there is no photo."""
    known = np.isfinite(bands).all(axis=0)
    filled = np.where(known, np.clip(np.nan_to_num(bands), 0, 255), 255).astype(np.uint8)
    target = io.BytesIO()
    Image.fromarray(np.moveaxis(filled, 0, -1)).save(target, "jpeg", quality=80, optimize=True)
    return target.getvalue()


def data_address(content: bytes, kind: str) -> str:
    """Content as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
