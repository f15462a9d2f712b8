"""What ``install``, ``remove`` and ``upgrade`` share: manifest, lock and environment change together, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.cli.console import Console
from ptmdeps.cli.syncing import SyncOptions, say_synced, synchronize
from ptmdeps.errors import CheckFailed, PtmdepsError

if TYPE_CHECKING:
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.locking import Locked
    from ptmdeps.manifest.entries import Entry
    from ptmdeps.project import Project
    from ptmdeps.resolve import Upgrade

ManifestEdit = Callable[[bytes, str], bytes]
"""A manifest's bytes and its name → its bytes as they shall be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A manifest as it is (``None``: not there) and as it shall be."""

    path: Path
    before: bytes | None
    after: bytes

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return (self.before or b"") != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """How far to go.

    Attributes:
        sync: how to sync.
        dry_run: say what would change, write nothing.
        no_sync: leave the environment as it is.
        locked: fail if the lock would change.
        upgrade: which pins may move.
        explain: says what the new lock means, before anything is fetched or written.
        known: pins that somebody else has made of what is new.
        python: install what the models need of Python packages, before anything of the project is written.
    """

    sync: SyncOptions
    dry_run: bool = False
    no_sync: bool = False
    locked: bool = False
    upgrade: Upgrade | None = None
    explain: Callable[[Locked], None] | None = None
    known: Lockfile | None = None
    python: bool = False


def edited(project: Project, edits: Sequence[ManifestEdit]) -> Edited:
    """The project's manifest, or that of the member of a workspace, after every edit; nothing is written.

    Raises:
        ManifestError: it cannot be read, or not be edited.
    """
    from ptmdeps.manifest.editing import target

    path = target(project.manifest_folder)
    before = path.read_bytes() if path.is_file() else None
    after = before or b""
    for edit in edits:
        after = edit(after, path.name)
    return Edited(path=path, before=before, after=after)


def recording(entries: Sequence[Entry]) -> ManifestEdit:
    """Record these models in the manifest."""
    from ptmdeps.manifest.editing import with_entries

    return lambda before, source: with_entries(before, source, entries)


def change(console: Console, manifest: Edited, options: ChangeOptions) -> Locked:
    """Lock what the edited manifest asks for, bring it into the store, and only then write manifest, lock, ``.ptm``.

    The caller holds the project's mutex, unless it is a dry run.

    Raises:
        PtmdepsError: something failed; manifest, lock and environment are as they were.
    """
    from ptmdeps.cli.locking import locking, say_locked

    edits = {manifest.path: manifest.after} if manifest.differs else None
    locked, requests = locking(
        console,
        upgrade=options.upgrade,
        offline=options.sync.offline,
        dry_run=True,
        edits=edits,
        known=options.known,
    )
    if options.locked and locked.differs:
        raise CheckFailed("the lock would change, and `--locked` was given", hint="Run the command without `--locked`")
    if options.explain:
        options.explain(locked)
    if options.python:
        install_python(console, locked.after, dry_run=options.dry_run, offline=options.sync.offline)
    if options.dry_run or options.no_sync:
        with nullcontext() if options.dry_run else _writing(console, manifest, locked):
            say_locked(console, locked, requests, dry_run=options.dry_run)
        return locked
    synced = synchronize(
        console, options.sync, lockfile=locked.after, writing=lambda: _writing(console, manifest, locked)
    )
    say_locked(console, locked, requests, changes=False)
    say_synced(console, synced)
    return locked


def install_python(console: Console, lockfile: Lockfile, *, dry_run: bool = False, offline: bool = False) -> None:
    """Install with pip what locked models need and the project's environment lacks.

    Raises:
        PtmdepsError: there is no environment, or pip cannot do it.
    """
    from ptmdeps.distributions.installing import install_missing, installation_lines

    plan = install_missing(console.project, lockfile, dry_run=dry_run, offline=offline, say=console.detail)
    console.changes(installation_lines(plan))
    for choice in plan.choices:
        console.warn(choice)
    if not plan.planned:
        console.say(f"`{plan.interpreter.label}` has every Python package that the models need")


@contextmanager
def _writing(console: Console, manifest: Edited, locked: Locked) -> Iterator[None]:
    """Write manifest and lock, and take both back if what follows fails."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.transaction import replacing

    contents = {console.project.lockfile: lockfiles.content(locked.after)}
    if manifest.differs:
        _refuse_edited_meanwhile(manifest)
        contents = {manifest.path: manifest.after, **contents}
    with replacing(contents):
        yield


def _refuse_edited_meanwhile(manifest: Edited) -> None:
    """Fetching can take hours, in which people edit their files."""
    now = manifest.path.read_bytes() if manifest.path.is_file() else None
    if now != manifest.before:
        raise PtmdepsError(
            f"`{manifest.path.name}` was changed by somebody else meanwhile",
            hint="Run the command again; what was fetched is in the store",
        )
