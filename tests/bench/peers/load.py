"""Requests per second, by wrk: compiled, so that the one who asks is not what is measured."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers.programs import Failed
from bench.peers.workloads import Ask

_LUA = Path(__file__).with_name("load.lua")
_LONGEST_S = 60


@dataclass(frozen=True)
class Load:
    """What came of asking for a while."""

    requests: int
    seconds: float
    bytes: int
    median_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


def ask(
    port: int, asks: Sequence[Ask], connections: int, seconds: float, *, folder: Path, start: int
) -> Load:
    """Ask 127.0.0.1 for so long, over so many connections, beginning after ``start`` addresses.

    Raises Failed when anything but an answer of 2xx or 3xx came, or nothing at all.
    """
    file = folder / "asks.tsv"
    file.write_text("".join(f"{one.path}\t{one.etag}\n" for one in asks))
    command = [
        "wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s",
        f"--timeout={_LONGEST_S}s", "-s", str(_LUA), f"http://127.0.0.1:{port}",
        "--", str(file), str(start),
    ]  # fmt: skip
    longest = seconds + 2 * _LONGEST_S
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=longest)
    except subprocess.TimeoutExpired:
        raise Failed(f"wrk did not end within {longest:.0f} s") from None
    line = next((one for one in told.stdout.splitlines() if one.startswith("RESULT ")), None)
    if told.returncode or line is None:
        raise Failed(f"wrk: {(told.stderr or told.stdout).strip()[-300:]}")
    got = json.loads(line.removeprefix("RESULT "))
    if got["refused"] or got["failed"]:
        raise Failed(f"{got['refused']} answers of 4xx or 5xx, {got['failed']} broken connections")
    if not got["requests"]:
        raise Failed(f"no answer within {seconds:.0f} s")
    return Load(
        requests=got["requests"],
        seconds=got["microseconds"] / 1e6,
        bytes=got["bytes"],
        median_ms=got["median_us"] / 1e3,
        p99_ms=got["p99_us"] / 1e3,
    )
