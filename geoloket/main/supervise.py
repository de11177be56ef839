"""Keeps the programs of one Geoloket going: all of them, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from geoloket.errors import CommandError

_STOP_TIMEOUT_S = 10
_LOG_KEPT_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Child:
    """A program that we started, and where its log goes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Supervisor:
    """Children in sessions of their own: a Ctrl-C reaches us alone, and we stop them in order.

    >>> with Supervisor(logs) as children:
    ...     children.start("web", ["serve", "--port", "8000"])
    ...     children.watch(each_second)
    """

    def __init__(self, logs: Path, environment: dict[str, str]) -> None:
        """``logs`` is the folder of the children's logs; ``environment`` is added to ours."""
        self._logs = logs
        self._environment = environment
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        """Nothing runs yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop what was started, the last first."""
        for child in reversed(self._children):
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        for child in reversed(self._children):
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.process.wait()

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start a command of our own as a child that ends when we do, however we end."""
        lifeline = ["--ends-with", str(os.getpid())]
        self.run(name, [sys.executable, "-P", "-m", "geoloket.main.cli", *lifeline, *arguments])

    def run(self, name: str, command: Sequence[str]) -> None:
        """Start any program as a child that ends when we end in an orderly way."""
        self._logs.mkdir(parents=True, exist_ok=True)
        path = self._logs / f"{name}.log"
        if path.exists() and path.stat().st_size > _LOG_KEPT_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._environment},
                start_new_session=True,
            )
        self._children.append(Child(name, process, path))

    def check(self) -> None:
        """Raises CommandError with the end of its log when a child has ended by itself."""
        for child in self._children:
            if (code := child.process.poll()) is not None:
                lines = child.log.read_text(errors="replace").strip().splitlines()[-3:]
                told = "\n  ".join(lines)
                raise CommandError(
                    f"{child.name} has ended ({_how(code)}), so all of it stops; "
                    f"{child.log} ends with:\n  {told}"
                )

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Wait for ``ready``; raises CommandError when a child ends or time is up."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise CommandError(
                    f"not ready after {timeout_s:.0f} s; see the logs in {self._logs}"
                )
            time.sleep(0.1)

    def watch(self, each_second: Callable[[], object]) -> None:
        """Stay until a signal ends us or a child ends by itself."""
        while True:
            self.check()
            each_second()
            time.sleep(1)


def _how(code: int) -> str:
    """How a program ended, by what its parent is told."""
    return f"code {code}" if code >= 0 else signal.Signals(-code).name


def _signal(child: Child, number: signal.Signals) -> None:
    """Signal a child and what it started: it leads a process group of its own."""
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, number)
