"""Arrow batches into a staging table with COPY, without a Python step per row.

Text columns are trimmed and written as CSV by Arrow. Geometry goes as hexadecimal WKB, made of the
whole binary buffer of a batch at once: twice the bytes, so twice the offsets. PostgreSQL reads it
as fast as it reads binary COPY, and Arrow has no writer for that.
"""

from __future__ import annotations

import binascii
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from psycopg import Connection, sql
from psycopg.rows import DictRow

from processing.importing.report import Progress
from processing.importing.source import GEOMETRY, Source

_OPTIONS = pacsv.WriteOptions(include_header=False, quoting_style="needed")


def copy_source(
    connection: Connection[DictRow],
    table: sql.Identifier,
    source: Source,
    columns: Sequence[str],
    first: int,
    progress: Progress,
) -> int:
    """Copy these columns of a source; rows are numbered from ``first``. Returns how many.

    Columns that the source lacks stay NULL.
    """
    present = [name for name in columns if name in source.columns]
    number = first
    names = [*map(sql.Identifier, ("n", *present)), sql.Identifier(GEOMETRY)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        table, sql.SQL(", ").join(names)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in source.batches(present):
            copy.write(encode(batch, present, number))
            number += batch.num_rows
            progress.advance(batch.num_rows)
    return number - first


def encode(batch: pa.RecordBatch, columns: Sequence[str], first: int) -> memoryview:
    """A batch as CSV lines: row number, the columns as trimmed text, geometry as hex WKB."""
    arrays: list[Any] = [pa.array(np.arange(first, first + batch.num_rows))]
    arrays += [text(batch.column(name)) for name in columns]
    if GEOMETRY in batch.schema.names:
        arrays.append(hexadecimal(batch.column(GEOMETRY)))
    else:
        arrays.append(pa.nulls(batch.num_rows, pa.string()))
    lines = io.BytesIO()
    names = ["n", *columns, GEOMETRY]
    pacsv.write_csv(pa.record_batch(arrays, names=names), lines, _OPTIONS)
    return lines.getbuffer()


def text(values: Any) -> Any:
    """Any column as trimmed text, with NULL for what is then empty."""
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        values = pc.binary_join(pc.cast(values, pa.list_(pa.string())), ",")
    elif not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        values = pc.cast(values, pa.string())
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)


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
