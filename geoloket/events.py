"""Events: how an approved one goes on with the clock, and what it clashes with (``EventConflict``).

Of clashes only staff hear. The database finds the pairs that are near each other while their
periods overlap; the rule that says how bad a pair is stands here, as a function of plain values. As
in GIPOD, works that are not concretely planned yet count with their whole period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import Principal
from geoloket.audit import AuditLog
from geoloket.database import Database
from geoloket.layer import Layer

BUFFER_M: Final = 10.0
"""By how many metres a zone is widened before it is laid on another."""
NEAR_M: Final = 100.0
"""Within how many metres something is worth telling."""
_CONCRETE: Final = frozenset({
    "planned", "in_execution", "approved", "approved_with_conditions", "ongoing",
})  # fmt: skip


class Severity(IntEnum):
    """How bad a clash is: the higher, the worse."""

    INFO = 1
    WARNING = 2
    BLOCKING = 3


@dataclass(frozen=True, slots=True)
class Conflict:
    """An event and what it clashes with, from one moment until before another."""

    severity: Severity
    event_id: str
    event: str
    venue: str | None
    layer: str
    other_id: str
    other: str
    kind: str
    distance_m: float
    same_organiser: bool
    clash_from: datetime
    clash_until: datetime


def severity(  # noqa: PLR0913  # one argument a fact of the rule
    *,
    kind: str,
    effects: str,
    status: str,
    distance_m: float,
    same_organiser: bool = False,
    buffer_m: float = BUFFER_M,
) -> Severity | None:
    """How bad it is that two things overlap in time; None where they are no business of each other.

    ``kind`` is that of the other thing: ``event`` or a kind of occupation; ``effects`` what it
    takes away, with commas; ``distance_m`` lies between the zones as they are drawn. Zones that are
    ``buffer_m`` apart touch when widened, which is no overlap.
    """
    if distance_m >= buffer_m:
        near = distance_m <= NEAR_M
        return Severity.INFO if near or same_organiser else None
    if status not in _CONCRETE or kind in ("diversion", "parking_ban"):
        return Severity.WARNING
    closed = kind == "road_closure" or "roadway" in effects.split(",")
    if closed or kind in ("event", "groundwork"):
        return Severity.BLOCKING
    return Severity.WARNING


def conflicts(
    connection: Connection[DictRow],
    start: datetime,
    end: datetime | None = None,
    *,
    buffer_m: float = BUFFER_M,
) -> list[Conflict]:
    """The clashes of the events between two moments, worst first, then soonest. For staff only."""
    values = {"from": start, "until": end, "near_m": max(NEAR_M, buffer_m)}
    rows = connection.execute(statements.read("events")["conflict_candidates"], values).fetchall()
    return _clashes(rows, buffer_m)


async def conflicts_seen_by(
    who: Principal, database: Database, layers: Iterable[Layer], start: datetime
) -> list[Conflict]:
    """The clashes of the events from a moment on, as somebody of the staff may see them.

    ``layers`` are those that this person may see; what is seen of each is noted in the audit log.
    Raises Unavailable; and psycopg's InsufficientPrivilege for a visitor, who may see none.
    """
    values = {"from": start, "until": None, "near_m": NEAR_M}
    async with database.session(who) as connection:
        statement = statements.read("events")["conflict_candidates"]
        rows = await (await connection.execute(statement, values)).fetchall()
    known = {layer.id: layer for layer in layers}
    found = [one for one in _clashes(rows, BUFFER_M) if known.keys() >= {"events", one.layer}]
    audit = AuditLog(database)
    for layer_id, layer in known.items():
        mine = {one.event_id: None for one in found if layer_id == "events"}
        mine |= {one.other_id: None for one in found if one.layer == layer_id}
        if mine:
            await audit.saw(who, "list", layer, mine)
    return found


def refresh(connection: Connection[DictRow], now: datetime) -> bool:
    """Bring approved events up to a moment: ongoing when they begin, completed when they end.

    Tells whether anything changed; when nothing did, the layers keep their version.
    """
    fixed = statements.read("events")
    found = connection.execute(fixed["out_of_date"], {"now": now}).fetchone()
    if not (found and found["stale"]):
        return False
    connection.execute(fixed["go_on"], {"now": now})
    connection.execute(fixed["occupations_go_on"], {"now": now})
    return True


def _clashes(rows: Iterable[Mapping[str, Any]], buffer_m: float) -> list[Conflict]:
    found = [made for row in rows if (made := _conflict(row, buffer_m))]
    return sorted(found, key=lambda it: (-it.severity, it.clash_from, it.event_id, it.other_id))


def _conflict(row: Mapping[str, Any], buffer_m: float) -> Conflict | None:
    how_bad = severity(
        kind=row["kind"],
        effects=row["effects"],
        status=row["status"] or "unknown",
        distance_m=row["distance_m"],
        same_organiser=row["same_organiser"],
        buffer_m=buffer_m,
    )
    if how_bad is None:
        return None
    taken = ("event_id", "event", "venue", "layer", "other_id", "other", "kind", "distance_m",
             "same_organiser", "clash_from", "clash_until")  # fmt: skip
    return Conflict(how_bad, **{name: row[name] for name in taken})
