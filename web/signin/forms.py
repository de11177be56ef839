"""What comes along with a request to sign in or out: where to go afterwards, and posted fields."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request

from geoloket.errors import BadRequest, Forbidden
from geoloket.people import Session

_MOST: Final = 64 * 1024
"""Bytes of a form; a logout token is a few thousand."""
_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1999}")
"""A path of ours: one slash first, and no backslash, space or control character anywhere. What a
browser could read as an address of somebody else does not fit."""
_OURS: Final = re.compile(r"/(en/)?(aanmelden|afmelden|sign-in|sign-out)\b")


def goal(given: str | None, otherwise: str) -> str:
    """Where to go after signing in: the path that was asked when it is one of ours."""
    if given and _PATH.fullmatch(given) and not _OURS.match(given):
        return given
    return otherwise


async def posted(request: Request) -> dict[str, str]:
    """The fields of a posted form, the first of each name. Raises BadRequest when too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST:
            raise BadRequest("The form is too long.")
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=100)
    return {name: found[0] for name, found in fields.items()}


async def own_form(request: Request) -> dict[str, str]:
    """The fields of a form of the person who is signed in.

    Raises Forbidden when it is not of this session: ``Session.form_token`` makes what it must hold.
    """
    fields = await posted(request)
    session: Session | None = request.state.session
    if session is None or not session.is_own_form(fields.get("form_token", "")):
        raise Forbidden("The form is not of this session; open the page again.")
    return fields
