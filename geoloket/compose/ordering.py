"""In which order rows come, and where a page starts: after the last row of the page before.

A page is found by the values of its order and the id (keyset), so that rows that come or go do not
shift it and its depth costs nothing. Nulls come last in either direction.
"""

from __future__ import annotations

from functools import lru_cache
from typing import LiteralString, cast

from psycopg import sql

from geoloket.compose.columns import sql_of
from geoloket.field import SQL_TYPES
from geoloket.layer import Layer
from geoloket.query import Query


def order_by(query: Query) -> sql.Composable:
    """The ORDER BY list; the id comes last, so that the order is total."""
    parts = [
        sql.SQL("{} {} NULLS LAST").format(sql.Identifier(name), _direction(descending))
        for name, descending in query.order
    ]
    if not any(name == "id" for name, _ in query.order):
        return sql.SQL(", ").join([*parts, sql.SQL("id")])
    # The key is never null, and its index knows it as the plain order.
    plain = [
        sql.SQL("id {}").format(_direction(descending)) if name == "id" else part
        for part, (name, descending) in zip(parts, query.order, strict=True)
    ]
    return sql.SQL(", ").join(plain)


def keys(query: Query) -> list[sql.Composable]:
    """What a row is found back by, as texts that read back to the same value; the id is last."""
    names = [name for name, _ in query.order if name != "id"]
    return [sql.SQL("{}::text").format(sql.Identifier(name)) for name in names]


def behind(layer: Layer, query: Query) -> tuple[sql.Composable, dict[str, object]]:
    """The condition that a row comes after ``query.after``, and its values.

    ``query.after`` holds the texts of ``keys`` and the id.
    """
    *texts, last = query.after or (None,)
    values: dict[str, object] = {f"after_{number}": text for number, text in enumerate(texts)}
    nulls = tuple(text is None for text in texts)
    return sql.SQL(_behind(layer, query.order, nulls)), values | {"after_id": last}


@lru_cache(maxsize=512)
def _behind(
    layer: Layer, order: tuple[tuple[str, bool], ...], nulls: tuple[bool, ...]
) -> LiteralString:
    """The condition as text: the same for every page in that order, but for what is null."""
    total = order if "id" in dict(order) else (*order, ("id", False))
    choices: list[sql.Composable] = []
    equal: list[sql.Composable] = []
    for number, (name, descending) in enumerate(total):
        column = sql.Identifier(name)
        if name == "id":
            beyond = sql.SQL("id {} %(after_id)s").format(_beyond(descending))
            choices.append(sql.SQL(" AND ").join([*equal, beyond]))
            break
        if nulls[number]:  # the nulls are last: nothing else is beyond them
            equal.append(sql.SQL("{} IS NULL").format(column))
            continue
        value = sql.SQL("{}::{}").format(sql.Placeholder(f"after_{number}"), _type(layer, name))
        beyond = sql.SQL("({0} {1} {2} OR {0} IS NULL)").format(column, _beyond(descending), value)
        choices.append(sql.SQL(" AND ").join([*equal, beyond]))
        equal.append(sql.SQL("{} = {}").format(column, value))
    return sql_of(sql.SQL("({})").format(sql.SQL(" OR ").join(choices)))


def _direction(descending: bool) -> sql.SQL:
    return sql.SQL("DESC" if descending else "ASC")


def _beyond(descending: bool) -> sql.SQL:
    return sql.SQL("<" if descending else ">")


def _type(layer: Layer, name: str) -> sql.SQL:
    field = layer.field(name)
    return sql.SQL(cast("LiteralString", SQL_TYPES[field.type] if field else "text"))
