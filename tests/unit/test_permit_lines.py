from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from web.permits.line import permit_line, summary
from web.sentences import sentences

NL, EN = sentences("nl"), sentences("en")
TODAY = date(2026, 11, 23)


def row(**more: Any) -> dict[str, Any]:
    return {
        "id": "OMV_2026012345",
        "file_number": "OMV_2026012345",
        "title": "Verbouwen van een eengezinswoning",
        "address": "Kerkstraat 12, 9999 Zandwijk",
        "status": "public_inquiry",
        "status_on": date(2026, 11, 15),
        "submitted_on": date(2026, 10, 2),
        "inquiry_from": date(2026, 11, 15),
        "inquiry_until": date(2026, 12, 14),
        "decision_due": date(2027, 2, 12),
        "decided_on": None,
        "parcel_id": "99001A0123-00B000",
    } | more


def test_an_open_inquiry_says_until_when_and_by_when():
    line = permit_line(row(), NL, TODAY)
    assert line.group == "inquiry"
    assert line.status == "Openbaar onderzoek loopt"
    assert line.meta == "Dossier OMV_2026012345, ingediend op 2 oktober 2026"
    assert line.notice == (
        "Reageren kan tot en met <strong>14 december 2026</strong>. "
        "Beslissing verwacht uiterlijk <strong>12 februari 2027</strong>."
    )
    assert line.href == "/vergunning/OMV_2026012345"


def test_a_passed_term_is_never_a_negative_number_of_days():
    late = row(status="under_review", decision_due=date(2026, 11, 1))
    assert "De termijn liep af op" in permit_line(late, NL, TODAY).meta
    assert "-" not in permit_line(late, NL, TODAY).meta.replace("OMV", "")


def test_a_decision_says_when():
    line = permit_line(row(status="granted", decided_on=date(2026, 6, 18)), EN, TODAY)
    assert (line.group, line.status) == ("granted", "Granted")
    assert line.meta == "File OMV_2026012345, decided on 18 June 2026"
    assert line.notice is None


def test_the_word_is_that_of_the_exact_status():
    assert permit_line(row(status="tacitly_refused"), NL, TODAY).status == "Stilzwijgend geweigerd"
    unknown = permit_line(row(status="iets_nieuws"), NL, TODAY)
    assert (unknown.group, unknown.status) == ("unknown", "Onbekend")


@pytest.mark.parametrize(
    ("status", "result", "group", "outcome"),
    [
        ("appeal_granted", "granted", "granted", ": vergund"),
        ("appeal_granted", "refused", "refused", ": niet vergund"),  # a neighbour's appeal
        ("appeal_rejected", "granted_with_conditions", "granted", ": vergund"),
        ("appeal_rejected", "refused", "refused", ": niet vergund"),
        ("appeal_tacitly_rejected", "granted", "granted", ": vergund"),
        ("appeal_granted", None, "granted", ""),
        ("annulled", "granted", "review", ""),
        ("lapsed", "granted", "stopped", ""),
    ],
)
def test_after_an_appeal_the_group_is_that_of_the_outcome(
    status: str, result: str | None, group: str, outcome: str
):
    line = permit_line(row(status=status, decision_result=result), NL, TODAY)
    assert line.group == group
    assert line.status == NL(f"status.{status}") + outcome


@pytest.mark.parametrize(
    ("metres", "azimuth", "place"),
    [
        (0.0, None, "grenst aan dit perceel"),
        (63.2, 92.0, "65 meter naar het oosten"),
    ],
)
def test_what_is_near_says_how_far_and_where(metres: float, azimuth: float | None, place: str):
    assert permit_line(row(distance_m=metres, azimuth=azimuth), NL, TODAY).place == place


def test_text_of_a_file_is_never_markup():
    line = permit_line(row(title="<script>", file_number="<b>", status="under_review"), NL, TODAY)
    assert "&lt;b&gt;" in line.meta
    assert line.title == "<script>"
    assert not hasattr(line.title, "__html__")


def test_the_summary_counts_pending_and_decided():
    pending, decided = row(), row(status="granted")
    assert summary([], NL) == "Geen vergunningen bekend."
    assert summary([pending], NL) == "Eén lopende aanvraag."
    assert summary([pending, decided, decided], NL) == (
        "Eén lopende aanvraag, 2 eerdere beslissingen."
    )
    assert summary([decided], NL) == "Eén eerdere beslissing."


def test_an_appealed_file_says_when_the_appeal_was_decided():
    appealed = row(
        status="appeal_rejected", decision_result="granted", decided_on=date(2026, 3, 1),
        status_on=date(2026, 8, 2),
    )  # fmt: skip
    said = permit_line(appealed, NL, TODAY).meta
    assert said == "Dossier OMV_2026012345, in beroep beslist op 2 augustus 2026"
