"""Parcels on the counter: the page of a parcel, what stands beside it, and its dossier."""

from __future__ import annotations

from fastapi import APIRouter

from web.parcels import dossier, page
from web.view import View


def router(view: View) -> APIRouter:
    """``/perceel/{key}`` with ``.geojson`` and ``.svg``; ``.json`` and ``.pdf`` are the dossier."""
    parcels = APIRouter()
    # First: the address of a page holds any key, and so any ending.
    parcels.include_router(dossier.router(view))
    parcels.include_router(page.router(view), include_in_schema=False)
    return parcels
