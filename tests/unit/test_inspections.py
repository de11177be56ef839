"""Inspections and residence checks: the rule, the lawful orders, the days, the round."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise, permutations
from math import dist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloket.errors import InvalidFeature, InvalidParameter
from geoloket.inspections import (
    Certificate,
    Defects,
    HousingInspectionStatus,
    InspectionCase,
    InspectionTerms,
    Outcome,
    ResidenceCheck,
    ResidenceCheckStatus,
    Scheme,
    Slot,
    Visit,
    VisitOutcome,
    change,
    check_inspection,
    check_residence,
    lawful,
    next_steps,
    residence,
    verdict,
)
from geoloket.inspections.residence import visits_of
from geoloket.inspections.route import in_parts, length, ordered
from geoloket.inspections.terms import months_on
from geoloket.settings import CertificateValidity

S, R = HousingInspectionStatus, ResidenceCheckStatus
TODAY = date(2026, 11, 23)
TERMS = InspectionTerms.built_in()
COUNTS = st.integers(0, 20)


@pytest.mark.parametrize(
    ("counts", "outcome", "reason"),
    [
        ((0, 0, 0), "conform", "none"),
        ((6, 0, 0), "conform", "none"),
        ((7, 0, 0), "unsuitable", "many_first"),
        ((0, 1, 0), "unsuitable", "second"),
        ((7, 1, 0), "unsuitable", "second"),
        ((0, 0, 1), "uninhabitable", "third"),
        ((9, 9, 1), "uninhabitable", "third"),
    ],
)
def test_what_defects_lead_to(counts: tuple[int, int, int], outcome: str, reason: str):
    found = verdict(Defects(*counts))
    assert (str(found.outcome), found.reason) == (outcome, reason)


@given(COUNTS, COUNTS, COUNTS)
def test_more_defects_never_make_a_dwelling_better(first: int, second: int, third: int):
    order = [Outcome.CONFORM, Outcome.UNSUITABLE, Outcome.UNINHABITABLE]
    here = order.index(verdict(Defects(first, second, third)).outcome)
    for more in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        worse = Defects(first + more[0], second + more[1], third + more[2])
        assert order.index(verdict(worse).outcome) >= here


def test_defects_are_counted_from_zero():
    with pytest.raises(ValueError, match="from 0"):
        Defects(first=-1)


def test_points_are_not_turned_into_categories():
    case = InspectionCase.of({"status": "decided", "scheme": "points", "defects_3": 1})
    assert case.verdict is None
    old = InspectionCase(S.SCHEDULED, requested_on=date(2020, 1, 2))
    values = change(old, "visited", {"inspected_on": "2020-12-31"}, TODAY)
    assert values["scheme"] == "points"
    assert change(old, "visited", {"inspected_on": "2021-01-01"}, TODAY)["scheme"] == "categories"
    visited = InspectionCase(S.VISITED, inspected_on=date(2020, 12, 31), scheme=Scheme.POINTS)
    assert [step.asks for step in next_steps(visited)] == [("points",)]


CHAIN = ["requested", "scheduled", "visited", "report_drafted", "unsuitable", "hearing", "decided",
         "under_appeal", "upheld", "lifted", "closed"]  # fmt: skip


def test_the_whole_way_of_the_handbook_is_lawful():
    for before, after in pairwise(CHAIN):
        assert S(after) in lawful.MAY_FOLLOW[S(before)]
    for found in ("conform", "unsuitable", "uninhabitable", "overcrowded"):
        assert S(found) in lawful.MAY_FOLLOW[S.REPORT_DRAFTED]
    assert {S.UPHELD, S.ANNULLED} == set(lawful.MAY_FOLLOW[S.UNDER_APPEAL])
    assert S.LIFTED in lawful.MAY_FOLLOW[S.ANNULLED]
    assert set(lawful.MAY_FOLLOW) == set(S)
    assert set(residence.MAY_FOLLOW) == set(R)


def drafted(first: int, second: int, third: int) -> InspectionCase:
    return InspectionCase(
        S.REPORT_DRAFTED,
        requested_on=date(2026, 9, 1),
        inspected_on=date(2026, 9, 20),
        scheme=Scheme.CATEGORIES,
        defects_1=first,
        defects_2=second,
        defects_3=third,
    )


@given(COUNTS, COUNTS, COUNTS)
def test_only_what_the_rule_says_can_be_found_and_overcrowding(one: int, two: int, three: int):
    case = drafted(one, two, three)
    outcome = str(verdict(Defects(one, two, three)).outcome)
    assert [step.name for step in next_steps(case)] == [outcome, "overcrowded"]
    for other in {"conform", "unsuitable", "uninhabitable"} - {outcome}:
        with pytest.raises(InvalidParameter):
            change(case, other, {}, TODAY)


FILLED = {
    "planned_on": "2026-11-24", "planned_slot": "morning", "inspector": "Noor",
    "inspected_on": "2026-10-01", "defects_1": "2", "defects_2": "1", "defects_3": "0",
    "heard_on": "2026-10-20", "decided_on": "2026-11-02", "appealed_on": "2026-11-10",
    "ruled_on": "2026-11-12", "lifted_on": "2026-11-20", "points": "4",
    "certificate_issued_on": "2026-11-01", "certificate_lapsed_on": "2026-11-15",
    "certificate_lapse": "renovation",
}  # fmt: skip


@given(st.lists(st.sampled_from([*S, "issue", "lapse"]), max_size=14))
def test_no_order_of_steps_leaves_the_lawful_way(names: list[str]):
    row: dict[str, Any] = {"status": "requested", "requested_on": date(2026, 9, 1)}
    for name in names:
        case = InspectionCase.of(row)
        offered = {step.name for step in next_steps(case)}
        before = row["status"]
        try:
            row |= change(case, str(name), FILLED, TODAY)
        except InvalidParameter:
            assert str(name) not in offered
            continue
        assert str(name) in offered
        if row["status"] != before:
            assert S(row["status"]) in lawful.MAY_FOLLOW[S(before)]
        check_inspection(_json(row | {"status": before}), _json(row))
    if row["status"] in ("decided", "under_appeal", "upheld", "annulled", "lifted"):
        assert row["heard_on"] <= row["decided_on"]


def _json(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}


@pytest.mark.parametrize(
    ("status", "step", "fields", "parameter"),
    [
        ("requested", "visited", {}, "step"),
        ("requested", "nonsense", {}, "step"),
        ("requested", "scheduled", {"planned_on": "2026-11-22"}, "planned_on"),
        ("requested", "scheduled", {"planned_on": "morgen"}, "planned_on"),
        (
            "requested",
            "scheduled",
            {"planned_on": "2026-11-24", "planned_slot": "x"},
            "planned_slot",
        ),
        ("scheduled", "visited", {"inspected_on": "2026-11-24"}, "inspected_on"),
        ("scheduled", "visited", {"inspected_on": "2026-08-31"}, "inspected_on"),
        ("visited", "report_drafted", {"defects_1": "-1"}, "defects_1"),
        ("visited", "report_drafted", {"defects_1": "1e3"}, "defects_1"),
        ("visited", "report_drafted", {"defects_1": "1"}, "defects_2"),
    ],
)
def test_what_cannot_be_recorded_is_said_of_its_field(
    status: str, step: str, fields: dict[str, str], parameter: str
):
    case = InspectionCase(S(status), requested_on=date(2026, 9, 1))
    with pytest.raises(InvalidParameter) as caught:
        change(case, step, fields, TODAY)
    assert caught.value.facts["parameter"] == parameter


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"status": "requested"}, {"status": "decided"}),
        (None, {"status": "closed"}),
        ({"status": "report_drafted"}, {"status": "conform", "scheme": "categories",
         "defects_1": 0, "defects_2": 0, "defects_3": 1}),
        ({"status": "visited"}, {"status": "visited", "scheme": "categories", "outcome": "conform",
         "defects_1": 7, "defects_2": 0, "defects_3": 0}),
        ({"status": "hearing"}, {"status": "decided", "heard_on": "2026-10-02",
         "decided_on": "2026-10-01"}),
        ({"status": "requested"}, {"status": "nonsense"}),
    ],
)  # fmt: skip
def test_who_edits_elsewhere_is_held_to_the_same_steps(before: Any, after: Any):
    with pytest.raises(InvalidFeature):
        check_inspection(before, after)


def test_a_certificate_holds_for_the_years_of_its_day():
    five = (CertificateValidity(years=5, valid_from=date(2024, 1, 1)),)
    assert Certificate.issued(date(2023, 12, 31), five).valid_until == date(2033, 12, 31)
    assert Certificate.issued(date(2024, 1, 1), five).valid_until == date(2029, 1, 1)
    assert Certificate.issued(date(2024, 2, 29), ()).valid_until == date(2034, 2, 28)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 5000))
def test_a_certificate_ends_at_the_first_of_its_term_and_its_lapse(issued: date, after: int):
    lapse = issued + timedelta(days=after)
    whole, cut = Certificate.issued(issued, ()), Certificate.issued(issued, (), lapse)
    assert cut.valid_until == min(whole.valid_until, lapse)
    assert not cut.is_valid(lapse)
    assert whole.is_valid(issued)
    assert not whole.is_valid(issued - timedelta(days=1))


def test_issuing_and_lapsing_follow_from_the_steps():
    case = InspectionCase(
        S.CONFORM,
        requested_on=date(2026, 9, 1),
        inspected_on=date(2026, 9, 20),
        outcome=Outcome.CONFORM,
    )
    assert [step.name for step in next_steps(case)] == ["issue", "closed"]
    values = change(case, "issue", {"certificate_issued_on": "2026-10-01"}, TODAY)
    assert values["certificate_valid_until"] == date(2036, 10, 1)
    issued = InspectionCase.of({"status": "closed", "outcome": "conform"} | values)
    assert [step.name for step in next_steps(issued)] == ["lapse"]
    given_ = {"certificate_lapsed_on": "2026-11-01", "certificate_lapse": "renovation"}
    assert change(issued, "lapse", given_, TODAY)["certificate_valid_until"] == date(2026, 11, 1)


def test_days_are_told_with_how_they_were_counted():
    case = InspectionCase(S.VISITED, requested_on=date(2026, 11, 30))
    decision, silence = case.reckonings(TERMS)
    assert (decision.rule, decision.event, decision.amount, decision.unit) == (
        "decision", date(2026, 11, 30), 3, "months")  # fmt: skip
    assert decision.result == date(2027, 2, 28)
    assert silence.event == decision.result
    assert silence.result == date(2028, 2, 28)
    decided = InspectionCase(S.DECIDED, decided_on=date(2026, 11, 2))
    assert [one.result for one in decided.reckonings(TERMS)] == [date(2026, 12, 2)]
    appealed = InspectionCase(S.UNDER_APPEAL, appealed_on=date(2026, 11, 10))
    assert [one.result for one in appealed.reckonings(TERMS)] == [date(2027, 2, 10)]
    conform = InspectionCase(S.CONFORM, requested_on=date(2026, 9, 14))
    assert [one.result for one in conform.reckonings(TERMS)] == [date(2026, 11, 13)]
    assert InspectionCase(S.CLOSED).reckonings(TERMS) == []


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_months_keep_the_day_or_end_with_the_month(day: date, months: int):
    later = months_on(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_fifteen_working_days_pass_by_weekends_and_holidays():
    check = ResidenceCheck(R.REPORTED, declared_on=date(2026, 11, 2))
    due = check.due(TERMS)
    assert due is not None
    assert due.result == date(2026, 11, 24)  # the 11th is Armistice


NOW = datetime(2026, 11, 23, 16, 0)


@given(st.lists(st.sampled_from(list(R)), max_size=12))
def test_a_residence_check_has_a_result_only_after_a_visit(names: list[ResidenceCheckStatus]):
    row: dict[str, Any] = {
        "status": "reported", "declared_on": date(2026, 11, 2), "preferred_slots": "morning",
        "visits": None,
    }  # fmt: skip
    for hour, name in enumerate(names):
        check, before = ResidenceCheck.of(row), row["status"]
        fields = {"district": "Centrum", "at": f"2026-11-23T{hour:02d}:30"}
        if name not in check.next_steps():
            with pytest.raises(InvalidParameter):
                check.change(name, fields, NOW)
            continue
        row |= check.change(name, fields, NOW)
        assert R(row["status"]) in residence.MAY_FOLLOW[R(before)]
        check_residence(_json(row | {"status": before}), _json(row))
    after = ResidenceCheck.of(row)
    if row.get("result"):
        assert after.visits[-1].outcome == row["result"]
        assert row["decided_on"] == after.visits[-1].at.date()
    attempted = [one for one in after.visits if one.outcome is VisitOutcome.NOBODY_HOME]
    assert len(after.visits) - len(attempted) == bool(row.get("result"))


def test_visits_are_lines_and_nothing_else():
    visit = Visit(datetime(2026, 11, 16, 10, 15), VisitOutcome.NOBODY_HOME)
    assert visit.line() == "2026-11-16T10:15 nobody_home"
    assert visits_of(visit.line()) == (visit,)
    assert visits_of("de bewoner deed vreemd\n" + visit.line()) == (visit,)
    with pytest.raises(InvalidFeature):
        check_residence(None, {"status": "reported", "visits": "de bewoner deed vreemd"})
    assert ResidenceCheck.of({"preferred_slots": "evening, morning x"}).slots == {
        Slot.EVENING, Slot.MORNING}  # fmt: skip


@pytest.mark.parametrize("at", ["", "gisteren", "2026-11-24T09:00", "2026-11-01T09:00"])
def test_a_visit_was_after_the_declaration_and_not_in_the_future(at: str):
    check = ResidenceCheck(R.ASSIGNED, declared_on=date(2026, 11, 2))
    with pytest.raises(InvalidParameter):
        check.change("confirmed", {"at": at}, NOW)


PLACES = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=7, unique=True
).map(lambda found: [(float(x), float(y)) for x, y in found])


@given(PLACES)
def test_a_round_is_no_longer_than_taking_the_nearest_and_not_much_than_the_best(
    stops: list[tuple[float, float]],
):
    start = (0.0, 0.0)
    found = ordered(stops, start, lambda stop: stop)
    assert sorted(found) == sorted(stops)
    left, here, greedy = list(stops), start, 0.0
    while left:
        nearest = min(left, key=lambda stop: dist(here, stop))
        greedy += dist(here, nearest)
        left.remove(nearest)
        here = nearest
    assert length(found, start) <= greedy + 1e-6
    if len(stops) <= 5:
        best = min((length(one, start) for one in permutations(stops)), default=0.0)
        assert length(found, start) <= 1.6 * best + 1e-6


def test_the_parts_of_a_day_keep_their_order():
    stops = [("a", (0.0, 9.0)), ("m", (0.0, 1.0)), ("a", (0.0, 2.0)), ("m", (0.0, 8.0))]
    morning, afternoon = in_parts(
        stops, (0.0, 0.0), lambda stop: stop[1],
        [lambda stop: stop[0] == "m", lambda stop: stop[0] == "a"],
    )  # fmt: skip
    assert [place[1] for _, place in morning] == [1.0, 8.0]
    assert [place[1] for _, place in afternoon] == [9.0, 2.0]
