"""The formats of features beside GeoJSON and HTML: one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ogc.negotiation import GEOJSON, HTML, JSONLD, Format

PROFILE: Final = "http://www.opengis.net/def/profile/OGC/0/jsonfg-plus"
"""JSON-FG that also serves readers of GeoJSON (OGC 21-045r1 clause 14)."""

JSONFG: Final = Format(
    "jsonfg",
    # The standard's type is that of GeoJSON; the profile keeps readers of GeoJSON from choosing it.
    f'application/geo+json;profile="{PROFILE}"',
    ("application/vnd.ogc.fg+json", "application/fg+json"),
)
GEOJSONSEQ: Final = Format("geojsonseq", "application/geo+json-seq")
CSV: Final = Format("csv", "text/csv;charset=utf-8;header=present")
GPKG: Final = Format("gpkg", "application/geopackage+sqlite3")
FGB: Final = Format("fgb", "application/flatgeobuf", ("application/vnd.flatgeobuf",))
PARQUET: Final = Format("parquet", "application/vnd.apache.parquet")


@dataclass(frozen=True, slots=True)
class Download:
    """A format that gives the whole selection unless ``limit`` is asked."""

    suffix: str
    whole: bool
    """Whether it is sent when it is ready, rather than as the rows come."""


DOWNLOADS: Final = {
    GEOJSONSEQ: Download("geojsonl", whole=False),
    CSV: Download("csv", whole=False),
    GPKG: Download("gpkg", whole=True),
    FGB: Download("fgb", whole=True),
    PARQUET: Download("parquet", whole=True),
}
PAGES: Final = (GEOJSON, HTML, JSONFG, JSONLD)
"""Formats of one page of features, and of one feature."""
FORMATS: Final = (*PAGES, *DOWNLOADS)
"""Every format of ``items``."""
