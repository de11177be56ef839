"""What has been measured so far, in a file: a run that is broken off goes on where it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Measure:
    """One contender on one workload at one number of connections: the best of the rounds."""

    rate: float = 0.0
    """Answers per second."""
    median_ms: float = 0.0
    p99_ms: float = 0.0
    server_ms: float = 0.0
    """Processor time of the server's processes per answer."""
    backend_ms: float = 0.0
    """Processor time of PostgreSQL per answer."""
    statement_ms: float = 0.0
    """Time inside statements per answer (pg_stat_statements)."""
    counting_ms: float = 0.0
    """Of that, inside statements that count."""
    rounds: list[float] = field(default_factory=list[float])
    """The rate of every round."""
    error: str = ""

    @property
    def ms(self) -> float:
        """Milliseconds of wall time per answer: at one connection, how long one takes."""
        return 1000 / self.rate if self.rate else float("inf")


class Ledger:
    """Measures and likenesses by name; written at every entry."""

    def __init__(self, file: Path, of: dict[str, Any]) -> None:
        """``of`` tells what is measured; a file about something else is put aside."""
        self._file, self._of = file, of
        self.measures: dict[str, Measure] = {}
        self.likenesses: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, Any] = {}
        if file.exists():
            kept = json.loads(file.read_text())
            if kept["of"] == of:
                self.measures = {key: Measure(**one) for key, one in kept["measures"].items()}
                self.likenesses, self.notes = kept["likenesses"], kept["notes"]

    @staticmethod
    def key(workload: str, contender: str, connections: int) -> str:
        return f"{workload} | {contender} | {connections}"

    def get(self, workload: str, contender: str, connections: int) -> Measure | None:
        return self.measures.get(self.key(workload, contender, connections))

    def save(self) -> None:
        """Written beside and renamed: a kill leaves the old or the new, never a half."""
        new = self._file.with_suffix(".new")
        document = {
            "of": self._of,
            "measures": {key: asdict(one) for key, one in self.measures.items()},
            "likenesses": self.likenesses,
            "notes": self.notes,
        }
        new.write_text(json.dumps(document, indent=1))
        new.replace(self._file)

    def close(self) -> None:
        """The run is complete: the next one begins anew."""
        self._file.replace(self._file.with_name("last.json"))
