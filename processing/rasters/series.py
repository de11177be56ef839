"""``orthophoto-series``: parcels through the years, what they look like and how that changed.

A piece is the parcels of a square of half a kilometre. Its photos are read once per year, and
exactextract works out each parcel's share of every cell. Its quick-looks lie in a zip beside the
run, so that only one square is in memory however many parcels a run has.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any, Final

import geopandas
import shapely

from geoloket.process import JSON, Piece
from processing.context import JobContext, Rejected
from processing.rasters import outcome, quicklook
from processing.rasters.cells import Box, Cells, Json, pairs, read, shared, snapped, told, years
from processing.rasters.change import LEAST_M2, Change, changed, ndvi
from processing.rasters.processes import SeriesInputs, SeriesOutputs

_SQUARE_M: Final = 500
_SURE: Final = 0.01
"""The least uncertainty: half a cell at the edge of a parcel is nobody's."""
_frames: Any = geopandas
Pair = tuple[int, int]


def plan(context: JobContext, inputs: SeriesInputs) -> Iterator[Piece]:
    """Parcels by square. Raises Rejected when there is nothing to compare."""
    with context.connect() as connection:
        rows = connection.execute(
            "SELECT (floor(ST_X(middle) / %(side)s))::int AS x, "
            "(floor(ST_Y(middle) / %(side)s))::int AS y, array_agg(id ORDER BY id) AS ids "
            "FROM (SELECT p.id, ST_PointOnSurface(p.geom) AS middle FROM geoloket.parcels AS p "
            "WHERE p.retired_on IS NULL AND (%(all)s OR p.id = ANY(%(parcels)s)) "
            "AND EXISTS (SELECT FROM geoloket.orthophotos AS o WHERE ST_Intersects(o.geom, p.geom))"
            ") AS found GROUP BY 1, 2 ORDER BY 1, 2",
            {"side": _SQUARE_M, "all": not inputs.parcels, "parcels": inputs.parcels},
        ).fetchall()
    if not rows:
        raise Rejected("there is no photo of any of these parcels")
    for row in rows:
        square = f"{row['x']}-{row['y']}"
        yield Piece(square, {"parcels": row["ids"], "square": square})


def work(context: JobContext, inputs: SeriesInputs, item: dict[str, JSON]) -> dict[str, JSON]:
    """What is told of the parcels of one square, a row for each parcel and year."""
    parcels = _parcels(context, item["parcels"])
    box = snapped(parcels.total_bounds)
    found: dict[tuple[str, int], Json] = {}
    seen: dict[int, Cells] = {}
    seasons: dict[int, str | None] = {}
    for year, files in years(context, box, inputs.years).items():
        cells = seen[year] = read(context, files, box)
        seasons[year] = files[0]["season"]
        rasters = dict(zip(cells.names, cells.bands, strict=True))
        if "nir" in rasters:
            rasters["ndvi"] = ndvi(rasters["red"], rasters["nir"])
        for name, numbers in told(rasters, parcels, box, ["mean", "stdev"]).items():
            found[name, year] = {"parcel": name, "year": year, **numbers}
    changes: dict[Pair, Change] = {}
    for before, after in pairs(seasons):
        names = shared(seen[before], seen[after])
        change = changed(seen[before].only(names), seen[after].only(names))
        changes[before, after] = change
        for name, row in _scored(change, parcels, box).items():
            found[name, after] |= {"since": before, **row}
    most, corner = _most(found), (box[0], box[3])
    key = outcome.looks_key(context.job, str(item["square"]))
    with context.storage.write(key) as path, zipfile.ZipFile(path, "w") as target:
        for name, shape in zip(parcels["parcel"], parcels.geometry, strict=True):
            if name in most:
                before, after = most[name]
                shown = (seen[before].bands, seen[after].bands, changes[before, after].usual)
                target.writestr(outcome.look_name(name), quicklook.draw(*shown, shape, corner))
                found[name, after]["quicklook"] = outcome.look_name(name)
    return {"rows": list(found.values())}


def finish(context: JobContext, inputs: SeriesInputs) -> SeriesOutputs:
    """The same of all squares, as GeoParquet, CSV, quick-looks, a STAC item and a report."""
    done = [one for one in context.results() if one.result]
    rows = [row for one in done for row in _rows(one.result or {})]
    if not rows:
        raise Rejected("no parcel could be worked out")
    rows.sort(key=lambda row: (row["parcel"], row["year"]))
    parcels = _parcels(context, sorted({row["parcel"] for row in rows}))
    return outcome.keep(context, rows, parcels, [one.key for one in done])


def _scored(change: Change, parcels: Any, box: Box) -> dict[str, Json]:
    """Per parcel its score with its uncertainty, and how many square metres that is."""
    planes = {"score": change.usual, "tight": change.tight, "loose": change.loose}
    areas = dict(zip(parcels["parcel"], parcels.geometry.area, strict=True))
    scored: dict[str, Json] = {}
    for name, numbers in told(planes, parcels, box, ["mean"]).items():
        score, tight, loose = (numbers[f"{one}_mean"] for one in ("score", "tight", "loose"))
        if score is None or tight is None or loose is None:
            continue
        metres = score * areas[name]
        scored[name] = {
            "change": round(score, 4),
            "uncertainty": round(max((loose - tight) / 2, _SURE), 4),
            # The corner of something next door is no change of this parcel.
            "changed_m2": round(metres if metres >= LEAST_M2 / 2 else 0.0, 1),
        }
    return scored


def _most(found: dict[tuple[str, int], Json]) -> dict[str, Pair]:
    """The years between which each parcel changed most; the last ones when it never did."""
    most: dict[str, tuple[float, int, int]] = {}
    for (name, year), row in found.items():
        if "since" in row:
            most[name] = max(most.get(name, (0.0, 0, 0)), (row["change"], year, row["since"]))
    return {name: (since, year) for name, (_, year, since) in most.items()}


def _rows(result: dict[str, JSON]) -> list[Json]:
    rows: Any = result.get("rows", [])
    return rows


def _parcels(context: JobContext, ids: Any) -> Any:
    with context.connect() as connection:
        rows = connection.execute(
            "SELECT id, ST_AsBinary(geom) AS shape, ST_SRID(geom) AS srid FROM geoloket.parcels "
            "WHERE id = ANY(%s) ORDER BY id",
            [ids],
        ).fetchall()
    shapes = shapely.from_wkb([row["shape"] for row in rows])
    return _frames.GeoDataFrame(
        {"parcel": [row["id"] for row in rows]}, geometry=shapes, crs=rows[0]["srid"]
    )
