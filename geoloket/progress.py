"""How long work tells a person how far it is, without knowing where that is shown."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Steps that follow each other, each with a count when there is something to count.

    >>> progress.begin("loading parcels", total=26_741)
    >>> progress.advance(1_000)
    >>> progress.done("26 741 loaded")
    """

    def begin(self, step: str, total: int | None = None) -> None:
        """Begin a step, the one before being done; ``advance`` will add up to ``total``."""
        ...

    def advance(self, rows: int) -> None:
        """So many more rows of this step were dealt with."""
        ...

    def done(self, note: str = "") -> None:
        """The step is done; ``note`` is worth keeping, such as how many rows it loaded."""
        ...


class Silent:
    """Progress that nobody watches: for tests and background jobs."""

    def begin(self, step: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, rows: int) -> None:
        """Say nothing."""

    def done(self, note: str = "") -> None:
        """Say nothing."""
