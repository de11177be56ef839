"""Rows whose retention is over go: deleted or made anonymous, as their layer declares.

Run as the owner, by the command line, the worker each night and the process ``retention``. One
transaction a layer: it is done or it is not. What the history keeps of such rows is forgotten with
them; the audit log has a term of its own (``audit.retention_years``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, LiteralString, cast

from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket import compose
from geoloket.errors import CommandError
from geoloket.layer import Expiry, Layer
from geoloket.registry import LayerRegistry

AT_ONCE: Final = 500
"""Rows of one statement: the memory that a run takes does not grow with what goes."""
ANONYMOUS: Final = "anoniem-"
"""What the ids of anonymous rows begin with; the rest is chance."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one layer, or would with ``dry_run``."""

    layer: str
    retention: str
    how: Literal["delete", "anonymise"] | None
    """None: the layer says how long, and not what to do then."""
    before: date | None
    """Rows that were over before this day go."""
    amount: int
    undated: int = 0
    """Rows that stay because none of the dates that count is known."""
    histories: int = 0
    """Rows that somebody deleted that long ago, of which what they were is forgotten now."""


def run(
    connection: Connection[DictRow],
    registry: LayerRegistry,
    today: date,
    only: Sequence[str] | None = None,
    *,
    dry_run: bool = False,
) -> list[Outcome]:
    """Let go what is over, layer by layer, each committed by itself.

    ``connection`` is the owner's. Raises CommandError for a layer that there is not.
    """
    for name in only or ():
        if name not in registry:
            raise CommandError(f"there is no layer {name!r}")
    return [
        _layer(connection, layer, today, dry_run=dry_run)
        for layer in sorted(registry.values(), key=lambda one: one.id)
        if layer.retention != "permanent" and (only is None or layer.id in only)
    ]


def _layer(connection: Connection[DictRow], layer: Layer, today: date, *, dry_run: bool) -> Outcome:
    if layer.expiry is None:
        return Outcome(layer.id, layer.retention, None, None, 0)
    with connection.transaction(force_rollback=dry_run):
        row = connection.execute(
            "SELECT (%s::date - %s::interval)::date AS before", [today, layer.retention]
        ).fetchone()
        before: date = row["before"] if row else today
        amount = sum(_batches(connection, layer, layer.expiry, before))
        undated = _undated(connection, layer, layer.expiry)
        histories = _forgotten(connection, layer, before) if layer.editable else 0
        outcome = Outcome(
            layer.id, layer.retention, layer.expiry.how, before, amount, undated, histories
        )
        if amount:
            connection.execute(
                "INSERT INTO geoloket.retention_runs (layer, how, before, amount) "
                "VALUES (%s, %s, %s, %s)",
                [layer.id, layer.expiry.how, before, amount],
            )
    return outcome


def _batches(
    connection: Connection[DictRow], layer: Layer, expiry: Expiry, before: date
) -> Iterator[int]:
    """How many went, batch by batch."""
    go = _deleted(layer) if expiry.how == "delete" else _anonymised(layer, expiry)
    chosen = _over(layer, expiry)
    values = {"before": before, "at_once": AT_ONCE, "anonymous": ANONYMOUS}
    while True:
        rows = connection.execute(sql.SQL(" ").join([chosen, go]), values).fetchall()
        if not rows:
            return
        if layer.editable:
            names = [row[name] for row in rows for name in ("old_id", "new_id") if row[name]]
            connection.execute("SELECT history.forget(%s, %s)", [layer.id, names])
        yield len(rows)


def _over(layer: Layer, expiry: Expiry) -> sql.Composable:
    """The rows of one batch, held until the end."""
    conditions: list[sql.Composable] = [sql.SQL("{} < %(before)s").format(_day(expiry))]
    if expiry.only_when:
        # A declaration of the operator's own tree is as trusted as the program itself.
        conditions.append(sql.SQL("({})").format(sql.SQL(cast("LiteralString", expiry.only_when))))
    if expiry.how == "anonymise":
        conditions.append(sql.SQL("NOT starts_with(id, %(anonymous)s)"))
    return sql.SQL(
        "WITH over AS MATERIALIZED "
        "(SELECT id FROM {} WHERE {} ORDER BY id LIMIT %(at_once)s FOR UPDATE)"
    ).format(compose.table(layer), sql.SQL(" AND ").join(conditions))


def _day(expiry: Expiry) -> sql.Composable:
    """The latest of the days that count; NULLs do not."""
    days = (sql.SQL("{}::date").format(sql.Identifier(name)) for name in expiry.after)
    return sql.SQL("greatest({})").format(sql.SQL(", ").join(days))


def _deleted(layer: Layer) -> sql.Composable:
    return sql.SQL(
        "DELETE FROM {} AS one USING over WHERE one.id = over.id "
        "RETURNING over.id AS old_id, NULL AS new_id"
    ).format(compose.table(layer))


def _anonymised(layer: Layer, expiry: Expiry) -> sql.Composable:
    sets: list[sql.Composable] = [
        sql.SQL("{} = NULL").format(sql.Identifier(name)) for name in expiry.clear
    ]
    if layer.geometry:
        sets.append(sql.SQL("geom = NULL, geom_crs84 = NULL, geom_3857 = NULL"))
    return sql.SQL(
        "UPDATE {} AS one SET id = %(anonymous)s || gen_random_uuid(), {} FROM over "
        "WHERE one.id = over.id RETURNING over.id AS old_id, one.id AS new_id"
    ).format(compose.table(layer), sql.SQL(", ").join(sets))


def _undated(connection: Connection[DictRow], layer: Layer, expiry: Expiry) -> int:
    statement = sql.SQL("SELECT count(*) AS n FROM {} WHERE {} IS NULL").format(
        compose.table(layer), _day(expiry)
    )
    row = connection.execute(statement).fetchone()
    return row["n"] if row else 0


def _forgotten(connection: Connection[DictRow], layer: Layer, before: date) -> int:
    """How many rows that are there no more the history still told of."""
    statement = sql.SQL(
        "SELECT feature FROM history.changes AS change "
        "WHERE layer = %(layer)s AND forgotten_at IS NULL "
        "AND NOT EXISTS (SELECT FROM {} AS one WHERE one.id = change.feature) "
        "GROUP BY feature HAVING max(at)::date < %(before)s"
    ).format(compose.table(layer))
    rows = connection.execute(statement, {"layer": layer.id, "before": before}).fetchall()
    names = [row["feature"] for row in rows]
    connection.execute("SELECT history.forget(%s, %s)", [layer.id, names])
    return len(names)


def table(outcomes: Sequence[Outcome], *, dry_run: bool) -> Iterator[str]:
    """What became of it, as lines of a table."""
    yield "\t".join(
        (
            "layer",
            "kept",
            "before",
            "how",
            "would go" if dry_run else "went",
            "undated",
            "histories",
        )
    )
    for one in outcomes:
        told = (
            one.layer,
            one.retention,
            one.before.isoformat() if one.before else "-",
            one.how or "nothing is declared",
            str(one.amount),
            str(one.undated),
            str(one.histories),
        )
        yield "\t".join(told)
