"""Abstract tests of OGC API Features Part 2: Coordinate Reference Systems by Reference (18-058r1).

And a matrix: every system, in every place where one can be named, held against PostGIS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, LiteralString

import httpx
import numpy as np
import psycopg
import pytest
import shapely
from fixtures.collections import (
    CRS84,
    EPSG,
    LAYERS,
    SPATIAL,
    Json,
    asked,
    features,
    linked,
    names,
)
from fixtures.openapi import Described
from psycopg import sql
from pyproj import Transformer
from shapely.geometry import shape

from geoloket import crs

STORAGE = f"{EPSG}/31370"
SYSTEMS = list(crs.SUPPORTED)
each_spatial = pytest.mark.parametrize("collection", SPATIAL)
each_system = pytest.mark.parametrize("system", SYSTEMS, ids=lambda uri: uri.rpartition("/")[2])


# --- Discovery --------------------------------------------------------------------------------


@each_spatial
async def test_ats_crs_crs_uri(api: httpx.AsyncClient, collection: str) -> None:
    """Each identifier is a URI of the OGC's register."""
    entry = await asked(api, f"/collections/{collection}")
    for uri in [*entry["crs"], entry["storageCrs"]]:
        assert re.fullmatch(
            r"http://www\.opengis\.net/def/crs/(OGC/1\.3/CRS84|EPSG/0/\d{4,5})", uri
        )


@each_spatial
async def test_ats_crs_default_crs(api: httpx.AsyncClient, collection: str) -> None:
    listed = {one["id"]: one for one in (await asked(api, "/collections"))["collections"]}
    alone = await asked(api, f"/collections/{collection}")
    assert CRS84 in alone["crs"]
    assert CRS84 in listed[collection]["crs"]


@each_spatial
async def test_ats_crs_storage_crs(api: httpx.AsyncClient, collection: str) -> None:
    listed = {one["id"]: one for one in (await asked(api, "/collections"))["collections"]}
    for entry in (await asked(api, f"/collections/{collection}"), listed[collection]):
        assert entry["storageCrs"] == STORAGE
        assert entry["storageCrs"] in entry["crs"]
        assert "storageCrsCoordinateEpoch" not in entry, "none of ours moves with a plate"


# --- Parameters -------------------------------------------------------------------------------


@each_spatial
@each_system
async def test_ats_crs_crs_parameter(
    api: httpx.AsyncClient, described: Described, collection: str, system: str
) -> None:
    """Answered, valid, and said in the header, for pages and for single features."""
    path = f"/collections/{collection}/items"
    page = await api.get(path, params={"crs": system, "limit": "3"})
    answers = [page]
    for feature in page.json()["features"]:
        address = f"{path}/{feature['id'].replace('/', '%2F')}"
        answers.append(await api.get(address, params={"crs": system}))
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-crs"] == f"<{system}>"
        described.check(answer)


@each_spatial
async def test_ats_crs_crs_parameter_default(api: httpx.AsyncClient, collection: str) -> None:
    path = f"/collections/{collection}/items"
    silent, named = await api.get(path), await api.get(path, params={"crs": CRS84})
    assert silent.headers["content-crs"] == named.headers["content-crs"] == f"<{CRS84}>"
    assert silent.json()["features"] == named.json()["features"]


@each_spatial
@pytest.mark.parametrize("parameter", ["crs", "bbox-crs", "filter-crs"])
async def test_ats_crs_crs_parameter_invalid(
    api: httpx.AsyncClient, described: Described, collection: str, parameter: str
) -> None:
    """Also of the parameters that go with it."""
    given = {parameter: f"{EPSG}/32631", "bbox": "3,51,4,52"}
    given |= {"filter": "S_INTERSECTS(geometry, POINT(3 51))"} if "filter" in parameter else {}
    answer = await api.get(f"/collections/{collection}/items", params=given)
    assert answer.status_code == 400
    assert answer.json().get("parameter") == parameter
    described.check(answer)


@each_spatial
@each_system
async def test_ats_crs_crs_transform(api: httpx.AsyncClient, collection: str, system: str) -> None:
    """Turned back by PROJ, the geometries are those of the default system."""
    given = {"limit": "50"}
    plain = await asked(api, f"/collections/{collection}/items", **given)
    other = await asked(api, f"/collections/{collection}/items", **given, crs=system)
    back = turner(system, back=True)
    for one, two in zip(plain["features"], other["features"], strict=True):
        assert one["id"] == two["id"]
        if one["geometry"] is None:
            assert two["geometry"] is None
            continue
        turned = moved(upright(two["geometry"], system), back)
        assert turned.hausdorff_distance(shape(one["geometry"])) < 3e-6


@each_spatial
@each_system
async def test_ats_crs_bbox_crs_parameter(
    api: httpx.AsyncClient, collection: str, system: str
) -> None:
    """The same box, said in each system, finds the same features."""
    margin = 2e-6
    for feature in (await features(api, collection, limit="40"))[::9]:
        if feature["geometry"] is None:
            continue
        point = shape(feature["geometry"]).representative_point()
        box = (point.x - margin, point.y - margin, point.x + margin, point.y + margin)
        turn = turner(system, back=False).transform
        there = (*turn(box[0], box[1]), *turn(box[2], box[3]))
        given = {"bbox": corners(there, system), "bbox-crs": system}
        found = await names(api, collection, **given)
        assert feature["id"] in found
        assert found == await names(api, collection, bbox=corners(box, CRS84))


@each_spatial
async def test_ats_crs_bbox_crs_parameter_default(api: httpx.AsyncClient, collection: str) -> None:
    box = {"bbox": "3.19,51.19,3.23,51.21"}
    named = await names(api, collection, **box, **{"bbox-crs": CRS84})
    assert await names(api, collection, **box) == named


# --- Every system in every place, against PostGIS ---------------------------------------------

TRUE: dict[str, LiteralString] = {
    CRS84: "ST_SetSRID(ST_Transform(geom, 4258), 4326)",
    f"{EPSG}/4326": "ST_SetSRID(ST_Transform(geom, 4258), 4326)",
    f"{EPSG}/3857": "ST_Transform(ST_SetSRID(ST_Transform(geom, 4258), 4326), 3857)",
    f"{EPSG}/31370": "geom",
    f"{EPSG}/3812": "ST_Transform(geom, 3812)",
}
"""Where PostGIS puts a geometry of the table, easting or longitude first."""


@dataclass(frozen=True)
class Truth:
    """A PostGIS that is asked beside the service."""

    dsn: str

    def boxes(self, collection: str, system: str) -> dict[str, tuple[float, ...]]:
        """Min x, min y, max x, max y of each feature that a list holds."""
        rows = self._rows(
            sql.SQL("ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g)"), collection, system
        )
        return {row[0]: tuple(row[1:]) for row in rows}

    def meeting(self, collection: str, system: str, box: tuple[float, ...]) -> set[str]:
        """Ids of what meets a box, and of what has no place."""
        meets = sql.SQL(
            "g IS NULL OR ST_Intersects(g, ST_MakeEnvelope({}, {}, {}, {}, {}))"
        ).format(*map(sql.Literal, box), sql.Literal(crs.SUPPORTED[system].srid))
        return {row[0] for row in self._rows(meets, collection, system) if row[1]}

    def _rows(self, what: sql.Composable, collection: str, system: str) -> list[tuple[Any, ...]]:
        text = sql.SQL(
            "SELECT id, {} FROM (SELECT id, {} AS g FROM {} WHERE retired_on IS NULL) AS placed"
        )
        table = sql.Identifier("geoloket", collection)
        with psycopg.connect(self.dsn) as owner:
            owner.execute("SET ROLE geoloket_reader")
            return owner.execute(text.format(what, sql.SQL(TRUE[system]), table)).fetchall()


@pytest.fixture
def truth(request: pytest.FixtureRequest, api: httpx.AsyncClient) -> Truth:
    """The database behind the service under test."""
    odd = api is request.getfixturevalue("ogc")
    return Truth(request.getfixturevalue("standards_dsn" if odd else "quarter_dsn"))


def room(system: str) -> float:
    """Half of the last digit in an answer, and a little."""
    return 1.1e-7 if "84" in system or "4326" in system else 0.011


@each_spatial
@each_system
async def test_matrix_items_and_item(
    api: httpx.AsyncClient, truth: Truth, collection: str, system: str
) -> None:
    true = truth.boxes(collection, system)
    page = await asked(api, f"/collections/{collection}/items", limit="30", crs=system)
    for feature in page["features"]:
        if feature["geometry"] is None:
            assert true[feature["id"]][0] is None
            continue
        place = upright(feature["geometry"], system).bounds
        assert place == pytest.approx(true[feature["id"]], abs=room(system), rel=0)
    for feature in page["features"][:3]:
        address = f"/collections/{collection}/items/{feature['id'].replace('/', '%2F')}"
        assert (await asked(api, address, crs=system))["geometry"] == feature["geometry"]


@each_spatial
@each_system
@pytest.mark.parametrize("parameter", ["bbox", "filter"])
async def test_matrix_bbox_and_filter(
    api: httpx.AsyncClient, truth: Truth, collection: str, system: str, parameter: str
) -> None:
    """A box around a feature, in the axis order of the system, as a parameter and in CQL2."""
    placed = {name: box for name, box in truth.boxes(collection, system).items() if box[0]}
    for name in sorted(placed)[::20]:
        west, south, east, north = placed[name]
        margin = 20 * room(system)
        box = (west - margin, south - margin, east + margin, north + margin)
        text = corners(box, system)
        if parameter == "bbox":
            given = {"bbox": text, "bbox-crs": system}
            expected = truth.meeting(collection, system, box)
        else:
            given = {"filter": f"S_INTERSECTS(geometry, BBOX({text}))", "filter-crs": system}
            expected = truth.meeting(collection, system, box) & set(placed)
        found = set(await names(api, collection, **given))
        assert found == expected
        assert name in found


@each_spatial
async def test_matrix_next_pages_keep_the_system(api: httpx.AsyncClient, collection: str) -> None:
    for system in SYSTEMS:
        page = await api.get(
            f"/collections/{collection}/items", params={"crs": system, "limit": "1"}
        )
        for link in linked(page.json(), "next"):
            assert (await api.get(link["href"])).headers["content-crs"] == f"<{system}>"


def turner(system: str, *, back: bool) -> Transformer:
    """From longitude and latitude to a system, easting first; or back.

    PROJ's best way from Lambert to WGS 84 is a metre off; the registers take ETRS89 for WGS 84, and
    so do we.
    """
    degrees = "EPSG:4326" if system.endswith(("CRS84", "4326", "3857")) else "EPSG:4258"
    other = "OGC:CRS84" if system == CRS84 else f"EPSG:{system.rpartition('/')[2]}"
    ends = (other, degrees) if back else (degrees, other)
    return Transformer.from_crs(*ends, always_xy=True)


def moved(made: Any, turn: Transformer) -> Any:
    """A geometry with each of its points turned."""

    def each(points: Any) -> Any:
        return np.column_stack(turn.transform(points[:, 0], points[:, 1]))

    return shapely.transform(made, each)


def upright(geometry: Json, system: str) -> Any:
    """A geometry of an answer, with easting or longitude first."""
    made = shape(geometry)
    if not crs.SUPPORTED[system].swapped:
        return made
    return shapely.transform(made, lambda points: points[:, ::-1])


def corners(box: tuple[float, ...], system: str) -> str:
    """A box in the axis order of a system."""
    x1, y1, x2, y2 = box
    ordered = (y1, x1, y2, x2) if crs.SUPPORTED[system].swapped else (x1, y1, x2, y2)
    return ",".join(f"{number:.9f}" for number in ordered)


def test_the_matrix_has_every_system() -> None:
    assert set(TRUE) == set(SYSTEMS)
    assert all(LAYERS[name].geometry for name in SPATIAL)
