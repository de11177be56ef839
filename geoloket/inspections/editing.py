"""What may be changed from outside of our forms, as in QGIS: the same steps, by the same rules.

Given to ``EditDesk``, which asks before each change (save to undo one) with the properties before
and after it, as JSON has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from geoloket.errors import InvalidFeature
from geoloket.inspections import lawful, residence
from geoloket.inspections.case import InspectionCase
from geoloket.inspections.residence import ResidenceCheck
from geoloket.inspections.vocabulary import HousingInspectionStatus, Outcome, ResidenceCheckStatus

Json = Mapping[str, Any]

_VISITED: Final = (*residence.RESULTS, ResidenceCheckStatus.VISIT_ATTEMPTED)
_BEGIN: Final = (HousingInspectionStatus.REQUESTED, HousingInspectionStatus.SCHEDULED)


def check_inspection(before: Json | None, after: Json | None) -> None:
    """Raises InvalidFeature for a step that cannot follow, or what contradicts the rule."""
    if after is None:
        return
    case = InspectionCase.of(_with_days(after))
    if case.status is None:
        raise InvalidFeature("status: must be one that inspections have")
    was = InspectionCase.of(_with_days(before)).status if before is not None else None
    if before is None and case.status not in _BEGIN:
        raise InvalidFeature("status: a new inspection is requested or scheduled")
    if was not in (None, case.status):
        if case.status not in lawful.MAY_FOLLOW[was]:
            raise InvalidFeature(f"status: {case.status} cannot follow on {was}")
        if not lawful.fits(case, case.status):
            raise InvalidFeature(f"status: by their defects this is not {case.status}")
    _agrees(case)


def _agrees(case: InspectionCase) -> None:
    """Whether the outcome is that of the defects, and days come in order."""
    found = case.verdict
    if found and case.outcome not in (None, found.outcome, Outcome.OVERCROWDED):
        raise InvalidFeature(f"outcome: by the defects it is {found.outcome}")
    for name, earlier in lawful.NOT_BEFORE.items():
        day = getattr(case, name)
        for other in earlier:
            first = getattr(case, other)
            if day is not None and first is not None and day < first:
                raise InvalidFeature(f"{name}: is before {other}")


def check_residence(before: Json | None, after: Json | None) -> None:
    """Raises InvalidFeature for a step that cannot follow, and for visits that are none."""
    if after is None:
        return
    check = ResidenceCheck.of(_with_days(after))
    if check.status is None:
        raise InvalidFeature("status: must be one that residence checks have")
    lines = [line for line in (after.get("visits") or "").splitlines() if line.strip()]
    if [one.line() for one in check.visits] != [line.strip() for line in lines]:
        raise InvalidFeature("visits: a line each, such as 2026-11-16T10:15 nobody_home")
    if check.status in _VISITED and not check.visits:
        raise InvalidFeature("status: there was no visit")
    if before is None:
        if check.status is not ResidenceCheckStatus.REPORTED:
            raise InvalidFeature("status: a new residence check is reported")
        return
    was = ResidenceCheck.of(_with_days(before)).status
    if was not in (None, check.status) and check.status not in residence.MAY_FOLLOW[was]:
        raise InvalidFeature(f"status: {check.status} cannot follow on {was}")


def _with_days(given: Json) -> dict[str, Any]:
    """Days are texts in JSON."""
    return {name: _day(value) if name.endswith("_on") else value for name, value in given.items()}


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else value
    except ValueError:
        raise InvalidFeature("a day that does not exist") from None
