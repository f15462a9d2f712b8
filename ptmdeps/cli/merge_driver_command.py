"""``ptmdeps merge-driver``: what Git calls to merge ``ptm.lock``; see docs/how-to/merge-locks.md."""

from __future__ import annotations

import subprocess
import tomllib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.errors import LockfileError, StoreError

if TYPE_CHECKING:
    from ptmdeps.lockfile import Lockfile

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FAILED = 129
"""To Git, everything above 128 is a failure, and everything below a number of conflicts."""


@click.command("merge-driver", hidden=True)
@click.argument("base", type=_FILE)
@click.argument("ours", type=_FILE)
@click.argument("theirs", type=_FILE)
@click.pass_context
def command(context: click.Context, base: Path, ours: Path, theirs: Path) -> None:
    """Merge three lockfiles into OURS, as Git asks its merge drivers to.

    The exit code is 1 if both sides changed a model differently; `ptmdeps lock` settles that.
    """
    from ptmdeps.lockfile.merging import merged

    console: Console = context.obj
    try:
        mine, other = _lockfile(ours), _lockfile(theirs)
    except LockfileError as error:
        console.warn(f"`ptm.lock` is merged by lines: {error.message}")
        context.exit(_by_lines(base, ours, theirs))
    outcome = merged(_ancestor(base), mine, other)
    try:
        ours.write_text(outcome.text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"`{ours}` cannot be written: {error.strerror}") from error
    if outcome.disputed:
        names = ", ".join(f"`{name}`" for name in outcome.disputed)
        console.say(f"Both sides changed {names} in `ptm.lock`: run `ptmdeps lock`, then `git add ptm.lock`")
        context.exit(1)


def _lockfile(path: Path) -> Lockfile:
    """A side of the merge, if this ptmdeps knows everything in it: what it does not know, it would drop."""
    from ptmdeps.lockfile import read
    from ptmdeps.lockfile.model import FORMAT_REVISION

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lockfile = read(path)
    if lockfile is None or tomllib.loads(path.read_text(encoding="utf-8")).get("revision", 1) > FORMAT_REVISION:
        raise LockfileError("it was written by a newer ptmdeps")
    return lockfile


def _ancestor(path: Path) -> Lockfile | None:
    """What both sides began with; none where both made the file, or where Git merged several ancestors by lines."""
    try:
        return _lockfile(path)
    except LockfileError:
        return None


def _by_lines(base: Path, ours: Path, theirs: Path) -> int:
    """As Git does without a driver."""
    labels = ("-L", "ours", "-L", "base", "-L", "theirs")
    try:
        done = subprocess.run(["git", "merge-file", *labels, ours, base, theirs], check=False)
    except OSError:
        return _FAILED
    return min(done.returncode, 1) if done.returncode >= 0 else _FAILED
