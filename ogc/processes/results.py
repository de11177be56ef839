"""What a job left: as a document or raw, by value or by reference (OGC 18-062r2 §7.11.4, §7.13)."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import quote

from starlette.responses import FileResponse, Response

from geoloket.errors import Forbidden, InvalidParameter, NotFound, Problem
from geoloket.jobs import Job, JobStatus
from geoloket.process import Process
from ogc import formats, negotiation
from ogc.negotiation import HTML, JSON
from ogc.processes.faults import NoSuchProcess, ResultGone, ResultNotReady
from ogc.processes.jobs import job_of
from ogc.visit import Visit

_MOST_BY_VALUE: Final = 10 * 2**20
"""Bytes of a file that still comes inside a document."""
_SHOWN: Final = {"image/jpeg", "image/png", "image/webp"}
"""Looked at rather than saved, and without any script in it."""

Json = dict[str, Any]


async def results(visit: Visit) -> Response:
    """``/jobs/{id}/results``: in the way that the job was asked for; ``f=`` says otherwise."""
    accepted = visit.request.headers.get("accept", "")
    said = bool(visit.request.query_params) or "text/html" in accepted
    if said:
        visit.ask((JSON, HTML))
    job = await job_of(visit)
    process = visit.service.hall.processes.get(job.process)
    if process is None:
        raise NoSuchProcess("The process of this job is not there any more.")
    if said:
        _insist(job)
        document = await _document(visit, process, job)
        page = {"results": document, "job": job}
        if visit.chosen == HTML:
            return _kept(await visit.page("results.html", visit.texts["results"], **page))
        return _kept(Response(formats.dumps(document), headers=visit.headers()))
    return _kept(await results_response(visit, process, job))


async def result(visit: Visit) -> Response:
    """``/jobs/{id}/results/{output}``: one output by itself."""
    visit.given = negotiation.parameters(visit.request)
    job = await job_of(visit)
    _insist(job)
    name = str(visit.request.path_params["output"])
    outputs = job.outputs or {}
    if name not in outputs:
        raise NotFound("There is no such output.")
    return _kept(await _raw(visit, job, name, outputs[name]))


async def member(visit: Visit) -> Response:
    """``/jobs/{id}/results/{output}/{member}``: one file of an output that is several."""
    visit.given = negotiation.parameters(visit.request)
    job = await job_of(visit)
    _insist(job)
    name, which = (str(visit.request.path_params[one]) for one in ("output", "member"))
    files = _files(job, (job.outputs or {}).get(name))
    if which not in files:
        raise NotFound("There is no such file in this output.")
    return _kept(_sent(visit, *files[which]))


async def results_response(visit: Visit, process: Process, job: Job) -> Response:
    """As the one who asked for the job wished. Raises what went wrong with it."""
    _insist(job)
    if job.wish.get("response") == "document":
        document = await _document(visit, process, job)
        return Response(formats.dumps(document), media_type="application/json")
    wanted = _wanted(process, job)
    referred = [name for name, mode in wanted.items() if mode == "reference"]
    values = [name for name in wanted if name not in referred]
    if len(values) == 1 and not referred:
        return await _raw(visit, job, values[0], (job.outputs or {}).get(values[0]))
    answer = Response(status_code=204) if not values else await _parts(visit, job, values)
    for name in referred:
        answer.headers.append("link", f'<{_address(visit, job, name)}>; rel="item"; title="{name}"')
    return answer


def _insist(job: Job) -> None:
    """Raises what there is to say when there are no results."""
    if job.status is JobStatus.DISMISSED:
        raise ResultGone("The job was dismissed; it left nothing.")
    if job.status is JobStatus.FAILED:
        raise _failure(job)
    if job.withheld:
        raise Forbidden("What this job left is for who asked for it.")
    if job.status is not JobStatus.SUCCESSFUL:
        raise ResultNotReady("The job has not ended yet.")


def _failure(job: Job) -> Problem:
    told = job.problem or {}
    problem = Problem(str(told.get("detail") or "The job failed."))
    problem.type = str(told.get("type", problem.type))  # pyright: ignore[reportAttributeAccessIssue]
    status = told.get("status")
    problem.status = status if isinstance(status, int) else 500  # pyright: ignore[reportAttributeAccessIssue]
    problem.title = {"nl": "De taak is mislukt", "en": "The job failed"}  # pyright: ignore[reportAttributeAccessIssue]
    return problem


def _wanted(process: Process, job: Job) -> dict[str, str]:
    """Outputs by name, and whether by value or by reference: all, where nothing was said."""
    given: Mapping[str, str] | None = job.wish.get("outputs")
    if given:
        return dict(given)
    present = job.outputs or {}
    return {name: "value" for name in process.outputs.model_fields if name in present}


async def _document(visit: Visit, process: Process, job: Job) -> Json:
    given: Mapping[str, str] = job.wish.get("outputs") or {}
    found: Json = {}
    for name in _wanted(process, job):
        value = (job.outputs or {}).get(name)
        file = _file(job, value)
        if given.get(name) == "reference" or (file and name not in given):
            kind = file[1] if file else "application/json"
            found[name] = {"href": _address(visit, job, name), "type": kind}
        elif file:
            found[name] = await _by_value(visit, job, name, *file)
        else:
            found[name] = _told(visit, job, name, value)
    return found


def _told(visit: Visit, job: Job, name: str, value: Any) -> Any:
    """A value as it is; of several files, where each of them is."""
    files = _files(job, value)
    if not files:
        return value
    start = _address(visit, job, name)
    return {
        which: {"href": f"{start}/{quote(which, safe='')}", "type": kind}
        for which, (_, kind) in files.items()
    }


async def _by_value(visit: Visit, job: Job, name: str, key: str, kind: str) -> Json:
    path = visit.service.hall.storage.path(key)
    if path.stat().st_size > _MOST_BY_VALUE:
        raise InvalidParameter(f"outputs.{name}: too large to be given by value; ask a reference")
    content = await asyncio.to_thread(path.read_bytes)
    return {"value": b64encode(content).decode(), "mediaType": kind, "encoding": "base64"}


async def _raw(visit: Visit, job: Job, name: str, value: Any) -> Response:
    if file := _file(job, value):
        return _sent(visit, *file)
    if isinstance(value, str):
        return Response(value, media_type="text/plain; charset=utf-8")
    told = _told(visit, job, name, value)
    return Response(formats.dumps(told), media_type="application/json")


def _sent(visit: Visit, key: str, kind: str) -> Response:
    path = visit.service.hall.storage.path(key)
    # Never in our own name: what a process made of a delivery is not a page of ours.
    headers = {"content-security-policy": "sandbox allow-scripts"} if "html" in kind else {}
    shown = "html" in kind or kind in _SHOWN
    return FileResponse(
        path, media_type=kind, filename=None if shown else path.name, headers=headers
    )


async def _parts(visit: Visit, job: Job, names: list[str]) -> Response:
    """Several at once, one part each (RFC 2387)."""
    mark = secrets.token_hex(16)
    body = b""
    for name in names:
        value = (job.outputs or {}).get(name)
        if file := _file(job, value):
            kind, content = file[1], await asyncio.to_thread(_read, visit, file[0])
        elif isinstance(value, str):
            kind, content = "text/plain; charset=utf-8", value.encode()
        else:
            told = _told(visit, job, name, value)
            kind, content = "application/json", formats.dumps(told)
        head = f"--{mark}\r\nContent-Type: {kind}\r\nContent-ID: {name}\r\n\r\n"
        body += head.encode() + content + b"\r\n"
    return Response(
        body + f"--{mark}--\r\n".encode(), media_type=f"multipart/related; boundary={mark}"
    )


def _read(visit: Visit, key: str) -> bytes:
    return visit.service.hall.storage.path(key).read_bytes()


def _file(job: Job, value: Any) -> tuple[str, str] | None:
    """Key and type of an output that is a file; of this job alone, whatever an output says."""
    if not isinstance(value, dict):
        return None
    given = cast("Json", value)
    if given.keys() != {"key", "media_type"} or not str(given["key"]).startswith(f"jobs/{job.id}/"):
        return None
    return str(given["key"]), str(given["media_type"])


def _files(job: Job, value: Any) -> dict[str, tuple[str, str]]:
    """Key and type of each file of an output that is nothing but files by name; else none."""
    if not isinstance(value, dict):
        return {}
    given = cast("Json", value)
    found = {name: file for name, one in given.items() if (file := _file(job, one))}
    return found if len(found) == len(given) else {}


def _address(visit: Visit, job: Job, name: str) -> str:
    return f"{visit.base}/jobs/{job.id}/results/{name}"


def _kept(answer: Response) -> Response:
    answer.headers["cache-control"] = "private, no-store"
    return answer
