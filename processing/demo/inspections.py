"""Inspections of dwelling quality, for staff only; defects I, II, III decide the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from shapely import Point

from processing.demo.addressing import Address
from processing.demo.chance import stream
from processing.demo.people import person

COUNT = 300
_CATEGORIES_SINCE = date(2021, 1, 1)
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
    point: Point
    building_unit: str | None
    requested_on: date
    inspected_on: date | None
    inspector: str
    scheme: str
    defects: tuple[int, int, int] | None
    outcome: str | None
    status: str
    issued_on: date | None
    valid_until: date | None
    remarks: str | None


def verdict(first: int, second: int, third: int) -> str:
    """The outcome that the Flemish Housing Code attaches to defects of category I, II and III."""
    if third >= 1:
        return "uninhabitable"
    return "unsuitable" if second >= 1 or first >= 7 else "conform"


def inspect(seed: int, today: date, addresses: Sequence[Address]) -> list[Inspection]:
    """Cases over eight years, the newest ones still open."""
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
        case = _case((number, requested), chance.choice(dwellings), today, chance)
        cases.append(replace(case, inspector=chance.choice(inspectors)))
    return cases


def _case(request: tuple[str, date], address: Address, today: date, chance: Random) -> Inspection:
    number, requested = request
    visit = requested + timedelta(days=chance.randint(8, 40))
    visited = visit <= today
    points = visit < _CATEGORIES_SINCE
    defects = _defects(chance) if visited and not points else None
    outcome = _outcome(defects, points and visited, chance)
    status = _status(outcome, visit, today, chance)
    issued = visit + timedelta(days=chance.randint(3, 45)) if outcome == "conform" else None
    if issued and issued > today:
        issued = None
    return Inspection(
        number, address, address.point, address.box, requested, visit if visited else None,
        "", "points" if points else "categories", defects, outcome, status, issued,
        _ten_years_on(issued) if issued else None,
        chance.choice(_FINDINGS) if visited and chance.random() < 0.6 else None,
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


def _outcome(defects: tuple[int, int, int] | None, by_points: bool, chance: Random) -> str | None:
    if defects:
        return verdict(*defects)
    return chance.choice(("conform", "conform", "conform", "unsuitable")) if by_points else None


def _status(outcome: str | None, visit: date, today: date, chance: Random) -> str:
    if outcome is None:
        return "scheduled" if (visit - today).days < 21 else "requested"
    age = (today - visit).days
    if age < 20:
        return "visited" if age < 8 else "report_drafted"
    if outcome == "conform":
        return "closed" if age > 60 else "conform"
    if age < 60:
        return "hearing"
    return (
        chance.choice(("decided", "decided", "under_appeal", "lifted", "closed"))
        if age > 120
        else "decided"
    )


def _ten_years_on(day: date) -> date:
    """The same day ten years later; a certificate of 29 February ends on the 28th."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 10, day=28 if leap_day else day.day)
