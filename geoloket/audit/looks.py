"""What is noted of somebody who looks: the layer, what was done, and which records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from geoloket.declaration import Visibility
from geoloket.layer import Layer

Deed = Literal["read", "list", "count", "tile", "export", "change", "run"]
"""One record by its id; a page; only a count or extent; a tile; a whole selection; a change; a
process that is started."""

RUNS: Final = "processes"
"""What stands in the log for processes, where others have a layer."""

MOST_RECORDS: Final = 100
"""Ids that an entry names; of more it tells how many there were."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a layer: never with what somebody typed to get there."""

    deed: Deed
    layer: str
    records: tuple[str, ...] = ()
    """Ids of features, or the box of a tile."""
    amount: int | None = None

    def document(self) -> dict[str, Any]:
        """As ``audit.record`` takes it."""
        return asdict(self)


def look(deed: Deed, layer: Layer, records: tuple[str, ...], amount: int | None = None) -> Look:
    """A look at these records: by their ids where they are few."""
    named = records if len(records) <= MOST_RECORDS else ()
    return Look(deed, layer.id, named, len(records) if amount is None and records else amount)


def confidential(layer: Layer) -> bool:
    """Whether something of the layer, as this person sees it, is not for visitors."""
    shown = [field.visibility for field in layer.fields]
    if layer.geometry:
        shown.append(layer.geometry.visibility)
    closed = any(one is not Visibility.PUBLIC for one in (*shown, layer.visibility))
    return closed or layer.public_when is not None
