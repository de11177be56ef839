"""Deliveries into the database: counts, repeats, retirement, refusals, and nothing half done."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import pytest
import shapely
from shapely import Polygon, box

from geoloket.database import connect
from geoloket.errors import CommandError, SourceRejected
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing.importer import import_table, run_import
from processing.importing.report import ImportReport
from processing.importing.source import Rows

COLUMNS = ("capakey", "niscode", "canu", "versie", "versdatum", "lblbgninv")


class Office:
    """A Geoloket to import into, and a look at what came of it."""

    def __init__(self, dsn: str, home: Path) -> None:
        self.settings = Settings.read(home=home, database={"dsn": dsn})
        self.home = home
        self.dsn = dsn
        self.connection = connect(dsn, autocommit=True)

    def imports(self, layer: str, *files: Path, **options: Any) -> ImportReport:
        return run_import(self.settings, layer, [str(file) for file in files], **options)

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.connection.execute(query).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]

    def version(self, layer: str) -> int:
        [row] = self.rows(f"SELECT version FROM geoloket.layer_state WHERE layer = '{layer}'")
        return row["version"]


@pytest.fixture
def office(fresh_dsn: str, tmp_path: Path) -> Iterator[Office]:
    made = Office(fresh_dsn, tmp_path / "home")
    yield made
    made.connection.close()


def parcel(number: int, nis: str = "24062", **changes: Any) -> dict[str, Any]:
    x = 171_000 + number * 20
    return {
        "capakey": f"24502A{number:04d}/00A000",
        "niscode": nis,
        "canu": f"{number}A",
        "versie": "1",
        "versdatum": "2023-05-10",
        "lblbgninv": "aanmaak uniek percelenplan\r\n",
        "shape": box(x, 171_000, x + 10, 171_010),
    } | changes


def delivery(file: Path, *parcels: dict[str, Any]) -> Path:
    """A CSV with WKT: what the smallest of tools can write."""
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(name.upper() for name in COLUMNS), "WKT"])
        for row in parcels:
            writer.writerow([*(row[name] for name in COLUMNS), shapely.to_wkt(row["shape"])])
    return file


def test_a_delivery_is_loaded_and_told(office: Office, tmp_path: Path) -> None:
    report = office.imports("parcels", delivery(tmp_path / "adp.csv", parcel(1), parcel(2)))
    assert (report.read, report.loaded, report.rejected) == (2, 2, 0)
    [first, _] = office.rows(
        "SELECT *, ST_AsText(geom_crs84, 5) AS degrees, ST_SRID(geom_3857) AS web "
        "FROM geoloket.parcels ORDER BY id"
    )
    assert first["id"] == "24502A0001-00A000"
    assert (first["division"], first["section"], first["parcel_label"]) == ("24502", "A", "A 1 A")
    assert (first["area_m2"], first["version"], first["input_method"]) == (
        100.0, 1, "aanmaak uniek percelenplan",
    )  # fmt: skip
    assert str(first["version_date"]) == "2023-05-10"
    assert (first["degrees"][:18], first["web"]) == ("MULTIPOLYGON(((4.6", 3857)
    [kept] = office.rows("SELECT report FROM geoloket.imports")
    assert kept["report"]["loaded"] == 2


def test_reprojected_columns_are_what_the_functions_say(office: Office, tmp_path: Path) -> None:
    office.imports("parcels", delivery(tmp_path / "adp.csv", parcel(1)))
    same = (
        "SELECT geom_crs84 = geoloket.to_crs84(geom) AND geom_3857 = geoloket.to_mercator(geom) "
        "AS same FROM geoloket.parcels"
    )
    assert office.rows(same) == [{"same": True}]
    moved = parcel(1, shape=box(180_000, 171_000, 180_010, 171_010))
    assert office.imports("parcels", delivery(tmp_path / "adp.csv", moved)).changed == 1
    assert office.rows(same) == [{"same": True}]


def test_the_same_file_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    file = delivery(tmp_path / "adp.csv", parcel(1), parcel(2))
    office.imports("parcels", file)
    before = office.version("parcels"), office.rows("SELECT ctid, * FROM geoloket.parcels")
    report = office.imports("parcels", file, full=True)
    assert (report.unchanged, report.written) == (2, 0)
    assert (
        office.version("parcels"),
        office.rows("SELECT ctid, * FROM geoloket.parcels"),
    ) == before


def test_only_what_changed_is_written(office: Office, tmp_path: Path) -> None:
    office.imports("parcels", delivery(tmp_path / "1.csv", parcel(1), parcel(2)))
    report = office.imports(
        "parcels", delivery(tmp_path / "2.csv", parcel(1), parcel(2, versie="2"), parcel(3))
    )
    assert (report.loaded, report.changed, report.unchanged) == (1, 1, 1)


def test_a_full_delivery_retires_within_its_municipalities_alone(
    office: Office, tmp_path: Path
) -> None:
    office.imports("parcels", delivery(tmp_path / "1.csv", *map(parcel, (1, 2))))
    office.imports("parcels", delivery(tmp_path / "2.csv", parcel(3, "24038"), parcel(4, "24038")))
    partial = office.imports("parcels", delivery(tmp_path / "3.csv", parcel(1)))
    assert partial.retired == 0
    full = office.imports("parcels", delivery(tmp_path / "3.csv", parcel(1)), full=True)
    assert full.retired == 1
    assert "was it really all" in full.lines()[-1]
    retired = office.rows("SELECT id FROM geoloket.parcels WHERE retired_on = current_date")
    assert retired == [{"id": "24502A0002-00A000"}]
    back = office.imports("parcels", delivery(tmp_path / "1.csv", *map(parcel, (1, 2))))
    assert (back.changed, back.unchanged) == (1, 1)
    assert office.rows("SELECT id FROM geoloket.parcels WHERE retired_on IS NOT NULL") == []


def test_a_rejected_row_keeps_what_we_have_of_it(office: Office, tmp_path: Path) -> None:
    office.imports("parcels", delivery(tmp_path / "1.csv", parcel(1), parcel(2)))
    bad = parcel(2, shape=Polygon([(0, 0), (1, 0), (1, 1)]))
    report = office.imports("parcels", delivery(tmp_path / "2.csv", parcel(1), bad), full=True)
    assert (report.rejected, report.retired, report.reasons) == (1, 0, {"null position": 1})


def test_rejects_are_written_with_their_reason(office: Office, tmp_path: Path) -> None:
    file = delivery(
        tmp_path / "adp.csv",
        parcel(1),
        parcel(2, capakey="24502A2"),
        parcel(3, shape=shapely.Point(171_000, 171_000)),
        parcel(4, niscode="Leuven"),
    )
    report = office.imports("parcels", file)
    assert (report.loaded, report.rejected) == (1, 3)
    assert report.rejects is not None
    assert report.rejects.stat().st_mode & 0o077 == 0
    with report.rejects.open() as stream:
        told = [(row["row"], row["reason"], row["capakey"]) for row in csv.DictReader(stream)]
    assert told == [
        ("2", "invalid capakey: 24502A2", "24502A2"),
        ("3", "Point where MultiPolygon is expected", "24502A0003/00A000"),
        ("4", "invalid NIS code: Leuven", "24502A0004/00A000"),
    ]


@pytest.mark.parametrize(
    "key", ["24502A0001/00A000", "24502A0001-00A000", "24502_A_0001_A_000_00", "24502a0001/00a000"]
)
def test_each_notation_is_the_same_parcel(office: Office, tmp_path: Path, key: str) -> None:
    office.imports("parcels", delivery(tmp_path / "adp.csv", parcel(1, capakey=key)))
    assert office.rows("SELECT capakey FROM geoloket.parcels") == [{"capakey": "24502A0001/00A000"}]


def test_twins_in_one_delivery(office: Office, tmp_path: Path) -> None:
    file = delivery(tmp_path / "adp.csv", parcel(1), parcel(1), parcel(1, versie="7"))
    report = office.imports("parcels", file)
    assert (report.loaded, report.merged, report.rejected) == (1, 1, 1)
    assert report.reasons == {"the id stands twice with other values": 1}
    assert office.rows("SELECT version FROM geoloket.parcels") == [{"version": 1}]


def test_lambert_2008_is_turned_to_the_storage_crs(office: Office, tmp_path: Path) -> None:
    shape = box(671_000, 671_000, 671_010, 671_010)
    office.imports("parcels", delivery(tmp_path / "adp.csv", parcel(1, shape=shape)))
    [row] = office.rows(
        "SELECT ST_X(ST_Centroid(geom)) AS x, ST_SRID(geom) AS srid FROM geoloket.parcels"
    )
    assert row["srid"] == 31370
    assert row["x"] == pytest.approx(171_005, abs=20)


def test_a_wrong_crs_is_refused_as_a_whole(office: Office, tmp_path: Path) -> None:
    file = delivery(tmp_path / "adp.csv", parcel(1), parcel(2))
    with pytest.raises(SourceRejected, match=r"2 of 2 positions .*EPSG:31370, not in EPSG:3812"):
        office.imports("parcels", file, crs="EPSG:3812")
    assert office.rows("SELECT FROM geoloket.parcels") == []
    with pytest.raises(CommandError, match="no EPSG number"):
        office.imports("parcels", file, crs="Lambert")


def test_a_dry_run_tells_and_does_nothing(office: Office, tmp_path: Path) -> None:
    report = office.imports("parcels", delivery(tmp_path / "adp.csv", parcel(1)), dry_run=True)
    assert report.loaded == 1
    assert "dry run" in report.lines()[-1]
    assert office.rows("SELECT FROM geoloket.parcels") == []
    assert office.rows("SELECT FROM geoloket.imports") == []


def test_a_file_cut_short_leaves_the_table_as_it_was(office: Office, tmp_path: Path) -> None:
    office.imports("parcels", delivery(tmp_path / "1.csv", parcel(1)))
    whole = tmp_path / "whole.fgb"
    _flatgeobuf(whole, [parcel(number) for number in range(2, 500)])
    cut = tmp_path / "cut.fgb"
    cut.write_bytes(whole.read_bytes()[:-3000])
    with pytest.raises(SourceRejected):
        office.imports("parcels", cut)
    assert office.rows("SELECT count(*) AS n FROM geoloket.parcels") == [{"n": 1}]
    assert office.imports("parcels", whole).loaded == 498


def _flatgeobuf(file: Path, parcels: list[dict[str, Any]]) -> None:
    table = pa.table(
        {
            **{name: [row[name] for row in parcels] for name in COLUMNS},
            "geom": [shapely.to_wkb(row["shape"]) for row in parcels],
        }
    )
    pyogrio.write_arrow(
        table, file, geometry_name="geom", geometry_type="Polygon", crs="EPSG:31370",
        driver="FlatGeobuf",
    )  # fmt: skip


def test_crab_addresses_have_ids_that_stay(office: Office, tmp_path: Path) -> None:
    text = (
        "PKANCODE,COMMUNE_NL,STREET_NL,HUISNR,LAT,LON\n"
        "3000,Leuven,Café-straat,12-14,50.8709,4.7079\n"
        "3000,Leuven,'s Hertogenlaan,3bis,50.8719,4.7079\n"
        "3000,Leuven,Nergensstraat,1,49.2933351651,2.306689562\n"
    )
    file = tmp_path / "3000.csv"
    file.write_bytes(text.encode("cp1252"))
    report = office.imports("addresses", file)
    assert (report.loaded, report.rejected) == (2, 1)
    rows = office.rows("SELECT id, full_address FROM geoloket.addresses ORDER BY id")
    assert rows == [
        {"id": "crab-3000-cafe-straat-12-14", "full_address": "Café-straat 12-14, 3000 Leuven"},
        {
            "id": "crab-3000-s-hertogenlaan-3bis",
            "full_address": "'s Hertogenlaan 3bis, 3000 Leuven",
        },
    ]
    assert office.rows("SELECT count(*) AS n FROM geoloket.address_numbers") == [{"n": 2}]


def test_permits_without_position_find_their_parcels(office: Office, tmp_path: Path) -> None:
    office.imports("parcels", delivery(tmp_path / "adp.csv", parcel(1), parcel(2)))
    file = tmp_path / "vergunningen.csv"
    file.write_text(
        "dossiernr,voorwerp_van_aanvraag,klasse,naam_inrichting,straat_inrichting,"
        "huisnr_inrichting,postnr_inrichting,gemeente_inrichting,kadastergegevens\n"
        "1,een kapsalon,3,Jan Janssens,Kerkstraat,1,3000,Leuven,24502_A_0001_A_000_00\n"
        "1,een kapsalon,3,Jan Janssens,Kerkstraat,1,3000,Leuven,24502_A_0002_A_000_00\n"
        "2,een garage,2,Piet Pieters,Kerkstraat,2,3000,Leuven,\n"
    )
    report = office.imports("permits", file)
    assert (report.read, report.loaded, report.merged) == (3, 2, 1)
    rows = office.rows(
        "SELECT capakeys, ST_Area(geom) AS area, nis_code FROM geoloket.permits ORDER BY id"
    )
    assert rows == [
        {"capakeys": "24502A0001/00A000, 24502A0002/00A000", "area": 200.0, "nis_code": "24062"},
        {"capakeys": None, "area": None, "nis_code": None},
    ]
    assert "Janssens" not in repr(office.rows("SELECT * FROM geoloket.permits"))


def test_mercator_objects_of_one_project_are_one_permit(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "lu_omv_gd_v2.csv"
    shapes = [shapely.to_wkt(box(x, 171_000, x + 10, 171_010)) for x in (171_000, 171_010)]
    lines = ["projectnummer;aanvrager;Huidige toestand;datum_indiening;WKT"]
    lines += [f"OMV_2023072621;Jan Janssens;Vergund;2023-06-01;{shape}" for shape in shapes]
    lines += [f"12345;Piet;Vergund;2023-06-01;{shapes[0]}"]
    file.write_text("\n".join(lines))
    report = office.imports("permits", file)
    assert (report.loaded, report.merged, report.reasons) == (1, 1, {"invalid project number": 1})
    [permit] = office.rows("SELECT status, applicant, ST_Area(geom) AS area FROM geoloket.permits")
    assert permit == {"status": "granted", "applicant": None, "area": 200.0}
    assert "Janssens" not in (report.rejects.read_text() if report.rejects else "")
    assert "Piet" not in (report.rejects.read_text() if report.rejects else "")


def test_subjects_of_permits_lose_names_in_every_format(office: Office, tmp_path: Path) -> None:
    shape = shapely.to_wkt(box(171_000, 171_000, 171_010, 171_010))
    mercator = tmp_path / "lu_omv_gd_v2.csv"
    mercator.write_text(
        "projectnummer;onderwerp;datum_indiening;WKT\n"
        f"OMV_2023072621;Verbouwen woning Jan Janssens;2023-06-01;{shape}"
    )
    own = tmp_path / "permits.csv"
    own.write_text(
        "id;file_number;title;WKT\n"
        f"OMV_2023072622;OMV_2023072622;Bouwen van een garage voor dhr. Janssens;{shape}"
    )
    assert office.imports("permits", mercator).loaded == 1
    assert office.imports("permits", own).loaded == 1
    titles = office.rows("SELECT title FROM geoloket.permits ORDER BY id")
    assert titles == [{"title": "Verbouwen woning"}, {"title": "Bouwen van een garage"}]
    assert "Janssens" not in repr(office.rows("SELECT * FROM geoloket.permits"))


def test_rows_with_the_layers_own_columns_need_no_mapping(office: Office) -> None:
    layer = LayerRegistry.read()["events"]
    rows = [
        {"id": "a", "name": "Kermis", "starts": "2026-08-14T08:00", "publicity": True,
         "geom": shapely.Point(171_000, 171_000)},
        {"id": "b", "name": "Markt", "starts": "gisteren", "publicity": False,
         "geom": shapely.Point(171_000, 171_000)},
    ]  # fmt: skip
    source = Rows("demo", ("id", "name", "starts", "publicity"), rows, srid=31370)
    with connect(office.dsn) as connection:
        report = import_table(connection, layer, [source], 31370)
        with pytest.raises(SourceRejected):
            import_table(connection, layer, [Rows("nothing", ("id", "name"), [])], 31370)
        connection.rollback()
    assert (report.loaded, report.reasons) == (1, {"starts is no instant": 1})
    assert office.rows("SELECT FROM geoloket.events") == []


def test_an_unknown_layer_and_a_service_of_another_are_refused(
    office: Office, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="no layer 'percelen'"):
        office.imports("percelen", tmp_path)
    with pytest.raises(CommandError, match="not fed by grb"):
        run_import(office.settings, "events", ["grb"], nis=["24062"])
    with pytest.raises(CommandError, match="--nis"):
        run_import(office.settings, "parcels", ["grb"])


@pytest.mark.parametrize(
    ("text", "date", "instant"),
    [
        ("2023-05-10", "2023-05-10", "2023-05-09 22:00:00+00"),
        ("2023-05-10T12:00:00+02:00", "2023-05-10", "2023-05-10 10:00:00+00"),
        ("2023-05-10 12:00", "2023-05-10", "2023-05-10 10:00:00+00"),
        ("2023-05-10 00:00:00.000", "2023-05-10", "2023-05-09 22:00:00+00"),
        ("2024-02-29", "2024-02-29", "2024-02-28 23:00:00+00"),
        ("31/01/2023", "2023-01-31", "2023-01-30 23:00:00+00"),
        ("20230131", "2023-01-31", "2023-01-30 23:00:00+00"),
        ("2023-02-29", None, None),
        ("2023-04-31", None, None),
        ("2023-13-01", None, None),
        ("2023-05-10T25:00", "2023-05-10", None),
        ("gisteren", None, None),
    ],
)
def test_days_and_instants_are_read_or_left(
    office: Office, text: str, date: str | None, instant: str | None
) -> None:
    office.connection.execute("SET timezone TO 'UTC'")
    row = office.connection.execute(
        "SELECT geoloket.import_date(%(text)s)::text AS date, "
        "geoloket.import_instant(%(text)s)::text AS instant",
        {"text": text},
    ).fetchone()
    assert row == {"date": date, "instant": instant}
