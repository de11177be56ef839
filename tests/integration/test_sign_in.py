"""Signing in and out at a real provider, and what staff and visitors see before and after."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.demo import PROGRAM
from fixtures.identity import Browser, Loket, Rogue, identified, loket

from geoloket.database import connect
from geoloket.embedded import OWNER

pytestmark = pytest.mark.xdist_group("sign-in")

CANARY = "CANARY-5e11"
HOUSING = "/ogc/collections/housing_inspections"
EVENTS = "/ogc/collections/events/items"
SEEN_BY_STAFF = (
    EVENTS,
    f"{EVENTS}/e1",
    f"{EVENTS}?f=csv",
    f"{EVENTS}?f=html",
    f"{EVENTS}?f=jsonfg",
    f"{EVENTS}?limit=5000",
    "/ogc/collections/events",
    "/ogc/collections/events/queryables",
    "/ogc/collections",
    "/ogc",
    "/ogc?f=html",
    "/ogc/openapi",
    "/ogc/tiles/WebMercatorQuad/14/5469/8338",
    "/medewerker",
    "/",
    "/zoek?q=kerkstraat",
    "/no-such-page",
)


@pytest.fixture(scope="module")
def people_dsn(server: Dsn, template: str) -> Iterator[str]:
    """A database with an event of which staff know more, something it clashes with, and housing."""
    with copied(server, template) as name:
        with connect(server(OWNER, name)) as owner:
            owner.execute(
                """INSERT INTO geoloket.events
                          (id, geom, name, starts, ends, request_status, publicity, organiser)
                   SELECT id, ST_Buffer(ST_Point(70100, 211100, 31370), 20), 'Kermis ' || id,
                          now() + interval '2 days', now() + interval '3 days', 'approved', true, %s
                   FROM unnest(ARRAY['e1', 'e2']) AS id""",
                [CANARY],
            )
            owner.execute(
                "INSERT INTO staff.housing_inspections (id, geom, case_number) "
                "VALUES ('h1', ST_Point(70100, 211100, 31370), %s)",
                [CANARY],
            )
        yield server(OWNER, name)


async def test_a_visitor_is_shown_where_to_sign_in_and_nothing_else(browser: Browser):
    away = await browser.get("/medewerker")
    assert away.status_code == 303
    assert away.headers["location"] == "/aanmelden?return_to=/medewerker"
    page = await browser.get(away.headers["location"])
    assert page.status_code == 200
    assert 'href="/aanmelden/naar?return_to=/medewerker"' in page.text
    assert (await browser.get("/en/sign-in")).status_code == 200
    assert (await browser.get("/medewerker/bestaat-niet")).status_code == 404
    assert (await browser.get(HOUSING)).status_code == 404
    assert CANARY not in (await browser.get(EVENTS)).text


async def test_staff_come_in_and_see_who_they_are(browser: Browser):
    answer = await browser.sign_in("mira")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/medewerker"
    written = [one for one in answer.headers.get_list("set-cookie") if one.startswith("geoloket=")]
    assert len(written) == 1
    assert written[0].endswith("; Path=/; HttpOnly; SameSite=Lax")
    page = await browser.get("/medewerker")
    assert "Mira Maes" in page.text
    assert "medewerker" in page.text
    assert "woningcontrole" not in page.text
    assert "Kermis e1" in page.text  # clashes with the other, of the same organiser
    assert "Zelfde inrichter" in page.text
    english = await browser.get("/en/staff")
    assert "Signed in as" in english.text
    again = await browser.get("/aanmelden?return_to=/zoek")
    assert (again.status_code, again.headers["location"]) == (303, "/zoek")


async def test_each_role_sees_its_own_layers(browser: Browser, counter: Loket):
    await browser.sign_in("mira")
    assert CANARY in (await browser.get(EVENTS)).text
    assert (await browser.get(HOUSING)).status_code == 404
    assert "housing_inspections" not in (await browser.get("/ogc/collections")).text
    assert "housing_inspections" not in (await browser.get("/medewerker")).text
    other = counter.browser()
    await other.sign_in("joris")
    assert CANARY in (await other.get(f"{HOUSING}/items")).text
    assert "housing_inspections" in (await other.get("/ogc/collections")).text
    assert f"{HOUSING}?" not in (await other.get("/medewerker")).text
    assert f'href="{HOUSING}"' in (await other.get("/medewerker")).text
    assert (await other.get(f"{HOUSING}/items/h1")).status_code == 200
    assert (await other.get(f"{HOUSING}/items?f=csv")).text.count(CANARY) == 1
    assert (await other.get(f"{HOUSING}/items?case_number={CANARY}")).json()["numberMatched"] == 1
    await other.sign_out()
    assert (await other.get(HOUSING)).status_code == 404
    assert CANARY in (await browser.get(EVENTS)).text  # the one is not the other


@pytest.mark.parametrize("path", SEEN_BY_STAFF)
async def test_what_staff_are_answered_is_theirs_alone(browser: Browser, counter: Loket, path: str):
    visitor = counter.browser()
    before = await visitor.get(path)
    await browser.sign_in("joris")
    known = before.headers.get("etag", '"x"')
    for answer in (await browser.get(path), await browser.get(path, if_none_match=known)):
        assert answer.status_code == (404 if path == "/no-such-page" else answer.status_code)
        assert answer.status_code != 304
        assert answer.headers["cache-control"] == "private, no-store"
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers.get("etag") is None or answer.headers["etag"] != known
    theirs = (await browser.get(path)).headers.get("etag")
    after = await visitor.get(path, **({"if_none_match": theirs} if theirs else {}))
    assert after.status_code != 304
    assert CANARY not in after.text
    assert "no-store" not in after.headers.get("cache-control", "") or path == "/medewerker"


async def test_another_cookie_does_not_keep_a_visitor_from_the_kept_answers(
    browser: Browser, counter: Loket
):
    first = await browser.get(EVENTS)
    again = await counter.browser().get(
        EVENTS, cookie="theme=dark", if_none_match=first.headers["etag"]
    )
    assert again.status_code == 304


async def test_signing_out_ends_it_here_and_leads_to_the_provider(browser: Browser, rogue: Rogue):
    await browser.sign_in()
    token = browser.token
    answer = await browser.sign_out()
    assert answer.status_code == 200
    assert "Je bent afgemeld" in answer.text
    assert "Mira Maes" not in answer.text
    there = answer.headers["refresh"].removeprefix("0; url=")
    assert there.startswith(f"{rogue.issuer}/end?id_token_hint=")
    assert not await browser.is_in()
    assert token
    browser.token = token  # whoever kept it
    assert not await browser.is_in()
    assert (await browser.get("/afmelden")).status_code == 200


async def test_the_first_lock_alone_would_not_be_enough(people_dsn: str):
    """What the application leaves out the database refuses as well."""
    refused = psycopg.errors.InsufficientPrivilege
    for role, statement in (
        ("geoloket_staff", "SELECT * FROM staff.housing_inspections"),
        ("geoloket_staff", "SELECT id FROM staff.housing_inspections"),
        ("geoloket_porter", "SELECT id FROM geoloket.events"),
        ("geoloket_porter", "SELECT id FROM staff.housing_inspections"),
    ):
        with connect(people_dsn, role=role, autocommit=True) as one, pytest.raises(refused):
            one.execute(statement.encode())
    with connect(people_dsn, role="geoloket_housing", autocommit=True) as one:
        rows = one.execute("SELECT case_number FROM staff.housing_inspections").fetchall()
        assert rows == [{"case_number": CANARY}]
        assert one.execute("SELECT organiser FROM geoloket.events LIMIT 1").fetchone()


@pytest.mark.parametrize("role", ["reader", "staff", "housing", "worker", "porter"])
@pytest.mark.parametrize("table", ["sessions", "signings", "logout_tokens"])
async def test_nobody_reads_who_is_signed_in(people_dsn: str, role: str, table: str):
    with connect(people_dsn, role=f"geoloket_{role}", autocommit=True) as one:
        for statement in (f"SELECT * FROM people.{table}", f"DELETE FROM people.{table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                one.execute(statement.encode())


@pytest.mark.parametrize("role", ["reader", "staff", "housing", "worker"])
async def test_only_the_front_door_asks_who_is_signed_in(people_dsn: str, role: str):
    with connect(people_dsn, role=f"geoloket_{role}", autocommit=True) as one:
        for statement in ("SELECT people.find('x')", "SELECT people.close('x')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                one.execute(statement.encode())


async def test_without_a_provider_there_is_no_door(people_dsn: str, tmp_path: Path):
    async with loket(identified(people_dsn, tmp_path, {})) as closed:
        one = closed.browser()
        for path in ("/aanmelden", "/medewerker", "/afmelden", "/aanmelden/terug"):
            assert (await one.get(path)).status_code == 404
        assert "Voor medewerkers" not in (await one.get("/")).text


async def test_a_provider_that_is_away_is_told(people_dsn: str, tmp_path: Path):
    identity = {"issuer": "http://127.0.0.1:1", "demo": True, "timeout_s": 2}
    async with loket(identified(people_dsn, tmp_path, identity)) as lonely:
        one = lonely.browser()
        assert (await one.get("/aanmelden")).status_code == 200
        answer = await one.get("/aanmelden/naar")
        assert answer.status_code == 503
        assert "Even niet beschikbaar" in answer.text
        assert "location" not in answer.headers


async def test_over_https_the_cookie_is_of_this_host_alone(people_dsn: str, tmp_path: Path):
    identity = {"issuer": "https://login.example", "roles": {"staff": [{"groups": "x"}]}}
    given = identified(people_dsn, tmp_path, identity, public_url="https://loket.example")
    async with loket(given) as safe:
        one = safe.browser()
        answer = await one.get("/", cookie="__Host-geoloket=none-such")
        assert answer.headers["set-cookie"] == (
            "__Host-geoloket=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
        )


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["serve", "--host", "0.0.0.0"], {}),  # noqa: S104
        (["serve"], {"GEOLOKET_SERVER__PUBLIC_URL": "https://loket.example"}),
        (["demo"], {"GEOLOKET_SERVER__HOST": "0.0.0.0"}),  # noqa: S104
    ],
)
def test_the_demo_provider_is_not_for_others(
    arguments: list[str], more: dict[str, str], tmp_path: Path
):
    """One line, and exit code 2, before anything is started."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "GEOLOKET_HOME": str(tmp_path),
        "GEOLOKET_IDENTITY__ISSUER": "http://127.0.0.1:1",
        "GEOLOKET_IDENTITY__DEMO": "true",
    }
    refused = subprocess.run(
        [PROGRAM, *arguments],
        env=environment | more,
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
        check=False,
    )
    assert refused.returncode == 2
    assert "identity.demo lets anybody in" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


async def test_clashes_and_counts_are_in_the_audit_log_once(browser: Browser, people_dsn: str):
    await browser.sign_in()

    async def noted(path: str) -> list[tuple[str, str, list[str]]]:
        with connect(people_dsn, autocommit=True) as owner:
            head = owner.execute("SELECT seq FROM audit.head").fetchone()
            assert head
            assert (await browser.get(path)).status_code == 200
            rows = owner.execute(
                "SELECT deed, layer, records FROM audit.entries WHERE seq > %s ORDER BY seq",
                [head["seq"]],
            ).fetchall()
        return [(row["deed"], row["layer"], sorted(row["records"])) for row in rows]

    assert await noted("/medewerker") == [("list", "events", ["e1", "e2"])]
    for _ in range(2):  # worked out, and then remembered
        asked = f"{EVENTS}?resulttype=hits&filter=name='Kermis e1'"
        assert await noted(asked) == [("count", "events", [])]
