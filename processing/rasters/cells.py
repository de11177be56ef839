"""Photos of a place on one grid of half metres, year by year, and numbers of parcels over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import exactextract
import numpy as np
from exactextract.raster import NumPyRasterSource

from geoloket.rasters import key_of
from processing.context import JobContext, Rejected
from processing.rasters.change import CELL_M, Plane
from processing.rasters.gdal import AVERAGE, open_raster

_MOST_CELLS: Final = 4000
_MARGIN: Final = 20
"""Cells around the parcels: what lies beside one tells what light did, and is seen beside it."""
Json = dict[str, Any]
Box = list[float]
_extract: Any = getattr(exactextract, "exact_extract")  # noqa: B009  # so that no type comes with it
_source: Any = NumPyRasterSource


@dataclass(frozen=True, slots=True)
class Cells:
    """The bands of one year on the grid (band, row, column), NaN where no photo is."""

    names: tuple[str, ...]
    bands: Plane

    def only(self, names: tuple[str, ...]) -> Plane:
        """Some of the bands, in that order."""
        return self.bands[[self.names.index(name) for name in names]]


def shared(one: Cells, other: Cells) -> tuple[str, ...]:
    """Bands that both years have: what is compared."""
    return tuple(name for name in one.names if name in other.names)


def snapped(bounds: Any) -> Box:
    """A box on the grid of cells, with a margin. Raises Rejected for what is too wide."""
    west, south, east, north = (float(side) for side in bounds)
    low = [float(np.floor(side / CELL_M) - _MARGIN) * CELL_M for side in (west, south)]
    high = [float(np.ceil(side / CELL_M) + _MARGIN) * CELL_M for side in (east, north)]
    if max(high[0] - low[0], high[1] - low[1]) > _MOST_CELLS * CELL_M:
        raise Rejected("a parcel is wider than two kilometres")
    return [*low, *high]


def years(context: JobContext, box: Box, wanted: list[int]) -> dict[int, list[Json]]:
    """Photos of a box by year, the newest of a year first, and only those of its season."""
    with context.connect() as connection:
        rows = connection.execute(
            "SELECT year, season, checksum, bands FROM geoloket.orthophotos "
            "WHERE retired_on IS NULL AND geom && ST_MakeEnvelope(%s, %s, %s, %s, ST_SRID(geom)) "
            "AND (%s OR year = ANY(%s)) ORDER BY year, flown_on DESC, id",
            [*box, not wanted, wanted],
        ).fetchall()
    found: dict[int, list[Json]] = {}
    for row in rows:
        if context.storage.exists(key_of(row["checksum"])):
            files = found.setdefault(row["year"], [])
            if not files or files[0]["season"] == row["season"]:
                files.append(row)
    return found


def pairs(seasons: dict[int, str | None]) -> Iterator[tuple[int, int]]:
    """Years to compare, each with the last one before it of the same season.

    With leaves and a high sun everything looks changed to who last saw it in winter.
    """
    last: dict[str | None, int] = {}
    for year in sorted(seasons):
        if (season := seasons[year]) in last:
            yield last[season], year
        last[season] = year


def read(context: JobContext, files: list[Json], box: Box, cell: float = CELL_M) -> Cells:
    """The bands of a year; where several photos lie, those of the first that is there."""
    names = tuple(str(files[0]["bands"]).split(","))
    west, south, east, north = box
    shape = (max(1, round((north - south) / cell)), max(1, round((east - west) / cell)))
    cells = np.full((len(names), *shape), np.nan, np.float32)
    for file in files:
        if tuple(str(file["bands"]).split(",")) != names:
            continue
        with open_raster(context.storage.path(key_of(file["checksum"]))) as photo:
            seen = photo.read(
                window=photo.window(*box),
                out_shape=cells.shape,
                boundless=True,
                masked=True,
                resampling=AVERAGE,
            )
        free = np.isnan(cells) & ~np.ma.getmaskarray(seen)
        cells[free] = seen.data[free]
    if names == ("grey",):
        return Cells(("red", "green", "blue"), np.repeat(cells, 3, axis=0))
    return Cells(names, cells)


def told(
    planes: dict[str, Plane], parcels: Any, box: Box, ops: list[str]
) -> dict[str, dict[str, float | None]]:
    """Numbers of each parcel over planes, each cell by the share that lies in it."""
    west, south, east, north = box
    srs = parcels.crs.to_wkt()
    sources = [
        _source(plane, west, south, east, north, name=name, srs_wkt=srs)
        for name, plane in planes.items()
    ]
    rows: list[Json] = _extract(
        sources, parcels, ops, include_cols=["parcel"], output="pandas"
    ).to_dict("records")
    named = {one: f"{next(iter(planes))}_{one}" for one in ops} if len(planes) == 1 else {}
    found: dict[str, dict[str, float | None]] = {}
    for row in rows:
        parcel = str(row.pop("parcel"))
        found[parcel] = {
            named.get(name, name): None
            if value is None or np.isnan(value)
            else round(float(value), 4)
            for name, value in row.items()
        }
    return found
