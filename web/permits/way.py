"""The steps of a file in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geoloket.permits import PermitFile, Step, StepCode, StepState
from geoloket.permits.steps import Source
from web import words
from web.permits.key_dates import days_left
from web.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Told:
    """A step as the page shows it; ``state`` is that of the step, ``where`` the word for it."""

    code: str
    state: str
    where: str
    title: str
    when: str
    text: str
    computed: bool


def told(steps: Sequence[Step], file: PermitFile | None, today: date, say: Sentences) -> list[Told]:
    """Each step with its word, its dates and what it means."""
    return [_tell(step, file, today, say) for step in steps]


def _tell(step: Step, file: PermitFile | None, today: date, say: Sentences) -> Told:
    title = say(f"step.{step.code.value}")
    if step.outcome:
        outcome = say(f"status.{step.outcome.value}").lower()
        title = say("permit_page.outcome", step=title, outcome=outcome)
    return Told(
        code=step.code.value,
        state=step.state.value,
        where=say(f"step_state.{step.state.value}"),
        title=title,
        when=_when(step, say),
        text=_text(step, file, today, say),
        computed=step.source is Source.COMPUTED and step.state is not StepState.NEXT,
    )


def _when(step: Step, say: Sentences) -> str:  # noqa: PLR0911  # one a kind of date
    first, last, language = step.first, step.last, say.language
    if first and last:
        if first == last:
            return words.day(first, language)
        span = {"first": words.day(first, language), "last": words.day(last, language)}
        return say("permit_page.span", **span)
    if last:
        done = step.state is StepState.DONE
        key = "permit_page.ended" if done else "permit_page.at_latest"
        return say(key, date=words.day(last, language))
    if first:
        ahead = step.state is StepState.NEXT
        return say(
            "permit_page.from" if ahead else "permit_page.since", date=words.day(first, language)
        )
    if step.state is StepState.NEXT:
        if step.code is StepCode.APPEAL_WINDOW:
            return say("permit_page.after_posting")
        if step.code is not StepCode.REVIEW:
            return say("permit_page.date_follows")
    return ""


def _text(step: Step, file: PermitFile | None, today: date, say: Sentences) -> str:
    keys = [f"step_text.{step.code.value}_{step.state.value}", f"step_text.{step.code.value}"]
    if step.outcome:
        keys.insert(0, f"step_text.{step.code.value}_{step.outcome.value}")
    key = next((key for key in keys if key in say), None)
    if key is None:
        return ""
    authority = say(f"authority.{file.authority}") if file and _known(file, say) else ""
    text = say(key, authority=authority or say("authority.unknown"))
    if step.code is StepCode.INQUIRY and step.state is StepState.NOW and step.last:
        return f"{text} {days_left(step.last, today, say)}" if step.last >= today else text
    return text


def _known(file: PermitFile, say: Sentences) -> bool:
    return f"authority.{file.authority}" in say
