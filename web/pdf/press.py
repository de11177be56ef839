"""Press: has PDFs made beside the web process, a few at a time, and keeps the last ones."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from geoloket.errors import Problem, Unavailable

_logger = logging.getLogger("geoloket.pdf")

_SECONDS: Final = 30
"""Of computing; a dossier takes two or three."""
_PATIENCE_S: Final = 90.0
"""Of waiting for it on a machine that has more to do."""
_KEPT: Final = 32
"""PDFs in memory; a dossier takes about 60 kB."""
_WAIT_S: Final = 30.0


class Press:
    """PDFs by key: the same key twice is made once, also when it is asked for at the same time."""

    def __init__(self, at_once: int, fonts: Callable[[], Mapping[str, Path]]) -> None:
        """``at_once`` are made at a time and four times as many wait.

        ``fonts`` are WOFF2 files by the address that pages name them by.
        """
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once * 5
        self._asked = 0
        self._fonts = fonts
        self._kept: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()

    async def made(self, key: str, page: Callable[[], Awaitable[str]]) -> bytes:
        """The PDF of the page that ``page`` writes. Raises Unavailable when too many wait."""
        task = self._kept.get(key)
        if task is None:
            task = self._kept[key] = asyncio.create_task(self._make(key, page))
            task.add_done_callback(lambda done: self._settle(key, done))
        else:
            self._kept.move_to_end(key)
        return await asyncio.shield(task)

    async def _make(self, key: str, page: Callable[[], Awaitable[str]]) -> bytes:
        async with self._turn():
            job = {
                "html": await page(),
                "fonts": {address: str(file) for address, file in self._fonts().items()},
                "identifier": key,
                "seconds": _SECONDS,
            }
            return await _run(json.dumps(job).encode() + b"\n")

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        busy = Unavailable("Others are waiting for a PDF; try again in a moment.", retry_after=10)
        if self._asked >= self._most:
            raise busy
        self._asked += 1
        try:
            try:
                async with asyncio.timeout(_WAIT_S):
                    await self._turns.acquire()
            except TimeoutError:
                raise busy from None
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._asked -= 1

    def _settle(self, key: str, done: asyncio.Task[bytes]) -> None:
        """What failed is not kept; looking at why tells asyncio that somebody has seen it."""
        if done.cancelled() or done.exception():
            self._kept.pop(key, None)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


async def _run(job: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "web.pdf"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("GEOLOKET_")},
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            made, errors = await process.communicate(job)
    except TimeoutError:
        raise Unavailable("Making the PDF took too long.", retry_after=60) from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode == 0 and made.startswith(b"%PDF"):
        return made
    # The last line names the error; what is above it may hold what was printed.
    last = errors.decode(errors="replace").strip().rpartition("\n")[2]
    _logger.error("pdf", extra={"why": last.partition(":")[0][:100], "code": process.returncode})
    raise Problem()
