"""``geoloket audit verify|list``, and what the worker does each day: old entries go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg

from geoloket.audit import chain
from geoloket.audit.chain import Verdict
from geoloket.database import connect
from geoloket.errors import CommandError
from geoloket.main.connect import owner_dsn
from geoloket.settings import AuditSettings, Settings


def verify(settings: Settings) -> Verdict:
    """Hold the chain against its hashes. Raises CommandError before a migrate."""
    with connect(owner_dsn(settings)) as connection:
        try:
            return chain.verify(connection, key(settings.audit))
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
    """Delete entries that were kept as long as they must be; how many went."""
    now = datetime.now(UTC)
    # The 29th of February is the 1st of March in other years.
    day = (now.month, now.day) if (now.month, now.day) != (2, 29) else (3, 1)
    before = now.replace(year=now.year - settings.retention_years, month=day[0], day=day[1])
    with connect(dsn) as connection:
        return chain.prune(connection, before, key(settings))


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
