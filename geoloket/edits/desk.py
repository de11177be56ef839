"""EditDesk: changes one feature at a time, for somebody who may, and keeps what it was."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
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
from geoloket.edits.reading import checked_geometry, merged, values
from geoloket.errors import Conflict, Forbidden, InvalidFeature, NotFound, PreconditionFailed
from geoloket.layer import Layer
from geoloket.query import Query
from geoloket.registry import LayerRegistry

Json = Mapping[str, Any]
Check = Callable[[Json | None, Json | None], None]
"""Given the properties before and after (None: there was, or is, no feature); raises InvalidFeature
for a change that is not to be. What is undone is not checked."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
_LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What was done: ``id`` is that of its history, None when nothing became different."""

    id: int | None
    layer: str
    feature: str
    version: str | None
    """Of the feature as it is now; None when it is gone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a feature, as its history tells it."""

    id: int
    at: datetime
    name: str
    """Of the person, or the login of the database."""
    deed: str
    reason: str | None
    undoes: int | None
    undone: bool
    token: str | None
    before: Json | None
    """Properties that differ, as they were."""
    after: Json | None
    forgotten: bool


@dataclass(frozen=True, slots=True)
class _Held:
    version: str
    properties: dict[str, Any]
    geometry: Any


class EditDesk:
    """Every method raises NotFound for what this person does not see, Forbidden for what they may
    not change, and Unavailable.
    """

    def __init__(  # what a change touches
        self,
        database: Database,
        registry: LayerRegistry,
        access: AccessPolicy,
        storage_srid: int,
        *,
        checks: Mapping[str, Check] | None = None,
    ) -> None:
        """``checks`` by layer id."""
        self._database = database
        self._registry = registry
        self._access = access
        self._srid = storage_srid
        self._checks = dict(checks or {})
        self._audit = AuditLog(database)
        self._fixed = statements.read("history")

    async def version(self, layer: Layer, feature_id: str, who: Principal) -> str | None:
        """What changes whenever the feature does, as this person sees it; None without one."""
        who = who.on(layer.id)
        statement = compose.version(layer, _plain(feature_id), self._access.rows(layer, who))
        async with self._database.session(who) as connection:
            row = await (await connection.execute(*statement)).fetchone()
        return row["version"] if row else None

    async def create(  # noqa: PLR0913
        self,
        layer: Layer,
        feature: Json,
        who: Principal,
        *,
        feature_id: str | None = None,
        reason: str | None = None,
        system: Crs = SUPPORTED[CRS84],
    ) -> Change:
        """A new feature; raises InvalidFeature, and Conflict where its id is taken."""
        self._may(layer, who)
        name = uuid.uuid4().hex if feature_id is None else feature_id
        if not _ID.fullmatch(name):
            raise InvalidFeature("id: letters, digits and . _ ~ - only, at most 100")
        given = values(layer, _properties(feature))
        self._check(layer, None, _plain_values(layer, given))
        async with self._changing(layer, who, reason) as connection:
            row = given | await self._shape(connection, layer, feature.get("geometry"), system)
            await connection.execute(*compose.insert(layer, name, row))
            return await self._done(connection, layer, name, who)

    async def replace(  # noqa: PLR0913
        self,
        layer: Layer,
        feature_id: str,
        feature: Json,
        who: Principal,
        *,
        match: str | None = None,
        reason: str | None = None,
        system: Crs = SUPPORTED[CRS84],
    ) -> Change:
        """A feature made anew: what is not given is empty. ``match`` is the version it must have.

        Raises InvalidFeature and PreconditionFailed.
        """
        whole = dict.fromkeys(field.name for field in layer.fields) | dict(_properties(feature))

        def anew(held: _Held) -> tuple[Json, Any]:
            return whole, feature.get("geometry")

        return await self._change(layer, feature_id, anew, who, match, reason, system)

    async def update(  # noqa: PLR0913
        self,
        layer: Layer,
        feature_id: str,
        patch: Json,
        who: Principal,
        *,
        match: str | None = None,
        reason: str | None = None,
        system: Crs = SUPPORTED[CRS84],
    ) -> Change:
        """Some of a feature changed, by a JSON merge patch of it (RFC 7396).

        Raises InvalidFeature and PreconditionFailed.
        """

        def some(held: _Held) -> tuple[Json, Any]:
            geometry = held.geometry
            if "geometry" in patch:
                geometry = merged(geometry, patch["geometry"])
            return dict(_properties(patch)), geometry

        return await self._change(layer, feature_id, some, who, match, reason, system)

    async def delete(
        self,
        layer: Layer,
        feature_id: str,
        who: Principal,
        *,
        match: str | None = None,
        reason: str | None = None,
    ) -> Change:
        """A feature taken away; its history keeps it. Raises PreconditionFailed."""
        self._may(layer, who)
        async with self._changing(layer, who, reason) as connection:
            held = await self._hold(connection, layer, feature_id, who, match)
            self._check(layer, held.properties, None)
            await connection.execute(*compose.delete(layer, feature_id))
            return await self._done(connection, layer, feature_id, who)

    async def history(
        self, layer: Layer, feature_id: str, who: Principal, *, limit: int = 100
    ) -> list[Entry]:
        """What was changed in a feature, newest first; it is a look at it, and noted."""
        who = who.on(layer.id)
        asked = {"layer": layer.id, "feature": _plain(feature_id), "limit": limit}
        self._may(layer, who)
        async with self._database.session(who) as connection:
            rows = await (await connection.execute(self._fixed["of_feature"], asked)).fetchall()
        await self._audit.saw(who, "read", layer, [feature_id])
        return [_entry(layer, row) for row in rows]

    async def undo(self, change_id: int, who: Principal, *, reason: str | None = None) -> Change:
        """The feature as it was before a change, which must be its last; that is a change as well.

        Raises Conflict for one that is not the last, or of which nothing is kept any more.
        """
        async with self._database.editing(
            who, reason=_short(reason), undoes=change_id
        ) as connection:
            cursor = await connection.execute(self._fixed["change"], {"id": change_id})
            row = await cursor.fetchone()
            layer = self._declared(row["layer"], who) if row else None
            if row is None or layer is None:
                raise NotFound(f"There is no change {change_id}.")
            self._may(layer, who)
            before, after, name = row["before"], row["after"], row["feature"]
            if row["forgotten_at"] is not None:
                raise Conflict("What this was before is not kept any more: its time was up.")
            _last(row, change_id)
            with _fitting():
                if after is not None:
                    await self._hold(connection, layer, name, who, None)
                    # Somebody may have been before us while we waited for the row.
                    cursor = await connection.execute(self._fixed["change"], {"id": change_id})
                    _last(await cursor.fetchone(), change_id)
                if before is None:
                    await connection.execute(*compose.delete(layer, name))
                else:
                    kept = _columns(layer, before)
                    write = compose.insert if after is None else compose.update
                    await connection.execute(*write(layer, name, kept))
            done = await self._done(connection, layer, name, who)
        return done

    async def _change(  # noqa: PLR0913, PLR0917
        self,
        layer: Layer,
        feature_id: str,
        change: Callable[[_Held], tuple[Json, Any]],
        who: Principal,
        match: str | None,
        reason: str | None,
        system: Crs,
    ) -> Change:
        self._may(layer, who)
        async with self._changing(layer, who, reason) as connection:
            held = await self._hold(connection, layer, feature_id, who, match, system)
            properties, geometry = change(held)
            given = values(layer, properties)
            self._check(layer, held.properties, held.properties | _plain_values(layer, given))
            if geometry != held.geometry:
                given |= await self._shape(connection, layer, geometry, system)
            if given:
                await connection.execute(*compose.update(layer, feature_id, given))
            return await self._done(connection, layer, feature_id, who)

    @asynccontextmanager
    async def _changing(
        self, layer: Layer, who: Principal, reason: str | None
    ) -> AsyncGenerator[AsyncConnection[DictRow]]:
        async with self._database.editing(who, reason=_short(reason)) as connection:
            with _fitting():
                yield connection

    async def _hold(  # noqa: PLR0913, PLR0917
        self,
        connection: AsyncConnection[DictRow],
        layer: Layer,
        feature_id: str,
        who: Principal,
        match: str | None,
        system: Crs = SUPPORTED[CRS84],
    ) -> _Held:
        """The feature, kept from others until this is over."""
        query = Query(srid=system.srid, swapped=system.swapped)
        rows = self._access.rows(layer, who)
        statement = compose.held(layer, _plain(feature_id), query, rows, self._srid)
        row = await (await connection.execute(*statement)).fetchone()
        if row is None:
            raise NotFound(f"There is no feature {feature_id[:100]!r} in {layer.id}.")
        if match is not None and match != row["version"]:
            raise PreconditionFailed("It was changed since you read it: read it again.")
        geometry = orjson.loads(row["geometry"]) if row["geometry"] else None
        return _Held(row["version"], orjson.loads(row["properties"]), geometry)

    async def _shape(
        self, connection: AsyncConnection[DictRow], layer: Layer, given: Any, system: Crs
    ) -> dict[str, Any]:
        """The column of the geometry; nothing for a layer without one."""
        if given is None:
            return {"geom": None} if layer.geometry else {}
        checked_geometry(layer, given, system)
        assert layer.geometry is not None  # noqa: S101 - it was checked
        statement = compose.shape(
            system.srid, self._srid, swapped=system.swapped, multi=layer.geometry.multi
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

    async def _done(
        self, connection: AsyncConnection[DictRow], layer: Layer, name: str, who: Principal
    ) -> Change:
        """What became of it, noted before it is told."""
        written = await (await connection.execute(self._fixed["written"])).fetchone()
        statement = compose.version(layer, name, self._access.rows(layer, who))
        row = await (await connection.execute(*statement)).fetchone()
        await self._audit.saw(who, "change", layer, [name])
        number = written["id"] if written else None
        return Change(number, layer.id, name, row["version"] if row else None)

    def _declared(self, layer_id: str, who: Principal) -> Layer | None:
        declared = self._registry.get(layer_id)
        return self._access.layer(declared, who) if declared else None

    def _check(self, layer: Layer, before: Json | None, after: Json | None) -> None:
        check = self._checks.get(layer.id)
        if check is not None:
            check(before, after)

    def _may(self, layer: Layer, who: Principal) -> None:
        seen = self._declared(layer.id, who)
        if seen is None or seen.editable is None:
            raise Forbidden("This is not for you to change.")


class _fitting:  # reads as a word in `with`
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


def _last(row: DictRow | None, change_id: int) -> None:
    if row is None or row["last"] != change_id:
        raise Conflict("It was changed again after that; undo the later change first.")


def _properties(feature: Json) -> Json:
    given = feature.get("properties")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InvalidFeature("properties: must be an object")
    return given  # pyright: ignore[reportUnknownVariableType]


def _plain_values(layer: Layer, given: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has them, every field of the layer among them where the feature is new."""
    return {name: _json(value) for name, value in given.items() if layer.field(name)}


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _plain(feature_id: str) -> str:
    if "\0" in feature_id:
        raise NotFound("There is no feature of that id.")
    return feature_id


def _short(reason: str | None) -> str | None:
    if reason is None:
        return None
    if "\0" in reason or len(reason) > _LONGEST_REASON:
        raise InvalidFeature(f"reason: at most {_LONGEST_REASON} characters")
    return reason.strip() or None


def _columns(layer: Layer, row: Json) -> dict[str, Any]:
    """What the history kept of a row, by column; PostgreSQL reads its own texts again."""
    names = [field.name for field in layer.fields] + (["geom"] if layer.geometry else [])
    return {name: row[name] for name in names if name in row}


def _entry(layer: Layer, row: DictRow) -> Entry:
    before, after = row["before"], row["after"]
    names = [field.name for field in layer.fields] + (["geom"] if layer.geometry else [])
    if before is not None and after is not None:
        names = [name for name in names if before.get(name) != after.get(name)]

    def told(one: Json | None) -> Json | None:
        return None if one is None else {name: one.get(name) for name in names}

    return Entry(
        id=row["id"],
        at=row["at"],
        name=row["name"],
        deed=row["deed"],
        reason=row["reason"],
        undoes=row["undoes"],
        undone=row["undone"],
        token=row["token"],
        before=told(before),
        after=told(after),
        forgotten=row["forgotten_at"] is not None,
    )
