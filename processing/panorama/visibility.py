"""The process panorama-visibility: what each picture sees, kept for pages and for series."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.imagery.bearings import convergence
from processing.context import JobContext, Rejected
from processing.panorama.fronts import fronts, straightened
from processing.panorama.processes import VisibilityInputs, VisibilityOutputs
from processing.panorama.records import SQL
from processing.panorama.sights import Fronts, Sights, sights


def run(context: JobContext, inputs: VisibilityInputs) -> VisibilityOutputs:
    """Find all lines of sight of a campaign, or of all, and keep them in place of the former."""
    began, reach = time.perf_counter(), context.settings.imagery.sight_m
    asked: dict[str, Any] = {"campaign": inputs.campaign, "reach": reach}
    with context.connect() as connection:
        looked = connection.execute(SQL["about_to_look"], asked).fetchall()
        pictures = connection.execute(SQL["places"], asked).fetchall()
        if not pictures:
            raise Rejected("campaign: there are no pictures")
        context.report(10, "pictures")
        parcels = connection.execute(SQL["parcels_near"], asked).fetchall()
        buildings = connection.execute(SQL["buildings_near"], asked).fetchall()
        context.report(30, "parcels and buildings")
        areas = straightened(_areas(buildings))
        walls = fronts(_areas(parcels), [row["id"] for row in parcels], areas)
        context.report(60, "fronts")
        places = np.array([(row["x"], row["y"]) for row in pictures], np.float64)
        found = sights(places, walls, areas, reach)
        context.report(80, "lines of sight")
        _keep(connection, context.settings.storage_srid, asked, (pictures, buildings), walls, found)
        with connection.cursor() as cursor:
            cursor.executemany(SQL["keep_sighting"], looked)
    seen = len(np.unique(walls.parcel[found.front].astype(str)))
    return VisibilityOutputs(
        pictures=len(pictures),
        parcels=seen,
        sights=len(found.picture),
        seconds=round(time.perf_counter() - began, 2),
    )


def _areas(rows: list[DictRow]) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb([row["area"] for row in rows]), object)


def _keep(  # noqa: PLR0913, PLR0917
    connection: Connection[DictRow],
    srid: int,
    asked: dict[str, Any],
    rows: tuple[list[DictRow], list[DictRow]],
    walls: Fronts,
    found: Sights,
) -> None:
    pictures, buildings = rows
    connection.execute(SQL["temporary"])
    turned = [convergence(row["lon"], srid) for row in pictures]
    usual = float(np.mean(turned))
    lines = shapely.set_srid(shapely.linestrings(walls.ends), srid)
    facing = np.degrees(np.arctan2(*walls.outward.T)) + usual
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY new_fronts (parcel, number, building, facing_deg, length_m, geom) FROM STDIN"
        ) as copy,
    ):
        written: Any = shapely.to_wkb(lines, hex=True, include_srid=True)
        shapes = [str(one) for one in written]
        lengths: list[float] = walls.length.tolist()
        for place, length in enumerate(lengths):
            building = int(walls.building[place])
            name = str(buildings[building]["id"]) if building >= 0 else None
            number, look = int(walls.number[place]), float(facing[place]) % 360
            row = (str(walls.parcel[place]), number, name, look, length, shapes[place])
            copy.write_row(row)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY new_sights (panorama, parcel, front, bearing_deg, distance_m, fraction, "
            "angle_deg, score) FROM STDIN"
        ) as copy,
    ):
        for place, picture in enumerate(map(int, found.picture)):
            front = int(found.front[place])
            numbers = [found.distance_m, found.fraction, found.angle_deg, found.score]
            copy.write_row(
                (
                    str(pictures[picture]["id"]),
                    str(walls.parcel[front]),
                    int(walls.number[front]),
                    (float(found.bearing_deg[place]) + turned[picture]) % 360,
                    *[float(column[place]) for column in numbers],
                )
            )
    connection.execute(SQL["drop_sights"], asked)
    connection.execute(SQL["drop_fronts"])
    connection.execute(SQL["keep_fronts"])
    connection.execute(SQL["keep_sights"])
