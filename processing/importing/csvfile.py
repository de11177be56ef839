"""Comma-separated files: encoding and separator are found out, positions come from columns.

Flemish open data is UTF-8 when it is young and Windows-1252 when it is old; a file that is valid
UTF-8 to its last byte is read so, any other as Windows-1252 (the CRAB lists of 2013).
"""

# Arrays of Arrow and Shapely carry no element types that a checker could follow.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import shapely

from geoloket.errors import SourceRejected
from processing.importing.source import GEOMETRY, Unreadable, column_name

SUFFIXES: Final = (".csv", ".tsv", ".txt")

POSITIONS: Final = (("lon", "lat"), ("longitude", "latitude"), ("x", "y"))
"""Pairs of columns that hold a position, x (longitude) first."""
WKT_COLUMNS: Final = ("wkt", "geometry", "geom")

_BLOCK = 1 << 20
_HEAD = 1 << 16
_KEPT_UNREADABLE = 1000


@dataclass(slots=True)
class CsvFile:
    """An opened CSV file; ``open`` gives its bytes from the start, each time."""

    name: str
    open: Callable[[], IO[bytes]]
    columns: tuple[str, ...]
    encoding: str
    separator: str
    has_header: bool
    srid: int | None = None
    total: int | None = None
    unreadable: list[Unreadable] = field(default_factory=list[Unreadable])

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """See Source; a line with too many or too few cells is kept in ``unreadable``."""
        position = self._position()
        wanted = [name for name in columns if name in self.columns]
        read = list(dict.fromkeys([*wanted, *position]))
        try:
            with self.open() as stream, self._reader(stream, read) as reader:
                for batch in reader:
                    yield _with_position(batch, wanted, position)
        except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
            raise SourceRejected(f"{self.name}: {str(error)[:300]}") from None

    def _position(self) -> tuple[str, ...]:
        for pair in POSITIONS:
            if set(pair) <= set(self.columns):
                return pair
        return tuple(name for name in WKT_COLUMNS if name in self.columns)[:1]

    def _reader(self, stream: IO[bytes], columns: Sequence[str]) -> Any:
        return pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(
                block_size=_BLOCK,
                encoding=self.encoding,
                column_names=list(self.columns),
                skip_rows=1 if self.has_header else 0,
                use_threads=False,
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.separator,
                newlines_in_values=True,
                invalid_row_handler=self._keep,
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=list(columns),
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=False,
            ),
        )

    def _keep(self, row: Any) -> Literal["skip", "error"]:
        if len(self.unreadable) < _KEPT_UNREADABLE:
            reason = f"{row.actual_columns} cells where {row.expected_columns} are expected"
            place = f"line {row.number}" if row.number else ""
            self.unreadable.append(Unreadable(place, reason, row.text))
        return "skip"


def sniff(
    name: str, opener: Callable[[], IO[bytes]], headers: Sequence[tuple[str, ...]]
) -> CsvFile:
    """Find out how a CSV file is written.

    ``headers`` are the column lists of formats without a header line; one of them is taken when it
    has as many columns as the file and its position columns hold numbers on the first line.
    Raises SourceRejected for an empty file.
    """
    with opener() as stream:
        encoding = _encoding(stream)
    with opener() as stream:
        head = stream.read(_HEAD).decode(encoding, errors="replace")
    first = next(iter(head.splitlines()), "")
    if not first.strip():
        raise SourceRejected(f"{name}: the file is empty")
    separator = max(",;\t|", key=first.count)
    cells = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator))
    names = tuple(column_name(cell) for cell in cells)
    given = next((header for header in headers if _lacks_header(header, cells)), None)
    return CsvFile(name, opener, given or names, encoding, separator, given is None)


def _encoding(stream: IO[bytes]) -> str:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _lacks_header(header: tuple[str, ...], first_line: Sequence[str]) -> bool:
    numbers = [
        cell
        for name, cell in zip(header, first_line, strict=False)
        if name in {"lat", "lon", "x", "y"}
    ]
    return len(header) == len(first_line) and bool(numbers) and all(map(_is_number, numbers))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _with_position(
    batch: pa.RecordBatch, columns: Sequence[str], position: Sequence[str]
) -> pa.RecordBatch:
    arrays = [batch.column(name) for name in columns]
    names = list(columns)
    if position:
        arrays.append(_points(batch, position) if len(position) == 2 else _wkt(batch, position[0]))
        names.append(GEOMETRY)
    return pa.record_batch(arrays, names=names)


def _points(batch: pa.RecordBatch, pair: Sequence[str]) -> Any:
    x, y = (_numbers(batch.column(name)) for name in pair)
    points = shapely.points(x, y)
    points[np.isnan(x) | np.isnan(y)] = None
    return pa.array(shapely.to_wkb(points), pa.binary())


def _numbers(values: Any) -> Any:
    """Text to numbers, NaN where it is none; a comma may stand for the decimal point."""
    plain = pc.replace_substring(pc.utf8_trim_whitespace(values), ",", ".")
    fits = pc.match_substring_regex(plain, r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
    numbers = pc.cast(pc.if_else(fits, plain, pa.scalar(None, pa.string())), pa.float64())
    filled: Any = pc.fill_null(numbers, pa.scalar(float("nan")))
    return filled.to_numpy(zero_copy_only=False)


def _wkt(batch: pa.RecordBatch, column: str) -> Any:
    shapes = shapely.from_wkt(batch.column(column).to_numpy(zero_copy_only=False), "ignore")
    return pa.array(shapely.to_wkb(shapes), pa.binary())
