"""Access tokens: what opens with one, what does not, and when it stops."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncGenerator, Iterator

import httpx
import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import Loket, Rogue

from geoloket.access import Duty, Principal, Role, person
from geoloket.audit.chain import verify
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.errors import Conflict, InvalidParameter, NotKnown
from geoloket.people import DECLARED, TokenDesk

pytestmark = pytest.mark.xdist_group("sign-in")

CANARY = "CANARY-70c3"
HOUSING = "/ogc/collections/housing_inspections"
EVENTS = "/ogc/collections/events/items"
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
TOKEN = re.compile(r"glk_[a-z2-7]{10}_[\w-]{43}")
JORIS = person("joris", "Joris Wouters", [Duty.STAFF, Duty.HOUSING])


@pytest.fixture(scope="module")
def people_dsn(server: Dsn, template: str) -> Iterator[str]:
    with copied(server, template) as name:
        with connect(server(OWNER, name)) as owner:
            owner.execute(
                "INSERT INTO geoloket.events (id, geom, name, starts, request_status, publicity, "
                "organiser) SELECT id, ST_Buffer(ST_Point(70100, 211100, 31370), 20), 'Kermis', "
                "now(), status, true, %s FROM (VALUES ('e1', 'approved'), ('e2', 'refused')) "
                "AS one (id, status)",
                [CANARY],
            )
            owner.execute(
                "INSERT INTO staff.housing_inspections (id, geom, case_number) "
                "VALUES ('h1', ST_Point(70100, 211100, 31370), %s)",
                [CANARY],
            )
        yield server(OWNER, name)


@pytest.fixture
async def client(counter: Loket) -> AsyncGenerator[httpx.AsyncClient]:
    async with counter.browser().client as one:
        yield one


@pytest.fixture
async def desk(counter: Loket) -> TokenDesk:
    tokens = counter.hall.access_tokens
    assert tokens
    await tokens.knows("joris", JORIS.duties)
    return tokens


def shown(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def made(desk: TokenDesk, *layers: str, writes: bool = False) -> str:
    task = "inspection" if "housing_inspections" in layers else DECLARED
    return await desk.make(JORIS, "QGIS", layers, 30, purpose=task, writes=writes)


async def test_a_token_opens_its_layers_in_all_ways(desk: TokenDesk, client: httpx.AsyncClient):
    token = await made(desk, "housing_inspections")
    pair = base64.b64encode(f"qgis:{token}".encode()).decode()
    for headers in (
        shown(token),
        {"authorization": f"bearer  {token}"},
        {"authorization": f"Basic {pair}"},
        {"x-api-key": token},
    ):
        answer = await client.get(f"{HOUSING}/items", headers=headers)
        assert answer.status_code == 200, headers
        assert CANARY in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
        assert "access-control-allow-origin" not in answer.headers
    csv = await client.get(f"{HOUSING}/items?f=csv", headers=shown(token))
    assert CANARY in csv.text
    assert (await client.get(f"{HOUSING}/items")).status_code == 404


async def test_of_other_layers_it_sees_what_a_visitor_sees(
    desk: TokenDesk, client: httpx.AsyncClient
):
    """Also where a member of staff or a whole token has been before, and the other way round."""
    housing = shown(await made(desk, "housing_inspections"))
    events = shown(await made(desk, "events"))
    ends = ("", "/e1", "?resulttype=hits", "?f=csv", "?f=jsonfg", "?limit=5000", "?f=html")
    for headers, names in ((events, {"e1", "e2"}), (housing, {"e1"}), (events, {"e1", "e2"})):
        page = (await client.get(EVENTS, headers=headers)).json()
        assert {one["id"] for one in page["features"]} == names
        assert page["numberMatched"] == len(names)
        hits = (await client.get(f"{EVENTS}?resulttype=hits", headers=headers)).json()
        assert hits["numberMatched"] == len(names)
    for end in ends:
        answer = await client.get(f"{EVENTS}{end}", headers=housing)
        assert answer.status_code == 200
        assert CANARY not in answer.text, end
    assert (await client.get(f"{EVENTS}/e2", headers=housing)).status_code == 404
    assert (await client.get(f"{EVENTS}?organiser=x", headers=housing)).status_code == 400
    assert (await client.get(f"{HOUSING}/items", headers=events)).status_code == 404
    assert "housing_inspections" not in (await client.get("/ogc/collections", headers=events)).text
    assert "housing_inspections" in (await client.get("/ogc/collections", headers=housing)).text


async def test_a_wrong_token_is_refused_and_is_no_visitor(
    desk: TokenDesk, client: httpx.AsyncClient
):
    token = await made(desk, "events")
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    pair = base64.b64encode(b"qgis:secret").decode()
    for headers in (
        shown(changed),
        shown(token.upper()),
        shown(""),
        shown("glk_"),
        shown("é" * 3000),
        {"authorization": f"Basic {pair}"},
        {"authorization": "Basic ***"},
        {"authorization": "Digest x"},
        {"authorization": "Bearer"},
        {"x-api-key": changed},
        {"x-api-key": token, "authorization": f"Bearer {token}"},
    ):
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        for path in (EVENTS, "/ogc", "/ogc/tiles/WebMercatorQuad/14/5469/8338"):
            answer = await client.get(path, headers=sent)
            assert answer.status_code == 401, (path, headers)
            assert answer.headers["www-authenticate"].startswith("Bearer ")
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["cache-control"] == "no-store"
            assert token[14:] not in answer.text


async def test_elsewhere_a_token_is_nobody(desk: TokenDesk, client: httpx.AsyncClient):
    token = await made(desk, "housing_inspections", "events", writes=True)
    for path in ("/medewerker", "/medewerker/toegang", "/en/staff/access", "/evenement/e2"):
        one = await client.get(path, headers=shown(token))
        other = await client.get(path)
        assert (one.status_code, one.headers.get("location")) == (
            other.status_code,
            other.headers.get("location"),
        )
        assert CANARY not in one.text
    for name in ("token", "access_token", "api_key", "key"):
        answer = await client.get(f"{HOUSING}/items?{name}={token}")
        assert answer.status_code == 404
        answer = await client.get(f"{EVENTS}?{name}={token}")
        assert answer.status_code == 400
        assert token not in answer.text


async def test_it_stops_at_once_when_it_is_taken_away(desk: TokenDesk, client: httpx.AsyncClient):
    token = await made(desk, "events")
    assert (await client.get(EVENTS, headers=shown(token))).status_code == 200
    [mine] = [one for one in await desk.listed(JORIS) if token.startswith(f"glk_{one.id}_")]
    assert mine.used_at is not None
    other = Principal(Role.STAFF, "mira", "Mira", frozenset({Duty.STAFF}))
    assert not await desk.end(mine.id, other), "nobody takes away that of somebody else"
    assert (await client.get(EVENTS, headers=shown(token))).status_code == 200
    assert await desk.end(mine.id, JORIS)
    assert (await client.get(EVENTS, headers=shown(token))).status_code == 401


async def test_it_stops_when_its_time_is_up_or_its_owner_stays_away(
    desk: TokenDesk, client: httpx.AsyncClient, people_dsn: str
):
    token = await made(desk, "events")
    with connect(people_dsn, autocommit=True) as owner:
        owner.execute("UPDATE people.known SET told_at = now() - interval '46 days'")
        assert (await client.get(EVENTS, headers=shown(token))).status_code == 401
        await desk.knows("joris", JORIS.duties)
        assert (await client.get(EVENTS, headers=shown(token))).status_code == 200
        owner.execute("UPDATE people.tokens SET ends_at = now()")
        assert (await client.get(EVENTS, headers=shown(token))).status_code == 401
    told = [one for one in await desk.listed(JORIS) if token.startswith(f"glk_{one.id}_")]
    assert told[0].ended


async def test_it_gives_no_more_than_its_owner_has(desk: TokenDesk, client: httpx.AsyncClient):
    token = shown(await made(desk, "housing_inspections", "events"))
    assert (await client.get(f"{HOUSING}/items", headers=token)).status_code == 200
    await desk.knows("joris", [Duty.STAFF])
    assert (await client.get(f"{HOUSING}/items", headers=token)).status_code == 404
    assert CANARY in (await client.get(EVENTS, headers=token)).text
    await desk.knows("joris", [])
    assert (await client.get(EVENTS, headers=token)).status_code == 401
    await desk.knows("joris", [Duty.STAFF, Duty.HOUSING, Duty.ADMIN])
    assert (await client.get(f"{HOUSING}/items", headers=token)).status_code == 200


async def test_the_audit_log_names_it_and_holds(
    desk: TokenDesk, client: httpx.AsyncClient, people_dsn: str
):
    token = await made(desk, "housing_inspections")
    await client.get(f"{HOUSING}/items/h1", headers=shown(token))
    with connect(people_dsn) as owner:
        row = owner.execute(
            "SELECT subject, deed, records, purpose, door FROM audit.entries "
            "ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        kept = owner.execute("SELECT * FROM people.tokens").fetchall()
    with connect(people_dsn) as owner:
        assert verify(owner).fault is None
    name = token.split("_")[1]
    assert row == {
        "subject": "joris",
        "deed": "read",
        "records": ["h1"],
        "purpose": "inspection",
        "door": f"ogc by token {name}",
    }
    secret = token.split("_", 2)[2]
    assert not any(secret in str(value) for one in kept for value in one.values())


async def test_the_database_holds_to_the_scope_as_well(people_dsn: str):
    with connect(people_dsn, role="geoloket_housing") as one:
        for scope, seen in ((",events,", (2, 0)), (",housing_inspections,", (1, 1)), (",", (1, 0))):
            one.execute("SELECT set_config('geoloket.scope', %s, true)", [scope])
            row = one.execute(
                "SELECT (SELECT count(*) FROM geoloket.events) AS events, "
                "(SELECT count(*) FROM staff.housing_inspections) AS housing"
            ).fetchone()
            assert row == {"events": seen[0], "housing": seen[1]}
    for role in ("reader", "staff", "housing", "worker"):
        with connect(people_dsn, role=f"geoloket_{role}") as one:
            for statement in (
                "SELECT * FROM people.tokens",
                "SELECT people.tokens_of('x', 'joris')",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    one.execute(statement)
                one.rollback()


async def test_what_cannot_be_made_is_not(desk: TokenDesk):
    for title, layers, days in (
        ("", ["events"], 30),
        ("x" * 101, ["events"], 30),
        ("a\nb", ["events"], 30),
        ("x", [], 30),
        ("x", ["events"], 0),
        ("x", ["events"], 10_000),
    ):
        with pytest.raises(InvalidParameter):
            await desk.make(JORIS, title, layers, days, purpose=DECLARED, writes=False)
    with pytest.raises(Conflict):
        for _ in range(25):
            await made(desk, "events")
    for one in await desk.listed(JORIS):
        await desk.end(one.id, JORIS)
    with pytest.raises(NotKnown):
        await desk.find("x")


async def test_a_token_is_for_one_task(desk: TokenDesk):
    """Data that nobody needs for it stay shut, also where its owner may see them."""
    housing, residence = "housing_inspections", "residence_checks"
    for layers, task in (
        ([housing], DECLARED),
        ([housing], "residence"),
        ([housing, residence], "inspection"),
        ([housing, "events"], DECLARED),
        (["events"], "inspection"),
        ([housing], "x'; --\0"),
    ):
        with pytest.raises(InvalidParameter, match="make a token for each task"):
            await desk.make(JORIS, "x", layers, 1, purpose=task, writes=False)
    for layers, task in (([housing, "events"], "decision"), ([residence], "residence_question")):
        found = await desk.find(await desk.make(JORIS, "x", layers, 1, purpose=task, writes=False))
        assert (found.purpose, found.scope) == (task, frozenset(layers))
    assert (await desk.find(await made(desk, "events"))).purpose == DECLARED


async def test_one_from_before_tasks_opens_nothing(
    desk: TokenDesk, client: httpx.AsyncClient, people_dsn: str, counter: Loket, rogue: Rogue
):
    """As the migration leaves it, and also where somebody would lengthen it."""
    token = await made(desk, "events")
    with connect(people_dsn, autocommit=True) as owner:
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("UPDATE people.tokens SET purpose = NULL")
        owner.execute("ALTER TABLE people.tokens DROP CONSTRAINT tokens_say_why")
        owner.execute(
            "UPDATE people.tokens SET purpose = NULL WHERE id = %s", [token.split("_")[1]]
        )
        try:
            assert (await client.get(EVENTS, headers=shown(token))).status_code == 401
            browser = counter.browser()
            await browser.sign_in("joris")
            page = (await browser.get("/medewerker/toegang")).text
            assert "zegt niet waarvoor hij dient" in page
        finally:
            owner.execute("DELETE FROM people.tokens WHERE purpose IS NULL")
            owner.execute(
                "ALTER TABLE people.tokens ADD CONSTRAINT tokens_say_why "
                "CHECK (purpose IS NOT NULL) NOT VALID"
            )


async def test_staff_make_see_and_end_their_tokens_on_a_page(
    counter: Loket, rogue: Rogue, client: httpx.AsyncClient
):
    browser = counter.browser()
    assert (await browser.get("/medewerker/toegang")).status_code == 303
    await browser.sign_in("joris")
    page = await browser.get("/medewerker/toegang")
    assert page.status_code == 200
    assert "Woningcontroles" in page.text
    proof = FORM_TOKEN.findall(page.text)[0]
    given = {"title": "Mijn QGIS", "laag_housing_inspections": "1", "days": "30"}
    given["purpose"] = "certificate"
    for wrong in (
        {"title": ""},
        {"days": "9999"},
        {"days": "x"},
        {"laag_housing_inspections": ""},
        {"purpose": ""},
        {"purpose": "x"},
        {"purpose": DECLARED},
        {"purpose": "residence"},
        {"laag_residence_checks": "1"},
    ):
        answer = await browser.post("/medewerker/toegang", given | wrong | {"form_token": proof})
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
    assert (await browser.post("/medewerker/toegang", given)).status_code == 403
    answer = await browser.post("/en/staff/access", given | {"form_token": proof})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    [token] = set(TOKEN.findall(answer.text))
    assert (await client.get(f"{HOUSING}/items", headers=shown(token))).status_code == 200
    again = await browser.get("/medewerker/toegang")
    assert token not in again.text
    assert "Mijn QGIS" in again.text
    assert "<dt>Waarvoor</dt><dd>Een conformiteitsattest afleveren of nakijken</dd>" in again.text
    name = token.split("_")[1]
    mira = counter.browser()
    await mira.sign_in("mira")
    hers = await mira.get("/medewerker/toegang")
    assert "Mijn QGIS" not in hers.text
    assert "Woningcontroles" not in hers.text
    beyond = given | {"form_token": FORM_TOKEN.findall(hers.text)[0]}
    assert (await mira.post("/medewerker/toegang", beyond)).status_code == 400
    await mira.post("/medewerker/toegang", {"end": name, "form_token": beyond["form_token"]})
    assert (await client.get(f"{HOUSING}/items", headers=shown(token))).status_code == 200
    await browser.post("/medewerker/toegang", {"end": name, "form_token": proof})
    assert (await client.get(f"{HOUSING}/items", headers=shown(token))).status_code == 401


async def test_who_signs_in_and_is_not_staff_any_more_has_no_tokens_that_work(
    counter: Loket, rogue: Rogue, desk: TokenDesk, client: httpx.AsyncClient
):
    token = shown(await made(desk, "events"))
    assert (await client.get(EVENTS, headers=token)).status_code == 200
    rogue.tell(claims={"groups": []})
    assert (await counter.browser().sign_in("joris")).status_code == 403
    assert (await client.get(EVENTS, headers=token)).status_code == 401
