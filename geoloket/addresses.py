"""AddressBook: from what somebody types to addresses, streets and places, and from a point to one.

The work is done by the SQL function ``geoloket.address_suggest`` over an index of its own
(``data/functions/address_*.sql``); here is one statement per question.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.database import Database
from geoloket.errors import InvalidParameter

Kind = Literal["address", "street", "municipality"]
Match = Literal["exact", "abbreviation", "prefix", "contains", "fuzzy", "range", "approximate"]
"""How a suggestion was found. ``range``: the number lies inside one such as 12-14;
``approximate``: the number or box is not in the register, this is the nearest on the same side."""

MOST: Final = 50
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may have been meant. ``lon`` and ``lat`` are degrees (CRS84)."""

    kind: Kind
    id: str
    label: str
    score: float
    match: Match
    lon: float
    lat: float
    parcel_id: str | None = None
    """The parcel under an address, in the dash notation; None for streets and places."""


class AddressBook:
    """Suggestions, one address by id, and the address at a point. All of it is public."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def suggest(self, q: str, limit: int = 10) -> list[Suggestion]:
        """What ``q`` may mean, best first; empty when nothing fits.

        Raises InvalidParameter for a query of more than 200 characters or a limit not in 1-50.
        """
        if not 1 <= limit <= MOST:
            raise InvalidParameter(f"limit must be from 1 to {MOST}.")
        if len(q) > LONGEST:
            raise InvalidParameter(f"q must not be longer than {LONGEST} characters.")
        # PostgreSQL text cannot hold NUL; no address has one.
        return await self._ask("suggest", q=q.replace("\0", " "), limit=limit)

    async def get(self, id: str) -> Suggestion | None:
        """The address (also a retired one) or street with this id, or None."""
        return next(iter(await self._ask("get", id=id.replace("\0", ""))), None)

    async def at(self, lon: float, lat: float) -> Suggestion | None:
        """The address nearest to a point in degrees (CRS84), however far; None without addresses.

        Raises InvalidParameter for a point that is not in or near Belgium.
        """
        if not (2.0 <= lon <= 7.0 and 49.0 <= lat <= 52.0):
            raise InvalidParameter("lon and lat must be degrees in or near Belgium.")
        return next(iter(await self._ask("at", lon=lon, lat=lat)), None)

    async def _ask(self, statement: str, **values: Any) -> list[Suggestion]:
        fixed = statements.read("addresses")[statement]
        async with self._database.session(VISITOR) as connection:
            cursor = await connection.execute(fixed, values)
            return [Suggestion(**row) for row in await cursor.fetchall()]


async def warm(connection: AsyncConnection[DictRow]) -> None:
    """Search once, so that plans and libraries are there when somebody types: 0.1 s, else theirs.

    Where there is nothing to search yet, nothing is warmed.
    """
    with suppress(psycopg.Error):
        await connection.execute(statements.read("addresses")["suggest"], {"q": "a 1", "limit": 1})


def refresh_index(connection: Connection[DictRow]) -> int:
    """Bring the search in step with ``geoloket.addresses`` in the caller's transaction.

    Called by an import of addresses before it commits. Returns how many can be found.
    """
    row = connection.execute(statements.read("addresses")["refresh"]).fetchone()
    return int(row["indexed"]) if row else 0
