"""What a change is, and what its history tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from geoloket.layer import Layer

Json = Mapping[str, Any]
Check = Callable[[Json | None, Json | None], None]
"""Given the properties before and after (None: there was, or is, no feature); raises InvalidFeature
for a change that is not to be. What is undone is not checked."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was done: ``id`` is that of its history, None when nothing became different."""

    id: int | None
    layer: str
    feature: str
    version: str | None
    """Of the feature as it is now; None when it is gone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a feature, as its history tells it."""

    id: int
    at: datetime
    name: str
    """Of the person, or the login of the database."""
    deed: str
    reason: str | None
    undoes: int | None
    undone: bool
    token: str | None
    before: Json | None
    """Properties that differ, as they were."""
    after: Json | None
    forgotten: bool

    @classmethod
    def of(cls, layer: Layer, row: DictRow) -> Entry:
        """As the history keeps it, with only what differs."""
        before, after = row["before"], row["after"]
        names = columns(layer)
        if before is not None and after is not None:
            names = [name for name in names if before.get(name) != after.get(name)]

        def told(one: Json | None) -> Json | None:
            return None if one is None else {name: one.get(name) for name in names}

        return cls(
            id=row["id"],
            at=row["at"],
            name=row["name"],
            deed=row["deed"],
            reason=row["reason"],
            undoes=row["undoes"],
            undone=row["undone"],
            token=row["token"],
            before=told(before),
            after=told(after),
            forgotten=row["forgotten_at"] is not None,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A feature as it is while nobody else can change it."""

    version: str
    properties: dict[str, Any]
    geometry: Any


def columns(layer: Layer) -> list[str]:
    """Those of a row that the history keeps."""
    return [field.name for field in layer.fields] + (["geom"] if layer.geometry else [])


def kept(layer: Layer, row: Json) -> dict[str, Any]:
    """What the history kept of a row, by column; PostgreSQL reads its own texts again."""
    return {name: row[name] for name in columns(layer) if name in row}
