"""Positions of a batch looked over: in the right place, of the right kind, valid or repaired.

This is done here with GEOS on whole arrays, while PostgreSQL is busy taking in the batch before;
in the database the same checks come after the copying and cost the import twice its time. Only
reprojection is left to PostGIS, so that all stored coordinates come from one PROJ.
"""

# Arrays of Arrow and Shapely carry no element types that a checker could follow.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GUARD: Final = (
    (31370, (10_000, 300_000), (15_000, 250_000)),
    (3812, (490_000, 820_000), (515_000, 750_000)),
    (4326, (2.3, 6.5), (49.4, 51.6)),
)
"""EPSG number, range of x and of y: in which of the three systems a Belgian coordinate pair is.

The axes of Lambert 2008 were shifted by some 500 km so that it cannot be taken for Lambert 72. The
same rule as ``geoloket.crs.guess_srid``, for arrays; a test holds the two together.
"""

_KIN: Final = {4258: 4326, 4979: 4326, 11219: 3812}
"""Systems that are as good as a known one: ETRS89 as WGS 84, BEREF2011 as Lambert 2008."""

# Lambert (0, 0) in degrees: where addresses without a position end up.
_NULL_DEGREES: Final = (2.3067, 49.2933)

_KINDS: Final = np.array([
    "Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString",
    "MultiPolygon", "GeometryCollection", "nothing",
])  # fmt: skip
"""Names by GEOS type number; -1, the last, is a missing geometry."""
_POLYGONS: Final = (3, 6)
_AREA_TOLERANCE: Final = 1e-4
"""Part of the area that a repair may change; it may always change a square centimetre."""


class Flaw(NamedTuple):
    """What is to be said of a row: why its position is refused, or that it was repaired."""

    row: int
    """Index within the batch."""
    fault: str | None
    misplaced: bool = False
    """The coordinates are in another system than the source declares."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A batch's positions as they may be copied: WKB in two dimensions and EPSG number, or NULL."""

    wkb: Any
    srid: Any
    flaws: Sequence[Flaw]


def guess(x: Floats, y: Floats) -> NDArray[np.int32]:
    """EPSG number that each Belgian coordinate pair must be in; 0 where it fits none."""
    found = np.zeros(len(x), dtype=np.int32)
    for srid, (west, east), (south, north) in GUARD:
        found[(x >= west) & (x < east) & (y >= south) & (y <= north)] = srid
    return found


def kin(srid: int | None) -> int | None:
    """The known system that a declared one is as good as, or itself."""
    return _KIN.get(srid, srid) if srid else srid


def examine(values: Any, declared: int | None, kind: str) -> Examined:
    """Look over a binary column of WKB; ``kind`` is the geometry type of the layer."""
    wkb: Any = values.to_numpy(zero_copy_only=False)
    shapes: Any = shapely.from_wkb(wkb, on_invalid="ignore")
    present: Flags = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    faults: dict[int, str] = {
        row: "geometry cannot be read" for row in _rows(shapely.is_missing(shapes)) if wkb[row]
    }
    srids, misplaced = _place(shapes, present, declared, faults)
    reshaped = _shape(shapes, present, kind, faults)
    repaired = _repair(shapes, present, faults)
    if faults or reshaped or repaired or not present.all():
        shapes[[*faults, *_rows(~present)]] = None
        values = pa.array(shapely.to_wkb(shapes), pa.binary())
    flaws = [Flaw(row, fault, row in misplaced) for row, fault in faults.items()]
    flaws += [Flaw(row, None) for row in repaired]
    return Examined(values, pa.array(srids, pa.int32()), flaws)


def _rows(flags: Any) -> list[int]:
    """Indexes of the rows that are flagged."""
    return np.nonzero(flags)[0].tolist()


def _place(
    shapes: Any, present: Flags, declared: int | None, faults: dict[int, str]
) -> tuple[NDArray[np.int32], set[int]]:
    """The system of each row, and which rows lie in another than the declared one."""
    west, south, east, north = shapely.bounds(shapes).T
    low, high = guess(west, south), guess(east, north)
    known = kin(declared)
    srids = np.full(len(low), known, dtype=np.int32) if known else low
    odd: Flags = present & ((low != high) | (low != srids) | (srids == 0))
    if known and known not in {srid for srid, _, _ in GUARD}:
        odd = present & ~np.isfinite(west)
    for row in _rows(odd):
        faults[row] = _misplaced((west[row], south[row]), (east[row], north[row]), declared)
    return srids, set(_rows(odd & (low == high) & (low != 0))) if known else set[int]()


def _misplaced(low: tuple[float, float], high: tuple[float, float], declared: int | None) -> str:
    """Why a geometry with these corners (x, y) cannot be where it says."""
    if _is_null(*low, declared) or _is_null(*high, declared):
        return "null position: Lambert 0,0"
    if _guess_one(low[1], low[0]) == 4326:
        return "latitude and longitude are swapped"
    here = _guess_one(*low)
    if here and here == _guess_one(*high):
        return f"position is in EPSG:{here}, not in EPSG:{declared} as the source says"
    return f"position outside Belgium: {low[0]:.4f} {low[1]:.4f}"


def _guess_one(x: float, y: float) -> int:
    return int(guess(np.array([x]), np.array([y]))[0])


def _is_null(x: float, y: float, declared: int | None) -> bool:
    near = abs(x) < 1000 and abs(y) < 1000 and kin(declared) in {31370, 3812}
    degrees = abs(x - _NULL_DEGREES[0]) < 0.01 and abs(y - _NULL_DEGREES[1]) < 0.01
    return near or degrees or (x == 0 and y == 0)


def _shape(shapes: Any, present: Flags, kind: str, faults: dict[int, str]) -> bool:
    """Make two-dimensional, and single where the layer has no Multi type; other kinds are a fault.

    Single polygons for a Multi layer are left as they are: the database wraps them in passing.
    Returns whether any of ``shapes`` was changed.
    """
    tall = _rows(present & shapely.has_z(shapes))
    shapes[tall] = shapely.force_2d(shapes[tall])
    kinds = _KINDS[shapely.get_type_id(shapes)]
    single: list[int] = []
    if kind == "Geometry":
        wrong = kinds == "GeometryCollection"
    elif kind.startswith("Multi"):
        wrong = (kinds != kind) & (kinds != kind.removeprefix("Multi"))
    else:
        alone = shapely.get_num_geometries(shapes) == 1
        single = _rows(present & (kinds == f"Multi{kind}") & alone)
        shapes[single] = shapely.get_geometry(shapes[single], 0)
        wrong = (kinds != kind) & ~((kinds == f"Multi{kind}") & alone)
    for row in _rows(present & wrong):
        faults.setdefault(row, f"{kinds[row]} where {kind} is expected")
    return bool(tall or single)


def _repair(shapes: Any, present: Flags, faults: dict[int, str]) -> list[int]:
    """Make invalid polygons valid where that is certain; returns the rows that were repaired."""
    repaired: list[int] = []
    for row in _rows(present & ~shapely.is_valid(shapes)):
        if row in faults:
            continue
        mended = _mended(shapes[row])
        if mended is None:
            reason = shapely.is_valid_reason(shapes[row])
            faults[row] = f"invalid geometry, no certain repair: {reason}"
        else:
            shapes[row] = mended
            repaired.append(row)
    return repaired


def _mended(shape: Any) -> Any | None:
    """The polygons of the shape made valid; None unless its area stays but for a hair."""
    if shapely.get_type_id(shape) not in _POLYGONS:
        return None
    parts: Any = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    mended: Any = shapely.union_all([p for p in parts if shapely.get_type_id(p) == 3])
    slack = max(1e-4, abs(shape.area) * _AREA_TOLERANCE)
    if mended.is_empty or not mended.is_valid or abs(mended.area - shape.area) > slack:
        return None
    return mended
