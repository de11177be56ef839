"""What ``orthophoto-series`` leaves: tables, quick-looks, a STAC item and a report."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import geopandas
import numpy as np
import pandas
import shapely

from geoloket.process import StoredFile
from processing.context import JobContext
from processing.rasters import cells
from processing.rasters.cells import Box, Json
from processing.rasters.processes import SeriesOutputs
from processing.reports.background import Background, jpeg
from processing.reports.parcels import Look, report

LOOKS_SHOWN: Final = 24
"""Quick-looks in the report: those of the largest changes. All are in the zip beside it."""
_PICTURE: Final = 1400
"""Pixels on the longest side of the photo below the map of the report."""
_PARQUET: Final = "application/vnd.apache.parquet"
_ZIP: Final = "application/zip"
_frames: Any = geopandas


def look_name(parcel: str) -> str:
    """The file of a parcel's quick-look: a capakey has a slash."""
    return f"{re.sub(r'[^A-Za-z0-9._-]', '_', parcel)}.png"


def looks_key(job: UUID, square: str) -> str:
    """Where the quick-looks of one square wait for the end of the run."""
    return f"jobs/{job}/squares/{square}.zip"


def keep(context: JobContext, rows: list[Json], parcels: Any, squares: list[str]) -> SeriesOutputs:
    """Write the files. May be done twice: what is there already is used."""
    start = f"jobs/{context.job}"
    shapes = dict(zip(parcels["parcel"], parcels.geometry, strict=True))
    table: Any = pandas.DataFrame(rows)
    if "since" in table:
        table["since"] = table["since"].astype("Int64")  # a year, also where there is none
    frame: Any = _frames.GeoDataFrame(
        table, geometry=[shapes[row["parcel"]] for row in rows], crs=parcels.crs
    )
    years = sorted({int(row["year"]) for row in rows})
    with context.storage.write(f"{start}/series.parquet") as path:
        frame.to_parquet(path)
    with context.storage.write(f"{start}/series.csv") as path:
        frame.drop(columns="geometry").to_csv(path, index=False)
    with context.storage.write(f"{start}/item.json") as path:
        path.write_text(json.dumps(_item(context, frame, years)), encoding="utf-8")
    looks = f"{start}/quicklooks.zip"
    if not context.storage.exists(looks):
        with context.storage.write(looks) as path:
            _gather(context, squares, path)
    for square in squares:
        context.storage.delete(looks_key(context.job, square))
    with context.storage.write(f"{start}/series.html") as path:
        shown = _shown(rows, context.storage.path(looks))
        photo = _background(context, years[-1], list(parcels.total_bounds))
        path.write_text(report(rows, shapes, shown, photo), encoding="utf-8")
    return SeriesOutputs(
        parcels=len(parcels),
        years=years,
        table=StoredFile(key=f"{start}/series.parquet", media_type=_PARQUET),
        csv=StoredFile(key=f"{start}/series.csv", media_type="text/csv"),
        quicklooks=StoredFile(key=looks, media_type=_ZIP),
        item=StoredFile(key=f"{start}/item.json", media_type="application/geo+json"),
        report=StoredFile(key=f"{start}/series.html", media_type="text/html"),
    )


def _gather(context: JobContext, squares: list[str], path: Path) -> None:
    """The quick-looks of all squares in one zip, one picture at a time."""
    with zipfile.ZipFile(path, "w") as target:
        for square in squares:
            key = looks_key(context.job, square)
            if not context.storage.exists(key):
                continue
            with zipfile.ZipFile(context.storage.path(key)) as source:
                for name in source.namelist():
                    target.writestr(name, source.read(name))


def _shown(rows: list[Json], looks: Path) -> list[Look]:
    """The quick-looks of the parcels that changed most."""
    changed = [row for row in rows if row.get("quicklook") and row["change"] > 0]
    changed.sort(key=lambda row: (-row["change"], row["parcel"]))
    with zipfile.ZipFile(looks) as source:
        return [
            Look(row["parcel"], row["since"], row["year"], source.read(row["quicklook"]))
            for row in changed[:LOOKS_SHOWN]
        ]


def _background(context: JobContext, year: int, bounds: Box) -> Background | None:
    """The last year's photo of all parcels, as coarse as a map needs; None where there is none."""
    west, south, east, north = bounds
    cell = max(cells.CELL_M, (east - west) / _PICTURE, (north - south) / _PICTURE)
    # A whole number of cells on both sides, or the photo would lie a little beside the parcels.
    wide, high = (float(np.ceil(side / cell)) * cell for side in (east - west, north - south))
    box = [west, south, west + wide, south + high]
    found = cells.years(context, box, [year])
    if year not in found:
        return None
    seen = cells.read(context, found[year], box, cell)
    return Background(jpeg(seen.only(("red", "green", "blue"))), (box[0], box[1], box[2], box[3]))


def _item(context: JobContext, frame: Any, years: list[int]) -> Json:
    """The outcome as a STAC item, beside its files."""
    whole = [float(side) for side in frame.to_crs(4326).total_bounds]
    outline: Any = shapely.Polygon.from_bounds(*whole)
    assets = {
        "table": {"href": "./series.parquet", "type": _PARQUET, "roles": ["data"]},
        "csv": {"href": "./series.csv", "type": "text/csv", "roles": ["data"]},
        "quicklooks": {"href": "./quicklooks.zip", "type": _ZIP, "roles": ["overview"]},
        "report": {"href": "./series.html", "type": "text/html", "roles": ["overview"]},
    }
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": [],
        "id": f"orthophoto-series-{context.job}",
        "bbox": whole,
        "geometry": shapely.geometry.mapping(outline),
        "properties": {
            "datetime": None,
            "start_datetime": f"{years[0]}-01-01T00:00:00Z",
            "end_datetime": f"{years[-1]}-12-31T23:59:59Z",
        },
        "links": [],
        "assets": assets,
    }
