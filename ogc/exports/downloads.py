"""Files that are sent when they are whole: ``geoloket.files`` writes them beside the server."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from geoloket.database import WRONG_ROLE
from geoloket.errors import Problem, Unavailable
from geoloket.exports import file_job
from geoloket.files.job import Job, Outcome
from geoloket.layer import Layer
from geoloket.query import Query
from ogc.exports.table import PARQUET
from ogc.negotiation import Format
from ogc.visit import Visit

_logger = logging.getLogger("geoloket.exports")

_CHUNK: Final = 1 << 20
_SENT_WITHIN_S: Final = 3600.0
"""A client that takes longer has stopped reading."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked beside the selection: format, most features, and whether ``crs`` is CRS84."""

    format: Format
    most: int | None
    crs84: bool


async def answer(
    visit: Visit, layer: Layer, query: Query, wish: Wish, headers: dict[str, str]
) -> Response:
    """The file, once it is written; it has no name any more while it is sent."""
    exports = visit.service.hall.exports
    boxes = wish.format == PARQUET
    with ExitStack() as held:
        held.enter_context(exports.turn("stream"))
        with exports.turn("file"), _folder(exports.place) as folder:
            errand = await exports.errand(layer, query, visit.who, wish.most, boxes=boxes)
            path = folder / f"{layer.id}.{wish.format.name}"
            chosen = wish.format.name, wish.crs84, visit.language
            job = file_job(errand, layer, query, path, *chosen)
            await _write(visit.request, job, exports.settings.timeout_s)
            file = os.open(path, os.O_RDONLY)
            held.callback(os.close, file)
        return File(file, headers, held.pop_all())
    raise AssertionError  # nothing above swallows an exception


@contextmanager
def _folder(place: Path) -> Generator[Path]:
    try:
        made = Path(tempfile.mkdtemp(dir=place))
    except OSError:
        raise Unavailable("There is no room for files at the moment.") from None
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


async def _write(request: Request, job: Job, seconds: float) -> None:
    """Run the program on a job; it is ended when the client leaves. Raises Unavailable."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "geoloket.files"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("GEOLOKET_")},
    )
    told = asyncio.create_task(process.communicate(job.dumps()))
    gone = asyncio.create_task(_departure(request))
    try:
        # The database ends a statement by itself; this is for all the rest.
        await asyncio.wait([told, gone], timeout=seconds + 60, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        if process.returncode is None:
            process.kill()
        _, errors = await told
    outcome = process.returncode
    if outcome == Outcome.DONE:
        return
    if outcome == Outcome.WRONG_ROLE:
        _logger.error("connection", extra={"name_of": "geoloket-export", "why": WRONG_ROLE})
    if detail := _REASONS.get(outcome or 0):
        raise Unavailable(detail)
    if outcome is not None and outcome < 0:
        raise Unavailable("Writing the file was broken off.")
    _logger.error("export", extra={"format": job.format, "why": errors.decode()[-300:].strip()})
    raise Problem()


_REASONS: Final[dict[int, str]] = {
    Outcome.TOO_LONG: "The selection took too long; ask for less.",
    Outcome.NO_ROOM: "There is no room for files at the moment.",
    Outcome.NO_DATABASE: "The database is not reachable at the moment.",
    Outcome.WRONG_ROLE: "The database is not reachable at the moment.",
}


async def _departure(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class File(Response):
    """An open file, sent in pieces; what is held for it is let go at the end."""

    def __init__(self, file: int, headers: dict[str, str], held: ExitStack) -> None:
        super().__init__(headers=headers)
        self._file = file
        self._held = held
        self.headers["content-length"] = str(os.fstat(file).st_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        with self._held:
            async with asyncio.timeout(_SENT_WITHIN_S):
                await send(
                    {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
                )
                while piece := await anyio.to_thread.run_sync(os.read, self._file, _CHUNK):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
