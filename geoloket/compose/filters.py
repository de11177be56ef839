"""A checked filter as an SQL condition: values are parameters, nulls are three-valued as in CQL2.

Geometries are compared in the stored column of the filter's CRS, so that its index finds the rows
and none is reprojected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final, LiteralString, cast

from psycopg import sql

from geoloket.compose.columns import geometry_column, sql_of
from geoloket.filters import Call, Node, Property, Shape, Span, Value

_CASTS: Final[dict[str, LiteralString]] = {
    "text": "text",
    "boolean": "boolean",
    "date": "date",
    "instant": "timestamptz",
}
_DOUBLE: Final = sql.SQL("float8")
_COMPARED: Final[dict[str, LiteralString]] = {
    "=": "=",
    "<>": "<>",
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
    "like": "LIKE",
}
_ARITHMETIC: Final[dict[str, LiteralString]] = {
    "+": "({} + {})",
    "-": "({} - {})",
    "*": "geoloket.multiplied({}, {})",
    "/": "geoloket.divided({}, {})",
    "^": "geoloket.raised({}, {})",
    "%": "mod({}::numeric, nullif({}, 0)::numeric)::float8",
    "div": "trunc(geoloket.divided({}, {}))",
}
_SPATIAL: Final[dict[str, LiteralString]] = {
    "s_contains": "ST_Contains({}, {})",
    "s_crosses": "ST_Crosses({}, {})",
    "s_disjoint": "ST_Disjoint({}, {})",
    "s_equals": "ST_Equals({}, {})",
    "s_intersects": "ST_Intersects({}, {})",
    "s_overlaps": "ST_Overlaps({}, {})",
    "s_touches": "ST_Touches({}, {})",
    "s_within": "ST_Within({}, {})",
}
# Of two intervals from {b1} to {e1} and from {b2} to {e2} (OWL-Time, as OGC 21-065r2 §8.7 asks).
_TEMPORAL: Final[dict[str, LiteralString]] = {
    "t_after": "({b1} > {e2})",
    "t_before": "({e1} < {b2})",
    "t_disjoint": "({b1} > {e2} OR {e1} < {b2})",
    "t_equals": "({b1} = {b2} AND {e1} = {e2})",
    "t_intersects": "({b1} <= {e2} AND {e1} >= {b2})",
    "t_contains": "({b1} < {b2} AND {e1} > {e2})",
    "t_during": "({b1} > {b2} AND {e1} < {e2})",
    "t_finishedBy": "({b1} < {b2} AND {e1} = {e2})",
    "t_finishes": "({b1} > {b2} AND {e1} = {e2})",
    "t_meets": "({e1} = {b2})",
    "t_metBy": "({b1} = {e2})",
    "t_overlappedBy": "({b1} > {b2} AND {b1} < {e2} AND {e1} > {e2})",
    "t_overlaps": "({b1} < {b2} AND {e1} > {b2} AND {e1} < {e2})",
    "t_startedBy": "({b1} = {b2} AND {e1} > {e2})",
    "t_starts": "({b1} = {b2} AND {e1} < {e2})",
}


def condition(node: Node, srid: int, storage_srid: int) -> tuple[sql.Composable, dict[str, object]]:
    """The condition that a filter is, and its values; ``srid`` is the CRS of its shapes."""
    text, values = _condition(node, srid, storage_srid)
    return sql.SQL(text), {**values}


@lru_cache(maxsize=64)
def _condition(
    node: Node, srid: int, storage_srid: int
) -> tuple[LiteralString, Mapping[str, object]]:
    writer = _Writer(srid, storage_srid)
    return sql_of(writer.write(node)), writer.values


@dataclass(slots=True)
class _Writer:
    srid: int
    storage_srid: int
    values: dict[str, object] = field(default_factory=dict[str, object])

    def write(self, node: Node) -> sql.Composable:
        match node:
            case Property("geometry"):
                # Where the filter's CRS is not stored, its shapes are turned, not the rows.
                return geometry_column(self._system, self.storage_srid)
            case Property(name):
                return sql.Identifier(name)
            case Value():
                return self._value(node)
            case Shape():
                return self._shape(node)
            case Span():
                raise AssertionError("an interval stands in a temporal function only")
            case Call():
                return self._call(node)

    @property
    def _system(self) -> int:
        stored = (4326, 3857, self.storage_srid)
        return self.srid if self.srid in stored else self.storage_srid

    def _call(self, call: Call) -> sql.Composable:  # noqa: PLR0911  # one per kind
        op, args = call.op, call.args
        if op in _COMPARED:
            return self._compared(_COMPARED[op], args)
        if op in _TEMPORAL:
            return self._temporal(op, args)
        if op in ("and", "or"):
            glue = sql.SQL(" AND " if op == "and" else " OR ")
            return sql.SQL("({})").format(glue.join(map(self.write, args)))
        if op == "in":
            return self._in(args)
        if op in _ARITHMETIC:
            return self._filled(_ARITHMETIC[op], args, self._double)
        if op in _SPATIAL:
            return self._filled(_SPATIAL[op], args)
        match op:
            case "not":
                return self._filled("(NOT {})", args)
            case "isNull":
                return self._filled("({} IS NULL)", args)
            case "between":
                return self._filled("({} BETWEEN {} AND {})", args, self._ordered)
            case "casei":
                return self._filled("geoloket.casei({})", args)
            case "accenti":
                return self._filled("geoloket.accenti({})", args)
            case _:
                raise AssertionError(op)

    def _filled(
        self,
        template: LiteralString,
        args: Sequence[Node],
        write: Callable[[Node], sql.Composable] | None = None,
    ) -> sql.Composable:
        return sql.SQL(template).format(*map(write or self.write, args))

    def _compared(self, operator: LiteralString, args: Sequence[Node]) -> sql.Composable:
        # An index finds a column that is compared as it is; all else gets one order for all.
        plain = operator in ("=", "<>", "LIKE") and all(
            isinstance(arg, Property | Value) for arg in args
        )
        plain = plain and sum(isinstance(arg, Property) for arg in args) < 2
        left, right = map(self.write if plain else self._ordered, args)
        return sql.SQL("({} {} {})").format(left, sql.SQL(operator), right)

    def _ordered(self, node: Node) -> sql.Composable:
        """Texts are ordered by their code points, in any database."""
        text = self.write(node)
        return sql.SQL('{} COLLATE "C"').format(text) if node.kind == "text" else text

    def _double(self, node: Node) -> sql.Composable:
        return sql.SQL("{}::float8").format(self.write(node))

    def _in(self, args: Sequence[Node]) -> sql.Composable:
        first, *items = args
        if not items:
            return sql.SQL("FALSE")
        found = [item.value for item in items if isinstance(item, Value)]
        if len(found) == len(items) and isinstance(first, Property):
            kind = _cast(found, first.kind)
            if kind == _DOUBLE:  # a list is sent as what its first value is
                found = [float(cast("float", value)) for value in found]
            listed = self._put(found, sql.SQL("{}[]").format(kind))
            return sql.SQL("({} = ANY ({}))").format(self.write(first), listed)
        texts = sql.SQL(", ").join(map(self._ordered, items))
        return sql.SQL("({} IN ({}))").format(self._ordered(first), texts)

    def _value(self, node: Value) -> sql.Composable:
        return self._put(node.value, _cast([node.value], node.kind))

    def _put(self, value: object, kind: sql.Composable) -> sql.Composable:
        name = f"filter_{len(self.values)}"
        self.values[name] = value
        return sql.SQL("{}::{}").format(sql.Placeholder(name), kind)

    def _shape(self, shape: Shape) -> sql.Composable:
        text = self._put(f"SRID={self.srid};{shape.wkt}", sql.SQL("public.geometry"))
        if shape.wkt.startswith(("POLYGON", "MULTIPOLYGON")):
            # A ring that crosses itself would be an error in the middle of the rows.
            text = sql.SQL("ST_CollectionExtract(ST_MakeValid({}), 3)").format(text)
        elif shape.wkt.startswith("GEOMETRYCOLLECTION") and not shape.mixed:
            text = sql.SQL("ST_UnaryUnion({})").format(text)
        if self._system == self.srid:
            return text
        # Straight edges bend when they are reprojected: give them points to bend at.
        return sql.SQL("ST_Transform(ST_Segmentize({}, 1000), {})").format(
            text, sql.Literal(self._system)
        )

    def _temporal(self, op: str, args: Sequence[Node]) -> sql.Composable:
        moments = [side for arg in args for side in _sides(arg) if side is not None]
        days = all(side.kind == "date" for side in moments)
        (b1, e1), (b2, e2) = (self._bounds(arg, days) for arg in args)
        return sql.SQL(_TEMPORAL[op]).format(b1=b1, e1=e1, b2=b2, e2=e2)

    def _bounds(self, node: Node, days: bool) -> tuple[sql.Composable, sql.Composable]:
        begin, end = _sides(node)
        return self._bound(begin, days, end=False), self._bound(end, days, end=True)

    def _bound(self, side: Node | None, days: bool, *, end: bool) -> sql.Composable:
        """A day, or the moment that it begins or ends when it is beside an instant."""
        kind = sql.SQL("date" if days else "timestamptz")
        if side is None:
            return sql.SQL("{}::{}").format(sql.Literal("infinity" if end else "-infinity"), kind)
        if days or side.kind == "instant":
            return self.write(side)
        if isinstance(side, Value):
            moment = time.max if end else time.min
            day = cast("date", side.value)
            return self._put(datetime.combine(day, moment, UTC), kind)
        text = "({} + 1)::timestamptz - interval '1 microsecond'" if end else "{}::timestamptz"
        return sql.SQL("({})").format(sql.SQL(text).format(self.write(side)))


def _sides(node: Node) -> tuple[Node | None, Node | None]:
    return (node.begin, node.end) if isinstance(node, Span) else (node, node)


def _cast(values: Sequence[object], kind: str) -> sql.Composable:
    """The SQL type of literals: whole numbers stay whole, for an index on whole numbers."""
    if kind != "number":
        return sql.SQL(_CASTS[kind])
    whole = all(isinstance(value, int) and abs(value) < 2**63 for value in values)
    return sql.SQL("bigint") if whole else _DOUBLE
