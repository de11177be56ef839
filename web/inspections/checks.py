"""Residence checks: the list by district with its map, and one check with its visits."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Principal
from geoloket.errors import Problem
from geoloket.inspections import InspectionDesk, InspectionTerms, ResidenceCheck, Slot, Visit
from geoloket.inspections.desk import CHECKS
from geoloket.inspections.residence import OPEN
from geoloket.inspections.route import ordered
from web import words as dates
from web.inspections import filters, forms, words
from web.inspections.forms import Sent
from web.inspections.listing import map_of
from web.inspections.page import undo
from web.inspections.plan import draw, start_of
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.signin.door import NOT_KEPT
from web.signin.forms import own_form
from web.signin.task import for_task, task_of
from web.view import View

_SHOWN: Final = 40
_ASKS: Final = {"assigned": ("district",), "closed": ()}
"""What a step asks for; all others are a visit, which was at a moment."""


def router(view: View) -> APIRouter:
    """``/medewerker/woonstcontroles`` and ``/medewerker/woonstcontrole/{id}``."""
    pages, desk = APIRouter(), InspectionDesk(view.hall.database, view.hall.features)

    async def listed(request: Request, who: Principal) -> Response:
        say = sentences(language_of(request))
        districts = await desk.districts(who)
        chosen, wanted = filters.checks(request.query_params, districts, say)
        begin = filters.offset(request.query_params)
        found = await desk.checks(wanted, who, limit=_SHOWN, offset=begin)
        rows = await _in_order(view, found.rows)
        lines = [_line(row, n, say) for n, row in enumerate(rows, begin + 1)]
        parts = [
            {"district": district, "lines": list(of)}
            for district, of in groupby(lines, key=lambda line: line["district"])
        ]
        further = begin + _SHOWN < found.total
        return await view.page(
            request,
            "residence_checks.html",
            status=400 if chosen.faults else 200,
            twin=chosen.twin,
            chosen=chosen,
            task=task_of(view, request, CHECKS, say),
            statuses=_statuses(say),
            districts=districts,
            slots=[(str(slot), say(f"slot.{slot}")) for slot in Slot],
            total=found.total,
            parts=parts,
            drawing=await draw(view, lines, say),
            next_href=chosen.href(say, vanaf=str(begin + _SHOWN)) if further else None,
            first_href=chosen.href(say) if begin else None,
        )

    async def shown(request: Request, who: Principal) -> Response:
        return await _page(view, desk, request, who, Sent())

    async def sent(request: Request, who: Principal) -> Response:
        fields = await own_form(request)
        say, id = sentences(language_of(request)), request.path_params["id"]
        layer = view.hall.features.layer(CHECKS, who)
        check = ResidenceCheck.of(await desk.check(id, who))
        try:
            if fields.get("step") == "undo":
                await undo(view, fields, who)
            else:
                now = datetime.now(dates.BRUSSELS)
                values = check.change(fields.get("step", ""), fields, now)
                given = {"properties": {n: forms.plain(one) for n, one in values.items()}}
                reason, version = forms.reason_of(fields), fields.get("version")
                await view.hall.edits.update(layer, id, given, who, match=version, reason=reason)
        except Problem as problem:
            return await _page(view, desk, request, who, forms.refused(problem, fields, say))
        there = path("residence_check", say.language, id=id) + "#geschiedenis"
        return RedirectResponse(there, 303, headers=NOT_KEPT)

    for name, show, methods in (
        ("residence_checks", listed, ["GET", "HEAD"]),
        ("residence_check", shown, ["GET", "HEAD"]),
        ("residence_check", sent, ["POST"]),
    ):
        for address in PATHS[name].values():
            pages.add_api_route(
                address, for_task(view, CHECKS, show), methods=methods, response_model=None
            )
    return pages


async def _in_order(view: View, rows: list[DictRow]) -> list[DictRow]:
    """District by district, each as a round that saves kilometres."""
    start = await start_of(view)
    found: list[DictRow] = []
    for _, of in groupby(rows, key=lambda row: row["district"]):
        here = list(of)
        placed = [row for row in here if row["x"] is not None]
        begin = start or ((placed[0]["x"], placed[0]["y"]) if placed else (0.0, 0.0))
        found += ordered(placed, begin, lambda row: (row["x"], row["y"]))
        found += [row for row in here if row["x"] is None]
    return found


def _statuses(say: Sentences) -> list[tuple[str, str]]:
    shown = [
        (str(one), words.status(str(one), say)) for one in filters.CHECK_STATUSES if one != "open"
    ]
    return [
        ("open", say("inspections.status_open")),
        (filters.ALL, say("inspections.status_all")),
        *shown,
    ]


def _line(row: DictRow, number: int, say: Sentences) -> dict[str, Any]:
    check = ResidenceCheck.of(row)
    due = check.due(InspectionTerms.built_in()) if check.status in OPEN else None
    return {
        "number": number,
        "href": path("residence_check", say.language, id=row["id"]),
        "address": row["address"] or say("inspections.no_address"),
        "district": row["district"],
        "group": words.group(row["status"]),
        "status": words.status(row["status"], say),
        "meta": _meta(row, check, say),
        "planned": None,
        "due": due.result if due else None,
        "late": due is not None and due.result < dates.today(),
        "map": map_of(row, say),
        "x": row["x"],
        "y": row["y"],
        "lat": row["lat"],
    }


def _meta(row: DictRow, check: ResidenceCheck, say: Sentences) -> str:
    parts = [say("inspections.case", case=row["case_number"] or row["id"])]
    if check.slots:
        slots = words.value("preferred_slots", row["preferred_slots"], say)
        parts.append(say("inspections.at_home", slots=slots))
    if check.visits:
        parts.append(say.count("inspections.visits_done", len(check.visits)))
    return " ".join(parts)


async def _page(
    view: View, desk: InspectionDesk, request: Request, who: Principal, sent: Sent
) -> Response:
    id: str = request.path_params["id"]
    say, today = sentences(language_of(request)), dates.today()
    layer = view.hall.features.layer(CHECKS, who)
    version = await view.hall.edits.version(layer, id, who)
    row = await desk.check(id, who)
    check = ResidenceCheck.of(row)
    entries = await view.hall.edits.history(layer, id, who)
    due = check.due(InspectionTerms.built_in()) if check.status in OPEN else None
    now = f"{datetime.now(dates.BRUSSELS):%Y-%m-%dT%H:%M}"
    defaults = {"district": row["district"] or "", "at": now}
    steps = [
        forms.form(str(one), _ASKS.get(str(one), ("at",)), layer, defaults, say)
        for one in check.next_steps()
    ]
    return await view.page(
        request,
        "residence_check.html",
        status=sent.status,
        twin=twin("residence_check", id=id),
        task=task_of(view, request, CHECKS, say),
        id=id,
        case=row["case_number"] or id,
        title=row["address"] or row["case_number"] or id,
        group=words.group(row["status"]),
        stands=words.status(row["status"], say),
        facts=words.facts(
            layer,
            row,
            ("declared_on", "preferred_slots", "district", "result", "decided_on"),
            say,
        ),
        visits=[_visit(one, say) for one in check.visits],
        reckonings=words.reckoned([due] if due else [], today, say),
        forms=steps,
        sent=sent,
        version=version,
        history=words.history(layer, entries, say),
        drawing=await draw(view, [{**row, "number": ""}], say),
        map_href=map_of(row, say),
    )


def _visit(visit: Visit, say: Sentences) -> dict[str, str]:
    moment = visit.at.replace(tzinfo=dates.BRUSSELS)
    return {
        "when": f"{dates.day(moment, say.language)}, {dates.clock(moment, say.language)}",
        "outcome": say(f"visit_outcome.{visit.outcome}"),
    }
