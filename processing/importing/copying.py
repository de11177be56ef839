"""Arrow batches into a staging table with binary COPY, without a Python step per row.

A cell of binary COPY is its length and then its bytes. Arrow joins the lengths and cells of a batch
row by row into one array; its buffer is what COPY wants to read. Geometry goes as the WKB it is.
"""

# Arrays of Arrow and Shapely carry no element types that a checker could follow.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

import struct
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket.errors import SourceRejected
from processing.importing.ahead import ahead
from processing.importing.positions import Examined, Flaw, examine
from processing.importing.report import Progress
from processing.importing.source import GEOMETRY, Source

# From so many rows on, a source whose positions are mostly elsewhere is refused while it is read.
_JUDGED_ROWS: Final = 20_000


START: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"
"""What stands before the first and after the last row of binary COPY."""

_BYTES: Final = pa.large_binary()


@dataclass(frozen=True, slots=True)
class Copied:
    """The rows of one source: numbered from ``first`` to before ``end``, and their flaws."""

    name: str
    first: int
    end: int
    flaws: Sequence[Flaw]
    """Flaws by row number, counted through all sources."""
    columns: frozenset[str]

    @property
    def rows(self) -> int:
        """How many there were."""
        return self.end - self.first


def copy_source(  # noqa: PLR0913 - what, of what kind, from which number on
    connection: Connection[DictRow],
    source: Source,
    columns: Sequence[str],
    *,
    geometry: str | None,
    srid: int | None,
    first: int,
    progress: Progress,
) -> Copied:
    """Copy these columns of a source into ``raw``; rows are numbered from ``first``.

    ``geometry`` is the type that positions should have, None for a layer without; ``srid`` the
    system in which they are, where it is known. Raises SourceRejected when most positions show
    that they are in another.
    """
    present = [name for name in columns if name in source.columns]
    names = [*map(sql.Identifier, ("n", *present, "srid", GEOMETRY))]
    statement = sql.SQL("COPY raw ({}) FROM STDIN (FORMAT binary)")
    statement = statement.format(sql.SQL(", ").join(names))
    number, misplaced = first, 0
    flaws: list[Flaw] = []
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(START)
        for batch, found in ahead(_examined(source, present, geometry, srid)):
            copy.write(encode(batch, present, found.srid, found.wkb, number))
            flaws += [flaw._replace(row=flaw.row + number) for flaw in found.flaws]
            number += batch.num_rows
            misplaced += sum(flaw.misplaced for flaw in found.flaws)
            progress.advance(batch.num_rows)
            if number - first > _JUDGED_ROWS:
                _refuse_elsewhere(source, flaws, misplaced, number - first)
        copy.write(END)
    _refuse_elsewhere(source, flaws, misplaced, number - first)
    return Copied(source.name, first, number, flaws, frozenset(source.columns))


def _examined(
    source: Source, columns: Sequence[str], geometry: str | None, srid: int | None
) -> Generator[tuple[pa.RecordBatch, Examined]]:
    for batch in source.batches(columns):
        if geometry and GEOMETRY in batch.schema.names:
            yield batch, examine(batch.column(GEOMETRY), srid, geometry)
        else:
            nothing: Any = pa.nulls(batch.num_rows)
            yield batch, Examined(nothing, nothing, ())


def _refuse_elsewhere(source: Source, flaws: Sequence[Flaw], misplaced: int, rows: int) -> None:
    if misplaced * 2 > rows:
        example = next(flaw.fault for flaw in flaws if flaw.misplaced)
        raise SourceRejected(
            f"{source.name}: {misplaced} of {rows} positions contradict the coordinate system that "
            f"the source declares ({example}); say with --crs in which system they are"
        )


def encode(
    batch: pa.RecordBatch, columns: Sequence[str], srid: Any, wkb: Any, first: int
) -> memoryview:
    """A batch as binary COPY: row number, the columns as trimmed text, EPSG number, WKB."""
    numbers = pa.array(np.arange(first, first + batch.num_rows))
    texts = [text(batch.column(name)) for name in columns]
    parts = [pa.scalar(struct.pack(">h", len(texts) + 3), _BYTES)]
    for cell in (_big_endian(numbers, ">i8"), *texts, _big_endian(srid, ">i4"), wkb):
        content = pc.cast(cell, _BYTES)
        length: Any = pc.binary_length(content)
        parts += [_big_endian(length.fill_null(-1), ">i4"), content]
    join: Any = pc.binary_join_element_wise
    between = pa.scalar(b"", _BYTES)
    rows = join(*parts, between, null_handling="replace", null_replacement=b"")
    _, offsets, data = rows.buffers()
    return memoryview(data)[: np.frombuffer(offsets, dtype=np.int64)[len(rows)]]


def _big_endian(numbers: Any, kind: str) -> Any:
    """Integers as the bytes that PostgreSQL reads; ``kind`` is numpy's word for their size."""
    if pa.types.is_null(numbers.type):
        return numbers
    raw = numbers.to_numpy().astype(kind)
    buffer = pa.py_buffer(raw.tobytes())
    cells = pa.Array.from_buffers(pa.binary(raw.itemsize), len(raw), [None, buffer])
    return pc.cast(cells, _BYTES)


def text(values: Any) -> Any:
    """A column as text, trimmed, with NULL for what is then empty."""
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        values = pc.binary_join(pc.cast(values, pa.list_(pa.string())), ",")
    if pa.types.is_temporal(values.type):
        # Writing a date costs more than anything else here, and the same few return all the time.
        different = pc.dictionary_encode(values)
        return pc.cast(different.dictionary, pa.string()).take(different.indices)
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return pc.cast(values, pa.string())
    trimmed: Any = pc.utf8_trim_whitespace(values)
    empty: Any = pc.equal(trimmed, pa.scalar("", trimmed.type))
    if pc.any(empty).as_py():
        trimmed = pc.if_else(empty, pa.scalar(None, trimmed.type), trimmed)
    return trimmed
