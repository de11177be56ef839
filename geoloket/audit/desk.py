"""LogDesk: the audit log for who has the role ``admin``, a page at a time; looking is noted too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import PORTER, Duty, Principal
from geoloket.audit.log import AuditLog
from geoloket.audit.looks import Look
from geoloket.database import Database
from geoloket.errors import Forbidden

ITSELF: Final = "audit"
"""What stands in the log for the log itself, where others have a layer."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries: of a period, and narrowed by what is not None."""

    since: datetime
    until: datetime
    person: str | None = None
    layer: str | None = None
    record: str | None = None
    before: int | None = None
    """Older than this entry: the number of the last one on the page before."""


class LogDesk:
    """Answers who has the role ``admin``, and nobody else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._audit = AuditLog(database)
        self._fixed = statements.read("audit")

    async def find(self, who: Principal, search: Search, most: int) -> Sequence[DictRow]:
        """Entries, newest first, at most so many. Raises Forbidden."""
        _insist(who)
        values = {
            "since": search.since,
            "until": search.until,
            "person": search.person,
            "layer": search.layer,
            "record": search.record,
            "before": search.before,
            "most": most,
        }
        async with self._database.session(PORTER) as connection:
            rows = await (await connection.execute(self._fixed["looked_up"], values)).fetchall()
        # By number, and not by what was typed to find them.
        numbers = tuple(str(row["seq"]) for row in rows)
        await self._audit.note(who, Look("list", ITSELF, numbers, len(numbers)))
        return rows

    async def verdict(self, who: Principal) -> DictRow | None:
        """What was found when the chain was last held against its hashes. Raises Forbidden."""
        _insist(who)
        async with self._database.session(PORTER) as connection:
            cursor = await connection.execute(self._fixed["last_verdict"])
            return await cursor.fetchone()


def _insist(who: Principal) -> None:
    if Duty.ADMIN not in who.duties:
        raise Forbidden("The audit log is for who has the role admin.")
