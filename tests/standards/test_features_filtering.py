"""Abstract tests of OGC API Features Part 3: Filtering (19-079r2) and of CQL2 (21-065r2).

The annex of CQL2 also has tests on a data set of its own, which the project does not ship; the
tests here are the ones that hold for any data, for each queryable of each collection.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fixtures.collections import (
    COLLECTIONS,
    CRS84,
    EPSG,
    LAYERS,
    OGC_REL,
    SPATIAL,
    SPEC,
    Json,
    asked,
    features,
    linked,
    names,
)
from fixtures.openapi import Described
from jsonschema import Draft202012Validator
from pyproj import Transformer

from geoloket import crs

GEOJSON = "application/geo+json"
each = pytest.mark.parametrize("collection", COLLECTIONS)
each_spatial = pytest.mark.parametrize("collection", SPATIAL)
each_queryable = pytest.mark.parametrize(
    ("collection", "queryable"),
    [
        (layer.id, field.name)
        for layer in LAYERS.values()
        for field in layer.fields
        if field.queryable
    ],
)
TEXTS = [
    (layer.id, field.name)
    for layer in LAYERS.values()
    for field in layer.fields
    if field.queryable and field.type == "text"
]
each_text = pytest.mark.parametrize(("collection", "queryable"), TEXTS)

VALUES = {
    "text": "'foo'",
    "uri": "'foo'",
    "boolean": "true",
    "number": "3.14",
    "integer": "1",
    "instant": "TIMESTAMP('2022-04-14T14:48:46Z')",
    "date": "DATE('2022-04-14')",
}
"""What the annex compares a queryable of each type with."""


def kind(collection: str, queryable: str) -> str:
    field = LAYERS[collection].field(queryable)
    assert field
    return field.type


@pytest.fixture(scope="session")
def api(town: httpx.AsyncClient) -> httpx.AsyncClient:
    """A part of the town: every collection has features to be found."""
    return town


async def selected(api: httpx.AsyncClient, collection: str, text: str, **given: str) -> set[str]:
    return set(await names(api, collection, filter=text, **given))


async def everything(api: httpx.AsyncClient, collection: str) -> dict[str, Any]:
    return {one["id"]: one["properties"] for one in await features(api, collection)}


# --- Queryables -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["queryables", "queryables-query-parameters", "filter"])
async def test_conf_get_conformance(api: httpx.AsyncClient, name: str) -> None:
    classes = (await asked(api, "/conformance"))["conformsTo"]
    assert f"{SPEC}/ogcapi-features-3/1.0/conf/{name}" in classes


@each
@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_conf_queryables_get_queryables_uris(
    api: httpx.AsyncClient, collection: str, method: str
) -> None:
    """A Link header of the items leads there (/req/queryables/queryables-link)."""
    path = f"/collections/{collection}/items"
    answer = await api.request(method, path, headers={"accept": GEOJSON})
    assert answer.status_code == 200
    found = [
        link["url"] for link in httpx_links(answer) if link.get("rel") == f"{OGC_REL}/queryables"
    ]
    assert found == [f"http://loket.test/ogc/collections/{collection}/queryables"]


@each
async def test_conf_queryables_get_queryables(api: httpx.AsyncClient, collection: str) -> None:
    path = f"/collections/{collection}/queryables"
    answer = await api.get(path, headers={"accept": "application/schema+json"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/schema+json"
    document = answer.json()
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"http://loket.test/ogc{path}"
    assert document["type"] == "object"
    assert document["properties"]
    for one in document["properties"].values():
        assert "type" in one or one["format"].startswith("geometry-")
    Draft202012Validator.check_schema(document)


@each
async def test_conf_queryables_get_collection(api: httpx.AsyncClient, collection: str) -> None:
    """A collection leads to its queryables and to what it can be ordered by."""
    document = await asked(api, f"/collections/{collection}")
    for part in ("queryables", "schema"):
        types = {link["type"] for link in linked(document, f"{OGC_REL}/{part}")}
        assert "application/schema+json" in types


@each_queryable
async def test_conf_queryables_query_parameters_query_param(
    api: httpx.AsyncClient, described: Described, collection: str, queryable: str
) -> None:
    """A value that is there finds what has it; one of another type is refused."""
    path, known = f"/collections/{collection}/items", await everything(api, collection)
    given = next((one[queryable] for one in known.values() if one[queryable] is not None), None)
    if given is not None:
        text = str(given).lower() if isinstance(given, bool) else str(given)
        found = set(await names(api, collection, **{queryable: text}))
        assert found == {name for name, one in known.items() if one[queryable] == given}
    if kind(collection, queryable) not in ("text", "uri"):
        refused = await api.get(path, params={queryable: "[invalid-value]"})
        assert refused.status_code == 400
        described.check(refused)


# --- Filter -----------------------------------------------------------------------------------


@each_queryable
async def test_conf_filter_filter_param(
    api: httpx.AsyncClient, collection: str, queryable: str
) -> None:
    """``IS NULL``, in each language and in the default one (/conf/filter/filter-lang-default)."""
    expression = json.dumps({"op": "isNull", "args": [{"property": queryable}]})
    known = await everything(api, collection)
    empty = {name for name, one in known.items() if one[queryable] is None}
    text = f"{queryable} IS NULL"
    assert await selected(api, collection, text) == empty
    assert await selected(api, collection, text, **{"filter-lang": "cql2-text"}) == empty
    assert await selected(api, collection, expression, **{"filter-lang": "cql2-json"}) == empty


@each
@pytest.mark.parametrize("language", ["cql2-text", "cql2-json", None])
async def test_conf_filter_filter_param_invalid(
    api: httpx.AsyncClient, described: Described, collection: str, language: str | None
) -> None:
    for text in ("THIS IS NOT A FILTER", "{", "", "(", "a = "):
        given = {"filter": text} | ({"filter-lang": language} if language else {})
        answer = await api.get(f"/collections/{collection}/items", params=given)
        assert answer.status_code == 400, text
        described.check(answer)


@each
async def test_conf_filter_expression_construction(api: httpx.AsyncClient, collection: str) -> None:
    given = {"filter": "this_is_not_a_queryable IS NULL"}
    assert (await asked(api, f"/collections/{collection}/queryables"))[
        "additionalProperties"
    ] is False
    answer = await api.get(f"/collections/{collection}/items", params=given)
    assert answer.status_code == 400
    assert answer.json().get("parameter") == "filter"


async def extent(api: httpx.AsyncClient, collection: str) -> tuple[float, ...] | None:
    entry = await asked(api, f"/collections/{collection}")
    if "spatial" not in entry.get("extent", {}):
        return None
    west, south, east, north = entry["extent"]["spatial"]["bbox"][0]
    return (west - 1e-4, south - 1e-4, east + 1e-4, north + 1e-4)


async def placed(api: httpx.AsyncClient, collection: str) -> set[str]:
    return {one["id"] for one in await features(api, collection) if one["geometry"]}


def within(box: tuple[float, ...]) -> str:
    return f"S_INTERSECTS(geometry, BBOX({','.join(map(str, box))}))"


@each_spatial
async def test_conf_filter_filter_crs_wgs84(api: httpx.AsyncClient, collection: str) -> None:
    """Longitude and latitude, unless said otherwise; other numbers are refused."""
    box = await extent(api, collection)
    if box:
        assert await selected(api, collection, within(box)) == await placed(api, collection)
    given = {"filter": "S_INTERSECTS(geometry, BBOX(1000000,1000000,2000000,2000000))"}
    answer = await api.get(f"/collections/{collection}/items", params=given)
    assert answer.status_code == 400


@each_spatial
@pytest.mark.parametrize("system", list(crs.SUPPORTED), ids=lambda uri: uri.rpartition("/")[2])
async def test_conf_filter_filter_crs_param(
    api: httpx.AsyncClient, collection: str, system: str
) -> None:
    box = await extent(api, collection) or (3.19, 51.19, 3.2, 51.2)
    if system != CRS84:
        # As the authority orders the axes: pyproj does so unless told otherwise.
        turn = Transformer.from_crs("OGC:CRS84", f"EPSG:{system.rpartition('/')[2]}")
        west, south, east, north = box
        box = (*turn.transform(west, south), *turn.transform(east, north))
    found = await selected(api, collection, within(box), **{"filter-crs": system})
    known = await placed(api, collection)
    assert found <= known
    assert len(found) >= 0.9 * len(known), "a box turned by its corners misses a sliver at most"
    given = {"filter": within(box), "filter-crs": f"{EPSG}/0"}
    assert (await api.get(f"/collections/{collection}/items", params=given)).status_code == 400


@each_spatial
async def test_conf_features_filter_mixing_expressions(
    api: httpx.AsyncClient, collection: str
) -> None:
    """A filter, a box, a queryable and a time are joined by AND."""
    box = await extent(api, collection) or (3.19, 51.19, 3.2, 51.2)
    whole, elsewhere = ",".join(map(str, box)), "10,10,11,11"
    assert await selected(api, collection, within(box), bbox=whole) == await placed(api, collection)
    found = await selected(
        api, collection, "S_INTERSECTS(geometry, BBOX(3,51,4,52))", bbox=elsewhere
    )
    assert found == set()
    assert await selected(api, collection, within(box), datetime="../..") == await placed(
        api, collection
    )


# --- CQL2 -------------------------------------------------------------------------------------


@each
async def test_conf_basic_cql2_basic_test(api: httpx.AsyncClient, collection: str) -> None:
    """There is a queryable of a simple type, and each has its type."""
    described = (await asked(api, f"/collections/{collection}/queryables"))["properties"]
    assert any(
        one.get("type") in ("string", "number", "integer", "boolean") for one in described.values()
    )


@each_queryable
async def test_conf_basic_cql2_comparison(
    api: httpx.AsyncClient, collection: str, queryable: str
) -> None:
    value = VALUES[kind(collection, queryable)]
    operators = ("=", "<>", ">", "<=", "<", ">=")
    sets = {one: await selected(api, collection, f"{queryable} {one} {value}") for one in operators}
    valued = await selected(api, collection, f"{queryable} IS NOT NULL")
    for one, other in (("=", "<>"), (">", "<="), ("<", ">=")):
        assert not sets[one] & sets[other]
        assert sets[one] | sets[other] == valued
    assert sets["<="] == sets["<"] | sets["="]


@each_queryable
async def test_conf_basic_cql2_is_null(
    api: httpx.AsyncClient, collection: str, queryable: str
) -> None:
    empty = await selected(api, collection, f"{queryable} IS NULL")
    valued = await selected(api, collection, f"{queryable} is not null")
    assert not empty & valued
    assert empty | valued == set(await names(api, collection))


@each
async def test_conf_basic_cql2_boolean(api: httpx.AsyncClient, collection: str) -> None:
    assert await selected(api, collection, "true") == set(await names(api, collection))
    assert await selected(api, collection, "false") == set()


@each
async def test_conf_basic_cql2_logical(api: httpx.AsyncClient, collection: str) -> None:
    """The expression of the annex, over four predicates of this collection."""
    fields = [field for field in LAYERS[collection].fields if field.queryable]
    every = set(await names(api, collection))
    for start in range(min(3, len(fields))):
        four = [fields[(start + step) % len(fields)] for step in range(4)]
        p = [
            f"{field.name} {'<>' if at % 2 else '>='} {VALUES[field.type]}"
            for at, field in enumerate(four)
        ]
        yes = [await selected(api, collection, one) for one in p]
        no = [await selected(api, collection, f"NOT ({one})") for one in p]
        assert all(not one & other for one, other in zip(yes, no, strict=True))
        text = f"(NOT ({p[1]}) AND {p[0]}) OR ({p[2]} and {p[3]}) or not ({p[0]} OR {p[3]})"
        found = await selected(api, collection, text)
        # Three-valued: what is unknown is not found.
        assert found == (no[1] & yes[0]) | (yes[2] & yes[3]) | (no[0] & no[3])
        assert found <= every


@each_text
async def test_conf_advanced_comparison_operators(
    api: httpx.AsyncClient, collection: str, queryable: str
) -> None:
    """LIKE, IN and, for what has an order, BETWEEN."""
    known = await everything(api, collection)
    texts = sorted({one[queryable] for one in known.values() if one[queryable]})
    some = texts[:1] or ["foo"]
    quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in some)
    found = await selected(api, collection, f"{queryable} IN ({quoted}, 'foo')")
    assert found == {name for name, one in known.items() if one[queryable] in some}
    assert not found & await selected(api, collection, f"{queryable} NOT IN ({quoted}, 'foo')")
    first = some[0][:1].replace("'", "''")
    found = await selected(api, collection, f"{queryable} LIKE '{first}%'")
    assert found == {
        n for n, one in known.items() if (one[queryable] or "").startswith(some[0][:1])
    }
    valued = await selected(api, collection, f"{queryable} IS NOT NULL")
    assert await selected(api, collection, f"{queryable} LIKE '%'") == valued
    assert await selected(api, collection, f"{queryable} NOT LIKE '%'") == set()


@pytest.mark.parametrize(
    ("collection", "queryable"),
    [
        (layer.id, field.name)
        for layer in LAYERS.values()
        for field in layer.fields
        if field.queryable and field.type in ("integer", "number")
    ],
)
async def test_conf_advanced_comparison_operators_between(
    api: httpx.AsyncClient, collection: str, queryable: str
) -> None:
    known = await everything(api, collection)
    found = await selected(api, collection, f"{queryable} BETWEEN 1 AND 1000")
    values = {name: one[queryable] for name, one in known.items() if one[queryable] is not None}
    assert found == {name for name, value in values.items() if 1 <= value <= 1000}
    plus = await selected(api, collection, f"{queryable} + 1 BETWEEN 1 + 1 AND 1001")
    assert plus == found, "arithmetic"


@each_text
@pytest.mark.parametrize("function", ["CASEI", "ACCENTI"])
async def test_conf_insensitive_comparison(
    api: httpx.AsyncClient, collection: str, queryable: str, function: str
) -> None:
    """A text in capitals, or without its accents, is found all the same."""
    known = await everything(api, collection)
    value = next((one[queryable] for one in known.values() if one[queryable]), "Één")
    other = (value.upper() if function == "CASEI" else value).replace("'", "''")
    found = await selected(api, collection, f"{function}({queryable}) = {function}('{other}')")
    assert found >= {name for name, one in known.items() if one[queryable] == value}


PLACES = (
    "BBOX(3.2,51.2,3.23,51.21)",
    "POINT(3.2257 51.2046)",
    "LINESTRING(3.2 51.2, 3.23 51.21)",
    "POLYGON((3.2 51.2, 3.23 51.2, 3.23 51.21, 3.2 51.2))",
    "MULTIPOINT((3.2 51.2), (3.23 51.21))",
)


@each_spatial
@pytest.mark.parametrize(
    ("function", "opposite"),
    [("S_INTERSECTS", "S_DISJOINT"), ("S_WITHIN", None), ("S_CONTAINS", None), ("S_TOUCHES", None),
     ("S_EQUALS", None), ("S_OVERLAPS", None), ("S_CROSSES", None)],
)  # fmt: skip
async def test_conf_spatial_functions(
    api: httpx.AsyncClient, collection: str, function: str, opposite: str | None
) -> None:
    """What a relation finds also meets; what meets is not apart."""
    for place in PLACES:
        found = await selected(api, collection, f"{function}(geometry, {place})")
        assert found <= await selected(api, collection, f"S_INTERSECTS(geometry, {place})")
        if opposite:
            apart = await selected(api, collection, f"{opposite}(geometry, {place})")
            assert not apart & found
            assert apart | found == await placed(api, collection)


@pytest.mark.parametrize(
    ("collection", "queryable"),
    [
        (layer.id, field.name)
        for layer in LAYERS.values()
        for field in layer.fields
        if field.queryable and field.type in ("date", "instant")
    ],
)
async def test_conf_temporal_functions(
    api: httpx.AsyncClient, collection: str, queryable: str
) -> None:
    """Before, at and after are apart, and together they are all that has a time."""
    value = VALUES[kind(collection, queryable)]
    sets = [
        await selected(api, collection, f"{name}({queryable}, {value})")
        for name in ("T_BEFORE", "T_EQUALS", "T_AFTER")
    ]
    valued = await selected(api, collection, f"{queryable} IS NOT NULL")
    assert set.union(*sets) == valued
    assert sum(map(len, sets)) == len(valued)
    assert await selected(api, collection, f"T_DISJOINT({queryable}, {value})") == sets[0] | sets[2]


@each_text
async def test_conf_property_property(
    api: httpx.AsyncClient, collection: str, queryable: str
) -> None:
    valued = await selected(api, collection, f"{queryable} IS NOT NULL")
    assert await selected(api, collection, f"{queryable} = {queryable}") == valued
    assert await selected(api, collection, f"{queryable} <> {queryable}") == set()


# --- Sorting ----------------------------------------------------------------------------------


@each
async def test_conf_sorting(api: httpx.AsyncClient, collection: str) -> None:
    """By each sortable, upwards and downwards, over pages: each feature once, nulls last."""
    document: Json = await asked(api, f"/collections/{collection}/sortables")
    every = await names(api, collection)
    for name in document["properties"]:
        if name == "id":
            assert await names(api, collection, sortby="-id") == sorted(every, reverse=True)
            continue
        for sign in ("", "-"):
            found = await features(api, collection, sortby=f"{sign}{name}")
            assert sorted(one["id"] for one in found) == sorted(every)
            values = [one["properties"][name] for one in found]
            valued = [value for value in values if value is not None]
            assert values[: len(valued)] == valued, "nulls are last"
            if valued and not isinstance(valued[0], str):
                assert valued == sorted(valued, reverse=bool(sign))


def httpx_links(answer: httpx.Response) -> list[dict[str, str]]:
    """Every link of the Link headers; ``answer.links`` keeps one per relation."""
    return [dict(link) for link in answer.links.values()]
