"""``export-layer``, as it is declared: light to import."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, Field

from geoloket.process import Process, StoredFile, dutch
from processing.importing.processes import LAYER_ID

Format = Literal["gpkg", "fgb", "parquet", "csv", "geojsonseq"]


class ExportInputs(BaseModel):
    """Which features, in which format and coordinate system."""

    layer: str = Field(
        title="Layer",
        description="Its id; one that you may see.",
        pattern=LAYER_ID,
        json_schema_extra=dutch("Laag", "Een laag die je mag zien.") | {"choices": "layers"},
    )
    format: Format = Field(
        default="gpkg",
        title="Format",
        description="GeoPackage, FlatGeobuf, GeoParquet, CSV or a GeoJSON text sequence.",
        json_schema_extra=dutch(
            "Formaat", "GeoPackage, FlatGeobuf, GeoParquet, CSV of GeoJSON per regel."
        ),
    )
    filter: str | None = Field(
        default=None,
        title="Filter",
        description="A CQL2 expression over what the layer can be filtered on; none: everything.",
        max_length=5000,
        json_schema_extra=dutch(
            "Filter", "Een CQL2-uitdrukking, bijvoorbeeld status = 'granted'. Leeg is alles."
        ),
    )
    crs: Literal["CRS84", "EPSG:4326", "EPSG:3857", "EPSG:31370", "EPSG:3812"] = Field(
        default="CRS84",
        title="Coordinate system",
        description="Of the coordinates in the file.",
        json_schema_extra=dutch(
            "Coördinatenstelsel", "EPSG:31370 is Lambert 72, EPSG:3812 is Lambert 2008."
        ),
    )


class ExportOutputs(BaseModel):
    """The file, and of what it is."""

    layer: str = Field(title="Layer", json_schema_extra=dutch("Laag"))
    size: int = Field(title="Bytes", json_schema_extra=dutch("Bytes"))
    file: StoredFile = Field(title="File", json_schema_extra=dutch("Bestand"))


EXPORT_LAYER: Final = Process(
    id="export-layer",
    title={"nl": "Een laag als bestand", "en": "A layer as a file"},
    description={
        "nl": "Maakt een bestand van een laag of van een selectie eruit. Er staat in wat je zelf "
        "mag zien, en alleen jij kan het ophalen. Wie wat ophaalt, staat in het logboek.",
        "en": "Makes a file of a layer, or of a selection of it. It holds what you may see "
        "yourself, and you alone can fetch it. Who exports what is noted.",
    },
    inputs=ExportInputs,
    outputs=ExportOutputs,
    as_person=True,
    timeout_s=2 * 3600,
    run="processing.exporting.writing:run",
)
