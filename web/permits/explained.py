"""How each date was computed, in words: from what day, by which term, up to which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoloket.permits import PermitState, PermitStatus, Procedure, Reading, Reckoning
from web import words
from web.sentences import Sentences

_S = PermitStatus
_DECIDED = (_S.GRANTED, _S.REFUSED, _S.EXECUTABLE, _S.IN_EXECUTION, _S.COMPLETED, _S.LAPSED)
"""Where the term for a decision does not matter any more."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One date: a caption, rows of what went into it, and the sum in a sentence."""

    caption: str
    rows: Sequence[tuple[str, str]]
    sentence: str


def explained(reading: Reading, say: Sentences) -> list[Explained]:
    """The dates that hold now, the decision first. Empty where nothing was computed."""
    holding = _holding(reading.state)
    return [_explain(reckoning, reading, say) for reckoning in holding]


def _holding(state: PermitState) -> list[Reckoning]:
    found: list[Reckoning] = []
    for name, result in (
        ("decision_due", state.decision_due),
        ("inquiry_until", state.inquiry_until),
        ("appeal_until", state.appeal_until),
        ("usable_from", state.usable_from),
    ):
        if name == "decision_due" and state.status in _DECIDED:
            continue
        same = [r for r in state.reckonings if r.date == name and r.result == result]
        found += same[-1:]
    return found


def _explain(reckoning: Reckoning, reading: Reading, say: Sentences) -> Explained:
    language = say.language
    since = reckoning.since or reckoning.start
    term = reckoning.days - reckoning.extended - reckoning.suspended
    began = _began(reckoning, reading.state)
    rows = [(say(f"explain.{began}"), words.day(since, language))]
    if reckoning.start != since:
        rows.append((say("explain.day_one"), words.day(reckoning.start, language)))
    rows.append((say("explain.term"), say.count("explain.days", term)))
    if reckoning.date == "decision_due":
        more = say.count("explain.days", reckoning.extended) if reckoning.extended else None
        rows.append((say("explain.extensions"), more or say("explain.none")))
    if reckoning.suspended:
        rows.append((say("explain.suspended"), say.count("explain.days", reckoning.suspended)))
    rows.append((say(f"explain.{reckoning.date}"), words.day(reckoning.result, language)))
    article = reckoning.article
    source = say("explain.article", article=article) if article else say("explain.practice")
    rows.append((say("explain.source"), source))
    sentence = say(
        "explain.first_after" if reckoning.date == "usable_from" else "explain.sum",
        n=reckoning.days,
        start=words.day(reckoning.start, language),
        result=words.day(reckoning.result, language),
    )
    return Explained(_caption(reckoning, reading, say), rows, sentence)


def _began(reckoning: Reckoning, state: PermitState) -> str:
    """The key of what happened on the day that a date counts from."""
    if reckoning.date == "inquiry_until":
        return "inquiry_opened"
    if reckoning.date == "usable_from":
        return "posted"
    if reckoning.date == "appeal_until":
        return "posted" if state.decided_on else "expired"
    if reckoning.rule.startswith("notification"):
        return "notified"
    return "filed" if reckoning.deemed else "declared"


def _caption(reckoning: Reckoning, reading: Reading, say: Sentences) -> str:
    name = say(f"explain.of_{reckoning.date}")
    file = reading.file
    if reckoning.date != "decision_due" or file is None:
        return name
    if reckoning.rule.startswith("appeal."):
        return say("explain.caption_appeal", date=name)
    inquiry = file.procedure is Procedure.ORDINARY
    procedure = say(f"procedure.{file.procedure.value}")
    if not inquiry:
        return say("explain.caption", date=name, procedure=procedure)
    return say("explain.caption_inquiry", date=name, procedure=procedure)
