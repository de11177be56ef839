"""What is remembered per version of a table (counts, extents), and validators made of it.

A version goes up in the same transaction as the change itself, so that what is remembered under a
version is right for as long as that version is the one in the database.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from typing import Final, cast

from starlette.requests import Request
from starlette.responses import Response

from geoloket.access import Principal, Role
from geoloket.features import FeatureStore, LayerState, Period
from geoloket.layer import Layer
from geoloket.query import Box, Query

_REMEMBERED: Final = 2000


@dataclass(frozen=True, slots=True)
class Seen:
    """A layer as somebody sees it, at one version of its table."""

    layer: Layer
    who: Principal
    state: LayerState
    fingerprint: str
    """Changes when the declaration as this person sees it changes, or the program does."""

    @property
    def key(self) -> tuple[str, Role, int]:
        """What is the same for everybody with this role, until the table changes."""
        return (self.layer.id, self.who.role, self.state.version)


class Memory:
    """Counts and extents by version; the least used are forgotten."""

    def __init__(self, store: FeatureStore) -> None:
        self._store = store
        self._known: OrderedDict[Hashable, object] = OrderedDict()

    async def count(self, seen: Seen, query: Query) -> int:
        """How many features the query selects on all its pages together."""
        selection = (query.bbox, query.bbox_srid, query.begin, query.end, query.equals)
        return await self._remember(
            ("count", seen.key, selection),
            lambda: self._store.count(seen.layer, query, seen.who),
        )

    async def extent(self, seen: Seen) -> Box | None:
        """Bounding box in CRS84, or None."""
        return await self._remember(
            ("extent", seen.key), lambda: self._store.extent(seen.layer, seen.who)
        )

    async def period(self, seen: Seen) -> Period | None:
        """From when until when the features are dated, or None."""
        return await self._remember(
            ("period", seen.key), lambda: self._store.period(seen.layer, seen.who)
        )

    async def _remember[T](self, key: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        if key in self._known:
            self._known.move_to_end(key)
            return cast("T", self._known[key])
        value = await find()
        self._known[key] = value
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return value


def validators(seen: Iterable[Seen], *variant: str, weak: bool) -> dict[str, str]:
    """ETag, Last-Modified, Cache-Control of an answer made of these layers.

    Caches keep it and ask each time whether it is still right, so that nobody sees old data.
    """
    all_seen = list(seen)
    parts = [f"{one.layer.id}.{one.state.version}.{one.fingerprint}" for one in all_seen]
    digest = hashlib.sha256("|".join((*parts, *variant)).encode()).hexdigest()[:20]
    changed = max(one.state.changed_at for one in all_seen)
    public = all(one.who.role is Role.VISITOR for one in all_seen)
    return {
        "etag": f'{"W/" if weak else ""}"{digest}"',
        "last-modified": format_datetime(changed.astimezone(UTC), usegmt=True),
        "cache-control": "public, no-cache" if public else "private, no-cache",
    }


def not_modified(request: Request, headers: Mapping[str, str]) -> Response | None:
    """A 304 when the client has this version already (RFC 9110 §13.1.2), else None."""
    asked = request.headers.get("if-none-match")
    if asked is None:
        return None
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    if "*" not in tags and headers["etag"].removeprefix("W/") not in tags:
        return None
    return Response(status_code=304, headers=dict(headers))
