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
from geoloket.crs import guess_srid
from geoloket.database import Database
from geoloket.errors import InvalidParameter

Kind = Literal["address", "street", "municipality"]
Match = Literal["exact", "abbreviation", "prefix", "contains", "fuzzy", "range", "approximate"]
"""How a suggestion was found. ``range``: the number lies inside one such as 12-14;
``approximate``: the number or box is not in the register, this is the nearest on the same side."""

MOST: Final = 50
REACH_M: Final = 1000.0
"""How far from a point an address may be to be called its nearest."""
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


@dataclass(frozen=True, slots=True)
class Located:
    """Something that was found, taken apart.

    ``lon``, ``lat`` and west … north are degrees (CRS84); ``x``, ``y`` and x_min … y_max metres in
    Lambert 72 (EPSG:31370). The box holds all addresses of a street and all streets of a
    municipality; that of an address is its point.
    """

    kind: Kind
    id: str
    label: str
    municipality: str
    postcode: str | None
    """None for a municipality of several postcodes."""
    street: str | None
    house_number: str | None
    box_number: str | None
    position_method: str | None
    """How the register says that the position was found, such as ``afgeleidVanObject``."""
    lon: float
    lat: float
    x: float
    y: float
    west: float
    south: float
    east: float
    north: float
    x_min: float
    y_min: float
    x_max: float
    y_max: float
    distance_m: float | None = None
    """From the point that was asked for, in the plane of the storage CRS."""
    parcel_id: str | None = None


@dataclass(frozen=True, slots=True)
class ParcelAround:
    """A parcel at or beside an address; ``distance_m`` is 0 when it holds the address."""

    id: str
    capakey: str
    distance_m: float


class AddressBook:
    """Suggestions, places taken apart, one address by id, and what is near a point; all public."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def suggest(self, q: str, limit: int = 10) -> list[Suggestion]:
        """What ``q`` may mean, best first; empty when nothing fits.

        Raises InvalidParameter for a query of more than 200 characters or a limit not in 1-50.
        """
        q = _searchable(q, limit)
        return [Suggestion(**row) for row in await self._ask("suggest", q=q, limit=limit)]

    async def locate(self, q: str, limit: int = 1, kind: Kind | None = None) -> list[Located]:
        """What ``q`` may mean, best first, taken apart; only of one kind when that is given.

        Raises InvalidParameter as ``suggest`` does.
        """
        q = _searchable(q, limit)
        looked = MOST if kind else limit
        rows = await self._ask("locate", q=q, looked=looked, limit=limit, kind=kind)
        return [Located(**row) for row in rows]

    async def get(self, id: str) -> Suggestion | None:
        """The address (also a retired one) or street with this id, or None."""
        rows = await self._ask("get", id=id.replace("\0", ""))
        return Suggestion(**rows[0]) if rows else None

    async def parcels_around(self, id: str, metres: float) -> list[ParcelAround]:
        """The parcels of today at an address, those that hold it first, then the nearest ones."""
        rows = await self._ask("parcels_around", id=id.replace("\0", ""), metres=metres)
        return [ParcelAround(**row) for row in rows]

    async def near(self, x: float, y: float, srid: int, limit: int = 1) -> list[Located]:
        """The addresses nearest to a point within ``REACH_M``: srid 4326 (degrees), 31370 or 3812.

        A point that cannot be in Belgium has none. Raises InvalidParameter for a limit not in 1-50.
        """
        if not 1 <= limit <= MOST:
            raise InvalidParameter(f"limit must be from 1 to {MOST}.")
        if guess_srid(x, y) != srid:
            return []
        rows = await self._ask("near", x=x, y=y, srid=srid, limit=limit, metres=REACH_M)
        return [Located(**row) for row in rows]

    async def _ask(self, statement: str, **values: Any) -> list[DictRow]:
        fixed = statements.read("addresses")[statement]
        async with self._database.session(VISITOR) as connection:
            return await (await connection.execute(fixed, values)).fetchall()


def _searchable(q: str, limit: int) -> str:
    if not 1 <= limit <= MOST:
        raise InvalidParameter(f"limit must be from 1 to {MOST}.")
    if len(q) > LONGEST:
        raise InvalidParameter(f"q must not be longer than {LONGEST} characters.")
    # PostgreSQL text cannot hold NUL; no address has one.
    return q.replace("\0", " ")


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
