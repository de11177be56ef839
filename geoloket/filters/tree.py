"""The nodes of a checked filter: frozen and hashable, so that a filter can be part of a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal["text", "number", "boolean", "date", "instant", "geometry", "interval"]
"""What an expression gives; an integer is a number, a URI is text."""


@dataclass(frozen=True, slots=True)
class Property:
    """A queryable of the layer; the geometry is called ``geometry``, the key ``id``."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Value:
    """A literal that is not a shape."""

    value: str | bool | int | float | date | datetime
    kind: Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """A literal geometry as well-known text, easting or longitude first."""

    wkt: str
    mixed: bool = False
    """Whether it is a collection of geometries of more than one dimension."""

    @property
    def kind(self) -> Kind:
        return "geometry"


@dataclass(frozen=True, slots=True)
class Span:
    """An interval, closed at both ends; a side that is None is open."""

    begin: Property | Value | None
    end: Property | Value | None

    @property
    def kind(self) -> Kind:
        return "interval"


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function and what it is applied to; ``op`` is spelled as in CQL2 JSON."""

    op: str
    args: tuple[Node, ...]
    kind: Kind = "boolean"


Node = Property | Value | Shape | Span | Call
