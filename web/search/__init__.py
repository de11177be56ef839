"""Search on the counter: one box for everything, and addresses for programs."""

from __future__ import annotations

from fastapi import APIRouter

from web.search import address, api, geopunt, page
from web.view import View


def router(view: View) -> APIRouter:
    """``/zoek`` and ``/adres/{id}``; for programs ``/api/addresses`` and ``/geolocation/v4``."""
    search = APIRouter()
    search.include_router(page.router(view), include_in_schema=False)
    search.include_router(address.router(view), include_in_schema=False)
    search.include_router(api.router(view.hall))
    search.include_router(geopunt.router(view.hall))
    return search
