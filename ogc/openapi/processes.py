"""Operations on processes and jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ogc.negotiation import HTML, JSON
from ogc.openapi.operation import Json, Operation, reference

_STATUSES: Final = ("accepted", "running", "successful", "failed", "dismissed")
_LINKS: Final[Json] = {"$ref": "#/components/schemas/links"}
_NUMBER: Final[Json] = {"type": "integer", "minimum": 0, "maximum": 999_999_999}

_SUMMARY: Final[Json] = {
    "id": {"type": "string"},
    "version": {"type": "string"},
    "title": {"type": "string"},
    "description": {"type": "string"},
    "jobControlOptions": {
        "type": "array",
        "items": {"type": "string", "enum": ["sync-execute", "async-execute", "dismiss"]},
    },
    "outputTransmission": {
        "type": "array",
        "items": {"type": "string", "enum": ["value", "reference"]},
    },
    "metadata": {
        "type": "array",
        "items": {"type": "object", "properties": {"title": {"type": "string"}}},
    },
    "links": _LINKS,
}
SCHEMAS: Final[Json] = {
    "processSummary": {
        "type": "object",
        "required": ["id", "version", "jobControlOptions", "outputTransmission"],
        "properties": _SUMMARY,
    },
    "process": {
        "type": "object",
        "required": ["id", "version", "inputs", "outputs"],
        "properties": _SUMMARY | {"inputs": {"type": "object"}, "outputs": {"type": "object"}},
    },
    "processList": {
        "type": "object",
        "required": ["processes", "links"],
        "properties": {
            "processes": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/processSummary"},
            },
            "links": _LINKS,
        },
    },
    "statusInfo": {
        "type": "object",
        "required": ["jobID", "status", "type"],
        "properties": {
            "type": {"type": "string", "enum": ["process"]},
            "jobID": {"type": "string"},
            "processID": {"type": "string"},
            "status": {"type": "string", "enum": list(_STATUSES)},
            "message": {"type": "string"},
            "progress": {"type": "integer", "minimum": 0, "maximum": 100},
            "created": {"type": "string", "format": "date-time"},
            "started": {"type": "string", "format": "date-time"},
            "finished": {"type": "string", "format": "date-time"},
            "updated": {"type": "string", "format": "date-time"},
            "links": _LINKS,
        },
    },
    "jobList": {
        "type": "object",
        "required": ["jobs", "links"],
        "properties": {
            "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/statusInfo"}},
            "links": _LINKS,
        },
    },
    "results": {"type": "object"},
    "execute": {
        "type": "object",
        "properties": {
            "inputs": {
                "type": "object",
                "description": "By value: nothing is fetched, and an href is refused.",
            },
            "outputs": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "transmissionMode": {"type": "string", "enum": ["value", "reference"]}
                    },
                },
            },
            "response": {"type": "string", "enum": ["raw", "document"], "default": "raw"},
            "subscriber": {
                "type": "object",
                "properties": {
                    "successUri": {"type": "string", "format": "uri"},
                    "inProgressUri": {"type": "string", "format": "uri"},
                    "failedUri": {"type": "string", "format": "uri"},
                },
            },
        },
    },
}


def _inside(name: str, text: str, names: Iterable[str] = ()) -> Json:
    known = list(names)
    schema: Json = {"type": "string", "enum": known} if known else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


def _asked(name: str, text: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": text,
        "schema": schema,
    }


def _several(*names: str) -> Json:
    item: Json = {"type": "string"} | ({"enum": list(names)} if names else {})
    return {"type": "array", "items": item}


_FILTERS: Final = (
    _asked("processID", "Jobs of any of these processes.", _several()),
    _asked("status", "Jobs in any of these statuses.", _several(*_STATUSES)),
    _asked("type", "Kind of jobs; there is one.", _several("process")),
    _asked("minDuration", "Seconds that they took at least.", _NUMBER),
    _asked("maxDuration", "Seconds that they took at most.", _NUMBER),
    _asked("limit", "How many; at most 1000.", _NUMBER | {"minimum": 1, "default": 10}),
    _asked("offset", "How many to skip.", _NUMBER),
)


def paths(names: Iterable[str]) -> Json:
    """Of processes with these ids."""
    process = _inside("processId", "Id of a process.", names)
    job = _inside("jobId", "Id of a job.")
    output = _inside("outputId", "Name of an output.")
    member = _inside("memberId", "Name of a file, where an output is several.")
    plain = (JSON, HTML)
    found = {
        "/processes": _get("getProcesses", "Processes", plain, "processList"),
        "/processes/{processId}": _get(
            "getProcessDescription", "A process", plain, "process", process
        ),
        "/jobs": Operation(
            tag="processes",
            name="getJobs",
            summary="Jobs of who asks",
            offers=plain,
            schema="jobList",
            parameters=(*_FILTERS, reference("datetime")),
        ).path_item(),
        "/jobs/{jobId}": _get("getStatus", "A job", plain, "statusInfo", job),
        "/jobs/{jobId}/results": _get("getResult", "What it left", plain, "results", job),
        "/jobs/{jobId}/results/{outputId}": _get(
            "getOutput", "An output", (JSON,), None, job, output
        ),
        "/jobs/{jobId}/results/{outputId}/{memberId}": _get(
            "getOutputMember", "A file of an output", (JSON,), None, job, output, member
        ),
    }
    for path in (one for one in found if one.startswith("/jobs/{jobId}/results")):
        responses = found[path]["get"]["responses"]
        responses["200"]["content"]["*/*"] = {"schema": {}}
        responses["204"] = {"description": "The results are where the Link headers say."}
        responses["422"] = _problem("What the job was given could not be used.")
    found["/jobs/{jobId}"]["delete"] = _dismiss(job)
    found["/processes/{processId}/execution"] = {"post": _execute(process)}
    return found


def _get(
    name: str, summary: str, offers: tuple[object, ...], schema: str | None, *given: Json
) -> Json:
    return Operation(
        tag="processes",
        name=name,
        summary=summary,
        offers=tuple(offer for offer in (JSON, HTML) if offer in offers),
        schema=schema,
        parameters=given,
        missing=bool(given),
    ).path_item()


def _problem(text: str) -> Json:
    schema = {"$ref": "#/components/schemas/problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def _faults(*names: str) -> Json:
    known = {
        "400": "InvalidParameter",
        "404": "NotFound",
        "406": "NotAcceptable",
        "414": "AddressTooLong",
        "500": "ServerError",
        "503": "Unavailable",
    }
    found = {status: {"$ref": f"#/components/responses/{name}"} for status, name in known.items()}
    return found | {name: _problem("Not for who asks, or too much.") for name in names}


def _status() -> Json:
    return {"application/json": {"schema": {"$ref": "#/components/schemas/statusInfo"}}}


def _dismiss(job: Json) -> Json:
    done = {"description": "It is dismissed.", "content": _status()}
    return {
        "tags": ["processes"],
        "operationId": "dismiss",
        "summary": "End a job, and forget what it left",
        "parameters": [job, reference("lang")],
        "responses": {"200": done} | _faults("403"),
    }


def _execute(process: Json) -> Json:
    schema = {"$ref": "#/components/schemas/execute"}
    responses: Json = {
        "200": {
            "description": "What it gave, when it was waited for.",
            "content": {"*/*": {"schema": {}}},
        },
        "201": {"description": "A job, at the address of Location.", "content": _status()},
        "204": {"description": "The results are where the Link headers say."},
    }
    return {
        "tags": ["processes"],
        "operationId": "execute",
        "summary": "Run a process",
        "parameters": [process, reference("lang")],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": responses | _faults("403", "413", "422"),
    }
