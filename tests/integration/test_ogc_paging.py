"""Pages: cursors that only we can make, counting along landmarks, and what is in an answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.server import settings_for
from fixtures.varied import PARCELS
from psycopg import sql

from geoloket import compose
from geoloket.access import VISITOR
from geoloket.embedded import OWNER
from geoloket.hall import Hall
from geoloket.layer import Layer
from geoloket.main import app
from geoloket.query import Query
from geoloket.registry import LayerRegistry
from ogc import state
from ogc.paging import Cursors, Landmarks

ITEMS = "/collections/parcels/items"
IDS = [row["id"] for row in PARCELS]


def next_of(document: dict[str, Any]) -> str | None:
    return next((link["href"] for link in document["links"] if link["rel"] == "next"), None)


def cursor_of(document: dict[str, Any]) -> str:
    return parse_qs(urlsplit(next_of(document) or "").query)["cursor"][0]


def found(document: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in document["features"]]


def name_of(feature: bytes) -> str:
    return orjson.loads(feature)["id"]


async def test_a_cursor_that_was_changed_is_refused(varied: httpx.AsyncClient) -> None:
    cursor = cursor_of((await varied.get(ITEMS)).json())
    assert (await varied.get(ITEMS, params={"cursor": cursor})).status_code == 200
    changed = [cursor[:place] + "A" + cursor[place + 1 :] for place in range(0, len(cursor), 3)]
    changed += [
        cursor[:-1],
        cursor + "A",
        cursor + "=",
        f" {cursor}",
        cursor + "!",
        "",
        "é",
        "AAAA",
    ]
    changed += ["A" * 30_000, cursor[::-1]]
    for other in changed:
        if other != cursor:
            answer = await varied.get(ITEMS, params={"cursor": other})
            assert answer.status_code == 400, other
            assert answer.json()["parameter"] == "cursor"


async def test_a_cursor_means_nothing_elsewhere(varied: httpx.AsyncClient) -> None:
    cursor = cursor_of((await varied.get(ITEMS)).json())
    answer = await varied.get("/collections/events/items", params={"cursor": cursor})
    assert answer.status_code == 400


async def test_every_process_accepts_a_cursor(
    varied: httpx.AsyncClient, varied_dsn: str, tmp_path: Any
) -> None:
    """Another process over the same database; another database does not accept it."""
    cursor = cursor_of((await varied.get(ITEMS)).json())
    hall = Hall.furnish(settings_for(varied_dsn, tmp_path), varied_dsn)
    await hall.database.open()
    secret = await hall.features.secret("paging")
    await hall.database.close()
    layer = hall.features.layer("parcels", VISITOR)
    assert Cursors(secret).read(layer, Query(), cursor) == (IDS[9],)
    assert len(secret) == 32
    assert secret.hex() not in (await varied.get(ITEMS)).text


async def test_pages_are_stable_while_rows_come_and_go(
    server: Dsn, varied_dsn: str, template: str, tmp_path: Any
) -> None:
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        with psycopg.connect(dsn) as owner:
            for number in range(30):
                insert = "INSERT INTO geoloket.parcels (id, area_m2) VALUES (%s, %s)"
                owner.execute(insert, [f"p{number:02d}", number % 4 or None])
        application = app.create(settings_for(dsn, tmp_path))
        transport = httpx.ASGITransport(application)
        async with (
            application.router.lifespan_context(application),
            httpx.AsyncClient(transport=transport, base_url="http://loket.test/ogc") as client,
        ):
            for order in ("id", "-area_m2"):
                before = found((await client.get(f"{ITEMS}?sortby={order}&limit=1000")).json())
                address: str | None = f"{ITEMS}?sortby={order}&limit=10"
                seen: list[str] = []
                turn = 0
                while address:
                    document = (await client.get(address)).json()
                    seen += found(document)
                    address = next_of(document)
                    with psycopg.connect(dsn) as owner:
                        insert = "INSERT INTO geoloket.parcels (id, area_m2) VALUES (%s, 9)"
                        owner.execute(insert, [f"a{order}{turn}"])
                        owner.execute("DELETE FROM geoloket.parcels WHERE id = %s", [seen[0]])
                    turn += 1
                kept = [name for name in seen if name in before]
                assert kept == before
                with psycopg.connect(dsn) as owner:
                    insert = "INSERT INTO geoloket.parcels (id, area_m2) VALUES (%s, NULL)"
                    owner.execute(insert, [seen[0]])


def statement(query: Query) -> str:
    layer = LayerRegistry.read()["parcels"]
    return compose.page(layer, query, sql.SQL("TRUE"), 31370).text.as_string()


def test_a_deep_page_is_one_look_into_the_index(varied_dsn: str) -> None:
    """The cursor is a comparison with the key, which its index begins at."""
    text = compose.page(
        LayerRegistry.read()["parcels"], Query(after=("p050",)), sql.SQL("TRUE"), 31370
    )
    with psycopg.connect(varied_dsn) as owner:
        owner.execute("SET enable_seqscan = off")
        owner.execute("SET enable_bitmapscan = off")
        plan = owner.execute(sql.SQL("EXPLAIN {}").format(text.text), text.values).fetchall()
    told = "\n".join(row[0] for row in plan)
    assert "Index Cond: (id > " in told
    assert "Sort" not in told


def test_features_are_written_for_the_page_alone() -> None:
    assert "JOIN" not in statement(Query())
    for query in (Query(offset=5), Query(order=(("area_m2", True),))):
        inner = statement(query).split("FROM (", 1)[1].split(") AS chosen", 1)[0]
        assert "ST_AsGeoJSON" not in inner


async def test_counting_through(varied: httpx.AsyncClient) -> None:
    """Pages by offset are those of the next links, in any order, with and without a filter."""
    for given in ({}, {"sortby": "-area_m2"}, {"filter": "version >= 0", "sortby": "version"}):
        whole = found((await varied.get(ITEMS, params={**given, "limit": "1000"})).json())
        for offset in (*range(0, 60, 7), 3, 50, 14, 59, 60, 1000):
            asked = {**given, "limit": "7", "offset": str(offset)}
            document = (await varied.get(ITEMS, params=asked)).json()
            assert found(document) == whole[offset : offset + 7]
            assert document["numberMatched"] == len(whole)


def test_landmarks_lead_to_the_same_page() -> None:
    marks = Landmarks()
    assert marks.near("v1", Query(offset=30)) == Query(offset=30)
    marks.passed("v1", Query(offset=10, limit=10), 20, ("p19",))
    marks.passed("v1", Query(offset=0, limit=10), 10, ("p09",))
    marks.passed("v1", Query(offset=0, limit=10), 10, ("p09",))
    assert marks.near("v1", Query(offset=30)) == Query(offset=10, after=("p19",))
    assert marks.near("v1", Query(offset=10)) == Query(offset=0, after=("p09",))
    assert marks.near("v1", Query(offset=9)) == Query(offset=9)
    assert marks.near("v1", Query()) == Query()
    other = Query(offset=30, order=(("area_m2", False),))
    for unknown in (other, Query(offset=30, words=("x",)), Query(offset=30, after=("p00",))):
        assert marks.near("v1", unknown) == unknown
    assert marks.near("v2", Query(offset=30)) == Query(offset=30)


async def test_the_page_at_an_offset_knows_what_it_starts_behind(
    varied_dsn: str, tmp_path: Any
) -> None:
    """Who asks for it again, or for what follows, is not counted through once more."""
    hall = Hall.furnish(settings_for(varied_dsn, tmp_path), varied_dsn)
    store, layer = hall.features, hall.features.layer("parcels", VISITOR)
    await hall.database.open()
    try:
        ids = [name_of(one) for one in (await store.page(layer, Query(limit=60), VISITOR)).features]
        page = await store.page(layer, Query(offset=20, limit=5), VISITOR)
        assert [name_of(one) for one in page.features] == ids[20:25]
        assert (page.after, page.next_after) == ((ids[19],), (ids[24],))
        last = await store.page(layer, Query(offset=59, limit=5), VISITOR)
        assert [name_of(one) for one in last.features] == ids[59:]
        assert (last.after, last.next_after) == ((ids[58],), None)
        beyond = await store.page(layer, Query(offset=60, limit=5), VISITOR)
        assert (beyond.features, beyond.after) == ((), (ids[59],))
        assert (await store.page(layer, Query(offset=61), VISITOR)).after is None
        assert (await store.page(layer, Query(limit=5), VISITOR)).after is None
    finally:
        await hall.database.close()


async def test_hits(varied: httpx.AsyncClient) -> None:
    for given, count in (({}, 60), ({"filter": "section = 'A'"}, 20), ({"division": "none"}, 0)):
        document = (await varied.get(ITEMS, params={**given, "resulttype": "hits"})).json()
        assert (document["numberMatched"], document["numberReturned"]) == (count, 0)
        assert document["features"] == []
        assert next_of(document) is None
    page = await varied.get(ITEMS, params={"resulttype": "hits", "f": "html"})
    assert "60 objecten" in page.text
    download = await varied.get(ITEMS, params={"resulttype": "hits", "f": "csv"})
    assert download.status_code == 400
    for text in ("", "HITS", "all"):
        refused = await varied.get(ITEMS, params={"resulttype": text})
        assert refused.status_code == 400


async def test_what_is_counted_no_further_is_said(
    varied: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """numberMatched is exact or absent (/req/core/fc-numberMatched)."""
    monkeypatch.setattr(state, "MOST_COUNTED", 19)
    narrowed = {"filter": "section = 'B' OR section = 'B'", "limit": "5"}
    document = (await varied.get(ITEMS, params=narrowed)).json()
    assert "numberMatched" not in document
    assert document["numberMatchedMoreThan"] == 19
    assert document["numberReturned"] == 5
    page = await varied.get(ITEMS, params={**narrowed, "f": "html"})
    assert "Meer dan 19 objecten" in page.text
    exact = (await varied.get(ITEMS, params={**narrowed, "resulttype": "hits"})).json()
    assert exact["numberMatched"] == 20
    last = (await varied.get(ITEMS, params={**narrowed, "limit": "20"})).json()
    assert last["numberMatched"] == 20
    assert (await varied.get(ITEMS)).json()["numberMatched"] == 60


async def test_a_page_that_is_the_last_is_not_counted(
    varied: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def counted(*_: object, **__: object) -> int:
        raise AssertionError("counted")

    monkeypatch.setattr("geoloket.features.FeatureStore.count", counted)
    for given in ({"limit": "100"}, {"limit": "5", "offset": "18"}):
        asked = {"filter": "section = 'C' AND TRUE", **given}
        document = (await varied.get(ITEMS, params=asked)).json()
        assert document["numberMatched"] == 20


async def test_properties(varied: httpx.AsyncClient) -> None:
    document = (await varied.get(ITEMS, params={"properties": "section,area_m2"})).json()
    for feature in document["features"]:
        assert list(feature["properties"]) == ["section", "area_m2"]
        assert feature["geometry"]
    nothing = (await varied.get(ITEMS, params={"properties": ""})).json()
    assert nothing["features"][0]["properties"] == {}
    hidden = {"properties": "section", "filter": "version = 1", "sortby": "area_m2"}
    assert found((await varied.get(ITEMS, params=hidden)).json())
    page = await varied.get(ITEMS, params={"properties": "section", "f": "html"})
    assert "Sectie" in page.text
    assert "Capakey" not in page.text
    for text in ("nothing", "section,", "organiser", "SECTION", "section;"):
        for collection in ("parcels", "events"):
            address = f"/collections/{collection}/items"
            refused = await varied.get(address, params={"properties": text})
            assert refused.status_code == 400


async def test_skip_geometry(varied: httpx.AsyncClient) -> None:
    document = (await varied.get(ITEMS, params={"skipGeometry": "true"})).json()
    assert {feature["geometry"] for feature in document["features"]} == {None}
    document = (await varied.get(ITEMS, params={"skipGeometry": "false"})).json()
    assert all(feature["geometry"] for feature in document["features"])
    for text in ("", "yes", "TRUE", "1"):
        refused = await varied.get(ITEMS, params={"skipGeometry": text})
        assert refused.status_code == 400


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("strasse", {"Straße", "STRASSE", "strasse"}),
        ("ETE", {"été", "ete", "Été"}),
        ("kerk straat", {"kerk straat"}),
        ("kerk   straat", {"kerk straat"}),
        ("kerk", {"kerk straat", "Kerkstraat"}),
        ("Kerkstraat,οδος", {"Kerkstraat", "ΟΔΟΣ", "οδος", "οδοσ"}),
        ("a%b", {"a%b"}),
        ("a_b", {"a_b"}),
        ("a\\b", {"a\\b"}),
        ("it's", {"it's"}),
        ("nergens te vinden", set()),
    ],
)
async def test_q(varied: httpx.AsyncClient, text: str, labels: set[str]) -> None:
    """OGC 20-004r1: one of the terms, words of a term together; case and accents do not matter."""
    document = (await varied.get(ITEMS, params={"q": text, "limit": "1000"})).json()
    shown = {feature["properties"]["parcel_label"] for feature in document["features"]}
    assert shown == labels
    assert document["numberMatched"] == len(document["features"])


async def test_q_finds_nothing_that_is_hidden(varied: httpx.AsyncClient) -> None:
    for text in ("CANARY", "hidden"):
        document = (await varied.get("/collections/events/items", params={"q": text})).json()
        assert document["features"] == []
    for text in ("", ",", "a,", "x" * 201, ",".join("abcdefghijk")):
        assert (await varied.get(ITEMS, params={"q": text})).status_code == 400


async def test_profile(varied: httpx.AsyncClient) -> None:
    """OGC 23-058r1 /req/profile-parameter/…: identifier, URI or CURIE, and a link says which."""
    register = "http://www.opengis.net/def/profile/OGC/0/"
    for text in ("rel-as-key", f"{register}rel-as-key", "[ogc-profile:rel-as-key]"):
        document = (await varied.get(ITEMS, params={"profile": text})).json()
        told = [link["href"] for link in document["links"] if link["rel"] == "profile"]
        assert f"{register}rel-as-key" in told
    for text in ("nothing", "", "rel-as-key,nothing"):
        assert (await varied.get(ITEMS, params={"profile": text})).status_code == 400


def test_a_layer_without_geometry_can_be_selected() -> None:
    layer: Layer = LayerRegistry.read()["events"].model_copy(update={"geometry": None})
    text = compose.page(layer, Query(bbox=(0, 0, 1, 1)), sql.SQL("TRUE"), 31370).text
    assert "geom" not in text.as_string().replace('"geometry"', "")
