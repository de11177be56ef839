"""``/api/addresses`` and ``/api/addresses/reverse``: addresses for programs, as GeoJSON."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from geoloket import crs, statements
from geoloket.access import VISITOR
from geoloket.addresses import LONGEST, MOST, REACH_M, Located, Suggestion
from geoloket.errors import InvalidParameter
from geoloket.hall import Hall
from web.answers import PROBLEM, answer, decimal, only, serve, whole_number

_DEFAULT_LIMIT: Final = 10
_GEOJSON: Final = "application/geo+json"
_LAMBERT: Final = (31370, 3812)

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
    "operationId": "searchAddresses",
    "tags": ["addresses"],
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
        "400": PROBLEM,
    },
}


_REVERSE_EXAMPLE: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "parcel_id": "99001A0123-00B000",
    "features": [
        {
            "type": "Feature",
            "id": "123456",
            "geometry": {"type": "Point", "coordinates": [3.6612345, 51.2112345]},
            "properties": {
                "kind": "address",
                "label": "Kerkstraat 12, 9999 Zandwijk",
                "distance_m": 4.2,
                "parcel_id": "99001A0123-00B000",
            },
        }
    ],
}


def _coordinate(name: str, meaning: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": meaning, "schema": {"type": "number"}}


_REVERSE: Final[dict[str, Any]] = {
    "operationId": "nearestAddresses",
    "tags": ["addresses"],
    "summary": "The address nearest to a point, and the parcel under it",
    "description": (
        "Give `lon` and `lat`, or `x` and `y` in metres of Lambert 72 or Lambert 2008. Nearest "
        f"first, as far as {REACH_M:.0f} m; of addresses in one place those without box number "
        "come first. `parcel_id` of the collection is the parcel that holds the point, that of a "
        "feature the one that holds the address. A point without addresses around it, such as one "
        "outside Flanders, gives none. Coordinates in the answer are CRS84."
    ),
    "parameters": [
        _coordinate("lon", "Degrees east."),
        _coordinate("lat", "Degrees north."),
        _coordinate("x", "Metres east, instead of `lon`."),
        _coordinate("y", "Metres north, instead of `lat`."),
        {
            "name": "crs",
            "in": "query",
            "description": "Of `x` and `y`; when absent it is seen from their values.",
            "schema": {"type": "string", "enum": ["EPSG:31370", "EPSG:3812"]},
        },
        {
            "name": "limit",
            "in": "query",
            "description": "At most so many.",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 1},
        },
    ],
    "responses": {
        "200": {
            "description": "A feature per address, with its distance from the point.",
            "content": {"application/geo+json": {"example": _REVERSE_EXAMPLE}},
        },
        "400": PROBLEM,
    },
}


def router(hall: Hall) -> APIRouter:
    """``GET /api/addresses?q=`` and ``GET /api/addresses/reverse?lon=&lat=``.

    Raises InvalidParameter and UnknownParameter (400).
    """
    routes = APIRouter()

    async def addresses(request: Request) -> Response:
        q, limit = _asked(request)
        return answer(request, collection(await hall.addresses.suggest(q, limit)), _GEOJSON)

    async def reverse(request: Request) -> Response:
        given = request.query_params
        only(given, "lon", "lat", "x", "y", "crs", "limit")
        (x, y, srid), limit = _point(request), whole_number(given, "limit", 1)
        near = await hall.addresses.near(x, y, srid, limit)
        held = await _parcel_under(hall, x, y, srid) if near else None
        return answer(request, _around(near, held), _GEOJSON)

    serve(routes, "/api/addresses", addresses, _DOCUMENT)
    serve(routes, "/api/addresses/reverse", reverse, _REVERSE)
    return routes


def collection(suggestions: list[Suggestion]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection (RFC 7946) of suggestions, in their order."""
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(found, {"score": found.score, "match": found.match}) for found in suggestions
        ],
    }


def _around(near: list[Located], parcel_id: str | None) -> dict[str, Any]:
    features = [_feature(one, {"distance_m": round(one.distance_m or 0.0, 2)}) for one in near]
    return {"type": "FeatureCollection", "parcel_id": parcel_id, "features": features}


def _feature(found: Suggestion | Located, how: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": found.id,
        "geometry": {
            "type": "Point",
            "coordinates": [round(found.lon, 7), round(found.lat, 7)],
        },
        "properties": {"kind": found.kind, "label": found.label}
        | how
        | {"parcel_id": found.parcel_id},
    }


async def _parcel_under(hall: Hall, x: float, y: float, srid: int) -> str | None:
    """The parcel of today that holds a point."""
    fixed = statements.read("parcels")["parcel_at"]
    given = {"x": x, "y": y, "xy_srid": srid, "metres": 0}
    async with hall.database.session(VISITOR) as connection:
        cursor = await connection.execute(fixed, given | {"srid": hall.settings.storage_srid})
        row = await cursor.fetchone()
    return row["parcel_id"] if row else None


def _asked(request: Request) -> tuple[str, int]:
    given = request.query_params
    only(given, "q", "limit")
    q = given.get("q", "").strip()
    if not q:
        raise InvalidParameter("q must hold what to search for.", parameter="q")
    return q, whole_number(given, "limit", _DEFAULT_LIMIT)


def _point(request: Request) -> tuple[float, float, int]:
    """The point that was asked for, in x, y order, and its EPSG number."""
    given = request.query_params
    if ("x" in given or "y" in given) and not ("lon" in given or "lat" in given):
        x, y = decimal(given, "x"), decimal(given, "y")
        srid = crs.parse(given["crs"]).srid if "crs" in given else crs.guess_srid(x, y) or 31370
        if srid not in _LAMBERT:
            raise InvalidParameter("x and y must be metres of EPSG:31370 or EPSG:3812.")
        return x, y, srid
    if "x" in given or "y" in given or "crs" in given:
        raise InvalidParameter("Give lon and lat, or x and y with their crs; not both.")
    lon, lat = decimal(given, "lon"), decimal(given, "lat")
    if abs(lon) > 180 or abs(lat) > 90:
        raise InvalidParameter("lon and lat must be degrees.")
    return lon, lat, 4326
