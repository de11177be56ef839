"""The rows that were not taken, each with its reason, in a file that only its owner can read."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from psycopg import Connection, sql
from psycopg.rows import DictRow

from processing.importing.copying import Copied
from processing.importing.mapping import Mapping
from processing.importing.source import Source


def reasons(connection: Connection[DictRow], sources: Sequence[Source]) -> dict[str, int]:
    """Kinds of rejection with their number; what differs per row is left out of the kind."""
    kinds: Counter[str] = Counter()
    cursor = connection.execute(
        "SELECT reject, count(*) AS rows FROM incoming WHERE state = 'rejected' GROUP BY reject"
    )
    for row in cursor:
        kinds[_kind(str(row["reject"]))] += int(row["rows"])
    for source in sources:
        kinds.update(_kind(line.reason) for line in source.unreadable)
    return dict(kinds.most_common())


def _kind(reason: str) -> str:
    if reason.startswith("the id "):
        return "the id stands twice with other values"
    return re.split(r"[:(\[]", reason, maxsplit=1)[0].strip()


def new_file(folder: Path, layer_id: str) -> Path:
    """A file for the rejects of one import; the folder is made, for its owner alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return folder / f"{layer_id}-{stamp}.csv"


def write(
    connection: Connection[DictRow],
    file: Path,
    mapping: Mapping,
    parts: Sequence[Copied],
    sources: Sequence[Source],
) -> None:
    """Write every rejected row as it was read, with its place and reason."""
    columns = [sql.SQL("staging.{}").format(sql.Identifier(name)) for name in mapping.columns]
    cursor = connection.execute(
        sql.SQL(
            "SELECT staging.n AS _n, incoming.id AS _id, incoming.reject AS _reason, {} "
            "FROM incoming JOIN staging USING (n) WHERE state = 'rejected' ORDER BY n"
        ).format(sql.SQL(", ").join(columns))
    )
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["source", "row", "id", "reason", *mapping.columns])
        for row in cursor:
            values = [row[name] for name in mapping.columns]
            writer.writerow([*_place(parts, row["_n"]), row["_id"], row["_reason"], *values])
        for source in sources:
            for line in source.unreadable:
                writer.writerow([source.name, line.place, "", line.reason, line.text])


def _place(parts: Sequence[Copied], n: int) -> tuple[str, int]:
    part = next(part for part in parts if part.first <= n < part.end)
    return part.name, n - part.first + 1
