"""TileStore: vector tiles of any layers together, as a person may see them.

A tile never passes ``LARGEST`` bytes. Below the zoom from which a layer is whole
(``map.full_zoom``), what would be smaller than about a pixel is left out; where that is not enough,
the layer that weighs most is drawn coarser until the tile fits, largest features first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from geoloket import compose
from geoloket.access import AccessPolicy, Principal
from geoloket.audit import AuditLog
from geoloket.compose import Frame, Part
from geoloket.database import Database
from geoloket.layer import Layer
from geoloket.turns import Turns

LARGEST: Final = 500_000
"""Bytes of a tile before compression."""
_PIXEL: Final = 8
"""Units of a tile in a pixel, where it is drawn at 512 pixels."""
_FIRST: Final = 4
_COARSEST: Final = 32
_WAIT_S: Final = 30.0


class TileStore:
    """Vector tiles, one statement each unless a tile is too heavy."""

    def __init__(
        self, database: Database, access: AccessPolicy, storage_srid: int, *, coarse: int = 4
    ) -> None:
        """At most ``coarse`` tiles are drawn coarser at a time: those look at the most rows."""
        self._database = database
        self._access = access
        self._srid = storage_srid
        self._audit = AuditLog(database)
        self._coarse = Turns(coarse, 50 * coarse, _WAIT_S, "Others are waiting for such tiles.")

    async def tile(self, layers: Sequence[Layer], frame: Frame, zoom: int, who: Principal) -> bytes:
        """A Mapbox Vector Tile 2.1 of the layers that are offered at ``zoom``; empty when void.

        ``zoom`` is the level of WebMercatorQuad that the tile's scale comes nearest to from below.
        """
        parts = [
            Part(layer, carried(layer, zoom), self._access.rows(layer, who), grain(layer, zoom))
            for layer in layers
            if layer.geometry and layer.map and layer.map.min_zoom <= zoom
        ]
        if not parts:
            return b""
        for part in parts:
            await self._audit.saw(who.on(part.layer.id), "tile", part.layer, [_named(frame)])
        if not any(part.grain for part in parts):
            return await self._fitting(parts, frame, who)
        async with self._coarse.turn():
            return await self._fitting(parts, frame, who)

    async def _fitting(self, parts: list[Part], frame: Frame, who: Principal) -> bytes:
        made = await self._made(parts, frame, who)
        while sum(map(len, made)) > LARGEST:
            heavy = max(range(len(parts)), key=lambda place: len(made[place]))
            coarser = max(_FIRST, parts[heavy].grain * 2)
            parts[heavy] = replace(parts[heavy], grain=coarser)
            # Coarser than the tile itself, one feature is still too heavy: it is not drawn.
            fits = coarser <= compose.EXTENT
            made[heavy] = (await self._made([parts[heavy]], frame, who))[0] if fits else b""
        return b"".join(made)

    async def _made(self, parts: Sequence[Part], frame: Frame, who: Principal) -> list[bytes]:
        statement = compose.tile(parts, frame, self._srid)
        async with self._database.session(who) as connection:
            cursor = await connection.cursor(binary=True).execute(*statement)
            rows = await cursor.fetchall()
        return [row["tile"] for row in sorted(rows, key=lambda row: row["place"])]


def _named(frame: Frame) -> str:
    """A tile in the audit log: EPSG number and box."""
    return f"{frame.srid}:" + ",".join(f"{side:.9g}" for side in frame.box)


def carried(layer: Layer, zoom: int) -> tuple[str, ...]:
    """Properties in tiles of a zoom: where the layer is not whole, those that it is drawn by."""
    if layer.map is None:
        return ()
    if zoom >= layer.map.whole_from:
        return ("id", *layer.map.fields)
    return tuple(name for name in layer.map.fields if name != layer.map.label)


def grain(layer: Layer, zoom: int) -> int:
    """Units of a tile below which nothing is told apart: a pixel, and more further out."""
    if layer.map is None or zoom >= layer.map.whole_from:
        return 0
    return int(min(_COARSEST, _PIXEL * 2 ** (layer.map.whole_from - zoom - 1)))
