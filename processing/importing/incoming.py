"""From ``staging`` to ``incoming``: the mapping, a verdict per row, and what is to be done with it.

``incoming`` has ``n``, ``id``, the fields that the format supplies, ``geom``, ``retired_on``,
``reject`` (a reason or NULL), ``repaired`` and ``state``:

=============  ========================================================================
``new``        not in the table yet
``changed``    in the table with other values, or retired there
``unchanged``  in the table as it is: not written at all
``merged``     says again what an earlier row of this delivery said
``rejected``   ``reject`` says why
=============  ========================================================================
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString, cast

import psycopg
from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket import compose
from geoloket.errors import SourceRejected
from geoloket.field import SQL_TYPES, FieldType, LayerField
from geoloket.layer import Layer
from processing.importing.mapping import Mapping

_READERS: Final[dict[FieldType, LiteralString]] = {
    "integer": "geoloket.import_integer",
    "number": "geoloket.import_number",
    "boolean": "geoloket.import_boolean",
    "date": "geoloket.import_date",
    "instant": "geoloket.import_instant",
}


@dataclass(frozen=True, slots=True)
class Supplied:
    """Which columns of the layer a format fills; the others keep what they have."""

    fields: tuple[LayerField, ...]
    geometry: bool
    retirement: bool
    rejects: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all the columns that are compared and written, without the id."""
        return (
            *(field.name for field in self.fields),
            *(("geom",) if self.geometry else ()),
            "retired_on",
        )


def classify(
    connection: Connection[DictRow], layer: Layer, mapping: Mapping, present: Collection[str]
) -> Supplied:
    """Make ``incoming``; ``present`` are the source columns that there are.

    Raises SourceRejected when the section of load.sql does not return what it should, or a cast in
    it fails.
    """
    select = _select(layer, mapping, present)
    try:
        supplied = _supplied(connection, layer, mapping, select)
        connection.execute(_statement(layer, mapping, supplied, select))
    except (psycopg.DataError, psycopg.ProgrammingError) as error:
        raise SourceRejected(f"format {mapping.name}: {str(error).splitlines()[0]}") from None
    _settle_twins(connection, supplied)
    return supplied


def _select(layer: Layer, mapping: Mapping, present: Collection[str]) -> sql.Composable:
    if mapping.select is not None:
        # The layer's folder is as trusted as the program: whoever writes it runs Geoloket.
        return sql.SQL(cast("LiteralString", mapping.select))
    fields = [field for field in layer.fields if field.name in present]
    values = [_value(field) for field in fields]
    odd = [_odd(field) for field in fields if field.type in _READERS]
    return sql.SQL("SELECT n, id, {}geom, {} AS reject FROM staging").format(
        sql.SQL("").join(sql.SQL("{}, ").format(value) for value in values),
        sql.SQL("coalesce({})").format(sql.SQL(", ").join(odd)) if odd else sql.SQL("NULL::text"),
    )


def _value(field: LayerField) -> sql.Composable:
    name = sql.Identifier(field.name)
    if field.type not in _READERS:
        return name
    return sql.SQL("{}({}) AS {}").format(sql.SQL(_READERS[field.type]), name, name)


def _odd(field: LayerField) -> sql.Composable:
    name = sql.Identifier(field.name)
    return sql.SQL(
        "CASE WHEN {0} IS NOT NULL AND {1}({0}) IS NULL THEN {2} || left({0}, 80) END"
    ).format(name, sql.SQL(_READERS[field.type]), sql.Literal(f"{field.name} is no {field.type}: "))


def _supplied(
    connection: Connection[DictRow], layer: Layer, mapping: Mapping, select: sql.Composable
) -> Supplied:
    cursor = connection.execute(sql.SQL("SELECT * FROM ({}) AS mapped LIMIT 0").format(select))
    names = [column.name for column in cursor.description or ()]
    known = {"n", "id", "geom", "reject", "retired_on"} | {field.name for field in layer.fields}
    strange = [name for name in names if name not in known]
    faults = [f"returns {name!r}, which layer {layer.id} lacks" for name in strange]
    faults += [f"does not return {name!r}" for name in ("n", "id") if name not in names]
    if faults:
        raise SourceRejected(f"load.sql: section {mapping.name} {'; '.join(faults)}")
    return Supplied(
        fields=tuple(field for field in layer.fields if field.name in names),
        geometry=layer.geometry is not None and "geom" in names,
        retirement="retired_on" in names,
        rejects="reject" in names,
    )


def _statement(
    layer: Layer, mapping: Mapping, supplied: Supplied, select: sql.Composable
) -> sql.Composed:
    fields = [
        sql.SQL("{0}::{1} AS {0}").format(
            sql.Identifier(f.name), sql.SQL(cast("LiteralString", SQL_TYPES[f.type]))
        )
        for f in supplied.fields
    ]
    required = supplied.geometry and not mapping.geometry_optional
    judged = sql.SQL(_CLASSIFY).format(
        fields=sql.SQL("").join(sql.SQL("{}, ").format(field) for field in fields),
        geom=sql.SQL("geom, " if supplied.geometry else ""),
        retired_on=sql.SQL("retired_on" if supplied.retirement else "NULL"),
        reject=sql.SQL("reject" if supplied.rejects else "NULL"),
        no_geometry=sql.SQL("WHEN geom IS NULL THEN 'no position'" if required else ""),
        select=select,
        target=compose.table(layer),
        mine=_tuple("coming", supplied.columns),
        theirs=_tuple("target", supplied.columns),
    )
    return sql.SQL(_KEEP_PLACED if supplied.geometry else _KEEP).format(judged=judged)


def _tuple(alias: LiteralString, columns: Sequence[str]) -> sql.Composable:
    names = [sql.SQL("{}.{}").format(sql.SQL(alias), sql.Identifier(name)) for name in columns]
    return sql.SQL("ROW({})").format(sql.SQL(", ").join(names))


def _settle_twins(connection: Connection[DictRow], supplied: Supplied) -> None:
    """Of rows with one id the first counts; the others repeat it, or contradict it."""
    connection.execute(
        sql.SQL(_TWINS).format(
            mine=_tuple("other", supplied.columns), first=_tuple("leader", supplied.columns)
        )
    )


# OFFSET keeps PostgreSQL from merging the levels, which would work each expression out as often as
# it is used; as a constant of its own type it does not stand in the way of parallel workers.
_CLASSIFY = """
SELECT coming.*,
    CASE
        WHEN coming.reject IS NOT NULL THEN 'rejected'
        WHEN target.id IS NULL THEN 'new'
        WHEN {mine} IS DISTINCT FROM {theirs} THEN 'changed'
        ELSE 'unchanged'
    END AS state
FROM (
    SELECT mapped.*, flaws.n IS NOT NULL AND flaws.fault IS NULL AS repaired,
        coalesce(flaws.fault, refused,
            CASE WHEN id IS NULL OR id = '' THEN 'no id' {no_geometry} END) AS reject
    FROM (
        SELECT n, id::text COLLATE "C" AS id, {fields}{geom}{retired_on}::date AS retired_on,
            {reject}::text AS refused
        FROM ({select}) AS section OFFSET bigint '0'
    ) AS mapped
    LEFT JOIN flaws ON flaws.n = mapped.n
    OFFSET bigint '0'
) AS coming
LEFT JOIN {target} AS target USING (id)
"""

_KEEP = "CREATE UNLOGGED TABLE incoming AS {judged} ORDER BY n"

# Here workers run in parallel, so here the columns that follow from geom are worked out, and rows
# are put in order of geometry: a Hilbert curve, so that neighbours lie on the same pages.
_KEEP_PLACED = """
CREATE UNLOGGED TABLE incoming AS
SELECT degrees.*, ST_Transform(geom_crs84, 3857) AS geom_3857
FROM (
    SELECT judged.*, CASE WHEN state = 'new' THEN geoloket.to_crs84(geom) END AS geom_crs84
    FROM ({judged} OFFSET bigint '0') AS judged
    OFFSET bigint '0'
) AS degrees
ORDER BY geom
"""

_TWINS = """
WITH twin AS (
    SELECT id, min(n) AS first FROM incoming WHERE state <> 'rejected'
    GROUP BY id HAVING count(*) > 1
)
UPDATE incoming AS other SET
    state = CASE WHEN {mine} IS DISTINCT FROM {first} THEN 'rejected' ELSE 'merged' END,
    reject = CASE WHEN {mine} IS DISTINCT FROM {first} THEN
        'the id ' || other.id || ' already stands on row ' || twin.first || ' with other values' END
FROM twin JOIN incoming AS leader ON leader.n = twin.first
WHERE other.id = twin.id AND other.n <> twin.first AND other.state <> 'rejected'
"""
