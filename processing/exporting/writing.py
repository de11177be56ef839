"""The process ``export-layer``: the desk for whole selections, asked as the person who asks.

Both locks hold as on the web: the layer is narrowed to what this person sees, and the connection
is of their database role. The look is in the audit log before a row is read.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from geoloket import crs, filters
from geoloket.access import AccessPolicy
from geoloket.database import Database
from geoloket.errors import InvalidParameter
from geoloket.exports import Exports, file_job
from geoloket.layer import Layer
from geoloket.process import StoredFile
from geoloket.query import Query
from processing.context import JobContext, Rejected
from processing.exporting.processes import ExportInputs, ExportOutputs
from processing.reach import layer_of

_KINDS: Final = {
    "gpkg": ("gpkg", "application/geopackage+sqlite3"),
    "fgb": ("fgb", "application/flatgeobuf"),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
    "csv": ("csv", "text/csv"),
    "geojsonseq": ("geojsonl", "application/geo+json-seq"),
}
_TEXTS: Final = ("csv", "geojsonseq")


def run(context: JobContext, inputs: ExportInputs) -> ExportOutputs:
    """Write the file. Raises Rejected for a layer or a filter that cannot be used."""
    layer = layer_of(context, inputs.layer)
    try:
        query = _query(layer, inputs)
        suffix, media_type = _KINDS[inputs.format]
        key = f"jobs/{context.job}/{layer.id}.{suffix}"
        context.step("writing")
        with context.storage.write(key) as path:
            asyncio.run(_write(context, layer, query, inputs, path))
            size = path.stat().st_size
    except InvalidParameter as fault:
        raise Rejected(str(fault)) from None
    return ExportOutputs(layer=layer.id, size=size, file=StoredFile(key=key, media_type=media_type))


def _query(layer: Layer, inputs: ExportInputs) -> Query:
    system, degrees = crs.parse(inputs.crs), crs.SUPPORTED[crs.CRS84]
    tree = filters.read_text(inputs.filter, layer, degrees) if inputs.filter else None
    return Query(srid=system.srid, swapped=system.swapped, filter=tree)


async def _write(
    context: JobContext, layer: Layer, query: Query, inputs: ExportInputs, path: Path
) -> None:
    settings = context.settings
    database = Database(context.dsn, size=1)
    await database.open()
    try:
        place = context.folder
        desk = Exports(database, AccessPolicy(), settings.storage_srid, settings.exports, place)
        if inputs.format in _TEXTS:
            tell = desk.spreadsheet if inputs.format == "csv" else desk.sequence
            with path.open("wb") as file:
                async for chunk in tell(layer, query, context.who, None):
                    file.write(chunk)
                    context.report(50, f"{file.tell() >> 20} MB")
            return
        boxes = inputs.format == "parquet"
        errand = await desk.errand(layer, query, context.who, None, boxes=boxes)
    finally:
        await database.close()
    # A worker does this in a process that is its own already, with a limit of memory and time.
    if boxes:
        from geoloket.files.parquet import write  # noqa: PLC0415  # a writer loads what it needs
    else:
        from geoloket.files.vector import write  # noqa: PLC0415
    crs84 = crs.parse(inputs.crs).uri == crs.CRS84
    write(file_job(errand, layer, query, path, inputs.format, crs84))
