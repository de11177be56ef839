"""A limit: the same HTTP server with Geoloket's own answers in memory, under the same headers.

``uvicorn --factory bench.peers.memory:create``, with ``BENCH_ANSWERS`` naming a pickle of
``{path: (status, headers, body)}``.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterable
from pathlib import Path

import httpx
from bench.peers.data import Data
from bench.peers.servers import UVICORN, Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Answers = dict[str, tuple[int, dict[str, str], bytes]]
_CONNECTION = {"date", "server", "content-length", "transfer-encoding", "connection"}


class Memory(Server):
    """Starlette under uvicorn, as Geoloket is."""

    name = "memory"
    ready = "/ready"

    def launch(self, data: Data) -> None:
        self.run(
            self.name,
            [sys.executable, "-m", "uvicorn", "--factory", "bench.peers.memory:create",
             "--port", str(self.port), "--no-server-header", *UVICORN],
            BENCH_ANSWERS=str(self.answers),
            PYTHONPATH=str(Path(__file__).parents[2]),
        )  # fmt: skip

    @property
    def answers(self) -> Path:
        return self.folder / "answers.pickle"

    def version(self) -> str:
        return "Starlette under uvicorn"

    def capture(self, base: str, paths: Iterable[str]) -> None:
        """Ask Geoloket at ``base`` for every path and keep what it answers."""
        kept: Answers = {"/ready": (200, {}, b"")}
        with httpx.Client(base_url=base, headers={"accept-encoding": "identity"}) as client:
            for path in paths:
                answer = client.get(path, timeout=120)
                headers = {k: v for k, v in answer.headers.items() if k not in _CONNECTION}
                kept[path] = (answer.status_code, headers, answer.content)
        self.answers.write_bytes(pickle.dumps(kept))


def create() -> Starlette:
    answers: Answers = pickle.loads(Path(os.environ["BENCH_ANSWERS"]).read_bytes())  # noqa: S301

    async def answer(request: Request) -> Response:
        path, query = request.url.path, request.url.query
        status, headers, body = answers[f"{path}?{query}" if query else path]
        asked = request.headers.get("if-none-match")
        if asked and asked == headers.get("etag"):
            return Response(status_code=304, headers=headers)
        return Response(body, status, headers)

    return Starlette(routes=[Route("/{path:path}", answer)])
