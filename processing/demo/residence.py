"""Residence checks, for staff only: no names, no household, no remarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from geoloket.inspections import Visit, VisitOutcome
from processing.demo.addressing import Address
from processing.demo.chance import stream

COUNT = 120
_DAYS = 300
_SLOTS = ("morning", "afternoon", "evening")


@dataclass(frozen=True, slots=True)
class Check:
    """One check of where somebody lives."""

    case_number: str
    address: Address
    declared_on: date
    preferred_slots: str
    district: str | None
    status: str
    visits: tuple[Visit, ...] = ()
    result: str | None = None
    decided_on: date | None = None


def check_residences(seed: int, today: date, addresses: Sequence[Address]) -> list[Check]:
    """Checks of the last months; those of the last weeks are open."""
    chance = stream(seed, "residence checks")
    homes = [a for a in addresses if a.status == "current" and a.building]
    ages = sorted((round(_DAYS * chance.random() ** 2) for _ in range(COUNT)), reverse=True)
    numbers: dict[int, int] = {}
    checks: list[Check] = []
    for age in ages:
        declared = today - timedelta(days=age)
        numbers[declared.year] = numbers.get(declared.year, 100) + 1
        number = f"WS-{declared.year}-{numbers[declared.year]}"
        checks.append(_check(number, chance.choice(homes), declared, today, chance))
    return checks


def _check(number: str, address: Address, declared: date, today: date, chance: Random) -> Check:
    slots = " ".join(sorted(chance.sample(_SLOTS, chance.randint(1, 2)), key=_SLOTS.index))
    if (today - declared).days <= 2:
        return Check(number, address, declared, slots, None, "reported")
    district, visits = address.settlement.name, list[Visit]()
    day = declared + timedelta(days=chance.randint(3, 7))
    while day < today:
        hour = {"morning": 9, "afternoon": 14, "evening": 18}[chance.choice(slots.split())]
        at = datetime.combine(day, time(hour, chance.choice((0, 10, 25, 40))))
        outcome = _outcome(len(visits), chance)
        visits.append(Visit(at, outcome))
        if outcome is not VisitOutcome.NOBODY_HOME:
            closed = (today - day).days > 7
            status = "closed" if closed else str(outcome)
            return Check(
                number, address, declared, slots, district, status, tuple(visits), str(outcome), day
            )
        day += timedelta(days=chance.randint(3, 8))
    status = "visit_attempted" if visits else "assigned"
    return Check(number, address, declared, slots, district, status, tuple(visits))


def _outcome(before: int, chance: Random) -> VisitOutcome:
    draw = chance.random()
    if draw < 0.35 and before < 3:
        return VisitOutcome.NOBODY_HOME
    if before >= 3 or draw > 0.93:
        return VisitOutcome.NOT_FOUND
    return VisitOutcome.REFUSED if draw > 0.9 else VisitOutcome.CONFIRMED
