"""What happens to every request on its way in and out: id, person, language, problems, headers.

Pure ASGI, because Starlette's BaseHTTPMiddleware buffers and costs about as much as a small answer.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoloket import language, log
from geoloket.access import VISITOR, Role
from geoloket.errors import (
    AddressTooLong,
    HeadersTooLarge,
    InvalidParameter,
    MethodNotAllowed,
    NotFound,
    Problem,
)
from web.security import policy
from web.view import problem_page

_logger = logging.getLogger("geoloket.request")

_SAFE_ID: Final = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_MACHINE_PATHS: Final = ("/ogc", "/stac", "/api", "/health", "/geolocation")
_DATA_SUFFIXES: Final = (".atom", ".geojson", ".ics", ".json")
"""Of pages, the forms that programs read: what is wrong with a request is told in their way."""
_OPEN_PATHS: Final = ("/ogc", "/stac", "/api/addresses", "/api/openapi.json", "/geolocation")

MOST_OF_ADDRESS: Final = 32 * 1024
"""Bytes of path and query: a filter with a polygon in it is long."""
MOST_OF_HEADERS: Final = 32 * 1024

SECURITY_HEADERS: Final = {
    "content-security-policy": policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
OPEN_HEADERS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "allow, content-crs, content-disposition, etag, last-modified, link, location, "
        "retry-after, x-request-id"
    ),
}
"""Of what scripts of other sites may read: open data, and the problems that come instead."""


class Reception:
    """Gives a request its id, person and language; gives the answer its headers; logs both.

    The log line has method, route, status and time: never the path or the query, which may hold an
    address or a file number.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        identifier = identify(headers.get("x-request-id", ""))
        token = log.request_id.set(identifier)
        state = scope.setdefault("state", {})
        state["who"] = VISITOR
        state["session"] = None
        state["language"] = _language(scope["path"], headers)
        is_open = _is_open(scope["path"])
        started = time.perf_counter()
        status, begun = 500, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                answer = MutableHeaders(scope=message)
                answer["x-request-id"] = identifier
                seen_by_all = is_open and state["who"].role is Role.VISITOR
                added = SECURITY_HEADERS | (OPEN_HEADERS if seen_by_all else {})
                for name, value in added.items():
                    answer.setdefault(name, value)
            await send(message)

        try:
            if problem := too_long(scope):
                refused = render(Request(scope), problem)
                await refused(scope, receive, send_with_headers)
                return
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            # Farther out there is a handler too, whose answers have none of these headers.
            if begun:
                raise
            _logger.error("unexpected", exc_info=error)
            await render(Request(scope), Problem())(scope, receive, send_with_headers)
        finally:
            note(scope["method"], route_of(scope), status, started)
            log.request_id.reset(token)


def identify(given: str) -> str:
    """The id of a request: the one that it came with, when that can do no harm in a log."""
    return given if _SAFE_ID.match(given) else uuid.uuid4().hex


def note(method: str, route: str | None, status: int, began: float) -> None:
    """Log a request that was answered: never its path or query."""
    ms = round((time.perf_counter() - began) * 1000, 1)
    facts = {"method": method, "route": route, "status": status, "ms": ms}
    _logger.info("request", extra=facts)


def too_long(scope: Scope) -> Problem | None:
    """What is wrong with a request of which the address or the headers are too long to read."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_OF_ADDRESS:
        return AddressTooLong()
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_OF_HEADERS:
        return HeadersTooLarge()
    return None


def _is_open(path: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in _OPEN_PATHS)


def route_of(scope: Scope) -> str | None:
    """What answered, without anything of the address that was asked."""
    route, endpoint = scope.get("route"), scope.get("endpoint")
    return getattr(route, "path", None) or getattr(endpoint, "__name__", None)


def _language(path: str, headers: Headers) -> str:
    """Pages carry their language in the address; what machines read negotiates it."""
    if path == "/en" or path.startswith("/en/"):
        return "en"
    if path.startswith(_MACHINE_PATHS):
        return language.accepted(headers.get("accept-language"))
    return language.DEFAULT


def answer_problems(app: FastAPI) -> None:
    """Render every problem in one place: problem JSON for machines, a page for people."""

    async def known(request: Request, problem: Problem) -> Response:
        advice = {"retry-after": str(problem.facts.get("retry_after", 5))}
        return render(request, problem, advice if problem.status == 503 else None)

    async def http(request: Request, error: HTTPException) -> Response:
        kinds = {404: NotFound, 405: MethodNotAllowed}
        if kind := kinds.get(error.status_code):
            return render(request, kind(), headers=dict(error.headers or {}))
        problem = _of_status(error.status_code, str(error.detail))
        return render(request, problem, headers=dict(error.headers or {}))

    async def validation(request: Request, error: RequestValidationError) -> Response:
        faults = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
        return render(request, InvalidParameter(faults[:500]))

    async def unexpected(request: Request, error: Exception) -> Response:
        _logger.error("unexpected", exc_info=error)
        return render(request, Problem())

    app.exception_handler(Problem)(known)
    app.exception_handler(HTTPException)(http)
    app.exception_handler(RequestValidationError)(validation)
    app.exception_handler(Exception)(unexpected)


def _of_status(status: int, detail: str) -> Problem:
    problem = Problem(detail)
    phrase = HTTPStatus(status).phrase
    problem.status = status  # pyright: ignore[reportAttributeAccessIssue]
    problem.title = {"nl": phrase, "en": phrase}  # pyright: ignore[reportAttributeAccessIssue]
    problem.type = "about:blank"  # pyright: ignore[reportAttributeAccessIssue]
    return problem


def render(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem as an answer: a page for people, problem JSON for programs."""
    tongue = getattr(request.state, "language", language.DEFAULT)
    path = request.url.path
    if not path.startswith(_MACHINE_PATHS) and not path.endswith(_DATA_SUFFIXES):
        page = problem_page(request, problem)
        page.headers.update(headers or {})
        return page
    document = problem.document(tongue)
    return JSONResponse(
        document,
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"content-language": tongue, **(headers or {})},
    )
