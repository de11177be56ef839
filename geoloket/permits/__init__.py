"""The permit desk: the state of a permit file, derived from its events and the terms of the law.

``state_on`` is a pure function from a history and a day to a :class:`PermitState`; ``PermitDesk``
keeps the derived columns of the published permits in step with the calendar. All dates are
indications in Europe/Brussels, whole days only; law: decree of 25 April 2014 (OVD).
"""

from geoloket.permits.derive import state_on
from geoloket.permits.desk import PermitDesk, Reading
from geoloket.permits.history import Event, PermitFile
from geoloket.permits.state import Flag, PermitState, Reckoning
from geoloket.permits.steps import Step, StepCode, StepState
from geoloket.permits.terms import Terms
from geoloket.permits.vocabulary import DecisionResult, EventCode, PermitStatus, Procedure

__all__ = [
    "DecisionResult",
    "Event",
    "EventCode",
    "Flag",
    "PermitDesk",
    "PermitFile",
    "PermitState",
    "PermitStatus",
    "Procedure",
    "Reading",
    "Reckoning",
    "Step",
    "StepCode",
    "StepState",
    "Terms",
    "state_on",
]
