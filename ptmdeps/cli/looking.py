"""What the commands that look share: the lock, and how data may look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptmdeps.cli.console import Console
from ptmdeps.errors import LockfileError

if TYPE_CHECKING:
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.render.models import Style


def locked(console: Console) -> Lockfile:
    """The project's lockfile, which the commands that look need.

    Raises:
        LockfileError: there is none, or it cannot be read.
    """
    from ptmdeps import lockfile as lockfiles

    lockfile = lockfiles.read(console.project.lockfile)
    if lockfile is None:
        raise LockfileError("there is no `ptm.lock`", hint="Run `ptmdeps lock`")
    return lockfile


def style(console: Console) -> Style:
    """How data may look on this console."""
    import sys

    from ptmdeps.render.models import Style

    return Style(color=console.colors_data, fit=sys.stdout.isatty())
