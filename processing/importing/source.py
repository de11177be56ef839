"""What a reader hands over: named columns of text, and positions as WKB, in Arrow batches."""

# Arrays of Arrow and Shapely carry no element types that a checker could follow.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

GEOMETRY: Final = "geom"
"""Column of a batch that holds positions as WKB (ISO 19125-1), x before y."""

BATCH_ROWS: Final = 8192
"""Rows that are in memory at a time; more is not faster, and a batch of polygons is some MB."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no row: too many cells, say. It is reported with the rejects."""

    place: str
    reason: str
    text: str


class Source(Protocol):
    """A file, a layer of a file, or the pages of a service, opened but not yet read."""

    @property
    def name(self) -> str:
        """What to call it in messages."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns (see column_name), without the geometry."""
        ...

    @property
    def srid(self) -> int | None:
        """EPSG number that the source declares, if it does."""
        ...

    @property
    def total(self) -> int | None:
        """Number of rows, where it is known before reading."""
        ...

    @property
    def unreadable(self) -> Sequence[Unreadable]:
        """Lines that were no rows, known once everything was read."""
        ...

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read these columns (absent ones are left out), and ``geom`` if there are positions.

        Raises SourceRejected when the source is broken.
        """
        ...


@dataclass(slots=True)
class Rows:
    """A source of rows that Python made: what our own readers of JSON and XML use.

    A position is a shapely geometry or WKB under ``geom``; other values become text.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Mapping[str, object]]
    srid: int | None = None
    total: int | None = None
    unreadable: Sequence[Unreadable] = field(default_factory=tuple[Unreadable, ...])

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """See Source."""
        wanted = [name for name in columns if name in self.columns]
        pending: list[Mapping[str, object]] = []
        for row in self.rows:
            pending.append(row)
            if len(pending) == BATCH_ROWS:
                yield _batch(pending, wanted)
                pending = []
        if pending:
            yield _batch(pending, wanted)


def _batch(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> pa.RecordBatch:
    arrays = [pa.array([as_text(row.get(name)) for row in rows], pa.string()) for name in columns]
    positions = pa.array([_wkb(row.get(GEOMETRY)) for row in rows], pa.binary())
    return pa.record_batch([*arrays, positions], names=[*columns, GEOMETRY])


def column_name(name: str) -> str:
    """The name of a source column as load.sql writes it: lower case, words joined by ``_``.

    >>> column_name("Huidige toestand"), column_name("CAPAKEY")
    ('huidige_toestand', 'capakey')
    """
    return re.sub(r"[^0-9a-z]+", "_", name.strip().lower()).strip("_")


def as_text(value: object) -> str | None:
    """A value as the database reads it: ``true``, ISO dates, numbers with a point."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return value.isoformat()  # pyright: ignore[reportUnknownVariableType,reportAttributeAccessIssue]
    return str(value)


def _wkb(position: object) -> bytes | None:
    if isinstance(position, BaseGeometry):
        return shapely.to_wkb(position)
    return position if isinstance(position, bytes) else None
