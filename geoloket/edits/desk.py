"""EditDesk: changes one feature at a time, for somebody who may, and keeps what it was."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from geoloket.access import AccessPolicy, Principal
from geoloket.compose import edits as compose
from geoloket.crs import CRS84, SUPPORTED, Crs
from geoloket.database import Database
from geoloket.edits.bench import Bench, plain
from geoloket.edits.model import Change, Check, Entry, Held, Json
from geoloket.edits.past import Past
from geoloket.edits.reading import merged, values
from geoloket.errors import InvalidFeature
from geoloket.layer import Layer
from geoloket.registry import LayerRegistry

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")


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
        self._bench = Bench(database, registry, access, storage_srid, dict(checks or {}))
        self._past = Past(self._bench)

    def over(self, registry: LayerRegistry) -> EditDesk:
        """The same desk over other layers."""
        bench = self._bench
        return EditDesk(
            bench.database, registry, bench.access, bench.storage_srid, checks=bench.checks
        )

    async def version(self, layer: Layer, feature_id: str, who: Principal) -> str | None:
        """What changes whenever the feature does, as this person sees it; None without one."""
        who = who.on(layer.id)
        statement = compose.version(layer, plain(feature_id), self._bench.access.rows(layer, who))
        async with self._bench.database.session(who) as connection:
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
        self._bench.may(layer, who)
        name = uuid.uuid4().hex if feature_id is None else feature_id
        if not _ID.fullmatch(name):
            raise InvalidFeature("id: letters, digits and . _ ~ - only, at most 100")
        given = values(layer, _properties(feature))
        self._bench.check(layer, None, _plain_values(layer, given))
        async with self._bench.changing(layer, who, reason) as connection:
            row = given | await self._bench.shape(
                connection, layer, feature.get("geometry"), system
            )
            await connection.execute(*compose.insert(layer, name, row))
            return await self._bench.done(connection, layer, name, who)

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

        def anew(held: Held) -> tuple[Json, Any]:
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

        def some(held: Held) -> tuple[Json, Any]:
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
        async with self._bench.changing(layer, who, reason) as connection:
            held = await self._bench.hold(connection, layer, feature_id, who, match)
            self._bench.check(layer, held.properties, None)
            await connection.execute(*compose.delete(layer, feature_id))
            return await self._bench.done(connection, layer, feature_id, who)

    async def history(
        self, layer: Layer, feature_id: str, who: Principal, *, limit: int = 100
    ) -> list[Entry]:
        """What was changed in a feature, newest first; it is a look at it, and noted."""
        return await self._past.of(layer, feature_id, who, limit=limit)

    async def undo(self, change_id: int, who: Principal, *, reason: str | None = None) -> Change:
        """The feature as it was before a change, which must be its last; that is a change as well.

        Raises Conflict for one that is not the last, or of which nothing is kept any more.
        """
        return await self._past.undo(change_id, who, reason=reason)

    async def _change(  # noqa: PLR0913, PLR0917
        self,
        layer: Layer,
        feature_id: str,
        change: Callable[[Held], tuple[Json, Any]],
        who: Principal,
        match: str | None,
        reason: str | None,
        system: Crs,
    ) -> Change:
        async with self._bench.changing(layer, who, reason) as connection:
            held = await self._bench.hold(connection, layer, feature_id, who, match, system)
            properties, geometry = change(held)
            given = values(layer, properties)
            self._bench.check(layer, held.properties, held.properties | _plain_values(layer, given))
            if geometry != held.geometry:
                given |= await self._bench.shape(connection, layer, geometry, system)
            if given:
                await connection.execute(*compose.update(layer, feature_id, given))
            return await self._bench.done(connection, layer, feature_id, who)


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
