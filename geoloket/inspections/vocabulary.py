"""Words of dwelling inspections and of residence checks, as they are stored."""

from __future__ import annotations

from enum import StrEnum, auto


class HousingInspectionStatus(StrEnum):
    """Where an inspection of a dwelling stands."""

    REQUESTED = auto()
    SCHEDULED = auto()
    VISITED = auto()
    REPORT_DRAFTED = auto()
    CONFORM = auto()
    UNSUITABLE = auto()
    UNINHABITABLE = auto()
    OVERCROWDED = auto()
    HEARING = auto()
    DECIDED = auto()
    UNDER_APPEAL = auto()
    UPHELD = auto()
    ANNULLED = auto()
    LIFTED = auto()
    CLOSED = auto()


class Outcome(StrEnum):
    """What was found. Overcrowded is about who lives there, the others are about the building."""

    CONFORM = auto()
    UNSUITABLE = auto()
    UNINHABITABLE = auto()
    OVERCROWDED = auto()


class Scheme(StrEnum):
    """How a report counts: by category since 2021, by points before. Never converted."""

    CATEGORIES = auto()
    POINTS = auto()


class Lapse(StrEnum):
    """What ends a conformity certificate before its time."""

    RENOVATION = auto()
    DECLARATION = auto()
    """Of unfitness or overcrowding."""
    INSPECTORATE = auto()
    """An official report of the Flemish housing inspectorate."""


class Slot(StrEnum):
    """Part of a day, in order."""

    MORNING = auto()
    AFTERNOON = auto()
    EVENING = auto()


class ResidenceCheckStatus(StrEnum):
    """Where a residence check stands."""

    REPORTED = auto()
    ASSIGNED = auto()
    VISIT_ATTEMPTED = auto()
    CONFIRMED = auto()
    NOT_FOUND = auto()
    REFUSED = auto()
    CLOSED = auto()


class VisitOutcome(StrEnum):
    """How one visit of a residence check ended."""

    NOBODY_HOME = auto()
    CONFIRMED = auto()
    NOT_FOUND = auto()
    REFUSED = auto()
