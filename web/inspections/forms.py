"""Steps as forms: what each asks for, and what becomes of what is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from geoloket.errors import (
    BadRequest,
    Conflict,
    InvalidFeature,
    InvalidParameter,
    PreconditionFailed,
    Problem,
)
from geoloket.inspections import Lapse, Slot
from geoloket.language import pick
from geoloket.layer import Layer
from web.sentences import Sentences

REASON: Final = "reason"
_LONGEST: Final = 300
_CHOICES: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    "planned_slot": ("slot", (Slot.MORNING, Slot.AFTERNOON)),
    "certificate_lapse": ("lapse", tuple(Lapse)),
}


@dataclass(slots=True)
class Sent:
    """A form that came back with something wrong: what was typed stays."""

    step: str = ""
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    status: int = 200


def reason_of(fields: Mapping[str, str]) -> str:
    """Why it is done; raises InvalidParameter without."""
    reason = " ".join(fields.get(REASON, "").split())
    if not reason or len(reason) > _LONGEST or "\0" in reason:
        raise InvalidParameter(f"reason: one to {_LONGEST} characters", parameter=REASON)
    return reason


def refused(problem: Problem, fields: Mapping[str, str], say: Sentences) -> Sent:
    """What is said of a form that could not be followed. Raises the problem when it is another."""
    step = fields.get("step", "")
    if isinstance(problem, PreconditionFailed | Conflict):
        return Sent(step, fields, {"": say("inspections.fault_changed")}, problem.status)
    if isinstance(problem, InvalidFeature):
        return Sent(step, fields, {"": say("inspections.fault_step")}, problem.status)
    if isinstance(problem, InvalidParameter):
        name = str(problem.facts.get("parameter", ""))
        key = f"inspection_fault.{name}"
        sentence = say(key) if key in say else say("inspections.fault_step")
        return Sent(step, fields, {name if key in say else "": sentence}, BadRequest.status)
    raise problem


def plain(value: object) -> object:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


def form(
    step: str, asks: Sequence[str], layer: Layer, defaults: Mapping[str, str], say: Sentences
) -> dict[str, Any]:
    """One step for the template: its words and its fields."""
    hint = f"inspection_step_hint.{step}"
    return {
        "step": step,
        "title": say(f"inspection_step.{step}"),
        "hint": say(hint) if hint in say else None,
        "fields": [_field(name, layer, defaults, say) for name in asks],
    }


def _field(name: str, layer: Layer, defaults: Mapping[str, str], say: Sentences) -> dict[str, Any]:
    declared = layer.field(name)
    kinds = {"date": "date", "integer": "number"}
    table, codes = _CHOICES.get(name, ("", ()))
    return {
        "name": name,
        "title": pick(declared.title, say.language) if declared else say(f"inspections.{name}"),
        "kind": kinds.get(declared.type, "text") if declared else "datetime-local",
        "choices": [(str(code), say(f"{table}.{code}")) for code in codes],
        "value": defaults.get(name, ""),
    }
