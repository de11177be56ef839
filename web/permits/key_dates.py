"""The two dates that a visitor comes for: until when to react, and when there is a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geoloket.permits import Flag, PermitState, PermitStatus, Procedure, Reading
from geoloket.permits.state import Reason
from web import words
from web.permits.usual import Usual
from web.sentences import Sentences

_S = PermitStatus
_CHECKED = (_S.COMPLETENESS_CHECK, _S.AWAITING_SUPPLEMENT)
_UNDECIDED = (*_CHECKED, _S.UNDER_REVIEW, _S.PUBLIC_INQUIRY, _S.ANNULLED, _S.SUBMITTED)
_STOPPED = (_S.WITHDRAWN, _S.REJECTED_INCOMPLETE, _S.LAPSED)
_APPEAL_OVER = (_S.APPEAL_GRANTED, _S.APPEAL_REJECTED, _S.APPEAL_TACITLY_REJECTED)
_REASONS = (
    Reason.CLOCK_SUSPENDED,
    Reason.AWAITING_SUPPLEMENT,
    Reason.SET_BY_COUNCIL,
    Reason.TERMS_CHANGED,
    Reason.NO_RULE,
)


@dataclass(frozen=True, slots=True)
class KeyDate:
    """A date with its label and sentences, or words that say why there is none."""

    label: str
    value: str
    lines: Sequence[str] = ()
    now: bool = False
    react: bool = False
    """Whether to offer the way to react."""
    computed: bool = False
    """Whether it can be unfolded how we came to it."""


def key_dates(
    reading: Reading, today: date, say: Sentences, usual: Usual | None = None
) -> tuple[KeyDate, KeyDate]:
    """Until when one can react, and the decision; never a negative number of days."""
    return _react(reading, today, say), _decision(reading.state, today, say, usual)


def days_left(until: date, today: date, say: Sentences) -> str:
    """How long something still lasts; ``until`` is not before ``today``."""
    days = (until - today).days
    return say.count("permit_page.days_left", days) if days else say("permit_page.last_day")


def _react(reading: Reading, today: date, say: Sentences) -> KeyDate:  # noqa: PLR0911  # one a case
    state, until = reading.state, reading.state.inquiry_until
    if state.status is _S.PUBLIC_INQUIRY and until and until >= today:
        left = days_left(until, today, say)
        value = words.day(until, say.language)
        return KeyDate(say("permit_page.react_until"), value, [left], now=True, react=True)
    if Flag.APPEAL_WINDOW_OPEN in state.flags and state.appeal_until:
        value = words.day(state.appeal_until, say.language)
        lines = [days_left(state.appeal_until, today, say), say("permit_page.appeal_who")]
        return KeyDate(say("permit_page.appeal_until"), value, lines, now=True, computed=True)
    if until:
        value = words.day(until, say.language)
        return KeyDate(say("permit_page.reacted_until"), value, [say("permit_page.inquiry_over")])
    label, unknown = say("permit_page.react_until"), say("permit_page.not_known_yet")
    procedure = reading.file.procedure if reading.file else None
    if state.status in _UNDECIDED and procedure is Procedure.ORDINARY:
        checked = state.status in _CHECKED
        why = say("reason.not_complete" if checked else "reason.inquiry_not_opened")
        return KeyDate(label, unknown, [why])
    label, none = say("permit_page.reacting"), say("permit_page.no_inquiry")
    if procedure is Procedure.NOTIFICATION:
        return KeyDate(label, none, [say("permit_page.no_inquiry_notification")])
    if procedure is Procedure.SIMPLIFIED:
        return KeyDate(label, none, [say("permit_page.no_inquiry_simplified")])
    return KeyDate(label, say("permit_page.not_known"), [say("permit_page.no_inquiry_known")])


def _decision(  # noqa: PLR0911  # same
    state: PermitState, today: date, say: Sentences, usual: Usual | None
) -> KeyDate:
    status, language = state.status, say.language
    if status in _UNDECIDED or status is _S.APPEAL_PENDING:
        return _expected(state, today, say, usual)
    if status is _S.TACITLY_REFUSED:
        return KeyDate(
            say("permit_page.tacit_since"), _day(state.status_on, say), _tacit(state, today, say),
            computed=True,
        )  # fmt: skip
    if status in _APPEAL_OVER:
        favourable = state.decision_result and state.decision_result != "refused"
        lines = [say("permit_page.stands" if favourable else "permit_page.stands_not")]
        if status is _S.APPEAL_TACITLY_REJECTED:
            lines.insert(0, say("permit_page.appeal_tacit"))
        return KeyDate(say("permit_page.appeal_decided_on"), _day(state.status_on, say), lines)
    if status in (_S.RECORDED, _S.NOT_RECORDED):
        line = say(f"ended.{status.value}")
        return KeyDate(say("permit_page.decided_on"), _day(state.status_on, say), [line])
    if status in _STOPPED:
        line = say(f"ended.{status.value}")
        return KeyDate(say(f"status.{status.value}"), _day(state.status_on, say), [line])
    if status is _S.UNKNOWN:
        return KeyDate(
            say("permit_page.decision"), say("permit_page.not_known"), [say("reason.unknown")]
        )
    on = state.decided_on or (state.status_on if status in (_S.GRANTED, _S.REFUSED) else None)
    result = state.decision_result.value if state.decision_result else status.value
    lines = [say(f"result.{result}")] if f"result.{result}" in say else []
    if state.usable_from:
        key = "permit_page.usable_from" if state.usable_from > today else "permit_page.usable"
        lines.append(say(key, date=words.day(state.usable_from, language)))
    elif Reason.NOT_POSTED in state.not_computable:
        lines.append(say("reason.not_posted"))
    return KeyDate(
        say("permit_page.decided_on"), _day(on, say), lines, computed=bool(state.usable_from)
    )


def _expected(state: PermitState, today: date, say: Sentences, usual: Usual | None) -> KeyDate:
    appeal = state.status is _S.APPEAL_PENDING
    due, language = state.decision_due, say.language
    if due and due >= today:
        label = say("permit_page.appeal_due" if appeal else "permit_page.due")
        lines = [say("permit_page.computed")]
        if usual:
            expected = words.day(usual.expected, language)
            lines.insert(0, say("permit_page.usual", date=expected))
        return KeyDate(label, words.day(due, language), lines, computed=True)
    label = say("permit_page.appeal_decision" if appeal else "permit_page.decision")
    if due:
        lines = [say("permit.overdue", date=words.day(due, language))]
        return KeyDate(label, say("permit_page.not_known_yet"), lines, computed=True)
    why = next((reason for reason in _REASONS if reason in state.not_computable), None)
    if why is None:
        checked = state.status in _CHECKED
        line = say("reason.not_complete" if checked else "reason.unknown")
    else:
        line = say(f"reason.{why.value}")
    return KeyDate(label, say("permit_page.not_known_yet"), [line])


def _tacit(state: PermitState, today: date, say: Sentences) -> list[str]:
    lines = [say("permit_page.tacit")]
    if state.appeal_until:
        open_ = state.appeal_until >= today
        key = "permit_page.tacit_appeal" if open_ else "permit_page.tacit_appeal_over"
        lines.append(say(key, date=words.day(state.appeal_until, say.language)))
    return lines


def _day(on: date | None, say: Sentences) -> str:
    return words.day(on, say.language) if on else say("permit_page.date_not_known")
