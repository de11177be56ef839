"""CQL2 JSON into the tree: which operators there are, what they apply to, and of which types.

Only queryables of the layer as the person sees it can be named; a hidden field, one that cannot be
queried and one that does not exist are the same fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, cast

import orjson

from geoloket.crs import Crs
from geoloket.filters import literals, text
from geoloket.filters.text import LONGEST, fault
from geoloket.filters.tree import Call, Kind, Node, Property, Shape, Span, Value
from geoloket.layer import Layer

GEOMETRY_NAMES: Final = ("geometry", "geom")
"""What the geometry is called in a filter."""
_DEEPEST: Final = 60
_MOST_KNOWN: Final = 64
"""Filters that are remembered as read: a client asks for page after page of the same one."""

_KINDS: Final[dict[str, Kind]] = {"integer": "number", "uri": "text"}
_ORDERED: Final = frozenset({"text", "number", "date", "instant"})
_TEMPORAL: Final = frozenset({"date", "instant", "interval"})
_COMPARISONS: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%", "div", "^"})
_FOLDS: Final = frozenset({"casei", "accenti"})
_SPATIAL: Final = frozenset(
    f"s_{name}"
    for name in (
        *("contains", "crosses", "disjoint", "equals"),
        *("intersects", "overlaps", "touches", "within"),
    )
)
_OF_MOMENTS: Final = frozenset({"t_after", "t_before", "t_disjoint", "t_equals", "t_intersects"})
_OF_INTERVALS: Final = frozenset(
    f"t_{name}"
    for name in (
        *("contains", "during", "finishedBy", "finishes", "meets", "metBy"),
        *("overlappedBy", "overlaps", "startedBy", "starts"),
    )
)


@lru_cache(maxsize=_MOST_KNOWN)
def read_text(source: str, layer: Layer, system: Crs) -> Node:
    """A filter in CQL2 text; ``system`` is the CRS of its shapes. Raises InvalidParameter."""
    return _Reader(layer, system).predicate(text.parsed(source))


@lru_cache(maxsize=_MOST_KNOWN)
def read_json(source: str, layer: Layer, system: Crs) -> Node:
    """A filter in CQL2 JSON. Raises InvalidParameter."""
    if len(source) > LONGEST:
        raise fault(f"more than {LONGEST} characters")
    try:
        document: object = orjson.loads(source)
    except orjson.JSONDecodeError:
        raise fault("not JSON") from None
    return _Reader(layer, system).predicate(document)


def queryable(layer: Layer, name: str) -> Property | None:
    """The property of that name that may be queried, or None."""
    if name == "id":
        return Property("id", "text")
    if name in GEOMETRY_NAMES:
        return Property("geometry", "geometry") if layer.geometry else None
    field = layer.field(name)
    if field is None or not field.queryable:
        return None
    return Property(name, _KINDS.get(field.type, cast("Kind", field.type)))


@dataclass(slots=True)
class _Reader:
    layer: Layer
    system: Crs
    depth: int = 0

    def predicate(self, document: object) -> Node:
        node = self.node(document)
        if node.kind != "boolean":
            raise fault(f"{_named(node)} is not a condition")
        return node

    def node(self, document: object) -> Node:
        if isinstance(document, bool):
            return Value(document, "boolean")
        if isinstance(document, int | float):
            return literals.number(document)
        if isinstance(document, str):
            if "\0" in document:
                raise fault("a text holds a NUL byte")
            return Value(document, "text")
        if isinstance(document, dict):
            return self._object(cast("dict[str, object]", document))
        raise fault(
            "null is compared by IS NULL only" if document is None else "a list is misplaced"
        )

    def _object(self, members: dict[str, object]) -> Node:
        match members:
            case {"op": str(op), "args": list()} if len(members) == 2:
                return self._nested(op, cast("list[object]", members["args"]))
            case {"property": str(name)} if len(members) == 1:
                found = queryable(self.layer, name)
                if found is None:
                    raise fault(f"{name[:60]!r} is not a queryable of this collection")
                return found
            case {"date": str(moment)} | {"timestamp": str(moment)} if len(members) == 1:
                value = literals.moment(moment)
                if ("date" in members) != (value.kind == "date"):
                    raise fault(f"{moment[:40]!r} is not a {next(iter(members))}")
                return value
            case {"interval": list()} if len(members) == 1:
                return self._span(cast("list[object]", members["interval"]))
            case {"type": _} | {"bbox": _}:
                return literals.shape(members, self.system)
            case _:
                raise fault(f"members {', '.join(sorted(members))[:60]!r} are not CQL2")

    def _nested(self, op: str, args: list[object]) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise fault("nested too deep")
        made = self._call(op, args)
        self.depth -= 1
        return made

    def _call(self, op: str, args: list[object]) -> Node:  # noqa: PLR0911  # one per kind
        if op in ("and", "or"):
            if len(args) < 2:
                raise fault(f"{op} has two conditions or more")
            return Call(op, tuple(self.predicate(arg) for arg in args))
        if op == "not":
            return Call(op, (self.predicate(_only(op, args)),))
        if op == "isNull":
            return Call(op, (self.node(_only(op, args)),))
        if op == "in":
            return self._in(args)
        if op == "like":
            return self._like(args)
        if op in _FOLDS:
            return Call(op, (_wanted(op, self.node(_only(op, args)), "text"),), "text")
        if op == "between":
            return self._comparison(op, args, 3)
        if op in _COMPARISONS:
            return self._comparison(op, args, 2)
        if op in _ARITHMETIC:
            return Call(op, self._pair(op, args, "number"), "number")
        if op in _SPATIAL:
            return self._spatial(op, args)
        if op in _OF_MOMENTS or op in _OF_INTERVALS:
            return self._temporal(op, args)
        raise fault(f"there is no operator or function {op[:60]!r}")

    def _pair(self, op: str, args: list[object], kind: Kind) -> tuple[Node, Node]:
        left, right = _counted(op, args, 2)
        return _wanted(op, self.node(left), kind), _wanted(op, self.node(right), kind)

    def _comparison(self, op: str, args: list[object], count: int) -> Call:
        nodes = _agreed([self.node(arg) for arg in _counted(op, args, count)])
        # False is less than true: 21-065r2 /conf/basic-cql2/comparison asks each operator of each.
        comparable = _ORDERED | {"boolean"} if count == 2 else _ORDERED
        if nodes[0].kind not in comparable:
            raise fault(f"{_named(nodes[0])} cannot be compared by {op}")
        return Call(op, nodes)

    def _in(self, args: list[object]) -> Call:
        first, listed = _counted("in", args, 2)
        if not isinstance(listed, list):
            raise fault("in: a list of values is missing")
        items = cast("list[object]", listed)
        nodes = _agreed([self.node(item) for item in (first, *items)])
        if nodes[0].kind not in _ORDERED | {"boolean"}:
            raise fault(f"{_named(nodes[0])} cannot be compared by in")
        return Call("in", nodes)

    def _like(self, args: list[object]) -> Call:
        value, pattern = self._pair("like", args, "text")
        inner = pattern
        while isinstance(inner, Call):
            inner = inner.args[0]
        if not isinstance(inner, Value):
            raise fault("like: the pattern is a text")
        found = str(inner.value)
        if (len(found) - len(found.rstrip("\\"))) % 2:
            raise fault("like: the pattern ends with its escape character")
        return Call("like", (value, pattern))

    def _spatial(self, op: str, args: list[object]) -> Call:
        nodes = self._pair(op, args, "geometry")
        if op not in ("s_intersects", "s_disjoint"):
            for node in nodes:
                # Simple features define these relations between geometries of one dimension.
                if isinstance(node, Shape) and node.mixed:
                    raise fault(f"{op}: a collection of points, lines and surfaces at once")
        return Call(op, nodes)

    def _temporal(self, op: str, args: list[object]) -> Call:
        nodes = tuple(_dated(self.node(arg)) for arg in _counted(op, args, 2))
        for node in nodes:
            if node.kind not in _TEMPORAL:
                raise fault(f"{op}: {_named(node)} is not a moment or interval")
            if op in _OF_INTERVALS and node.kind != "interval":
                raise fault(f"{op}: {_named(node)} is not an interval")
        return Call(op, nodes)

    def _span(self, sides: list[object]) -> Span:
        first, last = _counted("interval", sides, 2)
        begin, end = self._side(first), self._side(last)
        if isinstance(begin, Value) and isinstance(end, Value) and _start(begin) > _start(end):
            raise fault("an interval ends before it begins")
        return Span(begin, end)

    def _side(self, document: object) -> Property | Value | None:
        if document == "..":
            return None
        node = literals.moment(document) if isinstance(document, str) else self.node(document)
        if not isinstance(node, Property | Value) or node.kind not in ("date", "instant"):
            raise fault(f"interval: {_named(node)} is not a moment")
        return node


def _counted(op: str, args: list[object], count: int) -> list[object]:
    if len(args) != count:
        raise fault(f"{op} applies to {count}, not to {len(args)}")
    return args


def _only(op: str, args: list[object]) -> object:
    return _counted(op, args, 1)[0]


def _wanted(op: str, node: Node, kind: Kind) -> Node:
    if node.kind != kind:
        raise fault(f"{op}: {_named(node)} is not of type {kind}")
    return node


def _agreed(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes, all of one type; a text beside a date or instant is read as one."""
    typed = (node.kind for node in nodes if not isinstance(node, Value) or node.kind != "text")
    kind = next(typed, "text")
    found = tuple(_dated(node) if kind in ("date", "instant") else node for node in nodes)
    for node in found:
        if node.kind != kind:
            raise fault(f"{_named(found[0])} cannot be compared with {_named(node)}")
    return found


def _dated(node: Node) -> Node:
    return literals.moment(node.value) if isinstance(node, Value) and node.kind == "text" else node


def _start(value: Value) -> str:
    moment = value.value
    return moment.isoformat() if isinstance(moment, date | datetime) else ""


def _named(node: Node) -> str:
    """How a fault speaks of a node: by its name or value, and its type."""
    match node:
        case Property(name, kind):
            return f"{name} ({kind})"
        case Value(value, kind):
            return f"{str(value)[:60]!r} ({kind})"
        case _:
            return f"an expression of type {node.kind}"
