"""Oversight: who looked at what, and the register of processing that follows from the layers.

``entries`` is shared with the page on privacy, which tells everybody the main part of it.
"""

from __future__ import annotations

from fastapi import APIRouter

from web.oversight import logbook, register
from web.view import View


def router(view: View) -> APIRouter:
    """``/medewerker/logboek`` and ``/medewerker/verwerkingsregister``; none without a provider."""
    pages = APIRouter()
    if view.hall.people is not None:
        pages.include_router(logbook.router(view))
        pages.include_router(register.router(view))
    return pages
