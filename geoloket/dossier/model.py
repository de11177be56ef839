"""The shapes of a dossier: sections, their answers, what was found and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from geoloket.enquiry import SectionCode

Row = Mapping[str, Any]


class Answer(StrEnum):
    """What a section says, as in the official platform: missing data are never "not"."""

    APPLICABLE = "applicable"
    NOT_APPLICABLE = "not_applicable"
    TO_BE_COMPLETED = "to_be_completed"


class Reason(StrEnum):
    """Why a section answers what it answers."""

    FOUND = "found"
    """Something lies on the parcel."""
    NOTHING = "nothing"
    """Layers that hold all there is in the municipality hold nothing here."""
    TOUCHING = "touching"
    """What was found covers too little of the parcel for a drawing to tell."""
    INCOMPLETE = "incomplete"
    """Layers hold nothing here, but do not hold all there is."""
    EMPTY = "empty"
    """A layer is declared, and nothing was imported into it."""
    NO_LAYER = "no_layer"
    """No layer holds it."""
    RESTRICTED = "restricted"
    """The municipality may not tell it in public."""


Cut = Literal["named", "intersects", "touches", "near"]
"""How a feature belongs to the parcel: it names its key, covers a part of it, covers less than one
percent of it, or lies near."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from, and when that last changed here."""

    layer: str
    name: Mapping[str, str]
    """Per language."""
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A feature that belongs to the parcel."""

    layer: str
    id: str
    cut: Cut
    share: float | None
    """Part of the parcel's area that it covers, 0 to 1; None for what has no area or is named."""
    facts: Row
    """Public properties by the name of their field, or the columns of our own statements."""


@dataclass(frozen=True, slots=True)
class Section:
    """One question about the parcel and its answer."""

    code: SectionCode
    answer: Answer
    reason: Reason
    findings: Sequence[Finding]
    sources: Sequence[Source]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All sections of one parcel on one day; the rows are those of ``statements/parcels.sql``."""

    parcel: Row
    addresses: Sequence[Row]
    buildings: Row
    successors: Sequence[Row]
    sections: Sequence[Section]
    made_on: date
