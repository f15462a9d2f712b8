"""Talking to the person: everything for people goes to standard error, data to standard output."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ptmdeps.errors import PtmdepsError, ResolutionError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ptmdeps.fetching import Reporter
    from ptmdeps.project import Project

_LONGEST_LINE = 2000
_SIGNS = {"+": "green", "-": "red", "~": "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What the global options say about where to work and how to talk.

    Attributes:
        start: folder in or under the project.
        verbosity: -1 only errors and data, 0 normal, 1 more.
        color: whether to colour, as far as the streams are terminals; ``None`` leaves it to them.
        progress: whether bars may be drawn.
    """

    start: Path
    verbosity: int = 0
    color: bool | None = None
    progress: bool = True

    @property
    def project(self) -> Project:
        """The project around ``start``."""
        from ptmdeps.project import find_project

        return find_project(self.start)

    def say(self, text: str) -> None:
        """A line for people, unless they asked for quiet."""
        if self.verbosity >= 0:
            click.echo(_shown(text), err=True, color=self.color)

    def detail(self, text: str) -> None:
        """A line for people who asked for more."""
        if self.verbosity > 0:
            click.echo(click.style(_shown(text), dim=True), err=True, color=self.color)

    def warn(self, text: str) -> None:
        """Something is off, and the work goes on."""
        if self.verbosity >= 0:
            click.echo(f"{click.style('warning', fg='yellow', bold=True)}: {_shown(text)}", err=True, color=self.color)

    def changes(self, lines: Iterable[str]) -> None:
        """``+ - ~`` lines, in their colours."""
        for line in lines if self.verbosity >= 0 else ():
            sign = click.style(line[0], fg=_SIGNS.get(line[0]), bold=True)
            click.echo(f" {sign}{_shown(line[1:])}", err=True, color=self.color)

    def data(self, text: str) -> None:
        """The result that the command exists for, on standard output.

        Raises:
            PtmdepsError: it cannot be written (a full disk); a reader that went away is click's business.
        """
        try:
            click.echo(text, nl=False, color=self.color)
        except BrokenPipeError:
            raise
        except OSError as error:
            sys.stdout = None  # what is left in its buffer would fail again at the end
            raise PtmdepsError(f"standard output cannot be written: {error.strerror}") from error

    @property
    def colors_data(self) -> bool:
        """Whether standard output takes colour."""
        return sys.stdout.isatty() if self.color is None else self.color

    @property
    def reporter(self) -> Reporter:
        """How to show progress here: bars on a terminal, lines elsewhere, nothing when quiet."""
        from ptmdeps.render.progress import BarReporter, LineReporter, SilentReporter

        if self.verbosity < 0:
            return SilentReporter()
        return BarReporter() if self.progress and sys.stderr.isatty() else LineReporter(self.say)


def show_error(error: PtmdepsError, *, color: bool | None) -> None:
    """``error:``, the chain of what asked for it, and after a blank line ``hint:``."""
    causes = error.causes if isinstance(error, ResolutionError) else ()
    _line(click.style("error", fg="red", bold=True), error.message, color)
    _because(error, "  ", color)
    for cause in causes:
        _line(click.style("  cause", fg="red"), cause.message, color)
        _because(cause, "    ", color)
    hints = dict.fromkeys(hint for hint in (error.hint, *(cause.hint for cause in causes)) if hint)
    for index, hint in enumerate(hints):
        if index == 0:
            click.echo("", err=True)
        _line(click.style("hint", fg="cyan", bold=True), hint, color)


def color_choice(value: str) -> bool | None:
    """``--color`` with ``NO_COLOR`` (https://no-color.org) and ``FORCE_COLOR`` honoured where it says ``auto``."""
    if value != "auto":
        return value == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def _line(label: str, text: str, color: bool | None) -> None:
    click.echo(f"{label}: {_shown(text)}", err=True, color=color)


def _because(error: PtmdepsError, indent: str, color: bool | None) -> None:
    if error.because:
        click.echo(_shown(f"{indent}because {' → '.join(error.because)}"), err=True, color=color)


def _shown(text: str) -> str:
    """Lines in which nothing is left that a terminal would obey: names come from hubs, lockfiles and other people."""
    from ptmdeps.paths import printable

    return "\n".join(printable(line, limit=_LONGEST_LINE) for line in text.split("\n"))
