"""Layer + Query + row rule into one SQL statement: the only package that composes SQL for features.

Identifiers come from declarations through ``sql.Identifier``; values are always parameters.

| module | what |
| --- | --- |
| ``columns`` | tables, geometry columns, ``Statement`` |
| ``selection``, ``filters`` | which rows a query selects; a CQL2 filter among its conditions |
| ``ordering`` | in which order, and where a page starts |
| ``pages`` | a page, one feature, counts, extents |
| ``tiles`` | vector tiles |
| ``overlaps`` | what lies on one parcel |
"""

from geoloket.compose.columns import Statement, answered, geometry_column, table
from geoloket.compose.overlaps import overlaps
from geoloket.compose.pages import count, extent, feature, page, period
from geoloket.compose.tiles import EXTENT, UNTIL, Frame, Part, tile

__all__ = [
    "EXTENT",
    "UNTIL",
    "Frame",
    "Part",
    "Statement",
    "answered",
    "count",
    "extent",
    "feature",
    "geometry_column",
    "overlaps",
    "page",
    "period",
    "table",
    "tile",
]
