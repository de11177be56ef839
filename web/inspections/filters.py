"""What lists of inspections and residence checks are narrowed to, read from the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from geoloket.errors import InvalidParameter
from geoloket.inspections import HousingInspectionStatus, ResidenceCheckStatus, Slot
from geoloket.inspections.desk import Wanted, WantedChecks
from web.fields import Fields
from web.paths import path
from web.sentences import Sentences

STATUSES: Final = ("open", *HousingInspectionStatus)
CHECK_STATUSES: Final = ("open", *ResidenceCheckStatus)
ALL: Final = "alle"


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked; as templates show it again."""

    page: str
    values: Mapping[str, str | None]
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    typed: Mapping[str, str] = field(default_factory=dict[str, str])

    def href(self, say: Sentences, **more: str | None) -> str:
        """The list with this filter."""
        return path(self.page, say.language, **(dict(self.values) | more))

    def twin(self, language: str) -> str:
        """The same list in any language."""
        return path(self.page, language, **self.values)

    def value(self, name: str) -> str:
        """What a field shows."""
        return self.values.get(name) or ""


def inspections(
    given: Mapping[str, str], choices: Mapping[str, Sequence[str]], say: Sentences
) -> tuple[Filter, Wanted]:
    """The filter of the list; without a status, what is open."""
    fields = Fields(given, say)
    status = fields.one_of("status", (*STATUSES, ALL), "inspections.no_status") or "open"
    neighbourhood = fields.one_of("wijk", choices["neighbourhood"], "inspections.no_choice")
    inspector = fields.one_of("controleur", choices["inspector"], "inspections.no_choice")
    due: date | None = fields.day("tegen")
    chosen = Filter(
        "inspections",
        {
            "status": status if status != "open" else None,
            "wijk": neighbourhood,
            "controleur": inspector,
            "tegen": due.isoformat() if due else None,
        },
        fields.faults,
        fields.typed,
    )
    return chosen, Wanted(None if status == ALL else status, neighbourhood, inspector, due)


def checks(
    given: Mapping[str, str], districts: Sequence[str], say: Sentences
) -> tuple[Filter, WantedChecks]:
    """The filter of residence checks; without a status, what is open."""
    fields = Fields(given, say)
    status = fields.one_of("status", (*CHECK_STATUSES, ALL), "inspections.no_status") or "open"
    district = fields.one_of("district", districts, "inspections.no_choice")
    slot = fields.one_of("dagdeel", tuple(Slot), "inspections.no_choice")
    chosen = Filter(
        "residence_checks",
        {"status": status if status != "open" else None, "district": district, "dagdeel": slot},
        fields.faults,
        fields.typed,
    )
    return chosen, WantedChecks(None if status == ALL else status, district, slot)


def offset(given: Mapping[str, str]) -> int:
    """How many lines were shown before; a number of people's size, else InvalidParameter."""
    skipped = given.get("vanaf", "0")
    if not (skipped.isascii() and skipped.isdigit() and len(skipped) <= 6):
        raise InvalidParameter("vanaf: a number of lines to skip", parameter="vanaf")
    return int(skipped)
