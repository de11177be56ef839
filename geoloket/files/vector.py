"""GeoPackage and FlatGeobuf, written by GDAL from Arrow batches."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any, Final

import pyarrow
import pyogrio

from geoloket.files.job import Job
from geoloket.files.source import opened

gdal: Any = pyogrio

_DRIVERS: Final = {"gpkg": "GPKG", "fgb": "FlatGeobuf"}
_BATCH_BYTES: Final = 4 << 20


def write(job: Job) -> None:
    """Write the file whole, with a spatial index.

    A FlatGeobuf has none when something in it has no place: the format cannot index that.
    """
    # Nobody reads the file before it is whole: nothing needs to survive a crash.
    gdal.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "OFF"})
    with opened(job, _BATCH_BYTES) as (batches, gaps):
        options: dict[str, Any] = {"layer_options": _options(job, gaps)}
        if job.place:
            options |= {
                "geometry_name": "geometry",
                "geometry_type": "Unknown" if job.place.type == "Geometry" else job.place.type,
                "crs": f"EPSG:{job.place.epsg}",
            }
        rows = _Counted(batches)
        gdal.write_arrow(
            rows.reader, job.path, layer=job.name, driver=_DRIVERS[job.format], **options
        )
    # GDAL does not look whether each feature was written, where it makes no index of them.
    unsure = options["layer_options"].get("SPATIAL_INDEX") == "NO"
    if unsure and gdal.read_info(job.path, force_feature_count=True)["features"] != rows.count:
        raise OSError(errno.ENOSPC, "No space left on device")


class _Counted:
    """Batches that are passed on, and how many rows they had."""

    def __init__(self, batches: Any) -> None:
        self.count = 0
        self.reader = pyarrow.RecordBatchReader.from_batches(batches.schema, self._pass(batches))

    def _pass(self, batches: Any) -> Iterator[Any]:
        for batch in batches:
            self.count += len(batch)
            yield batch


def _options(job: Job, gaps: bool) -> dict[str, str]:
    if job.format == "gpkg":
        return {"IDENTIFIER": job.title, "DESCRIPTION": job.description, "GEOMETRY_NAME": "geom"}
    indexed = job.place is not None and not gaps
    return {
        "TITLE": job.title,
        "DESCRIPTION": job.description,
        "SPATIAL_INDEX": "YES" if indexed else "NO",
    }
