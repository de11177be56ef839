"""A form made from the inputs of a process, and what was filled in as inputs again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from geoloket.process import JSON, Process

_PLAIN: Final = {"string": "text", "integer": "number", "number": "number", "boolean": "check"}


@dataclass(frozen=True, slots=True)
class Field:
    """One input as a form has it."""

    name: str
    label: str
    hint: str
    kind: str
    """``text``, ``number``, ``check``, ``choice``, ``lines``, or ``json`` for anything else."""
    required: bool
    value: str
    choices: tuple[str, ...] = ()
    offers: str = ""
    """Of which things of this Geoloket it names one: ``layers``, ``areas``, or what lies in
    ``incoming``: a file or a folder, or with ``incoming-folders`` a folder or a zip."""
    step: str = "any"


def suggested(process: Process, language: str, named: Mapping[str, str]) -> list[Field]:
    """The fields of a new form: the defaults, but what an address names as it says."""
    known = fields(process, language)
    return [replace(one, value=named[one.name]) if one.name in named else one for one in known]


def fields(process: Process, language: str, given: Mapping[str, str] | None = None) -> list[Field]:
    """The fields, with what was filled in before or else the defaults."""
    whole = process.inputs.model_json_schema()
    required = set(whole.get("required", ()))
    shapes: dict[str, Any] = whole.get("$defs", {})
    return [
        _field(name, part, shapes, language, name in required, given)
        for name, part in whole.get("properties", {}).items()
    ]


def _field(  # noqa: PLR0913, PLR0917
    name: str,
    part: dict[str, Any],
    shapes: dict[str, Any],
    language: str,
    required: bool,
    given: Mapping[str, str] | None,
) -> Field:
    schema = _plain(part, shapes)
    choices = tuple(str(one) for one in schema.get("enum", ()))
    kind = "choice" if choices else _PLAIN.get(str(schema.get("type")), "json")
    if schema.get("type") == "array" and schema.get("items", {}).get("type") == "string":
        kind = "lines"
    default = part.get("default")
    value = _shown(default, kind) if given is None else given.get(name, "")
    said = {key: part.get(f"{key}_{language}") or part.get(key, "") for key in _SAID}
    return Field(
        name=name,
        label=said["title"] or name,
        hint=said["description"],
        kind=kind,
        required=required,
        value=value,
        choices=choices,
        offers=str(part.get("choices", "")),
        step="1" if schema.get("type") == "integer" else "any",
    )


_SAID: Final = ("title", "description")


def _plain(part: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    """A schema without a reference, and without that it may be nothing."""
    if "$ref" in part:
        return shapes[str(part["$ref"]).rpartition("/")[2]]
    several = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    return _plain(several[0], shapes) if len(several) == 1 else part


def _shown(value: Any, kind: str) -> str:
    if kind == "check":
        return "1" if value else ""
    if value is None:
        return ""
    if kind == "lines":
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False) if kind == "json" else str(value)


def read(
    process: Process, given: Mapping[str, str], language: str
) -> tuple[dict[str, JSON], dict[str, str]]:
    """The inputs, and what is wrong with which."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in fields(process, language, given):
        text = one.value.strip()
        if one.kind == "check":
            values[one.name] = text == "1"
        elif text and one.kind == "lines":
            values[one.name] = [line.strip() for line in text.splitlines() if line.strip()]
        elif text and one.kind == "json":
            try:
                values[one.name] = json.loads(text)
            except ValueError:
                faults[one.name] = "JSON"
        elif text:
            values[one.name] = one.value
    try:
        made: BaseModel = process.inputs.model_validate(values)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False, include_context=False):
            faults.setdefault(str(fault["loc"][0]) if fault["loc"] else "", fault["msg"])
        return {}, faults
    kept = made.model_dump(mode="json")
    if "\\u0000" in json.dumps(kept):
        faults[""] = "NUL"
    return kept, faults
