"""The page of a permit file, and beside it its deadline for calendars and its GeoJSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from geoloket.access import VISITOR
from geoloket.errors import NotFound
from geoloket.permits import Flag
from web import calendars, linked_data, statuses, words
from web.paths import language_of, path, twin
from web.permits.documents import deadline, documents
from web.permits.explained import explained
from web.permits.found import Found, look_up, read
from web.permits.key_dates import key_dates
from web.permits.line import permit_line
from web.permits.usual import UsualTimes
from web.permits.way import told
from web.plan import draw_parcel
from web.sentences import Sentences, sentences
from web.view import View

_SUFFIXES: Final = (".ics", ".geojson")


def router(view: View) -> APIRouter:
    """``/vergunning/{nr}``, ``/en/permit/{nr}``, and the same with ``.ics`` and ``.geojson``.

    The id of a file is its address; its other numbers redirect to it.
    """
    pages, times = APIRouter(), UsualTimes(view.hall)

    async def permit(request: Request, number: str) -> Response:
        say = sentences(language_of(request))
        suffix = next((end for end in _SUFFIXES if number.endswith(end)), "")
        given = number.removesuffix(suffix)
        rows = await look_up(view, given)
        if len(rows) != 1:
            if suffix:
                raise NotFound("There is no permit file of this number, or there are several.")
            return await _unknown(view, request, given, rows, say)
        row = rows[0]
        if given != row["id"]:
            return RedirectResponse(path("permit", say.language, id=row["id"]) + suffix, 308)
        if suffix == ".geojson":
            return await _geojson(view, row["id"])
        found = await read(view, row, words.today())
        if suffix == ".ics":
            return _calendar(view, request, found, say)
        return await _page(view, request, found, times, say)

    for address in ("/vergunning/{number:path}", "/en/permit/{number:path}"):
        pages.add_api_route(address, permit, methods=["GET", "HEAD"], response_model=None)
    return pages


async def _page(
    view: View, request: Request, found: Found, times: UsualTimes, say: Sentences
) -> Response:
    row, reading, today = found.row, found.reading, words.today()
    state, site = reading.state, await view.site()
    title = row["title"] or say("permit.file", number=row["file_number"])
    place = (row["address"] or title).split(",")[0]
    drawing = await draw_parcel(view, found.parcels[0]["id"], place, say) if found.parcels else None
    at = f"{row['lon']:.5f},{row['lat']:.5f}" if row["lon"] is not None else None
    result = state.decision_result.value if state.decision_result else None
    usual = await times.of(row, state, today)
    return await view.page(
        request,
        "permit.html",
        twin=twin("permit", id=row["id"]),
        permit=row,
        title=title,
        group=statuses.group(state.status.value, result),
        word=statuses.word(state.status.value, result, say),
        appeal_open=Flag.APPEAL_WINDOW_OPEN in state.flags,
        key_dates=key_dates(reading, today, say, usual),
        steps=told(reading.steps, reading.file, today, say),
        explained=explained(reading, say),
        usual=usual,
        documents=documents(found, today, say, invented=site.invented),
        drawing=drawing,
        map_href=path("map", say.language, c=at, z=18, sel=f"permits/{row['id']}"),
        parcels=found.parcels,
        procedure=_word("procedure", row["procedure"], say),
        authority=_word("authority", row["authority"], say),
        about=_about(row["project_types"], say),
        deadline=deadline(found, today),
        linked=_linked(view.origin(request), found, title, say),
    )


def _word(table: str, value: str | None, say: Sentences) -> str:
    key = f"{table}.{value}"
    word = say(key if key in say else f"{table}.unknown")
    return word[0].upper() + word[1:]


def _about(types: str | None, say: Sentences) -> list[str]:
    """The project types in words; one that we do not know is left out."""
    keys = [f"project_type.{part.strip()}" for part in (types or "").split(",")]
    return [say(key) for key in keys if key in say]


def _linked(origin: str, found: Found, title: str, say: Sentences) -> Markup:
    row = found.row
    address = origin + path("permit", say.language, id=row["id"])
    told: dict[str, Any] = {
        "@type": "GovernmentPermit",
        "@id": origin + path("permit", "nl", id=row["id"]),
        "url": address,
        "name": title,
        "identifier": row["file_number"],
        "inLanguage": "nl",
        "issuedBy": {
            "@type": "GovernmentOrganization",
            "name": _word("authority", row["authority"], say),
        },
    }
    if found.reading.state.usable_from:
        told["validFrom"] = found.reading.state.usable_from.isoformat()
    if row["address"]:
        told["validIn"] = {"@type": "Place", "address": row["address"]}
    return linked_data.block(told)


def _calendar(view: View, request: Request, found: Found, say: Sentences) -> Response:
    """The last day to react as a day in a calendar. Raises NotFound when there is none."""
    last, row = deadline(found, words.today()), found.row
    if last is None:
        raise NotFound("In this file there is no day until which one can react.")
    origin = view.origin(request)
    title = row["title"] or row["file_number"]
    opened: date = found.reading.state.inquiry_from or last
    entry = calendars.Entry(
        uid=f"permit-{row['id']}-reaction@{origin.partition('://')[2].partition(':')[0]}",
        title=say("permit_page.react_title", title=title),
        starts=last,
        updated=datetime(opened.year, opened.month, opened.day, tzinfo=words.BRUSSELS),
        place=row["address"],
        url=origin + path("permit", say.language, id=row["id"]),
        description=say("permit_page.react_text", number=row["file_number"]),
    )
    made = calendars.calendar([entry], language=say.language)
    name = "".join(sign if sign.isalnum() else "-" for sign in row["id"])
    return Response(
        made,
        media_type=calendars.MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{name}.ics"'},
    )


async def _geojson(view: View, permit_id: str) -> Response:
    layer = view.hall.features.layer("permits", VISITOR)
    feature = await view.hall.features.feature(layer, permit_id, VISITOR)
    if feature is None:
        raise NotFound("There is no such permit file.")
    return Response(feature, media_type="application/geo+json")


async def _unknown(
    view: View, request: Request, number: str, rows: list[dict[str, Any]], say: Sentences
) -> Response:
    """No file, or several: what was asked, what numbers look like, and which files there are."""
    today = words.today()
    return await view.page(
        request,
        "permit_unknown.html",
        status=404,
        twin=None,
        number=number[:40],
        several=[permit_line(row, say, today) for row in rows],
    )
