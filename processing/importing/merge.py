"""From ``incoming`` into the layer's table: insert, update, retire; nothing when nothing changed.

Statements that would change no row are not given: the layer's version, and with it every cached
tile, stays. A table that is still empty is filled without its spatial indexes, which are then built
in one go: a third of the time of growing them row by row.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket import compose
from geoloket.errors import SourceRejected
from geoloket.layer import Layer
from processing.importing.incoming import Supplied
from processing.importing.mapping import Mapping

_BULK_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of ``incoming`` per state, and those of the table that were retired."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: int = 0
    repaired: int = 0
    retired: int = 0

    @property
    def rows(self) -> int:
        """Rows that the mapping returned."""
        return self.new + self.changed + self.unchanged + self.merged + self.rejected


def lock(connection: Connection[DictRow], layer: Layer) -> None:
    """Wait for another import of this layer, and keep other writers out until we commit.

    Readers are not held up.
    """
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('geoloket.import.' || %s, 0))", [layer.id]
    )
    connection.execute(
        sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(compose.table(layer))
    )


def merge(
    connection: Connection[DictRow], layer: Layer, mapping: Mapping, supplied: Supplied, full: bool
) -> Counts:
    """Write what is new or changed; with ``full`` retire what the delivery's scope now lacks.

    Raises SourceRejected for a full delivery in a format that does not say what it covers.
    """
    counts = _counts(connection)
    if counts.new:
        bulk = counts.new >= _BULK_ROWS and _is_empty(connection, layer)
        _insert(connection, layer, supplied, bulk=bulk)
    if counts.changed:
        _update(connection, layer, supplied)
    retired = _retire(connection, layer, mapping, supplied) if full else 0
    if (counts.new + counts.changed) * 10 > counts.rows:
        _analyse(connection, layer)
    return Counts(
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        merged=counts.merged,
        rejected=counts.rejected,
        repaired=counts.repaired,
        retired=retired,
    )


def _analyse(connection: Connection[DictRow], layer: Layer) -> None:
    """Statistics for the planner: from a sample of 3 000 rows, which autovacuum refines later.

    The usual sample costs as much as the import of a town's parcels.
    """
    connection.execute("SET LOCAL default_statistics_target TO 10")
    connection.execute(sql.SQL("ANALYZE {}").format(compose.table(layer)))
    connection.execute("SET LOCAL default_statistics_target TO DEFAULT")


def _counts(connection: Connection[DictRow]) -> Counts:
    cursor = connection.execute(
        "SELECT state, count(*) AS rows, count(*) FILTER (WHERE repaired) AS repaired "
        "FROM incoming GROUP BY state"
    )
    rows = cursor.fetchall()
    states = {str(row["state"]): int(row["rows"]) for row in rows}
    accepted = (row for row in rows if row["state"] != "rejected")
    return Counts(**states, repaired=sum(int(row["repaired"]) for row in accepted))


def _is_empty(connection: Connection[DictRow], layer: Layer) -> bool:
    found = connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(compose.table(layer)))
    return found.fetchone() is None


def _insert(
    connection: Connection[DictRow], layer: Layer, supplied: Supplied, *, bulk: bool
) -> None:
    made = ("geom_crs84", "geom_3857") if supplied.geometry else ()
    columns = sql.SQL(", ").join(map(sql.Identifier, ("id", *supplied.columns, *made)))
    indexes = _drop_indexes(connection, layer) if bulk else []
    # In the order in which they lie there.
    insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM incoming WHERE state = 'new'")
    connection.execute(insert.format(compose.table(layer), columns, columns))
    for statement in indexes:
        connection.execute(statement)


def _drop_indexes(connection: Connection[DictRow], layer: Layer) -> list[bytes]:
    """Drop what only finds rows; returns the statements that make these indexes again."""
    cursor = connection.execute(
        "SELECT pg_get_indexdef(indexrelid) AS statement, indexrelid::regclass::text AS name "
        "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam "
        "WHERE indrelid = to_regclass(%s) AND amname IN ('gist', 'hash')",
        [f"{layer.schema_name}.{layer.id}"],
    )
    rows = cursor.fetchall()
    for row in rows:
        connection.execute(f"DROP INDEX {row['name']}".encode())
    return [str(row["statement"]).encode() for row in rows]


def _update(connection: Connection[DictRow], layer: Layer, supplied: Supplied) -> None:
    assignments = [
        sql.SQL("{0} = incoming.{0}").format(sql.Identifier(name)) for name in supplied.columns
    ]
    connection.execute(
        sql.SQL(
            "UPDATE {} AS target SET {}, imported_at = now() FROM incoming "
            "WHERE incoming.id = target.id AND incoming.state = 'changed'"
        ).format(compose.table(layer), sql.SQL(", ").join(assignments))
    )


def _retire(
    connection: Connection[DictRow], layer: Layer, mapping: Mapping, supplied: Supplied
) -> int:
    """Retire what lies in the scope of a full delivery and is not in it; never anything else.

    A row that was delivered but rejected still exists at the source: what we have of it stays.
    """
    condition = sql.SQL(
        "target.retired_on IS NULL AND NOT EXISTS "
        "(SELECT FROM incoming WHERE incoming.id = target.id)"
    )
    if mapping.scope is None or mapping.scope not in {"*", *(f.name for f in supplied.fields)}:
        raise SourceRejected(
            f"a full delivery of {mapping.title} does not say what it covers; "
            "give its section in load.sql a '-- scope:' line, or import without --full"
        )
    if mapping.scope != "*":
        covered = sql.SQL("target.{0} IN (SELECT {0} FROM incoming WHERE {0} IS NOT NULL)").format(
            sql.Identifier(mapping.scope)
        )
        condition = sql.SQL("{} AND {}").format(covered, condition)
    table = compose.table(layer)
    gone = sql.SQL("CREATE UNLOGGED TABLE gone AS SELECT target.id FROM {} AS target WHERE {}")
    if not connection.execute(gone.format(table, condition)).rowcount:
        return 0
    retire = sql.SQL(
        "UPDATE {} AS target SET retired_on = current_date FROM gone WHERE gone.id = target.id"
    )
    return connection.execute(retire.format(table)).rowcount
