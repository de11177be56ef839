"""What a run left, as its page shows it: under the names that its process gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, cast
from urllib.parse import quote

from geoloket.jobs import Job, JobStatus
from geoloket.process import Process

_MOST_FILES: Final = 50
"""Of an output that is many files; all of them are in the results."""
_PICTURES: Final = {"image/jpeg", "image/png", "image/webp"}


@dataclass(frozen=True, slots=True)
class NamedFile:
    """One of several files of an output."""

    name: str
    href: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Output:
    """One output: a file to fetch or several, or a text, a list of texts, or a table."""

    label: str
    text: str = ""
    href: str | None = None
    files: Sequence[NamedFile] = ()
    more: int = 0
    """How many files there are beside those."""
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def told(job: Job, process: Process | None, language: str) -> list[Output]:
    """Its outputs in the order of the process; none before it ended well."""
    if job.status is not JobStatus.SUCCESSFUL:
        return []
    values: dict[str, Any] = dict(job.outputs or {})
    schema = process.outputs.model_json_schema() if process else {}
    known: dict[str, Any] = schema.get("properties", {})
    names = [*(name for name in known if name in values), *(values.keys() - known.keys())]
    shapes: dict[str, Any] = schema.get("$defs", {})
    return [
        _output(job, name, values[name], known.get(name, {}), shapes, language) for name in names
    ]


def _output(  # noqa: PLR0913, PLR0917
    job: Job,
    name: str,
    value: Any,
    part: Mapping[str, Any],
    shapes: Mapping[str, Any],
    language: str,
) -> Output:
    label = _called(name, part, language)
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        address = f"/ogc/jobs/{job.id}/results/{name}"
        if _is_file(members):
            return Output(label, members["media_type"], address)
        if members and all(map(_is_file, members.values())):
            first = islice(members.items(), _MOST_FILES)
            found = [
                NamedFile(key, f"{address}/{quote(key, safe='')}", one["media_type"] in _PICTURES)
                for key, one in first
            ]
            return Output(label, files=found, more=len(members) - len(found))
        return Output(label, lines=tuple(f"{key}: {_text(one)}" for key, one in members.items()))
    if isinstance(value, list):
        items = cast("list[Any]", value)
        if items and all(isinstance(one, dict) for one in items):
            rows = cast("list[dict[str, Any]]", items)
            shape = shapes.get(str(part.get("items", {}).get("$ref")).rpartition("/")[2], {})
            columns: dict[str, Any] = shape.get("properties") or {key: {} for key in rows[0]}
            heads = tuple(_called(key, column, language) for key, column in columns.items())
            cells = tuple(tuple(_text(row.get(key)) for key in columns) for row in rows)
            return Output(label, heads=heads, rows=cells)
        return Output(label, lines=tuple(map(_text, items)))
    return Output(label, _text(value))


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and cast("dict[str, Any]", value).keys() == {"key", "media_type"}


def _called(name: str, part: Mapping[str, Any], language: str) -> str:
    return str(part.get(f"title_{language}") or part.get("title") or name)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else "–"
    return "–" if value is None else str(value)
