"""Permits on the counter: the page of a file, the list of all, their feeds and their calendars."""

from __future__ import annotations

from fastapi import APIRouter

from web.permits import listing, page
from web.view import View


def router(view: View) -> APIRouter:
    """``/vergunning/{nr}``, ``/vergunningen`` and what stands beside them, in both languages."""
    pages = APIRouter()
    pages.include_router(listing.router(view))
    pages.include_router(page.router(view))
    return pages
