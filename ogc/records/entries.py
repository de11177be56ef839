"""What the catalogue knows of a layer: nothing but what is in memory already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from geoloket.declaration import Visibility
from geoloket.features import Period
from geoloket.layer import Layer
from geoloket.query import Box
from ogc.state import Seen
from ogc.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """A layer as somebody sees it, with where and when its features are."""

    seen: Seen
    box: Box | None
    """West, south, east, north in CRS84; None where nothing has a place."""
    period: Period | None

    @property
    def layer(self) -> Layer:
        """The declaration, narrowed to this person."""
        return self.seen.layer

    @property
    def open(self) -> bool:
        """Whether everybody may have the data."""
        return self.layer.visibility is Visibility.PUBLIC

    @property
    def changed_at(self) -> datetime:
        """When the data last changed, in UTC, whole seconds."""
        return self.seen.state.changed_at.astimezone(UTC).replace(microsecond=0)


async def entries(visit: Visit, only: Layer | None = None) -> list[Entry]:
    """Every layer that this person may see, or one of them. Raises Unavailable."""
    layers = [only] if only else visit.layers()
    memory = visit.service.memory
    return [
        Entry(seen, await memory.extent(seen), await memory.period(seen))
        for seen in await visit.seen_all(layers)
    ]


def around(found: Iterable[Entry]) -> Box | None:
    """The box around all of them, in CRS84."""
    boxes = [entry.box for entry in found if entry.box]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west), min(south), max(east), max(north))
