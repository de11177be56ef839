"""Jobs: the list, one of them, and the end of one that nobody wants any more."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from starlette.responses import Response

from geoloket.errors import InvalidParameter, NotFound
from geoloket.jobs import Job, JobFilter, JobStatus
from ogc import formats
from ogc.links import OGC_REL, Link, link, with_query
from ogc.negotiation import HTML, JSON
from ogc.parameters import interval
from ogc.processes.faults import NoSuchJob, job_id
from ogc.visit import Visit

_PLAIN: Final = (JSON, HTML)
_FILTERS: Final = ("processID", "status", "datetime", "minDuration", "maxDuration", "type")
_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_MOST: Final = 1000

Json = dict[str, Any]


async def jobs(visit: Visit) -> Response:
    """``/jobs``: the newest first, of this person; a visitor has none that are listed."""
    visit.ask(_PLAIN, (*_FILTERS, "limit", "offset"))
    limit = min(_number(visit, "limit", 10, least=1), _MOST)
    offset = _number(visit, "offset", 0)
    found = await visit.service.hall.jobs.page(visit.who, _filter(visit), limit + 1, offset)
    address = f"{visit.base}/jobs"
    links = visit.representations(address)
    if len(found) > limit:
        links.append(_page(visit, address, "next", offset + limit))
    if offset:
        links.append(_page(visit, address, "prev", max(0, offset - limit)))
    document = {"jobs": [status_document(visit, one) for one in found[:limit]], "links": links}
    answer = await visit.answer(document, "jobs.html", visit.texts["jobs"])
    return _fresh(answer)


async def job(visit: Visit) -> Response:
    """``GET`` and ``DELETE /jobs/{id}``."""
    visit.ask(_PLAIN)
    found = await job_of(visit)
    if visit.request.method == "DELETE":
        found = await visit.service.hall.jobs.dismiss(found.id, visit.who)
        body = formats.dumps(status_document(visit, found))
        return _fresh(Response(body, media_type="application/json"))
    document = status_document(visit, found, visit.representations(f"{visit.base}/jobs/{found.id}"))
    return _fresh(await visit.answer(document, "job.html", visit.texts["job"]))


async def job_of(visit: Visit) -> Job:
    """The job that the path names. Raises NoSuchJob, also for one of somebody else."""
    try:
        return await visit.service.hall.jobs.find(job_id(visit), visit.who)
    except NotFound:
        raise NoSuchJob("There is no such job, or not for you.") from None


def status_document(visit: Visit, one: Job, own: list[Link] | None = None) -> Json:
    """The status info of a job (OGC 18-062r2 §7.12)."""
    address = f"{visit.base}/jobs/{one.id}"
    links = own or [link(address, "self", JSON.media_type, visit.texts["job"])]
    if one.status is JobStatus.SUCCESSFUL:
        rel, title = f"{OGC_REL}/results", visit.texts["results"]
        links = [*links, link(f"{address}/results?f=json", rel, JSON.media_type, title)]
    elif one.status is JobStatus.FAILED:
        rel = f"{OGC_REL}/exceptions"
        links = [
            *links,
            link(f"{address}/results", rel, "application/problem+json", visit.texts["results"]),
        ]
    facts: Json = {
        "type": "process",
        "jobID": str(one.id),
        "processID": one.process,
        "status": str(one.status),
        "message": one.message or (one.problem or {}).get("detail"),
        "progress": one.progress,
        "created": _moment(one.made_at),
        "started": _moment(one.started_at),
        "finished": _moment(one.finished_at),
        "updated": _moment(one.updated_at),
    }
    return {name: fact for name, fact in facts.items() if fact is not None} | {"links": links}


def _moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if value else None


def _filter(visit: Visit) -> JobFilter:
    given = visit.given
    begin, end = interval(given["datetime"]) if "datetime" in given else (None, None)
    kinds = set(given.get("type", "process").split(","))
    return JobFilter(
        processes=tuple(given["processID"].split(",")) if "processID" in given else None,
        statuses=() if "process" not in kinds else _statuses(given.get("status")),
        since=begin,
        until=end,
        shortest_s=_duration(visit, "minDuration"),
        longest_s=_duration(visit, "maxDuration"),
    )


def _statuses(text: str | None) -> tuple[JobStatus, ...] | None:
    if text is None:
        return None
    try:
        return tuple(JobStatus(word) for word in text.split(","))
    except ValueError:
        known = ", ".join(JobStatus)
        raise InvalidParameter(f"status: any of {known}", parameter="status") from None


def _duration(visit: Visit, name: str) -> float | None:
    return float(_number(visit, name, 0)) if name in visit.given else None


def _number(visit: Visit, name: str, otherwise: int, least: int = 0) -> int:
    text = visit.given.get(name)
    if text is None:
        return otherwise
    if not _SECONDS.fullmatch(text) or int(text) < least:
        raise InvalidParameter(f"{name}: a whole number from {least}", parameter=name)
    return int(text)


def _page(visit: Visit, address: str, rel: str, offset: int) -> Link:
    given = visit.kept | {"offset": str(offset), "f": visit.chosen.name}
    return link(with_query(address, given), rel, visit.chosen.media_type, visit.texts[rel])


def _fresh(answer: Response) -> Response:
    answer.headers["cache-control"] = "no-store"
    return answer
