"""A field of a layer: a column of its table and a property of its features."""

from __future__ import annotations

from typing import Final, Literal

from geoloket.declaration import Declaration, Identifier, Text, Visibility

FieldType = Literal["text", "integer", "number", "boolean", "date", "instant", "uri"]

SQL_TYPES: Final[dict[FieldType, str]] = {
    "text": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
    "instant": "timestamp with time zone",
    "uri": "text",
}
"""PostgreSQL's own spelling (``format_type``) of each field type."""

JSON_TYPES: Final[dict[FieldType, dict[str, str]]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "uri": {"type": "string", "format": "uri"},
}
"""JSON Schema of each field type (OGC 23-058r1, schema of a collection)."""


class LayerField(Declaration):
    """A column of the table and a property of the feature."""

    name: Identifier
    """Column and property: lower case, English."""
    type: FieldType
    """`text`, `integer`, `number`, `boolean`, `date`, `instant` (moment with zone) or `uri`."""
    title: Text
    """Name per language, for forms and tables."""
    description: Text | None = None
    """What it means, where the title does not tell."""
    unit: str | None = None
    """UCUM code, such as `m2`."""
    uri: str | None = None
    """OSLO or other term that the property stands for."""
    codes: tuple[str, ...] = ()
    """The only values that a text may have, when it is edited; empty where any will do."""
    visibility: Visibility = Visibility.STAFF
    """`public`, `staff` or `nobody`: what does not say public is not public."""
    queryable: bool = False
    """Whether a request may select on it."""
    sortable: bool = False
    """Whether a request may order by it."""
    indexed: bool = False
    """Whether features of one value are found by an index; for what is nearly a key."""
