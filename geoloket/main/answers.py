"""Answers that are given again, whole and as they were sent, for as long as they hold.

In front of everything else: finding the route, reading the parameters and compressing cost several
times what sending does. A room says which answers follow from the request and the versions of some
layers alone (``request.state.made_of``); before such an answer is given again the versions are
looked at, as they were when it was made. Decision 0009 tells what that promises.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoloket import language, log
from geoloket.access import VISITOR
from geoloket.errors import Unavailable
from geoloket.main import encoding
from geoloket.main.middleware import (
    OPEN_HEADERS,
    SECURITY_HEADERS,
    identify,
    note,
    route_of,
    too_long,
)
from geoloket.versions import MadeOf, Versions
from ogc.state import KEPT_IN_304

LARGEST: Final = 512 * 1024
"""Bytes of a body that is kept: every tile, and pages that are asked for while looking around."""
_OVERHEAD: Final = 2000
"""Bytes that an answer costs besides its body and header fields."""

_CONDITIONS: Final = (b"if-none-match", b"if-modified-since")
_CREDENTIALS: Final = (b"authorization", b"x-api-key")
_READ: Final = frozenset(
    (
        *(b"host", b"accept", b"accept-language", b"accept-encoding"),
        *(b"cache-control", b"x-request-id", b"cookie", *_CREDENTIALS, *_CONDITIONS),
    )
)

_OWN_COOKIE: Final = b"geoloket="
"""In every name under which a session is kept (``geoloket.people.cookie_of``)."""

_IN_304: Final = frozenset(
    name.encode() for name in {*KEPT_IN_304, *SECURITY_HEADERS, *OPEN_HEADERS} - {"etag"}
)

Headers = list[tuple[bytes, bytes]]


class Question(NamedTuple):
    """What a request asks, as far as an answer can depend on it."""

    scheme: str
    host: bytes
    root: str
    path: str
    query: bytes
    accept: bytes | None
    language: str
    encodings: bytes | None


class Asked(NamedTuple):
    """A question, and how it is asked."""

    question: Question
    tags: bytes | None
    """If-None-Match."""
    sure: bool
    """The database is to be asked what is current (``Cache-Control: no-cache``)."""
    identifier: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent, and what it follows from."""

    made_of: MadeOf
    status: int
    headers: Headers
    unchanged: Headers
    """Those of its 304, without the tag."""
    tag: bytes
    body: bytes
    route: str | None

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        fields = sum(len(name) + len(value) for name, value in self.headers)
        return _OVERHEAD + 2 * fields + len(self.body)


class Answers:
    """ASGI middleware that keeps at most ``limit`` bytes of answers; 0 keeps none."""

    def __init__(self, app: ASGIApp, versions: Versions, limit: int) -> None:
        self._app = app
        self._versions = versions
        self._limit = limit
        self._held = 0
        self._kept: OrderedDict[Question, Answer] = OrderedDict()

    @property
    def held(self) -> int:
        """Bytes that are in use."""
        return self._held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        began = time.perf_counter()
        asked = _asked(scope) if self._limit else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        answer = self._kept.get(asked.question)
        if answer is not None and await self._holds(answer, asked.sure):
            self._kept.move_to_end(asked.question)
            status = await _give(answer, asked, scope["method"], send)
            token = log.request_id.set(asked.identifier)
            note(scope["method"], answer.route, status, began)
            log.request_id.reset(token)
            return
        if scope["method"] == "GET":  # of a HEAD less than the whole may be made
            send = self._keeping(asked.question, scope, send)
        await self._app(scope, receive, send)

    async def _holds(self, answer: Answer, sure: bool) -> bool:
        try:
            return answer.made_of.holds(await self._versions.current(sure=sure))
        except Unavailable:
            return False  # the rooms say so in their own way

    def _keeping(
        self, question: Question, scope: Scope, send: Send
    ) -> Callable[[Message], Awaitable[None]]:
        """Send, and keep what is sent when the room says that it may be given again."""
        start: Message | None = None
        body = b""

        async def send_and_keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                state = scope.get("state", {})
                kept = message["status"] in (200, 204) and "made_of" in state
                kept = kept and state.get("who") is VISITOR
                start = message if kept else None
            elif start is not None:
                body += message.get("body", b"")
                if len(body) > LARGEST:
                    start = None
                elif not message.get("more_body"):
                    self._keep(question, _answer(scope, start, body))
            await send(message)

        return send_and_keep

    def _keep(self, question: Question, answer: Answer | None) -> None:
        if answer is None or answer.size > self._limit:
            return
        before = self._kept.pop(question, None)
        self._held += answer.size - (before.size if before else 0)
        self._kept[question] = answer
        while self._held > self._limit:
            self._held -= self._kept.popitem(last=False)[1].size


def _asked(scope: Scope) -> Asked | None:
    """What is asked, or None for what is never kept: that is left to the rooms.

    Among it whatever may be somebody's own (Authorization, our cookie), and what is refused for its
    length. Fields that are given twice are for the rooms to make sense of.
    """
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    path: str = scope["path"]
    if not path.startswith("/ogc/"):
        return None
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            if name in found:
                return None
            found[name] = value
    own = any(name in found for name in _CREDENTIALS)
    if own or _OWN_COOKIE in found.get(b"cookie", b"") or too_long(scope):
        return None
    tags = found.get(b"if-none-match")
    if tags is None and b"if-modified-since" in found:
        return None
    question = Question(
        scope["scheme"],
        found.get(b"host", b""),
        scope.get("root_path", ""),
        path,
        scope["query_string"],
        found.get(b"accept"),
        _language(found.get(b"accept-language")),
        found.get(b"accept-encoding"),
    )
    sure = b"no-cache" in found.get(b"cache-control", b"")
    given = found.get(b"x-request-id", b"").decode("latin-1")
    return Asked(question, tags, sure, identify(given))


@lru_cache(maxsize=512)
def _language(header: bytes | None) -> str:
    return language.accepted(header.decode("latin-1") if header else None)


def _answer(scope: Scope, start: Message, body: bytes) -> Answer | None:
    made_of: MadeOf | None = scope["state"]["made_of"]
    headers = [one for one in start["headers"] if one[0] != b"x-request-id"]
    fields = dict(headers)
    if made_of is None or b"etag" not in fields:
        return None
    return Answer(
        made_of,
        start["status"],
        headers,
        [one for one in headers if one[0] in _IN_304],
        fields[b"etag"],
        body,
        route_of(scope),
    )


async def _give(answer: Answer, asked: Asked, method: str, send: Send) -> int:
    """Send the answer, or a 304 to who has it; which of them."""
    tag = None if asked.tags is None else _known(asked.tags, answer, asked.question.encodings)
    named = (b"x-request-id", asked.identifier.encode())
    if tag is None:
        status, headers = answer.status, [*answer.headers, named]
    else:
        status, headers = 304, [*answer.unchanged, (b"etag", tag), named]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    body = answer.body if tag is None and method == "GET" else b""
    await send({"type": "http.response.body", "body": body})
    return status


def _known(tags: bytes, answer: Answer, taken: bytes | None) -> bytes | None:
    """The tag by which the client has the answer already, as it gave it."""
    if tags == answer.tag:
        return tags
    given, tag, encodings = (one.decode("latin-1") for one in (tags, answer.tag, taken or b""))
    known = encoding.known_as(given, tag, encodings)
    return None if known is None else known.encode("latin-1")
