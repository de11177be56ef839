"""What a run was asked: the inputs that are not as they are when nobody says anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from geoloket.jobs import Job
from geoloket.process import JSON, Process

_MOST: Final = 5
"""Values of a list that are named."""
_LONGEST: Final = 200


def asked(job: Job, process: Process | None, language: str) -> list[tuple[str, str]]:
    """Labels and values; none of a run whose results are kept back from who looks."""
    if process is None or job.withheld:
        return []
    known: Mapping[str, Any] = process.inputs.model_json_schema().get("properties", {})
    return [
        (str(part.get(f"title_{language}") or part.get("title") or name), _short(job.inputs[name]))
        for name, part in known.items()
        if name in job.inputs and job.inputs[name] not in (part.get("default"), None, "", [])
    ]


def _short(value: JSON) -> str:
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, list):
        more = f" … ({len(value)})" if len(value) > _MOST else ""
        return ", ".join(map(str, value[:_MOST]))[:_LONGEST] + more
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
