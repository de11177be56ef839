"""TokenDesk: access tokens of staff, for programs that cannot sign in, such as QGIS.

``glk_`` + ten characters that name it + ``_`` + 256 random bits. What names it is found again in
lists and in the audit log; of the whole only the SHA-256 is kept. It is for one task, which the log
tells with each look. Decision 0025 tells what a token opens, and for how long.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import PORTER, Duty, Principal, person
from geoloket.database import Database
from geoloket.errors import Conflict, InvalidParameter, NotKnown
from geoloket.layer import Layer
from geoloket.settings import IdentitySettings
from geoloket.tokens import hashed, new_token

PREFIX: Final = "glk_"
DECLARED: Final = "declared"
"""Purpose of a token whose layers ask for no task: the one that they declare."""
_WHOLE: Final = re.compile(r"glk_([a-z2-7]{10})_[A-Za-z0-9_-]{43}")
_MOST_EACH: Final = 20
"""Tokens of one person."""
_LONGEST_TITLE: Final = 100


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner finds it in the list."""

    id: str
    title: str
    layers: Sequence[str]
    writes: bool
    runs: bool
    """Whether it starts processes."""
    purpose: str | None
    """Code of a task; None for one that was made before that was asked, and has ended."""
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime
    ended: bool


class TokenDesk:
    """Makes, finds and ends access tokens."""

    def __init__(
        self, database: Database, settings: IdentitySettings, registry: Mapping[str, Layer]
    ) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry
        self._fixed = statements.read("tokens")

    def over(self, registry: Mapping[str, Layer]) -> TokenDesk:
        """The same desk over other layers."""
        return TokenDesk(self._database, self._settings, registry)

    async def knows(self, subject: str, duties: Iterable[Duty]) -> None:
        """Note the roles of somebody who signs in, also when they have none any more."""
        await self._write("knows", subject=subject, duties=sorted(duties))

    def strays(self, purpose: str, layers: Iterable[str]) -> list[str]:
        """Layers that a token for this task is not for: they ask for another one.

        All of them where none asks for this task: data that nobody needs for it stay shut.
        """
        asking = {
            name: {task.code for task in self._registry[name].purposes}
            for name in layers
            if name in self._registry and self._registry[name].purposes
        }
        if purpose != DECLARED and not asking:
            return sorted(layers)
        return sorted(name for name, codes in asking.items() if purpose not in codes)

    async def make(  # noqa: PLR0913 - all that a token is
        self,
        owner: Principal,
        title: str,
        layers: Iterable[str],
        days: int,
        *,
        purpose: str,
        writes: bool,
        runs: bool = False,
    ) -> str:
        """A new token of somebody who is signed in; it is told this once.

        ``purpose`` is the code of a task that its layers ask for, or ``DECLARED`` where none asks.
        Raises InvalidParameter, and Conflict where they have too many.
        """
        title, wanted = title.strip(), sorted(set(layers))
        if not 0 < len(title) <= _LONGEST_TITLE or not title.isprintable():
            raise InvalidParameter("title: a short name", parameter="title")
        if not wanted:
            raise InvalidParameter("layers: one at least", parameter="layers")
        if strays := self.strays(purpose, wanted):
            told = f"purpose: no task of {', '.join(strays)}; make a token for each task"
            raise InvalidParameter(told, parameter="purpose")
        if not 1 <= days <= self._settings.token_days:
            most = self._settings.token_days
            raise InvalidParameter(f"days: from 1 to {most}", parameter="days")
        name = base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10]
        token = f"{PREFIX}{name}_{new_token()}"
        row = await self._write(
            "make",
            id=name,
            token=hashed(token),
            subject=owner.subject,
            name=owner.name,
            title=title,
            duties=sorted(owner.duties),
            layers=wanted,
            writes=writes,
            runs=runs,
            purpose=purpose,
            lasts=timedelta(days=days),
            most=_MOST_EACH,
        )
        if not row["answer"]:
            raise Conflict(f"You have {_MOST_EACH} access tokens; end one first.")
        return token

    async def find(self, token: str) -> Principal:
        """Whoever a token is of, for the layers that it is for.

        Raises NotKnown for one that is wrong, ended or taken away, that was made by somebody else's
        provider, or of whose owner the provider has not said for too long that they are staff.
        """
        told = _WHOLE.fullmatch(token)
        if told is None:
            raise NotKnown(_REFUSED)
        given = {
            "id": told[1],
            # Found by its hash: how long that takes tells nothing of the token.
            "token": hashed(token),
            "issuer": self._settings.issuer,
            "rests": timedelta(days=self._settings.token_rests_days),
        }
        async with self._database.session(PORTER) as connection:
            cursor = await connection.execute(self._fixed["find"], given)
            row = await cursor.fetchone()
        if row is None:
            raise NotKnown(_REFUSED)
        who = person(row["subject"], row["name"], map(Duty, row["duties"]))
        if not who.signed_in:
            raise NotKnown(_REFUSED)
        if row["stale"]:
            await self._write("use", id=told[1])
        # It opens layers: no duty of its owner goes with it but, where they said so, to processes.
        return replace(
            who,
            duties=frozenset(),
            token=told[1],
            scope=frozenset(row["layers"]),
            writes=row["writes"],
            runs=who.duties if row["runs"] else frozenset(),
            purpose=row["purpose"],
        )

    async def listed(self, owner: Principal) -> list[Token]:
        """The tokens of somebody, newest first."""
        given = {"issuer": self._settings.issuer, "subject": owner.subject}
        async with self._database.session(PORTER) as connection:
            rows = await (await connection.execute(self._fixed["listed"], given)).fetchall()
        return [Token(**row) for row in rows]

    async def end(self, token_id: str, owner: Principal) -> bool:
        """Take a token away from now on; whether this person had it."""
        row = await self._write("end", id=token_id, subject=owner.subject)
        return bool(row["answer"])

    async def _write(self, statement: str, **values: Any) -> DictRow:
        given = {"issuer": self._settings.issuer, **values}
        async with self._database.session(PORTER) as connection:
            await connection.execute("SET TRANSACTION READ WRITE")
            cursor = await connection.cursor(binary=True).execute(self._fixed[statement], given)
            row = await cursor.fetchone()
        assert row is not None  # noqa: S101 - a function without rows always gives one
        return row


_REFUSED: Final = (
    "This access token is not valid: it is wrong, it has ended or it was taken away, or its owner "
    "has to sign in once more."
)
