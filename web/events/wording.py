"""Events in words: a line of a list, when it is, what it takes of the street, a calendar entry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from web import words
from web.calendars import Entry
from web.paths import path
from web.sentences import Sentences

_DAY: Final = re.compile(r"\b(\d{1,2}) (?=[a-zA-Z])")


def event_line(row: Mapping[str, Any], say: Sentences) -> dict[str, Any]:
    """An event as a line of a list: its kind and dates in words, and its page."""
    return {
        **row,
        "kind": kind(row["kind"], say),
        "when": when(row, say),
        "href": path("event", say.language, id=row["id"]),
    }


def kind(code: str | None, say: Sentences) -> str:
    """The word for a kind; that of the source itself where it is none of ours."""
    key = f"event_kind.{code}"
    return say(key) if key in say else (code or say("event_kind.other")).capitalize()


def when(row: Mapping[str, Any], say: Sentences) -> str:
    """The time of an event in words: one day with hours, or from day to day.

    A line never ends between a day and its month.
    """
    return _DAY.sub("\\1\N{NO-BREAK SPACE}", _when(row, say))


def _when(row: Mapping[str, Any], say: Sentences) -> str:
    starts, ends, language = row["starts"], row["ends"], say.language
    first = words.day(starts, language)
    if ends is None:
        return say("event.from", date=first, **{"from": words.clock(starts, language)})
    last = words.day(ends, language)
    # A party that ends at three at night is still the party of one day.
    if first != last and (ends - starts).total_seconds() > 20 * 3600:
        return say("event.days", **{"from": first, "until": last})
    hours = {"from": words.clock(starts, language), "until": words.clock(ends, language)}
    return say("event.on", date=first, **hours)


def days(rows: Sequence[Mapping[str, Any]], say: Sentences) -> list[dict[str, Any]]:
    """The lines of a list under the day on which they begin; what is going on comes first."""

    def begins(row: Mapping[str, Any]) -> date | None:
        return None if row["going_on"] else words.local(row["starts"]).date()

    return [
        {
            "heading": heading(day, say) if day else say("events.now"),
            "lines": [event_line(row, say) for row in found],
        }
        for day, found in groupby(rows, key=begins)
    ]


def heading(day: date, say: Sentences) -> str:
    """A day with its name: ``zaterdag 12 december 2026``."""
    return f"{say(f'weekday.{day.weekday()}')} {words.day(day, say.language)}"


def hindrance(rows: Sequence[Mapping[str, Any]], say: Sentences) -> list[dict[str, str]]:
    """What an event takes of the street, as sentences, each with its period."""
    return [{"text": _hindrance(row, say), "when": when(row, say)} for row in rows]


def _hindrance(row: Mapping[str, Any], say: Sentences) -> str:
    code = row["kind"] if f"hindrance.{row['kind']}" in say else "other"
    street = row["street"]
    key = f"hindrance.{code}" if street else f"hindrance.{code}_plain"
    sentence = say(key, street=street) if street else say(key)
    effects = [
        say(f"effect.{effect}")
        for effect in (row["effects"] or "").split(",")
        if f"effect.{effect}" in say
    ]
    # A closed street and a parking ban say by themselves what they take.
    if effects and code not in ("road_closure", "parking_ban"):
        sentence += " " + say("hindrance.effects", what=", ".join(effects))
    return sentence


def entry(row: Mapping[str, Any], say: Sentences, origin: str) -> Entry:
    """An event as an entry of a calendar; ``origin`` is our own address."""
    host = origin.partition("://")[2]
    return Entry(
        uid=f"event-{row['id']}@{host}",
        title=row["name"],
        starts=row["starts"],
        ends=row["ends"],
        place=row["venue"],
        url=origin + path("event", say.language, id=row["id"]),
        description=row["description"],
        updated=row["updated"],
    )
