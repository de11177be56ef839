"""What is known of a permit file: its facts and the events of its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geoloket.permits.vocabulary import EventCode, Procedure

_CLASSIFIED = frozenset({"classified_activity"})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a file, on a day in Europe/Brussels."""

    code: EventCode
    on: date
    source: str = ""
    extension_days: int | None = None
    """For ``term_extended``: when it is not the law's number. For ``annulled``: the new term, where
    the Council's ruling sets one."""


@dataclass(frozen=True, slots=True)
class PermitFile:
    """The facts on which terms depend."""

    procedure: Procedure
    project_types: frozenset[str] = frozenset()
    authority: str = "municipality"
    commission: bool | None = None
    """Whether a permit commission must advise; None: taken from the authority, as the commissions
    advise the province and the region."""

    @property
    def decision_rule(self) -> str:
        """Id of the rule for the decision in first instance."""
        if self.procedure is Procedure.NOTIFICATION:
            only_class_3 = self.project_types == _CLASSIFIED
            return "notification.class_3" if only_class_3 else "notification"
        advised = self.authority != "municipality" if self.commission is None else self.commission
        longer = advised and self.procedure in (Procedure.ORDINARY, Procedure.ADJUSTMENT)
        return f"decision.{self.procedure}" + (".commission" if longer else "")

    @property
    def completeness_rule(self) -> str:
        """Id of the rule for the check of admissibility and completeness."""
        adjusted = self.procedure is Procedure.ADJUSTMENT
        return "completeness.adjustment" if adjusted else "completeness"

    @property
    def appeal_rule(self) -> str:
        """Id of the rule for the decision on an appeal."""
        simplified = self.procedure is Procedure.SIMPLIFIED
        return "appeal.decision.simplified" if simplified else "appeal.decision.ordinary"
