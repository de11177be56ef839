"""How many requests one client may make in a minute, by what they cost us.

Counted in each web process, by network address: all of an IPv6 network (/64) is one client, and
this machine itself is never refused. Behind a proxy the address is what a trusted proxy says
(``server.trusted_proxies``).
"""

from __future__ import annotations

import math
import re
import time
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.types import Scope

from geoloket.errors import TooManyRequests
from geoloket.settings import LimitSettings

_FREE: Final = ("/health/", "/assets/", "/static/")
_SIGNING_IN: Final = ("/aanmelden/naar", "/en/sign-in/go")
"""Where signing in begins; the pages around it are read, by many behind one address."""
_SIGNED_OUT: Final = "/aanmelden/afgemeld"
"""What the identity provider posts for each of its sessions that ends, all from one address."""
_STAC_SEARCH: Final = "/stac/search"
"""Read by POST as well, because a search may be long."""
_SEARCHES: Final = ("/api/addresses", "/geolocation/", "/zoek", "/en/search")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_EDITED: Final = re.compile(r"/ogc/collections/[^/]+/items(/|$)")
"""What GIS programs change, one feature a request."""


class Rates:
    """Fixed windows of a minute, in memory; 0 in the settings is no limit."""

    def __init__(self, limits: LimitSettings) -> None:
        each = {
            "forms": limits.forms,
            "searches": limits.searches,
            "tiles": limits.tiles,
            "requests": limits.requests,
        }
        self._items = {kind: RateLimitItemPerMinute(most) for kind, most in each.items() if most}
        self._window = FixedWindowRateLimiter(MemoryStorage())

    async def check(self, scope: Scope) -> None:
        """Raises TooManyRequests (RFC 6585 §4) with the seconds until the next window."""
        client = scope.get("client")
        who = _name(client[0]) if client else None
        if who is None:
            return
        kind = kind_of(scope["method"], scope["path"])
        item = self._items.get(kind) if kind else None
        if item is None or kind is None or await self._window.hit(item, kind, who):
            return
        stats = await self._window.get_window_stats(item, kind, who)
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        raise TooManyRequests("Too many requests in a short time.", retry_after=wait)


def kind_of(method: str, path: str) -> str | None:
    """What a request counts as; None for what is not counted."""
    if path in (_SIGNED_OUT, _STAC_SEARCH):
        return "requests"
    if path in _SIGNING_IN or (method not in _READING and not _EDITED.match(path)):
        return "forms"
    if path.startswith(_FREE):
        return None
    if path.startswith("/ogc/"):
        return "tiles" if "/tiles/" in path else "requests"
    return "searches" if path.startswith(_SEARCHES) else "requests"


@lru_cache(maxsize=4096)
def _name(address: str) -> str | None:
    """Who an address is counted as; None for this machine and for what is no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return None
    if isinstance(known, IPv6Address):
        if (inside := known.ipv4_mapped) is not None:
            known = inside
        elif not known.is_loopback:
            return str(IPv6Network((int(known) >> 64 << 64, 64)))
    return None if known.is_loopback else str(known)
