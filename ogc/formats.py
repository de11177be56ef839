"""Writers of answers: bytes are joined, features are never parsed or made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from ogc.links import Link
from ogc.state import Matched


def timestamp() -> str:
    """The moment of the answer, in UTC (RFC 3339)."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(document: object) -> bytes:
    """A document as JSON in UTF-8."""
    return orjson.dumps(document)


def feature_collection(features: Sequence[bytes], matched: Matched, links: Sequence[Link]) -> bytes:
    """A GeoJSON FeatureCollection with the members of OGC 17-069r4 §7.16.

    Where it is only known that there are more, ``numberMatchedMoreThan`` says so instead of
    ``numberMatched``, which the standard lets be absent.

    >>> feature_collection([], Matched(0), [])[:44]
    b'{"type":"FeatureCollection","numberMatched":'
    """
    head = b"".join((b'{"type":"FeatureCollection",', counts(matched, features)))
    when = f'"timeStamp":"{timestamp()}","links":'.encode()
    return b"".join((head, when, dumps(links), b',"features":[', b",".join(features), b"]}"))


def counts(matched: Matched, features: Sequence[bytes]) -> bytes:
    """How many features there are and how many are here, as members with a comma behind."""
    member = "numberMatched" if matched.exact else "numberMatchedMoreThan"
    return f'"{member}":{matched.count},"numberReturned":{len(features)},'.encode()


def feature(body: bytes, links: Sequence[Link]) -> bytes:
    """One GeoJSON feature with links: ``body`` is an object, its closing brace is moved."""
    return b"".join((body[:-1], b',"links":', dumps(links), b"}"))
