"""Text that is passed on as the database writes it: the first bytes go before the last are made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from geoloket.layer import Layer
from geoloket.query import Query
from ogc.exports.table import CSV
from ogc.visit import Visit


async def answer(
    visit: Visit, layer: Layer, query: Query, most: int | None, headers: dict[str, str]
) -> Response:
    """CSV or a GeoJSON text sequence, of at most ``most`` features."""
    exports = visit.service.hall.exports
    write = exports.spreadsheet if visit.chosen == CSV else exports.sequence
    return await begun(visit.request, write(layer, query, visit.who, most), headers)


async def begun(
    request: Request,
    chunks: AsyncGenerator[bytes],
    headers: dict[str, str],
    within: float | None = None,
) -> Response:
    """The answer of these chunks, of which the first is made: then there is still a status.

    What is wrong with the question shows with it. ``within`` is in seconds.
    """
    first = await anext(chunks, b"")
    if request.method == "HEAD":
        await chunks.aclose()
        answer = bare(headers)
        answer.headers.add_vary_header("Accept-Encoding")  # as of all text that is sent
        return answer
    return Stream(first, chunks, headers, within)


def bare(headers: dict[str, str]) -> Response:
    """The answer to HEAD: nothing was made, so nobody knows how long it would be."""
    response = Response(headers=headers)
    del response.headers["content-length"]
    return response


class Stream(StreamingResponse):
    """Chunks; an error in the midst of them breaks the connection, so that nobody takes it for all.

    The source is closed when the client has left, or has not read it all ``within`` some seconds.
    """

    def __init__(
        self,
        first: bytes,
        chunks: AsyncGenerator[bytes],
        headers: dict[str, str],
        within: float | None = None,
    ) -> None:
        self._within = within
        self._first = first
        self._chunks = chunks
        super().__init__(self._all(), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        async with aclosing(self._chunks), asyncio.timeout(self._within):
            await super().__call__(scope, receive, send)

    async def _all(self) -> AsyncGenerator[bytes]:
        yield self._first
        async for chunk in self._chunks:
            yield chunk
            await asyncio.sleep(0)  # a fast client must not keep others from their turn
