"""The tile matrix set WebMercatorQuad (OGC 17-083r4 annex D.1), in which vector tiles are made."""

from __future__ import annotations

from typing import Final

from geoloket.errors import NotFound

ID: Final = "WebMercatorQuad"
URI: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
MAX_ZOOM: Final = 22
"""Deepest level that is answered; 24 are defined by the standard."""

_LEVELS: Final = 24
_ORIGIN: Final = 20037508.342789244
_SCALE: Final = 559082264.0287178
_CELL: Final = 156543.03392804097


def document(title: str) -> dict[str, object]:
    """The definition, as JSON of OGC 17-083r4 §8.1 (level 24 included)."""
    return {
        "id": ID,
        "title": title,
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["E", "N"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": _SCALE / 2**zoom,
                "cellSize": _CELL / 2**zoom,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-_ORIGIN, _ORIGIN],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(_LEVELS + 1)
        ],
    }


def place(matrix: str, row: str, column: str) -> tuple[int, int, int]:
    """Zoom, column (x) and row (y) of a tile; raises NotFound for one that does not exist."""
    if all(part.isascii() and part.isdigit() and len(part) <= 8 for part in (matrix, row, column)):
        zoom, y, x = int(matrix), int(row), int(column)
        if zoom <= MAX_ZOOM and y < 2**zoom and x < 2**zoom:
            return zoom, x, y
    raise NotFound(f"{ID} has no such tile up to level {MAX_ZOOM}.")
