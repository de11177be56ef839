"""GeoPackage and FlatGeobuf, written by GDAL from Arrow batches."""

from __future__ import annotations

from typing import Any, Final

import pyogrio

from ogc.files.job import Job
from ogc.files.source import opened

_DRIVERS: Final = {"gpkg": "GPKG", "fgb": "FlatGeobuf"}
_BATCH_BYTES: Final = 4 << 20


def write(job: Job) -> None:
    """Write the file whole, with a spatial index.

    A FlatGeobuf has none when something in it has no place: the format cannot index that.
    """
    # Nobody reads the file before it is whole: nothing needs to survive a crash.
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "OFF"})
    with opened(job, _BATCH_BYTES) as (batches, gaps):
        options: dict[str, Any] = {"layer_options": _options(job, gaps)}
        if job.place:
            options |= {
                "geometry_name": "geometry",
                "geometry_type": "Unknown" if job.place.type == "Geometry" else job.place.type,
                "crs": f"EPSG:{job.place.epsg}",
            }
        pyogrio.write_arrow(
            batches, job.path, layer=job.name, driver=_DRIVERS[job.format], **options
        )


def _options(job: Job, gaps: bool) -> dict[str, str]:
    if job.format == "gpkg":
        return {"IDENTIFIER": job.title, "DESCRIPTION": job.description, "GEOMETRY_NAME": "geom"}
    indexed = job.place is not None and not gaps
    return {
        "TITLE": job.title,
        "DESCRIPTION": job.description,
        "SPATIAL_INDEX": "YES" if indexed else "NO",
    }
