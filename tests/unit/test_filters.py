"""CQL2 into the checked tree: what is understood, and what is refused before a database sees it."""

from __future__ import annotations

import json

import pytest

from geoloket import crs, filters
from geoloket.access import VISITOR, AccessPolicy
from geoloket.errors import InvalidParameter
from geoloket.filters import Call, Node, Property, Shape, Value
from geoloket.layer import Layer
from geoloket.query import Query
from geoloket.registry import LayerRegistry

CRS84 = crs.SUPPORTED[crs.CRS84]
LATITUDE_FIRST = crs.of_srid(4326)
LAMBERT = crs.of_srid(31370)
LAMBERT_2008 = crs.of_srid(3812)


def seen(name: str) -> Layer:
    layer = AccessPolicy().layer(LayerRegistry.read()[name], VISITOR)
    assert layer is not None
    return layer


EVENTS, PARCELS = seen("events"), seen("parcels")


def read(text: str, layer: Layer = PARCELS, system: crs.Crs = CRS84) -> Node:
    return filters.read_text(text, layer, system)


def refusal(text: str, layer: Layer = PARCELS, system: crs.Crs = CRS84) -> str:
    with pytest.raises(InvalidParameter) as caught:
        read(text, layer, system)
    assert caught.value.facts == {"parameter": "filter"}
    return str(caught.value.detail)


def test_a_filter_is_part_of_a_key() -> None:
    one, other = (
        Query(filter=read("area_m2 > 5 AND division IN ('a', 'b')")).selection for _ in range(2)
    )
    assert hash(one) == hash(other)
    assert one == other
    assert one != Query(filter=read("area_m2 > 6 AND division IN ('a', 'b')")).selection
    assert Query().selection is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("section = 'it''s'", "it's"),
        (r"section = 'it\'s'", "it's"),
        (r"section = 'a\tb\nc\\d\%'", "a\tb\nc\\d\\%"),
        (r"section = '\a\b\v\f\r'", "\a\b\v\f\r"),
        ("section = 'é😀'", "é😀"),
        ("section = '''; DROP TABLE x --'", "'; DROP TABLE x --"),
        ("area_m2 = .5", 0.5),
        ("area_m2 = 5.", 5),
        ("area_m2 = -1.5e-3", -0.0015),
        ("area_m2 = 1E3", 1000),
        ("area_m2 = 9007199254740992", 2**53),
    ],
)
def test_literals(text: str, value: object) -> None:
    node = read(text)
    assert isinstance(node, Call)
    [_, literal] = node.args
    assert isinstance(literal, Value)
    assert literal.value == value


def test_a_text_beside_a_date_is_a_date() -> None:
    assert read("valid_from > '2020-01-01'") == read("valid_from > DATE('2020-01-01')")
    assert "2020-13-01" in refusal("valid_from > '2020-13-01'")


def test_whole_numbers_keep_all_digits_in_json() -> None:
    document = {"op": "=", "args": [{"property": "version"}, 2**62 + 1]}
    node = filters.read_json(json.dumps(document), PARCELS, CRS84)
    assert node == Call("=", (Property("version", "number"), Value(2**62 + 1, "number")))
    assert "too many digits" in refusal(f"version = {2**62 + 1}")


@pytest.mark.parametrize(
    ("text", "system", "wkt"),
    [
        ("POINT(3 51)", CRS84, "POINT(3.0 51.0)"),
        ("POINT(51 3)", LATITUDE_FIRST, "POINT(3.0 51.0)"),
        ("POINT(3e0 5.1e1)", CRS84, "POINT(3.0 51.0)"),
        ("BBOX(3,51,4,52)", CRS84, "POLYGON((3.0 51.0,3.0 52.0,4.0 52.0,4.0 51.0,3.0 51.0))"),
        ("BBOX(51,3,51,3)", LATITUDE_FIRST, "POINT(3.0 51.0)"),
        ("BBOX(3,51,0,3,52,9)", CRS84, "LINESTRING(3.0 51.0,3.0 52.0)"),
        ("MULTIPOINT((1 2),(3 4))", CRS84, "MULTIPOINT(1.0 2.0,3.0 4.0)"),
        ("LINESTRING(70000 211000,70001 211000)", LAMBERT,
         "LINESTRING(70000.0 211000.0,70001.0 211000.0)"),
    ],
)  # fmt: skip
def test_shapes(text: str, system: crs.Crs, wkt: str) -> None:
    node = read(f"s_intersects(geometry, {text})", PARCELS, system)
    assert node == read(f"S_INTERSECTS(geom, {text})", PARCELS, system)
    assert isinstance(node, Call)
    assert node.args == (Property("geometry", "geometry"), Shape(wkt))


def test_a_box_over_the_antimeridian_is_two() -> None:
    node = read("s_intersects(geometry, BBOX(170,50,-170,52))")
    assert isinstance(node, Call)
    shape = node.args[1]
    assert isinstance(shape, Shape)
    assert shape.wkt.count("POLYGON") == 2
    assert "above" in refusal("s_intersects(geometry, BBOX(9,0,1,5))", PARCELS, LAMBERT)


@pytest.mark.parametrize(
    "text",
    [
        "nothing = 'x'",
        "organiser = 'x'",
        "description = 'x'",
        "is_public = TRUE",
        "retired_on IS NULL",
        "geom_3857 IS NULL",
        "EVENTS = 'x'",
    ],
)
def test_what_is_hidden_does_not_exist(text: str) -> None:
    """A staff field, one that cannot be queried and one that is not there: one and the same."""
    name = text.split(maxsplit=1)[0]
    expected = f"filter: {name!r} is not a queryable of this collection"
    assert refusal(text, EVENTS) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not CQL2"),
        ("section =", "not CQL2"),
        ("section = 'x", "not CQL2"),
        ("section = 'x' garbage", "not CQL2"),
        ("section || 'x' = 'y'", "not CQL2"),
        ("section = 'x'; DELETE FROM parcels", "not CQL2"),
        ("section ILIKE 'x'", "not CQL2"),
        ("section = $1", "not CQL2"),
        ("section", "not a condition"),
        ("1", "not a condition"),
        ("0" * 4900, "not a condition"),
        ("section = 1", "section (text) cannot be compared with '1' (number)"),
        ("area_m2 = 'x'", "cannot be compared"),
        ("valid_from > 5", "cannot be compared"),
        ("valid_from > TIMESTAMP('2020-01-01T00:00:00Z')", "cannot be compared"),
        ("section = NULL", "IS NULL"),
        ("section LIKE area_m2", "not of type text"),
        ("section LIKE division", "the pattern is a text"),
        (r"section LIKE 'a\\'", "escape character"),
        ("casei(area_m2) = 'x'", "not of type text"),
        ("section IN ('a', 1)", "cannot be compared"),
        ("section BETWEEN 1 AND 2", "cannot be compared"),
        ("section + 1 = 2", "not of type number"),
        ("geometry = geometry", "cannot be compared"),
        ("pg_sleep(10) = 1", "no operator or function 'pg_sleep'"),
        ("a_contains(section, ('a', 'b'))", "no operator or function"),
        ("s_intersects(section, POINT(1 2))", "not of type geometry"),
        ("s_intersects(geometry, POINT(1 91))", "latitude"),
        ("s_intersects(geometry, POINT(1e300 1))", "outside"),
        ("s_intersects(geometry, POLYGON((0 0,1 0,1 1)))", "fewer than 4"),
        ("s_intersects(geometry, POLYGON((0 0,1 0,1 1,0 1)))", "where it began"),
        ("s_within(geometry, GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4)))", "at once"),
        ("t_during(valid_from, INTERVAL('2020-01-01','..'))", "not an interval"),
        ("t_after(section, DATE('2020-01-01'))", "not a moment"),
        ("t_after(valid_from, INTERVAL('2021-01-01','2020-01-01'))", "before it begins"),
        ("t_after(valid_from, INTERVAL('x','..'))", "not a date"),
        ("1e999 = 1", "out of range"),
    ],
)
def test_refused_with_its_reason(text: str, words: str) -> None:
    assert words in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "NOT " * 100_000 + "section = 'x'",
        "NOT " * 9_000 + "section = 'x'",
        "- " * 20_000 + "area_m2 = 1",
        "(" * 20_000 + "section = 'x'" + ")" * 20_000,
        "(" * 20_000,
        "+".join(["area_m2"] * 6_000) + " = 1",
        "=".join(["section"] * 6_000),
        "casei(" * 8_000 + "section",
        "section IS NULL " + "IS NULL " * 5_000,
        "section = '" + "x" * 1_000_000 + "'",
        "x" * 1_000_000,
        "'" * 40_001,
    ],
    ids=lambda text: text[:20],
)
def test_hostile_text_is_refused(text: str) -> None:
    """The parser recurses without a bound; what would end the process does not reach it."""
    refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        " AND ".join(["section = 'x'"] * 150),
        "NOT " * 40 + "section = 'x'",
        "(" * 40 + "section = 'x'" + ")" * 40,
        "section IN (" + ",".join(f"'{number}'" for number in range(700)) + ")",
    ],
    ids=lambda text: text[:20],
)
def test_large_filters_are_read(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '"x"',
        "[" * 5000,
        '{"op":"not","args":[' * 500 + "true" + "]}" * 500,
        '{"op":"=","args":[{"property":"section"}]}',
        '{"op":"=","args":[{"property":"section"},"x"],"more":1}',
        '{"op":"=","args":[{"property":"section"},null]}',
        '{"op":"=","args":[{"property":"section"},NaN]}',
        '{"op":"=","args":[{"property":"area_m2"},1e999]}',
        '{"op":"=","args":[{"property":"section"},"\\u0000"]}',
        '{"op":"=","args":[{"property":["section"]},"x"]}',
        '{"op":["="],"args":[]}',
        '{"op":"in","args":[{"property":"section"},"x"]}',
        '{"op":"in","args":[{"property":"section"},[["x"]]]}',
        '{"op":"and","args":[true]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Circle"}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":["Point"]}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},'
        '{"type":"Point","coordinates":[true,1]}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},'
        '{"type":"Point","coordinates":[[1,2]]}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},'
        '{"type":"GeometryCollection","geometries":[1]}]}',
        '{"op":"t_after","args":[{"property":"valid_from"},{"date":"2020-01-01T00:00:00Z"}]}',
        '{"op":"t_after","args":[{"property":"valid_from"},{"interval":["..","..",".."]}]}',
    ],
)
def test_json_that_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        filters.read_json(text, PARCELS, CRS84)


def test_a_lambert_pair_has_a_place_in_the_other() -> None:
    assert "outside" in refusal("s_intersects(geom, POINT(-5 5))", PARCELS, LAMBERT_2008)
    read("s_intersects(geom, POINT(570000 711000))", PARCELS, LAMBERT_2008)
