"""How long an answer may take to begin, its question included."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoloket.errors import Unavailable


async def within(seconds: float, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, or raise Unavailable when nothing was answered in time.

    ``request.state.patience`` is the timeout: what is known to take longer puts it off. An answer
    that has begun takes as long as it takes; who sends it watches over that.
    """
    begun, patience = False, asyncio.timeout(seconds)

    async def send_begun(message: Message) -> None:
        nonlocal begun
        if not begun:
            begun = True
            if not patience.expired():
                patience.reschedule(None)
        await send(message)

    try:
        async with patience:
            scope["state"]["patience"] = patience
            await app(scope, receive, send_begun)
    except TimeoutError:
        if begun or not patience.expired():
            raise
        raise Unavailable("The answer took too long; ask for less.", retry_after=30) from None
