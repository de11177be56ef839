"""The accuracy of coordinate operations, in Python and in PostGIS: each has its own PROJ."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Final

import pyproj
from psycopg import Connection
from psycopg.rows import DictRow
from pyproj.transformer import Transformer, TransformerGroup

from geoloket.main.doctor.finding import Finding, State

# Belgian Lambert 72 and the same place in Lambert 2008, in metres (x, y): the test points of the
# Flemish address register's own conversion. The second is off by 17 cm without the Belgian grid.
KNOWN_POINTS: Final = (
    ((140252.76, 198794.27), (640249.09, 698793.29)),
    ((73862.07, 211634.58), (573857.26, 711625.49)),
)
_WITH_GRID_M: Final = 0.02
_WITHOUT_GRID_M: Final = 0.30

_ADVICE: Final = "; install the grid be_ign_bd72lb72_etrs89lb08.tif for 0.01 m"
_PAIRS: Final = ((31370, 4258, "31370 to 4258 (4326)"), (31370, 3812, "31370 to 3812"))


def python_findings() -> Iterator[Finding]:
    """Which operations pyproj uses for imports, how accurate they say they are, and are."""
    yield Finding(State.OK, "PROJ of Python", pyproj.proj_version_str)
    for source, target, subject in _PAIRS:
        yield _operation(source, target, subject)
    transformer = Transformer.from_crs(31370, 3812, always_xy=True)
    yield _deviation("known points, Python", [transformer.transform(*a) for a, _ in KNOWN_POINTS])


def server_findings(connection: Connection[DictRow]) -> Iterator[Finding]:
    """How accurate PostGIS is; it does not tell which operation it chose."""
    points: list[tuple[float, float]] = []
    for (x, y), _ in KNOWN_POINTS:
        row = connection.execute(
            "SELECT ST_X(p) AS x, ST_Y(p) AS y "
            "FROM ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 31370), 3812) AS p",
            [x, y],
        ).fetchone()
        points.append((row["x"], row["y"]) if row else (math.nan, math.nan))
    yield _deviation("known points, PostGIS", points)


def _operation(source: int, target: int, subject: str) -> Finding:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a grid is missing is what we are here to tell
        group = TransformerGroup(source, target, always_xy=True)
    used = group.transformers[0]
    name = used.description.removesuffix(" (with axis order normalized for visualization)")
    fact = f"{name}, {used.accuracy} m"
    if group.best_available:
        return Finding(State.OK, subject, fact)
    return Finding(State.WARN, subject, fact + _ADVICE)


def _deviation(subject: str, found: list[tuple[float, float]]) -> Finding:
    worst = max(math.dist(a, b) for a, (_, b) in zip(found, KNOWN_POINTS, strict=True))
    fact = f"31370 to 3812 within {worst:.2f} m"
    if worst <= _WITH_GRID_M:
        return Finding(State.OK, subject, f"{fact} (with the Belgian grid)")
    state = State.WARN if worst <= _WITHOUT_GRID_M else State.WRONG
    return Finding(state, subject, f"{fact} (without the Belgian grid)")
