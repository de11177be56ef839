"""The search page: one box for addresses, streets, parcels, files and coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.addresses import Located, Suggestion
from web import words
from web.paths import PATHS, language_of, path, twin
from web.search import questions
from web.sentences import Sentences, sentences
from web.view import View

_LIMIT = 20
_SUGGESTIONS = 8
_NEAR = 3
_MAX_LENGTH = 200
_SYSTEMS = {4326: "WGS 84", 31370: "Lambert 72", 3812: "Lambert 2008"}
_STREET_ZOOM, _TOWN_ZOOM = 17, 14
_SURE = ("exact", "abbreviation", "range")


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: ``kind`` and ``note`` are words; ``certain`` when nothing else can be meant."""

    label: str
    kind: str
    href: str
    note: str | None = None
    certain: bool = False


@dataclass(slots=True)
class Outcome:
    """What was found, and what was tried when nothing was."""

    hits: list[Hit] = field(default_factory=list[Hit])
    tried: list[str] = field(default_factory=list[str])
    nearest: list[Hit] = field(default_factory=list[Hit])


def router(view: View) -> APIRouter:
    """``/zoek`` and ``/en/search``."""
    pages = APIRouter()

    async def search(request: Request) -> Response:
        q = " ".join(request.query_params.get("q", "").replace("\0", "").split())[:_MAX_LENGTH]
        say = sentences(language_of(request))
        if request.query_params.get("part") == "list":
            outcome = await find(view, q, say, _SUGGESTIONS) if len(q) > 1 else Outcome()
            return await view.page(request, "parts/suggestions.html", hits=outcome.hits)
        outcome = await find(view, q, say, _LIMIT) if q else Outcome()
        if sure := _certain(outcome.hits):
            return RedirectResponse(sure.href, 303)
        return await view.page(
            request,
            "search.html",
            twin=twin("search", q=q or None),
            q=q,
            hits=outcome.hits,
            more=len(outcome.hits) >= _LIMIT,
            tried=outcome.tried,
            nearest=outcome.nearest,
        )

    for location in PATHS["search"].values():
        pages.add_api_route(location, search, methods=["GET", "HEAD"], response_model=None)
    return pages


async def find(view: View, q: str, say: Sentences, limit: int) -> Outcome:
    """Look for what was typed, as everything that it can be."""
    outcome = Outcome()
    key, point = questions.capakey(q), questions.coordinates(q)
    number = questions.permit_number(q) if not key and not point else None
    if key:
        await _parcel(view, key, say, outcome)
    if number:
        await _permits(view, number, say, outcome)
    if point:
        await _point(view, point, say, outcome)
    if start := questions.capakey_start(q) if not key else None:
        outcome.hits += await _parcels_from(view, start, say)
    if not outcome.hits and not key and not point:
        outcome.tried.append(say("search.tried_address"))
        for found in await view.hall.addresses.suggest(q, limit):
            outcome.hits.append(_address_hit(found, say))
    return outcome


def _certain(hits: Sequence[Hit]) -> Hit | None:
    """The one hit that must be meant, when there is exactly one such."""
    sure = [hit for hit in hits if hit.certain]
    return sure[0] if len(sure) == 1 else None


async def _parcel(view: View, key: str, say: Sentences, outcome: Outcome) -> None:
    outcome.tried.append(say("search.tried_parcel", key=key))
    parcel_ids = questions.parcel_ids(key)
    fixed = statements.read("parcels")
    async with view.hall.database.session(VISITOR) as connection:
        for parcel_id in parcel_ids:
            cursor = await connection.execute(fixed["parcel"], {"id": parcel_id})
            if found := await cursor.fetchone():
                href = path("parcel", say.language, id=parcel_id)
                hit = Hit(found["capakey"] or key, say("kind.parcel"), href, certain=True)
                outcome.hits.append(hit)
                return
    outcome.nearest = await _parcels_from(view, parcel_ids[0][:6], say, near=parcel_ids[0])


async def _parcels_from(
    view: View, start: str, say: Sentences, near: str | None = None
) -> list[Hit]:
    fixed = statements.read("parcels")
    values = {"id": near or start, "prefix": start.replace("_", r"\_") + "%"}
    async with view.hall.database.session(VISITOR) as connection:
        rows = await (await connection.execute(fixed["parcels_like"], values)).fetchall()
    return [
        Hit(row["capakey"], say("kind.parcel"), path("parcel", say.language, id=row["id"]))
        for row in rows
    ]


async def _permits(view: View, number: str, say: Sentences, outcome: Outcome) -> None:
    """The files with a number or a reference; of a reference there may be several."""
    outcome.tried.append(say("search.tried_permit", number=number))
    fixed = statements.read("search")
    async with view.hall.database.session(VISITOR) as connection:
        cursor = await connection.execute(fixed["permits_by_number"], {"number": number})
        rows = await cursor.fetchall()
    for row in rows:
        href = path("permit", say.language, id=row["id"])
        label = f"{row['file_number']}, {row['title']}"
        outcome.hits.append(Hit(label, say("kind.permit"), href, row["address"], certain=True))


async def _point(
    view: View, point: questions.Coordinates, say: Sentences, outcome: Outcome
) -> None:
    if point.srid is None:
        outcome.tried.append(say("search.tried_unusable"))
        return
    decimals = 5 if point.srid == 4326 else 1
    x, y = (words.number(n, say.language, decimals) for n in (point.x, point.y))
    system = _SYSTEMS[point.srid]
    outcome.tried.append(say("search.tried_coordinate", x=x, y=y, system=system))
    fixed = statements.read("parcels")
    given = {"x": point.x, "y": point.y, "xy_srid": point.srid, "metres": 50}
    values = given | {"srid": view.hall.settings.storage_srid}
    async with view.hall.database.session(VISITOR) as connection:
        row = await (await connection.execute(fixed["parcel_at"], values)).fetchone()
    if row is None:
        return
    if row["parcel_id"]:
        inside = row["distance_m"] == 0
        note = None if inside else _away(row["distance_m"], say)
        href = path("parcel", say.language, id=row["parcel_id"])
        outcome.hits.append(Hit(row["capakey"], say("kind.parcel"), href, note, certain=inside))
        if inside:
            return
    for near in await view.hall.addresses.near(point.x, point.y, point.srid, _NEAR):
        away = _away(near.distance_m or 0, say)
        outcome.hits.append(Hit(near.label, say("kind.address"), _address_href(near, say), away))
    label, href = f"{x}, {y} ({system})", on_map(row["lon"], row["lat"], 18, say)
    outcome.hits.append(Hit(label, say("kind.coordinate"), href))


def _away(metres: float, say: Sentences) -> str:
    return say("permit.away_plain", metres=words.around(metres))


def _address_href(found: Suggestion | Located, say: Sentences) -> str:
    """Its parcel, else the page that tells what lies around it."""
    page, target = ("parcel", found.parcel_id) if found.parcel_id else ("address", found.id)
    return path(page, say.language, id=target)


def _address_hit(found: Suggestion, say: Sentences) -> Hit:
    """An address leads to its parcel; a street and a municipality to the map."""
    note = say("search.approximate") if found.match == "approximate" else None
    kind = say(f"kind.{found.kind}")
    if found.kind == "address":
        href = _address_href(found, say)
        return Hit(found.label, kind, href, note, found.match in _SURE)
    zoom = _STREET_ZOOM if found.kind == "street" else _TOWN_ZOOM
    return Hit(found.label, kind, on_map(found.lon, found.lat, zoom, say), note)


def on_map(lon: float, lat: float, zoom: int, say: Sentences) -> str:
    """The map with a point (degrees) in its middle."""
    return path("map", say.language, c=f"{lon:.5f},{lat:.5f}", z=zoom)
