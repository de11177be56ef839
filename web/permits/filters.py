"""What a list of permits is narrowed to: read from the address; what cannot be used is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from geoloket.errors import InvalidParameter
from web import statuses
from web.answers import only
from web.fields import LONGEST, Fields, to_day
from web.paths import path
from web.sentences import Sentences
from web.view import View

STATUS_GROUPS: Final = (*statuses.GROUPS, "unknown")
RADII: Final = (100, 250, 500, 1000, 2000, 5000)
"""Metres around an address that can be chosen."""
_DEFAULT_RADIUS: Final = 250
FIELDS: Final = ("status", "onderzoek", "straat", "adres", "straal", "van", "tot")
"""The names in an address, the same in every language."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked."""

    status: str | None = None
    inquiry: bool = False
    street: str = ""
    around: str = ""
    radius: int = _DEFAULT_RADIUS
    since: date | None = None
    until: date | None = None
    after: tuple[date, str] | None = None
    """The day and the id of the last line that was shown before."""
    label: str | None = None
    """The address that ``around`` was understood as, at ``lon`` and ``lat`` in degrees."""
    lon: float | None = None
    lat: float | None = None
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sentences by the name of their field."""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    """What was typed, to be shown again where it cannot be used."""

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
    """The filter of an address. What cannot be used is a fault, and narrows nothing."""
    fields = Fields(given, say)
    around = fields.text("adres")
    found = None
    if around:
        suggestions = await view.hall.addresses.suggest(around, 1)
        found = suggestions[0] if suggestions else None
        if found is None:
            fields.fault("adres", "permits.no_address")
    since, until = fields.day("van"), fields.day("tot")
    if since and until and until < since:
        fields.fault("tot", "permits.no_order")
        until = None
    radius = fields.one_of("straal", tuple(map(str, RADII)), "permits.no_radius")
    return Filter(
        status=fields.one_of("status", STATUS_GROUPS, "permits.no_status"),
        inquiry=fields.one_of("onderzoek", ("open",), "permits.no_inquiry") is not None,
        street=fields.text("straat"),
        around=around if found else "",
        radius=int(radius) if radius else _DEFAULT_RADIUS,
        since=since,
        until=until,
        after=_place(fields, "na"),
        label=found.label if found else None,
        lon=found.lon if found else None,
        lat=found.lat if found else None,
        faults=fields.faults,
        typed=fields.typed,
    )


async def read_strictly(view: View, given: Mapping[str, str], say: Sentences) -> Filter:
    """The same for programs, which would take the wrong list for the right one.

    Raises InvalidParameter, UnknownParameter.
    """
    only(given, *FIELDS)
    chosen = await read(view, given, say)
    if chosen.faults:
        name, sentence = next(iter(chosen.faults.items()))
        raise InvalidParameter(f"{name}: {sentence}", parameter=name)
    return chosen


def _place(fields: Fields, name: str) -> tuple[date, str] | None:
    """Where a next page begins: the day and the id of the last line; None for the beginning."""
    value = fields.given.get(name, "")
    fields.typed[name] = value[:LONGEST]
    day, _, id = value.partition("~")
    try:
        if id and "\0" not in id and (found := to_day(day)):
            return found, id[:200]
    except ValueError:
        pass
    if value:
        fields.fault(name, "permits.no_place")
    return None
