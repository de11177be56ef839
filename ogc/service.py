"""What outlives a request: layers as people see them, memory, the engine and the pages."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import monotonic

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from geoloket import __version__
from geoloket.access import VISITOR, Principal
from geoloket.errors import Unavailable
from geoloket.hall import Hall
from geoloket.layer import Layer
from geoloket.style import StyledLayer, style_of
from geoloket.versions import States
from ogc.engine import Engine
from ogc.once import Once
from ogc.pages import Pages
from ogc.paging import Cursors, Landmarks
from ogc.state import Memory, Seen

Frame = Callable[[Request, str, Markup], Awaitable[HTMLResponse]]
"""Puts the body of a page in the frame of the site: request, title, body."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The layers that one person sees, each narrowed to them, and what their declarations are."""

    layers: Mapping[str, Layer]
    fingerprints: Mapping[str, str]
    styles: Mapping[str, StyledLayer]


class Service:
    """One per application; holds no state of a request."""

    def __init__(self, hall: Hall, frame: Frame) -> None:
        self.hall = hall
        self.frame = frame
        self.store = hall.features
        self.memory = Memory(hall.features)
        self.tiles = Once[bytes]()
        self.pages = Pages()
        self.landmarks = Landmarks()
        self._cursors: Cursors | None = None
        self._outlook = lru_cache(maxsize=64)(self._look)
        self._engine = lru_cache(maxsize=16)(self._build)
        # The next whole second, so that no date that was given out before can be as late.
        self._since = datetime.now(UTC) + timedelta(seconds=1)
        self._newest: States = {}
        self._warming: asyncio.Task[None] | None = None
        hall.versions.on_change = self._changed

    async def cursors(self) -> Cursors:
        """What signs the next links. Raises Unavailable."""
        if self._cursors is None:
            self._cursors = Cursors(await self.store.secret("paging"))
        return self._cursors

    def layers(self, who: Principal) -> list[Layer]:
        """The layers that this person may see, in drawing order."""
        return list(self._outlook(who.anyone).layers.values())

    def layer(self, name: str, who: Principal) -> Layer | None:
        """The layer of that id as this person may see it, or None."""
        return self._outlook(who.anyone).layers.get(name)

    def styled(self, name: str, who: Principal) -> StyledLayer:
        """How the layer of that id is drawn for this person. Raises KeyError when it is not."""
        return self._outlook(who.anyone).styles[name]

    async def seen(
        self, layers: Sequence[Layer], who: Principal, *, sure: bool = False
    ) -> list[Seen]:
        """The layers at the version that their tables have now. Raises Unavailable.

        ``sure`` asks the database, for a client that must see what it has just changed.
        """
        states = await self.hall.versions.current(sure=sure)
        if any(layer.id not in states for layer in layers):
            states = await self.hall.versions.ask()  # made a moment ago
        prints = self._outlook(who.anyone).fingerprints
        missing = [layer.id for layer in layers if layer.id not in states]
        if missing:
            raise Unavailable(f"These layers have no table yet: {', '.join(missing)}.")
        return [
            Seen(layer, who, states[layer.id], prints[layer.id], self._since) for layer in layers
        ]

    def engine(self, who: Principal) -> Engine:
        """pygeoapi over the layers that this person may see; one for all with the same role."""
        return self._engine(who.anyone)

    def _changed(self, states: States) -> None:
        """Have ready what requests of visitors will ask of the layers as they are now."""
        self._newest = states
        if self._warming is None or self._warming.done():
            self._warming = asyncio.create_task(self._warm())

    async def _warm(self) -> None:
        """One layer after another, until nothing is new, and at most half of the time."""
        done: States | None = None
        while done is not self._newest:
            done, began = self._newest, monotonic()
            layers = [layer for layer in self.layers(VISITOR) if layer.id in done]
            with suppress(Unavailable):  # whoever asks is told so
                for seen in await self.seen(layers, VISITOR):
                    await self.memory.warm(seen)
            await asyncio.sleep(monotonic() - began)

    def _look(self, who: Principal) -> Outlook:
        layers = {layer.id: layer for layer in self.store.layers(who)}
        prints = {layer_id: _fingerprint(layer) for layer_id, layer in layers.items()}
        styles = {layer.id: style_of(layer) for layer in layers.values() if layer.map}
        return Outlook(layers, prints, styles)

    def _build(self, who: Principal) -> Engine:
        return Engine(self.hall, self.layers(who), who)


def _fingerprint(layer: Layer) -> str:
    declared = layer.model_dump_json(exclude={"folder"})
    return hashlib.sha256(f"{__version__}{declared}".encode()).hexdigest()[:10]
