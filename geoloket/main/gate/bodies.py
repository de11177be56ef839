"""How much of a request's body is read."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Message, Receive, Scope

from geoloket.errors import BodyTooLarge

_BARE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Room:
    """How many bytes are read; ``request.state.room``. Who knows who asks may make it larger."""

    most: int


def limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """The same body, which fails with BodyTooLarge past ``most`` bytes.

    When the request says that it is longer, nothing of it is read (RFC 9110 §15.5.14).
    """
    if scope["method"] in _BARE:  # nobody reads what comes with those
        return receive
    room = Room(most)
    scope.setdefault("state", {})["room"] = room
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        if any(not one.isdigit() or int(one[:20]) > room.most for one in lengths):
            raise _too_large(room.most)
        message = await receive()
        read += len(message.get("body", b""))
        if read > room.most:
            raise _too_large(room.most)
        return message

    return receive_some


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"At most {most // 1024} kB is read.")
