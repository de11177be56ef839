"""CQL2 (OGC 21-065r2) into a small checked tree: known operators, queryables and types only.

::

    text ──► text.py ──► the standard's JSON ──► check.py ──► tree.py (frozen, hashable)

| module | what |
| --- | --- |
| ``text`` | CQL2 text, bounded and made ready for the parser |
| ``check`` | the JSON form into the tree: operators, properties, types |
| ``literals`` | moments, numbers and shapes that stand in an expression |
| ``tree`` | the nodes |
"""

from geoloket.filters.check import GEOMETRY_NAMES, queryable, read_json, read_text
from geoloket.filters.text import LONGEST
from geoloket.filters.tree import Call, Kind, Node, Property, Shape, Span, Value

__all__ = [
    "GEOMETRY_NAMES",
    "LONGEST",
    "Call",
    "Kind",
    "Node",
    "Property",
    "Shape",
    "Span",
    "Value",
    "queryable",
    "read_json",
    "read_text",
]
