"""Which photos somebody may see: asked of the database once for each version of their table."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

import orjson

from geoloket.features import FeatureStore
from geoloket.query import MAX_LIMIT, Box, Query
from ogc.rasters.asking import Choice
from ogc.state import Seen

_FIELDS: Final = ("year", "flown_on", "resolution_m", "checksum")
_REMEMBERED: Final = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A photo: its file by checksum, and the box around it in the system of storage."""

    id: str
    year: int
    flown: datetime
    resolution: float
    checksum: str
    box: Box


class Sheets:
    """The photos of each role, for as long as their table does not change."""

    def __init__(self, store: FeatureStore, srid: int) -> None:
        self._store = store
        self._srid = srid
        self._known: OrderedDict[Hashable, tuple[Sheet, ...]] = OrderedDict()

    async def of(self, seen: Seen) -> tuple[Sheet, ...]:
        """All that this person may see, newest first."""
        key = (seen.key, seen.who.anyone)
        known = self._known.get(key)
        if known is None:
            found = await self._read(seen)
            known = tuple(sorted(found, key=lambda one: (one.flown, one.id), reverse=True))
            self._known[key] = known
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known

    async def _read(self, seen: Seen) -> list[Sheet]:
        found: list[Sheet] = []
        query = Query(limit=MAX_LIMIT, properties=_FIELDS, srid=self._srid)
        while True:
            page = await self._store.page(seen.layer, query, seen.who)
            found += filter(None, (_sheet(orjson.loads(feature)) for feature in page.features))
            if page.next_after is None:
                return found
            query = query.model_copy(update={"after": page.next_after})


def chosen(sheets: Iterable[Sheet], choice: Choice, box: Box | None) -> list[Sheet]:
    """Those of the choice that come near a box, in the order given."""
    return [
        one
        for one in sheets
        if (choice.year is None or one.year == choice.year)
        and (choice.begin is None or one.flown.date() >= choice.begin.date())
        and (choice.end is None or one.flown <= choice.end)
        and (box is None or _meet(one.box, box))
    ]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _sheet(feature: dict[str, Any]) -> Sheet | None:
    told, shape = feature["properties"], feature["geometry"]
    if not shape or not told["checksum"] or not told["flown_on"]:
        return None
    corners = shape["coordinates"][0]
    east, north = (max(corner[side] for corner in corners) for side in (0, 1))
    west, south = (min(corner[side] for corner in corners) for side in (0, 1))
    flown = datetime.combine(date.fromisoformat(told["flown_on"]), time.min, UTC)
    return Sheet(
        feature["id"],
        told["year"] or flown.year,
        flown,
        told["resolution_m"] or 1.0,
        told["checksum"],
        (west, south, east, north),
    )
