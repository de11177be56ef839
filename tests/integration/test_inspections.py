"""Inspections in a database: import, retention, numbers for everybody, and who sees a page."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from datetime import date
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import Browser, Loket, Rogue, by_rogue, identified, loket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoloket import retention
from geoloket.audit import chain
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.errors import CommandError
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing.importer import run_import

pytestmark = pytest.mark.xdist_group("sign-in")

TODAY = date(2026, 11, 23)
HEADER = (
    "Dossiernummer;Adres;Wijk;Eigenaar;Aanvraagdatum;Controledatum;Controleur;Gebreken I;"
    "Gebreken II;Gebreken III;Resultaat;Status;X;Y"
)
MESSY = f"""{HEADER}
 WK-1 ;Café-straat 1;Oost;Jan Geheim;03/02/2026;05/03/2026;Zoë;7;0;0;Ongeschikt;Beslist;70100;211100
WK-2;Kerkstraat 2;Centrum;Jan Geheim;2026-04-01;;;;;;;;70110,5;211100
WK-3;Kerkstraat 3;;Jan Geheim;31/02/2026;;;;;;;;;
WK-4;Kerkstraat 4;Oost;Jan Geheim;12/5/2019;1/6/2019;Zoë;9;9;9;conform;gesloten;70120;211100
WK-5;Kerkstraat 5;Oost;Jan Geheim;1/6/2026;;;;;;misschien;;70120;211100
;Kerkstraat 6;Oost;Jan Geheim;1/6/2026;;;;;;;;70120;211100
"""


@pytest.fixture(scope="module")
def dsn(server: Dsn, template: str) -> Iterator[str]:
    with copied(server, template) as name:
        yield server(OWNER, name)


@pytest.fixture
def owner(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with connect(dsn, autocommit=True) as connection:
        for table in ("housing_inspections", "residence_checks"):
            connection.execute(f"DELETE FROM staff.{table}".encode())
        yield connection


def rows(connection: psycopg.Connection[Any], query: str) -> list[dict[str, Any]]:
    return connection.execute(query.encode()).fetchall()


def test_a_messy_spreadsheet_is_mapped_and_names_stay_in_it(
    owner: psycopg.Connection[Any], dsn: str, tmp_path: Path
):
    file = tmp_path / "woningcontroles 2026.csv"
    file.write_bytes(MESSY.encode("cp1252"))
    report = run_import(
        Settings.read(home=tmp_path / "home", database={"dsn": dsn}),
        "housing_inspections",
        [str(file)],
    )
    assert (report.read, report.loaded, report.rejected) == (6, 3, 3)
    assert set(report.reasons) == {"not a day", "unknown outcome", "no case number"}
    found = {one["id"]: one for one in rows(owner, "SELECT * FROM staff.housing_inspections")}
    first = found["WK-1"]
    assert first["address"] == "Café-straat 1"
    assert first["requested_on"] == date(2026, 2, 3)
    assert (first["scheme"], first["outcome"], first["status"]) == (
        "categories", "unsuitable", "decided",
    )  # fmt: skip
    assert (found["WK-2"]["status"], found["WK-2"]["geom"] is None) == ("requested", False)
    old = found["WK-4"]
    assert (old["scheme"], old["defects_1"], old["status"]) == ("points", None, "closed")
    everything = str([*found.values(), *rows(owner, "SELECT * FROM geoloket.imports")])
    assert "Geheim" not in everything


CASES = """
INSERT INTO staff.housing_inspections
    (id, geom, status, requested_on, certificate_valid_until, address, remarks)
VALUES ('old', ST_Point(70100, 211100, 31370), 'closed', '2010-01-01', NULL, 'Kerkstraat 1', 'x'),
       ('valid', NULL, 'closed', '2010-01-01', '2030-01-01', 'Kerkstraat 2', NULL),
       ('open', NULL, 'decided', '2010-01-01', NULL, 'Kerkstraat 3', NULL),
       ('edge', NULL, 'closed', '2016-11-23', NULL, 'Kerkstraat 4', NULL),
       ('undated', NULL, 'closed', NULL, NULL, 'Kerkstraat 5', NULL);
INSERT INTO staff.residence_checks (id, status, declared_on, address_id)
SELECT 'c' || n, 'closed', '2024-01-01', 'a' FROM generate_series(1, 1201) AS n;
"""


def test_what_is_over_goes_and_a_dry_run_only_tells(owner: psycopg.Connection[Any]):
    owner.execute(CASES.encode())
    registry = LayerRegistry.read()
    told = retention.run(owner, registry, TODAY, dry_run=True)
    done = retention.run(owner, registry, TODAY)
    assert told == done
    by_layer = {one.layer: one for one in done}
    assert (by_layer["housing_inspections"].amount, by_layer["housing_inspections"].undated) == (
        1,
        1,
    )
    assert by_layer["housing_inspections"].before == date(2016, 11, 23)
    assert by_layer["residence_checks"].amount == 1201  # more than one batch
    kept = rows(
        owner, "SELECT id, address, remarks, geom, requested_on FROM staff.housing_inspections"
    )
    anonymous = [one for one in kept if one["id"].startswith(retention.ANONYMOUS)]
    assert [one["requested_on"] for one in anonymous] == [date(2010, 1, 1)]
    assert {anonymous[0][name] for name in ("address", "remarks", "geom")} == {None}
    assert {one["id"] for one in kept} - {anonymous[0]["id"]} == {
        "valid",
        "open",
        "edge",
        "undated",
    }
    assert rows(owner, "SELECT count(*) AS n FROM staff.residence_checks") == [{"n": 0}]
    history = str(rows(
        owner,
        "SELECT * FROM history.changes WHERE before::text ~ 'Kerkstraat 1\\M' "
        "OR after::text ~ 'Kerkstraat 1\\M' "
        "OR (layer = 'residence_checks' AND forgotten_at IS NULL)",
    ))  # fmt: skip
    assert history == "[]"
    runs = rows(owner, "SELECT layer, how, amount FROM geoloket.retention_runs ORDER BY layer")
    assert [(one["layer"], one["how"], one["amount"]) for one in runs][-2:] == [
        ("housing_inspections", "anonymise", 1),
        ("residence_checks", "delete", 1201),
    ]
    again = {one.layer: one.amount for one in retention.run(owner, registry, TODAY)}
    assert (again["housing_inspections"], again["residence_checks"]) == (0, 0)


def test_a_layer_that_there_is_not_is_said(owner: psycopg.Connection[Any]):
    with pytest.raises(CommandError, match="nope"):
        retention.run(owner, LayerRegistry.read(), TODAY, ["nope"])


LEAST = 5
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.integers(0, 6), st.integers(0, 30)), min_size=width, max_size=width),
        min_size=1,
        max_size=5,
    )
)


def bounds(
    cells: list[list[int]], hidden: list[list[bool]]
) -> dict[tuple[int, int], tuple[int, int]]:
    """The least and most that each hidden cell can be, for whoever knows the rest and all totals.

    By the largest flow: a table with these totals exists with a cell at some value where all of the
    rest can still be sent from rows to columns.
    """
    lines = [
        sum(n for n, hide in zip(*one, strict=True) if hide)
        for one in zip(cells, hidden, strict=True)
    ]
    cols = [
        sum(cells[i][j] for i in range(len(cells)) if hidden[i][j]) for j in range(len(cells[0]))
    ]
    places = [(i, j) for i, j in product(range(len(cells)), range(len(cells[0]))) if hidden[i][j]]
    return {place: _range(place, places, lines, cols) for place in places}


def _range(
    place: tuple[int, int], places: list[tuple[int, int]], lines: list[int], cols: list[int]
) -> tuple[int, int]:
    i, j = place
    possible = [
        value
        for value in range(min(lines[i], cols[j]) + 1)
        if _exists(
            [one for one in places if one != place],
            [n - value * (k == i) for k, n in enumerate(lines)],
            [n - value * (k == j) for k, n in enumerate(cols)],
        )
    ]
    return min(possible), max(possible)


def _exists(places: list[tuple[int, int]], lines: list[int], cols: list[int]) -> bool:
    """Whether the places can be filled to these totals (augmenting paths)."""
    filled = dict.fromkeys(places, 0)
    wanting, room = list(lines), list(cols)
    while any(wanting):
        start = next(i for i, n in enumerate(wanting) if n)
        came: dict[tuple[str, int], tuple[str, int] | None] = {("line", start): None}
        queue, end = [("line", start)], None
        while queue and end is None:
            kind, at = queue.pop(0)
            for i, j in places:
                there = ("col", j) if kind == "line" else ("line", i)
                passable = i == at if kind == "line" else (j == at and filled[i, j] > 0)
                if passable and there not in came:
                    came[there] = (kind, at)
                    queue.append(there)
                    if there[0] == "col" and room[there[1]] > 0:
                        end = there
                        break
        if end is None:
            return False
        room[end[1]] -= 1
        wanting[start] -= 1
        here = end
        while (before := came[here]) is not None:
            if here[0] == "col":
                filled[before[1], here[1]] += 1
            else:
                filled[here[1], before[1]] -= 1
            here = before
    return True


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TABLES)
def test_no_hidden_cell_can_be_worked_out(owner: psycopg.Connection[Any], table: list[list[int]]):
    lines = [line for line in table if sum(line) >= LEAST]
    cols = [j for j in range(len(table[0])) if sum(line[j] for line in lines) >= LEAST]
    cells = [[line[j] for j in cols] for line in lines]
    if not cells or not cols or any(sum(line) < LEAST for line in cells):
        return
    flat = [n for line in cells for n in line]
    [row] = owner.execute(
        "SELECT geoloket.hidden_cells(%s::bigint[], %s, %s) AS hide", [flat, len(cols), LEAST]
    ).fetchall()
    hidden = [row["hide"][i * len(cols) : (i + 1) * len(cols)] for i in range(len(cells))]
    for i, j in product(range(len(cells)), range(len(cols))):
        assert hidden[i][j] or cells[i][j] >= LEAST
    if not any(n < LEAST for n in flat):
        assert not any(map(any, hidden))
    for low, high in bounds(cells, hidden).values():
        assert high - low >= LEAST


COUNTED = """
INSERT INTO staff.housing_inspections (id, neighbourhood, inspected_on, outcome, status)
SELECT hood || year || outcome || n, hood, make_date(this - year, 6, 1), outcome, 'closed'
FROM (VALUES ('Noord', 1, 'conform', 9), ('Noord', 2, 'unsuitable', 12), ('Zuid', 1, 'conform', 2),
             ('Zuid', 2, 'conform', 11), ('Oost', 1, 'unsuitable', 7), ('Oost', 2, 'conform', 8),
             ('Dreef', 1, 'conform', 1), ('Veld', 1, 'conform', 3), ('Noord', 0, 'conform', 6))
     AS given (hood, year, outcome, amount),
     generate_series(1, amount) AS n, (SELECT extract(year FROM now())::integer AS this) AS now
"""


def test_numbers_for_everybody_leave_out_what_is_small(owner: psycopg.Connection[Any]):
    owner.execute(COUNTED.encode())
    with owner.transaction():
        owner.execute("SET LOCAL ROLE geoloket_reader")
        found = rows(owner, "SELECT * FROM geoloket.inspection_counts()")
    named = {one["neighbourhood"] for one in found}
    # Dreef and Veld are four together, so that the next smallest joins them.
    assert named == {"Noord", "Oost", "rest", ""}
    assert all(one["amount"] is None or one["amount"] >= LEAST for one in found)
    assert any(one["amount"] is None for one in found)
    totals = {
        (one["breakdown"], one["amount"])
        for one in found
        if (one["neighbourhood"], one["category"]) == ("", "")
    }
    assert totals == {("year", 53), ("outcome", 53)}, "this year does not count yet"
    per_line: dict[str, set[int]] = {}
    for one in found:
        if one["category"] == "":
            per_line.setdefault(one["neighbourhood"], set()).add(one["amount"])
    assert all(len(amounts) == 1 for amounts in per_line.values()), "both tables agree"


@pytest.mark.parametrize("role", ["geoloket_reader", "geoloket_staff", "geoloket_worker"])
@pytest.mark.parametrize("table", ["housing_inspections", "residence_checks"])
def test_nobody_but_housing_reads_the_tables(owner: psycopg.Connection[Any], role: str, table: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), owner.transaction():
        owner.execute(f"SET LOCAL ROLE {role}".encode())
        owner.execute(f"SELECT id FROM staff.{table}".encode())


@pytest.fixture
async def counter(
    dsn: str, owner: psycopg.Connection[Any], rogue: Rogue, tmp_path: Path
) -> AsyncGenerator[Loket]:
    owner.execute(
        "INSERT INTO staff.housing_inspections (id, geom, case_number, address, status, "
        "requested_on, planned_on, planned_slot, inspector) VALUES ('WK-1', "
        "ST_Point(70100, 211100, 31370), 'WK-1', 'Kerkstraat 1', 'scheduled', "
        "current_date - 10, current_date, 'morning', 'Noor')"
    )
    async with loket(identified(dsn, tmp_path, by_rogue(rogue))) as one:
        yield one


PAGES = (
    "/medewerker/inspecties",
    "/medewerker/inspecties/vandaag",
    "/medewerker/inspectie/WK-1",
    "/en/staff/inspections",
    "/medewerker/woonstcontroles",
    "/medewerker/woonstcontrole/x",
)


async def test_visitors_sign_in_first_and_other_staff_find_nothing(counter: Loket):
    visitor, mira = counter.browser(), counter.browser()
    await mira.sign_in("mira")
    for page in PAGES:
        answer = await visitor.get(page)
        assert (answer.status_code, "return_to" in answer.headers["location"]) == (303, True)
        assert (await mira.get(page)).status_code == 404
    assert (await mira.get("/medewerker/doel?laag=housing_inspections")).status_code == 404
    assert (await visitor.get("/woningcontroles")).status_code == 404, "off unless it is set"
    assert (await visitor.get("/api/inspection-counts")).status_code == 404


async def _choose(browser: Browser, task: str, layer: str = "housing_inspections") -> int:
    answer = await browser.post(
        "/medewerker/doel",
        {"form_token": await browser.form_token(), "laag": layer, "purpose": task,
         "return_to": "/medewerker/inspecties"},
    )  # fmt: skip
    return answer.status_code


async def test_the_task_is_asked_once_and_noted_with_each_look(
    counter: Loket, owner: psycopg.Connection[Any]
):
    joris = counter.browser()
    await joris.sign_in("joris")
    asked = await joris.get("/medewerker/inspecties?status=alle")
    assert asked.headers["location"] == (
        "/medewerker/doel?laag=housing_inspections&return_to=/medewerker/inspecties%3Fstatus%3Dalle"
    )
    assert await _choose(joris, "nonsense") == 400
    assert await _choose(joris, "inspection") == 303
    shown = await joris.get("/medewerker/inspecties")
    assert shown.status_code == 200
    assert "Kerkstraat 1" in shown.text
    assert shown.headers["cache-control"] == "private, no-store"
    # Another layer has tasks of its own.
    assert (await joris.get("/medewerker/woonstcontroles")).status_code == 303
    looks = rows(
        owner, "SELECT deed, records, purpose, door FROM audit.entries ORDER BY seq DESC LIMIT 1"
    )
    assert [(one["deed"], one["records"], one["purpose"], one["door"]) for one in looks] == [
        ("list", ["WK-1"], "inspection", "page")
    ]


async def test_a_step_is_recorded_by_who_it_was_and_undone(
    counter: Loket, owner: psycopg.Connection[Any]
):
    joris = counter.browser()
    await joris.sign_in("joris")
    await _choose(joris, "inspection")
    page = "/medewerker/inspectie/WK-1"
    shown = await joris.get(page)
    version = unescape(re.findall(r'name="version" value="([^"]+)"', shown.text)[0])
    today = rows(owner, "SELECT current_date::text AS today")[0]["today"]
    step = {"step": "visited", "inspected_on": today, "reason": "Bezoek", "version": version}

    async def sent(**fields: str) -> int:
        token = await joris.form_token()
        return (await joris.post(page, step | fields | {"form_token": token})).status_code

    assert (await joris.post(page, step)).status_code == 403, "not a form of this session"
    assert await sent(reason="") == 400
    assert await sent(inspected_on="2999-01-01") == 400
    assert await sent(step="decided") == 400
    assert await sent(version="older") == 412
    assert rows(owner, "SELECT status FROM staff.housing_inspections") == [{"status": "scheduled"}]
    assert await sent() == 303
    assert rows(owner, "SELECT status FROM staff.housing_inspections") == [{"status": "visited"}]
    [change] = re.findall(r'name="change" value="(\d+)"', (await joris.get(page)).text)
    undo = {
        "step": "undo",
        "change": change,
        "reason": "Vergist",
        "form_token": await joris.form_token(),
    }
    assert (await joris.post(page, undo | {"change": "x"})).status_code == 400
    assert (await joris.post(page, undo)).status_code == 303
    assert rows(owner, "SELECT status FROM staff.housing_inspections") == [{"status": "scheduled"}]
    kept = rows(
        owner,
        "SELECT reason, name FROM history.changes WHERE feature = 'WK-1' ORDER BY id DESC LIMIT 2",
    )
    assert [one["reason"] for one in kept] == ["Vergist", "Bezoek"]
    assert all("Joris" in one["name"] for one in kept)
    noted = rows(owner, "SELECT deed, purpose FROM audit.entries WHERE deed = 'change'")
    assert [(one["deed"], one["purpose"]) for one in noted][-2:] == [("change", "inspection")] * 2
    assert chain.verify(owner).fault is None


@pytest.mark.parametrize(
    "query", ["status=%00", "tegen=2026-02-31", "wijk=" + "x" * 500, "vanaf=-1", "vanaf=1e9"]
)
async def test_a_filter_that_cannot_be_used_is_a_400(counter: Loket, query: str):
    joris = counter.browser()
    await joris.sign_in("joris")
    await _choose(joris, "inspection")
    assert (await joris.get(f"/medewerker/inspecties?{query}")).status_code == 400
