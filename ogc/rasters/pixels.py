"""Pictures out of photos: the one module of the web that imports rasterio (decision 0022).

Files stay open, one set for each thread, because opening one costs as much as reading a tile. What
is asked in another system than that of the files is picked out of the part that is near: a tenth of
what GDAL's warper costs, which prepares for any two systems and any size.
"""

from __future__ import annotations

import io
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

import cv2
import numpy as np
import rasterio
from numpy.typing import NDArray
from PIL import Image
from pyproj import Transformer

_open: Any = getattr(rasterio, "open")  # noqa: B009  # so that no type comes with it
_origin: Any = import_module("rasterio.transform").from_origin
_memory: Any = import_module("rasterio.io").MemoryFile
_bilinear: Any = import_module("rasterio.enums").Resampling.bilinear

_MOST_OPEN: Final = 24
"""Files that a thread keeps open; each holds a few megabytes of blocks and tables."""
_APART: Final = 32
"""Pixels between points that are worked out, where a view is turned."""

Look = Literal["colour", "nir"]
Box = tuple[float, float, float, float]
Pixels = NDArray[np.uint8]
Plane = NDArray[np.float64]


class _Kept(threading.local):
    """Open files of each thread the least used first."""

    def __init__(self) -> None:
        self.open: OrderedDict[Path, Any] = OrderedDict()


_kept: Final = _Kept()


@dataclass(frozen=True, slots=True)
class View:
    """What is to be drawn: a box in a system, and how many pixels."""

    srid: int
    box: Box
    width: int
    height: int


def draw(files: Sequence[Path], native: int, view: View, look: Look) -> Pixels:
    """Red, green, blue and opacity; the first file that covers a pixel gives it."""
    canvas = np.zeros((4, view.height, view.width), np.uint8)
    for file in files:
        _paint(canvas, _opened(file), view, native, look)
        if canvas[3].all():
            break
    return canvas


def encode(canvas: Pixels, kind: str, background: tuple[int, int, int] | None) -> bytes:
    """PNG, JPEG or WebP; a background fills what no photo covers."""
    picture = Image.fromarray(np.moveaxis(canvas, 0, -1), "RGBA")
    if background is not None or kind == "jpeg" or bool((canvas[3] == 255).all()):
        whole = Image.new("RGB", picture.size, background or (255, 255, 255))
        whole.paste(picture, mask=picture.getchannel("A"))
        picture = whole
    how: dict[str, Any] = {
        "png": {"compress_level": 3},
        "jpeg": {"quality": 82},
        "webp": {"quality": 80, "method": 2},
    }[kind]
    target = io.BytesIO()
    picture.save(target, kind, **how)
    return target.getvalue()


def coverage(files: Sequence[Path], native: int, view: View) -> bytes:
    """A GeoTIFF of all bands of the files, in the system of the view."""
    first = _opened(files[0])
    names = first.descriptions
    pixels = np.zeros((first.count + 1, view.height, view.width), np.uint8)
    for file in files:
        source = _opened(file)
        if source.descriptions == names:
            _lay(pixels, source, view, native, list(range(1, source.count + 1)))
    west, _, _, north = view.box
    step_x, step_y = _steps(view)
    profile: dict[str, Any] = {
        "driver": "GTiff", "dtype": "uint8", "count": first.count, "crs": f"EPSG:{view.srid}",
        "width": view.width, "height": view.height, "compress": "deflate", "tiled": True,
        "transform": _origin(west, north, step_x, step_y),
        "photometric": "RGB" if first.count >= 3 else "MINISBLACK",
    }  # fmt: skip
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), _memory() as memory:
        with memory.open(**profile) as target:
            target.write(pixels[:-1])
            target.colorinterp = first.colorinterp
            target.descriptions = names
            if not pixels[-1].all():
                target.write_mask(pixels[-1])
        return memory.read()


def _paint(canvas: Pixels, source: Any, view: View, srid: int, look: Look) -> None:
    names = [name for name in source.descriptions if name]
    wanted = (
        ("nir", "red", "green") if look == "nir" and "nir" in names else ("red", "green", "blue")
    )
    bands = [names.index(name) + 1 for name in wanted] if "red" in names else [1, 1, 1]
    _lay(canvas, source, view, srid, bands)


def _lay(canvas: Pixels, source: Any, view: View, srid: int, bands: list[int]) -> None:
    """Put what a file has of the view where nothing is yet; the last plane is opacity."""
    if srid == view.srid:
        _lay_straight(canvas, source, view, bands)
    else:
        _lay_turned(canvas, source, view, srid, bands)


def _lay_straight(canvas: Pixels, source: Any, view: View, bands: list[int]) -> None:
    step_x, step_y = _steps(view)
    west, south, east, north = source.bounds
    left, right = _inside(west - view.box[0], east - view.box[0], step_x, view.width)
    top, bottom = _inside(view.box[3] - north, view.box[3] - south, step_y, view.height)
    if left >= right or top >= bottom:
        return
    x, y = view.box[0] + left * step_x, view.box[3] - top * step_y
    res_x, res_y = source.res
    rows = _side(north - y, (bottom - top) * step_y, res_y, source.height)
    columns = _side(x - west, (right - left) * step_x, res_x, source.width)
    read, opaque = _read(source, bands, (rows, columns), (bottom - top, right - left))
    _put(canvas[:, top:bottom, left:right], read, opaque)


def _lay_turned(canvas: Pixels, source: Any, view: View, srid: int, bands: list[int]) -> None:
    """Read the part that is near, as coarse as the view, and pick the view's pixels from it."""
    xs, ys = _places(view, srid)
    west, south, east, north = source.bounds
    covered = (xs >= west) & (xs < east) & (ys > south) & (ys <= north)
    if not covered.any():
        return
    columns, rows = (xs - west) / source.res[0], (north - ys) / source.res[1]
    left, right = _around(columns[covered], source.width)
    top, bottom = _around(rows[covered], source.height)
    across = max(1.0, _spacing(columns))
    down = max(1.0, _spacing(rows.T))
    shape = (max(1, round((bottom - top) / down)), max(1, round((right - left) / across)))
    read, opaque = _read(source, bands, ((top, bottom), (left, right)), shape)
    pick_x = ((columns - left) * (shape[1] / (right - left)) - 0.5).astype(np.float32)
    pick_y = ((rows - top) * (shape[0] / (bottom - top)) - 0.5).astype(np.float32)
    near: Any = {"borderMode": cv2.BORDER_REPLICATE}
    picked: Any = cv2.remap(
        np.moveaxis(read, 0, -1), pick_x, pick_y, cv2.INTER_LINEAR, **near
    ).reshape(*covered.shape, len(bands))
    seen: Any = cv2.remap(opaque, pick_x, pick_y, cv2.INTER_NEAREST, **near)
    _put(canvas, np.moveaxis(picked, -1, 0), np.where(covered, seen, 0).astype(np.uint8))


def _places(view: View, srid: int) -> tuple[Plane, Plane]:
    """Where the middle of each pixel of a view is in another system.

    Some points are worked out and the others lie between them: over 32 pixels the systems that we
    serve bend by less than a hundredth of a pixel.
    """
    step_x, step_y = _steps(view)
    across, down = _between(view.width), _between(view.height)
    x = view.box[0] + across.points * step_x
    y = view.box[3] - down.points * step_y
    turn = _turn(view.srid, srid)
    grid_x, grid_y = turn.transform(*np.meshgrid(x, y))
    found = [np.nan_to_num(one, posinf=1e12, neginf=-1e12) for one in (grid_x, grid_y)]
    xs, ys = (down.weights @ one @ across.weights.T for one in found)
    return xs, ys


@dataclass(frozen=True, slots=True)
class _Between:
    """Points along a side in pixels, and how much each weighs in the middle of every pixel."""

    points: Plane
    weights: Plane


@lru_cache(maxsize=64)
def _between(size: int) -> _Between:
    points = np.linspace(0, size, max(2, math.ceil(size / _APART) + 1))
    middles = np.arange(size) + 0.5
    weights = np.maximum(
        0, 1 - np.abs(middles[:, None] - points[None, :]) / (points[1] - points[0])
    )
    return _Between(points, weights)


@lru_cache(maxsize=16)
def _turn(from_srid: int, to_srid: int) -> Transformer:
    return Transformer.from_crs(from_srid, to_srid, always_xy=True)


def _spacing(plane: Plane) -> float:
    """Pixels of a file between two of the view."""
    return float(abs(plane[plane.shape[0] // 2, -1] - plane[plane.shape[0] // 2, 0])) / max(
        1, plane.shape[1] - 1
    )


def _around(places: Plane, most: int) -> tuple[int, int]:
    return max(0, math.floor(places.min()) - 2), min(most, math.ceil(places.max()) + 2)


def _read(
    source: Any, bands: list[int], window: Any, shape: tuple[int, int]
) -> tuple[Pixels, Pixels]:
    """Bands and opacity of a part of a file, in as many pixels as asked."""
    how: dict[str, Any] = {"window": window, "resampling": _bilinear}
    read: Pixels = source.read(bands, out_shape=(len(bands), *shape), **how)
    if source.mask_flag_enums[0][0].name == "all_valid":
        return read, np.full(shape, 255, np.uint8)
    return read, source.read_masks(1, out_shape=shape, **how)


def _put(part: Pixels, read: Pixels, opaque: Pixels) -> None:
    """Into a part of the canvas, where nothing is yet."""
    free = (part[-1] == 0) & (opaque >= 128)
    if free.all():
        part[:-1], part[-1] = read, 255
    else:
        np.copyto(part[:-1], read, where=free)
        part[-1, free] = 255


def _inside(first: float, last: float, step: float, most: int) -> tuple[int, int]:
    """Pixels of a view whose centres lie between two distances from its side."""
    begin = math.ceil(first / step - 0.5 - 1e-6)
    end = math.floor(last / step - 0.5 + 1e-6) + 1
    return max(0, begin), min(most, end)


def _side(offset: float, length: float, res: float, most: int) -> tuple[float, float]:
    """Begin and end in pixels of a file, within it."""
    begin, end = offset / res, (offset + length) / res
    return max(0.0, begin), min(float(most), end)


def _steps(view: View) -> tuple[float, float]:
    west, south, east, north = view.box
    return (east - west) / view.width, (north - south) / view.height


def _opened(file: Path) -> Any:
    """An open dataset, of this thread alone."""
    kept = _kept.open
    found = kept.pop(file, None) or _open(file)
    kept[file] = found
    while len(kept) > _MOST_OPEN:
        kept.popitem(last=False)[1].close()
    return found
