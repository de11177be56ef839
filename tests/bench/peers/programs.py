"""Programs that run beside us while we measure; they end with us, however we end."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx


class Failed(Exception):
    """A program did not start or stopped; the message is for RESULTS.md."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """A child process with a log; Linux ends it when we end (setpriv --pdeathsig)."""

    def __init__(
        self, name: str, command: Sequence[str | Path], folder: Path, env: Mapping[str, str]
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        bare = {key: os.environ[key] for key in ("HOME", "PATH", "LANG") if key in os.environ}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)],
                env=bare | dict(env),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours; we end them in order
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def await_answer(self, url: str, seconds: float = 60) -> None:
        """Wait until ``url`` answers 200. Raises Failed with what the program said last."""
        deadline = time.monotonic() + seconds
        last = "no answer"
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed(f"{self.name} stopped: {self.said()}")
            try:
                answer = httpx.get(url, timeout=30)
                if answer.status_code == 200:
                    return
                last = f"{answer.status_code} {answer.text[:200]}"
            except httpx.TransportError as error:
                last = repr(error)
            time.sleep(0.1)
        raise Failed(f"{self.name} is not ready: {last}; {self.said()}")

    def said(self) -> str:
        """The end of its log, on one line."""
        text = self.log.read_text(errors="replace").strip()[-400:]
        return " | ".join(line.strip() for line in text.splitlines() if line.strip())

    def stop(self) -> None:
        """End it politely, then outright."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


def first_line(command: Sequence[str | Path]) -> str:
    """The first line that a program says of itself, such as its version."""
    told = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    lines = (told.stdout + told.stderr).strip().splitlines()
    return lines[0] if lines else "unknown"
