"""Inspections of dwelling quality, for staff only; defects I, II, III decide the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from geoloket.inspections import Defects, verdict
from geoloket.inspections.verdict import CATEGORIES_SINCE
from processing.demo.addressing import Address
from processing.demo.chance import stream
from processing.demo.people import person

COUNT = 300
_PLANNED_DAYS = 45
"""Requests that are younger have a visit to come; of older ones the visit was done."""
_FINDINGS = (
    "Vocht in de achtergevel, af te werken voor de winter.",
    "Geen rookmelder op de eerste verdieping.",
    "Elektrische installatie zonder keuringsattest.",
    "Trap zonder leuning.",
    "Verluchting van de badkamer onvoldoende.",
    "Verwarmingstoestel zonder afvoer, onmiddellijk buiten dienst gesteld.",
    "Schimmel op de slaapkamer.",
    "Losliggende dakpannen aan de straatzijde.",
    "Geen gebreken van belang.",
)


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection case; before 2021 it has points and no counted defects."""

    case_number: str
    address: Address
    requested_on: date
    status: str
    scheme: str
    inspector: str = ""
    planned_on: date | None = None
    planned_slot: str | None = None
    inspected_on: date | None = None
    points: int | None = None
    defects: tuple[int, int, int] | None = None
    outcome: str | None = None
    steps: dict[str, date] = field(default_factory=dict[str, date])
    """Days of the procedure that follows on what is found unfit, by field."""
    issued_on: date | None = None
    valid_until: date | None = None
    remarks: str | None = None


def inspect(seed: int, today: date, addresses: Sequence[Address]) -> list[Inspection]:
    """Cases over eight years, the newest ones still open; some visits are today."""
    chance = stream(seed, "inspections")
    dwellings = [
        a for a in addresses if a.building and a.building.kind == "main" and a.status == "current"
    ]
    inspectors = [person(chance) for _ in range(4)]
    days = sorted(round(8 * 365 * chance.random() ** 1.4) for _ in range(COUNT))
    cases: list[Inspection] = []
    for age in reversed(days):
        requested = today - timedelta(days=age)
        serial = 1 + sum(c.requested_on.year == requested.year for c in cases)
        number = f"WK-{requested.year}-{serial:03d}"
        case = _case(number, chance.choice(dwellings), requested, today, chance)
        cases.append(replace(case, inspector=chance.choice(inspectors)))
    return cases


def _case(
    number: str, address: Address, requested: date, today: date, chance: Random
) -> Inspection:
    slot = chance.choice(("morning", "afternoon"))
    if (today - requested).days <= _PLANNED_DAYS:
        planned = today + timedelta(days=chance.choice((0, 0, 0, 0, 0, 1, 3)))
        if chance.random() < 0.15:
            return Inspection(number, address, requested, "requested", "categories")
        return Inspection(
            number, address, requested, "scheduled", "categories",
            planned_on=planned, planned_slot=slot,
        )  # fmt: skip
    visit = min(requested + timedelta(days=chance.randint(8, 40)), today - timedelta(days=1))
    by_points = visit < CATEGORIES_SINCE
    points = chance.choice((0, 0, 1, 3, 4, 6, 9, 12, 15, 18, 24)) if by_points else None
    defects = None if by_points else _defects(chance)
    if defects:
        outcome = str(verdict(Defects(*defects)).outcome)
    else:
        outcome = "unsuitable" if (points or 0) >= 15 else "conform"
    status, steps = _status(outcome, visit, today, chance)
    issued = visit + timedelta(days=chance.randint(3, 45)) if outcome == "conform" else None
    if issued and (issued > today or status in ("visited", "report_drafted")):
        issued = None
    if status == "closed" and outcome == "conform" and issued is None:
        issued = visit
    found = status not in ("visited", "report_drafted")
    drafted = status != "visited"
    return Inspection(
        number, address, requested, status, "points" if by_points else "categories",
        planned_on=visit, planned_slot=slot, inspected_on=visit,
        points=points if drafted else None, defects=defects if drafted else None,
        outcome=outcome if found or drafted else None, steps=steps, issued_on=issued,
        valid_until=_ten_years_on(issued) if issued else None,
        remarks=chance.choice(_FINDINGS) if drafted and chance.random() < 0.6 else None,
    )  # fmt: skip


def _defects(chance: Random) -> tuple[int, int, int]:
    draw = chance.random()
    if draw < 0.6:
        return chance.choice((0, 0, 1, 2, 3, 4, 6)), 0, 0
    if draw < 0.7:
        return chance.randint(7, 10), 0, 0
    if draw < 0.92:
        return chance.randint(0, 8), chance.randint(1, 4), 0
    return chance.randint(1, 9), chance.randint(0, 4), chance.randint(1, 2)


def _status(outcome: str, visit: date, today: date, chance: Random) -> tuple[str, dict[str, date]]:
    """Where it stands, and the days of the steps that led there."""
    age = (today - visit).days
    if age < 20:
        return ("visited" if age < 8 else "report_drafted"), {}
    if outcome == "conform":
        return ("closed" if age > 60 else "conform"), {}
    if age < 40:
        return outcome, {}
    steps = {"heard_on": visit + timedelta(days=chance.randint(25, 38))}
    if age < 80:
        return "hearing", steps
    steps["decided_on"] = visit + timedelta(days=chance.randint(45, 75))
    ends = ("decided", "decided", "under_appeal", "upheld", "lifted", "closed")
    end = chance.choice(ends) if age > 250 else "decided"
    if end in ("under_appeal", "upheld"):
        steps["appealed_on"] = steps["decided_on"] + timedelta(days=chance.randint(5, 29))
    if end == "upheld":
        steps["ruled_on"] = steps["appealed_on"] + timedelta(days=chance.randint(30, 90))
    if end in ("lifted", "closed"):
        steps["lifted_on"] = steps["decided_on"] + timedelta(days=chance.randint(60, 160))
    return end, steps


def _ten_years_on(day: date) -> date:
    """The same day ten years later; a certificate of 29 February ends on the 28th."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 10, day=28 if leap_day else day.day)
