"""One value for "which features, in which order, in which CRS": what every door parses into."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, SkipValidation

from geoloket.declaration import Declaration
from geoloket.filters import Node

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 10_000
MAX_OFFSET: Final = 10_000_000

Encoding = Literal["geojson", "jsonfg", "jsonld"]
"""How a feature is written."""

Box = tuple[float, float, float, float]
"""min x, min y, max x, max y; easting or longitude first, whatever the axis order of the CRS."""


class Query(Declaration):
    """A selection of features of one layer; without ``order`` they come by id."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    bbox: Box | None = None
    bbox_srid: int = 4326
    begin: datetime | None = None
    """Start of the interval of ``datetime``; None is open (OGC 17-069r4 §7.15.4)."""
    end: datetime | None = None
    equals: tuple[tuple[str, str], ...] = ()
    """Queryable and text that its value must equal (OGC 17-069r4 §7.15.5)."""
    filter: SkipValidation[Node] | None = None
    """A CQL2 filter (OGC 21-065r2) whose properties were checked against the layer."""
    filter_srid: int = 4326
    """CRS of the shapes in the filter."""
    words: tuple[str, ...] = ()
    """Texts of which a feature must hold one, in any text that the person sees."""
    order: tuple[tuple[str, bool], ...] = ()
    """Fields to order by and whether downwards; nulls are last, and the id decides."""
    after: tuple[str | None, ...] | None = None
    """Texts of the order's values and the id of the last feature of the page before."""
    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = 0
    """Features to skip, for clients that page by counting; costs more the deeper it goes."""
    properties: tuple[str, ...] | None = None
    """Fields in the answer; None is all that the person sees."""
    srid: int = 4326
    """CRS of the geometries in the answer."""
    swapped: bool = False
    """Whether the answer has northing or latitude first (EPSG:4326)."""
    geometry: bool = True
    """Whether the answer holds geometries."""
    encoding: Encoding = "geojson"

    if TYPE_CHECKING:  # pydantic makes one of what is frozen, which a type checker cannot see

        def __hash__(self) -> int: ...

    @property
    def selection(self) -> Hashable:
        """What decides which features there are on all pages together; None is all of them."""
        parts = (self.bbox, self.begin, self.end, self.equals, self.filter, self.words)
        return (*parts, self.bbox_srid, self.filter_srid) if any(parts) else None

    @property
    def answer(self) -> Query:
        """The same without what selects features: how each of them is written."""
        return Query(
            properties=self.properties,
            srid=self.srid,
            swapped=self.swapped,
            geometry=self.geometry,
            encoding=self.encoding,
        )
