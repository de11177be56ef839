"""FeatureStore: the features of every layer, as a person may see them. What the rooms call."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import psycopg
from psycopg.rows import DictRow

from geoloket import compose
from geoloket.access import VISITOR, AccessPolicy, Principal
from geoloket.audit import AuditLog
from geoloket.database import Database
from geoloket.errors import InvalidParameter, NotFound, Unavailable
from geoloket.layer import Layer
from geoloket.query import Box, Query
from geoloket.registry import LayerRegistry


@dataclass(frozen=True, slots=True)
class Page:
    """Features of one page in UTF-8, and what it and the next one start behind (``Query.after``).

    ``after`` is only told of a page to which features were skipped.
    """

    features: tuple[bytes, ...]
    next_after: tuple[str | None, ...] | None
    after: tuple[str | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when features are dated; a side that is None is open or unknown."""

    begin: date | datetime | None
    end: date | datetime | None


PART_BYTES: Final = 1 << 18
"""Bytes of features that are passed on together."""
_FIRST_ROWS: Final = 100
_MOST_ROWS: Final = 1000


@contextmanager
def workable(query: Query) -> Generator[None]:
    """Say so when the database cannot work a filter out, as where a number becomes too large.

    Raises InvalidParameter.
    """
    try:
        yield
    except (psycopg.DataError, psycopg.errors.InternalError_):
        if query.filter is None:
            raise
        raise InvalidParameter(
            "filter: a number or shape in it cannot be worked out", parameter="filter"
        ) from None


class FeatureStore:
    """Pages, single features, counts and extents, through one composer of SQL."""

    def __init__(
        self, database: Database, registry: LayerRegistry, access: AccessPolicy, storage_srid: int
    ) -> None:
        self._database = database
        self._registry = registry
        self._access = access
        self._srid = storage_srid
        self._audit = AuditLog(database)

    def layers(self, who: Principal) -> list[Layer]:
        """The layers that this person may see, narrowed to them, in drawing order."""
        seen = (self._access.layer(layer, who) for layer in self._registry.values())
        return [layer for layer in seen if layer is not None]

    def layer(self, layer_id: str, who: Principal) -> Layer:
        """The layer as this person may see it. Raises NotFound, also for one that is hidden."""
        declared = self._registry.get(layer_id)
        seen = self._access.layer(declared, who) if declared else None
        if seen is None:
            raise NotFound(f"There is no collection {layer_id[:100]!r}.")
        return seen

    async def page(self, layer: Layer, query: Query, who: Principal) -> Page:
        """At most ``query.limit`` features, in the order of the query."""
        who = who.on(layer.id)
        asked, after = query, None
        if query.offset:  # with the last one that is skipped: it costs nothing to know it
            asked = query.model_copy(update={"offset": query.offset - 1, "limit": query.limit + 1})
        statement = compose.page(layer, asked, self._access.rows(layer, who), self._srid)
        async with self._database.session(who) as connection:
            with workable(query):
                cursor = connection.cursor(binary=True)
                await cursor.execute(*statement, prepare=_prepared(query))
                rows = await cursor.fetchall()
        if query.offset and rows:
            after = _last(rows.pop(0))
        await self._audit.saw(who, "list", layer, (row["id"] for row in rows[: query.limit]))
        features = tuple(row["feature"] for row in rows[: query.limit])
        further = _last(rows[query.limit - 1]) if len(rows) > query.limit else None
        return Page(features, further, after)

    async def parts(self, layer: Layer, query: Query, who: Principal) -> AsyncGenerator[Page]:
        """The same page in parts of about ``PART_BYTES``, all of one moment; the last may be empty.

        Only a part is in memory. ``next_after`` is that of the last part.
        """
        who = who.on(layer.id)
        statement = compose.page(layer, query, self._access.rows(layer, who), self._srid)
        left, last, size = query.limit, None, _FIRST_ROWS
        await self._audit.saw(who, "list", layer)  # how many is not known before they are sent
        async with self._database.lent(who) as connection:
            with workable(query):
                # A cursor of the database sees what was there when it was opened.
                async with connection.cursor("page", binary=True) as cursor:
                    await cursor.execute(*statement)
                    while rows := await cursor.fetchmany(size):
                        features = tuple(row["feature"] for row in rows[:left])
                        last = _last(rows[len(features) - 1]) if features else last
                        yield Page(features, last if len(rows) > left else None)
                        left -= len(features)
                        heavy = sum(map(len, features))
                        size = max(1, min(_MOST_ROWS, PART_BYTES * len(rows) // max(1, heavy)))

    async def feature(
        self, layer: Layer, feature_id: str, who: Principal, query: Query | None = None
    ) -> bytes | None:
        """One GeoJSON feature, retired or not, or None; ``query`` says in which CRS."""
        if "\0" in feature_id:
            return None
        who = who.on(layer.id)
        rows = self._access.rows(layer, who)
        statement = compose.feature(layer, feature_id, query or Query(), rows, self._srid)
        async with self._database.session(who) as connection:
            cursor = await connection.cursor(binary=True).execute(*statement)
            row = await cursor.fetchone()
        if row is None:
            return None
        await self._audit.saw(who, "read", layer, [feature_id])
        return row["feature"]

    async def count(
        self, layer: Layer, query: Query, who: Principal, *, most: int | None = None
    ) -> int:
        """How many features the query selects on all its pages; ``most + 1`` where it is more."""
        who = who.on(layer.id)
        statement = compose.count(
            layer, query, self._access.rows(layer, who), self._srid, most=most
        )
        async with self._database.session(who) as connection:
            with workable(query):
                cursor = await connection.execute(*statement, prepare=_prepared(query))
                row = await cursor.fetchone()
        await self.counted(layer, who)
        return int(row["n"]) if row else 0

    async def counted(self, layer: Layer, who: Principal) -> None:
        """Note that somebody is told a count or an extent, also one that is remembered."""
        await self._audit.saw(who.on(layer.id), "count", layer)

    async def extent(self, layer: Layer, who: Principal) -> Box | None:
        """Bounding box in CRS84 (west, south, east, north), or None when nothing is there."""
        if layer.geometry is None:
            return None
        who = who.on(layer.id)
        await self.counted(layer, who)
        statement = compose.extent(layer, self._access.rows(layer, who))
        async with self._database.session(who) as connection:
            cursor = await connection.execute(*statement)
            row = await cursor.fetchone()
        if row is None or row["west"] is None:
            return None
        return (row["west"], row["south"], row["east"], row["north"])

    async def period(self, layer: Layer, who: Principal) -> Period | None:
        """First begin and last end of the layer's time fields, or None when it has none."""
        if not layer.time_fields:
            return None
        who = who.on(layer.id)
        await self.counted(layer, who)
        statement = compose.period(layer, self._access.rows(layer, who))
        async with self._database.session(who) as connection:
            cursor = await connection.execute(*statement)
            row = await cursor.fetchone()
        return Period(row["first"], row["last"]) if row else None

    async def secret(self, name: str) -> bytes:
        """What all web processes of this installation know. Raises Unavailable before a migrate."""
        try:
            async with self._database.session(VISITOR) as connection:
                cursor = await connection.cursor(binary=True).execute(
                    "SELECT value FROM geoloket.secrets WHERE name = %s", [name]
                )
                row = await cursor.fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
        if row is None:
            raise Unavailable("The database is older than the program; migrate it first.")
        return row["value"]


def _prepared(query: Query) -> bool | None:
    """A filter is planned with its values: its shapes are made ready once, not for each row."""
    return False if query.filter is not None or query.words else None


def _last(row: DictRow) -> tuple[str | None, ...]:
    """The keys of a row and its id."""
    keys = [value for name, value in row.items() if name.startswith("key_")]
    return (*keys, row["id"])
