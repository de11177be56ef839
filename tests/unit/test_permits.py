"""The permit desk against the test vectors of the law's terms, and its state table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from fixtures.permits import DECIDED, DECLARED, ORDINARY, SIMPLIFIED, SUBMITTED, state

from geoloket.errors import UnlawfulEvents
from geoloket.permits import (
    DecisionResult,
    Event,
    EventCode,
    Flag,
    PermitFile,
    PermitStatus,
    Procedure,
    Terms,
    state_on,
)
from geoloket.permits.state import Reason
from geoloket.permits.terms import built_in
from geoloket.permits.working_days import is_working_day, served_on

E = EventCode
S = PermitStatus

ADVISED = PermitFile(Procedure.ORDINARY, commission=True)
NOTIFICATION = PermitFile(Procedure.NOTIFICATION, frozenset({"building_works"}))
CLASS_3 = PermitFile(Procedure.NOTIFICATION, frozenset({"classified_activity"}))


@pytest.mark.parametrize(
    ("file", "events", "due"),
    [
        (SIMPLIFIED, [SUBMITTED, DECLARED], "2026-05-19"),
        (ORDINARY, [SUBMITTED, DECLARED], "2026-07-03"),
        (ADVISED, [SUBMITTED, DECLARED], "2026-07-18"),
        (ORDINARY, [SUBMITTED, DECLARED, ("term_extended", "2026-04-20")], "2026-09-01"),
        (SIMPLIFIED, [SUBMITTED], "2026-05-30"),
        (ORDINARY, [SUBMITTED], "2026-07-14"),
        # Declared on day 30, which is day 1 without a declaration.
        (ORDINARY, [SUBMITTED, ("declared_complete", "2026-04-01")], "2026-07-14"),
        # Declared after day 30: the file was complete already.
        (ORDINARY, [SUBMITTED, ("declared_complete", "2026-04-15")], "2026-07-14"),
        # The province is advised by its commission.
        (PermitFile(Procedure.ORDINARY, authority="province"), [SUBMITTED, DECLARED], "2026-07-18"),
        # An adjustment without a declaration starts on day 50.
        (PermitFile(Procedure.ADJUSTMENT), [SUBMITTED], "2026-08-03"),
        (CLASS_3, [SUBMITTED], "2026-03-22"),
        (NOTIFICATION, [SUBMITTED], "2026-04-01"),
    ],
)
def test_decision_term(file: PermitFile, events: list[tuple[str, str]], due: str) -> None:
    assert state(file, "2026-05-01", *events).decision_due == date.fromisoformat(due)


def test_first_posting_day_opens_the_windows() -> None:
    granted = (SUBMITTED, DECLARED, ("decided_granted", "2026-06-10"), ("posted", "2026-06-15"))

    last_day = state(ORDINARY, "2026-07-15", *granted)
    assert last_day.appeal_until == date(2026, 7, 15)
    assert last_day.usable_from == date(2026, 7, 21)
    assert Flag.APPEAL_WINDOW_OPEN in last_day.flags
    day_after = state(ORDINARY, "2026-07-16", *granted)
    assert day_after.status is S.GRANTED
    assert Flag.APPEAL_WINDOW_OPEN not in day_after.flags
    assert state(ORDINARY, "2026-07-20", *granted).status is S.GRANTED
    day_36 = state(ORDINARY, "2026-07-21", *granted)
    assert (day_36.status, day_36.status_on) == (S.EXECUTABLE, date(2026, 7, 21))


def test_council_for_permit_disputes_counts_from_the_service_of_the_letter() -> None:
    rule = built_in().rule("council", date(2017, 3, 1))
    assert rule is not None
    served = served_on(date(2017, 5, 12))
    assert served == date(2017, 5, 15)
    assert rule.last_day(served) == date(2017, 6, 29)


def test_council_term_shifts_to_a_working_day() -> None:
    rule = built_in().rule("council", date(2026, 1, 1))
    assert rule is not None
    # 45 days after 28 March 2026 is Tuesday 12 May; after 31 March it is Friday 15 May.
    assert rule.last_day(date(2026, 3, 30)) == date(2026, 5, 15)  # from Ascension Day
    assert rule.last_day(date(2026, 4, 1)) == date(2026, 5, 18)  # from a Saturday


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-04-06", False),  # Easter Monday
        ("2026-05-14", False),  # Ascension
        ("2026-05-25", False),  # Whit Monday
        ("2026-05-26", True),
        ("2026-07-21", False),
        ("2026-11-23", True),
        ("2026-11-22", False),
    ],
)
def test_working_days(day: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is working


def test_inquiry_lasts_thirty_days() -> None:
    opened = (SUBMITTED, DECLARED, ("inquiry_opened", "2026-04-01"))
    last_day = state(ORDINARY, "2026-04-30", *opened)
    assert (last_day.status, last_day.inquiry_until) == (S.PUBLIC_INQUIRY, date(2026, 4, 30))
    after = state(ORDINARY, "2026-05-01", *opened)
    assert (after.status, after.status_on) == (S.UNDER_REVIEW, date(2026, 5, 1))
    for closed in ("2026-04-30", "2026-05-04"):
        noted = (*opened, ("inquiry_closed", closed))
        assert state(ORDINARY, "2026-04-30", *noted).status is S.PUBLIC_INQUIRY
        assert state(ORDINARY, "2026-05-04", *noted).inquiry_until == date(2026, 4, 30)
    early = state(ORDINARY, "2026-04-11", *opened, ("inquiry_closed", "2026-04-10"))
    assert (early.status, early.inquiry_until) == (S.UNDER_REVIEW, date(2026, 4, 10))


def test_no_decision_in_time_is_a_refusal() -> None:
    history = (SUBMITTED, DECLARED)
    assert state(SIMPLIFIED, "2026-05-19", *history).status is S.UNDER_REVIEW
    refused = state(SIMPLIFIED, "2026-05-20", *history)
    assert (refused.status, refused.status_on) == (S.TACITLY_REFUSED, date(2026, 5, 20))
    assert refused.decision_result is DecisionResult.REFUSED
    assert refused.appeal_until == date(2026, 6, 18)
    assert Flag.APPEAL_WINDOW_OPEN in refused.flags


def test_posting_does_not_move_the_window_of_a_tacit_refusal() -> None:
    posted = (SUBMITTED, DECLARED, ("posted", "2026-06-10"))
    assert state(SIMPLIFIED, "2026-06-12", *posted).appeal_until == date(2026, 6, 18)


def test_no_decision_on_a_notification_has_no_consequence() -> None:
    late = state(CLASS_3, "2026-12-01", SUBMITTED)
    assert late.status is S.SUBMITTED
    assert Flag.TERM_EXCEEDED in late.flags


@pytest.mark.parametrize("outcome", ["recorded", "not_recorded", "withdrawn"])
def test_notification_ends(outcome: str) -> None:
    assert state(CLASS_3, "2026-12-01", SUBMITTED, (outcome, "2026-03-10")).status == outcome


def test_supplement_starts_the_check_again() -> None:
    asked = (SUBMITTED, ("supplement_requested", "2026-03-16"))
    waiting = state(ORDINARY, "2026-06-01", *asked)
    assert waiting.status is S.AWAITING_SUPPLEMENT
    assert waiting.decision_due is None
    assert Reason.AWAITING_SUPPLEMENT in waiting.not_computable

    received = (*asked, ("supplement_received", "2026-06-02"))
    # 30 days after 2 June is 2 July, day 1 of 105.
    assert state(ORDINARY, "2026-06-03", *received).decision_due == date(2026, 10, 14)


def test_check_passes_in_silence() -> None:
    assert state(ORDINARY, "2026-04-01", SUBMITTED).status is S.COMPLETENESS_CHECK
    assert state(ORDINARY, "2026-04-02", SUBMITTED).status is S.UNDER_REVIEW


def test_appeal_has_its_own_term_and_silence_rejects_it() -> None:
    appealed = (*DECIDED, ("appeal_lodged", "2026-07-10"), ("declared_complete", "2026-07-20"))
    pending = state(ORDINARY, "2026-08-01", *appealed)
    assert pending.status is S.APPEAL_PENDING
    assert pending.decision_due == date(2026, 11, 17)
    assert state(ORDINARY, "2026-11-18", *appealed).status is S.APPEAL_TACITLY_REJECTED
    assert state(SIMPLIFIED, "2026-05-20", SUBMITTED, DECLARED, ("appeal_lodged", "2026-05-20"),
        ("declared_complete", "2026-05-20")).decision_due == date(2026, 7, 19)  # fmt: skip


def test_appeal_is_extended_twice_and_first_instance_once() -> None:
    twice = (("term_extended", "2026-04-20"), ("term_extended", "2026-05-20"))
    with pytest.raises(UnlawfulEvents):
        state(ORDINARY, "2026-06-01", SUBMITTED, DECLARED, *twice)
    appealed = (*DECIDED, ("appeal_lodged", "2026-07-10"))
    late = (("term_extended", "2026-07-20"), ("term_extended", "2026-07-21"))
    assert state(ORDINARY, "2026-08-01", *appealed, *late).decision_due == date(2027, 4, 5)
    with pytest.raises(UnlawfulEvents):
        state(ORDINARY, "2026-08-01", *appealed, *late, ("term_extended", "2026-07-22"))


def test_simplified_procedure_is_never_extended_and_has_no_inquiry() -> None:
    for event in ("term_extended", "inquiry_opened"):
        with pytest.raises(UnlawfulEvents):
            state(SIMPLIFIED, "2026-05-01", SUBMITTED, DECLARED, (event, "2026-04-20"))


def test_clock_stands_still_during_a_road_appeal() -> None:
    appealed = (*DECIDED, ("appeal_lodged", "2026-07-10"), ("declared_complete", "2026-07-20"))
    suspended = (*appealed, ("clock_suspended", "2026-08-01"))
    standing = state(ORDINARY, "2026-08-10", *suspended)
    assert standing.decision_due is None
    assert Flag.CLOCK_SUSPENDED in standing.flags
    assert Reason.CLOCK_SUSPENDED in standing.not_computable
    resumed = state(ORDINARY, "2026-09-01", *suspended, ("clock_resumed", "2026-08-31"))
    assert resumed.decision_due == date(2026, 11, 17) + timedelta(days=30)


@pytest.mark.parametrize(
    ("decision", "appeal", "result"),
    [
        ("decided_refused", "appeal_granted", DecisionResult.GRANTED),
        ("decided_refused", "appeal_rejected", DecisionResult.REFUSED),
        ("decided_granted", "appeal_granted", DecisionResult.REFUSED),
        (
            "decided_granted_with_conditions",
            "appeal_rejected",
            DecisionResult.GRANTED_WITH_CONDITIONS,
        ),
    ],
)
def test_outcome_of_an_appeal(decision: str, appeal: str, result: DecisionResult) -> None:
    history = (
        SUBMITTED, DECLARED, (decision, "2026-06-10"), ("posted", "2026-06-15"),
        ("appeal_lodged", "2026-06-20"), (appeal, "2026-08-01"),
    )  # fmt: skip
    after = state(ORDINARY, "2026-09-01", *history)
    assert after.status == appeal
    assert after.decision_result is result
    started = ("works_started", "2026-08-20")
    if result is DecisionResult.REFUSED:
        with pytest.raises(UnlawfulEvents):
            state(ORDINARY, "2026-09-01", *history, started)
    else:
        assert state(ORDINARY, "2026-09-01", *history, started).status is S.IN_EXECUTION


def test_from_posting_to_completion() -> None:
    granted = (SUBMITTED, DECLARED, ("decided_granted", "2026-06-10"), ("posted", "2026-06-15"))
    works = ("works_started", "2026-07-21")
    done = state(ORDINARY, "2027-01-01", *granted, works, ("works_completed", "2026-12-01"))
    assert done.status is S.COMPLETED
    assert state(ORDINARY, "2029-01-01", *granted, ("lapsed", "2028-07-01")).status is S.LAPSED
    with pytest.raises(UnlawfulEvents):
        state(ORDINARY, "2027-01-01", *granted, ("works_started", "2026-07-20"))


def test_annulment_takes_the_file_up_again() -> None:
    granted = (SUBMITTED, DECLARED, ("decided_granted", "2026-06-10"), ("posted", "2026-06-15"))
    annulled = (*granted, ("annulled", "2027-02-01"))
    waiting = state(ORDINARY, "2027-03-01", *annulled)
    assert waiting.status is S.ANNULLED
    assert Reason.SET_BY_COUNCIL in waiting.not_computable
    again = state(ORDINARY, "2027-03-15", *annulled, ("declared_complete", "2027-03-01"))
    assert (again.status, again.decision_due) == (S.UNDER_REVIEW, date(2027, 6, 14))
    decided = state(ORDINARY, "2027-05-01", *annulled, ("decided_refused", "2027-04-30"))
    assert (decided.status, decided.decided_on) == (S.REFUSED, date(2027, 4, 30))


def test_decision_without_posting_has_no_windows() -> None:
    granted = state(ORDINARY, "2027-01-01", SUBMITTED, DECLARED, ("decided_granted", "2026-06-10"))
    assert granted.status is S.GRANTED
    assert granted.usable_from is None
    assert Reason.NOT_POSTED in granted.not_computable


@pytest.mark.parametrize(
    ("submitted", "declared", "due"),
    [
        ("2019-11-01", "2019-11-20", "2020-03-04"),  # over before the window
        ("2019-12-01", "2019-12-20", None),  # open on 24 March 2020
        ("2020-04-20", "2020-05-10", None),  # filed in the window
        ("2020-04-25", "2020-05-10", "2020-08-23"),
    ],
)
def test_files_open_in_spring_2020_are_not_computed(
    submitted: str, declared: str, due: str | None
) -> None:
    history = (("submitted", submitted), ("declared_complete", declared))
    found = state(ORDINARY, "2020-12-01", *history)
    assert found.decision_due == (date.fromisoformat(due) if due else None)
    assert (Reason.TERMS_CHANGED in found.not_computable) is (due is None)
    assert (found.status is S.TACITLY_REFUSED) is (due is not None)


def test_file_decided_before_the_window_of_2020_keeps_its_term() -> None:
    history = (
        ("submitted", "2020-01-02"), ("declared_complete", "2020-01-20"),
        ("decided_refused", "2020-03-20"),
    )  # fmt: skip
    assert state(ORDINARY, "2020-12-01", *history).decision_due == date(2020, 5, 4)


@pytest.mark.parametrize(
    "file", [PermitFile(Procedure.MODULAR), ORDINARY], ids=["modular", "before the law"]
)
def test_files_without_a_rule_are_not_computed(file: PermitFile) -> None:
    on = "2026-03-02" if file.procedure is Procedure.MODULAR else "2016-03-02"
    found = state(file, "2026-12-01", ("submitted", on))
    assert found.status is S.COMPLETENESS_CHECK
    assert found.decision_due is None
    assert Reason.NO_RULE in found.not_computable
    decided = state(file, "2026-12-01", ("submitted", on), ("decided_granted", "2026-11-01"))
    assert decided.status is S.GRANTED


@pytest.mark.parametrize(
    "events",
    [
        [DECLARED],
        [SUBMITTED, SUBMITTED],
        [SUBMITTED, ("posted", "2026-03-03")],
        [SUBMITTED, ("supplement_received", "2026-03-03")],
        [SUBMITTED, ("supplement_requested", "2026-04-20")],
        [SUBMITTED, DECLARED, ("declared_complete", "2026-03-21")],
        [SUBMITTED, DECLARED, ("inquiry_opened", "2026-03-25"), ("decided_granted", "2026-04-01")],
        [SUBMITTED, DECLARED, ("decided_granted", "2026-09-01")],
        [SUBMITTED, DECLARED, ("works_started", "2026-04-01")],
        [SUBMITTED, DECLARED, ("recorded", "2026-04-01")],
        [*DECIDED, ("withdrawn", "2026-06-20")],
        [*DECIDED, ("appeal_lodged", "2026-07-16")],
        [*DECIDED, ("appeal_granted", "2026-07-01")],
        [SUBMITTED, ("declared_complete", "2026-03-01")],
    ],
    ids=lambda events: events[-1][0],
)
def test_unlawful_history_is_refused(events: list[tuple[str, str]]) -> None:
    with pytest.raises(UnlawfulEvents):
        state(ORDINARY, "2026-12-01", *events)


def test_events_after_today_have_not_happened() -> None:
    assert state(ORDINARY, "2026-03-10", SUBMITTED, DECLARED).status is S.COMPLETENESS_CHECK


def test_each_date_says_how_it_was_computed() -> None:
    found = state(ORDINARY, "2026-07-01", SUBMITTED, DECLARED, ("term_extended", "2026-04-20"))
    due = next(noted for noted in found.reckonings if noted.date == "decision_due")
    assert (due.rule, due.start, due.days) == ("decision.ordinary", date(2026, 3, 21), 165)
    assert due.result == found.decision_due


def test_a_later_rule_holds_for_later_files() -> None:
    text = """
    [[rule]]
    id = "completeness"
    days = 30
    deemed = 30
    valid_from = 2017-02-23
    source = "x"
    [[rule]]
    id = "decision.simplified"
    days = 60
    valid_from = 2017-02-23
    source = "x"
    [[rule]]
    id = "decision.simplified"
    days = 50
    valid_from = 2026-03-01
    source = "x"
    """
    terms = Terms.parse(text)
    for submitted, days in (("2026-02-28", 60), ("2026-03-01", 50)):
        history = [Event(E.SUBMITTED, date.fromisoformat(submitted))]
        due = state_on(SIMPLIFIED, history, date(2026, 3, 5), terms).decision_due
        assert due == date.fromisoformat(submitted) + timedelta(days=30 + days - 1)
