"""All permits as a list with a filter, and the same as a feed and as GeoJSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from psycopg.rows import DictRow
from starlette.responses import Response

from geoloket import statements
from geoloket.access import VISITOR
from web import statuses, words
from web.paths import PATHS, language_of, path
from web.permits import feed, filters
from web.permits.filters import Filter
from web.permits.line import permit_line
from web.sentences import Sentences, sentences
from web.view import View

_SHOWN: Final = 25
_FED: Final = 50
_MAPPED: Final = 1000


@dataclass(frozen=True, slots=True)
class Selected:
    """A part of the permits that pass a filter, and how many there are."""

    rows: list[DictRow]
    total: int
    by_group: dict[str, int]
    """How many there would be in each display group, whatever group is chosen."""
    more: bool


def router(view: View) -> APIRouter:
    """``/vergunningen``, ``/en/permits``, and the same with ``.atom`` and ``.geojson``."""
    pages = APIRouter()

    async def listed(request: Request) -> Response:
        say = sentences(language_of(request))
        chosen = await filters.read(view, request.query_params, say)
        found = await select(view, chosen, _SHOWN, chosen.after)
        return await _page(view, request, chosen, found, say)

    async def fed(request: Request) -> Response:
        say = sentences(language_of(request))
        chosen = await filters.read_strictly(view, request.query_params, say)
        found = await select(view, chosen, _FED)
        return feed.atom(found.rows, chosen, await view.site(), view.origin(request), say)

    async def mapped(request: Request) -> Response:
        say = sentences(language_of(request))
        chosen = await filters.read_strictly(view, request.query_params, say)
        return _geojson(await select(view, chosen, _MAPPED), view.origin(request), say)

    for suffix, answer in (("", listed), (".atom", fed), (".geojson", mapped)):
        for address in PATHS["permits"].values():
            pages.add_api_route(
                address + suffix, answer, methods=["GET", "HEAD"], response_model=None
            )
    return pages


async def select(
    view: View, chosen: Filter, limit: int, after: tuple[date, str] | None = None
) -> Selected:
    """The permits that pass, last changed first, after the last one that was shown."""
    fixed = statements.read("permit_pages")
    values = chosen.values(view.hall.settings.storage_srid)
    async with view.hall.database.session(VISITOR) as connection:
        counts = await (await connection.execute(fixed["counts"], values)).fetchall()
        kinds: list[str] | None = None
        if (groups := chosen.groups) is not None:
            # A display group is known here alone; the statement compares status and outcome.
            kinds = [_kind(row) for row in counts if _group(row) in groups]
        paging = {
            "kinds": kinds,
            "after": after[0] if after else None,
            "after_id": after[1] if after else None,
            "limit": limit + 1,
        }
        rows = await (await connection.execute(fixed["listed"], values | paging)).fetchall()
    by_group = dict.fromkeys(filters.STATUS_GROUPS, 0)
    for row in counts:
        by_group[_group(row)] += row["n"]
    total = sum(n for group, n in by_group.items() if groups is None or group in groups)
    return Selected(rows[:limit], total, by_group, len(rows) > limit)


def _group(row: DictRow) -> str:
    return statuses.group(row["status"], row["decision_result"])


def _kind(row: DictRow) -> str:
    return f"{row['status'] or ''} {row['decision_result'] or ''}"


async def _page(
    view: View, request: Request, chosen: Filter, found: Selected, say: Sentences
) -> Response:
    today = words.today()
    last = found.rows[-1] if found.rows and found.more else None
    here = chosen.query() | {"na": request.query_params.get("na")}

    def twin(language: str) -> str:
        return path("permits", language, **here)

    statuses_shown = [
        (
            group,
            say("permits.with_count", name=say(f"status_group.{group}"), n=found.by_group[group]),
        )
        for group in filters.STATUS_GROUPS
        if found.by_group[group] or group != "unknown"
    ]
    return await view.page(
        request,
        "permits.html",
        status=400 if chosen.faults else 200,
        twin=twin,
        chosen=chosen,
        groups=statuses_shown,
        radii=[(metres, _radius(metres, say)) for metres in filters.RADII],
        total=found.total,
        dossiers=[permit_line(row, say, today) for row in found.rows],
        next_href=chosen.href(say, na=f"{last['changed']}~{last['id']}") if last else None,
        first_href=chosen.href(say) if chosen.after else None,
        atom_href=chosen.href(say, ".atom"),
        geojson_href=chosen.href(say, ".geojson"),
    )


def _radius(metres: int, say: Sentences) -> str:
    if metres < 1000:
        return say("permits.metres", n=metres)
    return say("permits.kilometres", n=metres // 1000)


def _geojson(found: Selected, origin: str, say: Sentences) -> Response:
    """Points in degrees (RFC 7946) with what the list says; the shapes are in the open data."""
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "numberMatched": found.total,
        "numberReturned": len(found.rows),
        "features": [_feature(row, origin, say) for row in found.rows],
    }
    return Response(orjson.dumps(document), media_type="application/geo+json")


def _feature(row: DictRow, origin: str, say: Sentences) -> dict[str, Any]:
    hidden = ("lon", "lat", "changed", "id")
    at = None if row["lon"] is None else [round(row["lon"], 7), round(row["lat"], 7)]
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {"type": "Point", "coordinates": at} if at else None,
        "properties": {
            **{key: value for key, value in row.items() if key not in hidden},
            "url": origin + path("permit", say.language, id=row["id"]),
        },
    }
