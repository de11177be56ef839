"""One value for "which features, in which order, in which CRS": what every door parses into."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from geoloket.layer import Declaration

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 10_000

Box = tuple[float, float, float, float]
"""min x, min y, max x, max y; easting or longitude first, whatever the axis order of the CRS."""


class Query(Declaration):
    """A selection of features of one layer, ordered by id."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    bbox: Box | None = None
    bbox_srid: int = 4326
    begin: datetime | None = None
    """Start of the interval of ``datetime``; None is open (OGC 17-069r4 §7.15.4)."""
    end: datetime | None = None
    equals: tuple[tuple[str, str], ...] = ()
    """Field and text that its value must equal (OGC 17-069r4 §7.15.5)."""
    after: str | None = None
    """Id of the last feature of the page before: the next page starts behind it."""
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    """Features to skip, for clients that page by counting; costs more the deeper it goes."""
    srid: int = 4326
    """CRS of the geometries in the answer."""
    swapped: bool = False
    """Whether the answer has northing or latitude first (EPSG:4326)."""
    geometry: bool = True
    """Whether the answer holds geometries."""
    encoding: Literal["geojson", "jsonfg", "jsonld"] = "geojson"
    """How features are written."""
