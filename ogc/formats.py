"""Writers of answers: bytes are joined, features are never parsed or made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from ogc.links import Link


def timestamp() -> str:
    """The moment of the answer, in UTC (RFC 3339)."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(document: object) -> bytes:
    """A document as JSON in UTF-8."""
    return orjson.dumps(document)


def feature_collection(features: Sequence[bytes], matched: int, links: Sequence[Link]) -> bytes:
    """A GeoJSON FeatureCollection with the members of OGC 17-069r4 §7.16.

    >>> feature_collection([], 0, [])[:44]
    b'{"type":"FeatureCollection","numberMatched":'
    """
    head = (
        f'{{"type":"FeatureCollection","numberMatched":{matched},'
        f'"numberReturned":{len(features)},"timeStamp":"{timestamp()}","links":'
    )
    return b"".join((head.encode(), dumps(links), b',"features":[', b",".join(features), b"]}"))


def feature(body: bytes, links: Sequence[Link]) -> bytes:
    """One GeoJSON feature with links: ``body`` is an object, its closing brace is moved."""
    return b"".join((body[:-1], b',"links":', dumps(links), b"}"))
