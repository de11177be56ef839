"""The address search: what is found for what people type, and how its index keeps up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest
from fixtures.database import Dsn, copied
from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket.addresses import AddressBook, refresh_index
from geoloket.database import OWNER, Database, connect
from geoloket.errors import InvalidParameter

Town = tuple[str, str, str]
ZANDWIJK: Town = ("Zandwijk", "9999", "Zandwijk")
DIJK: Town = ("Zandwijk", "9998", "'s-Gravendijk")
BERCHEM: Town = ("Antwerpen", "2600", "Berchem")
LEUVEN: Town = ("Leuven", "3000", "Leuven")

STREETS: list[tuple[str, Town, list[str]]] = [
    ("Kerkstraat", ZANDWIJK, ["1", "2", "4", "6", "10", "12", "12A", "12/1", "14", "20-24", "120"]),
    ("Kerkstraat", BERCHEM, ["8", "12"]),
    ("Sint-Jansstraat", ZANDWIJK, ["3", "5"]),
    ("Onze-Lieve-Vrouwstraat", ZANDWIJK, ["7"]),
    ("Burgemeester Stanislas De Rijcklaan", ZANDWIJK, ["9"]),
    ("Koningin Astridplein", ZANDWIJK, ["11"]),
    ("Heilig-Hartplein", ZANDWIJK, ["2"]),
    ("Jan Janssensstraat", ZANDWIJK, ["15"]),
    ("11-Julistraat", ZANDWIJK, ["4"]),
    ("'s-Hertogenlaan", DIJK, ["21"]),
    ("D'Herbouvillekaai", BERCHEM, ["5"]),
    ("Sommé-Désiréstraat", LEUVEN, ["33"]),
    ("Grote Markt", LEUVEN, ["9", "A"]),
    ("Mechelsesteenweg", LEUVEN, ["41", "2018"]),
    ("Statiestraat_AN", BERCHEM, ["3"]),
    ("Dam", LEUVEN, ["75"]),
    ("Gentsestraat", LEUVEN, ["1"]),
]
BOXES = [("Kerkstraat", ZANDWIJK, "30", "0101"), ("Kerkstraat", ZANDWIJK, "30", "2")]

INSERT = """
INSERT INTO addresses (id, street_name, house_number, box_number, municipality, postcode,
    postal_name, status, full_address, geom)
VALUES (%(id)s, %(street)s, %(number)s, %(box)s, %(municipality)s, %(postcode)s, %(postal_name)s,
    %(status)s, %(full)s, geoloket.from_lonlat(%(lon)s, 51.2, 31370))
"""


def insert(
    owner: Connection[DictRow],
    street: str,
    town: Town,
    number: str,
    box: str | None = None,
    **other: Any,
) -> str:
    municipality, postcode, postal_name = town
    key = f"{street}|{postcode}|{number}|{box or ''}"
    values = {
        "id": key, "street": street, "number": number, "box": box, "municipality": municipality,
        "postcode": postcode, "postal_name": postal_name, "status": "current",
        "full": f"{street} {number}, {postcode} {postal_name}",
        "lon": 3.6 + len(key) / 1000 + int("".join(filter(str.isdigit, number)) or 0) / 100000,
    }  # fmt: skip
    owner.execute(INSERT, values | other)
    return key


@pytest.fixture(scope="module")
def town(server: Dsn, template: str) -> Iterator[str]:
    """A database with a few invented streets, read only in these tests: the owner's DSN."""
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        with connect(dsn) as owner:
            for street, place, numbers in STREETS:
                for number in numbers:
                    insert(owner, street, place, number)
            for street, place, number, box in BOXES:
                insert(owner, street, place, number, box)
            refresh_index(owner)
        yield dsn


@pytest.fixture(scope="module")
async def book(town: str) -> AsyncIterator[AddressBook]:
    database = Database(town, size=2)
    await database.open()
    yield AddressBook(database)
    await database.close()


@pytest.mark.parametrize(
    ("query", "label", "match"),
    [
        ("Kerkstraat 12, 9999 Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("kerkstr. 12 zandwijk", "Kerkstraat 12, 9999 Zandwijk", "abbreviation"),
        ("KERKSTRAAT 12 9999", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("12 Kerkstraat Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("zandwijk kerkstraat 12", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("9999 Zandwijk, Kerkstraat 12", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("Kerkstraat 12, B-9999 Zandwijk, België", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("Kerkstraat nr. 12 Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("kerkst 12 zandwijk", "Kerkstraat 12, 9999 Zandwijk", "prefix"),
        ("kerkstraat 12 zand", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("kerkstraat 12 zandwyk", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("Krekstraat 12 Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "fuzzy"),
        ("Kerkstrat 12 Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "fuzzy"),
        ("Kerkkstraat 12 Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "fuzzy"),
        ("Werkstraat 12 Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "fuzzy"),
        ("Kerkstraat 12A Zandwijk", "Kerkstraat 12A, 9999 Zandwijk", "exact"),
        ("Kerkstraat 12 a Zandwijk", "Kerkstraat 12A, 9999 Zandwijk", "exact"),
        ("Kerkstraat 12/1 Zandwijk", "Kerkstraat 12/1, 9999 Zandwijk", "exact"),
        ("Kerkstraat 12 bus 1 Zandwijk", "Kerkstraat 12/1, 9999 Zandwijk", "exact"),
        ("Kerkstraat 30 bus 0101 Zandwijk", "Kerkstraat 30 bus 0101, 9999 Zandwijk", "exact"),
        ("Kerkstraat 30 b 101, Zandwijk", "Kerkstraat 30 bus 0101, 9999 Zandwijk", "exact"),
        ("Kerkstraat 30/0101 Zandwijk", "Kerkstraat 30 bus 0101, 9999 Zandwijk", "exact"),
        ("Kerkstraat 30 bte 2 Zandwijk", "Kerkstraat 30 bus 2, 9999 Zandwijk", "exact"),
        ("Kerkstraat 12 bus Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "exact"),
        ("Kerkstraat 12b1, Zandwijk", "Kerkstraat 12/1, 9999 Zandwijk", "exact"),
        ("Kerkstraat 12, bus 1, Zandwijk", "Kerkstraat 12/1, 9999 Zandwijk", "exact"),
        ("Kerkstraat 20 - 24 Zandwijk", "Kerkstraat 20-24, 9999 Zandwijk", "exact"),
        ("Kerkstraat 20-24 Zandwijk", "Kerkstraat 20-24, 9999 Zandwijk", "exact"),
        ("Kerkstraat 22 Zandwijk", "Kerkstraat 20-24, 9999 Zandwijk", "range"),
        ("Kerkstraat 12 bus 9 Zandwijk", "Kerkstraat 12, 9999 Zandwijk", "approximate"),
        ("Kerkstraat 16 Zandwijk", "Kerkstraat 14, 9999 Zandwijk", "approximate"),
        ("Kerkstraat 3 Zandwijk", "Kerkstraat 1, 9999 Zandwijk", "approximate"),
        ("st jansstraat 5", "Sint-Jansstraat 5, 9999 Zandwijk", "abbreviation"),
        ("St.-Jansstr. 5", "Sint-Jansstraat 5, 9999 Zandwijk", "abbreviation"),
        ("sintjansstraat 5", "Sint-Jansstraat 5, 9999 Zandwijk", "exact"),
        ("stjansstraat 5", "Sint-Jansstraat 5, 9999 Zandwijk", "abbreviation"),
        ("OLV straat 7", "Onze-Lieve-Vrouwstraat 7, 9999 Zandwijk", "abbreviation"),
        ("O.-L.-Vrouwstraat 7", "Onze-Lieve-Vrouwstraat 7, 9999 Zandwijk", "abbreviation"),
        (
            "burg. stanislas de rijckln 9",
            "Burgemeester Stanislas De Rijcklaan 9, 9999 Zandwijk",
            "abbreviation",
        ),
        ("rijcklaan 9", "Burgemeester Stanislas De Rijcklaan 9, 9999 Zandwijk", "contains"),
        ("burgem rijckl 9", "Burgemeester Stanislas De Rijcklaan 9, 9999 Zandwijk", "contains"),
        ("kon. astridplein 11", "Koningin Astridplein 11, 9999 Zandwijk", "abbreviation"),
        ("k. astridpl. 11", "Koningin Astridplein 11, 9999 Zandwijk", "abbreviation"),
        ("h. hartplein 2", "Heilig-Hartplein 2, 9999 Zandwijk", "abbreviation"),
        ("J. Janssensstraat 15", "Jan Janssensstraat 15, 9999 Zandwijk", "abbreviation"),
        ("11-julistraat 4", "11-Julistraat 4, 9999 Zandwijk", "exact"),
        ("11 julistr 4", "11-Julistraat 4, 9999 Zandwijk", "abbreviation"),
        ("4 11 julistraat", "11-Julistraat 4, 9999 Zandwijk", "exact"),
        ("’s Hertogenlaan 21", "'s-Hertogenlaan 21, 9998 's-Gravendijk", "exact"),
        ("s hertogenlaan 21 s gravendijk", "'s-Hertogenlaan 21, 9998 's-Gravendijk", "exact"),
        ("'s-Hertogenlaan 21 Zandwijk", "'s-Hertogenlaan 21, 9998 's-Gravendijk", "exact"),
        ("d herbouvillekaai 5", "D'Herbouvillekaai 5, 2600 Berchem", "exact"),
        ("somme desirestraat 33", "Sommé-Désiréstraat 33, 3000 Leuven", "exact"),
        ("Kerkstraat 12 Anvers", "Kerkstraat 12, 2600 Berchem", "exact"),
        ("Kerkstraat 12 Borsbeek", "Kerkstraat 12, 2600 Berchem", "exact"),
        ("Grote Markt 9 Louvain", "Grote Markt 9, 3000 Leuven", "exact"),
        ("Grotemarkt 9", "Grote Markt 9, 3000 Leuven", "exact"),
        ("Mechelse stwg 41", "Mechelsesteenweg 41, 3000 Leuven", "abbreviation"),
        ("Mechelsesteenweg 2018, 3000 Leuven", "Mechelsesteenweg 2018, 3000 Leuven", "exact"),
        ("statiestraat 3 berchem", "Statiestraat 3, 2600 Berchem", "exact"),
        ("Dma 75", "Dam 75, 3000 Leuven", "fuzzy"),
        ("kerkstraat", "Kerkstraat, 9999 Zandwijk", "exact"),
        ("kerkstraat z/n zandwijk", "Kerkstraat, 9999 Zandwijk", "exact"),
        ("leuven", "Leuven", "exact"),
        ("leu", "Leuven", "prefix"),
        ("9998", "9998 's-Gravendijk", "exact"),
        ("Louvain", "Leuven", "exact"),
        ("s gravendijk", "9998 's-Gravendijk", "exact"),
        ("'s Gravend", "9998 's-Gravendijk", "prefix"),
        # A place that nobody here is called by hides nothing, but counts against it.
        ("Dam 75, 1000 Brussel", "Dam 75, 3000 Leuven", "exact"),
        ("Dam 75 Brussel", "Dam 75, 3000 Leuven", "exact"),
        ("brussel dam", "Dam, 3000 Leuven", "exact"),
    ],
)
async def test_first_suggestion(book: AddressBook, query: str, label: str, match: str) -> None:
    found = await book.suggest(query, 5)
    assert found, "nothing was found"
    assert (found[0].label, found[0].match) == (label, match)


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "12",
        "?!",
        "xyzzyplugh 12",
        "\0",
        "'; DROP TABLE addresses --",
        "%_%",
        "ſtraße",
        "教会通り",
    ],
)
async def test_nothing_or_something_but_no_error(book: AddressBook, query: str) -> None:
    for found in await book.suggest(query, 50):
        assert 0 < found.score <= 1


async def test_a_place_elsewhere_counts_against_a_suggestion(book: AddressBook) -> None:
    here = (await book.suggest("Kerkstraat 12 Zandwijk", 1))[0]
    elsewhere = (await book.suggest("Kerkstraat 12, 1000 Brussel", 1))[0]
    assert elsewhere.score < here.score == 1


@pytest.mark.parametrize(
    "query", ["Mechelsesestenweeg 41, Leuven", "Koninginnen Astridplijn 11, 9999 Zandwijk"]
)
async def test_what_is_found_near_and_anywhere_is_told_once(book: AddressBook, query: str) -> None:
    found = [one.id for one in await book.suggest(query, 10)]
    assert found
    assert len(set(found)) == len(found)


async def test_best_first_and_no_more_than_asked(book: AddressBook) -> None:
    found = await book.suggest("kerkstraat 12", 3)
    assert len(found) == 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert {one.id for one in found[:2]} == {"Kerkstraat|9999|12|", "Kerkstraat|2600|12|"}


@pytest.mark.parametrize(("q", "limit"), [("x", 0), ("x", 51), ("x" * 201, 5)])
async def test_unusable_question_is_refused(book: AddressBook, q: str, limit: int) -> None:
    with pytest.raises(InvalidParameter):
        await book.suggest(q, limit)


async def test_ids_of_suggestions_lead_back(book: AddressBook) -> None:
    address, street = (await book.suggest("Onze-Lieve-Vrouwstraat 7", 2))[:2]
    assert (address.kind, street.kind) == ("address", "street")
    for found in (address, street):
        again = await book.get(found.id)
        assert again is not None
        assert (again.label, again.lon) == (found.label, found.lon)
    assert await book.get("nothing") is None


async def test_nearest_address_to_a_point(book: AddressBook) -> None:
    dam = (await book.locate("Dam 75"))[0]
    [nearest] = await book.near(dam.lon + 0.00001, dam.lat, 4326)
    assert (nearest.id, nearest.label) == (dam.id, dam.label)
    assert nearest.distance_m == pytest.approx(0.70, abs=0.02)
    [by_metres] = await book.near(dam.x, dam.y, 31370)
    assert (by_metres.id, by_metres.distance_m) == (dam.id, 0)


@pytest.mark.parametrize(
    ("x", "y", "srid"),
    [(51.2, 3.6, 4326), (2.35, 48.85, 4326), (5.9, 50.1, 4326), (3.6, 51.2, 31370), (0, 0, 3812)],
)
async def test_far_from_every_address_there_is_none(
    book: AddressBook, x: float, y: float, srid: int
) -> None:
    assert await book.near(x, y, srid, 5) == []


async def test_of_addresses_in_one_place_the_plainest_comes_first(
    server: Dsn, template: str
) -> None:
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        with connect(dsn) as owner:
            for box in ("1", None, "2"):
                insert(owner, "Dam", LEUVEN, "1", box, lon=4.7)
            insert(owner, "Dam", LEUVEN, "3", lon=4.7, status="retired")
            refresh_index(owner)
        database = Database(dsn, size=1)
        await database.open()
        near = await AddressBook(database).near(4.7, 51.2, 4326, 10)
        await database.close()
    assert [one.box_number for one in near] == [None, "1", "2"]


async def test_what_was_found_is_taken_apart(book: AddressBook) -> None:
    [address] = await book.locate("Kerkstraat 30 bus 0101 Zandwijk")
    assert (address.street, address.house_number, address.box_number) == (
        "Kerkstraat",
        "30",
        "0101",
    )
    assert (address.postcode, address.municipality) == ("9999", "Zandwijk")
    box = (address.west, address.south, address.east, address.north)
    assert box == (address.lon, address.lat) * 2
    assert (address.x_min, address.y_max) == (address.x, address.y)
    [street] = await book.locate("statiestraat berchem", kind="street")
    assert (street.street, street.house_number, street.postcode) == ("Statiestraat", None, "2600")
    [town] = await book.locate("Antwerpen", kind="municipality")
    assert (town.municipality, town.street, town.postcode) == ("Antwerpen", None, "2600")
    [town] = await book.locate("zandwijk", kind="municipality")
    assert (town.municipality, town.postcode) == ("Zandwijk", None), "it has two postcodes"
    [part] = await book.locate("9998", kind="municipality")
    assert (part.municipality, part.postcode) == ("Zandwijk", "9998")


@pytest.mark.parametrize("q", ["Kerkstraat Zandwijk", "Zandwijk"])
async def test_a_place_lies_in_its_box_in_degrees_and_in_metres(book: AddressBook, q: str) -> None:
    [found] = await book.locate(q)
    assert found.kind != "address"
    assert found.west <= found.lon <= found.east
    assert found.south <= found.lat <= found.north
    assert found.x_min <= found.x <= found.x_max
    assert found.y_min <= found.y <= found.y_max
    assert found.west < found.east
    assert found.x_min < found.x_max


async def test_only_of_the_kind_that_is_asked(book: AddressBook) -> None:
    assert {one.kind for one in await book.locate("Kerkstraat 12", 10)} == {"address", "street"}
    assert {one.kind for one in await book.locate("Kerkstraat 12", 10, "street")} == {"street"}
    assert await book.locate("Kerkstraat 12", 10, "municipality") == []


async def test_suggestion_knows_its_parcel(server: Dsn, template: str) -> None:
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        with connect(dsn) as owner:
            insert(owner, "Dam", LEUVEN, "1", lon=4.7)
            insert(owner, "Dam", LEUVEN, "3", lon=4.8)
            owner.execute(
                "INSERT INTO parcels (id, geom) VALUES ('99001A0123-00B000', ST_Multi(ST_Buffer("
                "geoloket.from_lonlat(4.7, 51.2, 31370), 10)))"
            )
            refresh_index(owner)
        database = Database(dsn, size=1)
        await database.open()
        book = AddressBook(database)
        parcels = [(await book.suggest(f"Dam {number}", 1))[0].parcel_id for number in (1, 3)]
        await database.close()
    assert parcels == ["99001A0123-00B000", None]


NORMALISED = [
    ("St.-Katelijne-Waver", "sint katelijne waver"),
    ("Sint Katelijne  Waver", "sint katelijne waver"),
    ("’s Gravenwezel", "s gravenwezel"),
    ("'s-Gravenwezel", "s gravenwezel"),
    ("O.L.V.-Waver", "onze lieve vrouw waver"),
    ("olv waver", "onze lieve vrouw waver"),
    ("Große Straße", "grosse strasse"),
    ("ÉCOLE œuvre", "ecole oeuvre"),
    ("E\u0301cole", "ecole"),
    ("Dr.Laenenstr.", "dokter laenenstraat"),
    ("Prof. Van Overstraetenpl.", "professor van overstraetenplein"),
    ("Isabellalei_AN", "isabellalei"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "words"), NORMALISED)
def test_normalisation(town: str, written: str, words: str) -> None:
    with connect(town) as owner:
        row = owner.execute("SELECT address_normalise(%s) AS once", [written]).fetchone()
        assert row == {"once": words}
        again = owner.execute("SELECT address_normalise(%s) AS twice", [words]).fetchone()
    assert again == {"twice": words}


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("12", (12, "", None)),
        ("12A", (12, "a", None)),
        ("3bis", (3, "bis", None)),
        ("12-14", (12, "-14", 14)),
        ("25_1", (25, "/1", None)),
        ("12/0101", (12, "/101", None)),
        ("A9", (0, "a9", None)),
        (None, (0, "", None)),
    ],
)
def test_house_number(town: str, number: str | None, parts: tuple[int, str, int | None]) -> None:
    with connect(town) as owner:
        row = owner.execute("SELECT * FROM address_house(%s)", [number]).fetchone()
    assert row is not None
    assert tuple(row.values()) == parts


def labels(owner: Connection[DictRow], query: str) -> list[str]:
    rows = owner.execute("SELECT label FROM address_suggest(%s, 5)", [query])
    return [row["label"] for row in rows]


def test_index_follows_the_addresses(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        dam = insert(owner, "Dam", LEUVEN, "1")
        insert(owner, "Dam", LEUVEN, "3", status="retired")
        insert(owner, "Dam", LEUVEN, "5", status="rejected")
        insert(owner, "Dam", LEUVEN, "7", status="proposed")
        gone = insert(owner, "Bergstraat", ZANDWIJK, "1")
        assert refresh_index(owner) == 3
        assert labels(owner, "bergstraat 1")[0] == "Bergstraat 1, 9999 Zandwijk"

        owner.execute("UPDATE addresses SET street_name = 'Kade' WHERE id = %s", [dam])
        owner.execute("UPDATE addresses SET retired_on = '2026-01-01' WHERE id = %s", [gone])
        assert refresh_index(owner) == 2
        assert labels(owner, "kade 1")[0] == "Kade 1, 3000 Leuven"
        assert labels(owner, "bergstraat") == []
        assert labels(owner, "zandwijk") == []

        owner.execute("DELETE FROM addresses")
        assert refresh_index(owner) == 0
        tables = ["areas", "place_keys", "streets", "street_keys", "spellings", "numbers"]
        for table in tables:
            count = sql.SQL("SELECT count(*) AS left_over FROM {}")
            row = owner.execute(count.format(sql.Identifier(f"address_{table}"))).fetchone()
            assert row == {"left_over": 0}, table


def test_new_spellings_are_at_hand_without_a_vacuum(fresh_dsn: str) -> None:
    plan = "EXPLAIN SELECT FROM address_spellings WHERE key % 'street999'"
    with connect(fresh_dsn) as owner:
        owner.execute(
            "INSERT INTO addresses (id, street_name, house_number, postcode, municipality, geom) "
            "SELECT n, 'Laan ' || md5(n::text), '1', '3000', 'Leuven', "
            "geoloket.from_lonlat(4.7, 50.9, 31370) FROM generate_series(1, 3000) AS n"
        )
        refresh_index(owner)
        owner.execute("SET LOCAL pg_trgm.similarity_threshold TO 0.45")
        text = " ".join(row["QUERY PLAN"] for row in owner.execute(plan))
        waiting = owner.execute(
            "SELECT reloptions FROM pg_class WHERE relname = 'address_spellings_trigram'"
        ).fetchone()
    assert "address_spellings_trigram" in text
    assert waiting == {"reloptions": ["fastupdate=off"]}


def test_refreshing_again_writes_nothing(fresh_dsn: str) -> None:
    versions = """
        SELECT 'number', address_id, xmin::text FROM address_numbers
        UNION ALL SELECT 'street', street_name, xmin::text FROM address_streets
        UNION ALL SELECT 'area', postcode, xmin::text FROM address_areas ORDER BY 1, 2
    """
    with connect(fresh_dsn) as owner:
        insert(owner, "Dam", LEUVEN, "1")
        refresh_index(owner)
        owner.commit()
        before = owner.execute(versions).fetchall()
        refresh_index(owner)
        owner.commit()
        assert owner.execute(versions).fetchall() == before


def test_other_spelling_rules_fill_the_index_anew(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        insert(owner, "Dam", LEUVEN, "1")
        refresh_index(owner)
        owner.execute("UPDATE address_streets SET words = 'old', addresses = 99")
        owner.execute("UPDATE address_index_state SET rules = 'old'")
        refresh_index(owner)
        row = owner.execute("SELECT words, addresses FROM address_streets").fetchone()
    assert row == {"words": "dam", "addresses": 1}


def test_reader_may_search_but_not_write(town: str) -> None:
    with connect(town, role="geoloket_reader", autocommit=True) as reader:
        assert labels(reader, "kerkstraat 12 zandwijk")[0] == "Kerkstraat 12, 9999 Zandwijk"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT address_index_refresh()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("DELETE FROM address_numbers")
