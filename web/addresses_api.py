"""``/api/addresses``: the address search for programs, as GeoJSON."""

from __future__ import annotations

from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from geoloket.addresses import LONGEST, MOST, Suggestion
from geoloket.errors import InvalidParameter, UnknownParameter
from geoloket.hall import Hall

_DEFAULT_LIMIT: Final = 10

_EXAMPLE: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "123456",
            "geometry": {"type": "Point", "coordinates": [3.6612345, 51.2112345]},
            "properties": {
                "kind": "address",
                "label": "Kerkstraat 12, 9999 Zandwijk",
                "score": 1.0,
                "match": "abbreviation",
                "parcel_id": "99001A0123-00B000",
            },
        }
    ],
}

_DOCUMENT: Final[dict[str, Any]] = {
    "summary": "Addresses, streets and municipalities for what somebody typed",
    "description": (
        "Tolerates abbreviations, missing accents and hyphens, one or two wrong letters, words cut "
        "short, other languages' and former names of municipalities. `kind` is address, street or "
        "municipality; `match` is exact, abbreviation, prefix, contains, fuzzy, range (the number "
        "lies inside one such as 12-14) or approximate (the number or box is not in the register: "
        "the nearest on the same side of the street). Best first; coordinates are CRS84."
    ),
    "parameters": [
        {
            "name": "q",
            "in": "query",
            "required": True,
            "description": "What somebody typed, such as `kerkstr 12 zandwijk`.",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        },
        {
            "name": "limit",
            "in": "query",
            "description": "At most so many.",
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST,
                "default": _DEFAULT_LIMIT,
            },
        },
    ],
    "responses": {
        "200": {
            "description": "A feature per suggestion; none when nothing fits.",
            "content": {"application/geo+json": {"example": _EXAMPLE}},
        },
        "400": {
            "description": "A parameter is missing, unknown or cannot be used.",
            "content": {"application/problem+json": {}},
        },
    },
}


def router(hall: Hall) -> APIRouter:
    """``GET /api/addresses?q=&limit=``. Raises InvalidParameter and UnknownParameter (400)."""
    routes = APIRouter()

    async def addresses(request: Request) -> Response:
        q, limit = _asked(request)
        return Response(
            orjson.dumps(collection(await hall.addresses.suggest(q, limit))),
            media_type="application/geo+json",
            # The same words give the same answer until the next import.
            headers={"Cache-Control": "public, max-age=60"},
        )

    routes.add_api_route(
        "/api/addresses",
        addresses,
        methods=["GET"],
        name="addresses-api",
        tags=["addresses"],
        response_class=Response,
        openapi_extra=_DOCUMENT,
    )
    return routes


def collection(suggestions: list[Suggestion]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection (RFC 7946) of suggestions, in their order."""
    return {"type": "FeatureCollection", "features": [_feature(found) for found in suggestions]}


def _feature(found: Suggestion) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": found.id,
        "geometry": {
            "type": "Point",
            "coordinates": [round(found.lon, 7), round(found.lat, 7)],
        },
        "properties": {
            "kind": found.kind,
            "label": found.label,
            "score": found.score,
            "match": found.match,
            "parcel_id": found.parcel_id,
        },
    }


def _asked(request: Request) -> tuple[str, int]:
    given = request.query_params
    if strange := sorted(set(given) - {"q", "limit"}):
        raise UnknownParameter(f"There is no parameter {strange[0][:40]!r}; use q and limit.")
    q = given.get("q", "").strip()
    if not q:
        raise InvalidParameter("q must hold what to search for.")
    limit = given.get("limit", str(_DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 4):
        raise InvalidParameter(f"limit must be a whole number from 1 to {MOST}.")
    return q, int(limit)
