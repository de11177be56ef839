"""The exceptions that OGC 18-062r2 names, and how what is wrong with inputs is told."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from pydantic import ValidationError

from geoloket.errors import InvalidParameter, NotFound
from geoloket.process import Process
from ogc.visit import Visit

_TYPES: Final = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"


class NoSuchProcess(NotFound):
    """There is no process of that id, or not for this person."""

    type = f"{_TYPES}/no-such-process"


class NoSuchJob(NotFound):
    """There is no job of that id, or not for this person."""

    type = f"{_TYPES}/no-such-job"


class ResultNotReady(NotFound):
    """The job has not ended yet."""

    type = f"{_TYPES}/result-not-ready"


class ResultGone(NotFound):
    """The job was dismissed, and what it left with it."""


def process_of(visit: Visit) -> Process:
    """The process that the path names. Raises NoSuchProcess."""
    name = str(visit.request.path_params["process"])
    try:
        return visit.service.hall.processes.find(name, visit.who)
    except NotFound:
        raise NoSuchProcess("There is no such process, or not for you.") from None


def job_id(visit: Visit) -> UUID:
    """The id of a job in the path. Raises NoSuchJob."""
    try:
        return UUID(str(visit.request.path_params["job"]))
    except ValueError:
        raise NoSuchJob("There is no such job, or not for you.") from None


def unusable(error: ValidationError, place: str) -> InvalidParameter:
    """What is wrong with a part of a request, one fault after another; no value is repeated."""
    faults = [
        f"{'.'.join([place, *map(str, fault['loc'])])}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return InvalidParameter("; ".join(faults)[:1000])
