"""Answers for programs, of any site: JSON with a validator, for GET, HEAD and a preflight."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from geoloket.errors import InvalidParameter, UnknownParameter

_KEPT: Final = "public, max-age=60"
"""The same question has the same answer until the next import."""
_PREFLIGHT: Final = {
    "allow": "GET, HEAD, OPTIONS",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "accept, accept-language, if-none-match, x-request-id",
    "access-control-max-age": "86400",
}

PROBLEM: Final[dict[str, Any]] = {
    "description": "A parameter is missing, unknown or cannot be used.",
    "content": {"application/problem+json": {}},
}
"""What OpenAPI says of a 400 (RFC 9457)."""

Endpoint = Callable[[Request], Awaitable[Response]]


def serve(routes: APIRouter, path: str, endpoint: Endpoint, document: dict[str, Any]) -> None:
    """Add an address that scripts of other sites may ask too; ``document`` is its OpenAPI."""

    async def preflight() -> Response:
        return Response(status_code=204, headers=_PREFLIGHT)

    routes.add_api_route(path, endpoint, response_class=Response, openapi_extra=document)
    routes.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    routes.add_api_route(path, preflight, methods=["OPTIONS"], include_in_schema=False)


def answer(request: Request, body: object, media_type: str = "application/json") -> Response:
    """``body`` as JSON, or 304 when the client shows that it has it (RFC 9110 §13.1.2)."""
    written = orjson.dumps(body)
    tag = f'"{hashlib.blake2b(written, digest_size=12).hexdigest()}"'
    headers = {"cache-control": _KEPT, "etag": tag}
    shown = request.headers.get("if-none-match", "")
    if shown == "*" or tag in (one.strip().removeprefix("W/") for one in shown.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(written, media_type=media_type, headers=headers)


def only(given: Mapping[str, str], *known: str) -> None:
    """Refuse a parameter that an address does not have. Raises UnknownParameter."""
    if strange := sorted(set(given) - set(known)):
        listed = ", ".join(known)
        raise UnknownParameter(f"There is no parameter {strange[0][:40]!r}; use {listed}.")


def whole_number(given: Mapping[str, str], name: str, default: int) -> int:
    """A small whole number of a query. Raises InvalidParameter for anything else."""
    value = given.get(name, str(default))
    if not (value.isascii() and value.isdecimal() and len(value) < 4):
        raise InvalidParameter(f"{name} must be a whole number.", parameter=name)
    return int(value)


def decimal(given: Mapping[str, str], name: str) -> float:
    """A finite number of a query, with a point. Raises InvalidParameter for anything else."""
    return to_number(given.get(name, ""), name)


def to_number(value: str, name: str) -> float:
    """A finite decimal number. Raises InvalidParameter with the name of its parameter."""
    try:
        number = float(value) if len(value) < 40 and "_" not in value else float("nan")
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e9:
        raise InvalidParameter(f"{name} must be a number, with a decimal point.", parameter=name)
    return number
