"""The tile matrix sets in which vector tiles are made (OGC 17-083r4).

WebMercatorQuad and WorldCRS84Quad are those of annex D. BPL72VL is the grid of Digitaal
Vlaanderen's own tiles in Lambert 72, so that ours lie on theirs. For Lambert 2008 we define one
alike: square, around Flanders, with a corner that is round and cells of powers of two in metres.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyproj import Transformer

from geoloket.compose import Frame
from geoloket.crs import CRS84
from geoloket.errors import NotFound
from geoloket.query import Box

_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0"
_REGISTERED: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0"
_WKSS: Final = "http://www.opengis.net/def/wkss/OGC/1.0"
_PIXEL_M: Final = 0.00028
"""Size of a pixel that scale denominators are told for (OGC 17-083r4 §6.1.1.2)."""
_DEGREE_M: Final = 6378137.0 * math.pi / 180
_MERCATOR: Final = 20037508.342789244


@dataclass(frozen=True)
class Scheme:
    """A tile matrix set whose levels each halve the cells of the one above."""

    id: str
    crs: str
    srid: int
    axes: tuple[str, str]
    origin: tuple[float, float]
    """Top left corner: easting or longitude first, as in ``axes``."""
    side: float
    """Width and height of a tile of level 0, in units of the CRS."""
    columns: int
    """Columns of level 0; it has one row."""
    deepest: int
    """Last level that is answered."""
    nearest: float
    """Level of WebMercatorQuad whose scale in Flanders level 0 has; a fraction."""
    metres: float = 1.0
    """Metres in a unit of the CRS, at the equator for degrees."""
    levels: int = 0
    """Levels of the definition, where those are more than are answered."""
    wkss: str | None = None
    registered: bool = True

    def uri(self, base: str) -> str:
        """The registered identifier, or the address of our own definition."""
        return f"{_REGISTERED if self.registered else f'{base}/tileMatrixSets'}/{self.id}"

    def place(self, matrix: str, row: str, column: str) -> tuple[int, int, int]:
        """Level, column (x) and row (y) of a tile; raises NotFound for one that does not exist."""
        parts = (matrix, row, column)
        if all(part.isascii() and part.isdigit() and len(part) <= 8 for part in parts):
            level, y, x = int(matrix), int(row), int(column)
            if level <= self.deepest and y < 2**level and x < self.columns * 2**level:
                return level, x, y
        raise NotFound(f"{self.id} has no such tile up to level {self.deepest}.")

    def frame(self, level: int, x: int, y: int) -> Frame:
        """Where a tile lies."""
        side, (west, north) = self.side / 2**level, self.origin
        left, top = west + x * side, north - y * side
        return Frame(self.srid, (left, top - side, left + side, top))

    def zoom(self, level: int) -> int:
        """Level of WebMercatorQuad that decides on what is in tiles of this level."""
        return math.floor(level + self.nearest)

    def first(self, zoom: int) -> int:
        """First level that holds what starts at a zoom of WebMercatorQuad."""
        return min(self.deepest, max(0, math.ceil(zoom - self.nearest)))

    def limits(self, box: Box, first: int) -> list[dict[str, object]]:
        """TileMatrixSetLimits (OGC 17-083r4 §7) of a box in CRS84, from a level on."""
        west, south, east, north = self._turned(box)
        found: list[dict[str, object]] = []
        for level in range(first, self.deepest + 1):
            left, top = self._cell(level, west, north)
            right, bottom = self._cell(level, east, south)
            found.append(
                {
                    "tileMatrix": str(level),
                    "minTileRow": top,
                    "maxTileRow": bottom,
                    "minTileCol": left,
                    "maxTileCol": right,
                }
            )
        return found

    def _cell(self, level: int, x: float, y: float) -> tuple[int, int]:
        side = self.side / 2**level
        column, row = (x - self.origin[0]) // side, (self.origin[1] - y) // side
        last = 2**level - 1
        return (
            int(min(max(column, 0), self.columns * 2**level - 1)),
            int(min(max(row, 0), last)),
        )

    def _turned(self, box: Box) -> Box:
        return box if self.srid == 4326 else self._transformer.transform_bounds(*box)

    @cached_property
    def _transformer(self) -> Transformer:
        return Transformer.from_crs(4326, self.srid, always_xy=True)

    def document(self, title: str, base: str) -> Mapping[str, object]:
        """The definition, as JSON of OGC 17-083r4 §8.1."""
        known: dict[str, object] = {
            "id": self.id,
            "title": title,
            "uri": self.uri(base),
            "crs": self.crs,
            "orderedAxes": list(self.axes),
        }
        known |= {"wellKnownScaleSet": self.wkss} if self.wkss else {}
        levels = range(max(self.levels, self.deepest + 1))
        return known | {"tileMatrices": [self._matrix(level) for level in levels]}

    def _matrix(self, level: int) -> dict[str, object]:
        cell = self.side / 256 / 2**level
        return {
            "id": str(level),
            "scaleDenominator": cell * self.metres / _PIXEL_M,
            "cellSize": cell,
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": list(self.origin),
            "tileWidth": 256,
            "tileHeight": 256,
            "matrixWidth": self.columns * 2**level,
            "matrixHeight": 2**level,
        }


# A cell of level 0 of WebMercatorQuad is 98.5 km on the ground at 51° north.
_GROUND_M: Final = 2 * _MERCATOR / 256 * math.cos(math.radians(51))

WEB_MERCATOR: Final = Scheme(
    id="WebMercatorQuad",
    crs=f"{_EPSG}/3857",
    srid=3857,
    axes=("X", "Y"),
    origin=(-_MERCATOR, _MERCATOR),
    side=2 * _MERCATOR,
    columns=1,
    deepest=22,
    nearest=0,
    levels=25,
    wkss=f"{_WKSS}/GoogleMapsCompatible",
)
_WORLD_CRS84: Final = Scheme(
    id="WorldCRS84Quad",
    crs=CRS84,
    srid=4326,
    axes=("Lon", "Lat"),
    origin=(-180.0, 90.0),
    side=180.0,
    columns=2,
    deepest=21,
    nearest=math.log2(_GROUND_M / (180 / 256 * _DEGREE_M)),
    metres=_DEGREE_M,
    levels=24,
    wkss=f"{_WKSS}/GoogleCRS84Quad",
)


def _lambert(id: str, srid: int, origin: tuple[float, float]) -> Scheme:
    """A square around Flanders, in metres: 256 cells of 1024 m at level 0."""
    return Scheme(
        id=id,
        crs=f"{_EPSG}/{srid}",
        srid=srid,
        axes=("X", "Y"),
        origin=origin,
        side=256 * 1024.0,
        columns=1,
        deepest=15,
        nearest=math.log2(_GROUND_M / 1024),
        registered=False,
    )


SCHEMES: Final[Mapping[str, Scheme]] = {
    scheme.id: scheme
    for scheme in (
        WEB_MERCATOR,
        _WORLD_CRS84,
        _lambert("BPL72VL", 31370, (9928.0, 329072.0)),
        _lambert("Lambert2008", 3812, (500000.0, 800000.0)),
    )
}


def scheme(name: str) -> Scheme:
    """The tile matrix set of that id. Raises NotFound."""
    found = SCHEMES.get(name)
    if found is None:
        raise NotFound(f"There is no tile matrix set {name[:100]!r}.")
    return found
