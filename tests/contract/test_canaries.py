"""Nothing of staff leaves by any door: a visitor walks past all of them, looking for canaries.

The town of ``canary_town`` has one in every place that no visitor may see. New layers and routes
are walked past by themselves; a route that the walk finds no address for fails here, with its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fixtures.canaries import Canaries, hidden_fields, hides_place
from fixtures.canary_town import ABSENT, CanaryTown, declared, logged
from fixtures.closed_tables import plant_closed
from fixtures.openapi import Described
from fixtures.second_lock import leaks
from fixtures.walk import HEAVY, HERE, Walk, shortened
from psycopg import sql

from geoloket.access import Duty, person
from geoloket.compose import table
from geoloket.database import connect
from geoloket.declaration import Visibility
from geoloket.layer import Layer
from geoloket.people import DECLARED

pytestmark = pytest.mark.xdist_group("canaries")

_QUESTIONS = (
    "COLUMN=x",
    "filter=COLUMN='x'",
    "filter=COLUMN>5",
    "filter=COLUMN IS NULL",
    "filter=COLUMN LIKE 'a%25'",
    "filter=S_INTERSECTS(COLUMN,POINT(3.2 51.2))",
    'filter={"op":"isNull","args":[{"property":"COLUMN"}]}&filter-lang=cql2-json',
    "sortby=COLUMN",
    "sortby=-COLUMN",
    "properties=COLUMN",
    "properties=COLUMN&f=csv",
)
"""Ways to ask about a column."""
UNASKED = (".pdf", ".svg", "/sitemap.xml")
"""Files that take long to make, and are asked nothing but their address."""
SHUT = {
    "/aanmelden/terug": "only with what the provider sends along",
    "/aanmelden/afgemeld": "only with a logout token of the provider",
    "/beeld/{picture}/voorbeeld.jpg": "only of a reviewed picture that has files",
    "/beeld/{picture}/klein.jpg": "only of a reviewed picture that has files",
    "/beeld/{picture}/tegel/{level}/{x}_{y}.jpg": "only of a reviewed picture that has files",
    "/beeld/{picture}/uitsnede/{yaw}_{pitch}.jpg": "only of a reviewed picture that has files",
    "/beeld/{id}/vervagen": "only of a reviewed picture that has files",
    "/en/picture/{id}/blur": "only of a reviewed picture that has files",
    "/medewerker/beelden/beeld.json": "for staff alone",
    "/ogc/jobs/{job}": "only of a run that was begun",
    "/ogc/jobs/{job}/results": "only of a run that was begun",
    "/ogc/jobs/{job}/results/{output}": "only of a run that was begun",
    "/ogc/jobs/{job}/results/{output}/{member:path}": "only of a run that was begun",
    "/ogc/processes/{process}/execution": "begins a run, with inputs",
    "/ogc/collections/orthophotos/map": "only where there is a photo with its file",
    "/ogc/collections/orthophotos/coverage": "only where there is a photo with its file",
}
"""Routes that have no answer for a visitor who brings nothing, and why."""
SEEN_WHOLE = "parcels"
SYSTEM = ("is_public", "imported_at", "geom_crs84", "geom_3857", "ctid", "xmin")
"""Columns that no layer declares."""


async def test_a_visitor_finds_no_canary(canary_town: CanaryTown) -> None:
    town = canary_town
    walk = Walk.through(town.app, town.client, town.canaries)
    with logged() as lines:
        await _documents(town, walk)
        await _collections(town, walk)
        await _tiles(town, walk)
        await _pages(town, walk)
        await walk.follow()
    print(
        f"\n{len(walk.asked)} addresses of {len(walk.routes)} routes, "
        f"{len(town.canaries.texts) + len(town.canaries.numbers)} kinds of canaries in "
        f"{town.canaries.cells} places, {len(walk.leaks)} leaks"
    )
    assert not walk.leaks, "\n".join(walk.leaks[:30])
    assert not walk.faults, (walk.faults, [line for line in lines if '"unexpected"' in line][:2])
    assert set(walk.unvisited) <= set(SHUT), "no filler opens these, and no reason is given"
    assert lines
    told = [line for line in lines if town.canaries.seen_in(line)]
    assert not told, told[:5]


async def test_a_token_of_the_wrong_scope_finds_no_canary(canary_town: CanaryTown) -> None:
    """Its owner may see everything; it is for a layer of which there is nothing to hide."""
    town = canary_town
    owner = person("canary", "Kanarie", list(Duty))
    tokens = town.app.state.hall.access_tokens
    await tokens.knows("canary", owner.duties)
    token = await tokens.make(owner, "verkeerd", [SEEN_WHOLE], 1, purpose=DECLARED, writes=True)
    transport = httpx.ASGITransport(town.app, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {token}", "accept-encoding": "identity"}
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers) as client:
        walk = Walk.through(town.app, client, town.canaries)
        await _documents(town, walk)
        await _collections(town, walk, HEAVY[:1])  # its rights are alike in all
        await _tiles(town, walk)
        own = await walk.ask(f"/ogc/collections/{SEEN_WHOLE}/items")
        wrong = await client.get("/ogc", headers={"authorization": f"Bearer {token}x"})
    print(f"\n{len(walk.asked)} addresses with a token, {len(walk.leaks)} leaks")
    assert not walk.leaks, "\n".join(walk.leaks[:30])
    assert not walk.faults, walk.faults
    assert own.headers["cache-control"] == "private, no-store", "it was taken for a token"
    assert wrong.status_code == 401


async def test_what_is_hidden_is_as_what_does_not_exist(canary_town: CanaryTown) -> None:
    """Columns, rows, places and whole layers: every answer is that for what never was there."""
    town, asked = canary_town, 0
    for layer in town.registry.values():
        items = f"/ogc/collections/{layer.id}/items"
        if layer.visibility is not Visibility.PUBLIC:
            for path in await _paths_of_a_collection(town):
                for end in ("", "?f=json", "?bbox=3,51,4,52", "?limit=abc"):
                    await _same(town, path.format(layer.id) + end, path.format(ABSENT) + end)
                    asked += 1
            continue
        names = [*(one.name for one in hidden_fields(layer)), *SYSTEM]
        for name in [*names, "geom"] if hides_place(layer) else names:
            for question in _QUESTIONS:
                await _same(
                    town,
                    f"{items}?{question.replace('COLUMN', name)}",
                    f"{items}?{question.replace('COLUMN', ABSENT)}",
                )
                asked += 1
        for feature in [*town.canaries.hidden.get(layer.id, ())][:3]:
            for path in (f"{items}/{{}}", f"{items}?filter=id='{{}}'", f"{items}?q={{}}"):
                await _same(town, path.format(feature), path.format(ABSENT))
                asked += 1
        if hides_place(layer):
            for question in ("bbox=3,51,4,52", "filter=S_INTERSECTS(geom,POINT(3.2 51.2))"):
                one = await town.client.get(f"{items}?{question}")
                other = await town.client.get(f"{items}?{question.replace('3', '4')}")
                assert _found(one) == _found(other), (layer.id, question)
    for page in ("/evenement/{}", "/en/event/{}", "/adres/{}", "/perceel/{}", "/vergunning/{}"):
        for feature in (ids[0] for ids in town.canaries.hidden.values()):
            await _same(town, page.format(feature), page.format(ABSENT))
            asked += 1
    print(f"\n{asked} pairs of questions, each answered alike")


async def test_counts_and_extents_are_those_of_what_is_public(canary_town: CanaryTown) -> None:
    town = canary_town
    with connect(town.dsn) as owner:
        for layer in town.public:
            where = sql.SQL("retired_on IS NULL")
            if layer.public_when:
                where += sql.SQL(" AND is_public")
            row = owner.execute(
                sql.SQL("SELECT count(*) AS n FROM {} WHERE {}").format(table(layer), where)
            ).fetchone()
            items = f"/ogc/collections/{layer.id}/items"
            for question in ("limit=1", "resulttype=hits", "limit=1&offset=1"):
                told = (await town.client.get(f"{items}?{question}")).json()
                assert row and told["numberMatched"] == row["n"], (layer.id, question)
            for lon, lat in town.far:
                near = f"bbox={lon - 0.05},{lat - 0.05},{lon + 0.05},{lat + 0.05}"
                told = await town.client.get(f"{items}?{near}")
                if layer.geometry and not hides_place(layer):
                    assert told.json()["numberMatched"] == 0, layer.id


async def test_a_change_of_what_is_hidden_tells_at_most_that_something_changed(
    canary_town: CanaryTown,
) -> None:
    """A layer's tag may move when its table does; not its content, and nothing elsewhere."""
    town = canary_town
    events = [f"/ogc/collections/events{end}" for end in ("/items", "?f=json", "/items?limit=2")]
    pages = ["/", "/evenementen", "/over", "/data", "/sitemap.xml", "/health/ready"]
    pages += ["/ogc/collections/permits/items", "/ogc/collections?f=json", "/ogc/dcat"]
    with connect(town.dsn) as owner:
        owner.execute("UPDATE geoloket.layer_state SET changed_at = now() - interval '40 days'")
    before = await _asked(town, [*pages, *events])
    with connect(town.dsn) as owner:
        owner.execute("UPDATE staff.housing_inspections SET remarks = remarks")
    after = await _asked(town, pages)
    for path in pages:
        assert after[path] == before[path], f"{path} tells that a layer for staff changed"
    with connect(town.dsn) as owner:
        owner.execute("UPDATE geoloket.events SET name = name || 'x' WHERE NOT is_public")
    after = await _asked(town, events)
    for path in events:
        assert after[path][1] == before[path][1], f"{path} tells of a hidden row"


def test_the_database_refuses_as_well(canary_town: CanaryTown) -> None:
    found, tried = leaks(canary_town.dsn, canary_town.canaries)
    print(f"\n{tried} columns, rows and functions were tried, {len(found)} leaks")
    assert not found, "\n".join(found)
    with connect(canary_town.dsn, role="geoloket_reader") as reader:
        names = reader.execute("SELECT name FROM geoloket.secrets").fetchall()
    assert names == [{"name": "paging"}], "what signs the next links, and nothing else"


@pytest.mark.parametrize(
    "mutation",
    [
        "GRANT SELECT (organiser) ON geoloket.events TO geoloket_reader",
        "ALTER POLICY reader_rows ON geoloket.events USING (true)",
        "ALTER TABLE geoloket.occupations DISABLE ROW LEVEL SECURITY",
        "GRANT SELECT ON alerts.messages TO PUBLIC",
        "CREATE FUNCTION geoloket.helpful(given text) RETURNS text LANGUAGE sql "
        "SECURITY DEFINER AS 'SELECT max(organiser) FROM geoloket.events'",
    ],
)
def test_a_door_that_is_left_open_in_the_database_is_found(
    canary_town: CanaryTown, mutation: str
) -> None:
    with canary_town.copy() as dsn:
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute(mutation.encode())
        assert leaks(dsn, canary_town.canaries, tables=r"\.(events|occupations|messages)$")[0]


def test_a_new_closed_table_gets_a_canary_or_is_named(canary_town: CanaryTown) -> None:
    with canary_town.copy() as dsn, connect(dsn) as owner:
        owner.execute(
            "CREATE TABLE people.novelties (id bigint GENERATED ALWAYS AS IDENTITY, note text);"
            "CREATE TABLE audit.novelties (seen boolean NOT NULL)"
        )
        fresh = Canaries()
        plant_closed(owner, fresh, named=r"people\.novelties")
        assert fresh.seen_in(str(fresh.rows["people.novelties"]["note"]))
        owner.execute("GRANT SELECT ON people.novelties TO geoloket_reader")
        owner.execute("GRANT USAGE ON SCHEMA people TO geoloket_reader")
        owner.commit()
        assert leaks(dsn, canary_town.canaries, tables="novelties")[0]
        with pytest.raises(AssertionError, match=r"audit\.novelties has no place"):
            plant_closed(owner, fresh, named=r"audit\.novelties")


async def test_a_door_that_is_left_open_on_both_sides_is_found(
    canary_town: CanaryTown, tmp_path: Path
) -> None:
    """One field for staff is declared public: both locks open, and the walk tells."""
    async with canary_town.opened(declared(seen_by="public"), tmp_path) as town:
        walk = Walk.through(town.app, town.client, town.canaries)
        await walk.ask("/ogc/collections/canary_mixed/items")
        await walk.ask("/ogc/collections/canary_mixed/items?f=csv")
    assert len(walk.leaks) >= 2


async def _documents(town: CanaryTown, walk: Walk) -> None:
    """All that OpenAPI describes, in all its formats, and every other route of the service."""
    described = Described((await walk.ask("/ogc/openapi?f=json")).json())
    interface = (await walk.ask("/api/openapi.json")).json()
    formats = set[str]()
    for path in described.read:
        given = described.parameters(path)
        offered = [str(one) for one in given["f"]["schema"]["enum"]] if "f" in given else []
        formats |= set(offered)
        for address in await town.addresses(path):
            for name in ["", *offered]:
                if name not in HEAVY:
                    await walk.ask(shortened(f"/ogc{address}" + (f"?f={name}" if name else "")))
    for path, item in interface["paths"].items():
        for method in set(item) & {"get", "post", "head"}:
            for address in await town.addresses(path):
                for question in [""] if path.endswith(UNASKED) else town.questions():
                    await walk.ask(f"{address}{question}", method=method.upper())
    for path in walk.routes:
        if path.startswith("/ogc"):
            addresses = await town.addresses(path)
            for address in addresses:
                await walk.once(address)
            await walk.ask(addresses[0], method="HEAD")
            for name in formats - set(HEAVY):
                await walk.once(shortened(f"{addresses[0]}?f={name}&lang=en"))


async def _collections(town: CanaryTown, walk: Walk, heavy: Sequence[str] = HEAVY) -> None:
    """Pages, hits, orders and whole files of every collection that a visitor sees."""
    for layer in town.public:
        items = f"/ogc/collections/{layer.id}/items"
        hides = hidden_fields(layer) or layer.public_when or hides_place(layer)
        for question in (
            (
                "resulttype=hits",
                "limit=20",
            )
            if not hides
            else (
                *("limit=10000", "limit=10000&f=csv", "limit=10000&f=jsonfg", "limit=200&f=jsonld"),
                *("limit=10000&f=geojsonseq", "resulttype=hits", "f=html&limit=100"),
                *(f"limit=100&crs={crs}" for crs in town.systems),
                *(f"sortby=-{name}&limit=50" for name in _sortables(layer)),
            )
        ):
            await walk.ask(f"{items}?{question}")
        for name in heavy if hides else ():
            await walk.ask(f"{items}?f={name}")


def _sortables(layer: Layer) -> list[str]:
    public = [one for one in layer.fields if one.visibility is Visibility.PUBLIC]
    return [one.name for one in public if one.sortable]


async def _tiles(town: CanaryTown, walk: Walk) -> None:
    """At the canaries' places and in the town: empty where only hidden things are."""
    for scheme, places in town.tiles().items():
        for where, matrix, row, column in places:
            ends = f"tiles/{scheme}/{matrix}/{row}/{column}"
            everything = await walk.ask(f"/ogc/{ends}")
            assert where != "far" or everything.status_code == 204, ends
            for layer in town.public:
                if layer.map and layer.geometry and not hides_place(layer):
                    answer = await walk.ask(f"/ogc/collections/{layer.id}/{ends}")
                    assert where != "far" or answer.status_code == 204, (layer.id, ends)


async def _pages(town: CanaryTown, walk: Walk) -> None:
    """Every page: for public things, for hidden ones, and asked for what is hidden."""
    for path, methods in list(walk.routes.items()):
        if path.startswith(("/ogc", "/api")):
            continue
        addresses = await town.addresses(path)
        if "GET" in methods:
            for address in addresses:
                await walk.once(address)
            for question in [] if path.endswith(UNASKED) else town.questions():
                await walk.ask(f"{addresses[0]}{question}")
            await walk.ask(addresses[0], method="HEAD")
        if "POST" in methods:
            for address in addresses[-3:]:
                for form in town.forms():
                    await walk.ask(address, method="POST", data=form)
        await walk.ask(addresses[0], method="OPTIONS")
    for parcel in town.parcels:
        await walk.ask(f"/perceel/{parcel}/dossier.pdf")


async def _same(town: CanaryTown, path: str, absent: str) -> None:
    """Two addresses are answered alike, but for the words that were asked."""
    one, other = await town.client.get(path), await town.client.get(absent)
    assert one.status_code == other.status_code, (path, one.status_code, other.status_code)
    known = _names(path, absent)
    assert _told(one, known) == _told(other, known), path


def _names(*paths: str) -> list[str]:
    return sorted({word for path in paths for word in re.findall(r"\w[\w-]{2,}", path)}, key=len)[
        ::-1
    ]


def _told(answer: Any, asked: list[str] | None = None) -> str:
    """Body and type, without the moment and without the words of the question."""
    text = f"{answer.headers.get('content-type')}\n{answer.text}"
    text = re.sub(r'"timeStamp":"[^"]+"|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)', "", text)
    for word in asked or ():
        text = text.replace(word, "…")
    return text


def _found(answer: Any) -> tuple[int, object]:
    """Status and features: links repeat what was asked."""
    return answer.status_code, answer.json().get("features")


async def _asked(town: CanaryTown, paths: list[str]) -> dict[str, tuple[str | None, str]]:
    """Tag and content of each, from an application that has just begun."""
    async with town.fresh() as client:
        answers = {path: await client.get(path) for path in paths}
    return {path: (one.headers.get("etag"), _told(one)) for path, one in answers.items()}


async def _paths_of_a_collection(town: CanaryTown) -> list[str]:
    """Paths below a collection, with a place for its name."""
    document = (await town.client.get("/ogc/openapi?f=json")).json()
    found = {
        re.sub(r"{\w+}", "1", path.replace("/collections/events", "/ogc/collections/{0}", 1))
        for path in document["paths"]
        if re.match(r"/collections/events(/|$)", path)
    }
    return sorted(found)
