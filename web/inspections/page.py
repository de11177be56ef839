"""One inspection: what is known, the verdict by the rule, the days, the next steps, the history."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Principal
from geoloket.errors import InvalidParameter, Problem
from geoloket.inspections import (
    InspectionCase,
    InspectionDesk,
    InspectionTerms,
    Step,
    change,
    next_steps,
)
from geoloket.inspections.desk import INSPECTIONS
from geoloket.layer import Layer
from web import words as dates
from web.inspections import forms, words
from web.inspections.forms import Sent
from web.inspections.listing import map_of
from web.inspections.plan import draw
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.signin.door import NOT_KEPT
from web.signin.forms import own_form
from web.signin.task import for_task, task_of
from web.view import View

_WHERE: Final = ("address", "building_unit", "neighbourhood", "inspector")
_WHEN: Final = (
    "requested_on",
    "planned_on",
    "planned_slot",
    "inspected_on",
    "heard_on",
    "decided_on",
    "appealed_on",
    "ruled_on",
    "lifted_on",
)
_FOUND: Final = ("scheme", "points", "defects_1", "defects_2", "defects_3", "outcome", "remarks")


def router(view: View) -> APIRouter:
    """``/medewerker/inspectie/{id}``."""
    pages, desk = APIRouter(), InspectionDesk(view.hall.database, view.hall.features)

    async def shown(request: Request, who: Principal) -> Response:
        return await _page(view, desk, request, who, Sent())

    async def sent(request: Request, who: Principal) -> Response:
        fields = await own_form(request)
        say, id = sentences(language_of(request)), request.path_params["id"]
        layer = view.hall.features.layer(INSPECTIONS, who)
        case = InspectionCase.of(await desk.inspection(id, who))
        try:
            if fields.get("step") == "undo":
                await undo(view, fields, who)
            else:
                by_law = view.hall.settings.inspections.certificate_years
                values = change(case, fields.get("step", ""), fields, dates.today(), by_law)
                given = {"properties": {name: forms.plain(one) for name, one in values.items()}}
                reason, version = forms.reason_of(fields), fields.get("version")
                await view.hall.edits.update(layer, id, given, who, match=version, reason=reason)
        except Problem as problem:
            return await _page(view, desk, request, who, forms.refused(problem, fields, say))
        there = path("inspection", say.language, id=id) + "#geschiedenis"
        return RedirectResponse(there, 303, headers=NOT_KEPT)

    for address in PATHS["inspection"].values():
        for show, methods in ((shown, ["GET", "HEAD"]), (sent, ["POST"])):
            pages.add_api_route(
                address, for_task(view, INSPECTIONS, show), methods=methods, response_model=None
            )
    return pages


async def undo(view: View, fields: dict[str, str], who: Principal) -> None:
    """Undo the change that a form names. Raises what ``EditDesk.undo`` does."""
    number = fields.get("change", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise InvalidParameter("change: which one?", parameter="change")
    await view.hall.edits.undo(int(number), who, reason=forms.reason_of(fields))


async def _page(
    view: View, desk: InspectionDesk, request: Request, who: Principal, sent: Sent
) -> Response:
    id: str = request.path_params["id"]
    say, today = sentences(language_of(request)), dates.today()
    layer = view.hall.features.layer(INSPECTIONS, who)
    # The version first: of what is read after it nothing can be older.
    version = await view.hall.edits.version(layer, id, who)
    row = await desk.inspection(id, who)
    case = InspectionCase.of(row)
    entries = await view.hall.edits.history(layer, id, who)
    place = {**row, "number": ""}
    return await view.page(
        request,
        "inspection.html",
        status=sent.status,
        twin=twin("inspection", id=id),
        task=task_of(view, request, INSPECTIONS, say),
        id=id,
        case=row["case_number"] or id,
        title=row["address"] or row["case_number"] or id,
        group=words.group(row["status"]),
        stands=words.status(row["status"], say),
        facts=words.facts(layer, row, _WHERE, say),
        days=words.facts(layer, row, _WHEN, say),
        found=words.facts(layer, row, _FOUND, say),
        verdict=_verdict(case, say),
        reckonings=words.reckoned(case.reckonings(InspectionTerms.built_in()), today, say),
        certificate=_certificate(view, row, case, today, say),
        forms=[_form(one, layer, row, today, say) for one in next_steps(case)],
        sent=sent,
        version=version,
        history=words.history(layer, entries, say),
        drawing=await draw(view, [place], say) if row["x"] is not None else None,
        map_href=map_of(row, say),
    )


def _verdict(case: InspectionCase, say: Sentences) -> dict[str, str] | None:
    """What the rule says of these defects, with the part of it that decided."""
    found = case.verdict
    if found is None or case.defects is None:
        return None
    counts = case.defects
    return {
        "outcome": words.status(str(found.outcome), say),
        "why": say(
            f"inspection_rule.{found.reason}",
            first=counts.first,
            second=counts.second,
            third=counts.third,
        ),
    }


def _certificate(
    view: View, row: DictRow, case: InspectionCase, today: date, say: Sentences
) -> dict[str, Any] | None:
    found = case.certificate(view.hall.settings.inspections.certificate_years)
    if found is None:
        return None
    kept: date = row["certificate_valid_until"] or found.valid_until
    until = min(kept, found.valid_until)
    valid = found.is_valid(today) and today <= until
    return {
        "valid": valid,
        "word": say("inspections.certificate_valid" if valid else "inspections.certificate_over"),
        "until": dates.day(until, say.language),
        "how": say(
            "inspections.certificate_how",
            day=dates.day(found.issued_on, say.language),
            years=say.count("inspection_unit.years", found.years),
            until=dates.day(found.runs_until, say.language),
        ),
        "lapse": say(
            "inspections.certificate_lapsed",
            day=dates.day(found.lapsed_on, say.language),
            why=words.value("certificate_lapse", row["certificate_lapse"], say),
        )
        if found.lapsed_on
        else None,
    }


def _form(step: Step, layer: Layer, row: DictRow, today: date, say: Sentences) -> dict[str, Any]:
    days = {name: today.isoformat() for name in step.asks if name.endswith("_on")}
    defaults = days | {"inspector": row["inspector"] or "", "planned_slot": "morning"}
    return forms.form(step.name, step.asks, layer, defaults, say)
