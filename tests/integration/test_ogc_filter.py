"""Filtering with CQL2 (OGC 21-065r2, 19-079r2): each conformance class, by what it selects."""

from __future__ import annotations

import json
from collections.abc import Callable

import cql2
import httpx
import psycopg
import pytest
from fixtures.standards import CANARY
from fixtures.varied import PARCELS, Row
from psycopg import sql

from geoloket import compose, crs, filters
from geoloket.query import Query
from geoloket.registry import LayerRegistry

EPSG = "http://www.opengis.net/def/crs/EPSG/0"
LAMBERT = f"{EPSG}/31370"
ALL = {row["id"] for row in PARCELS}


async def ids(varied: httpx.AsyncClient, collection: str, text: str, **given: str) -> set[str]:
    params = {"filter": text, "limit": "1000", **given}
    answer = await varied.get(f"/collections/{collection}/items", params=params)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert CANARY not in answer.text
    assert document["numberMatched"] == document["numberReturned"] == len(document["features"])
    return {feature["id"] for feature in document["features"]}


async def parcels(varied: httpx.AsyncClient, text: str, **given: str) -> set[str]:
    return await ids(varied, "parcels", text, **given)


async def events(varied: httpx.AsyncClient, text: str) -> set[str]:
    return await ids(varied, "events", text, **{"filter-crs": LAMBERT})


def where(condition: Callable[[Row], object]) -> set[str]:
    """Parcels for which it holds, worked out here."""
    return {row["id"] for row in PARCELS if condition(row)}


def labelled(*labels: str) -> set[str]:
    found = where(lambda row: row["parcel_label"] in labels)
    assert found
    return found


async def test_basic_cql2(varied: httpx.AsyncClient) -> None:
    """/req/basic-cql2/…: comparisons of each type, null, and, or, not."""
    known = where(lambda row: row["area_m2"] is not None)
    bigger = where(lambda row: row["area_m2"] is not None and row["area_m2"] > 2)
    assert await parcels(varied, "area_m2 > 2") == bigger
    assert await parcels(varied, "NOT area_m2 > 2") == known - bigger
    assert await parcels(varied, "area_m2 <= 2 OR area_m2 > 2") == known
    assert await parcels(varied, "area_m2 IS NULL") == ALL - known
    assert await parcels(varied, "area_m2 IS NOT NULL") == known
    assert await parcels(varied, "section = 'A'") == where(lambda row: row["section"] == "A")
    assert await parcels(varied, "section <> 'A'") == where(lambda row: row["section"] != "A")
    assert await parcels(varied, "version = 1 AND section = 'B'") == where(
        lambda row: row["version"] == 1 and row["section"] == "B"
    )
    days = where(lambda row: row["valid_from"] and row["valid_from"].isoformat() >= "2020-06-05")
    assert await parcels(varied, "valid_from >= DATE('2020-06-05')") == days
    assert await events(varied, "starts = TIMESTAMP('2026-05-01T10:00:00Z')") == {"dot"}
    assert await events(varied, "starts < TIMESTAMP('2026-05-01T14:00:00+02:00')") == {"dot"}
    assert await parcels(varied, "id = 'p003'") == {"p003"}
    assert await parcels(varied, "TRUE") == ALL
    assert await parcels(varied, "FALSE OR NOT TRUE") == set()
    assert await parcels(varied, "(section = 'A') = FALSE") == where(
        lambda row: row["section"] != "A"
    )


async def test_null_is_neither_true_nor_false(varied: httpx.AsyncClient) -> None:
    """/req/basic-cql2/cql2-filter: three-valued logic, also under NOT."""
    assert await parcels(varied, "division = '99000' OR NOT division = '99000'") == where(
        lambda row: row["division"] is not None
    )
    assert await parcels(varied, "NOT (division = '99000' AND section = 'A')") == where(
        lambda row: row["section"] != "A" if row["division"] in (None, "99000") else True
    )
    assert await parcels(varied, "NOT division IN ('99000')") == where(
        lambda row: row["division"] not in (None, "99000")
    )
    assert await parcels(varied, "s_intersects(geometry, BBOX(0,0,10,60))") == {
        f"p{number:03d}" for number in range(55)
    }
    assert await parcels(varied, "NOT s_intersects(geometry, BBOX(0,0,10,60))") == set()
    assert await parcels(varied, "geometry IS NULL") == {
        f"p{number:03d}" for number in range(55, 60)
    }


async def test_advanced_comparison_operators(varied: httpx.AsyncClient) -> None:
    """/req/advanced-comparison-operators/…: like, between, in."""
    assert await parcels(varied, "parcel_label LIKE 'Stra%'") == labelled("Straße")
    assert await parcels(varied, "parcel_label LIKE '_t_'") == labelled("été", "ete", "Été")
    assert await parcels(varied, r"parcel_label LIKE 'a\%b'") == labelled("a%b")
    assert await parcels(varied, r"parcel_label LIKE 'a\_b'") == labelled("a_b")
    assert await parcels(varied, "parcel_label LIKE 'a_b'") == labelled("a%b", "a_b", "a\\b")
    assert await parcels(varied, r"parcel_label LIKE 'a\\\\b'") == labelled("a\\b")
    assert await parcels(varied, "parcel_label LIKE ''") == labelled("")
    assert await parcels(varied, "parcel_label NOT LIKE '%'") == set()
    assert await parcels(varied, "parcel_label LIKE '%''s'") == labelled("it's")
    between = where(lambda row: row["area_m2"] is not None and -1 <= row["area_m2"] <= 2.5)
    assert await parcels(varied, "area_m2 BETWEEN -1 AND 2.5") == between
    assert (
        await parcels(varied, "area_m2 NOT BETWEEN -1 AND 2.5")
        == where(lambda row: row["area_m2"] is not None) - between
    )
    assert await parcels(varied, "section IN ('A', 'C', 'X')") == where(
        lambda row: row["section"] in "AC"
    )
    assert await parcels(varied, "version IN (0, 2.0, 5)") == where(
        lambda row: row["version"] in (0, 2)
    )
    assert await parcels(varied, "section NOT IN ('A')") == where(lambda row: row["section"] != "A")
    nothing = {"op": "in", "args": [{"property": "section"}, []]}
    assert await parcels(varied, json.dumps(nothing), **{"filter-lang": "cql2-json"}) == set()


async def test_case_insensitive_comparison(varied: httpx.AsyncClient) -> None:
    """/req/case-insensitive-comparison/casei-function: full case folding."""
    asked = "CASEI(parcel_label) = CASEI('{}')"
    for text in ("straße", "STRASSE", "strasse", "STRAẞE"):
        assert await parcels(varied, asked.format(text)) == labelled("Straße", "STRASSE", "strasse")
    for text in ("οδος", "ΟΔΟΣ", "οδοσ"):
        assert await parcels(varied, asked.format(text)) == labelled("ΟΔΟΣ", "οδος", "οδοσ")
    assert await parcels(varied, asked.format("ÉTÉ")) == labelled("été", "Été")
    assert await parcels(varied, asked.format("ISI")) == set()  # a dotless i is another letter
    assert await parcels(varied, "casei(parcel_label) LIKE casei('STRASS%')") == labelled(
        "Straße", "STRASSE", "strasse"
    )
    assert await parcels(varied, "casei(parcel_label) IN (casei('Z'), casei('ETE'))") == labelled(
        "z", "Z", "ete"
    )
    assert await parcels(varied, "casei(parcel_label) IS NULL") == where(
        lambda row: row["parcel_label"] is None
    )


async def test_case_folding_is_that_of_unicode(varied_dsn: str) -> None:
    """Every letter folds with what Unicode's full case folding makes of it, and with no other."""
    letters = [chr(code) for code in range(1, 0x30000) if not 0xD800 <= code < 0xE000]
    letters = [letter for letter in letters if letter.isalpha() and letter != "\uffff"]
    asked = sorted({*letters, *(letter.casefold() for letter in letters)})
    with psycopg.connect(varied_dsn) as owner:
        rows = owner.execute(
            "SELECT x, geoloket.casei(x) FROM unnest(%s::text[]) AS x", [asked]
        ).fetchall()
    folded: dict[str, str] = dict(rows)
    assert [letter for letter in letters if folded[letter] != folded[letter.casefold()]] == []
    classes = {folded[letter]: letter.casefold() for letter in letters}
    assert [letter for letter in letters if classes[folded[letter]] != letter.casefold()] == []


async def test_accent_insensitive_comparison(varied: httpx.AsyncClient) -> None:
    """/req/accent-insensitive-comparison/accenti-function."""
    for text in ("ete", "été", "e\u0301te\u0301"):
        assert await parcels(varied, f"ACCENTI(parcel_label) = ACCENTI('{text}')") == labelled(
            "été", "ete"
        )
    assert await parcels(
        varied, "accenti(casei(parcel_label)) = accenti(casei('ÉTE'))"
    ) == labelled("été", "ete", "Été")
    assert await parcels(varied, "accenti(parcel_label) LIKE accenti('é%')") == labelled(
        "été", "ete", "é"
    )


async def test_property_property(varied: httpx.AsyncClient) -> None:
    """/req/property-property/…: properties and literals on either side."""
    assert await parcels(varied, "area_m2 > version") == where(
        lambda row: None not in (row["area_m2"], row["version"]) and row["area_m2"] > row["version"]
    )
    assert await parcels(varied, "'A' = section") == where(lambda row: row["section"] == "A")
    assert (
        await parcels(varied, "1 = 1 AND 'a' < 'b' AND DATE('2020-01-01') < DATE('2021-01-01')")
        == ALL
    )
    assert await parcels(varied, "'ab' LIKE 'a_' AND 5 BETWEEN 4 AND 6") == ALL
    assert await parcels(varied, "id = capakey") == set()
    assert await parcels(varied, "section >= division") == where(
        lambda row: row["division"] is not None and row["section"] >= row["division"]
    )
    line, field = "LINESTRING(0 0, 10 10)", "POLYGON((2 2, 5 2, 5 5, 2 5, 2 2))"
    assert await parcels(varied, f"s_crosses({line}, {field})") == ALL
    assert await parcels(varied, f"s_within({line}, {field})") == set()
    assert await parcels(varied, "version_date > valid_from") == where(
        lambda row: (
            None not in (row["version_date"], row["valid_from"])
            and row["version_date"] > row["valid_from"]
        )
    )


async def test_arithmetic(varied: httpx.AsyncClient) -> None:
    """/req/arithmetic/arithmetic; what is divided by nought is unknown."""
    both = [row for row in PARCELS if None not in (row["area_m2"], row["version"])]
    cases: tuple[tuple[str, Callable[[float, int], bool]], ...] = (
        ("area_m2 * 2 + version = 3", lambda a, v: a * 2 + v == 3),
        ("area_m2 - version - 1 > 0", lambda a, v: a - v - 1 > 0),
        ("area_m2 / version > 1", lambda a, v: v != 0 and a / v > 1),
        ("NOT area_m2 / version > 1", lambda a, v: v != 0 and not a / v > 1),
        ("version / 2 = 0.5", lambda a, v: v == 1),
        ("(version + 3) div 2 = 1", lambda a, v: (v + 3) // 2 == 1),
        ("(version + 4) % 3 = 1", lambda a, v: (v + 4) % 3 == 1),
        ("version ^ 2 = 4", lambda a, v: v == 2),
        ("-version = 1", lambda a, v: v == -1),
        ("area_m2 > 1 + 2 * 2", lambda a, _: a > 5),
    )
    for text, condition in cases:
        found = {row["id"] for row in both if condition(row["area_m2"], row["version"])}
        expected = f"({text}) AND area_m2 IS NOT NULL AND version IS NOT NULL"
        assert await parcels(varied, expected) == found, text


@pytest.mark.parametrize(
    "text",
    [
        "version * 1e300 * 1e300 > 1",
        "(version - 9) ^ 0.5 < 100",
        "10 ^ (version * 1e6) > 1",
        "10 ^ (version * -1e6) > 1",
        "version % 0 = 1",
        "version div 0 = 1",
        "version / 1e-299 / 1e-299 > 1",
        "version * 1e-299 * 1e-299 > 0",
        "0 ^ -1 > version",
        "9 ^ 9 ^ 9 ^ 9 > version",
    ],
)
async def test_what_cannot_be_worked_out_is_unknown(varied: httpx.AsyncClient, text: str) -> None:
    """No number is too large: an error in the midst of a download would break it off."""
    for given in ({}, {"resulttype": "hits"}, {"f": "csv"}):
        asked = {"filter": f"({text}) IS NULL OR version IS NULL OR ({text})", **given}
        answer = await varied.get("/collections/parcels/items", params=asked)
        assert answer.status_code == 200, answer.text
    assert await parcels(varied, f"version = 1 AND ({text})") == set()


async def test_basic_spatial_functions(varied: httpx.AsyncClient) -> None:
    """/req/basic-spatial-functions/…: s_intersects with points and boxes."""
    assert await events(varied, "S_INTERSECTS(geometry, POINT(70100 211100))") == {
        "dot", "row", "field", "dots",
    }  # fmt: skip
    assert await events(varied, "s_intersects(geometry, BBOX(70140, 211040, 70160, 211060))") == {
        "field",
        "next",
    }
    assert await events(varied, "s_intersects(geom, BBOX(70100, 211100, 70100, 211100))") == {
        "dot", "row", "field", "dots",
    }  # fmt: skip
    assert await parcels(varied, "s_intersects(geometry, BBOX(170, 50, -170, 52))") == set()
    everywhere = "s_intersects(geometry, BBOX(3, -90, -170, 90))"
    assert len(await parcels(varied, everywhere)) == 55


MIXED = "GEOMETRYCOLLECTION(POINT(70300 211300), LINESTRING(70240 211060, 70240 211070))"
BOW = "POLYGON((70050 211050, 70150 211150, 70150 211050, 70050 211150, 70050 211050))"
SPATIAL = [
    ("s_equals", "POLYGON((70050 211050, 70150 211050, 70150 211150, 70050 211150, 70050 211050))",
     {"field"}),
    ("s_equals", "MULTIPOINT((70300 211300), (70100 211100))", {"dots"}),
    ("s_disjoint", "POINT(70300 211300)", {"dot", "row", "field", "next"}),
    ("s_touches", "LINESTRING(70150 211000, 70150 211200)", {"field", "next"}),
    ("s_within", "POLYGON((69000 210000, 71000 210000, 71000 212000, 69000 212000, 69000 210000))",
     {"dot", "row", "field", "next", "dots"}),
    ("s_within", "POLYGON((70040 211040, 70160 211040, 70160 211160, 70040 211160, 70040 211040))",
     {"dot", "field"}),
    ("s_contains", "POINT(70100 211100)", {"dot", "row", "field", "dots"}),
    ("s_contains", "LINESTRING(70060 211060, 70070 211070)", {"field"}),
    ("s_crosses", "LINESTRING(70100 211000, 70100 211200)", {"row", "field", "dots"}),
    ("s_overlaps",
     "POLYGON((70100 211000, 70120 211000, 70120 211200, 70100 211200, 70100 211000))", {"field"}),
    ("s_overlaps", "LINESTRING(70100 211100, 70300 211100)", {"row"}),
    ("s_intersects", "MULTIPOLYGON(((70290 211290, 70310 211290, 70310 211310, 70290 211290)),"
     "((70240 211060, 70260 211060, 70260 211070, 70240 211060)))", {"next", "dots"}),
    ("s_intersects", "MULTILINESTRING((70240 211000, 70240 211200), (70000 211090, 70000 211110))",
     {"row", "next"}),
    ("s_intersects", MIXED,
     {"next", "dots"}),
    ("s_disjoint", MIXED,
     {"dot", "row", "field"}),
    ("s_within", "GEOMETRYCOLLECTION("
     "POLYGON((70040 211040, 70100 211040, 70100 211160, 70040 211160, 70040 211040)),"
     "POLYGON((70100 211040, 70160 211040, 70160 211160, 70100 211160, 70100 211040)))",
     {"dot", "field"}),
    # A ring that crosses itself.
    ("s_intersects", BOW,
     {"dot", "row", "field", "next", "dots"}),
]  # fmt: skip


@pytest.mark.parametrize(("function", "shape", "found"), SPATIAL)
async def test_spatial_functions(
    varied: httpx.AsyncClient, function: str, shape: str, found: set[str]
) -> None:
    """/req/spatial-functions/…: each relation, each type of geometry."""
    assert await events(varied, f"{function}(geometry, {shape})") == found


@pytest.mark.parametrize(("function", "shape", "found"), SPATIAL)
async def test_spatial_data_types_as_json(
    varied: httpx.AsyncClient, function: str, shape: str, found: set[str]
) -> None:
    """/req/cql2-json/spatial-functions: the same shapes as GeoJSON."""
    document = cql2.parse_text(f"{function}(geometry, {shape})").to_json()
    given = {"filter-lang": "cql2-json", "filter-crs": LAMBERT}
    assert await ids(varied, "events", json.dumps(document), **given) == found


TEMPORAL = [
    ("t_after", "TIMESTAMP('2026-05-02T00:00:00Z')", {"next", "dots"}),
    ("t_after", "DATE('2026-05-02')", {"next", "dots"}),
    ("t_after", "INTERVAL('..','2026-04-30')", {"dot", "row", "field", "next", "dots"}),
    ("t_before", "DATE('2026-05-02')", {"dot", "open"}),
    ("t_before", "INTERVAL('2026-05-04','..')", {"dot", "row", "field", "open"}),
    ("t_disjoint", "DATE('2026-05-02')", {"dot", "next", "dots", "open"}),
    ("t_intersects", "DATE('2026-05-02')", {"row", "field"}),
    ("t_intersects", "TIMESTAMP('2026-05-03T00:00:00Z')", {"row", "next"}),
    ("t_intersects", "INTERVAL('..','..')", {"dot", "row", "field", "next"}),
    ("t_equals", "INTERVAL('2026-05-01T10:00:00Z','2026-05-01T12:00:00Z')", {"dot"}),
    ("t_contains", "INTERVAL('2026-05-01T13:00:00Z','2026-05-02T13:00:00Z')", {"row"}),
    ("t_during", "INTERVAL('2026-05-01','2026-05-02')", {"dot", "field"}),
    ("t_during", "INTERVAL('2026-05-01','..')", {"dot", "row", "field", "next"}),
    ("t_finishedby", "INTERVAL('2026-05-01T11:00:00Z','2026-05-01T12:00:00Z')", {"dot"}),
    ("t_finishes", "INTERVAL('2026-05-01T09:00:00Z','2026-05-01T12:00:00Z')", {"dot"}),
    ("t_meets", "INTERVAL('2026-05-03T00:00:00Z','..')", {"row"}),
    ("t_metby", "INTERVAL('..','2026-05-03T00:00:00Z')", {"next"}),
    ("t_overlappedby", "INTERVAL('2026-05-02T12:00:00Z','2026-05-05T00:00:00Z')", {"next"}),
    ("t_overlaps", "INTERVAL('2026-05-02T12:00:00Z','2026-05-05T00:00:00Z')", {"row", "field"}),
    ("t_startedby", "INTERVAL('2026-05-01T10:00:00Z','2026-05-01T11:00:00Z')", {"dot"}),
    ("t_starts", "INTERVAL('2026-05-01T10:00:00Z','2026-05-01T13:00:00Z')", {"dot"}),
]


@pytest.mark.parametrize(("function", "moment", "found"), TEMPORAL)
async def test_temporal_functions(
    varied: httpx.AsyncClient, function: str, moment: str, found: set[str]
) -> None:
    """/req/temporal-functions/…: an unknown begin or end leaves the rest to decide."""
    assert await events(varied, f"{function}(INTERVAL(starts, ends), {moment})") == found


async def test_temporal_functions_of_instants(varied: httpx.AsyncClient) -> None:
    days = where(lambda row: row["valid_from"] and row["valid_from"].month == 3)
    assert days
    asked = "t_intersects(valid_from, INTERVAL('2020-03-01','2020-03-31'))"
    assert await parcels(varied, asked) == days
    asked = "t_intersects(valid_from, INTERVAL('2020-03-01T00:00:00Z','2020-03-31T12:00:00Z'))"
    assert await parcels(varied, asked) == days
    assert await events(varied, "t_before(starts, ends)") == {"dot", "row", "field", "next"}
    assert await events(varied, "t_equals(starts, TIMESTAMP('2026-05-01T10:00:00Z'))") == {"dot"}
    assert await events(varied, "t_after(starts, DATE('2026-05-01'))") == {"field", "next", "dots"}


@pytest.mark.parametrize(
    ("system", "box"),
    [
        (None, "3.2186,51.2046,3.2190,51.2049"),
        (f"{EPSG}/4326", "51.2046,3.2186,51.2049,3.2190"),
        (LAMBERT, "70025,210990,70055,211050"),
        (f"{EPSG}/3812", None),
        (f"{EPSG}/3857", None),
    ],
)
async def test_filter_crs(varied: httpx.AsyncClient, system: str | None, box: str | None) -> None:
    """/req/filter/filter-crs-param: a place is one place in every system."""
    given = {"filter-crs": system} if system else {}
    shown = {"crs": system} if system else {}
    one = (await varied.get("/collections/parcels/items/p001", params=shown)).json()
    ring = one["geometry"]["coordinates"][0][0]
    x, y = (sum(point[axis] for point in ring[:4]) / 4 for axis in (0, 1))
    assert await parcels(varied, f"s_intersects(geometry, POINT({x} {y}))", **given) == {"p001"}
    if box and system == LAMBERT:
        asked = f"s_within(geometry, BBOX({box}))"
        assert await parcels(varied, asked, **given) == {"p001"}


async def test_filter_uses_the_index_of_its_crs(varied_dsn: str) -> None:
    """No row is reprojected: the stored column of the filter's CRS is compared, by its index."""
    layer = LayerRegistry.read()["parcels"]
    for srid, column, point in (
        (4326, "geom_crs84", "3.2 51.2"),
        (3857, "geom_3857", "358000 6660000"),
        (31370, "geom", "70100 211100"),
        (3812, "geom", "570100 711100"),
    ):
        text = f"s_intersects(geometry, POLYGON(({point}, {point}, {point}, {point})))"
        system = crs.SUPPORTED[crs.CRS84] if srid == 4326 else crs.of_srid(srid)
        query = Query(filter=filters.read_text(text, layer, system), filter_srid=srid)
        statement = compose.page(layer, query, sql.SQL("TRUE"), 31370)
        with psycopg.connect(varied_dsn) as owner:
            owner.execute("SET enable_seqscan = off; SET enable_sort = on")
            owner.execute("SET LOCAL search_path TO geoloket, public")
            plan = owner.execute(
                sql.SQL("EXPLAIN {}").format(statement.text), statement.values
            ).fetchall()
        told = "\n".join(row[0] for row in plan)
        assert f"{column} && " in told or f"({column} " in told
        assert "st_transform(geom" not in told.lower()


@pytest.mark.parametrize(
    "given",
    [
        {"filter": "section = 'A'", "filter-lang": "cql2-text"},
        {"filter": '{"op":"=","args":[{"property":"section"},"A"]}', "filter-lang": "cql2-json"},
        {"filter": "'A'=section"},
    ],
)
async def test_filter_lang(varied: httpx.AsyncClient, given: dict[str, str]) -> None:
    """/req/filter/filter-lang-param: both languages on GET; text is the default."""
    found = await parcels(varied, given.pop("filter"), **given)
    assert found == where(lambda row: row["section"] == "A")


async def test_filter_mixes_with_the_other_parameters(varied: httpx.AsyncClient) -> None:
    """/req/filter/mixing-expressions: everything that is asked holds."""
    found = await parcels(
        varied, "version >= 0", division="99000", datetime="2020-01-01/2020-06-30"
    )
    assert found == where(
        lambda row: (
            (row["version"] or 0) >= 0
            and row["version"] is not None
            and row["division"] == "99000"
            and (row["valid_from"] is None or row["valid_from"].month <= 6)
        )
    )


@pytest.mark.parametrize(
    "given",
    [
        {"filter": "organiser = 'x'"},
        {"filter": "nothing = 'x'"},
        {"filter": "id ="},
        {"filter": ""},
        {"filter": "id = '\0'"},
        {"filter": "id = 'x'", "filter-lang": "cql"},
        {"filter": "id = 'x'", "filter-lang": "cql2-json"},
        {"filter": "id = 'x'", "filter-crs": "EPSG:9999"},
        {"filter-lang": "cql2-text"},
        {"filter-crs": LAMBERT},
        {"filter": "NOT " * 3000 + "TRUE"},
    ],
    ids=lambda given: str(given)[:60],
)
async def test_what_cannot_be_used_is_refused(
    varied: httpx.AsyncClient, given: dict[str, str]
) -> None:
    answer = await varied.get("/collections/events/items", params=given)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_hidden_field_is_refused_as_one_that_is_not_there(
    varied: httpx.AsyncClient,
) -> None:
    told: list[str] = []
    for name in ("organiser", "organisex"):
        given = {"filter": f"{name} = '{CANARY}'"}
        answer = await varied.get("/collections/events/items", params=given)
        told.append(answer.text.replace(name, "NAME").replace(CANARY, ""))
        told[-1] = json.dumps({**json.loads(told[-1]), "instance": ""})
    assert told[0] == told[1]


async def test_hidden_rows_stay_hidden(varied: httpx.AsyncClient) -> None:
    assert await events(varied, "id = 'hidden' OR name LIKE '%'") == {
        "dot", "row", "field", "next", "dots", "open",
    }  # fmt: skip
