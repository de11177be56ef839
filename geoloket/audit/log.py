"""AuditLog: notes what staff look at, whichever door they came by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import psycopg
from psycopg.types.json import Jsonb

from geoloket import statements
from geoloket.access import Principal, Role
from geoloket.audit.ledger import Ledger, ledger
from geoloket.audit.looks import Deed, Look, confidential, look
from geoloket.database import Database
from geoloket.errors import Unavailable
from geoloket.layer import Layer

_ELSEWHERE: Final = Ledger(door="program")


class AuditLog:
    """Visitors are not noted, nor is what everybody may see."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fixed = statements.read("audit")

    async def saw(
        self,
        who: Principal,
        deed: Deed,
        layer: Layer,
        records: Iterable[str] = (),
        *,
        amount: int | None = None,
    ) -> None:
        """Note a look before what was seen is handed on: with the answer, or at once without one.

        ``layer`` is as this person sees it. Raises Unavailable when it cannot be written: then
        nothing may be shown.
        """
        if who.role is Role.VISITOR or not confidential(layer):
            return
        await self.note(who, look(deed, layer, tuple(records), amount))

    async def note(self, who: Principal, seen: Look) -> None:
        """Note a look at something that is no layer, as the log itself. Raises Unavailable."""
        kept = ledger.get()
        if kept is None or kept.answering:
            await self.write(who, [seen], kept or _ELSEWHERE)
        else:
            kept.add(seen)

    async def write(self, who: Principal, looks: Sequence[Look], of: Ledger) -> None:
        """Add entries, committed when this returns. Raises Unavailable."""
        values = {
            "person": who.subject or f"({who.role})",
            "role": str(who.role),
            "door": of.door,
            "purpose": of.purpose,
            "request": of.request,
            "looks": Jsonb([one.document() for one in looks]),
        }
        try:
            async with self._database.session(who) as connection:
                await connection.execute("SET TRANSACTION READ WRITE")
                await connection.execute(self._fixed["record"], values)
        except psycopg.Error:
            raise Unavailable("What is looked at cannot be noted, so nothing is shown.") from None
