"""``geoloket audit verify|list``, and what the worker does each day: old entries go."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg

from geoloket.audit import chain
from geoloket.audit.chain import Verdict
from geoloket.database import connect
from geoloket.errors import CommandError
from geoloket.main.connect import owner_dsn
from geoloket.settings import AuditSettings, Settings

_logger = logging.getLogger("geoloket.audit")


def verify(settings: Settings) -> Verdict:
    """Hold the chain against its hashes. Raises CommandError before a migrate."""
    with connect(owner_dsn(settings)) as connection:
        try:
            verdict = chain.verify(connection, key(settings.audit))
            connection.commit()
            chain.judged(connection, verdict)
            return verdict
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            raise CommandError("there is no audit log yet; run geoloket migrate") from None


def lines(settings: Settings, since: datetime | None) -> Iterator[str]:
    """Entries, one a line: when, who, what, of which layer, which records, why, by which door."""
    moment = since.astimezone(UTC) if since else None
    with connect(owner_dsn(settings)) as connection:
        for one in chain.listed(connection, moment):
            what = ",".join(one["records"]) or (
                "" if one["amount"] is None else f"{one['amount']}×"
            )
            told = (one["subject"], one["role"], one["deed"], one["layer"], what)
            why = (one["purpose"] or "-", one["door"], one["request"] or "-")
            at = one["at"].astimezone(UTC).isoformat(timespec="milliseconds")
            yield "\t".join((str(one["seq"]), at, *told, *why))


def tidy(dsn: str, settings: AuditSettings) -> int:
    """Delete entries that were kept as long as they must be; how many went.

    The others are held against their hashes, and what was found is noted for the page of the log.
    """
    now = datetime.now(UTC)
    # The 29th of February is the 1st of March in other years.
    day = (now.month, now.day) if (now.month, now.day) != (2, 29) else (3, 1)
    before = now.replace(year=now.year - settings.retention_years, month=day[0], day=day[1])
    secret = key(settings)
    with connect(dsn) as connection:
        gone = chain.prune(connection, before, secret)
        connection.commit()
        verdict = chain.verify(connection, secret)
        chain.judged(connection, verdict, before)
    if verdict.fault:
        _logger.error("the audit log was changed", extra={"entry": verdict.seq})
    return gone


def key(settings: AuditSettings) -> bytes | None:
    """The key of the settings, or None for the database's own. Raises CommandError."""
    if settings.key:
        return settings.key.get_secret_value().encode()
    if settings.key_file is None:
        return None
    try:
        return settings.key_file.read_bytes().strip()
    except OSError as error:
        raise CommandError(f"audit.key_file: {error.strerror or error}") from None
