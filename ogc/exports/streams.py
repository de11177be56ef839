"""Text that is passed on as the database writes it: the first bytes go before the last are made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

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
    chunks = write(layer, query, visit.who, most)
    # What is wrong with the question shows with the first bytes: then there is still a status.
    first = await anext(chunks, b"")
    return Stream(first, chunks, headers)


def bare(headers: dict[str, str]) -> Response:
    """The answer to HEAD: nothing was made, so nobody knows how long it would be."""
    response = Response(headers=headers)
    del response.headers["content-length"]
    return response


class Stream(StreamingResponse):
    """Chunks; an error in the midst of them breaks the connection, so that nobody takes it for all.

    The source is closed when the client has left.
    """

    def __init__(
        self, first: bytes, chunks: AsyncGenerator[bytes], headers: dict[str, str]
    ) -> None:
        self._first = first
        self._chunks = chunks
        super().__init__(self._all(), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        async with aclosing(self._chunks):
            await super().__call__(scope, receive, send)

    async def _all(self) -> AsyncGenerator[bytes]:
        yield self._first
        async for chunk in self._chunks:
            yield chunk
            await asyncio.sleep(0)  # a fast client must not keep others from their turn
