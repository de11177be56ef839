"""Everything that makes the configured database a Geoloket database."""

from __future__ import annotations

from collections.abc import Callable

from geoloket.database import connect
from geoloket.main.connect import owner_dsn
from geoloket.migrate import migrate, reproject
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings


def migrate_all(settings: Settings, report: Callable[[str], None] = lambda line: None) -> None:
    """Migrate the configured database; ``report`` is told what was applied.

    Raises DeclarationFaults and CommandError, and has then changed nothing.
    """
    registry = LayerRegistry.read(settings.layers)
    with connect(owner_dsn(settings)) as connection:
        migrate(connection, registry, settings.storage_srid, report)


def reproject_all(settings: Settings, report: Callable[[str], None]) -> None:
    """Compute the stored geometries anew, as after a PROJ grid was installed."""
    with connect(owner_dsn(settings)) as connection:
        reproject(connection, LayerRegistry.read(settings.layers), report)
