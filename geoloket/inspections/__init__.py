"""Two things that one Dutch word covers, kept apart: dwelling quality, and who lives where.

| module | what |
| --- | --- |
| ``vocabulary`` | the words as they are stored |
| ``verdict`` | what defects of category I, II and III lead to |
| ``lawful`` | inspections of dwellings: which step may follow, and what it asks and changes |
| ``case`` | one inspection, and the days that an office works towards |
| ``terms`` | terms as dated data (``terms.toml``), and how a day was counted |
| ``certificate`` | how long a conformity certificate holds |
| ``residence`` | residence checks: visits, and which step may follow |
| ``route`` | visits of a day in an order that saves kilometres |
| ``editing`` | the same rules for whoever edits through the OGC API |
| ``desk`` | ``InspectionDesk``: what pages ask, each question noted in the audit log |
"""

from geoloket.inspections.case import InspectionCase
from geoloket.inspections.certificate import Certificate
from geoloket.inspections.desk import InspectionDesk, Wanted
from geoloket.inspections.editing import check_inspection, check_residence
from geoloket.inspections.lawful import Step, change, next_steps
from geoloket.inspections.residence import ResidenceCheck, Visit
from geoloket.inspections.terms import InspectionTerms, Reckoning
from geoloket.inspections.verdict import Defects, Verdict, verdict
from geoloket.inspections.vocabulary import (
    HousingInspectionStatus,
    Lapse,
    Outcome,
    ResidenceCheckStatus,
    Scheme,
    Slot,
    VisitOutcome,
)

__all__ = [
    "Certificate",
    "Defects",
    "HousingInspectionStatus",
    "InspectionCase",
    "InspectionDesk",
    "InspectionTerms",
    "Lapse",
    "Outcome",
    "Reckoning",
    "ResidenceCheck",
    "ResidenceCheckStatus",
    "Scheme",
    "Slot",
    "Step",
    "Verdict",
    "Visit",
    "VisitOutcome",
    "Wanted",
    "change",
    "check_inspection",
    "check_residence",
    "next_steps",
    "verdict",
]
