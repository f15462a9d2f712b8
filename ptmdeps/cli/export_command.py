"""``ptmdeps export``."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.groups import group_options

if TYPE_CHECKING:
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.lockfile.groups import GroupSelection

FORMATS: Mapping[str, str] = {"tar": "ptm-bundle.tar", "folder": "ptm-bundle", "hermeto": "huggingface.lock.yaml"}
"""What can be written, with the name that it gets unless told otherwise."""

_ENDINGS = {".tar": "tar", ".yaml": "hermeto", ".yml": "hermeto"}
_PACKED = (".gz", ".tgz", ".zst", ".xz", ".bz2", ".zip")


@click.command("export")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where to write it. [default: ptm-bundle.tar, or as the format wants it]",
)
@click.option(
    "--format",
    "format_",
    envvar="PTMDEPS_EXPORT_FORMAT",
    type=click.Choice(list(FORMATS)),
    help="A bundle as archive or folder, or Hermeto's lockfile. [default: what PATH ends with, else tar]",
)
@click.option("--locked", is_flag=True, help="Fail if the lock is stale instead of updating it.")
@click.option("--frozen", is_flag=True, help="Take the lock as it is, without looking at the code.")
@click.option("--offline", is_flag=True, help="Use no network: what is not in the store is an error.")
@click.option(
    "--link-mode",
    type=click.Choice(["auto", "reflink", "hardlink", "copy"]),
    default="auto",
    help="How files come into a folder. [default: auto]",
)
@group_options
@click.pass_obj
def command(
    console: Console,
    *,
    output: Path | None,
    format_: str | None,
    locked: bool,
    frozen: bool,
    offline: bool,
    link_mode: str,
    groups: GroupSelection,
) -> None:
    """Write the lock with every file of it, for machines without a network.

    A stale lock is updated first, and what the store lacks is fetched. The bundle holds each file under its SHA-256;
    equal locks give equal bytes. All groups are in it unless some are named. `ptmdeps sync --from PATH` reads it.
    With `--format hermeto` the lock is written as Hermeto's huggingface.lock.yaml, without files.
    """
    from ptmdeps.cli.locking import check, locking, say_locked
    from ptmdeps.project import exclusive

    form = _form(output, format_)
    target = output or Path(FORMATS[form])
    if locked and not frozen:
        check(console)
    with exclusive(console.project, console.say):
        if not locked and not frozen:
            outcome, requests = locking(console, offline=offline)
            if outcome.written:
                say_locked(console, outcome, requests, changes=False)
        lockfile = _locked(console, groups)
        if form == "hermeto":
            _hermeto(console, target, lockfile)
        else:
            _bundle(console, target, lockfile, form, offline=offline, link_mode=link_mode)


def _form(output: Path | None, format_: str | None) -> str:
    if format_ is not None or output is None:
        return format_ or "tar"
    if output.suffix in _PACKED:
        raise click.UsageError(f"Bundles are not compressed, because weights do not shrink: `{output.stem}` would do.")
    if output.name == "-":
        raise click.UsageError("Give a --format: only Hermeto's lockfile can go to standard output.")
    return _ENDINGS.get(output.suffix, "folder")


def _locked(console: Console, groups: GroupSelection) -> Lockfile:
    """The lock, or the part of it that was asked for."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps import manifest as manifests
    from ptmdeps import sync
    from ptmdeps.errors import LockfileError
    from ptmdeps.lockfile.groups import GroupSelection, narrowed

    lockfile = lockfiles.read(console.project.lockfile)
    if lockfile is None:
        raise LockfileError("there is no `ptm.lock`", hint="Run `ptmdeps lock`")
    sync.refuse_tampered(lockfile)
    if groups == GroupSelection():
        return lockfile
    return narrowed(lockfile, groups, manifests.read(console.project.root).default_groups)


def _hermeto(console: Console, target: Path, lockfile: Lockfile) -> None:
    from ptmdeps import atomic, hermeto
    from ptmdeps.manifest import specifier
    from ptmdeps.render.quantities import counted

    text, left_out = hermeto.dumps(lockfile)
    for model in left_out:
        console.warn(f"`{specifier(model.key, model.ref)}` is left out: Hermeto fetches from Hugging Face only")
    if target.name == "-":
        console.data(text)
        return
    atomic.write(target.absolute(), text.encode())
    console.say(f"Wrote {counted(len(lockfile.models) - len(left_out), 'model')} to `{target}`")


def _bundle(console: Console, target: Path, lockfile: Lockfile, form: str, *, offline: bool, link_mode: str) -> None:
    from ptmdeps import bundle, space
    from ptmdeps.cli.syncing import OFFLINE, SyncOptions, missing, prepared
    from ptmdeps.errors import StoreError
    from ptmdeps.fetching import adopt, fetch, needs
    from ptmdeps.render.quantities import counted, size
    from ptmdeps.sync import stored_items

    with prepared(console, SyncOptions(offline=offline), lockfile) as (_, hubs, verified):
        items = stored_items(lockfile, hubs, verified)
        lacking = tuple(item for item in items if item.state != "stored")
        if offline and lacking:
            raise missing(console, lockfile, lacking, what=OFFLINE, hint="Run the command without `--offline`")
        space.check(needs(lacking, hubs))
        fetch(lacking, hubs, verified, console.reporter, offline=offline)
        with contextlib.suppress(StoreError):  # a store that is only read holds the bytes all the same
            adopt(items, hubs, verified)
        stored = {
            item.file.sha256: item.source or item.blob or hubs[item.model.key.hub].stored_path(item.model, item.file)
            for item in items
        }
        common = (target.absolute(), lockfile, stored, console.reporter, console.project.identifier)
        if form == "tar":
            written = bundle.write_archive(*common)
        else:
            written = bundle.write_folder(*common, verified=verified, link_mode=link_mode)
    console.say(
        f"Exported {counted(len(lockfile.models), 'model')}, {counted(len(stored), 'file')} ({size(written)}) "
        f"to `{target}`, all verified"
    )
