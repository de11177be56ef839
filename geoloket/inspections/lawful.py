"""Which step may follow in an inspection of a dwelling, what it asks for and what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from geoloket.errors import InvalidParameter
from geoloket.inspections.case import InspectionCase
from geoloket.inspections.certificate import Certificate
from geoloket.inspections.verdict import Defects, scheme_on, verdict
from geoloket.inspections.vocabulary import HousingInspectionStatus as S
from geoloket.inspections.vocabulary import Lapse, Outcome, Scheme, Slot
from geoloket.settings import CertificateValidity

_UNFIT: Final = (S.UNSUITABLE, S.UNINHABITABLE, S.OVERCROWDED)
_FOUND: Final = (S.CONFORM, *_UNFIT)

MAY_FOLLOW: Final[Mapping[S, tuple[S, ...]]] = {
    S.REQUESTED: (S.SCHEDULED,),
    S.SCHEDULED: (S.VISITED, S.SCHEDULED),  # again: another day
    S.VISITED: (S.REPORT_DRAFTED,),
    S.REPORT_DRAFTED: _FOUND,
    S.CONFORM: (S.CLOSED,),  # nothing to hear anybody about
    **dict.fromkeys(_UNFIT, (S.HEARING,)),
    S.HEARING: (S.DECIDED,),
    # Without appeal a decision ends by its lifting, or at once where nothing was declared.
    S.DECIDED: (S.UNDER_APPEAL, S.LIFTED, S.CLOSED),
    S.UNDER_APPEAL: (S.UPHELD, S.ANNULLED),
    S.UPHELD: (S.LIFTED,),
    S.ANNULLED: (S.LIFTED, S.CLOSED),  # where it was in an inventory it is struck off there
    S.LIFTED: (S.CLOSED,),
    S.CLOSED: (),
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that may be recorded now: its name, and the fields that a form asks for."""

    name: str
    asks: tuple[str, ...] = ()


_ASKS: Final[Mapping[S, tuple[str, ...]]] = {
    S.SCHEDULED: ("planned_on", "planned_slot", "inspector"),
    S.VISITED: ("inspected_on",),
    S.REPORT_DRAFTED: ("defects_1", "defects_2", "defects_3"),
    S.HEARING: ("heard_on",),
    S.DECIDED: ("decided_on",),
    S.UNDER_APPEAL: ("appealed_on",),
    S.UPHELD: ("ruled_on",),
    S.ANNULLED: ("ruled_on",),
    S.LIFTED: ("lifted_on",),
}
ISSUE: Final = Step("issue", ("certificate_issued_on",))
LAPSE: Final = Step("lapse", ("certificate_lapsed_on", "certificate_lapse"))

NOT_BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "planned_on": ("requested_on",),
    "inspected_on": ("requested_on",),
    "heard_on": ("inspected_on", "requested_on"),
    "decided_on": ("heard_on", "inspected_on", "requested_on"),
    "appealed_on": ("decided_on",),
    "ruled_on": ("appealed_on",),
    "lifted_on": ("ruled_on", "decided_on"),
    "certificate_issued_on": ("inspected_on",),
    "certificate_lapsed_on": ("certificate_issued_on",),
}
_TO_COME: Final = frozenset({"planned_on"})
"""Days that may be after today; all others tell what has happened."""
_MOST: Final = 999


def next_steps(case: InspectionCase) -> list[Step]:
    """What may be recorded now. Conform and unsuitable follow the rule, not a choice."""
    if case.status is None:
        return []
    allowed = [one for one in MAY_FOLLOW[case.status] if fits(case, one)]
    steps = [Step(str(one), _ASKS.get(one, ())) for one in allowed]
    if case.status is S.VISITED and _by_points(case):
        steps = [replace(step, asks=("points",)) for step in steps]
    if case.certificate_issued_on is None:
        found_well = case.status is S.CONFORM and case.outcome is Outcome.CONFORM
        return [ISSUE, *steps] if found_well else steps
    return [*steps, LAPSE] if case.certificate_lapsed_on is None else steps


def _by_points(case: InspectionCase) -> bool:
    return case.inspected_on is not None and scheme_on(case.inspected_on) is Scheme.POINTS


def fits(case: InspectionCase, status: S) -> bool:
    """Whether the defects allow that finding; who lives there is another matter."""
    if status not in _FOUND or status is S.OVERCROWDED:
        return True
    if case.scheme is Scheme.POINTS:
        return True  # found under rules that are not applied anew
    return case.verdict is not None and str(case.verdict.outcome) == str(status)


def change(
    case: InspectionCase,
    name: str,
    given: Mapping[str, str],
    today: date,
    by_law: Sequence[CertificateValidity] = (),
) -> dict[str, Any]:
    """The fields that a step sets. Raises InvalidParameter for one that is not lawful now, and for
    what was filled in and cannot be used; ``parameter`` is the field.
    """
    step = next((one for one in next_steps(case) if one.name == name), None)
    if step is None:
        raise InvalidParameter(f"The step {name[:40]!r} cannot follow here.", parameter="step")
    values = {ask: _value(case, ask, given.get(ask, "").strip(), today) for ask in step.asks}
    if step == ISSUE:
        issued = Certificate.issued(values["certificate_issued_on"], by_law)
        return values | {"certificate_valid_until": issued.valid_until}
    if step == LAPSE:
        lapsed = min(values["certificate_lapsed_on"], case.certificate_valid_until or date.max)
        return values | {"certificate_valid_until": lapsed}
    status = S(name)
    values["status"] = str(status)
    if status is S.VISITED:
        values["scheme"] = str(scheme_on(values["inspected_on"]))
    if status is S.REPORT_DRAFTED and "defects_1" in values:
        counted = Defects(*(values[f"defects_{n}"] for n in (1, 2, 3)))
        values["outcome"] = str(verdict(counted).outcome)
    if status in _FOUND:
        values["outcome"] = str(status)
    return values


def _value(case: InspectionCase, name: str, text: str, today: date) -> Any:
    if name in NOT_BEFORE:
        return _day(case, name, text, today)
    if name == "planned_slot":
        return _one_of(name, text, (Slot.MORNING, Slot.AFTERNOON))
    if name == "certificate_lapse":
        return _one_of(name, text, tuple(Lapse))
    if name == "inspector":
        if not text or len(text) > 100:
            raise InvalidParameter("inspector: who goes there?", parameter=name)
        return text
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= _MOST):
        raise InvalidParameter(f"{name}: a number from 0 to {_MOST}", parameter=name)
    return int(text)


def _one_of(name: str, text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise InvalidParameter(f"{name}: one of {', '.join(known)}", parameter=name)
    return text


def _day(case: InspectionCase, name: str, text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidParameter(f"{name}: a day such as 2026-12-14", parameter=name) from None
    before = [getattr(case, other) for other in NOT_BEFORE[name]]
    if any(one is not None and day < one for one in before):
        raise InvalidParameter(f"{name}: not before what went before it", parameter=name)
    if name not in _TO_COME and day > today:
        raise InvalidParameter(f"{name}: not after today", parameter=name)
    if name in _TO_COME and day < today:
        raise InvalidParameter(f"{name}: not before today", parameter=name)
    return day
