"""Calendars as files (iCalendar, RFC 5545): what a mail program or a phone can subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_PRODUCT: Final = "-//Geoloket//Geoloket//NL"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar.

    Two dates make it last whole days, ``ends`` being the last of them; two moments with a time
    zone make it last from the one to the other. ``ends`` may be absent: a day, or a moment.
    """

    uid: str
    """The same for the same thing forever and everywhere: ``permit-…@loket.example``."""
    title: str
    starts: date | datetime
    updated: datetime
    """When what is told here last changed, with a time zone."""
    ends: date | datetime | None = None
    place: str | None = None
    url: str | None = None
    description: str | None = None


def calendar(
    entries: Iterable[Entry], *, name: str | None = None, language: str | None = None
) -> bytes:
    """The entries as one calendar; ``name`` and ``language`` are those of a list to subscribe to.

    The same entries give the same bytes, so an answer can carry an ETag.
    """
    made = Calendar.new(
        prodid=_PRODUCT,
        method="PUBLISH",
        name=name,
        language=language,
        subcomponents=[_event(entry) for entry in entries],
    )
    made.pop("UID", None)  # a new one each time, which RFC 7986 leaves optional
    return made.to_ical()


def _event(entry: Entry) -> Event:
    return Event.new(
        uid=entry.uid,
        stamp=_moment(entry.updated),
        last_modified=_moment(entry.updated),
        summary=entry.title,
        start=_moment(entry.starts),
        end=_end(entry),
        location=entry.place,
        url=entry.url,
        description=entry.description,
    )


def _moment(value: date) -> date:
    """A moment in UTC, which needs no table of time zones beside it; a date stays a date."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _end(entry: Entry) -> date | None:
    """The end as RFC 5545 writes it: the first moment, or the first day, that no longer belongs."""
    if entry.ends is None:
        return None
    if isinstance(entry.ends, datetime):
        return _moment(entry.ends)
    return entry.ends + timedelta(days=1)
