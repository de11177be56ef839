"""Features in every format: the same ones as in GeoJSON, and nothing that a visitor may not see."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import numpy
import pyarrow.parquet
import pyogrio
import pyogrio.raw
import pytest
import shapely
from fixtures.standards import CANARY, ODD, PARCELS, parcel_id

Rows = dict[str, dict[str, Any]]
"""Id to properties, with the geometry under ``geometry`` (shapely, or None)."""

LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/31370"
TYPES = {
    "geojsonseq": "application/geo+json-seq",
    "csv": "text/csv;charset=utf-8;header=present",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/flatgeobuf",
    "parquet": "application/vnd.apache.parquet",
}
PAGED = ("json", "jsonfg", "jsonld", "html")
SEQUENCE_END = b"\n"


def sequence(body: bytes, _: Path) -> Rows:
    """RFC 8142 §2: record separator, object, line feed."""
    if not body:
        return {}
    assert body.startswith(b"\x1e")
    assert body.endswith(SEQUENCE_END)
    texts = body[1:-1].split(b"\n\x1e")
    return features([json.loads(text) for text in texts])


def features(found: list[dict[str, Any]]) -> Rows:
    return {
        one["id"]: one["properties"]
        | {
            "geometry": shapely.from_geojson(json.dumps(one["geometry"]))
            if one["geometry"]
            else None
        }
        for one in found
    }


def spreadsheet(body: bytes, _: Path) -> Rows:
    """RFC 4180: a header, CRLF, quotes doubled."""
    text = body.decode()
    assert text.count("\r\n") == text.count("\n")
    found: Rows = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        place = row.pop("WKT", None)
        geometry = shapely.from_wkt(place) if place else None
        found[row["id"]] = {name: value or None for name, value in row.items() if name != "id"}
        found[row["id"]]["geometry"] = geometry
    return found


def vector(body: bytes, file: Path) -> Rows:
    file.write_bytes(body)
    meta, _, places, columns = pyogrio.raw.read(file, datetime_as_string=True)
    names = [*meta["fields"], "geometry"]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, places, strict=True)]
    return records(rows, "geometry")


def parquet(body: bytes, file: Path) -> Rows:
    file.write_bytes(body)
    rows = pyarrow.parquet.read_table(file).drop_columns(["bbox"]).to_pylist()
    return records(rows, "geometry")


def records(rows: list[dict[str, Any]], place: str) -> Rows:
    found: Rows = {}
    for row in rows:
        wkb = row.pop(place)
        plain = {name: plainly(value) for name, value in row.items() if name != "id"}
        found[row["id"]] = plain | {"geometry": shapely.from_wkb(wkb) if wkb else None}
    return found


def plainly(value: Any) -> Any:
    """As JSON has it; numpy's dates and missing numbers as well."""
    if isinstance(value, numpy.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, str) and MOMENT.fullmatch(value):
        # FlatGeobuf has no type for a day: GDAL writes its midnight, without a zone.
        value = value.removesuffix("T00:00:00").replace("Z", "+00:00")
    return value.isoformat() if isinstance(value, date) else value


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")


READERS: dict[str, Callable[[bytes, Path], Rows]] = {
    "geojsonseq": sequence,
    "csv": spreadsheet,
    "gpkg": vector,
    "fgb": vector,
    "parquet": parquet,
}


async def wanted(ogc: httpx.AsyncClient, layer: str, **given: str) -> Rows:
    """What the GeoJSON lane says."""
    asked = {"limit": "10000"} | given
    answer = await ogc.get(f"/collections/{layer}/items", params=asked)
    assert answer.status_code == 200, answer.text
    return features(answer.json()["features"])


async def got(
    ogc: httpx.AsyncClient, folder: Path, layer: str, name: str, **given: str
) -> tuple[Rows, httpx.Response]:
    answer = await ogc.get(f"/collections/{layer}/items", params={"f": name, **given})
    assert answer.status_code == 200, answer.text
    return READERS[name](answer.content, folder / f"out.{name}"), answer


def assert_same(found: Rows, known: Rows, name: str) -> None:
    assert set(found) == set(known)
    for key, row in known.items():
        ours = found[key]
        place, other = ours.pop("geometry"), row["geometry"]
        assert (place is None) == (other is None)
        if place is not None:
            # GeoJSON and CSV are rounded (to 1 cm, or 7 digits), files are not.
            assert shapely.hausdorff_distance(place, other) < 0.01
        values = {k: v for k, v in row.items() if k != "geometry"}
        if name == "csv":
            values = {k: None if v in (None, "") else as_text(v) for k, v in values.items()}
        assert ours == values


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("layer", ["parcels", "events"])
async def test_the_whole_is_what_geojson_says(
    ogc: httpx.AsyncClient, tmp_path: Path, layer: str, name: str
) -> None:
    found, answer = await got(ogc, tmp_path, layer, name)
    assert answer.headers["content-type"] == TYPES[name]
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{layer}.')
    assert answer.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert_same(found, await wanted(ogc, layer), name)


@pytest.mark.parametrize("name", TYPES)
async def test_in_lambert(ogc: httpx.AsyncClient, tmp_path: Path, name: str) -> None:
    found, answer = await got(ogc, tmp_path, "parcels", name, crs=LAMBERT)
    assert answer.headers["content-crs"] == f"<{LAMBERT}>"
    assert_same(found, await wanted(ogc, "parcels", crs=LAMBERT), name)
    assert found
    if name in ("gpkg", "fgb"):
        assert pyogrio.read_info(tmp_path / f"out.{name}")["crs"] == "EPSG:31370"


@pytest.mark.parametrize("name", ["gpkg", "fgb", "parquet", "csv"])
async def test_files_have_longitude_first(
    ogc: httpx.AsyncClient, tmp_path: Path, name: str
) -> None:
    """Also in EPSG:4326: that is what these formats prescribe, or their readers expect."""
    given = {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326", "limit": "1"}
    found, _ = await got(ogc, tmp_path, "parcels", name, **given)
    place = found[parcel_id(0)]["geometry"].centroid
    assert (3 < place.x < 4, 51 < place.y < 52) == (True, True)


@pytest.mark.parametrize("name", ["csv", "gpkg"])  # one statement selects for all of them
@pytest.mark.parametrize(
    "given",
    [
        {"limit": "5"},
        {"limit": "5", "offset": "4"},
        {"limit": "20000"},
        {"division": "99001"},
        {"bbox": "3.2,51.2,3.231,51.21"},
        {"datetime": "2020-01-06/2020-01-20"},
        {"bbox": "0,0,1,1"},
    ],
    ids=str,
)
async def test_selections(
    ogc: httpx.AsyncClient, tmp_path: Path, name: str, given: dict[str, str]
) -> None:
    known = await wanted(ogc, "parcels", **given)
    found, _ = await got(ogc, tmp_path, "parcels", name, **given)
    assert_same(found, known, name)
    assert len(known) == 5 if given.get("limit") == "5" else known is not None


@pytest.mark.parametrize("name", [*TYPES, *PAGED])
async def test_what_is_for_staff_leaves_by_no_format(ogc: httpx.AsyncClient, name: str) -> None:
    """No hidden column, row or layer: the one event that is not public has a canary as its name."""
    answer = await ogc.get("/collections/events/items", params={"f": name, "limit": "100"})
    assert answer.status_code == 200
    assert CANARY.encode() not in answer.content
    for hidden in (b"organiser", b"publicity", b"is_public", b"imported_at"):
        assert hidden not in answer.content, hidden
    answer = await ogc.get("/collections/housing_inspections/items", params={"f": name})
    assert answer.status_code == 404


@pytest.mark.parametrize("name", TYPES)
async def test_head_and_unchanged(ogc: httpx.AsyncClient, name: str) -> None:
    """Nothing is made for either."""
    head = await ogc.head("/collections/parcels/items", params={"f": name})
    assert head.status_code == 200
    assert not head.content
    assert head.headers["content-type"] == TYPES[name]
    assert "content-length" not in head.headers
    tag = head.headers["etag"]
    assert tag.startswith("W/")
    again = await ogc.get(
        "/collections/parcels/items", params={"f": name}, headers={"if-none-match": tag}
    )
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize("name", TYPES)
async def test_counting_a_file_is_refused(ogc: httpx.AsyncClient, name: str) -> None:
    given = {"f": name, "resulttype": "hits"}
    answer = await ogc.get("/collections/parcels/items", params=given)
    assert answer.status_code == 400


@pytest.mark.parametrize("name", TYPES)
async def test_by_accept_header(ogc: httpx.AsyncClient, name: str) -> None:
    asked = {"accept": f"{TYPES[name].split(';')[0]}, */*;q=0.1"}
    answer = await ogc.head("/collections/parcels/items", headers=asked)
    assert answer.headers["content-type"] == TYPES[name]


async def test_every_format_is_linked_and_described(ogc: httpx.AsyncClient) -> None:
    page = (await ogc.get("/collections/parcels/items")).json()
    linked = {link["href"].split("f=")[1] for link in page["links"] if link["rel"] == "alternate"}
    assert linked == {*TYPES, *PAGED} - {"json"}
    document = (await ogc.get("/openapi")).json()
    content = document["paths"]["/collections/parcels/items"]["get"]["responses"]["200"]["content"]
    assert set(TYPES.values()) <= set(content)


async def test_geopackage(ogc: httpx.AsyncClient, tmp_path: Path) -> None:
    """OGC 12-128r19: what QGIS looks for, with the title and description of the layer."""
    await got(ogc, tmp_path, "parcels", "gpkg", crs=LAMBERT)
    file = tmp_path / "out.gpkg"
    with sqlite3.connect(file) as db:
        contents = db.execute(
            "SELECT table_name, data_type, identifier, description, srs_id FROM gpkg_contents"
        ).fetchall()
        kinds = {row[1]: row[2] for row in db.execute("PRAGMA table_info(parcels)")}
        indexed = db.execute("SELECT count(*) FROM rtree_parcels_geom").fetchone()
        geometry = db.execute("SELECT geometry_type_name FROM gpkg_geometry_columns").fetchone()
    db.close()
    [(name, kind, title, description, srs)] = contents
    assert (name, kind, title, srs) == ("parcels", "features", "Percelen", 31370)
    assert description.startswith("Kadastrale percelen")
    assert indexed == (PARCELS,)
    assert geometry == ("MULTIPOLYGON",)
    assert (kinds["valid_from"], kinds["version"], kinds["area_m2"]) == ("DATE", "INTEGER", "REAL")


async def test_moments_stay_where_they_are(ogc: httpx.AsyncClient, tmp_path: Path) -> None:
    for name in ("gpkg", "fgb", "parquet"):
        found, _ = await got(ogc, tmp_path, "events", name)
        assert found["e/1"]["starts"] == "2026-05-01T10:00:00+00:00"
        assert found["e3"]["ends"] is None
        assert found["e/1"]["name"] == ODD


async def test_flatgeobuf_has_an_index_unless_something_has_no_place(
    ogc: httpx.AsyncClient, tmp_path: Path
) -> None:
    await got(ogc, tmp_path, "parcels", "fgb")
    info = pyogrio.read_info(tmp_path / "out.fgb")
    assert info["capabilities"]["fast_spatial_filter"]
    assert info["features"] == PARCELS
    await got(ogc, tmp_path, "events", "fgb")
    info = pyogrio.read_info(tmp_path / "out.fgb")
    assert not info["capabilities"]["fast_spatial_filter"]
    assert info["features"] == 2


async def test_geoparquet(ogc: httpx.AsyncClient, tmp_path: Path) -> None:
    """GeoParquet 1.1.0: metadata, CRS as PROJJSON, a box per row."""
    await got(ogc, tmp_path, "parcels", "parquet", crs=LAMBERT)
    file = pyarrow.parquet.ParquetFile(tmp_path / "out.parquet")
    geo = json.loads((file.metadata.metadata or {})[b"geo"])
    column = geo["columns"]["geometry"]
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["MultiPolygon"])
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 31370}
    assert column["covering"]["bbox"] == {
        side: ["bbox", side] for side in ("xmin", "ymin", "xmax", "ymax")
    }
    rows = file.read().to_pylist()
    for row in rows:
        assert tuple(row["bbox"].values()) == shapely.from_wkb(row["geometry"]).bounds
    around = shapely.total_bounds([shapely.from_wkb(row["geometry"]) for row in rows])
    assert column["bbox"] == list(around)
    kinds = {field.name: str(field.type) for field in file.schema_arrow}
    assert (kinds["valid_from"], kinds["version"], kinds["area_m2"]) == (
        "date32[day]",
        "int64",
        "double",
    )
    await got(ogc, tmp_path, "events", "parquet")
    file = pyarrow.parquet.ParquetFile(tmp_path / "out.parquet")
    column = json.loads((file.metadata.metadata or {})[b"geo"])["columns"]["geometry"]
    assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert column["geometry_types"] == []
    boxes = {row["id"]: row["bbox"] for row in file.read().to_pylist()}
    assert boxes["e3"] is None
    assert str(file.schema_arrow.field("starts").type) == "timestamp[us, tz=UTC]"


async def test_csv_columns(ogc: httpx.AsyncClient) -> None:
    """Points are lon and lat, other geometries WKT in the last column."""
    answer = await ogc.get("/collections/addresses/items?f=csv")
    assert answer.text.split("\r\n")[0].endswith(",lon,lat")
    answer = await ogc.get("/collections/addresses/items", params={"f": "csv", "crs": LAMBERT})
    assert answer.text.split("\r\n")[0].endswith(",x,y")
    answer = await ogc.get("/collections/parcels/items?f=csv&skipGeometry=true&limit=1")
    assert "WKT" not in answer.text
