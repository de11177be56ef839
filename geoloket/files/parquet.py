"""GeoParquet 1.1: WKB geometries, their CRS as PROJJSON, and a box per row that readers skip by."""

from __future__ import annotations

import json
from typing import Any, Final

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from geoloket.files.job import Job, Place
from geoloket.files.source import opened

pa: Any = pyarrow
pc: Any = pyarrow.compute
pq: Any = pyarrow.parquet

_GEOMETRY: Final = "geometry"
_BOX: Final = "bbox"
_SIDES: Final = ("xmin", "ymin", "xmax", "ymax")
_BATCH_BYTES: Final = 16 << 20  # a batch becomes a row group


def write(job: Job) -> None:
    """Write the file whole, one row group per batch; memory is that of one batch."""
    with opened(job, _BATCH_BYTES) as (batches, _):
        extent = _Extent()
        schema = _schema(batches.schema)
        with pq.ParquetWriter(job.path, schema, compression="zstd") as writer:
            for batch in batches:
                rows = _boxed(batch, schema)
                extent.widen(rows)
                writer.write_batch(rows)
            if job.place:
                geo = json.dumps(_described(job.place, extent))
                writer.add_key_value_metadata({"geo": geo})


def _schema(given: Any) -> Any:
    """The columns as they came, with one of boxes in place of a column per side."""
    fields = [
        pa.field(field.name, field.type) for field in given if not field.name.startswith("bbox_")
    ]
    if any(field.name == _GEOMETRY for field in fields):
        sides = pa.struct([pa.field(side, pa.float64(), nullable=False) for side in _SIDES])
        fields.append(pa.field(_BOX, sides))
    return pa.schema(fields)


def _boxed(batch: Any, schema: Any) -> Any:
    columns: list[Any] = [batch.column(field.name) for field in schema if field.name != _BOX]
    if len(columns) < len(schema):
        sides = [batch.column(f"bbox_{side}") for side in _SIDES]
        columns.append(
            pa.StructArray.from_arrays(
                [pc.fill_null(side, 0.0) for side in sides],
                fields=list(schema.field(_BOX).type),
                mask=pc.is_null(sides[0]),
            )
        )
    return pa.RecordBatch.from_arrays(columns, schema=schema)


class _Extent:
    """The box around every row so far."""

    def __init__(self) -> None:
        self.sides: list[float] | None = None

    def widen(self, rows: Any) -> None:
        """Take in a batch; rows without a geometry do not count."""
        if _BOX not in rows.schema.names or rows.column(_BOX).null_count == len(rows):
            return
        boxes = pc.drop_null(rows.column(_BOX))
        found = [
            (pc.min if side.endswith("min") else pc.max)(pc.struct_field(boxes, side)).as_py()
            for side in _SIDES
        ]
        known = self.sides or found
        picks = (min, min, max, max)
        self.sides = [pick(a, b) for pick, a, b in zip(picks, known, found, strict=True)]


def _described(place: Place, extent: _Extent) -> dict[str, Any]:
    """The ``geo`` metadata (GeoParquet 1.1.0, "Metadata")."""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [] if place.type == "Geometry" else [place.type],
        "crs": _projjson(place),
        "covering": {_BOX: {side: [_BOX, side] for side in _SIDES}},
    }
    if extent.sides is not None:
        column["bbox"] = extent.sides
    return {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}


def _projjson(place: Place) -> dict[str, Any]:
    import pyproj  # noqa: PLC0415  # loads a database, which no other format needs

    name = "OGC:CRS84" if place.crs84 else f"EPSG:{place.epsg}"
    described: Any = pyproj.CRS.from_user_input(name)
    return described.to_json_dict()
