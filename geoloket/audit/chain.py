"""The chain of the audit log, as its owner: verify it, read it, and let go what is too old.

The hash of an entry is the SHA-256 of the hash before it and of all that the entry holds. It is
worked out here apart from the database, whose functions somebody may have changed as well. Where
old entries were deleted a checkpoint tells the last of their hashes, signed with HMAC-SHA256.

Whoever owns the database and its key can make a whole chain anew. Keep the last hash, which
``verify`` tells, somewhere else, and a chain that does not hold it is another.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import statements

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINNING: Final = bytes(32)
_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole."""

    entries: int
    """Entries that were held against their hashes."""
    last: bytes
    """The last hash that is right."""
    seq: int
    fault: str | None = None
    """What is wrong with the first bad entry, or None."""


def verify(connection: Connection[DictRow], key: bytes | None = None) -> Verdict:
    """Hold every entry against its hash; ``key`` is that of checkpoints, else the database's.

    Stops at the first that is bad: it was changed, or one before it was changed or taken away.
    """
    fixed = statements.read("audit")
    with connection.transaction():
        # One moment for all: entries that come meanwhile are after it.
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        key = key or _own_key(connection)
        seq, last = 0, _BEGINNING
        for one in connection.execute(fixed["checkpoints"]):
            if not hmac.compare_digest(bytes(one["signature"]), _signature(key, one)):
                return Verdict(0, last, one["seq"], "this checkpoint was not signed with our key")
            seq, last = one["seq"], bytes(one["hash"])
        begin = seq
        with connection.cursor("chain") as cursor:
            cursor.itersize = _AT_ONCE
            for row in cursor.execute(fixed["chain"]):
                if row["seq"] <= begin:
                    continue  # a checkpoint stands for it
                if row["seq"] != seq + 1:
                    return Verdict(seq - begin, last, row["seq"], f"{seq + 1} is missing before it")
                if not hmac.compare_digest(bytes(row["hash"]), hash_of(last, row)):
                    return Verdict(seq - begin, last, row["seq"], "it is not what was written")
                seq, last = row["seq"], bytes(row["hash"])
        head = connection.execute(fixed["head"]).fetchone()
    if head is None or head["seq"] != seq or bytes(head["hash"]) != last:
        return Verdict(seq - begin, last, seq + 1, "it was written and is missing")
    return Verdict(seq - begin, last, seq)


def judged(
    connection: Connection[DictRow], verdict: Verdict, before: datetime | None = None
) -> None:
    """Keep a verdict, for the page of the log; those from ``before`` a moment go."""
    fixed = statements.read("audit")
    found = {"entries": verdict.entries, "seq": verdict.seq, "hash": verdict.last}
    connection.execute(fixed["judged"], found | {"fault": verdict.fault})
    if before:
        connection.execute(fixed["forget_verdicts"], {"before": before})


def hash_of(before: bytes, entry: DictRow) -> bytes:
    """The hash of an entry, as ``audit.record`` works it out."""
    at = (entry["at"] - _EPOCH) // timedelta(microseconds=1)
    records = "".join(_part(one) for one in entry["records"])
    names = ("amount", "purpose", "door", "request")
    parts: list[Any] = [entry["seq"], at, *(entry[n] for n in ("subject", "role", "deed", "layer"))]
    text = "".join(_part(one) for one in (*parts, records, *(entry[name] for name in names)))
    return hashlib.sha256(before + text.encode()).digest()


def listed(connection: Connection[DictRow], since: datetime | None = None) -> Iterator[DictRow]:
    """Entries from a moment on, oldest first."""
    with connection.cursor("listed") as cursor:
        cursor.itersize = _AT_ONCE
        yield from cursor.execute(statements.read("audit")["listed"], {"since": since})


def prune(connection: Connection[DictRow], before: datetime, key: bytes | None = None) -> int:
    """Delete entries from before a moment, and sign where the chain goes on; how many went."""
    fixed = statements.read("audit")
    with connection.transaction():
        # Whoever adds waits for a moment: nobody signs the same place twice.
        connection.execute("SELECT FROM audit.head FOR UPDATE")
        last = connection.execute(fixed["last_before"], {"before": before}).fetchone()
        if last is None:
            return 0
        signed = {"seq": last["seq"], "hash": bytes(last["hash"]), "made_at": datetime.now(UTC)}
        signature = _signature(key or _own_key(connection), signed)
        connection.execute(fixed["checkpoint"], signed | {"signature": signature})
        return connection.execute(fixed["prune"], {"seq": last["seq"]}).rowcount


def _own_key(connection: Connection[DictRow]) -> bytes:
    row = connection.execute(statements.read("audit")["key"]).fetchone()
    return bytes(row["value"]) if row else b""


def _signature(key: bytes, checkpoint: DictRow) -> bytes:
    at = (checkpoint["made_at"] - _EPOCH) // timedelta(microseconds=1)
    parts = (checkpoint["seq"], bytes(checkpoint["hash"]).hex(), at)
    return hmac.digest(key, "".join(map(_part, parts)).encode(), "sha256")


def _part(value: object) -> str:
    """A value with its length in front (``audit.part``)."""
    if value is None:
        return "-,"
    text = str(value)
    return f"{len(text.encode())}:{text},"
