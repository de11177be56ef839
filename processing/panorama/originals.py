"""Originals show people: they are deleted when their time is up and the blurred one is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.storage import Storage
from processing.panorama.records import SQL


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many originals were deleted, and how many could not be because nothing was made yet."""

    deleted: int
    waiting: int


def delete_expired(
    connection: Connection[DictRow], storage: Storage, days: int, now: datetime | None = None
) -> Deleted:
    """Delete originals that were taken in more than ``days`` ago; the caller commits.

    The row goes first and names the file no more: a file that is left by a crash is found by name
    and checksum, a row that names a missing file would be a promise that is not kept.
    """
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    rows = connection.execute(SQL["expired"], {"before": before}).fetchall()
    made = [row for row in rows if row["made"]]
    connection.execute(SQL["forget_originals"], {"ids": [row["id"] for row in made]})
    keys = {"keys": [row["original_key"] for row in made]}
    used = connection.execute(SQL["originals_in_use"], keys)
    shared = {row["original_key"] for row in used}  # another campaign may hold the same picture
    for row in made:
        if row["original_key"] not in shared:
            storage.delete(row["original_key"])
    return Deleted(len(made), len(rows) - len(made))
