"""The page of a permit file, the list of all, and what programs get of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from lxml import etree
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.database import connect
from web.words import BRUSSELS, day

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def owner(town_dsn: str) -> Iterator[Connection[DictRow]]:
    """Sees what visitors do not; for reading only."""
    with connect(town_dsn) as connection:
        yield connection
        connection.rollback()


def listed(client: httpx.Client, **query: object) -> dict[str, Any]:
    given = {key: str(value) for key, value in query.items()}
    return client.get("/vergunningen.geojson", params=given).json()


@pytest.fixture
def inquiry(client: httpx.Client) -> dict[str, Any]:
    """The file at Kerkstraat 12 on which one can react now."""
    found = listed(client, adres="Kerkstraat 12", straal=100, onderzoek="open")["features"]
    return next(f for f in found if f["properties"]["address"].startswith("Kerkstraat 12,"))


def text(page: str) -> str:
    """What a page says, without its tags."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_page_answers_first_what_people_come_for(
    client: httpx.Client, inquiry: dict[str, Any]
) -> None:
    facts = inquiry["properties"]
    page = client.get(f"/vergunning/{inquiry['id']}").text
    said = text(page)
    until = date.fromisoformat(facts["inquiry_until"])
    due = date.fromisoformat(facts["decision_due"])
    order = [
        "Openbaar onderzoek loopt", facts["title"], "Je kan reageren tot en met",
        day(until, "nl"), "Beslissing verwacht uiterlijk", day(due, "nl"), "Stap voor stap",
        "Uiterste beslissing", "Stukken inkijken en reageren", "Dit perceel",
        "Over het dossier",
    ]  # fmt: skip
    places = [said.index(words, said.index("Openbaar onderzoek loopt")) for words in order[:-1]]
    assert places == sorted(places)
    left = (until - datetime.now(BRUSSELS).date()).days
    assert f"Nog {left} dagen." in said
    assert "Decreet omgevingsvergunning, art. 32" in said
    assert page.count('aria-current="step"') == 1
    assert 'href="/perceel/99001A0123-00B000"' in page
    assert " style=" not in page


def test_the_english_page_is_english(client: httpx.Client, inquiry: dict[str, Any]) -> None:
    page = client.get(f"/en/permit/{inquiry['id']}").text
    said = text(page)
    for words in ("You can react until", "Decision expected by", "File declared complete", "Now"):
        assert words in said
    assert "Je kan" not in said
    assert f'hreflang="nl" href="/vergunning/{inquiry["id"]}"' in page


@pytest.mark.parametrize("suffix", ["", ".geojson", ".ics"])
def test_other_numbers_lead_to_the_page(
    client: httpx.Client, owner: Connection[DictRow], inquiry: dict[str, Any], suffix: str
) -> None:
    row = owner.execute(
        "SELECT municipal_reference FROM permits WHERE id = %s", [inquiry["id"]]
    ).fetchone()
    assert row is not None
    for number in (row["municipal_reference"], inquiry["id"].replace("_", "").lower()):
        answer = client.get(f"/vergunning/{number}{suffix}")
        assert answer.status_code == 308
        assert answer.headers["location"] == f"/vergunning/{inquiry['id']}{suffix}"
    english = client.get(f"/en/permit/{row['municipal_reference']}{suffix}")
    assert english.headers["location"] == f"/en/permit/{inquiry['id']}{suffix}"


@pytest.mark.parametrize("number", ["OMV_0000000000", "x", "%00", "a/b/c", "'", "<b>"])
def test_an_unknown_number_is_a_page_with_help(client: httpx.Client, number: str) -> None:
    answer = client.get(f"/vergunning/{number}")
    assert answer.status_code == 404
    assert "Dossier niet gevonden" in answer.text
    assert "OMV_2026012345" in answer.text
    assert 'href="/vergunningen"' in answer.text
    assert "<b>" not in answer.text


def test_every_status_has_a_page_without_odd_words(
    client: httpx.Client, owner: Connection[DictRow]
) -> None:
    rows = owner.execute(
        "SELECT DISTINCT ON (status, procedure) id, status, applicant, decision_due FROM permits "
        "ORDER BY status, procedure, id"
    ).fetchall()
    assert len({row["status"] for row in rows}) >= 21
    for row in rows:
        answer = client.get(f"/vergunning/{row['id']}")
        assert answer.status_code == 200, row
        said = text(answer.text)
        assert not re.search(r"None|Nog -\d|Nog 0|\{\w+\}|undefined", said), row
        assert row["applicant"] not in answer.text, row["status"]
        if row["status"] in ("awaiting_supplement", "annulled"):
            assert "nog niet gekend" in said
        if row["status"] == "tacitly_refused":
            assert "er was geen beslissing binnen de termijn" in said


def test_the_page_is_told_to_search_engines(client: httpx.Client, inquiry: dict[str, Any]) -> None:
    page = client.get(f"/vergunning/{inquiry['id']}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    told = json.loads(found[1])
    assert told["@type"] == "GovernmentPermit"
    assert told["identifier"] == inquiry["id"]


def test_the_deadline_is_a_day_in_a_calendar(client: httpx.Client, inquiry: dict[str, Any]) -> None:
    answer = client.get(f"/vergunning/{inquiry['id']}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.content == client.get(f"/vergunning/{inquiry['id']}.ics").content
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart") == date.fromisoformat(inquiry["properties"]["inquiry_until"])
    assert "dtend" not in event
    assert inquiry["id"] in event["uid"]
    assert inquiry["properties"]["title"] in event["summary"]


def test_a_file_without_a_deadline_has_no_calendar(client: httpx.Client) -> None:
    decided = listed(client, status="granted")["features"][0]["id"]
    assert client.get(f"/vergunning/{decided}.ics").status_code == 404
    assert f"{decided}.ics" not in client.get(f"/vergunning/{decided}").text


def test_the_list_shows_each_file_once_page_after_page(client: httpx.Client) -> None:
    address, found = "/vergunningen?status=granted", list[str]()
    total = int(re.search(r"(\d+) dossiers", client.get(address).text)[1])  # pyright: ignore
    for _ in range(60):
        page = client.get(address).text
        found += re.findall(r'<h3><a href="/vergunning/([^"]+)"', page)
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        if onward is None:
            break
        address = onward[1].replace("&amp;", "&")
    assert len(found) == len(set(found)) == total > 100
    assert set(found) == {f["id"] for f in listed(client, status="granted")["features"]}


def test_filters_narrow_the_list(client: httpx.Client) -> None:
    everything = listed(client)["numberMatched"]
    street = listed(client, straat="kerkstr")
    assert 0 < street["numberMatched"] < everything
    assert all(f["properties"]["address"].startswith("Kerkstr") for f in street["features"])
    near, far = (listed(client, adres="Kerkstraat 12", straal=m) for m in (100, 500))
    assert 0 < near["numberMatched"] < far["numberMatched"] < everything
    assert {f["id"] for f in near["features"]} < {f["id"] for f in far["features"]}
    middle = (datetime.now(BRUSSELS).date() - timedelta(days=365)).isoformat()
    late, early = listed(client, van=middle), listed(client, tot=middle)
    both = listed(client, van=middle, tot=middle)["numberMatched"]
    assert late["numberMatched"] + early["numberMatched"] - both == everything
    assert all(f["properties"]["submitted_on"] >= middle for f in late["features"])
    now = listed(client, onderzoek="open")["features"]
    assert now
    assert {f["properties"]["status"] for f in now} == {"public_inquiry"}
    by_status = [
        listed(client, status=group)["numberMatched"]
        for group in ("submitted", "review", "inquiry", "granted", "refused", "appeal", "stopped",
                      "unknown")
    ]  # fmt: skip
    assert sum(by_status) == everything


def test_after_an_appeal_a_file_is_listed_by_what_holds(client: httpx.Client) -> None:
    for group, results in (
        ("granted", ("granted", "granted_with_conditions")),
        ("refused", ("refused",)),
    ):
        rows = [f["properties"] for f in listed(client, status=group)["features"]]
        appealed = [row for row in rows if row["status"].startswith("appeal_")]
        assert appealed
        assert {row["decision_result"] for row in appealed} <= set(results)


WRONG = [
    ("status", "nothing"), ("onderzoek", "ja"), ("van", "gisteren"), ("van", "99999-01-01"),
    ("van", "20260101"), ("tot", "2026-13-01"), ("straal", "-1"), ("straal", "250.5"),
    ("straal", "nan"), ("straat", "%00"), ("straat", "%ff"), ("adres", "a" * 5000),
    ("adres", "Onbestaandeweg 999"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_filter_that_makes_no_sense_is_refused_and_told(
    client: httpx.Client, name: str, value: str
) -> None:
    for feed in ("/vergunningen.atom", "/vergunningen.geojson", "/en/permits.atom"):
        answer = client.get(f"{feed}?{name}={value}")
        assert answer.status_code == 400, feed
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["type"], problem["parameter"]) == ("/problems/invalid-parameter", name)
        assert problem["detail"].startswith(f"{name}: ")
    answer = client.get(f"/vergunningen?{name}={value}&lang=xx")
    assert answer.status_code == 400
    assert f'id="fault-{name}"' in answer.text
    assert f'aria-invalid="true" aria-describedby="fault-{name}"' in answer.text
    assert f'href="#{name}"' in answer.text
    if "%" not in value and name != "onderzoek":  # a box has no text
        assert f'value="{value[:100]}"' in answer.text


def test_a_last_day_before_the_first_is_told_at_the_last(client: httpx.Client) -> None:
    turned = "van=2026-02-01&tot=2026-01-31"
    assert client.get(f"/vergunningen.atom?{turned}").json()["parameter"] == "tot"
    page = client.get(f"/vergunningen?{turned}").text
    assert "De laatste dag (“2026-01-31”) ligt voor de eerste." in page
    assert 'value="2026-01-31"' in page


@pytest.mark.parametrize("query", ["na=~", "na=x~y", "na=2026-01-01~%00", "na=2026-1-1~x"])
def test_a_place_in_the_list_that_is_none_gives_the_beginning_and_says_so(
    client: httpx.Client, query: str
) -> None:
    answer = client.get(f"/vergunningen?{query}")
    assert answer.status_code == 400
    assert "We weten niet waar in de lijst je was." in answer.text
    assert client.get("/vergunningen").text.count("<h3>") == answer.text.count("<h3>")


def test_programs_hear_of_a_name_that_is_not_known(client: httpx.Client) -> None:
    for feed in ("/vergunningen.atom", "/vergunningen.geojson"):
        problem = client.get(f"{feed}?straatnaam=x").json()
        assert problem["type"] == "/problems/unknown-parameter"
        assert "straatnaam" in problem["detail"]
        assert client.get(f"{feed}?status=&straat=&straal=250").status_code == 200
    assert client.get("/vergunningen?utm_source=x").status_code == 200


@pytest.mark.parametrize("query", ["straat=%25", "straat='", "na=2026-01-01~" + "z" * 999])
def test_odd_filters_that_can_be_meant_give_an_ordinary_list(
    client: httpx.Client, query: str
) -> None:
    assert client.get(f"/vergunningen?{query}").status_code == 200


@pytest.mark.parametrize("suffix", [".ics", ".geojson"])
def test_programs_hear_that_there_is_no_such_file(client: httpx.Client, suffix: str) -> None:
    answer = client.get(f"/vergunning/OMV_0000000000{suffix}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_wrong_is_told_at_the_field(client: httpx.Client) -> None:
    page = client.get("/vergunningen?adres=Onbestaandeweg+999&van=gisteren").text
    assert 'role="alert"' in page
    assert "We vinden het adres “Onbestaandeweg 999” niet" in page
    assert "“gisteren” is geen datum" in page
    assert 'aria-describedby="fault-adres"' in page
    empty = client.get("/vergunningen?straat=Onbestaandestraat").text
    assert "Er zijn geen dossiers die hieraan voldoen." in empty


def test_the_feed_is_atom(client: httpx.Client) -> None:
    answer = client.get("/vergunningen.atom?status=inquiry")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for needed in ("id", "title", "updated", f"author/{ATOM}name"):
        assert feed.find(ATOM + needed) is not None
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == listed(client, status="inquiry")["numberMatched"]
    moments = [datetime.fromisoformat(e.findtext(f"{ATOM}updated") or "") for e in entries]
    assert moments == sorted(moments, reverse=True)
    assert all(moment.tzinfo and moment <= datetime.now(UTC) for moment in moments)
    assert feed.findtext(f"{ATOM}updated") == max(moments).isoformat()
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert len(set(ids)) == len(ids)
    english = etree.fromstring(client.get("/en/permits.atom?status=inquiry").content)
    assert [e.findtext(f"{ATOM}id") for e in english.findall(f"{ATOM}entry")] == ids
    assert "<strong>" not in (entries[0].findtext(f"{ATOM}summary") or "")


def test_an_empty_feed_is_still_a_feed(client: httpx.Client) -> None:
    feed = etree.fromstring(client.get("/vergunningen.atom?straat=Onbestaandestraat").content)
    assert feed.findtext(f"{ATOM}updated")
    assert feed.findall(f"{ATOM}entry") == []


def test_nothing_of_an_applicant_is_anywhere(
    client: httpx.Client, owner: Connection[DictRow], inquiry: dict[str, Any]
) -> None:
    rows = owner.execute("SELECT DISTINCT applicant FROM permits").fetchall()
    names = [row["applicant"] for row in rows if row["applicant"]]
    assert len(names) > 20
    lon, lat = inquiry["geometry"]["coordinates"]
    box = f"{lon - 0.02},{lat - 0.02},{lon + 0.02},{lat + 0.02}"
    told = "".join(
        client.get(address).text
        for address in (
            "/vergunningen.geojson", "/vergunningen.atom", "/vergunningen", "/",
            f"/kaart?part=list&bbox={box}", "/perceel/99001A0123-00B000",
            "/ogc/collections/permits/items?limit=1000", f"/vergunning/{inquiry['id']}.geojson",
            "/zoek?q=2026",
        )
    )  # fmt: skip
    assert [name for name in names if name in told] == []
    assert [
        hit for hit in names[:20] if "/vergunning/" in client.get("/zoek", params={"q": hit}).text
    ] == []
    template = client.get("/api/map").json()["tiles"]
    tile = client.get(template.format(z=14, y=5487, x=8338, collections="permits"))
    assert [name for name in names if name.encode() in tile.content] == []


def test_lists_lead_to_the_page_of_the_file(client: httpx.Client, inquiry: dict[str, Any]) -> None:
    link = f'href="/vergunning/{inquiry["id"]}"'
    assert link in client.get("/perceel/99001A0123-00B000").text
    lon, lat = inquiry["geometry"]["coordinates"]
    assert link in client.get(f"/kaart?c={lon},{lat}&z=19").text
    assert link in client.get(f"/kaart?part=choice&sel=permits/{inquiry['id']}").text
    assert 'href="/vergunningen"' in client.get("/").text


def test_what_is_usual_is_told_with_how_it_was_counted(
    client: httpx.Client, owner: Connection[DictRow]
) -> None:
    """The median of the page is that of the events, counted here by hand."""
    today = datetime.now(BRUSSELS).date()
    since = today - timedelta(days=3 * 365)
    rows = owner.execute(
        "SELECT permit.id, permit.procedure, permit.status, permit.submitted_on AS submitted, "
        "permit.decision_due AS due, permit.authority, "
        "array_agg(event.code ORDER BY seq) AS codes, "
        "array_agg(event.happened_on ORDER BY seq) AS days FROM permits AS permit "
        "JOIN permit_events AS event ON event.permit_id = permit.id GROUP BY permit.id"
    ).fetchall()
    decisions = {"decided_granted", "decided_granted_with_conditions", "decided_refused",
                 "recorded", "not_recorded"}  # fmt: skip
    lengths: dict[str, list[int]] = {}
    for row in rows:
        decided = [day for code, day in zip(row["codes"], row["days"], strict=True)
                   if code in decisions and day <= today]  # fmt: skip
        if row["authority"] == "municipality" and decided and decided[0] >= since:
            taken = (decided[0] - row["days"][0]).days
            lengths.setdefault(row["procedure"], []).append(taken)
    medians = {
        procedure: sorted(taken)[(len(taken) + 1) // 2 - 1]
        for procedure, taken in lengths.items()
        if len(taken) >= 20
    }
    assert "ordinary" in medians
    told = quiet = 0
    for row in rows:
        if row["status"] not in ("completeness_check", "under_review", "public_inquiry"):
            continue
        usual = medians.get(row["procedure"]) if row["authority"] == "municipality" else None
        expected = row["submitted"] + timedelta(days=usual) if usual else None
        said = text(client.get(f"/vergunning/{row['id']}").text)
        if usual and expected and row["due"] and today <= expected < row["due"]:
            told += 1
            assert f"Meestal is het vroeger: rond {day(expected, 'nl')}." in said, row["id"]
            n = len(lengths[row["procedure"]])
            assert f"van de {n} dossiers" in said
            assert f"binnen {usual} dagen na de indiening" in said
        else:
            quiet += 1
            assert "Meestal" not in said, row["id"]
    assert told
    assert quiet


def test_the_page_says_what_a_file_holds_and_until_when_it_is_open(
    client: httpx.Client, inquiry: dict[str, Any]
) -> None:
    until = date.fromisoformat(inquiry["properties"]["inquiry_until"])
    said = text(client.get(f"/vergunning/{inquiry['id']}").text)
    assert f"Je kan het dossier inkijken tot en met {day(until, 'nl')}." in said
    assert "Wat zit er in zo’n dossier?" in said
    assert "de plannen van wat er komt" in said
    assert "de beslissing, met de voorwaarden" not in said
    # The number of an invented file is another file at the region's counter.
    assert "omgevingsloketinzage" not in client.get(f"/vergunning/{inquiry['id']}").text
    decided = listed(client, status="granted")["features"][0]["id"]
    said = text(client.get(f"/en/permit/{decided}").text)
    assert "the decision, with its conditions" in said


def test_lists_feeds_and_pages_say_what_came_of_an_appeal(
    client: httpx.Client, owner: Connection[DictRow]
) -> None:
    """A neighbour's appeal that is granted takes the permit away; an applicant's brings it."""
    rows = owner.execute(
        "SELECT DISTINCT ON (status, decision_result) id, status, decision_result FROM permits "
        "WHERE status LIKE 'appeal%%' AND status <> 'appeal_pending' ORDER BY 2, 3, 1"
    ).fetchall()
    assert {row["decision_result"] == "refused" for row in rows} == {True, False}
    for row in rows:
        refused = row["decision_result"] == "refused"
        outcome = "niet vergund" if refused else "vergund"
        page = client.get(f"/vergunning/{row['id']}").text
        group = "refused" if refused else "granted"
        assert re.search(rf'class="tag tag-{group}">.*?: {outcome}</span>', page, re.DOTALL), row
        shown = listed(client, status=group)["features"]
        assert row["id"] in {feature["id"] for feature in shown}
