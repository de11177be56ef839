"""Rows of a database as Arrow record batches, read by ADBC in C: none becomes a Python object."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import adbc_driver_postgresql.dbapi as postgresql
import pyarrow as pa

from geoloket.files.job import Job, WrongRoleError


@contextmanager
def opened(job: Job, batch_bytes: int) -> Generator[tuple[pa.RecordBatchReader, bool]]:
    """The rows in batches of about that size, and whether some have no geometry.

    One transaction, so that both are of the same moment. Raises ADBC's errors, and WrongRoleError
    before anything is read.
    """
    with (
        postgresql.connect(job.login) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if _only(cursor, "SELECT current_user::text") != (job.role,):
            raise WrongRoleError
        gaps = job.without_place is not None and _only(cursor, job.without_place) is not None
        option = "adbc.postgresql.batch_size_hint_bytes"
        cursor.adbc_statement.set_options(**{option: str(batch_bytes)})
        cursor.execute(job.rows)
        failed: list[Exception] = []
        with cursor.fetch_record_batch() as batches:
            watched = _watched(batches, failed)
            try:
                yield pa.RecordBatchReader.from_batches(batches.schema, watched), gaps
            except Exception as error:
                raise (failed or [error])[0] from None


def _watched(batches: Any, failed: list[Exception]) -> Iterator[Any]:
    """The batches; keeps what went wrong, of which a writer only says that something did."""
    try:
        yield from batches
    except Exception as error:
        failed.append(error)
        raise


def _only(cursor: Any, statement: str) -> tuple[Any, ...] | None:
    cursor.execute(statement)
    return cursor.fetchone()
