"""What is remembered per version of a table (counts, extents), and validators made of it.

The version of a table goes up in the transaction that changes it, and is read *before* what is
answered under it. So an answer is never older than its version, and may be newer when a change
comes in between: a body of version 8 under the tag of version 7. That does no harm, because a
version is never current again once it was left (a database that was put back has other times of
change, which are in every key and tag): whoever shows the tag of 7 later is given 8 anew, and what
was remembered under 7 is not looked up any more.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache, partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from geoloket.access import Principal, Role
from geoloket.features import FeatureStore, Period
from geoloket.layer import Layer
from geoloket.query import Box, Query
from geoloket.versions import LayerState, MadeOf

_REMEMBERED: Final = 2000
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')
KEPT_IN_304: Final = ("cache-control", "content-location", "etag", "expires", "vary")


_STAFF_ONLY: Final = "private, no-store"

MOST_COUNTED: Final = 100_000
"""Features up to which a narrowed selection is counted without being asked to."""


@dataclass(frozen=True, slots=True)
class Matched:
    """How many features a query selects: so many, or more than that when not ``exact``."""

    count: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """A layer as somebody sees it, at one version of its table."""

    layer: Layer
    who: Principal
    state: LayerState
    fingerprint: str
    """Changes when the declaration as this person sees it changes, or the program does."""
    since: datetime
    """From when on this process answers by that declaration."""

    @property
    def key(self) -> tuple[str, Role, int, datetime]:
        """What is the same for everybody with this role, until the table changes."""
        role = self.who.on(self.layer.id).role
        return (self.layer.id, role, self.state.version, self.state.changed_at)


class Memory:
    """Counts and extents by version; the least used are forgotten.

    Whoever asks for what is being worked out already waits for that, so that a change costs one
    count however many readers there are.
    """

    def __init__(self, store: FeatureStore) -> None:
        self._store = store
        self._known: OrderedDict[Hashable, asyncio.Future[Any]] = OrderedDict()

    async def count(self, seen: Seen, query: Query, *, exact: bool = False) -> Matched:
        """How many features the query selects on all its pages together.

        Exact when it selects everything or ``exact`` asks so, else counted up to ``MOST_COUNTED``.
        """
        selection = query.selection
        most = None if exact or selection is None else MOST_COUNTED
        count = await self._remember(
            seen,
            ("count", seen.key, selection, most),
            lambda: self._store.count(seen.layer, query, seen.who, most=most),
        )
        await self._store.counted(seen.layer, seen.who)
        return Matched(count) if most is None or count <= most else Matched(most, exact=False)

    async def extent(self, seen: Seen) -> Box | None:
        """Bounding box in CRS84, or None."""
        return await self._remember(
            seen, ("extent", seen.key), lambda: self._store.extent(seen.layer, seen.who)
        )

    async def period(self, seen: Seen) -> Period | None:
        """From when until when the features are dated, or None."""
        return await self._remember(
            seen, ("period", seen.key), lambda: self._store.period(seen.layer, seen.who)
        )

    async def warm(self, seen: Seen) -> None:
        """Work out what the next request for this layer is going to ask."""
        await self.count(seen, Query())
        await self.extent(seen)
        await self.period(seen)

    async def _remember[T](self, seen: Seen, key: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        """The value under a version that was read before ``find`` is called (see above).

        The store notes who is told what it finds out; here, who is told it again.
        """
        known = self._known.get(key)
        if known is not None:
            await self._store.counted(seen.layer, seen.who)
        if known is None:
            known = self._known[key] = asyncio.ensure_future(find())
            known.add_done_callback(lambda done: self._settle(key, done))
        elif known.done():
            self._known.move_to_end(key)
            return known.result()
        return await asyncio.shield(known)

    def _settle(self, key: Hashable, done: asyncio.Future[Any]) -> None:
        if done.cancelled() or done.exception():
            self._known.pop(key, None)
        elif len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def validators(seen: Iterable[Seen], *variant: str, weak: bool) -> dict[str, str]:
    """ETag, Last-Modified, Cache-Control of an answer made of these layers.

    Caches keep it and ask each time whether it is still right, so that nobody sees old data.
    """
    all_seen = tuple(seen)
    public = all(one.who.role is Role.VISITOR for one in all_seen)
    headers = {
        "etag": _tag(tuple((one.key, one.fingerprint) for one in all_seen), variant, weak),
        "cache-control": "public, no-cache" if public else _STAFF_ONLY,
    }
    if modified := _last_modified(all_seen):
        headers["last-modified"] = _http_date(modified)
    return headers


_http_date: Final = lru_cache(maxsize=256)(partial(format_datetime, usegmt=True))


@lru_cache(maxsize=1024)
def _tag(seen: tuple[tuple[Hashable, str], ...], variant: tuple[str, ...], weak: bool) -> str:
    digest = hashlib.sha256(repr((seen, variant)).encode()).hexdigest()[:20]
    return f'{"W/" if weak else ""}"{digest}"'


def _last_modified(seen: Sequence[Seen]) -> datetime | None:
    """When the answer became what it is, where a date in whole seconds can tell that.

    It cannot for several layers, of which one may change at an earlier moment than another did
    and be seen later; nor for a second in which more than one version was made, or that is not
    over yet (RFC 9110 §8.8.2.2).
    """
    modified = _second(seen)
    return modified if modified and modified < datetime.now(UTC).replace(microsecond=0) else None


def _second(seen: Sequence[Seen]) -> datetime | None:
    """The second of the change, where one second tells it."""
    if len(seen) != 1 or not seen[0].state.dated:
        return None
    return max(seen[0].state.changed_at, seen[0].since).astimezone(UTC).replace(microsecond=0)


def made_of(seen: Sequence[Seen], headers: Mapping[str, str]) -> MadeOf | None:
    """What an answer with these validators follows from; None for one that is not a visitor's."""
    if any(one.who.role is not Role.VISITOR for one in seen):
        return None
    second = _second(seen)
    late = second is not None and "last-modified" not in headers  # it gets one in a moment
    until = second + timedelta(seconds=1) if second and late else None
    return MadeOf(tuple((one.layer.id, one.state) for one in seen), until)


def by_content(request: Request, answer: Response) -> Response:
    """The answer with a tag made of its bytes when it has none; a 304 when the client has it.

    For documents: they follow from declarations, settings, language and address together.
    """
    if answer.status_code != 200 or "etag" in answer.headers or not hasattr(answer, "body"):
        return answer
    role = request.state.who.role
    digest = hashlib.sha256(role.encode() + bytes(answer.body)).hexdigest()
    answer.headers["etag"] = f'"{digest[:20]}"'
    public = role is Role.VISITOR
    answer.headers.setdefault("cache-control", "public, no-cache" if public else _STAFF_ONLY)
    return not_modified(request, answer.headers) or answer


def not_modified(request: Request, headers: Mapping[str, str]) -> Response | None:
    """A 304 when the client has this version already (RFC 9110 §13.2.2), else None.

    Also None for what has no tag yet, as a web page before it is made.
    """
    if "etag" not in headers or not _is_known(request, headers):
        return None
    kept = {name: headers[name] for name in KEPT_IN_304 if name in headers}
    return Response(status_code=304, headers=kept)


def _is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """If-None-Match compares weakly; If-Modified-Since only counts in its absence."""
    asked = ",".join(request.headers.getlist("if-none-match"))
    if asked:
        return asked.strip() == "*" or headers["etag"].removeprefix("W/") in _TAG.findall(asked)
    since, modified = request.headers.get("if-modified-since"), headers.get("last-modified")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):  # not a date, or one without a zone: as if it were not there
        return False
