"""What a server is to the comparison, and the one that is compared: Geoloket."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from bench.peers.data import Data
from bench.peers.programs import Failed, Program, free_port

UVICORN = ("--workers", "1", "--no-access-log", "--log-level", "warning")
"""The same for every server in Python: one process, uvloop and httptools, no log of requests."""


class Server(ABC):
    """A server over the data: started, asked and stopped by this process.

    ``error`` tells why it cannot be asked; such a server stays in the table with that text.
    """

    name: ClassVar[str]
    ready: ClassVar[str]
    """An address that answers 200 when it works."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.programs: list[Program] = []
        self.error: str | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def launch(self, data: Data) -> None:
        """Start its programs. May raise Failed or OSError."""

    @abstractmethod
    def version(self) -> str:
        """Name and version, for the head of the table."""

    def start(self, data: Data) -> None:
        """Start and wait until it answers; what goes wrong is kept in ``error``."""
        try:
            self.launch(data)
            self.programs[-1].await_answer(self.base + self.ready)
        except (Failed, OSError) as error:
            self.error = str(error)[:400]
            self.stop()

    def run(self, name: str, command: Sequence[str | Path], **env: str) -> Program:
        program = Program(name, command, self.folder, env)
        self.programs.append(program)
        return program

    def stop(self) -> None:
        for program in reversed(self.programs):
            program.stop()

    @property
    def pids(self) -> list[int]:
        return [program.pid for program in self.programs]


# Our tiles never pass 500 kB; other servers' do. For tiles with the same features, ours may too,
# and are kept all the same.
UNLIMITED = (
    "import geoloket.tiles, geoloket.main.answers; "
    "geoloket.tiles.LARGEST = geoloket.main.answers.LARGEST = 2**40"
)
_SERVE = "from geoloket.main.cli import main; main()"


class Geoloket(Server):
    """This tree, as `geoloket serve` with one worker; whole tiles, answers kept in memory."""

    name = "geoloket"
    ready = "/health/ready"
    keeps_answers: ClassVar = True
    generalises: ClassVar = False

    def launch(self, data: Data) -> None:
        self.run(
            "geoloket",
            [sys.executable, "-c", _SERVE if self.generalises else f"{UNLIMITED}; {_SERVE}",
             "serve", "--workers", "1", "--port", str(self.port)],
            GEOLOKET_HOME=str(data.cluster.home),
            GEOLOKET_LOG_LEVEL="warning",
            **({} if self.generalises else {"GEOLOKET_LAYERS": str(data.layers)}),
            **({} if self.keeps_answers else {"GEOLOKET_SERVER__ANSWER_CACHE_MB": "0"}),
        )  # fmt: skip

    def version(self) -> str:
        from geoloket import __version__  # noqa: PLC0415

        return f"Geoloket {__version__}"


class GeoloketCold(Geoloket):
    """The same without a memory of answers: each is made anew."""

    name = "geoloket-cold"
    keeps_answers = False


class GeoloketGeneralised(GeoloketCold):
    """With the layer as published, whose tiles are generalised below z15."""

    name = "geoloket-generalised"
    generalises = True
