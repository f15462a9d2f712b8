"""Progress of long work: a bar on a terminal, plain lines elsewhere, nothing when quiet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ptmdeps.render.quantities import size

if TYPE_CHECKING:
    from collections.abc import Callable


class SilentReporter:
    """Draws nothing."""

    def begin(self, what: str, total: int) -> None:
        """Nothing."""

    def advance(self, size: int) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class LineReporter:
    """One line when work begins, for logs."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def begin(self, what: str, total: int) -> None:
        """Say what begins."""
        self._write(f"{what} {size(total)}")

    def advance(self, size: int) -> None:
        """Nothing: a log has no use for steps."""

    def end(self) -> None:
        """Nothing: the command says what was done."""


class BarReporter:
    """A bar with rate and remaining time, on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None

    def begin(self, what: str, total: int) -> None:
        """Draw the bar."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._bar.start()
        self._bar.add_task(what, total=total)

    def advance(self, size: int) -> None:
        """Move the bar; rich's own lock makes this safe from any thread."""
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0], size)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
