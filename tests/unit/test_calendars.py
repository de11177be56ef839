"""Calendars, read back as another program would: RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar

from web.calendars import Entry, calendar

BRUSSELS = ZoneInfo("Europe/Brussels")
UPDATED = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_moments_are_written_in_utc_and_whole_days_end_the_day_after() -> None:
    fair = Entry(
        uid="e1@loket.example",
        title="Kermis; met vuurwerk, en een heel lange naam " + "é" * 60,
        starts=datetime(2026, 8, 14, 18, tzinfo=BRUSSELS),
        ends=datetime(2026, 8, 14, 23, tzinfo=BRUSSELS),
        place="Kerkplein",
        url="https://loket.example/evenement/e1",
        description="Regel een\nRegel twee",
        updated=UPDATED,
    )
    inquiry = Entry(
        uid="p1@loket.example",
        title="Reageren kan",
        starts=date(2026, 12, 1),
        ends=date(2026, 12, 14),
        updated=UPDATED,
    )
    written = calendar([fair, inquiry], name="Zandwijk", language="nl")
    read = Calendar.from_ical(written)
    first, second = read.events
    assert first.start == datetime(2026, 8, 14, 16, tzinfo=UTC)
    assert first.end == datetime(2026, 8, 14, 21, tzinfo=UTC)
    assert str(first["SUMMARY"]) == fair.title
    assert str(first["DESCRIPTION"]) == fair.description
    assert str(first["URL"]) == fair.url
    assert second.start == date(2026, 12, 1)
    assert second.end == date(2026, 12, 15)
    assert str(read["NAME"]) == "Zandwijk"
    assert read["METHOD"] == "PUBLISH"
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines), "RFC 5545 §3.1: lines of 75 octets at most"


def test_the_same_entries_give_the_same_bytes() -> None:
    entry = Entry(uid="e1", title="Markt", starts=date(2026, 5, 1), updated=UPDATED)
    assert calendar([entry]) == calendar([entry])
    assert Calendar.from_ical(calendar([entry])).events[0].get("DTEND") is None
