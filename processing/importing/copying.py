"""Arrow batches into a staging table with COPY, without a Python step per row.

The columns of a batch are joined by Arrow, tab by tab, into one array of lines; its buffer is what
COPY wants to read. Geometry goes as hexadecimal WKB, made of the whole binary buffer of a batch at
once: twice the bytes, so twice the offsets.
"""

# Arrays of Arrow and Shapely carry no element types that a checker could follow.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

import binascii
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
from processing.importing.positions import Flaw, examine
from processing.importing.report import Progress
from processing.importing.source import GEOMETRY, Source

# From so many rows on, a source whose positions are mostly elsewhere is refused while it is read.
_JUDGED_ROWS: Final = 20_000


_ESCAPES: Final = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))
"""What COPY's text format wants escaped; the backslash first."""


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
    statement = sql.SQL("COPY raw ({}) FROM STDIN")
    statement = statement.format(sql.SQL(", ").join(names))
    number, misplaced = first, 0
    flaws: list[Flaw] = []
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in ahead(_encoded(source, present, geometry, srid, first)):
            copy.write(batch.lines)
            number += batch.rows
            flaws += batch.flaws
            misplaced += sum(flaw.misplaced for flaw in batch.flaws)
            progress.advance(batch.rows)
            if number - first > _JUDGED_ROWS:
                _refuse_elsewhere(source, flaws, misplaced, number - first)
    _refuse_elsewhere(source, flaws, misplaced, number - first)
    return Copied(source.name, first, number, flaws, frozenset(source.columns))


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A batch, ready for COPY."""

    lines: memoryview
    rows: int
    flaws: Sequence[Flaw]


def _encoded(
    source: Source, columns: Sequence[str], geometry: str | None, srid: int | None, first: int
) -> Generator[_Encoded]:
    number = first
    for batch in source.batches(columns):
        flaws: list[Flaw] = []
        placed: list[Any] = [pa.nulls(batch.num_rows, pa.int32()), pa.nulls(batch.num_rows)]
        if geometry and GEOMETRY in batch.schema.names:
            found = examine(batch.column(GEOMETRY), srid, geometry)
            placed = [found.srid, hexadecimal(found.wkb)]
            flaws = [flaw._replace(row=flaw.row + number) for flaw in found.flaws]
        yield _Encoded(encode(batch, columns, placed, number), batch.num_rows, flaws)
        number += batch.num_rows


def _refuse_elsewhere(source: Source, flaws: Sequence[Flaw], misplaced: int, rows: int) -> None:
    if misplaced * 2 > rows:
        example = next(flaw.fault for flaw in flaws if flaw.misplaced)
        raise SourceRejected(
            f"{source.name}: {misplaced} of {rows} positions contradict the coordinate system that "
            f"the source declares ({example}); say with --crs in which system they are"
        )


def encode(
    batch: pa.RecordBatch, columns: Sequence[str], placed: Sequence[Any], first: int
) -> memoryview:
    """A batch as COPY's text: row number, the columns as trimmed text, EPSG number, hex WKB."""
    numbers = pa.array(np.arange(first, first + batch.num_rows))
    cells = [numbers, *(text(batch.column(name)) for name in columns), *placed]
    wide = [pc.cast(cell, pa.large_string()) for cell in cells]
    lines = _join(*wide, separator="\t")
    ended = _join(lines, pa.scalar("", pa.large_string()), separator="\n")
    _, offsets, data = ended.buffers()
    return memoryview(data)[: np.frombuffer(offsets, dtype=np.int64)[len(ended)]]


def _join(*cells: Any, separator: str) -> Any:
    """Row by row, with COPY's sign for NULL."""
    join: Any = pc.binary_join_element_wise
    between = pa.scalar(separator, pa.large_string())
    return join(*cells, between, null_handling="replace", null_replacement=r"\N")


def text(values: Any) -> Any:
    """A column as text, trimmed, with NULL for what is then empty, and escaped for COPY."""
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        values = pc.binary_join(pc.cast(values, pa.list_(pa.string())), ",")
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return pc.cast(values, pa.string())
    trimmed: Any = pc.utf8_trim_whitespace(values)
    if pc.any(pc.match_substring_regex(trimmed, r"[\\\t\n\r]")).as_py():
        for character, escape in _ESCAPES:
            trimmed = pc.replace_substring(trimmed, character, escape)
    empty: Any = pc.equal(trimmed, pa.scalar("", trimmed.type))
    if pc.any(empty).as_py():
        trimmed = pc.if_else(empty, pa.scalar(None, trimmed.type), trimmed)
    return trimmed


def hexadecimal(values: Any) -> Any:
    """A binary column as hexadecimal digits, by way of its one buffer."""
    if values.offset or not pa.types.is_binary(values.type):
        values = pa.concat_arrays([pc.cast(values, pa.binary()), pa.array([], pa.binary())])
    present, offsets, data = values.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32, count=len(values) + 1)
    digits = binascii.hexlify(memoryview(data)[starts[0] : starts[-1]]) if data else b""
    doubled = (starts.astype(np.int64) - starts[0]) * 2
    return pa.Array.from_buffers(
        pa.large_string(), len(values), [present, pa.py_buffer(doubled), pa.py_buffer(digits)]
    )
