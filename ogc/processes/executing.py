"""Running a process: what a request asks for, checked, and answered at once or with a job."""

from __future__ import annotations

import asyncio
import json
import re
from time import monotonic
from typing import Any, Final, Literal, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from starlette.responses import Response

from geoloket.errors import BadRequest, InvalidParameter
from geoloket.jobs import Job
from geoloket.process import Process, subscriber_fault
from ogc import formats, negotiation
from ogc.processes.faults import process_of, unusable
from ogc.processes.jobs import status_document
from ogc.processes.results import results_response
from ogc.visit import Visit

_MOST: Final = 1024 * 1024
_QUALIFIED: Final = frozenset({"value", "mediaType", "encoding", "schema", "format"})
_WAIT: Final = re.compile(r"\bwait=(\d{1,6})\b")


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class OutputWish(_Lenient):
    """How one output is to be given."""

    transmissionMode: Literal["value", "reference"] = "value"


class Subscriber(_Lenient):
    """Who is told how the job goes."""

    successUri: str | None = None
    inProgressUri: str | None = None
    failedUri: str | None = None


class ExecuteRequest(_Lenient):
    """The body of a request to run a process (OGC 18-062r2 §7.11.2)."""

    inputs: dict[str, JsonValue] = {}
    outputs: dict[str, OutputWish] | None = None
    response: Literal["raw", "document"] = "raw"
    subscriber: Subscriber | None = None


async def execution(visit: Visit) -> Response:
    """``POST /processes/{id}/execution``."""
    visit.given = negotiation.parameters(visit.request)
    process = process_of(visit)
    asked = await _request(visit)
    values = inputs_of(process, asked.inputs)
    job = await visit.service.hall.jobs.submit(
        process, values, _wish(visit, process, asked), visit.who
    )
    found = await visit.service.hall.jobs.find(job, visit.who)
    header = visit.request.headers.get("prefer", "").lower()
    patience = _patience(visit, process, header)
    if patience > 0:
        found = await _awaited(visit, job, patience) or found
        if found.status.ended:
            answer = await results_response(visit, process, found)
            return _told(answer, visit, found, "wait" in header)
    body = formats.dumps(status_document(visit, found))
    answer = Response(body, 201, media_type="application/json")
    answer.headers["location"] = f"{visit.base}/jobs/{job}"
    return _told(answer, visit, found, "respond-async" in header, "respond-async")


def inputs_of(process: Process, given: dict[str, Any]) -> dict[str, Any]:
    """The inputs as they are kept: every one of them known and usable. Raises InvalidParameter."""
    known = process.inputs.model_fields
    names = {field.alias or name for name, field in known.items()}
    if unknown := sorted(set(given) - names):
        raise InvalidParameter(
            f"inputs.{unknown[0][:50]}: there is no such input; there are {', '.join(names)}"
        )
    try:
        checked = process.inputs.model_validate(
            {name: _plain(name, value) for name, value in given.items()}
        )
    except ValidationError as error:
        raise unusable(error, "inputs") from None
    made = checked.model_dump(mode="json", by_alias=True)
    if "\\u0000" in json.dumps(made):
        raise InvalidParameter("inputs: a text holds a NUL character, which nothing here can keep")
    return made


def _plain(name: str, value: Any) -> Any:
    """A value that was given as such, or with what is said of it (§7.11.2.2)."""
    if isinstance(value, list):
        return [_plain(name, one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(value, dict):
        return value
    given = cast("dict[str, Any]", value)
    if "href" in given and "value" not in given:
        raise InvalidParameter(
            f"inputs.{name}: give the value; this service fetches nothing (href)"
        )
    return given["value"] if "value" in given and given.keys() <= _QUALIFIED else given


async def _request(visit: Visit) -> ExecuteRequest:
    body = b""
    async for chunk in visit.request.stream():
        body += chunk
        if len(body) > _MOST:
            raise BadRequest(f"At most {_MOST // 1024} kB of inputs are read.")
    try:
        return ExecuteRequest.model_validate_json(body or b"{}")
    except ValidationError as error:
        if any(fault["type"] == "json_invalid" for fault in error.errors()):
            raise BadRequest("The body is not JSON.") from None
        raise unusable(error, "body") from None


def _wish(visit: Visit, process: Process, asked: ExecuteRequest) -> dict[str, Any]:
    wish: dict[str, Any] = {"response": asked.response}
    if asked.outputs:
        if unknown := sorted(set(asked.outputs) - set(process.outputs.model_fields)):
            raise InvalidParameter(f"outputs.{unknown[0][:50]}: there is no such output")
        wish["outputs"] = {name: one.transmissionMode for name, one in asked.outputs.items()}
    if asked.subscriber:
        told = asked.subscriber.model_dump(exclude_none=True)
        hosts = visit.service.hall.settings.jobs.call_hosts
        for name, address in told.items():
            if fault := subscriber_fault(address, hosts):
                raise InvalidParameter(f"subscriber.{name}: {fault}")
        wish["subscriber"] = told
    return wish


def _patience(visit: Visit, process: Process, header: str) -> float:
    """Seconds to wait for the answer: as the process allows and the client prefers (§7.11.1)."""
    most = visit.service.hall.settings.jobs.sync_wait_s
    if not process.sync:
        return 0
    wait = _WAIT.search(header)
    if "respond-async" in header and not wait:
        return 0
    return min(most, float(wait[1])) if wait else most


async def _awaited(visit: Visit, job: UUID, seconds: float) -> Job | None:
    """The job once it has ended, or as it is when the time is up."""
    until, pause = monotonic() + seconds, 0.05
    found: Job | None = None
    while monotonic() < until:
        await asyncio.sleep(min(pause, max(0.01, until - monotonic())))
        found = await visit.service.hall.jobs.find(job, visit.who)
        if found.status.ended:
            break
        pause = min(0.5, pause * 1.3)
    return found


def _told(
    answer: Response, visit: Visit, job: Job, applied: bool, preference: str = "wait"
) -> Response:
    """Where the job is to be followed, and which wish was heard (RFC 7240)."""
    answer.headers.append("link", f'<{visit.base}/jobs/{job.id}>; rel="monitor"')
    if applied:
        answer.headers["preference-applied"] = preference
    answer.headers["cache-control"] = "no-store"
    return answer
