"""The outline of a photo: its sides, or what its mask leaves of it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from rasterio.enums import MaskFlags
from shapely import Polygon, union_all
from shapely.geometry import shape

from processing.rasters.gdal import from_bounds, shapes

_SAMPLE: Final = 512
"""Pixels on a side of the mask that is looked at: an outline says where, not what."""


def of(photo: Any) -> Polygon:
    """The outline of an open dataset, in its CRS; one polygon, whatever lies apart."""
    whole = _box(photo.bounds)
    if MaskFlags.all_valid in photo.mask_flag_enums[0]:
        return whole
    size = (min(_SAMPLE, photo.height), min(_SAMPLE, photo.width))
    inside = photo.dataset_mask(out_shape=size) > 0
    place = from_bounds(*photo.bounds, size[1], size[0])
    found = shapes(inside.astype(np.uint8), mask=inside, transform=place)
    parts = [shape(outline) for outline, _ in found]
    if not parts:
        return whole
    together: Any = union_all(parts).simplify(2 * max(place.a, -place.e))
    return together if isinstance(together, Polygon) and not together.interiors else _hull(together)


def _box(sides: tuple[float, float, float, float]) -> Polygon:
    west, south, east, north = sides
    return Polygon([(west, south), (east, south), (east, north), (west, north)])


def _hull(parts: Any) -> Polygon:
    hull: Any = parts.convex_hull
    return hull if isinstance(hull, Polygon) else _box(parts.bounds)
