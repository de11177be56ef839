"""What the file of a permit holds and where it may be consulted; we keep no documents ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from geoloket.permits import Flag, PermitStatus
from web.permits.found import Found
from web.sentences import Sentences

_VIEWING: Final = "https://omgevingsloketinzage.omgeving.vlaanderen.be/"
"""The viewing counter of the region: linked to, never asked (its rules forbid programs)."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Where one may look, until when, and at what; ``until`` is None when the file is closed."""

    until: date | None
    """The last day of the public inquiry or of the days for an appeal, both included."""
    viewing: str | None
    """The file at the region's viewing counter, where it has one."""
    holds: Sequence[str]


def documents(found: Found, today: date, say: Sentences, *, invented: bool) -> Documents:
    """The documents of a file on a day. A number of an invented town is elsewhere another file."""
    until = deadline(found, today) or _appeal(found)
    number: str = found.row["file_number"] or ""
    region = until and number.startswith("OMV_") and not invented
    viewing = _VIEWING + number.removeprefix("OMV_") if region else None
    return Documents(until, viewing, [say(key) for key in _holds(found) if key in say])


def deadline(found: Found, today: date) -> date | None:
    """The last day to react, while one can."""
    state = found.reading.state
    until = state.inquiry_until if state.status is PermitStatus.PUBLIC_INQUIRY else None
    return until if until and until >= today else None


def _appeal(found: Found) -> date | None:
    state = found.reading.state
    return state.appeal_until if Flag.APPEAL_WINDOW_OPEN in state.flags else None


def _holds(found: Found) -> list[str]:
    """Keys of what is usually in it, by what is asked; a type that we do not know adds nothing."""
    types = [part.strip() for part in (found.row["project_types"] or "").split(",")]
    keys = ["request", *filter(None, types), "advice"]
    if found.reading.state.decided_on:
        keys.append("decision")
    return [f"permit_holds.{key}" for key in dict.fromkeys(keys)]
