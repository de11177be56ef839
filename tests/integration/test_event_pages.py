"""Events as a browser, a calendar and a search engine get them; what is for staff stays inside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from psycopg.rows import DictRow

from geoloket.database import connect
from web.sentences import sentences

ALLOWED = "publicity AND request_status IN ('approved', 'approved_with_conditions', 'ongoing')"
DONE = "publicity AND request_status = 'completed'"


@pytest.fixture(scope="module")
def staff(town_dsn: str) -> Iterator[Any]:
    """Rows as the owner sees them."""
    with connect(town_dsn) as owner:

        def ask(sql: Any) -> list[DictRow]:
            return owner.execute(sql).fetchall()

        yield ask


@pytest.fixture(scope="module")
def corrida(staff: Any) -> DictRow:
    """A coming event in a street, with everything that staff know of it."""
    rows = staff(f"""
        SELECT * FROM events WHERE {ALLOWED} AND starts > now() AND EXISTS (
            SELECT FROM occupations WHERE event_id = events.id AND kind = 'diversion')
        ORDER BY starts LIMIT 1""")
    assert rows
    return rows[0]


def linked(page: str) -> list[str]:
    return re.findall(r'href="/evenement/([^"./]+)"', page)


def test_the_list_has_what_is_to_come_soonest_first_and_the_past_has_a_list_of_its_own(
    client: httpx.Client, staff: Any
):
    coming = linked(client.get("/evenementen").text)
    rows = staff(f"SELECT id FROM events WHERE {ALLOWED} AND ends > now() ORDER BY starts, id")
    assert coming == [row["id"] for row in rows]
    past = linked(client.get("/evenementen?periode=voorbij").text)
    assert past
    assert not set(past) & set(coming)
    rows = staff(f"SELECT id FROM events WHERE ({ALLOWED} OR {DONE}) AND ends <= now()")
    assert set(past) == {row["id"] for row in rows}


def test_filters_narrow_the_list_and_come_back_filled_in(client: httpx.Client, staff: Any):
    page = client.get("/en/events?soort=market").text
    assert '<option value="market" selected>' in page
    kinds = {row["id"]: row["kind"] for row in staff("SELECT id, kind FROM events")}
    found = re.findall(r'href="/en/event/([^"./]+)"', page)
    assert found
    assert {kinds[id] for id in found} == {"market"}
    there = linked(client.get("/evenementen", params={"plaats": "HOOGSTRAAT"}).text)
    rows = staff(f"SELECT id FROM events WHERE {ALLOWED} AND venue = 'Hoogstraat' AND ends > now()")
    assert set(there) == {row["id"] for row in rows} != set()
    assert linked(client.get("/evenementen", params={"plaats": "100%_\\"}).text) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("periode=ooit", "We kennen de periode “ooit” niet."),
        ("soort=onzin", "We kennen de soort “onzin” niet."),
        ("soort=%00", "kunnen we niet lezen"),
        ("pagina=-3", "Bladzijde “-3” is er niet."),
        (f"plaats={'a' * 101}", "kunnen we niet lezen"),
    ],
)
def test_a_filter_that_cannot_be_used_is_told_and_narrows_nothing(
    client: httpx.Client, query: str, said: str
):
    answer = client.get(f"/evenementen?{query}")
    assert answer.status_code == 400
    assert said in answer.text
    assert linked(answer.text) == linked(client.get("/evenementen").text) != []
    problem = client.get(f"/evenementen.ics?{query}")
    assert problem.status_code == 400
    assert problem.headers["content-type"] == "application/problem+json"
    assert query.partition("=")[0] in problem.json()["detail"]


def test_a_kind_that_we_have_a_word_for_may_be_asked_without_there_being_one(
    client: httpx.Client, staff: Any
):
    there = {row["kind"] for row in staff("SELECT DISTINCT kind FROM events")}
    (absent, *_) = sorted(set(sentences("nl").table("event_kind")) - there)
    answer = client.get(f"/evenementen?soort={absent}")
    assert (answer.status_code, linked(answer.text)) == (200, [])


def test_the_page_tells_what_when_where_and_which_hindrance(client: httpx.Client, corrida: DictRow):
    page = client.get(f"/evenement/{corrida['id']}").text
    assert f'<h1 tabindex="-1">{corrida["name"]}</h1>' in page
    assert f"{corrida['venue']} is afgesloten voor verkeer." in page
    assert "Er is een omleiding: " in page
    assert 'class="plan"' in page
    assert "Zone van het evenement" in page
    assert re.search(rf'href="/perceel/[^"]+">{corrida["venue"]} \d', page)
    block = re.search(r'application/ld\+json">(.*?)</script>', page)
    assert block
    told = json.loads(block[1])
    assert (told["@type"], told["name"]) == ("Event", corrida["name"])
    assert told["startDate"].startswith(str(corrida["starts"].date()))
    assert "organizer" not in told


def test_nothing_that_is_for_staff_leaves_by_any_of_its_addresses(
    client: httpx.Client, corrida: DictRow
):
    addresses = [f"/evenement/{corrida['id']}{end}" for end in ("", ".ics", ".geojson")]
    addresses += [f"/en/event/{corrida['id']}", "/evenementen", "/en/events", "/evenementen.ics"]
    addresses += ["/ogc/collections/occupations/items?f=json&limit=500"]
    kept = [corrida["organiser"], corrida["contact"], "expected_visitors", "build_up_from"]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert [word for word in kept if word in answer.text] == [], address


@pytest.mark.parametrize("condition", [f"NOT ({ALLOWED}) AND request_status <> 'completed'"])
def test_what_is_not_public_is_not_there(client: httpx.Client, staff: Any, condition: str):
    hidden = [row["id"] for row in staff(f"SELECT id FROM events WHERE {condition}")]
    assert len(hidden) > 5
    for id in hidden:
        for end in ("", ".ics", ".geojson"):
            assert client.get(f"/evenement/{id}{end}").status_code == 404
    streets = client.get("/ogc/collections/occupations/items?f=json&limit=500").json()
    told = {feature["properties"]["event_id"] for feature in streets["features"]}
    assert None in told
    assert not told & set(hidden)


def test_one_event_and_the_whole_list_are_calendars(client: httpx.Client, corrida: DictRow):
    answer = client.get(f"/evenement/{corrida['id']}.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (entry,) = Calendar.from_ical(answer.content).events
    assert (entry.start, entry.end) == (corrida["starts"], corrida["ends"])
    assert str(entry["URL"]).endswith(f"/evenement/{corrida['id']}")
    listed = Calendar.from_ical(client.get("/evenementen.ics?soort=run").content)
    assert str(entry["UID"]) in {str(it["UID"]) for it in listed.events}
    assert str(listed["NAME"]) == "Evenementen in Zandwijk"
    assert len(Calendar.from_ical(client.get("/evenementen.ics").content).events) > len(
        listed.events
    )


def test_the_start_page_leads_to_the_pages_of_events(client: httpx.Client):
    found = linked(client.get("/").text)
    assert found
    assert client.get(f"/evenement/{found[0]}").status_code == 200
