"""``orthophoto-series``: parcels through the years, what they look like and how that changed.

A piece is the parcels of a square of half a kilometre. Its photos are read once per year, and
exactextract works out each parcel's share of every cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import exactextract
import geopandas
import numpy as np
import pandas
import shapely
from exactextract.raster import NumPyRasterSource

from geoloket.process import JSON, Piece, StoredFile
from geoloket.rasters import key_of
from processing.context import JobContext, Rejected
from processing.rasters.change import CELL_M, Plane, changed, ndvi
from processing.rasters.gdal import AVERAGE, open_raster
from processing.rasters.processes import SeriesInputs, SeriesOutputs
from processing.reports.parcels import report

_SQUARE_M: Final = 500
_MOST_CELLS: Final = 4000
Json = dict[str, Any]
_frames: Any = geopandas
_extract: Any = getattr(exactextract, "exact_extract")  # noqa: B009  # so that no type comes with it
_source: Any = NumPyRasterSource


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
        yield Piece(f"{row['x']}-{row['y']}", {"parcels": row["ids"]})


def work(context: JobContext, inputs: SeriesInputs, item: dict[str, JSON]) -> dict[str, JSON]:
    """What is told of the parcels of one square, a row for each parcel and year."""
    parcels = _parcels(context, item["parcels"])
    box = _snapped(parcels.total_bounds)
    found: dict[tuple[str, int], Json] = {}
    pictures: dict[int, Plane] = {}
    seasons: dict[int, str | None] = {}
    for year, files in _years(context, box, inputs.years).items():
        cells, names = _read(context, files, box)
        pictures[year] = cells[:3]
        seasons[year] = files[0]["season"]
        rasters = dict(zip(names, cells, strict=True))
        if "nir" in rasters:
            rasters["ndvi"] = ndvi(rasters["red"], rasters["nir"])
        for name, told in _told(rasters, parcels, box, ["mean", "stdev"]).items():
            found[name, year] = {"parcel": name, "year": year, **told}
    for before, after in _pairs(seasons):
        change = changed(pictures[before], pictures[after])
        planes = {"score": change.usual, "tight": change.tight, "loose": change.loose}
        for name, told in _told(planes, parcels, box, ["mean"]).items():
            score, tight, loose = (told[f"{one}_mean"] for one in ("score", "tight", "loose"))
            if score is not None and tight is not None and loose is not None:
                spread = (loose - tight) / 2
                found[name, after] |= {
                    "since": before,
                    "change": round(score, 4),
                    "uncertainty": round(max(spread, 0.01), 4),
                }
    return {"rows": list(found.values())}


def finish(context: JobContext, inputs: SeriesInputs) -> SeriesOutputs:
    """The same of all squares, as GeoParquet, CSV, a STAC item and a report."""
    rows = [row for one in context.results() if one.result for row in _rows(one.result)]
    if not rows:
        raise Rejected("no parcel could be worked out")
    rows.sort(key=lambda row: (row["parcel"], row["year"]))
    table: Any = pandas.DataFrame(rows)
    parcels = _parcels(context, sorted(set(table["parcel"])))
    shapes = parcels.set_index("parcel").geometry
    frame: Any = _frames.GeoDataFrame(
        table, geometry=[shapes[name] for name in table["parcel"]], crs=parcels.crs
    )
    start = f"jobs/{context.job}"
    with context.storage.write(f"{start}/series.parquet") as path:
        frame.to_parquet(path)
    with context.storage.write(f"{start}/series.csv") as path:
        table.to_csv(path, index=False)
    with context.storage.write(f"{start}/series.html") as path:
        path.write_text(report(rows, dict(shapes)), encoding="utf-8")
    with context.storage.write(f"{start}/item.json") as path:
        path.write_text(json.dumps(_item(context, frame)), encoding="utf-8")
    return SeriesOutputs(
        parcels=len(parcels),
        years=sorted({row["year"] for row in rows}),
        table=StoredFile(key=f"{start}/series.parquet", media_type=_PARQUET),
        csv=StoredFile(key=f"{start}/series.csv", media_type="text/csv"),
        item=StoredFile(key=f"{start}/item.json", media_type="application/geo+json"),
        report=StoredFile(key=f"{start}/series.html", media_type="text/html"),
    )


_PARQUET: Final = "application/vnd.apache.parquet"


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


def _years(context: JobContext, box: list[float], wanted: list[int]) -> dict[int, list[Json]]:
    """Photos of a box by year, the newest of a year first, and only those of its season."""
    with context.connect() as connection:
        rows = connection.execute(
            "SELECT year, season, checksum, bands FROM geoloket.orthophotos "
            "WHERE retired_on IS NULL AND geom && ST_MakeEnvelope(%s, %s, %s, %s, ST_SRID(geom)) "
            "AND (%s OR year = ANY(%s)) ORDER BY year, flown_on DESC, id",
            [*box, not wanted, wanted],
        ).fetchall()
    found: dict[int, list[Json]] = {}
    for row in rows:
        if context.storage.exists(key_of(row["checksum"])):
            files = found.setdefault(row["year"], [])
            if not files or files[0]["season"] == row["season"]:
                files.append(row)
    return found


def _pairs(seasons: dict[int, str | None]) -> Iterator[tuple[int, int]]:
    """Years to compare, each with the last one before it of the same season.

    With leaves and a high sun everything looks changed to who last saw it in winter.
    """
    last: dict[str | None, int] = {}
    for year in sorted(seasons):
        if (season := seasons[year]) in last:
            yield last[season], year
        last[season] = year


def _snapped(bounds: Any) -> list[float]:
    """The box on the grid of cells, with a margin in which a photo may be moved."""
    west, south, east, north = (float(side) for side in bounds)
    low = [float(np.floor(side / CELL_M) - 4) * CELL_M for side in (west, south)]
    high = [float(np.ceil(side / CELL_M) + 4) * CELL_M for side in (east, north)]
    if max(high[0] - low[0], high[1] - low[1]) > _MOST_CELLS * CELL_M:
        raise Rejected("a parcel is wider than two kilometres")
    return [*low, *high]


def _read(context: JobContext, files: list[Json], box: list[float]) -> tuple[Plane, list[str]]:
    """Bands of a year on the grid, NaN where no photo is; of several, the first that is there."""
    names = str(files[0]["bands"]).split(",")
    west, south, east, north = box
    shape = (round((north - south) / CELL_M), round((east - west) / CELL_M))
    cells = np.full((len(names), *shape), np.nan, np.float32)
    for file in files:
        if str(file["bands"]).split(",") != names:
            continue
        with open_raster(context.storage.path(key_of(file["checksum"]))) as photo:
            window = photo.window(*box)
            read = photo.read(
                window=window,
                out_shape=cells.shape,
                boundless=True,
                masked=True,
                resampling=AVERAGE,
            )
        free = np.isnan(cells) & ~np.ma.getmaskarray(read)
        cells[free] = read.data[free]
    if names == ["grey"]:
        return np.repeat(cells, 3, axis=0), ["red", "green", "blue"]
    return cells, names


def _told(
    planes: dict[str, Plane], parcels: Any, box: list[float], ops: list[str]
) -> dict[str, dict[str, float | None]]:
    """Numbers of each parcel over planes, each cell by the share that lies in it."""
    west, south, east, north = box
    srs = parcels.crs.to_wkt()
    sources = [
        _source(plane, west, south, east, north, name=name, srs_wkt=srs)
        for name, plane in planes.items()
    ]
    rows: list[Json] = _extract(
        sources, parcels, ops, include_cols=["parcel"], output="pandas"
    ).to_dict("records")
    named = {one: f"{next(iter(planes))}_{one}" for one in ops} if len(planes) == 1 else {}
    found: dict[str, dict[str, float | None]] = {}
    for row in rows:
        parcel = str(row.pop("parcel"))
        found[parcel] = {
            named.get(name, name): None
            if value is None or np.isnan(value)
            else round(float(value), 4)
            for name, value in row.items()
        }
    return found


def _item(context: JobContext, frame: Any) -> Json:
    """The outcome as a STAC item, beside its files."""
    whole = frame.to_crs(4326).total_bounds.tolist()
    years = sorted({int(year) for year in frame["year"]})
    outline: Any = shapely.Polygon.from_bounds(*whole)
    assets = {
        "table": {"href": "./series.parquet", "type": _PARQUET, "roles": ["data"]},
        "csv": {"href": "./series.csv", "type": "text/csv", "roles": ["data"]},
        "report": {"href": "./series.html", "type": "text/html", "roles": ["overview"]},
    }
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": [],
        "id": f"orthophoto-series-{context.job}",
        "bbox": whole,
        "geometry": shapely.geometry.mapping(outline),
        "properties": {
            "datetime": None,
            "start_datetime": f"{years[0]}-01-01T00:00:00Z",
            "end_datetime": f"{years[-1]}-12-31T23:59:59Z",
        },
        "links": [],
        "assets": assets,
    }
