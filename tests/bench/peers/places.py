"""Where to ask: boxes, ids, filters and tiles that hold parcels, the same on every run."""

from __future__ import annotations

import random
from dataclasses import dataclass

import psycopg
from bench.peers.data import Data

SEED = 3
Tile = tuple[int, int, int]
"""Level, column, row of WebMercatorQuad."""
Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

_HALF_EXTENT = 20037508.342789244


@dataclass(frozen=True)
class Places:
    """What the workloads name."""

    rows: int
    deep: int
    """How many features come before the deep page."""
    boxes: list[Box]
    ids: list[str]
    filters: list[str]
    tiles: dict[int, list[Tile]]


def find(data: Data, *, boxes: int = 8, ids: int = 200, tiles: int = 120) -> Places:
    chance = random.Random(SEED)
    with psycopg.connect(data.admin) as admin:
        admin.execute("SELECT setseed(0.3)")
        row = admin.execute("SELECT count(*) FROM peers.parcels_31370").fetchone()
        rows = int(row[0]) if row else 0
        found = admin.execute(
            "SELECT id FROM peers.parcels_31370 ORDER BY md5(id) LIMIT %s", [ids]
        ).fetchall()
        return Places(
            rows=rows,
            deep=400_000 if rows > 400_010 else rows * 4 // 5 // 10 * 10,
            boxes=_boxes(admin, boxes),
            ids=[str(one[0]) for one in found],
            filters=[f"section = 'F' AND area_m2 > {size}" for size in range(1000, 1400, 100)],
            tiles={z: _tiles(admin, z, tiles, chance) for z in (12, 14, 16)},
        )


def _boxes(admin: psycopg.Connection, wanted: int) -> list[Box]:
    """Boxes of 2 km around parcels, each with more than a page of a thousand."""
    found: list[Box] = []
    for x, y in admin.execute(
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Centroid(geom) AS p FROM peers.parcels_4326 "
        "ORDER BY md5(id) LIMIT 500) AS c"
    ).fetchall():
        box = (round(x - 0.014, 4), round(y - 0.009, 4), round(x + 0.014, 4), round(y + 0.009, 4))
        row = admin.execute(
            "SELECT count(*) FROM peers.parcels_4326 "
            "WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)",
            box,
        ).fetchone()
        if row and row[0] > 1500:
            found.append(box)
        if len(found) == wanted:
            break
    return found


def _tiles(admin: psycopg.Connection, z: int, wanted: int, chance: random.Random) -> list[Tile]:
    """Tiles with parcels in them, in a random order; not those at the edge of the data."""
    size = 2 * _HALF_EXTENT / 2**z
    rows = admin.execute(
        "SELECT x, y, n, max(n) OVER () FROM (SELECT floor((ST_X(p) + %(half)s) / %(size)s)::int, "
        "floor((%(half)s - ST_Y(p)) / %(size)s)::int, count(*) FROM "
        "(SELECT ST_PointOnSurface(geom) AS p FROM peers.parcels_3857) AS c GROUP BY 1, 2) "
        "AS t (x, y, n) ORDER BY x, y",
        {"half": _HALF_EXTENT, "size": size},
    ).fetchall()
    found = [(z, int(x), int(y)) for x, y, n, most in rows if n > most / 10]
    chance.shuffle(found)
    return found[:wanted]
