"""Inspections: the list with its map by one filter, and the round of today, to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import Response

from geoloket.access import Principal
from geoloket.inspections import InspectionDesk, Slot, Wanted
from geoloket.inspections.desk import INSPECTIONS
from geoloket.inspections.route import Point, in_parts
from web import words as dates
from web.inspections import filters, words
from web.inspections.plan import draw, start_of
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.signin.task import for_task, task_of
from web.view import View

SHOWN: Final = 25
_MOST_OF_A_DAY: Final = 60
"""Visits of a day that are put in order; more are no day's work of a town."""


def router(view: View) -> APIRouter:
    """``/medewerker/inspecties`` and ``/medewerker/inspecties/vandaag``."""
    pages, desk = APIRouter(), InspectionDesk(view.hall.database, view.hall.features)

    async def listed(request: Request, who: Principal) -> Response:
        say = sentences(language_of(request))
        choices = await desk.choices(who)
        chosen, wanted = filters.inspections(request.query_params, choices, say)
        begin = filters.offset(request.query_params)
        found = await desk.inspections(wanted, who, limit=SHOWN, offset=begin)
        lines = [_line(row, n, say) for n, row in enumerate(found.rows, begin + 1)]
        further = begin + SHOWN < found.total
        return await view.page(
            request,
            "inspections.html",
            status=400 if chosen.faults else 200,
            twin=chosen.twin,
            chosen=chosen,
            task=task_of(view, request, INSPECTIONS, say),
            statuses=_statuses(filters.STATUSES, say),
            choices=choices,
            total=found.total,
            lines=lines,
            drawing=await draw(view, lines, say),
            next_href=chosen.href(say, vanaf=str(begin + SHOWN)) if further else None,
            first_href=chosen.href(say) if begin else None,
        )

    async def today(request: Request, who: Principal) -> Response:
        say, day = sentences(language_of(request)), dates.today()
        inspector = request.query_params.get("controleur") or None
        choices = await desk.choices(who)
        if inspector not in choices["inspector"]:
            inspector = None
        wanted = Wanted(inspector=inspector, planned_on=day)
        found = await desk.inspections(wanted, who, limit=_MOST_OF_A_DAY)
        start = await start_of(view)
        parts = _round(found.rows, start, say)
        stops = [stop for part in parts for stop in part["stops"]]
        return await view.page(
            request,
            "inspections_today.html",
            twin=twin("inspections_today", controleur=inspector),
            task=task_of(view, request, INSPECTIONS, say),
            day_of=day,
            inspector=inspector,
            inspectors=choices["inspector"],
            parts=parts,
            total=len(stops),
            drawing=await draw(view, stops, say, start),
        )

    for name, show in (("inspections", listed), ("inspections_today", today)):
        for address in PATHS[name].values():
            pages.add_api_route(
                address,
                for_task(view, INSPECTIONS, show),
                methods=["GET", "HEAD"],
                response_model=None,
            )
    return pages


def _statuses(known: tuple[str, ...], say: Sentences) -> list[tuple[str, str]]:
    shown = [(str(one), words.status(str(one), say)) for one in known if one != "open"]
    return [
        ("open", say("inspections.status_open")),
        (filters.ALL, say("inspections.status_all")),
        *shown,
    ]


def _line(row: DictRow, number: int, say: Sentences) -> dict[str, Any]:
    due: date | None = row["due"]
    planned = row["planned_on"] if row["status"] == "scheduled" else None
    return {
        "number": number,
        "href": path("inspection", say.language, id=row["id"]),
        "address": row["address"] or say("inspections.no_address"),
        "group": words.group(row["status"]),
        "status": words.status(row["status"], say),
        "meta": _meta(row, say),
        "due": due,
        "late": due is not None and due < dates.today(),
        "planned": say(
            "inspections.planned",
            day=dates.day(planned, say.language),
            slot=words.value("planned_slot", row["planned_slot"], say),
        )
        if planned
        else None,
        "map": map_of(row, say),
        "x": row["x"],
        "y": row["y"],
        "lat": row["lat"],
    }


def _meta(row: DictRow, say: Sentences) -> str:
    parts = [say("inspections.case", case=row["case_number"] or row["id"])]
    parts += [f"{row[name]}." for name in ("neighbourhood", "inspector") if row[name]]
    return " ".join(parts)


def map_of(row: Mapping[str, Any], say: Sentences) -> str | None:
    """The map of everybody at this place; it is not told what is there."""
    if row["lon"] is None:
        return None
    return path("map", say.language, c=f"{row['lon']:.5f},{row['lat']:.5f}", z=18)


def _round(rows: list[DictRow], start: Point | None, say: Sentences) -> list[dict[str, Any]]:
    """The visits of a day by its parts, each in an order that saves kilometres."""
    placed = [row for row in rows if row["x"] is not None]
    lost = [row for row in rows if row["x"] is None]
    begin = start or ((placed[0]["x"], placed[0]["y"]) if placed else (0.0, 0.0))
    morning, afternoon, rest = in_parts(
        placed,
        begin,
        lambda row: (row["x"], row["y"]),
        (
            lambda row: row["planned_slot"] == Slot.MORNING,
            lambda row: row["planned_slot"] == Slot.AFTERNOON,
            lambda row: row["planned_slot"] not in (Slot.MORNING, Slot.AFTERNOON),
        ),
    )
    days, number = list[dict[str, Any]](), 0
    named = (("morning", morning), ("afternoon", afternoon), ("any", [*rest, *lost]))
    for slot, stops in named:
        lines = [_line(row, number + n, say) for n, row in enumerate(stops, 1)]
        number += len(lines)
        if lines:
            days.append({"title": say(f"slot_title.{slot}"), "slot": slot, "stops": lines})
    return days
