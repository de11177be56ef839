"""What stands in the fields of a filter, and a sentence for each value that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from web.sentences import Sentences

LONGEST: Final = 100
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Fields:
    """What an address holds, name by name. A fault is a sentence; its value counts as not given."""

    def __init__(self, given: Mapping[str, str], say: Sentences) -> None:
        self.given, self.say = given, say
        self.faults: dict[str, str] = {}
        self.typed: dict[str, str] = {}

    def fault(self, name: str, key: str) -> None:
        """Note what is wrong with a value; it is shown again, cut where it is very long."""
        self.faults[name] = self.say(key, q=self.typed[name])

    def _value(self, name: str) -> str:
        value = " ".join(
            self.given.get(name, "").replace("\0", "\N{REPLACEMENT CHARACTER}").split()
        )
        self.typed[name] = value[:LONGEST]
        return value

    def text(self, name: str) -> str:
        """A few words."""
        value = self._value(name)
        if len(value) > LONGEST or "\N{REPLACEMENT CHARACTER}" in value:
            self.fault(name, "filter.no_text")
            return ""
        return value

    def one_of(self, name: str, known: Sequence[str], key: str) -> str | None:
        """One of a list; None when nothing was chosen."""
        value = self._value(name)
        if value and value not in known:
            self.fault(name, key)
            return None
        return value or None

    def day(self, name: str) -> date | None:
        """A day as in ``2026-12-14`` (RFC 3339)."""
        value = self._value(name)
        try:
            return to_day(value) or self._none(name, value)
        except ValueError:
            return self._none(name, value)

    def _none(self, name: str, value: str) -> None:
        if value:
            self.fault(name, "filter.no_date")


def to_day(value: str) -> date | None:
    """A day as in ``2026-12-14``; None for another notation. Raises ValueError for 30 February."""
    return date.fromisoformat(value) if _DAY.fullmatch(value) else None
