"""``ptmdeps remove``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL
from ptmdeps.errors import PtmdepsError

if TYPE_CHECKING:
    from ptmdeps.cli.changing import ManifestEdit
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.locking import Locked
    from ptmdeps.removal import Held


@click.command("remove")
@click.argument("models", nargs=-1, type=LOCKED_MODEL, metavar="[MODEL[@REF]]…")
@click.option("--unused", is_flag=True, help="Remove what the manifest names and nothing in the project mentions.")
@click.option("--ignore", is_flag=True, help="Leave the models out of the lock although code loads them.")
@click.option("--reason", default="", metavar="WORDS", help="Record with --ignore why.")
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("--no-sync", is_flag=True, help="Leave .ptm as it is.")
@click.option("--offline", is_flag=True, help="Use no network; fail if something must be asked.")
@click.pass_obj
def command(
    console: Console,
    models: tuple[str, ...],
    *,
    unused: bool,
    ignore: bool,
    reason: str,
    dry_run: bool,
    no_sync: bool,
    offline: bool,
) -> None:
    """Take models out of the project, lock and sync.

    Takes them out of the manifest, and with them everything that only they needed. Models that code loads stay locked
    until the code stops loading them, or with --ignore. Files stay in the store until `ptmdeps cache prune`.
    """
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.cli.changing import ChangeOptions, change, edited
    from ptmdeps.cli.syncing import SyncOptions
    from ptmdeps.project import exclusive

    if bool(models) == unused:
        raise click.UsageError("Name models, or say --unused.")
    if reason and not ignore:
        raise click.UsageError("--reason belongs to --ignore.")
    options = ChangeOptions(sync=SyncOptions(offline=offline, keep_groups=True), dry_run=dry_run, no_sync=no_sync)
    with exclusive(console.project, console.say):
        before = lockfiles.read(console.project.lockfile)
        names = _unused(console) if unused else _meant(console, models, before)
        if not names:
            console.say("Everything that the manifest names is used")
        holding = _holding(console, names, before, ignore=ignore)
        locked = change(console, edited(console.project, _edits(names, ignore=ignore, reason=reason)), options)
    _say_removed(console, locked, holding, dry_run=dry_run)


def _meant(console: Console, names: Sequence[str], before: Lockfile | None) -> tuple[str, ...]:
    from ptmdeps import manifest as manifests
    from ptmdeps.removal import meaning

    manifest = manifests.read_workspace(console.project.root)
    return tuple(meaning(name, manifest, before) for name in names)


def _unused(console: Console) -> tuple[str, ...]:
    from ptmdeps.locking import gather
    from ptmdeps.removal import unused
    from ptmdeps.render.quantities import counted

    inputs = gather(console.project)
    names = unused(console.project.root, inputs.manifest, inputs.scan.references)
    unknown = [found for found in inputs.scan.unresolved if found.scope in inputs.manifest.options.scopes]
    if names and unknown:
        console.warn(
            f"{counted(len(unknown), 'load')} of unknown models, first {unknown[0].location}: "
            "a name that comes from outside of the project may be one of these"
        )
    return names


def _edits(names: Sequence[str], *, ignore: bool, reason: str) -> list[ManifestEdit]:
    from ptmdeps.manifest.editing import ignoring, without

    def ignored(name: str) -> ManifestEdit:
        return lambda before, source: ignoring(before, source, name, reason=reason)

    edits: list[ManifestEdit] = [lambda before, source: without(before, source, names)]
    return [*edits, *(ignored(name) for name in names if ignore)]


def _holding(console: Console, names: Sequence[str], before: Lockfile | None, *, ignore: bool) -> tuple[Held, ...]:
    """What keeps each model in the lock, once the manifest does not name it.

    A removal that was killed after it had written the manifest goes on where it was.

    Raises:
        PtmdepsError: a model is not the manifest's to give up.
    """
    from ptmdeps import environment
    from ptmdeps.locking import gather
    from ptmdeps.removal import half_removed, held, left_over, recorded

    inputs = gather(console.project)
    holding = tuple(held(name, inputs.scan.references, before) for name in names)
    record = environment.recorded(console.project.environment)
    for found in holding:
        known = ignore or recorded(inputs.manifest, found.name) or half_removed(found.name, before)
        asked_for = found.sites or found.needed_by
        if not known and (asked_for or not left_over(found.name, before, record)):
            raise _not_recorded(found)
    return () if ignore else holding


def _not_recorded(found: Held) -> PtmdepsError:
    if found.sites:
        more = f" and {len(found.sites) - 1} more" if len(found.sites) > 1 else ""
        return PtmdepsError(
            f"`{found.name}` is not in the manifest: {found.sites[0]}{more} loads it",
            hint="Take the load out of the code and run `ptmdeps sync`, "
            f"or leave it out of the lock with `ptmdeps remove --ignore {found.name}`",
        )
    if found.needed_by:
        return PtmdepsError(
            f"`{found.name}` is not in the manifest: `{found.needed_by[0]}` cannot be loaded without it",
            hint=f"`ptmdeps why {found.name}` shows what asks for it",
        )
    return PtmdepsError(
        f"`{found.name}` is not in the manifest, and nothing asks for it", hint="`ptmdeps list` shows what is locked"
    )


def _say_removed(console: Console, locked: Locked, holding: tuple[Held, ...], *, dry_run: bool) -> None:
    """What went, what stays and why, and what the store still holds."""
    from ptmdeps.lockfile.difference import Removed
    from ptmdeps.render.quantities import counted, size

    for found in holding:
        if locked.after.named(found.name) and (why := found.sites[:1] or found.needed_by[:1]):
            console.say(f"`{found.name}` stays locked: {why[0]} {'loads' if found.sites else 'needs'} it")
    removed = [change.model for change in locked.changes if isinstance(change, Removed)]
    if removed and not dry_run:
        total = size(sum(model.size for model in removed))
        console.say(
            f"Removed {counted(len(removed), 'model')}; {total} stay in the store until `ptmdeps cache prune`, "
            "which keeps what other projects lock"
        )
