"""What an import tells while it runs, and what it reports when it is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol


class Progress(Protocol):
    """Told how far an import is; the command line draws a bar of it."""

    def begin(self, step: str, total: int | None) -> None:
        """A step starts; ``total`` is its number of rows where that is known beforehand."""
        ...

    def advance(self, rows: int) -> None:
        """So many more rows of the step are done."""
        ...


class Silent:
    """Progress that nobody looks at."""

    def begin(self, step: str, total: int | None) -> None:
        """Nothing is shown."""

    def advance(self, rows: int) -> None:
        """Nothing is shown."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts of one import, in rows of the delivery unless said otherwise.

    ``read = loaded + changed + unchanged + merged + rejected`` always holds; ``repaired`` rows are
    among the accepted ones; ``retired`` counts rows of the table that a full delivery lacks.
    """

    layer: str
    format: str
    sources: tuple[str, ...]
    read: int
    loaded: int
    """New in the table."""
    changed: int
    unchanged: int
    merged: int
    """Rows that say the same object again: identical, or parts that the mapping joins."""
    repaired: int
    """Rows whose geometry was made valid without changing its area."""
    rejected: int
    retired: int
    seconds: float
    full: bool = False
    dry_run: bool = False
    rejects: Path | None = None
    """File with the rejected rows and a reason for each."""
    reasons: dict[str, int] = field(default_factory=dict[str, int])
    """Kinds of rejection with their number, most frequent first."""
    notes: tuple[str, ...] = ()
    """Sentences for the person at the keyboard."""

    @property
    def rows_per_second(self) -> float:
        """Rows read per second, database work included."""
        return self.read / self.seconds if self.seconds else 0.0

    @property
    def written(self) -> int:
        """Rows of the table that this import wrote."""
        return self.loaded + self.changed + self.retired

    def lines(self) -> tuple[str, ...]:
        """The report for people at a terminal."""
        kinds = (
            ("read", self.read), ("loaded", self.loaded), ("changed", self.changed),
            ("unchanged", self.unchanged), ("merged", self.merged), ("repaired", self.repaired),
            ("rejected", self.rejected), ("retired", self.retired),
        )  # fmt: skip
        told = [f"{name:<10}{number:>10,}" for name, number in kinds]
        why = [f"  {number:>8,} x {reason}" for reason, number in self.reasons.items()]
        return (
            f"{self.layer}: {self.format}, in {self.seconds:.1f} s "
            f"({self.rows_per_second:,.0f} rows/s)",
            *told[:-1],
            *why,
            told[-1],
            *([f"rejected rows, with reasons: {self.rejects}"] if self.rejects else []),
            *self.notes,
            *(["dry run: nothing was changed"] if self.dry_run else []),
        )

    def document(self) -> dict[str, object]:
        """The report as JSON values, for the register of imports."""
        values = asdict(self)
        values["sources"] = list(self.sources)
        values["notes"] = list(self.notes)
        values["rejects"] = str(self.rejects) if self.rejects else None
        return values
