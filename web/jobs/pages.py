"""``/medewerker/taken`` and ``/medewerker/taak/{id}``: one's own runs, or all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import VISITOR
from geoloket.errors import NotFound
from geoloket.hall import Hall
from geoloket.jobs import Job, JobFilter, JobStatus
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.people import Session
from geoloket.process import Process
from web.jobs.asked import asked
from web.jobs.form import Field, fields, read, suggested
from web.jobs.incoming import offered
from web.jobs.outputs import told
from web.jobs.receiving import received
from web.paths import PATHS, language_of, path, twin
from web.sentences import sentences
from web.signin.door import for_staff
from web.signin.forms import own_form
from web.view import View

_PAGE: Final = 25
_FILES: Final = ("incoming", "incoming-folders")


def router(view: View) -> APIRouter:
    """The pages, in both languages; none where nobody can sign in."""
    pages = APIRouter()
    if view.hall.people is None:
        return pages
    one = _Pages(view)
    for name, show, act in (
        ("jobs", one.listed, None),
        ("job_new", one.form, one.begin),
        ("job", one.shown, one.dismiss),
    ):
        for address in PATHS[name].values():
            for method in ("GET", "HEAD"):
                pages.add_api_route(address, for_staff(show), methods=[method], response_model=None)
            if act:
                pages.add_api_route(address, for_staff(act), methods=["POST"], response_model=None)
    for address in PATHS["job_files"].values():
        pages.add_api_route(address, for_staff(one.receive), methods=["POST"], response_model=None)
    return pages


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view

    @property
    def _hall(self) -> Hall:
        return self._view.hall

    async def listed(self, request: Request, session: Session) -> Response:
        """The newest first, and what can be begun."""
        language = language_of(request)
        status = request.query_params.get("status", "")
        chosen = (JobStatus(status),) if status in set(JobStatus) else None
        text = request.query_params.get("vanaf", "0")
        skip = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
        found = await self._hall.jobs.page(session.who, JobFilter(statuses=chosen), _PAGE + 1, skip)
        processes = self._hall.processes.open_to(session.who).values()
        return await self._view.page(
            request,
            "jobs.html",
            twin=twin("jobs", status=status or None),
            jobs=[
                (one, self._title(one.process, language), self._asked(one, language))
                for one in found[:_PAGE]
            ],
            chosen=status if chosen else "",
            statuses=list(JobStatus),
            later=skip + _PAGE if len(found) > _PAGE else None,
            sooner=max(0, skip - _PAGE) if skip else None,
            processes=[
                (one.id, pick(one.title, language), pick(one.description, language))
                for one in processes
            ],
        )

    async def form(self, request: Request, session: Session) -> Response:
        """The form of one process; what its address names is filled in."""
        process = self._process(request, session)
        filled = suggested(process, language_of(request), request.query_params)
        return await self._form(request, session, process, filled, {})

    async def begin(self, request: Request, session: Session) -> Response:
        """Begin a run with what was filled in."""
        given, process = await own_form(request), self._process(request, session)
        language = language_of(request)
        inputs, faults = read(process, given, language)
        if faults:
            filled = fields(process, language, given)
            return await self._form(request, session, process, filled, faults)
        job = await self._hall.jobs.submit(process, inputs, {"response": "document"}, session.who)
        return RedirectResponse(path("job", language, id=str(job)), 303)

    async def receive(self, request: Request, session: Session) -> Response:
        """Keep files for a run that is begun next: its form comes back with their name."""
        process, language = self._process(request, session), language_of(request)
        filled = fields(process, language)
        goal = next((one for one in filled if one.offers in _FILES), None)
        if goal is None:
            raise NotFound("This process takes no files.")
        settings = self._hall.settings
        incoming, most = settings.home / "incoming", settings.limits.upload_mb * 2**20
        names = await received(request, session, incoming, most)
        if not names:
            say = sentences(language)
            missing = {"files": say("jobs.no_files")}
            return await self._form(request, session, process, filled, missing)
        # A folder for many, and where a process takes folders alone: but for a zip, which is one.
        one_file = len(names) == 1 and (goal.offers == "incoming" or names[0].endswith(".zip"))
        named = {goal.name: names[0] if one_file else names[0].partition("/")[0]}
        return RedirectResponse(path("job_new", language, id=process.id, **named), 303)

    async def shown(self, request: Request, session: Session) -> Response:
        """How a run is doing, and what it left."""
        job = await self._job(request, session)
        jobs, language = self._hall.jobs, language_of(request)
        return await self._view.page(
            request,
            "job.html",
            twin=twin("job", id=str(job.id)),
            job=job,
            heading=self._title(job.process, language),
            asked=self._asked(job, language),
            pieces=await jobs.pieces(job.id, session.who) if job.pieces else None,
            reasons=await jobs.reasons(job.id, session.who) if job.pieces else [],
            log=await jobs.log(job.id, session.who),
            stages=await jobs.stages(job.id, session.who),
            stage_names=sentences(language).table("job_stage"),
            outputs=told(job, self._hall.processes.get(job.process), language),
            detail=(job.problem or {}).get("detail"),
        )

    async def dismiss(self, request: Request, session: Session) -> Response:
        """End it."""
        await own_form(request)
        job = await self._job(request, session)
        await self._hall.jobs.dismiss(job.id, session.who)
        return RedirectResponse(path("job", language_of(request), id=str(job.id)), 303)

    async def _job(self, request: Request, session: Session) -> Job:
        try:
            name = UUID(str(request.path_params["id"]))
        except ValueError:
            raise NotFound("There is no such job.") from None
        return await self._hall.jobs.find(name, session.who)

    def _process(self, request: Request, session: Session) -> Process:
        return self._hall.processes.find(str(request.path_params["id"]), session.who)

    def _layers(self, session: Session, language: str) -> dict[str, list[tuple[str, str]]]:
        """Ids and titles of what an input can name: layers that this person sees, public areas."""
        hall, seen = self._hall, dict[str, list[tuple[str, str]]]()
        for kind, who in (("layers", session.who), ("areas", VISITOR)):
            found = (hall.access.layer(layer, who) for layer in hall.registry.values())
            seen[kind] = sorted(
                ((one.id, pick(one.title, language)) for one in found if one and _fits(kind, one)),
                key=lambda one: one[1],
            )
        return seen

    def _asked(self, job: Job, language: str) -> list[tuple[str, str]]:
        return asked(job, self._hall.processes.get(job.process), language)

    def _title(self, process: str, language: str) -> str:
        known = self._hall.processes.get(process)
        return pick(known.title, language) if known else process

    async def _form(
        self,
        request: Request,
        session: Session,
        process: Process,
        filled: Sequence[Field],
        faults: Mapping[str, str],
    ) -> Response:
        language = language_of(request)
        say = sentences(language)
        settings = self._hall.settings
        takes = next((one for one in filled if one.offers in _FILES), None)
        return await self._view.page(
            request,
            "job_new.html",
            status=400 if faults else 200,
            twin=twin("job_new", id=process.id),
            process=process,
            heading=pick(process.title, language),
            lead=pick(process.description, language),
            fields=filled,
            layers=self._layers(session, language),
            takes=takes,
            incoming=await asyncio.to_thread(offered, settings.home) if takes else [],
            most=f"{settings.limits.upload_mb} MB",
            faults={name: f"{name or say('jobs.form')}: {fault}" for name, fault in faults.items()},
        )


def _fits(kind: str, layer: Layer) -> bool:
    geometry = layer.geometry
    return kind == "layers" or (geometry is not None and geometry.type.endswith("Polygon"))
