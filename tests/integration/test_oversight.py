"""The log of who looked and the register of processing: who may open them, and what they tell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import Browser, Loket

from geoloket import processings
from geoloket.access import Duty, person
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.grants import CLOSED
from geoloket.main import auditing
from geoloket.settings import AuditSettings

pytestmark = pytest.mark.xdist_group("sign-in")

LOG, REGISTER = "/medewerker/logboek", "/medewerker/verwerkingsregister"
PAGES = (
    LOG,
    REGISTER,
    f"{REGISTER}.csv",
    f"{REGISTER}.json",
    "/en/staff/log",
    "/en/staff/register",
)


@pytest.fixture(scope="module")
def people_dsn(server: Dsn, template: str) -> Iterator[str]:
    with copied(server, template) as name:
        with connect(server(OWNER, name)) as owner:
            for one in ("h1", "h2"):
                owner.execute(
                    "INSERT INTO staff.housing_inspections (id, geom, case_number) "
                    "VALUES (%s, ST_Point(70100, 211100, 31370), %s)",
                    [one, f"2026-{one}"],
                )
        yield server(OWNER, name)


@pytest.mark.parametrize("path", PAGES)
async def test_a_visitor_is_led_to_signing_in(browser: Browser, path: str):
    answer = await browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"?return_to={path}")


async def test_the_log_is_for_administrators(browser: Browser, people_dsn: str):
    await browser.sign_in("joris")
    assert (await browser.get("/ogc/collections/housing_inspections/items/h1")).status_code == 200
    for path in (LOG, "/en/staff/log"):
        refused = await browser.get(path)
        assert refused.status_code == 403
        assert "h1" not in re.sub(r"</?h1", "", refused.text)
    assert LOG not in (await browser.get("/medewerker")).text
    with (
        connect(people_dsn, role="geoloket_housing", autocommit=True) as staff,
        pytest.raises(Exception, match="permission denied"),
    ):
        staff.execute("SELECT audit.looked_up('-infinity', 'infinity', NULL, NULL, NULL, NULL, 9)")


async def test_an_administrator_finds_who_saw_a_record(browser: Browser, counter: Loket):
    joris = counter.browser()
    async with joris.client:
        await joris.sign_in("joris")
        await joris.get("/ogc/collections/housing_inspections/items/h2")
        await browser.sign_in("noor")
        assert LOG in (await browser.get("/medewerker")).text
        page = await browser.get(f"{LOG}?dossier=h2")
        assert page.status_code == 200
        assert page.headers["cache-control"] == "private, no-store"
        rows = re.findall(r"<tr>\s*<td[^>]*>(.*?)</tr>", page.text, re.DOTALL)
        assert rows
        assert all("Joris Wouters" in row and "h2" in row for row in rows)
        others = (await browser.get(f"{LOG}?dossier=h2&wie=mira")).text
        assert "niets in het logboek" in others
        assert "niets in het logboek" in (await browser.get(f"{LOG}?tot=2020-01-01")).text
        found = await browser.get(f"{LOG}?laag=housing_inspections&wie=joris")
        assert "Joris Wouters" in found.text


async def test_the_log_says_in_words_why_a_program_looked(browser: Browser, counter: Loket):
    desk = counter.hall.access_tokens
    assert desk
    joris = person("joris", "Joris Wouters", [Duty.STAFF, Duty.HOUSING])
    await desk.knows("joris", joris.duties)
    layer = "housing_inspections"
    token = await desk.make(joris, "QGIS", [layer], 1, purpose="objection", writes=False)
    program = counter.browser().client
    async with program:
        program.headers["x-api-key"] = token
        assert (await program.get(f"/ogc/collections/{layer}/items/h1")).status_code == 200
    await browser.sign_in("noor")
    page = (await browser.get(f"{LOG}?laag={layer}")).text
    assert "Een klacht, beroep of vraag van een betrokkene behandelen" in page
    assert f"Met een programma of via de open standaarden. Sleutel {token.split('_')[1]}." in page


async def test_looking_in_the_log_is_in_the_log(browser: Browser, people_dsn: str):
    await browser.sign_in("noor")
    await browser.get(f"{LOG}?wie=iets-dat-ik-typte")
    with connect(people_dsn, autocommit=True) as owner:
        last = owner.execute("SELECT * FROM audit.entries ORDER BY seq DESC LIMIT 1").fetchone()
    assert last
    assert (last["subject"], last["layer"], last["deed"], last["door"]) == (
        *("noor", "audit", "list"),
        "page",
    )
    assert "iets-dat-ik-typte" not in str(last)
    assert "Noor Claes" in (await browser.get(f"{LOG}?laag=audit")).text


async def test_the_page_says_whether_the_chain_is_whole(browser: Browser, people_dsn: str):
    await browser.sign_in("noor")
    await browser.get(LOG)
    auditing.tidy(people_dsn, AuditSettings())
    assert "Het logboek is ongewijzigd" in (await browser.get(LOG)).text
    with connect(people_dsn, autocommit=True) as owner:
        owner.execute("ALTER TABLE audit.entries DISABLE TRIGGER ALL")
        owner.execute("UPDATE audit.entries SET subject = 'x' WHERE seq = 1")
        auditing.tidy(people_dsn, AuditSettings())
        owner.execute("UPDATE audit.entries SET subject = 'joris' WHERE seq = 1")
        owner.execute("ALTER TABLE audit.entries ENABLE TRIGGER ALL")
    assert "Het logboek is gewijzigd" in (await browser.get(LOG)).text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("van=gisteren", "van"),
        ("van=0001-01-01", "van"),
        ("tot=9999-12-31", "tot"),
        ("van=2026-05-02&tot=2026-05-01", "van"),
        ("laag=bestaat_niet", "laag"),
        ("dossier=" + "x" * 200, "dossier"),
        ("wie=%00", "wie"),
    ],
)
async def test_what_cannot_be_looked_for_is_said_at_its_field(
    browser: Browser, query: str, said: str
):
    await browser.sign_in("noor")
    page = await browser.get(f"{LOG}?{query}")
    assert page.status_code == 200
    assert f'id="fault-{said}"' in page.text


async def test_the_register_holds_every_layer_and_what_is_done_besides(
    browser: Browser, counter: Loket
):
    await browser.sign_in("mira")
    page = await browser.get(REGISTER)
    told = (await browser.get(f"{REGISTER}.json")).json()
    read = await browser.get(f"{REGISTER}.csv")
    rows = list(csv.DictReader(io.StringIO(read.content.decode("utf-8-sig"))))
    assert 'filename="verwerkingsregister-' in read.headers["content-disposition"]
    settings, registry = counter.hall.settings, counter.hall.registry
    others = [one.id for one in processings.built_in().done(settings, registry)]
    assert {"sign_in", "access_tokens", "history", "jobs", "audit", "technical_log"} <= set(others)
    assert "alerts" not in others, "no mail leaves here"
    wanted = {*registry, *others}
    assert wanted == {one["id"] for one in told["processings"]} == {row["Kenmerk"] for row in rows}
    for one in told["processings"]:
        assert one["purpose"], one["id"]
        assert one["legal_basis"], one["id"]
        assert one["retention"], one["id"]
        assert one["measures"], one["id"]
        assert f'id="{one["kind"]}-{one["id"]}"' in page.text
        assert "{" not in one["retention"]
    housing = next(one for one in told["processings"] if one["id"] == "housing_inspections")
    assert housing["retention"] == "10 jaar, en dan anoniem gemaakt"
    seen_by = {field["seen_by"] for field in housing["fields"]}
    assert seen_by == {"medewerkers met de rol woningcontrole"}
    english = (await browser.get("/en/staff/register.json")).json()
    assert english["processings"][0]["purpose"] != told["processings"][0]["purpose"]


def test_the_register_tells_of_every_table_that_is_shut(people_dsn: str):
    """A schema or table that comes is one whose people the register must name, or say are none."""
    register = processings.built_in()
    with connect(people_dsn) as owner:
        shut = owner.execute(
            "SELECT nspname AS name FROM pg_namespace AS space "
            "WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') "
            "AND NOT has_schema_privilege('geoloket_reader', space.oid, 'USAGE')"
        ).fetchall()
        found = owner.execute(
            "SELECT schemaname || '.' || tablename AS name, schemaname AS schema FROM pg_tables "
            "WHERE schemaname = ANY (%s)",
            [list(CLOSED)],
        ).fetchall()
    assert {row["name"] for row in shut} <= {*CLOSED, "staff"}, "another schema that is shut"
    assert {row["schema"] for row in found} == set(CLOSED)
    assert not [row["name"] for row in found if not register.speaks_of(row["name"])]
    tables = {row["name"] for row in found} | {f"{schema}.*" for schema in CLOSED}
    named = {name for one in register.processing for name in one.holds} | set(register.nobody)
    assert named <= tables, "a table that there is not any more"


async def test_visitors_read_the_main_part_on_the_privacy_page(browser: Browser):
    page = (await browser.get("/privacy")).text
    assert "Logboek van inzage" in page
    assert "10 jaar" in page
    assert "Technische logs" in page
    assert "case_number" not in page
