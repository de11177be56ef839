"""Bench: the transaction in which a feature is changed, for all that changes one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import AccessPolicy, Principal
from geoloket.audit import AuditLog
from geoloket.compose import edits as compose
from geoloket.crs import CRS84, SUPPORTED, Crs
from geoloket.database import Database
from geoloket.edits.model import Change, Check, Held, Json
from geoloket.edits.reading import checked_geometry
from geoloket.errors import Conflict, Forbidden, InvalidFeature, NotFound, PreconditionFailed
from geoloket.layer import Layer
from geoloket.query import Query
from geoloket.registry import LayerRegistry

_LONGEST_REASON: Final = 500


class Bench:
    """Where a feature is held, written and let go; the desk says what becomes of it."""

    def __init__(
        self,
        database: Database,
        registry: LayerRegistry,
        access: AccessPolicy,
        storage_srid: int,
        checks: Mapping[str, Check],
    ) -> None:
        self.database = database
        self.access = access
        self.audit = AuditLog(database)
        self.fixed = statements.read("history")
        self.storage_srid = storage_srid
        self.checks = checks
        self._registry = registry

    def declared(self, layer_id: str, who: Principal) -> Layer | None:
        """A layer as this person may see it."""
        declared = self._registry.get(layer_id)
        return self.access.layer(declared, who) if declared else None

    def may(self, layer: Layer, who: Principal) -> None:
        """Raises Forbidden for who may not change this layer."""
        seen = self.declared(layer.id, who)
        if seen is None or seen.editable is None:
            raise Forbidden("This is not for you to change.")

    def check(self, layer: Layer, before: Json | None, after: Json | None) -> None:
        """Hold a change against the rules of its layer. Raises InvalidFeature."""
        rule = self.checks.get(layer.id)
        if rule is not None:
            rule(before, after)

    @asynccontextmanager
    async def changing(
        self, layer: Layer, who: Principal, reason: str | None
    ) -> AsyncGenerator[AsyncConnection[DictRow]]:
        """A transaction in which a feature of the layer is changed. Raises Forbidden."""
        self.may(layer, who)
        async with self.database.editing(who, reason=short(reason)) as connection:
            with fitting():
                yield connection

    async def hold(  # noqa: PLR0913, PLR0917
        self,
        connection: AsyncConnection[DictRow],
        layer: Layer,
        feature_id: str,
        who: Principal,
        match: str | None,
        system: Crs = SUPPORTED[CRS84],
    ) -> Held:
        """The feature, kept from others until this is over."""
        query = Query(srid=system.srid, swapped=system.swapped)
        rows = self.access.rows(layer, who)
        statement = compose.held(layer, plain(feature_id), query, rows, self.storage_srid)
        row = await (await connection.execute(*statement)).fetchone()
        if row is None:
            raise NotFound(f"There is no feature {feature_id[:100]!r} in {layer.id}.")
        if match is not None and match != row["version"]:
            raise PreconditionFailed("It was changed since you read it: read it again.")
        geometry = orjson.loads(row["geometry"]) if row["geometry"] else None
        return Held(row["version"], orjson.loads(row["properties"]), geometry)

    async def shape(
        self, connection: AsyncConnection[DictRow], layer: Layer, given: Any, system: Crs
    ) -> dict[str, Any]:
        """The column of the geometry; nothing for a layer without one. Raises InvalidFeature."""
        if given is None:
            return {"geom": None} if layer.geometry else {}
        checked_geometry(layer, given, system)
        assert layer.geometry is not None  # noqa: S101 - it was checked
        statement = compose.shape(
            system.srid, self.storage_srid, swapped=system.swapped, multi=layer.geometry.multi
        )
        text = orjson.dumps(given).decode()
        try:
            row = await (await connection.execute(statement.text, {"given": text})).fetchone()
        except (psycopg.errors.InternalError_, psycopg.DataError):
            raise InvalidFeature("geometry: this is not a geometry of GeoJSON") from None
        if row is None or row["empty"]:
            raise InvalidFeature("geometry: is empty; null means that it has no place")
        wanted = layer.geometry.type
        if wanted != "Geometry" and row["kind"] != wanted.upper():
            raise InvalidFeature(f"geometry: must be a {wanted}")
        if row["fault"]:
            raise InvalidFeature(f"geometry: is not valid: {row['fault'].split('[')[0]}")
        return {"geom": row["geom"]}

    async def done(
        self, connection: AsyncConnection[DictRow], layer: Layer, name: str, who: Principal
    ) -> Change:
        """What became of it, noted before it is told."""
        written = await (await connection.execute(self.fixed["written"])).fetchone()
        statement = compose.version(layer, name, self.access.rows(layer, who))
        row = await (await connection.execute(*statement)).fetchone()
        await self.audit.saw(who, "change", layer, [name])
        number = written["id"] if written else None
        return Change(number, layer.id, name, row["version"] if row else None)


class fitting:  # reads as a word in `with`
    """What the database refuses of a change, said as a problem of whoever sent it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, psycopg.errors.UniqueViolation):
            raise Conflict("There is a feature with that id or key already.") from None
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            raise Forbidden("This is not for you to change.") from None
        if isinstance(error, psycopg.errors.RaiseException):  # a rule of the layer, told by it
            raise InvalidFeature(str(error.diag.message_primary)) from None
        if isinstance(error, psycopg.errors.IntegrityError | psycopg.DataError):
            rule = error.diag.constraint_name or error.diag.column_name
            raise InvalidFeature(f"the layer does not allow it: {rule or 'a value'}") from None


def plain(feature_id: str) -> str:
    """An id that can be asked for. Raises NotFound."""
    if "\0" in feature_id:
        raise NotFound("There is no feature of that id.")
    return feature_id


def short(reason: str | None) -> str | None:
    """Why, as it is kept. Raises InvalidFeature."""
    if reason is None:
        return None
    if "\0" in reason or len(reason) > _LONGEST_REASON:
        raise InvalidFeature(f"reason: at most {_LONGEST_REASON} characters")
    return reason.strip() or None
