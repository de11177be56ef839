"""Real deliveries: Leuven's parcels and addresses in every form that they come in, counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fixtures.services import paged, replaying

from geoloket.database import connect
from geoloket.settings import Settings
from processing.importing.importer import run_import
from processing.importing.report import ImportReport


@pytest.fixture
def settings(fresh_dsn: str, tmp_path: Path) -> Settings:
    return Settings.read(home=tmp_path / "home", database={"dsn": fresh_dsn})


def imports(settings: Settings, layer: str, *files: Path, **options: Any) -> ImportReport:
    report = run_import(settings, layer, [str(file) for file in files], **options)
    parts = (report.loaded, report.changed, report.unchanged, report.merged, report.rejected)
    assert report.read == sum(parts), "every row is accounted for"
    return report


def rows(settings: Settings, query: str) -> list[dict[str, Any]]:
    assert settings.database.dsn is not None
    with connect(settings.database.dsn.get_secret_value()) as there:
        return there.execute(query).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_leuven_parcels_and_then_its_shapefile_which_says_the_same(
    settings: Settings, real_data: Path
) -> None:
    report = imports(settings, "parcels", real_data / "leuven-adp" / "adp_leuven.gpkg")
    assert (report.loaded, report.repaired, report.rejected) == (26_741, 2, 0)
    [told] = rows(
        settings,
        "SELECT count(*) AS n, count(*) FILTER (WHERE ST_IsValid(geom)) AS valid, "
        "count(*) FILTER (WHERE input_method LIKE E'%\\n%') AS broken, "
        "count(DISTINCT division) AS divisions FROM geoloket.parcels WHERE nis_code = '24062'",
    )
    assert told == {"n": 26_741, "valid": 26_741, "broken": 0, "divisions": 9}
    again = imports(settings, "parcels", real_data / "leuven-adp" / "shp")
    assert (again.read, again.unchanged, again.written) == (3_678, 3_678, 0)


def test_leuven_addresses(settings: Settings, real_data: Path) -> None:
    files = [real_data / "adressen-crab-2013" / f"{code}.csv" for code in (3000, 3001, 3010)]
    report = imports(settings, "addresses", *files, full=True)
    assert (report.read, report.loaded, report.rejected) == (27_597, 27_596, 1)
    assert report.seconds < 600, "something compares every row with every other"
    assert report.reasons == {"null position": 1}
    [told] = rows(settings, "SELECT count(*) AS n FROM geoloket.addresses WHERE postcode = '3000'")
    assert told == {"n": 11_008}


def test_a_full_list_of_one_postcode_leaves_the_others(settings: Settings, real_data: Path) -> None:
    folder = real_data / "adressen-crab-2013"
    imports(settings, "addresses", folder / "2860.csv", folder / "2861.csv")
    report = imports(settings, "addresses", folder / "2861.csv", full=True)
    assert (report.retired, report.loaded) == (0, 0)


def test_gml_of_the_grb_and_its_differences(settings: Settings, real_data: Path) -> None:
    folder = real_data / "grb-gml-adp"
    assert imports(settings, "parcels", folder / "Adp_Full.gml").loaded == 13
    assert imports(settings, "parcels", folder / "AdpAdd.gml").read == 11
    imports(settings, "parcels", folder / "AdpDel.gml")
    [gone] = rows(
        settings,
        "SELECT count(*) AS n, min(retired_on)::text AS since FROM geoloket.parcels "
        "WHERE retired_on IS NOT NULL",
    )
    assert gone == {"n": 8, "since": "2023-06-02"}
    several = "SELECT count(DISTINCT nis_code) > 3 AS several FROM geoloket.parcels"
    assert rows(settings, several) == [{"several": True}]


def test_answers_of_the_ogc_api_several_at_once(settings: Settings, real_data: Path) -> None:
    folder = real_data / "grb-api-responses"
    names = ("grb_response.geojson", "grb_response3.geojson", "grb_response4.geojson")
    report = imports(settings, "parcels", *(folder / name for name in names))
    assert (report.read, report.rejected) == (245, 0)


def test_yearly_fiscal_parcels_are_rejected(settings: Settings, real_data: Path) -> None:
    report = imports(settings, "parcels", real_data / "grb-api-responses" / "grb_response5.geojson")
    assert (report.loaded, report.reasons) == (0, {"yearly fiscal parcel": 52})


def test_events_of_the_uitdatabank_and_the_gentse_feesten(
    settings: Settings, real_data: Path
) -> None:
    uit = imports(
        settings, "events", real_data / "uitdatabank" / "search-results-leuven.cdbxml.xml"
    )
    assert (uit.loaded, uit.rejected) == (30, 0)
    told = repr(rows(settings, "SELECT * FROM geoloket.events"))
    assert "@vormingplus" not in told
    assert "016/525" not in told
    feesten = imports(settings, "events", real_data / "gentse-feesten-2011" / "events.csv")
    assert feesten.read == 2_040
    assert feesten.loaded + feesten.merged > 1_990


def test_environmental_permits_of_antwerp(settings: Settings, real_data: Path) -> None:
    file = real_data / "antwerpen-milieuvergunningen" / "vergunningen.csv"
    report = imports(settings, "permits", file)
    assert (report.read, report.loaded, report.merged) == (318, 199, 119)


def test_an_address_as_the_register_answers_it(settings: Settings, real_data: Path) -> None:
    report = imports(settings, "addresses", real_data / "adressenregister-api" / "adres.json")
    assert report.loaded == 1
    [told] = rows(settings, "SELECT id, status, full_address, nis_code FROM geoloket.addresses")
    assert told == {
        "id": "900746",
        "status": "current",
        "full_address": "Sint-Jansvest 50, 9000 Gent",
        "nis_code": "44021",
    }


def test_parcels_straight_from_the_service(fresh_dsn: str, tmp_path: Path, real_data: Path) -> None:
    folder = real_data / "grb-api-responses"
    features = json.loads((folder / "grb_response3.geojson").read_text())["features"]
    municipality = json.loads((real_data / "capakey-rest" / "municipality.json").read_text())
    with (
        replaying(paged(features, largest=50), ["cut"]) as grb,
        replaying(lambda path, query: municipality) as capakey,
    ):
        settings = Settings.read(
            home=tmp_path,
            database={"dsn": fresh_dsn},
            services={"grb_url": grb.url, "capakey_url": capakey.url},
        )
        report = run_import(settings, "parcels", ["grb"], nis=["24062"], full=True)
        again = run_import(settings, "parcels", ["grb"], nis=["24062"], full=True)
    assert report.loaded == sum(f["properties"]["NISCODE"] == "24062" for f in features)
    assert (again.unchanged, again.written) == (report.loaded, 0)
    assert not (tmp_path / "downloads" / "grb" / "24062").exists()
    assert capakey.asked["/municipality/24062"] == 2
