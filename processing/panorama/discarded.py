"""Files of street pictures whose row is gone, because its time was up."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.storage import Storage
from processing.panorama.making import folder_of_all
from processing.panorama.records import SQL


def delete_discarded(connection: Connection[DictRow], storage: Storage) -> int:
    """Delete what was made of them, and originals that no other picture holds; how many pictures.

    The caller commits. Files go first: what is left by a crash is still listed, and tried again.
    """
    rows = connection.execute(SQL["discarded"]).fetchall()
    for row in rows:
        if row["back"]:
            continue  # taken in once more: its files are those of a picture that is there
        storage.delete_below(folder_of_all(row["panorama"]))
        if row["original_key"] and not row["shared"]:
            storage.delete(row["original_key"])
    connection.execute(SQL["forget_discarded"], {"ids": [row["panorama"] for row in rows]})
    return len(rows)
