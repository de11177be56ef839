"""``geoloket retention``, and what the worker does each night: rows whose time is up go."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import retention, statements
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
    """The same for all layers, for what is kept beside them and for files; logged by number."""
    with connect(dsn, autocommit=True) as connection:
        for one in retention.run(connection, LayerRegistry.read(settings.layers), _today()):
            if one.amount:
                gone = {"layer": one.layer, "how": one.how, "rows": one.amount}
                _logger.info("retention is over", extra=gone)
        _beside(connection, settings)
    _pictures(dsn, settings)
    _rejects(settings)


def _beside(connection: Connection[DictRow], settings: Settings) -> None:
    """What is kept of people who sign in, and of who asked to have a picture blurred."""
    days = {
        "rests_days": settings.identity.token_rests_days,
        "requests_days": settings.imagery.requests_days,
    }
    for name, statement in statements.read("tidying").items():
        if gone := connection.execute(statement, days).rowcount:
            _logger.info("time is up", extra={"what": name, "rows": gone})


def _pictures(dsn: str, settings: Settings) -> None:
    """Originals whose time is up, in which people can be recognised; and files without a row."""
    from processing.panorama.discarded import delete_discarded
    from processing.panorama.originals import delete_expired

    storage = Storage(settings.home / "storage")
    with connect(dsn, role="geoloket_worker") as connection:
        days = settings.imagery.originals_days
        gone = delete_expired(connection, storage, days)
        discarded = delete_discarded(connection, storage)
    if discarded:
        _logger.info("files of street pictures that are gone", extra={"pictures": discarded})
    if gone.deleted or gone.waiting:
        facts = {"deleted": gone.deleted, "waiting": gone.waiting}
        _logger.info("originals of street pictures", extra=facts)


def _rejects(settings: Settings) -> None:
    """Files with rows that an import did not take, which may tell of people as its layer does."""
    before = time.time() - settings.jobs.keep_days * 86_400
    folder = settings.home / "rejects"
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.is_file() and file.stat().st_mtime < before:
            file.unlink(missing_ok=True)


def _today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/Brussels")).date()
