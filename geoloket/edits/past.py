"""Past: what was changed in a feature, and the last change taken back."""

from __future__ import annotations

from psycopg.rows import DictRow

from geoloket.access import Principal
from geoloket.compose import edits as compose
from geoloket.edits.bench import Bench, fitting, plain, short
from geoloket.edits.model import Change, Entry, kept
from geoloket.errors import Conflict, NotFound
from geoloket.layer import Layer


class Past:
    """Reads the history that triggers write."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def of(
        self, layer: Layer, feature_id: str, who: Principal, *, limit: int = 100
    ) -> list[Entry]:
        """What was changed in a feature, newest first; it is a look at it, and noted."""
        who = who.on(layer.id)
        asked = {"layer": layer.id, "feature": plain(feature_id), "limit": limit}
        self._bench.may(layer, who)
        async with self._bench.database.session(who) as connection:
            rows = await (
                await connection.execute(self._bench.fixed["of_feature"], asked)
            ).fetchall()
        await self._bench.audit.saw(who, "read", layer, [feature_id])
        return [Entry.of(layer, row) for row in rows]

    async def undo(self, change_id: int, who: Principal, *, reason: str | None = None) -> Change:
        """The feature as it was before a change, which must be its last; that is a change as well.

        Raises Conflict for one that is not the last, or of which nothing is kept any more.
        """
        async with self._bench.database.editing(
            who, reason=short(reason), undoes=change_id
        ) as connection:
            cursor = await connection.execute(self._bench.fixed["change"], {"id": change_id})
            row = await cursor.fetchone()
            layer = self._bench.declared(row["layer"], who) if row else None
            if row is None or layer is None:
                raise NotFound(f"There is no change {change_id}.")
            self._bench.may(layer, who)
            before, after, name = row["before"], row["after"], row["feature"]
            if row["forgotten_at"] is not None:
                raise Conflict("What this was before is not kept any more: its time was up.")
            _last(row, change_id)
            with fitting():
                if after is not None:
                    await self._bench.hold(connection, layer, name, who, None)
                    # Somebody may have been before us while we waited for the row.
                    cursor = await connection.execute(
                        self._bench.fixed["change"], {"id": change_id}
                    )
                    _last(await cursor.fetchone(), change_id)
                if before is None:
                    await connection.execute(*compose.delete(layer, name))
                else:
                    was = kept(layer, before)
                    write = compose.insert if after is None else compose.update
                    await connection.execute(*write(layer, name, was))
            done = await self._bench.done(connection, layer, name, who)
        return done


def _last(row: DictRow | None, change_id: int) -> None:
    if row is None or row["last"] != change_id:
        raise Conflict("It was changed again after that; undo the later change first.")
