"""What a permit page says of dates: in words, never negative, and always from where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from fixtures.permits import DECIDED, DECLARED, ORDINARY, SIMPLIFIED, SUBMITTED, events

from geoloket.permits import PermitDesk, PermitFile, Procedure, Reading, StepCode, StepState
from geoloket.permits.state import Reason
from geoloket.permits.steps import steps_of
from web.permits.explained import explained
from web.permits.filters import Filter
from web.permits.key_dates import key_dates
from web.permits.way import told
from web.sentences import sentences

NL, EN = sentences("nl"), sentences("en")
OPENED = ("inquiry_opened", "2026-04-01")


def reading(
    file: PermitFile, today: str, *history: tuple[str, str], delay: int = 0
) -> tuple[Reading, date]:
    on = date.fromisoformat(today)
    happened = [event for event in events(*history) if event.on <= on]
    state = PermitDesk(delay=delay).state(file, happened, on)
    return Reading(file, state, steps_of(file, state, happened)), on


def test_an_open_inquiry_counts_the_days_that_are_left():
    for today, left in (("2026-04-10", "Nog 20 dagen."), ("2026-04-29", "Nog 1 dag."),
                        ("2026-04-30", "Vandaag is de laatste dag.")):  # fmt: skip
        react, due = key_dates(*reading(ORDINARY, today, SUBMITTED, DECLARED, OPENED), NL)
        assert (react.value, react.lines[0], react.react) == ("30 april 2026", left, True)
        assert (due.label, due.value) == ("Beslissing verwacht uiterlijk", "3 juli 2026")


def test_a_date_that_is_not_known_says_why():
    react, due = key_dates(
        *reading(ORDINARY, "2026-03-20", SUBMITTED, ("supplement_requested", "2026-03-16")), NL
    )
    assert (react.value, due.value) == ("nog niet gekend", "nog niet gekend")
    assert react.lines == ["Het dossier is nog niet volledig verklaard."]
    assert due.lines == ["De aanvrager moet eerst stukken toevoegen."]
    _, due = key_dates(*reading(PermitFile(Procedure.MODULAR), "2026-03-20", SUBMITTED), EN)
    assert due.lines == ["We do not know the term for this file."]


def test_a_passed_term_waits_for_the_decision_and_is_then_a_refusal():
    history = (SUBMITTED, DECLARED)
    _, waiting = key_dates(*reading(SIMPLIFIED, "2026-05-22", *history, delay=7), NL)
    assert waiting.lines == [
        "De termijn liep af op 19 mei 2026. Een beslissing kan nog gepubliceerd worden."
    ]
    react, refused = key_dates(*reading(SIMPLIFIED, "2026-05-27", *history, delay=7), NL)
    assert (refused.label, refused.value) == ("Stilzwijgend geweigerd sinds", "20 mei 2026")
    assert refused.lines[1] == "Beroep is mogelijk tot en met 18 juni 2026."
    assert (react.label, react.value) == ("Beroep is mogelijk tot en met", "18 juni 2026")


@pytest.mark.parametrize("days", range(0, 400, 7))
def test_no_day_gives_a_negative_number(days: int):
    today = (date(2026, 3, 2) + timedelta(days=days)).isoformat()
    for file in (ORDINARY, SIMPLIFIED):
        history = (SUBMITTED, DECLARED) if file is SIMPLIFIED else (SUBMITTED, DECLARED, OPENED)
        for say in (NL, EN):
            for key in key_dates(*reading(file, today, *history), say):
                assert key.label and key.value
                assert not any("-" in line for line in key.lines)


def test_each_date_is_explained_from_its_inputs():
    found, _ = reading(ORDINARY, "2026-05-01", SUBMITTED, DECLARED, ("term_extended", "2026-04-20"))
    [due] = explained(found, NL)
    assert due.caption == "Beslissing: Gewone procedure, met openbaar onderzoek"
    assert list(due.rows) == [
        ("Dossier volledig verklaard", "20 maart 2026"),
        ("Dag 1", "21 maart 2026"),
        ("Wettelijke termijn", "105 dagen"),
        ("Verlengingen", "60 dagen"),
        ("Uiterste beslissing", "1 september 2026"),
        ("Bron", "Decreet omgevingsvergunning, art. 32"),
    ]
    [english] = explained(found, EN)
    assert ("Extensions", "60 days") in english.rows
    assert english.sentence.startswith("We count 165 days, with 21 March 2026 as day 1.")


def test_a_silent_start_a_window_and_a_suspension_are_explained():
    silent, _ = reading(SIMPLIFIED, "2026-05-01", SUBMITTED)
    assert explained(silent, NL)[0].rows[0][1] == "2 maart 2026"
    granted = (SUBMITTED, DECLARED, ("decided_granted", "2026-06-10"), ("posted", "2026-06-15"))
    windows, _ = reading(ORDINARY, "2026-06-20", *granted)
    captions = {date.caption: dict(date.rows) for date in explained(windows, NL)}
    assert list(captions) == ["Beroep", "Start van de werken"]
    assert captions["Beroep"]["Eerste dag van de aanplakking"] == "15 juni 2026"
    assert captions["Beroep"]["Laatste dag voor beroep"] == "15 juli 2026"
    assert captions["Start van de werken"]["Eerste dag van de werken"] == "21 juli 2026"
    stood = (
        *DECIDED, ("appeal_lodged", "2026-07-10"), ("declared_complete", "2026-07-20"),
        ("clock_suspended", "2026-08-01"), ("clock_resumed", "2026-08-31"),
    )  # fmt: skip
    appealed, _ = reading(ORDINARY, "2026-09-01", *stood)
    [appeal] = (date for date in explained(appealed, NL) if "beroep" in date.caption)
    assert ("Stilgestaan", "30 dagen") in appeal.rows


def test_steps_say_in_words_where_a_date_comes_from():
    found, today = reading(ORDINARY, "2026-04-10", SUBMITTED, DECLARED, OPENED)
    steps = told(found.steps, found.file, today, NL)
    assert [(step.where, step.when) for step in steps] == [
        ("Afgerond", "2 maart 2026"),
        ("Afgerond", "20 maart 2026"),
        ("Nu", "1 april 2026 tot en met 30 april 2026"),
        ("Nog te komen", ""),
        ("Nog te komen", "Uiterlijk 3 juli 2026"),
        ("Nog te komen", "30 dagen na de aanplakking"),
    ]
    assert steps[4].text == "Door het college van burgemeester en schepenen."
    silent, today = reading(SIMPLIFIED, "2026-04-10", SUBMITTED)
    assert told(silent.steps, silent.file, today, NL)[1].computed


def test_every_code_has_its_words():
    assert set(StepCode) == set(NL.table("step"))
    assert set(StepState) == set(NL.table("step_state"))
    assert set(Reason) <= set(NL.table("reason"))
    assert set(Procedure) <= set(NL.table("procedure"))


def test_a_filter_keeps_its_address():
    chosen = Filter(status="granted", around="Kerkstraat 12", radius=500, since=date(2026, 1, 2))
    assert chosen.href(NL) == (
        "/vergunningen?status=granted&adres=Kerkstraat+12&straal=500&van=2026-01-02"
    )
    assert chosen.href(EN, ".atom").startswith("/en/permits.atom?status=granted")
    assert replace(chosen, status=None, around="", since=None).href(NL) == "/vergunningen"
    assert Filter(inquiry=True, status="granted").groups == ("inquiry",)
