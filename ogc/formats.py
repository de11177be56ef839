"""Writers of answers: bytes are joined, features are never parsed or made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import orjson

from ogc.links import Link
from ogc.state import Matched


def timestamp() -> str:
    """The moment of the answer, in UTC (RFC 3339)."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(document: object) -> bytes:
    """A document as JSON in UTF-8."""
    return orjson.dumps(document)


class Writer(Protocol):
    """Writes documents of features around the bytes that the database gave."""

    def head(self) -> bytes:
        """What a collection starts with, up to its first feature."""
        ...

    def tail(self, returned: int, matched: Matched, links: list[Link]) -> bytes:
        """What comes behind the last feature: only then it is known how many there were."""
        ...

    def one(self, body: bytes, links: list[Link]) -> bytes:
        """A feature as a document of its own."""
        ...


def page(writer: Writer, features: Sequence[bytes], matched: Matched, links: list[Link]) -> bytes:
    """A collection of these features.

    >>> page(GeoJson(), [b"{}"], Matched(1), [])[-64:]
    b'"features":[{}],"numberMatched":1,"numberReturned":1,"links":[]}'
    """
    tail = writer.tail(len(features), matched, links)
    return b"".join((writer.head(), b",".join(features), tail))


class GeoJson:
    """A GeoJSON FeatureCollection with the members of OGC 17-069r4 §7.16; or one Feature."""

    def head(self) -> bytes:
        """As in ``Writer``."""
        return f'{{"type":"FeatureCollection","timeStamp":"{timestamp()}","features":['.encode()

    def tail(self, returned: int, matched: Matched, links: list[Link]) -> bytes:
        """As in ``Writer``."""
        return ending(returned, matched, {"links": links})

    def one(self, body: bytes, links: list[Link]) -> bytes:
        """``body`` is an object, its closing brace is moved."""
        return b"".join((body[:-1], b',"links":', dumps(links), b"}"))


def ending(returned: int, matched: Matched, members: Mapping[str, object]) -> bytes:
    """The end of a list of features: how many they are, of how many, and further members.

    Where it is only known that there are more, ``numberMatchedMoreThan`` says so instead of
    ``numberMatched``, which the standard lets be absent.
    """
    name = "numberMatched" if matched.exact else "numberMatchedMoreThan"
    return b"]," + dumps({name: matched.count, "numberReturned": returned, **members})[1:]
