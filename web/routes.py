"""The door of the room: one router with every page and its JSON, for the front door to mount."""

from __future__ import annotations

from fastapi import APIRouter

from geoloket.access import VISITOR
from geoloket.hall import Hall
from geoloket.style import styled_layers
from web import (
    about,
    alerts,
    datasets,
    embedding,
    events,
    home,
    imagery,
    inspections,
    jobs,
    manual,
    map,
    oversight,
    parcels,
    permits,
    search,
    signin,
    sitemap,
    tokens,
)
from web.view import View


def router(hall: Hall) -> APIRouter:
    """All pages of the counter. Raises DeclarationFaults when a layer cannot be drawn."""
    # Pages are for visitors: what they may not see is neither drawn nor named.
    seen = {layer.id: layer for layer in hall.features.layers(VISITOR)}
    view = View(hall, styled_layers(seen))
    counter = APIRouter()
    counter.include_router(parcels.router(view))
    counter.include_router(search.router(view))
    for family in (
        sitemap,
        about,
        datasets,
        embedding,
        events,
        home,
        imagery,
        inspections,
        jobs,
        manual,
        permits,
        alerts,
        oversight,
        signin,
        tokens,
    ):
        counter.include_router(family.router(view), include_in_schema=False)
    counter.include_router(map.router(view))
    return counter
