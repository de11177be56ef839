"""``/geolocation/v4``: the address search for tools that speak Geopunt's geolocation service.

Same addresses, parameters and JSON (names of members included), over our own index. Parameters that
we do not know are left alone and ``c`` is cut to what we give, so that a tool need only be told
another host.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from geoloket.addresses import LONGEST, MOST, Kind, Located
from geoloket.crs import guess_srid
from geoloket.errors import InvalidParameter
from geoloket.hall import Hall
from web.answers import PROBLEM, answer, serve, to_number, whole_number

_KINDS: Final[Mapping[str, Kind]] = {
    "housenumber": "address",
    "thoroughfarename": "street",
    "municipality": "municipality",
}
_SUGGESTIONS: Final = 5
_LOCATIONS: Final = 1


def _parameter(name: str, meaning: str, **schema: object) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": meaning,
        "schema": {"type": "string"} | schema,
    }


def _count(default: int) -> dict[str, Any]:
    return _parameter(
        "c", f"At most so many, up to {MOST}.", type="integer", minimum=1, default=default
    )


_PLACE_EXAMPLE: Final = {
    "Lat_WGS84": 51.2112345,
    "Lon_WGS84": 3.6612345,
    "X_Lambert72": 100622.31,
    "Y_Lambert72": 211823.9,
}
_SUGGESTION: Final[dict[str, Any]] = {
    "operationId": "geolocationSuggestion",
    "tags": ["geolocation v4"],
    "summary": "Addresses, streets and municipalities as text",
    "description": "As `/geolocation/v4/Suggestion` of Geopunt answers.",
    "parameters": [
        _parameter("q", "What somebody typed.", maxLength=LONGEST) | {"required": True},
        _count(_SUGGESTIONS),
    ],
    "responses": {
        "200": {
            "description": "What may be meant, best first.",
            "content": {
                "application/json": {
                    "example": {"SuggestionResult": ["Kerkstraat 12, 9999 Zandwijk"]}
                }
            },
        },
        "400": PROBLEM,
    },
}
_LOCATION: Final[dict[str, Any]] = {
    "operationId": "geolocationLocation",
    "tags": ["geolocation v4"],
    "summary": "Where an address, street or municipality is, or what is at a point",
    "description": (
        "As `/geolocation/v4/Location` of Geopunt answers. Give `q`, `latlon` or `xy`. A street "
        "has no house number, a municipality no street either: those are null. A box number stands "
        "in `FormattedAddress` only. `ID` is the number of the address in the register; where the "
        "data hold none, and for streets and municipalities, it is a negative number of ours."
    ),
    "parameters": [
        _parameter("q", "What somebody typed, or a suggestion.", maxLength=LONGEST),
        _parameter("latlon", "Degrees north and east with a comma between: the nearest address."),
        _parameter("xy", "Metres of Lambert 72 with a comma between: the nearest address."),
        _parameter(
            "type", "Only of this kind.", enum=["Housenumber", "Thoroughfarename", "Municipality"]
        ),
        _count(_LOCATIONS),
    ],
    "responses": {
        "200": {
            "description": "Places, best or nearest first; none when nothing fits.",
            "content": {
                "application/json": {
                    "example": {
                        "LocationResult": [
                            {
                                "Municipality": "Zandwijk",
                                "Zipcode": "9999",
                                "Thoroughfarename": "Kerkstraat",
                                "Housenumber": "12",
                                "ID": 123456,
                                "FormattedAddress": "Kerkstraat 12, 9999 Zandwijk",
                                "Location": _PLACE_EXAMPLE,
                                "LocationType": "crab_huisnummer_afgeleidVanObject",
                                "BoundingBox": {
                                    "LowerLeft": _PLACE_EXAMPLE,
                                    "UpperRight": _PLACE_EXAMPLE,
                                },
                            }
                        ]
                    }
                }
            },
        },
        "400": PROBLEM,
    },
}


def router(hall: Hall) -> APIRouter:
    """``GET /geolocation/v4/Suggestion`` and ``…/Location``. Raises InvalidParameter (400)."""
    routes = APIRouter(prefix="/geolocation/v4")

    async def suggestion(request: Request) -> Response:
        given = request.query_params
        found = await hall.addresses.suggest(_text(given), _limit(given, _SUGGESTIONS))
        return answer(request, {"SuggestionResult": [one.label for one in found]})

    async def location(request: Request) -> Response:
        given = request.query_params
        limit, kind = _limit(given, _LOCATIONS), _kind(given)
        if given.get("latlon"):
            found = await _near(hall, _pair(given, "latlon"), limit, kind)
        elif given.get("xy"):
            found = await _near(hall, _pair(given, "xy"), limit, kind)
        else:
            found = await hall.addresses.locate(_text(given), limit, kind)
        return answer(request, {"LocationResult": [location_of(one) for one in found]})

    serve(routes, "/Suggestion", suggestion, _SUGGESTION)
    serve(routes, "/Location", location, _LOCATION)
    return routes


def location_of(found: Located) -> dict[str, Any]:
    """A member of ``LocationResult``."""
    return {
        "Municipality": found.municipality,
        "Zipcode": found.postcode,
        "Thoroughfarename": found.street,
        "Housenumber": found.house_number,
        "ID": _number(found.id),
        "FormattedAddress": found.label,
        "Location": _place(found.lon, found.lat, found.x, found.y),
        "LocationType": _type_of(found),
        "BoundingBox": {
            "LowerLeft": _place(found.west, found.south, found.x_min, found.y_min),
            "UpperRight": _place(found.east, found.north, found.x_max, found.y_max),
        },
    }


def _number(id: str) -> int:
    """The number in the register, or a negative one of ours that stays the same for the same thing.

    Tools read a whole number here. Lists of CRAB have none for an address, nor we for a street.
    """
    if id.isascii() and id.isdecimal():
        return int(id)
    digest = hashlib.blake2b(id.encode(), digest_size=8).digest()
    return -1 - (int.from_bytes(digest) >> 12)  # 52 bits: exact in every JSON reader


def _place(lon: float, lat: float, x: float, y: float) -> dict[str, float]:
    return {
        "Lat_WGS84": round(lat, 7),
        "Lon_WGS84": round(lon, 7),
        "X_Lambert72": round(x, 2),
        "Y_Lambert72": round(y, 2),
    }


def _type_of(found: Located) -> str:
    if found.kind == "address":
        return f"crab_huisnummer_{found.position_method or 'onbekend'}"
    return "crab_straat" if found.kind == "street" else "crab_gemeente"


async def _near(
    hall: Hall, point: tuple[float, float], limit: int, kind: Kind | None
) -> list[Located]:
    """What is at two numbers in any order or system: Lambert 72 has no degrees to be taken for."""
    if kind not in (None, "address"):
        return []
    for x, y in (point, point[::-1]):
        if (srid := guess_srid(x, y)) is not None:
            return await hall.addresses.near(x, y, srid, limit)
    return []


def _text(given: Mapping[str, str]) -> str:
    q = given.get("q", "").strip()
    if not q:
        raise InvalidParameter("q must hold what to search for.", parameter="q")
    return q


def _limit(given: Mapping[str, str], default: int) -> int:
    return min(max(whole_number(given, "c", default), 1), MOST)


def _kind(given: Mapping[str, str]) -> Kind | None:
    asked = given.get("type", "").strip().lower()
    if asked and asked not in _KINDS:
        raise InvalidParameter(
            "type must be Housenumber, Thoroughfarename or Municipality.", parameter="type"
        )
    return _KINDS.get(asked)


def _pair(given: Mapping[str, str], name: str) -> tuple[float, float]:
    parts = given[name].split(",")
    if len(parts) != 2:
        raise InvalidParameter(f"{name} must be two numbers, a comma between.", parameter=name)
    return to_number(parts[0], name), to_number(parts[1], name)
