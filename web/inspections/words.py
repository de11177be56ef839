"""Statuses, days and histories of inspections as they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from geoloket.edits import Entry
from geoloket.inspections import Reckoning
from geoloket.language import pick
from geoloket.layer import Layer
from web import words
from web.sentences import Sentences

_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "submitted": ("requested", "reported"),
    "review": ("scheduled", "visited", "report_drafted", "hearing", "assigned", "visit_attempted"),
    "granted": ("conform", "lifted", "confirmed"),
    "refused": (
        "unsuitable",
        "uninhabitable",
        "overcrowded",
        "decided",
        "upheld",
        "not_found",
        "refused",
    ),
    "appeal": ("under_appeal",),
    "stopped": ("annulled", "closed"),
}
_GROUP_OF: Final = {status: group for group, all_ in _GROUPS.items() for status in all_}

CODED: Final[Mapping[str, str]] = {
    "status": "inspection_status",
    "outcome": "inspection_status",
    "result": "inspection_status",
    "scheme": "inspection_scheme",
    "planned_slot": "slot",
    "preferred_slots": "slot",
    "certificate_lapse": "lapse",
}
"""Fields whose values are words of ours, and the table of texts that says them."""


def group(status: str | None) -> str:
    """The display group of a status, which gives colour and glyph."""
    return _GROUP_OF.get(status or "", "unknown")


def status(value: str | None, say: Sentences) -> str:
    """A status in words; one that we do not know as it is written."""
    key = f"inspection_status.{value}"
    return say(key) if key in say else (value or say("inspections.no_status_yet"))


def value(name: str, given: Any, say: Sentences) -> str:
    """A value of a field as people read it."""
    if given is None or given == "":
        return say("inspections.nothing")
    if isinstance(given, datetime):
        return f"{words.day(given, say.language)}, {words.clock(given, say.language)}"
    if isinstance(given, date):
        return words.day(given, say.language)
    if table := CODED.get(name):
        parts = str(given).split() if name == "preferred_slots" else [str(given)]
        said = (say(f"{table}.{part}") if f"{table}.{part}" in say else part for part in parts)
        return ", ".join(said)
    return str(given)


def facts(layer: Layer, row: Mapping[str, Any], names: Iterable[str], say: Sentences) -> list[Any]:
    """Title and value of fields that hold something."""
    fields = (layer.field(name) for name in names)
    return [
        (pick(one.title, say.language), value(one.name, row[one.name], say))
        for one in fields
        if one and row[one.name] not in (None, "")
    ]


def reckoned(found: Sequence[Reckoning], today: date, say: Sentences) -> list[dict[str, Any]]:
    """Days that an office works towards, each with how it was counted."""
    return [
        {
            "title": say(f"inspection_term.{one.rule}"),
            "day": words.day(one.result, say.language),
            "over": one.result < today,
            "left": (one.result - today).days,
            "how": say(
                "inspections.counted",
                event=words.day(one.event, say.language),
                what=say(f"inspection_event.{one.rule}"),
                length=say.count(f"inspection_unit.{one.unit}", one.amount),
                day=words.day(one.result, say.language),
            ),
        }
        for one in found
    ]


def history(layer: Layer, entries: Sequence[Entry], say: Sentences) -> list[dict[str, Any]]:
    """What was changed, newest first; the last change may be undone."""
    return [_entry(layer, one, say, last=n == 0) for n, one in enumerate(entries)]


def _entry(layer: Layer, one: Entry, say: Sentences, *, last: bool) -> dict[str, Any]:
    before, after = one.before or {}, one.after or {}
    changed = [field for field in layer.fields if field.name in {**before, **after}]
    key = "inspections.deed_undone" if one.undoes else f"edit_deed.{one.deed}"
    return {
        "id": one.id,
        "when": f"{words.day(one.at, say.language)}, {words.clock(one.at, say.language)}",
        "who": one.name,
        "deed": say(key) if key in say else one.deed,
        "reason": one.reason,
        "undone": one.undone,
        "may_undo": last and not one.forgotten and one.deed == "update",
        "changes": [
            (
                pick(field.title, say.language),
                _said(field.name, field.type, before.get(field.name), say),
                _said(field.name, field.type, after.get(field.name), say),
            )
            for field in changed
            if before and after
        ],
    }


def _said(name: str, kind: str, given: Any, say: Sentences) -> str:
    """A value that the history keeps: days are texts there."""
    if kind == "date" and isinstance(given, str):
        given = date.fromisoformat(given[:10])
    return value(name, given, say)
