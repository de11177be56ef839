"""The street picture on the page of a parcel: the newest that everybody may see."""

from __future__ import annotations

from typing import Any

from geoloket.access import VISITOR
from geoloket.hall import Hall
from web import words
from web.imagery.cutout import cutout
from web.sentences import Sentences


async def street_picture(
    hall: Hall, parcel: str, place: str, say: Sentences
) -> dict[str, Any] | None:
    """What the page draws; None when no reviewed picture shows the parcel, for staff neither."""
    captures = await hall.imagery.captures(VISITOR, parcel)
    if not captures:
        return None
    newest = captures[-1]
    at = newest.captured_at
    taken = words.day(at, say.language) if at else str(newest.year)
    return {
        "id": newest.panorama,
        "cut": cutout(newest.yaw_deg),
        "taken": taken,
        "alt": say("imagery.alt", place=place, date=taken),
    }
