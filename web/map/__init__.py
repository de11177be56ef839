"""The map: its page, what it asks as JSON, layers without pages of their own, the background."""

from __future__ import annotations

from fastapi import APIRouter

from web.map import api, page
from web.view import View


def router(view: View) -> APIRouter:
    """``/kaart`` and ``/api/map``."""
    pages = APIRouter()
    pages.include_router(page.router(view), include_in_schema=False)
    pages.include_router(api.router(view))
    return pages
