"""Cursors: where the next page starts, signed, so that only what we gave comes back.

A cursor holds the values of the order and the id of the last feature of a page. It is signed with a
secret of the installation, so that every process and the next start accept it, and bound to the
collection and the order, so that it means nothing elsewhere.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Hashable
from hashlib import blake2b
from typing import Final

import orjson

from geoloket.errors import InvalidParameter
from geoloket.layer import Layer
from geoloket.query import Query

After = tuple[str | None, ...]

_SIGNATURE_BYTES: Final = 16
_LONGEST: Final = 20_000
_MOST_LANDMARKS: Final = 2000
_MOST_WAYS: Final = 100


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
        signed = blake2b(about + b"\0" + body, key=self._secret, digest_size=_SIGNATURE_BYTES)
        return signed.digest()  # RFC 7693 §2.9: keyed, in a tenth of the time of an HMAC


class Landmarks:
    """What the pages behind an offset start behind, as far as pages before were asked for.

    A client that counts its way through a collection is led by the same keys as one that follows
    the next links. ``key`` stands for a version of a table and who sees it.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[list[int], list[After]]] = OrderedDict()

    def near(self, key: Hashable, query: Query) -> Query:
        """The same page with less to skip, where something before it is known."""
        known = self._known.get((key, query.selection, query.order))
        if known is None or not query.offset or query.after is not None:
            return query
        offsets, afters = known
        place = bisect_right(offsets, query.offset) - 1
        if place < 0:
            return query
        found = {"after": afters[place], "offset": query.offset - offsets[place]}
        return query.model_copy(update=found)

    def passed(self, key: Hashable, query: Query, offset: int, after: After) -> None:
        """Remember what the page at an offset starts behind; the least used are forgotten.

        ``query`` is one that counted, of the same features in the same order.
        """
        if query.after is not None:
            return
        name = (key, query.selection, query.order)
        offsets, afters = self._known.setdefault(name, ([], []))
        self._known.move_to_end(name)
        place = bisect_left(offsets, offset)
        if len(offsets) < _MOST_LANDMARKS and offset not in offsets[place : place + 1]:
            offsets.insert(place, offset)
            afters.insert(place, after)
        if len(self._known) > _MOST_WAYS:
            self._known.popitem(last=False)


def _refused() -> InvalidParameter:
    return InvalidParameter("cursor: not one that we gave for this question", parameter="cursor")
