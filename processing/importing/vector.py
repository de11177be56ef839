"""Vector files that GDAL reads: GeoPackage, Shapefile, GML, GeoJSON, FlatGeobuf; bare or zipped.

Rows stream as Arrow batches from GDAL, so that memory does not grow with the file. GML 2 of the
``agiv`` namespace and the answers of an OGC API need nothing special: their columns only differ in
case.
"""

# Arrays of Arrow and Shapely carry no element types that a checker could follow.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geoloket.errors import SourceRejected
from processing.importing.source import BATCH_ROWS, GEOMETRY, Unreadable, column_name

SUFFIXES: Final = (".gpkg", ".shp", ".gml", ".geojson", ".json", ".fgb")

DRIVERS: Final = frozenset(
    {"GPKG", "ESRI Shapefile", "GML", "GeoJSON", "GeoJSONSeq", "JSONFG", "ESRIJSON", "FlatGeobuf"}
)
"""What is read. GDAL knows a file by what is in it, whatever its name: a description of data that
lie elsewhere (VRT, WFS) would read other files of this machine, or ask other machines."""

_ERRORS: Final = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, OSError)


@dataclass(slots=True)
class VectorLayer:
    """One layer of a file that GDAL reads."""

    path: str
    """File name, or a GDAL virtual one such as ``/vsizip/delivery.zip/Adp.shp``."""
    layer: str
    label: str
    fields: dict[str, str]
    """Lower-case name of each column to its name in the file."""
    srid: int | None
    total: int | None
    where: str | None = None
    """Condition in OGR SQL on the rows that are read."""
    unreadable: Sequence[Unreadable] = field(default_factory=tuple[Unreadable, ...])

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return self.label

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns in lower case, without the geometry."""
        return tuple(self.fields)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """See Source; raises SourceRejected when the file is cut short or otherwise broken."""
        wanted = [self.fields[name] for name in columns if name in self.fields]
        names = {original: lower for lower, original in self.fields.items()}
        try:
            with warnings.catch_warnings():
                # Old GeoPackage versions and odd dates are read all the same.
                warnings.simplefilter("ignore", RuntimeWarning)
                with pyogrio.open_arrow(
                    self.path,
                    layer=self.layer,
                    columns=wanted,
                    where=self.where,
                    batch_size=BATCH_ROWS,
                    use_pyarrow=True,
                    ARROW_GEOMETRY_ENCODING="WKB",
                ) as (meta, reader):
                    position = meta["geometry_name"] or "wkb_geometry"
                    for batch in reader:
                        yield _renamed(batch, names, position)
        except (*_ERRORS, pa.ArrowException) as error:
            raise SourceRejected(f"{self.label}: {str(error)[:300]}") from None


def _renamed(batch: pa.RecordBatch, names: dict[str, str], position: str) -> pa.RecordBatch:
    new = [GEOMETRY if name == position else names.get(name, name) for name in batch.schema.names]
    return batch.rename_columns(new)


def layers(path: str, label: str) -> list[VectorLayer]:
    """The layers of a file; raises SourceRejected when GDAL cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            names: list[str] = [str(name) for name, _ in pyogrio.list_layers(path)]
            infos: list[dict[str, Any]] = [pyogrio.read_info(path, layer=name) for name in names]
    except _ERRORS as error:
        raise SourceRejected(f"{label}: {str(error)[:300]}") from None
    for driver in {str(info["driver"]) for info in infos} - DRIVERS:
        raise SourceRejected(f"{label}: its format is {driver}, which is not read")
    return [
        VectorLayer(
            path=path,
            layer=name,
            label=label if len(names) == 1 else f"{label} ({name})",
            fields={column_name(str(column)): str(column) for column in info["fields"]},
            srid=srid_of(info["crs"]),
            total=int(info["features"]) if info["features"] >= 0 else None,
        )
        for name, info in zip(names, infos, strict=True)
    ]


def srid_of(crs: str | None) -> int | None:
    """EPSG number of a CRS as GDAL tells it: ``EPSG:31370``, or WKT that is looked up."""
    if not crs:
        return None
    match = re.fullmatch(r"EPSG:(\d+)", crs)
    if match:
        return int(match[1])
    from pyproj import CRS  # noqa: PLC0415 - a third of a second, and seldom needed

    return CRS.from_user_input(crs).to_epsg(min_confidence=60)
