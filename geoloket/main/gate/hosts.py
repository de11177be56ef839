"""Names under which we answer: links and letters are made of what a request says of us."""

from __future__ import annotations

import re
from functools import lru_cache

from starlette.types import Scope

from geoloket.errors import Misdirected

_PORT = re.compile(r":\d*$")
_ALWAYS = "/health/"
"""Whoever looks whether we live may do so by a number."""


class Hosts:
    """``names`` are separated by spaces, ``*.name`` is all below it; None answers to any."""

    def __init__(self, names: str | None) -> None:
        listed = [name.lower() for name in (names or "").split()]
        self._exact = frozenset(name for name in listed if not name.startswith("*."))
        self._below = tuple(name[1:] for name in listed if name.startswith("*."))
        self._is_ours = lru_cache(maxsize=256)(self._look)

    def check(self, scope: Scope) -> None:
        """Raises Misdirected (RFC 9110 §15.5.20) for another name, none at all, or two of them."""
        if not (self._exact or self._below) or scope["path"].startswith(_ALWAYS):
            return
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1 or not self._is_ours(given[0]):
            raise Misdirected("This is not a name that we answer to.")

    def _look(self, host: bytes) -> bool:
        name = host.decode("latin-1").lower()
        name = _PORT.sub("", name).rstrip(".")
        return name in self._exact or name.endswith(self._below)
