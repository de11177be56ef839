"""AlertDesk: what visitors ask of the counter, each by one function of the database.

Visitors' sessions read no table of the schema ``alerts``: an e-mail address goes in and never comes
out. Tokens come as words and go to the database as hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.database import Database
from geoloket.tokens import hashed, new_token

Frequency = Literal["each", "weekly"]
Answer = Literal["asked", "busy", "unknown"]
"""``busy``: this client asked too often; ``unknown``: there is no such file or address."""

RADII: Final = (100, 250, 500, 1000, 2000, 5000)
"""Metres around an address that can be chosen."""

CONSENT: Final = "2026-11"
"""Edition of the sentence that one agrees to (``alerts.consent`` in the texts); kept as proof."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to follow: a permit by its id, or metres around an address by its id."""

    kind: Literal["permit", "circle"]
    subject: str
    radius_m: int | None
    frequency: Frequency
    language: str


@dataclass(frozen=True, slots=True)
class Follow:
    """Something that is followed, as its follower may see it."""

    kind: Literal["permit", "circle", "weekly"]
    """``weekly``: all that one hears of weekly, which a letter can stop as a whole."""
    label: str
    frequency: Frequency
    permit_id: str | None = None
    radius_m: int | None = None
    id: UUID | None = None
    confirmed_at: datetime | None = None
    stopped: bool = False


class AlertDesk:
    """Follow, confirm, stop and manage."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fixed = statements.read("alerts")

    async def permit(self, number: str) -> DictRow | None:
        """The file of a number (ours, the region's or the municipality's): id, number, title."""
        async with self._database.session(VISITOR) as connection:
            cursor = await connection.execute(self._fixed["permit"], {"number": number})
            return await cursor.fetchone()

    async def ask(self, wish: Wish, mailbox: str, client: str) -> Answer:
        """Have a letter sent that asks for confirmation; the answer never tells who is known.

        ``mailbox`` is an e-mail address that was looked at; ``client`` the network address that
        asks, of which nothing is kept that leads back to it.
        """
        row = await self._write(
            "ask",
            client=client,
            mailbox=mailbox,
            language=wish.language,
            kind=wish.kind,
            subject=wish.subject,
            radius=wish.radius_m,
            frequency=wish.frequency,
            consent=CONSENT,
        )
        return row["answer"]

    async def remind(self, mailbox: str, client: str, language: str) -> Answer:
        """Have the link to all that an address follows sent to it, when it follows something."""
        row = await self._write("remind", client=client, mailbox=mailbox, language=language)
        return row["answer"]

    async def subject_of(self, token: str, purpose: Literal["confirm", "stop"]) -> Follow | None:
        """What the link of a letter is about; None when it is not valid, or not any more."""
        values = {"token": hashed(token), "purpose": purpose}
        async with self._database.session(VISITOR) as connection:
            cursor = await connection.execute(self._fixed["subject_of"], values)
            row = await cursor.fetchone()
        return Follow(**row) if row else None

    async def confirm(self, token: str) -> str | None:
        """Confirm a follow; a token for the page of all of them, or None for a bad link."""
        entry = new_token()
        row = await self._write("confirm", token=hashed(token), entry=hashed(entry))
        return entry if row["answer"] else None

    async def stop(self, token: str) -> bool:
        """Stop by the link of a letter, as often as one likes; False for a bad link."""
        row = await self._write("stop", token=hashed(token))
        return bool(row["answer"])

    async def followed(self, token: str) -> list[Follow] | None:
        """All that the holder of a link follows; None for a bad link."""
        async with self._database.session(VISITOR) as connection:
            cursor = await connection.execute(self._fixed["followed"], {"token": hashed(token)})
            rows = await cursor.fetchall()
        return [Follow(**row) for row in rows if row["id"]] if rows else None

    async def manage(
        self, token: str, deed: Literal["each", "weekly", "stop", "erase"], chosen: UUID | None
    ) -> bool:
        """Change or stop one follow, stop all (``chosen`` None), or erase; False for a bad link."""
        row = await self._write("manage", token=hashed(token), deed=deed, chosen=chosen)
        return bool(row["answer"])

    async def _write(self, statement: str, **values: Any) -> DictRow:
        """Visitors' sessions do not write, save here and through the functions meant for it."""
        async with self._database.session(VISITOR) as connection, connection.transaction():
            await connection.execute("SET TRANSACTION READ WRITE")
            row = await (await connection.execute(self._fixed[statement], values)).fetchone()
        assert row is not None  # noqa: S101 - a function without rows always gives one
        return row
