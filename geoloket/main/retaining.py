"""``geoloket retention``, and what the worker does each night: rows whose time is up go."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from geoloket import retention
from geoloket.database import connect
from geoloket.main.connect import owner_dsn
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from geoloket.storage import Storage

_logger = logging.getLogger("geoloket.retention")


def lines(settings: Settings, layers: Sequence[str], *, dry_run: bool) -> Iterator[str]:
    """Do it, or with ``dry_run`` only work out what would go; a table of it, line by line.

    Raises CommandError for a layer that there is not.
    """
    registry = LayerRegistry.read(settings.layers)
    with connect(owner_dsn(settings), autocommit=True) as connection:
        done = retention.run(connection, registry, _today(), layers or None, dry_run=dry_run)
    yield from retention.table(done, dry_run=dry_run)


def each_night(dsn: str, settings: Settings) -> None:
    """The same for all layers, and for originals of street pictures; logged by number."""
    with connect(dsn, autocommit=True) as connection:
        for one in retention.run(connection, LayerRegistry.read(settings.layers), _today()):
            if one.amount:
                gone = {"layer": one.layer, "how": one.how, "rows": one.amount}
                _logger.info("retention is over", extra=gone)
    _originals(dsn, settings)


def _originals(dsn: str, settings: Settings) -> None:
    """Pictures in which people can be recognised go when they were kept as long as is said."""
    from processing.panorama.originals import delete_expired

    with connect(dsn, role="geoloket_worker") as connection:
        days = settings.imagery.originals_days
        gone = delete_expired(connection, Storage(settings.home / "storage"), days)
    if gone.deleted or gone.waiting:
        facts = {"deleted": gone.deleted, "waiting": gone.waiting}
        _logger.info("originals of street pictures", extra=facts)


def _today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/Brussels")).date()
