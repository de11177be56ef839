"""``geoloket undo``: takes back one change of a feature, for whoever sits at the server."""

from __future__ import annotations

import asyncio
import getpass

from geoloket.access import AccessPolicy, Principal, Role
from geoloket.database import Database
from geoloket.edits import Change, EditDesk
from geoloket.main.connect import web_dsn
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings


def undo(settings: Settings, change_id: int, reason: str | None) -> Change:
    """Take it back. Raises NotFound, Conflict and Unavailable."""
    return asyncio.run(_undo(settings, change_id, reason))


async def _undo(settings: Settings, change_id: int, reason: str | None) -> Change:
    name = getpass.getuser()
    who = Principal(Role.HOUSING, f"(command line) {name}", f"{name}, op de server")
    database = Database(web_dsn(settings), size=2)
    registry = LayerRegistry.read(settings.layers)
    await database.open()
    try:
        desk = EditDesk(database, registry, AccessPolicy(), settings.storage_srid)
        return await desk.undo(change_id, who, reason=reason)
    finally:
        await database.close()
