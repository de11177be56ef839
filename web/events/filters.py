"""What a list of events is narrowed to: read from the address; what cannot be used is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from geoloket.errors import InvalidParameter
from web import words
from web.answers import only
from web.fields import Fields
from web.sentences import Sentences

PERIODS: Final = {"komend": None, "week": 7, "maand": 30, "voorbij": None}
"""What may be asked for, with the days ahead that it holds."""
FIELDS: Final = ("periode", "soort", "plaats")
"""The names in an address, the same in every language."""
_USUAL: Final = "komend"
_LAST_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked."""

    period: str = _USUAL
    kind: str | None = None
    place: str | None = None
    page: int = 1
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sentences by the name of their field."""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    """What was typed, to be shown again where it cannot be used."""

    def values(self, limit: int) -> dict[str, object]:
        """The parameters of the statement ``listed``."""
        ahead = PERIODS[self.period]
        until = datetime.now(words.BRUSSELS) + timedelta(days=ahead) if ahead else None
        escaped = (self.place or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return {
            "past": self.period == "voorbij",
            "from": None,
            "until": until,
            "kind": self.kind,
            "place": f"%{escaped}%" if self.place else None,
            "limit": limit,
            "offset": (self.page - 1) * limit,
        }

    def query(self, **other: object) -> dict[str, Any]:
        """The same question as a query, without what is usual."""
        told = {
            "periode": self.period if self.period != _USUAL else None,
            "soort": self.kind,
            "plaats": self.place,
            "pagina": self.page if self.page > 1 else None,
        }
        return told | other


def read(given: Mapping[str, str], kinds: Collection[str], say: Sentences) -> Filter:
    """The filter of an address; ``kinds`` are those that there are, beside those we have words for.

    What cannot be used is a fault, and narrows nothing.
    """
    fields = Fields(given, say)
    asked = fields.text("soort")
    if asked and asked not in kinds and f"event_kind.{asked}" not in say:
        fields.fault("soort", "events.no_kind")
        asked = ""
    period = fields.one_of("periode", tuple(PERIODS), "events.no_period")
    return Filter(
        period=period or _USUAL,
        kind=asked or None,
        place=fields.text("plaats") or None,
        page=_page(fields),
        faults=fields.faults,
        typed=fields.typed,
    )


def read_strictly(given: Mapping[str, str], kinds: Collection[str], say: Sentences) -> Filter:
    """The same for programs, which would take the wrong list for the right one.

    Raises InvalidParameter, UnknownParameter.
    """
    only(given, *FIELDS)
    chosen = read(given, kinds, say)
    if chosen.faults:
        name, sentence = next(iter(chosen.faults.items()))
        raise InvalidParameter(f"{name}: {sentence}", parameter=name)
    return chosen


def _page(fields: Fields) -> int:
    value = fields.text("pagina")
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else 0
    if value and not 1 <= number <= _LAST_PAGE:
        fields.fault("pagina", "events.no_page")
    return number if 1 <= number <= _LAST_PAGE else 1
