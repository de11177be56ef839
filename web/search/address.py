"""``/adres/{id}``: where an address leads, its parcel or the parcels that it may belong to."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from geoloket.errors import NotFound
from web import words
from web.paths import PATHS, language_of, path, twin
from web.search.page import on_map
from web.sentences import sentences
from web.view import View

_AROUND_M: Final = 50.0
_ZOOM: Final = 18


def router(view: View) -> APIRouter:
    """``/adres/{id}`` and ``/en/address/{id}``. Raises NotFound."""
    pages = APIRouter()

    async def address(request: Request, id: str) -> Response:
        say = sentences(language_of(request))
        book = view.hall.addresses
        found = await book.get(unquote(id))
        if found is None or found.kind != "address":
            raise NotFound("There is no such address.")
        around = await book.parcels_around(found.id, _AROUND_M)
        holding = [parcel for parcel in around if parcel.distance_m == 0]
        if len(holding) == 1:
            return RedirectResponse(path("parcel", say.language, id=holding[0].id), 303)
        return await view.page(
            request,
            "address.html",
            twin=twin("address", id=found.id),
            address=found,
            holding=holding,
            beside=[(p, words.around(p.distance_m)) for p in around if p.distance_m > 0],
            map_href=on_map(found.lon, found.lat, _ZOOM, say),
        )

    for location in PATHS["address"].values():
        pages.add_api_route(location, address, methods=["GET", "HEAD"], response_model=None)
    return pages
