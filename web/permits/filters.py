"""What a list of permits is narrowed to: read from the address, never refused, faults told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from web import statuses
from web.paths import path
from web.sentences import Sentences
from web.view import View

STATUS_GROUPS: Final = (*statuses.GROUPS, "unknown")
RADII: Final = (100, 250, 500, 1000, 2000, 5000)
"""Metres around an address that can be chosen."""
_DEFAULT_RADIUS: Final = 250
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked. The names in the address are the same in every language."""

    status: str | None = None
    inquiry: bool = False
    street: str = ""
    around: str = ""
    radius: int = _DEFAULT_RADIUS
    since: date | None = None
    until: date | None = None
    label: str | None = None
    """The address that ``around`` was understood as, at ``lon`` and ``lat`` in degrees."""
    lon: float | None = None
    lat: float | None = None
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sentences by the name of their field."""

    @property
    def groups(self) -> Sequence[str] | None:
        """The display groups to show; None for all."""
        if self.inquiry:
            return ("inquiry",)
        return (self.status,) if self.status else None

    def query(self) -> dict[str, str | None]:
        """The filter as it stands in an address; what is not set is None."""
        return {
            "status": self.status,
            "onderzoek": "open" if self.inquiry else None,
            "straat": self.street or None,
            "adres": self.around or None,
            "straal": str(self.radius) if self.around else None,
            "van": self.since.isoformat() if self.since else None,
            "tot": self.until.isoformat() if self.until else None,
        }

    def values(self, srid: int) -> dict[str, object]:
        """The parameters of the statements in ``permit_pages.sql``."""
        return {
            "street": self.street or None,
            "lon": self.lon,
            "lat": self.lat,
            "metres": self.radius,
            "srid": srid,
            "since": self.since,
            "until": self.until,
        }

    def href(self, say: Sentences, suffix: str = "", **more: str) -> str:
        """The list with this filter, or with a suffix what stands beside it."""
        plain = path("permits", say.language) + suffix
        query = path("permits", say.language, **(self.query() | more)).partition("?")[2]
        return f"{plain}?{query}" if query else plain


async def read(view: View, given: Mapping[str, str], say: Sentences) -> Filter:
    """The filter of an address; an address that is not found is a fault, and narrows nothing."""
    faults: dict[str, str] = {}
    clean = {
        key: " ".join(value.replace("\0", "").split())[:_LONGEST] for key, value in given.items()
    }
    status = clean.get("status")
    around = clean.get("adres", "")
    radius = clean.get("straal", "")
    found = None
    if around:
        suggestions = await view.hall.addresses.suggest(around, 1)
        found = suggestions[0] if suggestions else None
        if found is None:
            faults["adres"] = say("permits.no_address", q=around)
    return Filter(
        status=status if status in STATUS_GROUPS else None,
        inquiry=clean.get("onderzoek") == "open",
        street=clean.get("straat", ""),
        around=around,
        radius=int(radius) if radius in map(str, RADII) else _DEFAULT_RADIUS,
        since=_date(clean, "van", faults, say),
        until=_date(clean, "tot", faults, say),
        label=found.label if found else None,
        lon=found.lon if found else None,
        lat=found.lat if found else None,
        faults=faults,
    )


def _date(
    given: Mapping[str, str], name: str, faults: dict[str, str], say: Sentences
) -> date | None:
    text = given.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults[name] = say("permits.no_date", q=text)
        return None
