"""The invented town as a whole: it fits together, it is lawful, and it looks like its contract."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely

from geoloket.permits import Event, EventCode, PermitFile, PermitStatus, Procedure, state_on
from geoloket.permits.terms import built_in
from geoloket.registry import LayerRegistry
from processing.demo.town import SEED, Town, build

type Table = Any
"""A GeoDataFrame, whose stubs know no columns."""

TODAY = date(2026, 11, 23)
CAPAKEY = re.compile(r"^\d{5}[A-Z]\d{4}/\d{2}[A-Z_0]\d{3}$")
HOUSE_NUMBER = re.compile(r"^[1-9][0-9]{0,3}[A-HK-NPR-TV-Z]?(-[1-9][0-9]{0,3})?$")
BOX_NUMBER = re.compile(r"^(?!^[./]|.*[./]$)(?!.*[./]{2,})[a-zA-Z0-9./]{1,10}$")


@pytest.fixture(scope="module")
def town() -> Town:
    return build(SEED, TODAY)


@pytest.fixture(scope="module")
def parcels(town: Town) -> Table:
    return _table(town, "parcels")


def _table(town: Town, name: str) -> Table:
    return town.layers[name]


def test_every_layer_has_the_columns_that_its_folder_declares(town: Town) -> None:
    registry = LayerRegistry.read()
    with_pictures = {"panoramas", "orthophotos"}  # filled when pictures are taken in
    assert set(town.layers) == set(registry) - with_pictures
    for name in town.layers:
        declared = {"id", "geom", *(field.name for field in registry[name].fields)}
        assert set(_table(town, name).columns) == declared, name


def test_every_layer_has_valid_geometry_on_the_centimetre_and_ids_of_its_own(town: Town) -> None:
    for name in town.layers:
        table = _table(town, name)
        assert table.crs.to_epsg() == 31370
        assert table["id"].is_unique, name
        assert table.geometry.is_valid.all(), name
        assert not table.geometry.is_empty.any(), name
        coordinates = shapely.get_coordinates(table.geometry.values)
        assert np.abs(coordinates * 100 - np.round(coordinates * 100)).max() < 1e-4, name


def test_the_town_has_the_size_it_is_meant_to_have(town: Town) -> None:
    sizes = {name: len(table) for name, table in town.layers.items()}
    assert 5_500 <= sizes["parcels"] <= 7_000
    assert 4_500 <= sizes["addresses"] <= 5_500
    assert 3_800 <= sizes["buildings"] <= 5_000
    assert sizes["permits"] == 700
    assert sizes["events"] == 60
    assert sizes["occupations"] > 60
    assert sizes["housing_inspections"] == 300


def test_parcels_share_their_edges_without_gap_or_overlap(parcels: Table) -> None:
    assert shapely.coverage_is_valid(shapely.get_parts(parcels.geometry.values))
    assert parcels.geometry.area.min() > 20
    slivers = parcels.geometry.buffer(-0.8).is_empty
    assert slivers.mean() < 0.002


def test_parcels_have_keys_by_the_grammar_and_areas_of_their_geometry(
    parcels: Table,
) -> None:
    assert parcels["capakey"].map(CAPAKEY.match).all()
    assert (parcels["capakey"].str.replace("/", "-") == parcels["id"]).all()
    assert (parcels["area_m2"] - parcels.geometry.area).abs().max() < 0.02
    forms = parcels["capakey"].str[11:]
    assert (forms.str[2] == "_").any(), "some without an exponent"
    assert (forms.str[:2] != "00").any(), "some with a bis number"
    assert (forms.str[3:] != "000").any(), "some with a power"
    assert set(parcels["division"]) == {"99001", "99002", "99003"}


def test_no_parcel_and_no_house_lies_on_a_carriageway(town: Town, parcels: Table) -> None:
    roads = _table(town, "roads")
    paved = shapely.union_all(roads.geometry[roads["kind"] != "rail"].values)
    shapely.prepare(paved)
    for table in (parcels, _table(town, "buildings")):
        met = table.geometry[shapely.intersects(paved, table.geometry.values)]
        assert shapely.area(shapely.intersection(met.values, paved)).sum() < 1


def test_houses_stand_on_one_parcel_each(town: Town, parcels: Table) -> None:
    houses = _table(town, "buildings")
    tree = shapely.STRtree(parcels.geometry.values)
    middles = shapely.point_on_surface(houses.geometry.values)
    house, parcel = tree.query(middles, predicate="within")
    assert len(house) == len(houses)
    outside = shapely.difference(
        houses.geometry.values[house], parcels.geometry.values[parcel].astype(object)
    )
    assert shapely.area(outside).max() < 0.5


def test_addresses_are_written_by_the_rules_of_the_register(town: Town) -> None:
    addresses = _table(town, "addresses")
    assert addresses["house_number"].map(HOUSE_NUMBER.match).all()
    assert addresses["box_number"].dropna().map(BOX_NUMBER.match).all()
    assert addresses["full_address"].is_unique
    names = set(addresses["street_name"])
    assert {"'s-Gravenlaan", "Sint-Jansstraat", "Onze-Lieve-Vrouwestraat", "11-Julistraat"} <= names
    assert addresses["house_number"].str.contains(r"\d[A-Z]").any()
    assert addresses["house_number"].str.contains("-").any()
    assert addresses["box_number"].notna().sum() > 500


def test_streets_of_one_name_are_told_apart(town: Town) -> None:
    streets = _table(town, "streets")
    twins = streets[streets.duplicated("name", keep=False)]
    assert len(twins) >= 4
    assert twins["homonym"].notna().all()
    assert not twins.duplicated(["name", "homonym"]).any()


def test_even_numbers_of_kerkstraat_climb_along_one_side(town: Town) -> None:
    addresses = _table(town, "addresses")
    axis = _table(town, "streets").set_index("name").geometry["Kerkstraat"].geoms[0]
    here = addresses[
        (addresses["street_name"] == "Kerkstraat")
        & (addresses["postcode"] == "9999")
        & addresses["box_number"].isna()
    ]
    sides = dict(tuple(here.groupby(here["house_number"].str.extract(r"(\d+)")[0].astype(int) % 2)))
    left = shapely.offset_curve(axis, 8)
    distances = {parity: side.geometry.distance(left).mean() for parity, side in sides.items()}
    assert distances[0] + 8 < distances[1], "even on the left"
    for side in sides.values():
        numbers = side["house_number"].str.extract(r"(\d+)")[0].astype(int)
        along = [axis.project(point) for point in side.geometry]
        assert (numbers.iloc[np.argsort(along)].diff().dropna() > 0).all()


def test_kerkstraat_12_is_the_parcel_that_the_manual_shows(town: Town, parcels: Table) -> None:
    addresses = _table(town, "addresses").set_index("full_address")
    door = addresses.geometry["Kerkstraat 12, 9999 Zandwijk"]
    parcel = parcels[parcels.geometry.contains(door)].iloc[0]
    assert (parcel["capakey"], parcel["parcel_label"]) == ("99001A0123/00B000", "A 123 B")
    assert door.distance(shapely.Point(70104, 211763)) < 40
    permits = _table(town, "permits")
    files = permits[permits["capakeys"] == "99001A0123/00B000"].set_index("title")
    states = {title: _status(town, row.to_dict()) for title, row in files.iterrows()}
    assert states["Verbouwen van een eengezinswoning"] is PermitStatus.PUBLIC_INQUIRY
    assert states["Plaatsen van een tuinberging"] is PermitStatus.COMPLETED
    assert states["Omvormen tot twee woongelegenheden"] is PermitStatus.REFUSED


def _status(town: Town, permit: dict[str, object]) -> PermitStatus:
    events = [
        Event(EventCode(row["code"]), row["happened_on"], row["source"], row["extension_days"])
        for row in town.permit_events
        if row["permit_id"] == permit["id"]
    ]
    file = PermitFile(
        Procedure(str(permit["procedure"])),
        frozenset(str(permit["project_types"]).split(",")),
        str(permit["authority"]),
    )
    return state_on(file, events, TODAY, built_in()).status


def test_every_status_of_the_law_occurs_and_no_history_is_unlawful(town: Town) -> None:
    permits = _table(town, "permits").to_dict("records")
    found = Counter(_status(town, permit) for permit in permits)
    assert set(found) == set(PermitStatus) - {PermitStatus.UNKNOWN}
    assert found[PermitStatus.PUBLIC_INQUIRY] >= 10


def test_permits_lie_on_the_parcels_that_they_name(town: Town, parcels: Table) -> None:
    ground = parcels.set_index("capakey").geometry
    for permit in _table(town, "permits").itertuples():
        named = shapely.union_all(ground[str(permit.capakeys).split(",")].values)
        assert named.symmetric_difference(permit.geom).area < 0.1
        assert re.fullmatch(r"OMV_\d{10}|201[4-7]-\d{3}", str(permit.id))


def test_permit_numbers_climb_with_the_day_of_submission(town: Town) -> None:
    permits = _table(town, "permits")
    numbered = permits[permits["id"].str.startswith("OMV_")].sort_values("id")
    assert numbered["submitted_on"].is_monotonic_increasing
    assert (numbered["id"].str[4:8] == numbered["submitted_on"].astype(str).str[:4]).all()


def test_events_have_a_request_in_every_state_and_one_is_going_on(town: Town) -> None:
    events = _table(town, "events")
    assert (events["starts"] < events["ends"]).all()
    assert (events["build_up_from"] <= events["starts"]).all()
    assert (events["teardown_until"] >= events["ends"]).all()
    assert "ongoing" in set(events["request_status"])
    assert {"approved", "completed", "in_advice", "submitted"} <= set(events["request_status"])
    over = [event.request_status for event in events.itertuples() if event.ends.date() < TODAY]
    assert set(over) <= {"completed", "cancelled", "refused"}


def test_the_streets_that_an_event_closes_are_told_when_the_event_is(town: Town) -> None:
    status = dict(
        zip(_table(town, "events")["id"], _table(town, "events")["request_status"], strict=True)
    )
    occupations = _table(town, "occupations")
    of_events = occupations[occupations["event_id"].notna()]
    allowed = {"approved", "approved_with_conditions", "ongoing", "completed"}
    for row in of_events.itertuples():
        assert (status[row.event_id] in allowed) == (row.status in {"planned", "executed"})
    assert {"groundwork", "work", "road_closure", "parking_ban", "diversion"} == set(
        occupations["kind"]
    )


def test_inspections_follow_the_rule_of_defects(town: Town) -> None:
    for case in _table(town, "housing_inspections").to_dict("records"):
        if case["scheme"] == "points":
            assert case["inspected_on"] < date(2021, 1, 1)
        elif case["outcome"]:
            one, two, three = (int(case[f"defects_{i}"]) for i in (1, 2, 3))
            unsuitable = "unsuitable" if two or one >= 7 else "conform"
            assert case["outcome"] == ("uninhabitable" if three else unsuitable)
        if case["certificate_issued_on"]:
            assert case["outcome"] == "conform"
            assert case["certificate_valid_until"].year == case["certificate_issued_on"].year + 10


def test_the_municipality_says_that_it_is_invented(town: Town) -> None:
    assert town.site["name"] == "Zandwijk"
    assert town.site["invented"] is True
    everything = shapely.union_all(_table(town, "parcels").geometry.values)
    boundary = _table(town, "municipalities").geometry.iloc[0]
    assert everything.difference(boundary.buffer(0.02)).area == 0
