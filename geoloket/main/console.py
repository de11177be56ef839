"""Progress on a terminal as bars, elsewhere as one line a step."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

_WIDTH = 56


class _Speed(ProgressColumn):
    """Rows per second, once there are any."""

    def render(self, task: Task) -> Text:
        """The column's text for one step."""
        return Text(f"{task.speed:,.0f} rows/s" if task.speed and task.total else "")


class ConsoleProgress:
    """A ``Progress`` for people: every finished step stays as a line with its time and speed."""

    def __init__(self) -> None:
        """Writes to standard error, so that a command's answer can be piped away from it."""
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bars: Bars | None = None
        self._task: TaskID | None = None
        self._title = ""
        self._count = 0
        self._started = 0.0

    def __enter__(self) -> Self:
        """The steps of one command."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the last step, or say that it failed."""
        if error is None:
            self.done()
        elif self._title:
            self._finish("stopped" if isinstance(error, KeyboardInterrupt) else "failed")

    def begin(self, step: str, total: int | None = None) -> None:
        """Begin a step; the one before it is done."""
        self.done()
        self._title, self._count, self._started = step, 0, time.monotonic()
        if self._console.is_terminal:
            self._bars = Bars(
                *(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24)),
                *(MofNCompleteColumn(), _Speed(), TimeElapsedColumn()),
                console=self._console,
                transient=True,
            )
            self._task = self._bars.add_task(step, total=total)
            self._bars.start()

    def advance(self, rows: int) -> None:
        """So many more rows of this step were dealt with."""
        self._count += rows
        if self._bars and self._task is not None:
            self._bars.advance(self._task, rows)

    def done(self, note: str = "") -> None:
        """The step is done; its line stays."""
        if self._title:
            self._finish(note or (f"{self._count:,} rows" if self._count else "done"))

    def _finish(self, note: str) -> None:
        seconds = time.monotonic() - self._started
        if self._bars:
            self._bars.stop()
            self._bars = None
        speed = f", {self._count / seconds:,.0f} rows/s" if self._count and seconds > 0.5 else ""
        self.say(f"  {self._title + ' …':<{_WIDTH}} {note} ({seconds:.1f} s{speed})")
        self._title = ""

    def say(self, line: str) -> None:
        """A line of its own between the steps."""
        sys.stdout.flush()
        self._console.print(line, markup=False)
