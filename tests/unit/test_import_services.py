"""The services, replayed by a local server that misbehaves: retries, whole pages, resuming."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fixtures.services import paged, replaying

from geoloket.errors import SourceRejected
from processing.importing.report import Silent
from processing.importing.services.adressenregister import RegisterAddresses
from processing.importing.services.fetching import Fetcher, NotThere
from processing.importing.services.grb import GrbParcels

BOX = {"coordinates": [[[171_000, 171_000], [172_000, 171_000], [172_000, 172_000]]]}


def parcel(number: int, nis: str = "24062") -> dict[str, Any]:
    x, y = 171_000 + number * 10, 171_000
    ring = [[x, y], [x + 8, y], [x + 8, y + 8], [x, y + 8], [x, y]]
    return {
        "type": "Feature",
        "id": f"ADP.{number}",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "CAPAKEY": f"24502A{number:04d}/00A000",
            "NISCODE": nis,
            "LBLBGNINV": "aanmaak uniek percelenplan\r\n",
        },
    }


def place(path: str, query: dict[str, str]) -> Any:
    return {"municipalityCode": "24062", "geometry": {"boundingBox": json.dumps(BOX)}}


@pytest.mark.parametrize("fault", ["429", "500", "cut", "drop", "slow"])
def test_a_fault_is_waited_out(fault: str) -> None:
    waits: list[float] = []
    with (
        replaying(lambda path, query: {"good": True}, [fault, fault]) as server,
        Fetcher(server.url, pause=waits.append, timeout_s=0.3) as fetcher,
    ):
        assert fetcher.document("there") == {"good": True}
    assert server.asked["/there"] == 3
    assert len(waits) == 2
    if fault == "429":
        assert all(wait >= 3 for wait in waits), "Retry-After is a floor"


def test_a_service_that_stays_away_is_given_up() -> None:
    waits: list[float] = []
    with (
        replaying(lambda path, query: {}, ["500"] * 9) as server,
        Fetcher(server.url, pause=waits.append) as fetcher,
        pytest.raises(SourceRejected, match="status 500, 6 times"),
    ):
        fetcher.document("there")
    assert waits == sorted(waits)
    assert sum(waits) > 20


def test_a_wrong_question_is_asked_once() -> None:
    with (
        replaying(lambda path, query: None) as server,
        Fetcher(server.url, pause=lambda seconds: None) as fetcher,
        pytest.raises(NotThere),
    ):
        fetcher.document("nowhere")
    assert server.asked["/nowhere"] == 1


def fetched(folder: Path, url: str, capakey: str, page: int = 3) -> list[str | None]:
    with (
        Fetcher(url, pause=lambda seconds: None) as features,
        Fetcher(capakey, pause=lambda seconds: None) as places,
    ):
        sources = GrbParcels(features, places, folder, page).fetch(["24062"], Silent())
    return [
        key
        for source in sources
        for batch in source.batches(["capakey"])
        for key in batch.column("capakey").to_pylist()
    ]


@pytest.mark.parametrize("largest", [10_000, 2])
def test_pages_are_followed_to_the_last_and_neighbours_left_out(
    tmp_path: Path, largest: int
) -> None:
    features = [parcel(number, "24062" if number != 4 else "24038") for number in range(1, 8)]
    faults = ["cut", "429"]
    with replaying(paged(features, largest), faults) as grb, replaying(place) as capakey:
        keys = fetched(tmp_path, grb.url, capakey.url)
    assert keys == [f"24502A{number:04d}/00A000" for number in (1, 2, 3, 5, 6, 7)]
    asked = grb.queries[-1]
    assert asked["bbox"] == "171000.00,171000.00,172000.00,172000.00"
    assert asked["bbox-crs"] == asked["crs"] == "EPSG:31370"


def test_a_stopped_download_goes_on_where_it_was(tmp_path: Path) -> None:
    features = [parcel(number) for number in range(1, 8)]
    answer = paged(features)

    def breaks(path: str, query: dict[str, str]) -> Any:
        return None if query["startIndex"] == "6" else answer(path, query)

    with replaying(place) as capakey:
        with replaying(breaks) as grb, pytest.raises(SourceRejected):
            fetched(tmp_path, grb.url, capakey.url)
        with replaying(answer) as grb:
            assert len(fetched(tmp_path, grb.url, capakey.url)) == 7
    assert [query["startIndex"] for query in grb.queries] == ["6"]


def address(number: int, version: str = "2020-01-01T00:00:00+01:00") -> dict[str, Any]:
    gml = (
        '<gml:Point srsName="https://www.opengis.net/def/crs/EPSG/0/31370">'
        f"<gml:pos>{105000 + number}.5 193542.1</gml:pos></gml:Point>"
    )
    name = {"geografischeNaam": {"spelling": "Kerkstraat", "taal": "nl"}}
    return {
        "identificator": {"objectId": str(number), "versieId": version},
        "gemeente": {"objectId": "44021", "gemeentenaam": name},
        "postinfo": {"objectId": "9000"},
        "straatnaam": {"objectId": "1", "straatnaam": name},
        "huisnummer": str(number),
        "adresPositie": {"geometrie": {"type": "Point", "gml": gml}},
        "adresStatus": "inGebruik",
        "officieelToegekend": True,
    }


def register(addresses: dict[int, dict[str, Any]], gone: int = 0) -> Any:
    def answer(path: str, query: dict[str, str]) -> Any:
        if path == "/v2/adressen":
            offset, limit = int(query["offset"]), int(query["limit"])
            held = list(addresses.values())[offset : offset + limit]
            more = {"volgende": "elsewhere"} if offset + limit < len(addresses) else {}
            return {"adressen": [{"identificator": a["identificator"]} for a in held], **more}
        number = int(path.rsplit("/", 1)[1])
        return None if number == gone else addresses[number]

    return answer


def addresses_of(folder: Path, url: str) -> list[str | None]:
    with Fetcher(url, pause=lambda seconds: None) as fetcher:
        [source] = RegisterAddresses(fetcher, folder, page=2).fetch(["44021"], Silent())
    assert source.srid == 31370
    batches = source.batches(["adresid"])
    return [number for batch in batches for number in batch.column("adresid").to_pylist()]


def test_addresses_are_listed_then_asked_one_by_one_and_only_once(tmp_path: Path) -> None:
    held = {number: address(number) for number in range(1, 6)}
    with replaying(register(held), ["500", "slow", "cut"]) as server:
        assert addresses_of(tmp_path, server.url) == ["1", "2", "3", "4", "5"]
    held[2] = address(2, version="2026-01-01T00:00:00+01:00")
    with replaying(register(held, gone=0)) as server:
        assert addresses_of(tmp_path, server.url) == ["1", "2", "3", "4", "5"]
    assert {path for path in server.asked if path[-1].isdigit()} == {"/v2/adressen/2"}


def test_an_address_removed_meanwhile_is_left_out(tmp_path: Path) -> None:
    held = {number: address(number) for number in range(1, 4)}
    with replaying(register(held, gone=2)) as server:
        assert addresses_of(tmp_path, server.url) == ["1", "3"]


def test_a_line_cut_off_by_a_crash_is_asked_again(tmp_path: Path) -> None:
    held = {number: address(number) for number in range(1, 4)}
    with replaying(register(held)) as server:
        addresses_of(tmp_path, server.url)
        file = tmp_path / "adressenregister" / "44021.jsonl"
        file.write_bytes(file.read_bytes()[:-40])
        server.asked.clear()
        assert addresses_of(tmp_path, server.url) == ["1", "2", "3"]
    assert sum(path[-1].isdigit() for path in server.asked) == 1
    assert len(file.read_bytes().splitlines()) == 5
