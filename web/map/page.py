"""The map page: the map itself is a script, the list beside it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from fastapi import APIRouter, Request
from psycopg.rows import DictRow
from starlette.responses import HTMLResponse

from geoloket import drawing, statements
from geoloket.access import VISITOR
from geoloket.errors import NotFound
from geoloket.language import pick
from geoloket.style import StyledLayer
from web import words
from web.events.wording import event_line
from web.map import layers as map_layers
from web.map.background import background
from web.paths import PATHS, language_of, path
from web.permits.line import permit_line
from web.plan import draw_town
from web.security import policy
from web.sentences import Sentences, sentences
from web.view import View

_SHOWN = 50
_START_ZOOM = 16.0
_METRES_PER_PIXEL_Z0 = 156_543.034
_DEGREE_M = 111_320.0
_NOMINAL_PIXELS = (900, 700)
"""The size of map for which the list of the first answer is made, before a script measures it."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class State:
    """What the address says: see ``src/map/state.ts``, which reads and writes the same."""

    lon: float
    lat: float
    zoom: float
    box: Box
    layers: tuple[str, ...]
    selected: str | None
    theme: str
    """``light``, ``contrast`` or ``elsewhere``."""


def router(view: View) -> APIRouter:
    """``/kaart`` and ``/en/map``; with ``part=list`` and ``part=choice`` only that part of it."""
    pages = APIRouter()

    async def page(request: Request) -> HTMLResponse:
        return await answer(view, request)

    for address in PATHS["map"].values():
        pages.add_api_route(address, page, methods=["GET", "HEAD"])
    return pages


async def answer(
    view: View, request: Request, page: str = "map", *, frame_ancestors: str | None = None
) -> HTMLResponse:
    """The map as a page of its own, or as ``embedded_map`` in a frame on another website."""
    answered = await _answer(view, request, page)
    images = view.hall.settings.map.background_origin
    answered.headers["content-security-policy"] = policy(
        frame_ancestors=frame_ancestors, images=images
    )
    return answered


async def _answer(view: View, request: Request, page: str) -> HTMLResponse:
    say = sentences(language_of(request))
    state = await _state(view, request)
    part = request.query_params.get("part")
    if part == "choice":
        return await view.page(
            request, "parts/map_choice.html", choice=await _choice(view, state, say)
        )
    lists = await _lists(view, state, say)
    if part == "list":
        return await view.page(request, "parts/map_list.html", **lists)
    query = request.url.query

    def twin(language: str) -> str:
        return path(page, language) + (f"?{query}" if query else "")

    themes = [layer for layer in view.layers if _group(layer) == "thema"]
    return await view.page(
        request,
        f"{page}.html",
        twin=twin,
        state=state,
        themes=themes,
        legend=legend(view.layers, say),
        sources=_sources(view.layers),
        background=background(view.hall.settings.map),
        picture=None if "c" in request.query_params else await draw_town(view),
        choice=await _choice(view, state, say) if state.selected else None,
        **lists,
    )


def _group(layer: StyledLayer) -> str:
    return layer.declared.map.group if layer.declared.map else ""


def shown_layers(layers: Sequence[StyledLayer]) -> tuple[str, ...]:
    """The layers on top of the base map that are on before anybody chooses."""
    return tuple(
        layer.id for layer in layers if (m := layer.declared.map) and m.group == "thema" and m.on
    )


def legend(layers: Sequence[StyledLayer], say: Sentences) -> list[dict[str, Any]]:
    """Swatches and words per layer, those on top of the map first."""
    return [
        {
            "layer": layer.id,
            "title": pick(layer.declared.title, say.language),
            "min_zoom": layer.declared.map.min_zoom if layer.declared.map else 0,
            "entries": [
                {
                    "swatch": drawing.swatch(layer.instructions, entry["sample"]),
                    "title": entry["title"].get(say.language) or entry["title"]["nl"],
                }
                for entry in layer.legend
            ],
        }
        for layer in reversed(layers)
        if layer.legend
    ]


def _sources(layers: Sequence[StyledLayer]) -> list[str]:
    """Who the data on the map are from, as the layers declare it ("Bron: …"), each once."""
    declared = (layer.declared.attribution for layer in layers)
    return list(dict.fromkeys(text.removeprefix("Bron: ") for text in declared if text))


async def start(view: View) -> tuple[float, float]:
    """Longitude and latitude where the map begins: the site's centre, else that of the data."""
    site = await view.site()
    if site.center:
        return site.center
    for layer_id in ("parcels", "municipalities", "addresses"):
        layer = view.hall.features.layer(layer_id, VISITOR)
        if box := await view.hall.features.extent(layer, VISITOR):
            return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return 4.36, 51.03


async def _state(view: View, request: Request) -> State:
    given = request.query_params
    center = _numbers(given.get("c"), 2)
    lon, lat = (center[0], center[1]) if center else await start(view)
    lat = min(max(lat, -85.0), 85.0)
    zoom = (_numbers(given.get("z"), 1) or [_START_ZOOM])[0]
    zoom = min(max(zoom, 1.0), 22.0)
    box = _numbers(given.get("bbox"), 4)
    wanted = given.get("lagen")
    layers = shown_layers(view.layers) if wanted is None else tuple(wanted.split(","))
    return State(
        lon,
        lat,
        zoom,
        (box[0], box[1], box[2], box[3]) if box else _box(lon, lat, zoom),
        layers,
        (given.get("sel") or "").replace("\0", "")[:200] or None,
        _theme(view, given.get("thema")),
    )


def _theme(view: View, word: str | None) -> str:
    if word == "elders" and view.hall.settings.map.background:
        return "elsewhere"
    return "contrast" if word == "contrast" else "light"


def _numbers(text: str | None, count: int) -> list[float] | None:
    """So many finite numbers separated by commas, or None for anything else."""
    try:
        numbers = [float(part) for part in (text or "").split(",")]
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(abs(n) < 1e4 for n in numbers) else None


def _box(lon: float, lat: float, zoom: float) -> Box:
    across = _NOMINAL_PIXELS[0] * _METRES_PER_PIXEL_Z0 / 2**zoom / _DEGREE_M / 2
    up = _NOMINAL_PIXELS[1] * _METRES_PER_PIXEL_Z0 / 2**zoom / _DEGREE_M / 2 * cos(radians(lat))
    return lon - across, lat - up, lon + across, lat + up


async def _lists(view: View, state: State, say: Sentences) -> dict[str, Any]:
    """The permits and events in view, nearest to the centre first, of the layers that are on."""
    fixed = statements.read("pages")
    west, south, east, north = state.box
    edges = {"west": west, "south": south, "east": east, "north": north}
    at = {"lon": state.lon, "lat": state.lat}
    permits: list[DictRow] = []
    events: list[DictRow] = []
    async with view.hall.database.session(VISITOR) as connection:
        values = edges | at | {"limit": _SHOWN}
        if "permits" in state.layers:
            cursor = await connection.execute(fixed["permits_in_view"], values)
            permits = await cursor.fetchall()
        if "events" in state.layers:
            cursor = await connection.execute(fixed["events_in_view"], values)
            events = await cursor.fetchall()
        place = await (await connection.execute(fixed["place"], at)).fetchone()
    today = words.today()
    return {
        "total": permits[0]["total"] if permits else 0,
        "dossiers": [permit_line(row, say, today) for row in permits],
        "events": [event_line(row, say) for row in events],
        "place": place["name"] if place else "",
        "with_permits": "permits" in state.layers,
        "others": await map_layers.lists(view, state.layers, state.box, _SHOWN, say),
    }


async def _choice(view: View, state: State, say: Sentences) -> dict[str, Any]:
    """What is chosen on the map: a permit, a parcel or an event, with its outline."""
    layer, _, chosen = (state.selected or "").partition("/")
    statement = {"permits": "permit", "parcels": "parcel_outline", "events": "event"}.get(layer)
    row: DictRow | None = None
    if layer not in map_layers.WITH_PAGES and state.selected:
        try:
            return await map_layers.chosen(view, layer, chosen, say)
        except NotFound:
            return {"kind": "nothing"}
    if statement:
        fixed = statements.read("pages")[statement]
        async with view.hall.database.session(VISITOR) as connection:
            row = await (
                await connection.execute(fixed, {"id": chosen, "number": chosen})
            ).fetchone()
    if row is None:
        if state.selected:
            return {"kind": "nothing"}
        raise NotFound("Nothing was chosen.")
    place = {"outline": row["outline"], "lon": row["lon"], "lat": row["lat"], "kind": layer}
    if layer == "permits":
        return place | {"dossier": permit_line(row, say, words.today())}
    if layer == "events":
        return place | {"event": event_line(row, say)}
    return place | {"parcel": row, "href": path("parcel", say.language, id=row["id"])}
