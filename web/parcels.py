"""The parcel page, its GeoJSON and its static plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from psycopg.rows import DictRow
from starlette.responses import RedirectResponse, Response

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.errors import NotFound
from web import questions, words
from web.dossiers import dossier, summary
from web.paths import language_of, path, twin
from web.plan import draw_parcel
from web.sentences import Sentences, sentences
from web.view import View

_NEAR_M = 100
_NEAR_SHOWN = 10
_SUFFIXES = (".geojson", ".svg")


@dataclass(frozen=True, slots=True)
class Found:
    """All that the page of a parcel shows, as rows."""

    parcel: DictRow
    addresses: Sequence[DictRow]
    permits: Sequence[DictRow]
    near: Sequence[DictRow]
    successors: Sequence[DictRow]


def router(view: View) -> APIRouter:
    """``/perceel/{key}``, ``/en/parcel/{key}``, and the same with ``.geojson`` and ``.svg``.

    The dash form of the key is the address; the other two notations redirect to it.
    """
    pages = APIRouter()

    async def parcel(request: Request, key: str) -> Response:
        say = sentences(language_of(request))
        suffix = next((end for end in _SUFFIXES if key.endswith(end)), "")
        given = key.removesuffix(suffix)
        capakey = questions.capakey(given)
        if capakey is None:
            return await _unknown(view, request, given, say)
        parcel_id = capakey.replace("/", "-")
        if given != parcel_id:
            return RedirectResponse(path("parcel", say.language, id=parcel_id) + suffix, 308)
        if suffix == ".geojson":
            return await _geojson(view, parcel_id)
        found = await _find(view, parcel_id)
        if found is None:
            return await _unknown(view, request, capakey, say)
        if suffix == ".svg":
            return await _svg(view, found, say)
        return await _page(view, request, found, say)

    for address in ("/perceel/{key:path}", "/en/parcel/{key:path}"):
        pages.add_api_route(address, parcel, methods=["GET", "HEAD"], response_model=None)
    return pages


async def _find(view: View, parcel_id: str) -> Found | None:
    fixed = statements.read("parcels")
    async with view.hall.database.session(VISITOR) as connection:

        async def rows(name: str, **more: object) -> list[DictRow]:
            return await (
                await connection.execute(fixed[name], {"id": parcel_id, **more})
            ).fetchall()

        parcel = await rows("parcel")
        if not parcel:
            return None
        permits = await rows("parcel_permits")
        near = await rows(
            "permits_near",
            metres=_NEAR_M,
            without=[row["id"] for row in permits],
            limit=_NEAR_SHOWN + 1,
        )
        successors = await rows("parcel_successors") if parcel[0]["retired_on"] else []
        return Found(parcel[0], await rows("parcel_addresses"), permits, near, successors)


async def _page(view: View, request: Request, found: Found, say: Sentences) -> Response:
    parcel, today = found.parcel, words.today()
    heading = _heading(found, say)
    first = found.addresses[0] if found.addresses else None
    drawing = await draw_parcel(view, parcel["id"], _place(found, say), say)
    at = f"{parcel['lon']:.5f},{parcel['lat']:.5f}"
    return await view.page(
        request,
        "parcel.html",
        twin=twin("parcel", id=parcel["id"]),
        parcel=parcel,
        heading=heading,
        crumb=parcel["capakey"],
        street=first["street_name"] if first else None,
        summary=summary(found.permits, say),
        drawing=drawing,
        map_href=path("map", say.language, c=at, z=18, sel=f"parcels/{parcel['id']}"),
        permits=[dossier(row, say, today) for row in found.permits],
        metres=_NEAR_M,
        near=[dossier(row, say, today) for row in found.near[:_NEAR_SHOWN]],
        near_cut=len(found.near) > _NEAR_SHOWN,
        successors=found.successors,
        facts=_facts(found, say),
    )


async def _svg(view: View, found: Found, say: Sentences) -> Response:
    drawing = await draw_parcel(view, found.parcel["id"], _place(found, say), say)
    return Response(str(drawing.svg), media_type="image/svg+xml")


async def _geojson(view: View, parcel_id: str) -> Response:
    layer = view.hall.features.layer("parcels", VISITOR)
    feature = await view.hall.features.feature(layer, parcel_id, VISITOR)
    if feature is None:
        raise NotFound("There is no such parcel.")
    return Response(feature, media_type="application/geo+json")


async def _unknown(view: View, request: Request, key: str, say: Sentences) -> Response:
    fixed = statements.read("parcels")
    start = key.upper().replace("/", "-")[:6]
    values = {"id": key.upper().replace("/", "-"), "prefix": start.replace("_", r"\_") + "%"}
    near: list[DictRow] = []
    if questions.capakey_start(start):
        async with view.hall.database.session(VISITOR) as connection:
            near = await (await connection.execute(fixed["parcels_like"], values)).fetchall()
    return await view.page(
        request,
        "parcel_unknown.html",
        status=404,
        twin=None,
        key=key[:40],
        near=near,
    )


def _heading(found: Found, say: Sentences) -> str:
    """The address as people say it, or the parcel number where there is no address."""
    if not found.addresses:
        return say("parcel.heading_plain", label=found.parcel["parcel_label"])
    first = found.addresses[0]
    town = f"{first['postcode']} {first['postal_name']}"
    return f"{_place(found, say)}, {town}"


def _place(found: Found, say: Sentences) -> str:
    if not found.addresses:
        return say("parcel.heading_plain", label=found.parcel["parcel_label"])
    street = found.addresses[0]["street_name"]
    numbers = [row["house_number"] for row in found.addresses if row["street_name"] == street]
    unique = list(dict.fromkeys(numbers))
    shown = unique if len(unique) <= 3 else [unique[0], "…", unique[-1]]
    return f"{street} {', '.join(shown)}".replace(", …, ", "–")


def _facts(found: Found, say: Sentences) -> list[dict[str, Any]]:
    parcel, language = found.parcel, say.language

    def metres(x: str, y: str) -> str:
        across, up = words.number(parcel[x], language), words.number(parcel[y], language)
        return say("parcel.metres", x=across, y=up)

    degrees = {"lat": parcel["lat"], "lon": parcel["lon"]}
    facts = {
        "capakey": [parcel["capakey"]],
        "label": [parcel["parcel_label"]],
        "area": [say("parcel.area_value", area=words.area(parcel["area_m2"] or 0, language))],
        "municipality": [_municipality(found)],
        "addresses": _address_lines(found.addresses, say) or [say("parcel.no_address")],
        "lambert72": [metres("lambert72_x", "lambert72_y")],
        "lambert2008": [metres("lambert2008_x", "lambert2008_y")],
        "wgs84": [
            say("parcel.degrees", **{k: words.number(v, language, 4) for k, v in degrees.items()})
        ],
    }
    if parcel["valid_from"]:
        facts["valid_from"] = [words.day(parcel["valid_from"], language)]
    return [{"name": say(f"fact.{key}"), "values": values} for key, values in facts.items()]


def _municipality(found: Found) -> str:
    """By name where the layer or an address gives it, else by its NIS code."""
    from_address = found.addresses[0]["municipality"] if found.addresses else None
    return found.parcel["municipality"] or from_address or found.parcel["nis_code"] or "?"


def _address_lines(addresses: Sequence[Mapping[str, Any]], say: Sentences) -> list[str]:
    """One line per house number; its boxes are counted, or named when there is one."""
    lines: list[str] = []
    for (street, number), group in groupby(
        addresses, key=lambda row: (row["street_name"], row["house_number"])
    ):
        boxes = [row["box_number"] for row in group if row["box_number"]]
        line = f"{street} {number}"
        if len(boxes) == 1:
            line += f" {say('parcel.box', box=boxes[0])}"
        elif boxes:
            line += f", {say('parcel.boxes', n=len(boxes))}"
        lines.append(line)
    return lines
