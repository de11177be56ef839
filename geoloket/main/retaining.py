"""``geoloket retention``, and what the worker does each night: rows whose time is up go."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from geoloket import retention
from geoloket.database import connect
from geoloket.main.connect import owner_dsn
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings

_logger = logging.getLogger("geoloket.retention")


def lines(settings: Settings, layers: Sequence[str], *, dry_run: bool) -> Iterator[str]:
    """Do it, or with ``dry_run`` only work out what would go; a table of it, line by line.

    Raises CommandError for a layer that there is not.
    """
    registry = LayerRegistry.read(settings.layers)
    with connect(owner_dsn(settings), autocommit=True) as connection:
        done = retention.run(connection, registry, _today(), layers or None, dry_run=dry_run)
    yield from retention.table(done, dry_run=dry_run)


def each_day(dsn: str, layers: Sequence[Path]) -> None:
    """The same for all layers; what went is logged by number."""
    with connect(dsn, autocommit=True) as connection:
        for one in retention.run(connection, LayerRegistry.read(layers), _today()):
            if one.amount:
                gone = {"layer": one.layer, "how": one.how, "rows": one.amount}
                _logger.info("retention is over", extra=gone)


def _today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/Brussels")).date()
