"""Descriptions of processes, made from the models of their inputs and outputs."""

from __future__ import annotations

from typing import Any, Final, cast

from pydantic import BaseModel
from starlette.responses import Response

from geoloket.language import pick
from geoloket.process import Process, StoredFile
from ogc.links import OGC_REL, link
from ogc.negotiation import HTML, JSON
from ogc.processes.faults import process_of
from ogc.visit import Visit

Json = dict[str, Any]

_PLAIN: Final = (JSON, HTML)
_OURS: Final = ("title", "description", "title_nl", "description_nl")
"""Of a property: said beside its schema. Dutch comes with ``json_schema_extra``."""
_BYTES: Final[Json] = {"type": "string", "contentEncoding": "binary"}
_LINK: Final[Json] = {
    "type": "object",
    "required": ["href"],
    "properties": {"href": {"type": "string", "format": "uri"}, "type": {"type": "string"}},
}


async def processes(visit: Visit) -> Response:
    """``/processes``: those that this person may run."""
    visit.ask(_PLAIN)
    found = visit.service.hall.processes.open_to(visit.who).values()
    document = {
        "processes": [summary(visit, one) for one in found],
        "links": visit.representations(f"{visit.base}/processes"),
    }
    return await visit.answer(document, "processes.html", visit.texts["processes"])


async def process(visit: Visit) -> Response:
    """``/processes/{id}``: its inputs and outputs."""
    visit.ask(_PLAIN)
    found = process_of(visit)
    document = described(visit, found)
    return await visit.answer(document, "process.html", document["title"])


def summary(visit: Visit, one: Process) -> Json:
    """A process in the list of all."""
    address = f"{visit.base}/processes/{one.id}"
    return {
        "id": one.id,
        "version": one.version,
        "title": pick(one.title, visit.language),
        "description": pick(one.description, visit.language),
        "jobControlOptions": [
            *(["sync-execute"] if one.sync else []),
            *("async-execute", "dismiss"),
        ],
        "outputTransmission": ["value", "reference"],
        "metadata": [{"title": visit.texts["by_value"]}],
        "links": [
            link(f"{address}?f=json", "self", JSON.media_type, visit.texts["process"]),
            link(f"{address}?f=html", "alternate", HTML.media_type, visit.texts["process"]),
        ],
    }


def described(visit: Visit, one: Process) -> Json:
    """The whole description."""
    address = f"{visit.base}/processes/{one.id}"
    texts, runs = visit.texts, f"{visit.base}/jobs?processID={one.id}"
    links = [
        *visit.representations(address),
        link(f"{address}/execution", f"{OGC_REL}/execute", JSON.media_type, texts["execute"]),
        link(runs, f"{OGC_REL}/job-list", JSON.media_type, texts["jobs"]),
        link(f"{visit.base}/processes", "up", JSON.media_type, texts["processes"]),
    ]
    return summary(visit, one) | {
        "inputs": _parts(one.inputs, visit.language, inputs=True),
        "outputs": _parts(one.outputs, visit.language, inputs=False),
        "links": links,
    }


def _parts(model: type[BaseModel], language: str, *, inputs: bool) -> Json:
    whole = model.model_json_schema(mode="validation" if inputs else "serialization")
    required = set(whole.get("required", ()))
    return {
        name: _part(name, part, whole.get("$defs", {}), language)
        | ({"minOccurs": int(name in required), "maxOccurs": 1} if inputs else {})
        for name, part in whole.get("properties", {}).items()
    }


def _part(name: str, part: Json, shapes: Json, language: str) -> Json:
    said = {key: part[key] for key in _OURS if key in part}
    schema = _inside({key: value for key, value in part.items() if key not in _OURS}, shapes)
    told: Json = {"title": said.get("title", name)}
    if "description" in said:
        told["description"] = said["description"]
    if language == "nl":
        for key in ("title", "description"):
            if dutch := said.get(f"{key}_nl"):
                told[key] = dutch
    return told | {"schema": schema}


def _inside(schema: Any, shapes: Json) -> Any:
    """A schema with what it refers to in its place; a file is a text of bytes."""
    if isinstance(schema, list):
        return [_inside(one, shapes) for one in schema]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(schema, dict):
        return schema
    given = cast("Json", schema)
    if "$ref" in given:
        name = str(given["$ref"]).rpartition("/")[2]
        if name == StoredFile.__name__:
            return _BYTES
        rest = {key: value for key, value in given.items() if key != "$ref"}
        return _inside(shapes[name], shapes) | rest
    told = {key: _inside(value, shapes) for key, value in given.items()}
    # Several files by name are told by where they are.
    return (
        told | {"additionalProperties": _LINK}
        if told.get("additionalProperties") is _BYTES
        else told
    )
