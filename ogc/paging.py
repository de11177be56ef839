"""Cursors: where the next page starts, signed, so that only what we gave comes back.

A cursor holds the values of the order and the id of the last feature of a page. It is signed with a
secret of the installation, so that every process and the next start accept it, and bound to the
collection and the order, so that it means nothing elsewhere.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import orjson

from geoloket.errors import InvalidParameter
from geoloket.layer import Layer
from geoloket.query import Query

After = tuple[str | None, ...]

_SIGNATURE_BYTES: Final = 16
_LONGEST: Final = 20_000


class Cursors:
    """Makes cursors and reads them back."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, layer: Layer, query: Query, after: After) -> str:
        """The cursor of the page that starts behind ``after``."""
        body = orjson.dumps(after)
        return urlsafe_b64encode(self._signature(layer, query, body) + body).decode().rstrip("=")

    def read(self, layer: Layer, query: Query, cursor: str) -> After:
        """What the page starts behind. Raises InvalidParameter for what we did not make."""
        try:
            if len(cursor) > _LONGEST:
                raise ValueError
            # Only the letters that are ours: a decoder skips others.
            found = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            if urlsafe_b64encode(found).decode().rstrip("=") != cursor:
                raise ValueError
        except (ValueError, binascii.Error):
            raise _refused() from None
        signature, body = found[:_SIGNATURE_BYTES], found[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(layer, query, body)):
            raise _refused()
        return tuple(orjson.loads(body))

    def _signature(self, layer: Layer, query: Query, body: bytes) -> bytes:
        about = orjson.dumps((layer.id, query.order))
        return hmac.digest(self._secret, about + b"\0" + body, "sha256")[:_SIGNATURE_BYTES]


def _refused() -> InvalidParameter:
    return InvalidParameter("cursor: not one that we gave for this question", parameter="cursor")
