"""Permits as lines of a list: the status in a word, and the dates that matter now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from web import statuses, words
from web.paths import path
from web.sentences import Sentences


@dataclass(frozen=True, slots=True)
class PermitLine:
    """What a list shows of a permit; ``href`` is its page."""

    id: str
    title: str
    address: str
    group: str
    status: str
    meta: str
    notice: str | None
    place: str | None
    href: str
    lon: float | None
    lat: float | None


def permit_line(row: Mapping[str, Any], say: Sentences, today: date) -> PermitLine:
    """A line made of a row of ``permits``.

    ``distance_m`` with ``azimuth``, ``lon`` with ``lat``, and ``decision_result`` may be absent.
    """
    code: str = row["status"] or "unknown"
    return PermitLine(
        id=row["id"],
        title=row["title"] or say("permit.file", number=row["file_number"]),
        address=row["address"] or "",
        group=statuses.group(code, row.get("decision_result")),
        status=statuses.word(code, row.get("decision_result"), say),
        meta=_meta(row, code, say, today),
        notice=_notice(row, code, say, today),
        place=_place(row, say),
        href=path("permit", say.language, id=row["id"]),
        lon=row.get("lon"),
        lat=row.get("lat"),
    )


def summary(rows: Sequence[Mapping[str, Any]], say: Sentences) -> str:
    """How many files are pending and how many were decided, in one sentence."""
    pending = sum(1 for row in rows if row["status"] in statuses.OPEN)
    closed = len(rows) - pending
    if not rows:
        return say("parcel.no_files")
    if not pending:
        return say.count("parcel.closed_only", closed) + "."
    sentence = say.count("parcel.open_files", pending)
    return sentence + (f", {say.count('parcel.closed_files', closed)}." if closed else ".")


def _meta(row: Mapping[str, Any], code: str, say: Sentences, today: date) -> str:
    number, language = row["file_number"], say.language
    if code in statuses.AFTER_APPEAL and row["status_on"]:
        on = words.day(row["status_on"], language)
        return say("permit.appeal_decided", number=number, date=on)
    if row["decided_on"] and code not in statuses.OPEN:
        return say("permit.decided", number=number, date=words.day(row["decided_on"], language))
    if code in statuses.GROUPS["stopped"] and row["status_on"]:
        return say("permit.since", number=number, date=words.day(row["status_on"], language))
    if row["submitted_on"] is None:
        return say("permit.file", number=number)
    sentence = say("permit.submitted", number=number, date=words.day(row["submitted_on"], language))
    due = _due(row, code, say, today)
    if due is None or code == "public_inquiry":
        return sentence
    return Markup("{}. {}").format(sentence, due)


def _due(row: Mapping[str, Any], code: str, say: Sentences, today: date) -> str | None:
    """When a decision is expected, or that the term has passed; never a negative number of days."""
    due = row["decision_due"]
    if due is None or code not in statuses.OPEN:
        return None
    strong = Markup("<strong>{}</strong>").format(words.day(due, say.language))
    return say("permit.due" if due >= today else "permit.overdue", date=strong)


def _notice(row: Mapping[str, Any], code: str, say: Sentences, today: date) -> str | None:
    until = row["inquiry_until"]
    if code != "public_inquiry" or until is None:
        return None
    strong = Markup("<strong>{}</strong>").format(words.day(until, say.language))
    react = say("permit.react", date=strong)
    due = _due(row, code, say, today)
    return Markup("{} {}").format(react, due) if due else react


def _place(row: Mapping[str, Any], say: Sentences) -> str | None:
    metres = row.get("distance_m")
    if metres is None:
        return None
    if metres < 1:
        return say("permit.touching")
    towards = say(f"direction.{words.direction(row['azimuth'] or 0)}")
    return say("permit.away", metres=words.around(metres), direction=towards)
