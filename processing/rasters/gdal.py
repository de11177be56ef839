"""rasterio and OpenCV as values without types: theirs are partial, so ours are told where we read.

``GdalError`` is what rasterio passes on of GDAL while it copies.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import cv2
import rasterio


def _part(name: str) -> Any:
    return import_module(f"rasterio.{name}")


open_raster: Any = getattr(rasterio, "open")  # noqa: B009  # so that no type comes with it
environment: Any = rasterio.Env
copy: Any = _part("shutil").copy
AVERAGE: Any = _part("enums").Resampling.average
WarpedVRT: Any = _part("vrt").WarpedVRT
shapes: Any = _part("features").shapes
from_bounds: Any = _part("transform").from_bounds
from_origin: Any = _part("transform").from_origin
connected: Any = cv2.connectedComponents
components: Any = cv2.connectedComponentsWithStats
GdalError: type[Exception] = _part("_err").CPLE_BaseError
