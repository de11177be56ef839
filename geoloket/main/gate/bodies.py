"""How much of a request's body is read."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope

from geoloket.errors import BodyTooLarge

_BARE = frozenset({"GET", "HEAD", "OPTIONS"})


def limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """The same body, which fails with BodyTooLarge past ``most`` bytes.

    Raises BodyTooLarge at once when the request says that it is longer (RFC 9110 §15.5.14).
    """
    if scope["method"] in _BARE:  # nobody reads what comes with those
        return receive
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value[:20]) > most):
            raise _too_large(most)
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise _too_large(most)
        return message

    return receive_some


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"At most {most // 1024} kB is read.")
