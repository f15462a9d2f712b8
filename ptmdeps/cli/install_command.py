"""``ptmdeps install``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.manifest import LINK_MODES

if TYPE_CHECKING:
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.manifest.entries import Entry

_WITH_ENTRY_POINTS = "torchhub"


@click.command("install")
@click.argument("models", nargs=-1, metavar="[MODEL[@REF]]…")
@click.option(
    "--group",
    "groups",
    envvar="PTMDEPS_INSTALL_GROUP",
    multiple=True,
    metavar="GROUP",
    help="Record the models in this group.",
)
@click.option("--optional", is_flag=True, help="Record them as optional: locked, and synced only on request.")
@click.option("--role", default="", metavar="WORDS", help="Record what they are for, such as `reranker`.")
@click.option(
    "--file",
    "files",
    envvar="PTMDEPS_INSTALL_FILE",
    multiple=True,
    metavar="PATTERN",
    help="Record that only these files are needed.",
)
@click.option(
    "--entrypoint",
    default="",
    metavar="CALL",
    help="Record which entry point is called, `net(pretrained=True)`: its weights are locked, too (PyTorch Hub).",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("--locked", is_flag=True, help="Fail if the lock would change.")
@click.option("--frozen", is_flag=True, help="Leave the lock as it is: models are recorded only, without any, synced.")
@click.option("--no-sync", is_flag=True, help="Record and lock, leave .ptm as it is.")
@click.option("--offline", is_flag=True, help="Use no network; fail if something must be asked.")
@click.option("--python", is_flag=True, help="Install with pip what the models need of Python packages, too.")
@click.option("--link-mode", type=click.Choice(LINK_MODES), help="How files come from the store. [default: auto]")
@click.pass_obj
def command(
    console: Console,
    models: tuple[str, ...],
    *,
    groups: tuple[str, ...],
    optional: bool,
    role: str,
    files: tuple[str, ...],
    entrypoint: str,
    dry_run: bool,
    locked: bool,
    frozen: bool,
    no_sync: bool,
    offline: bool,
    python: bool,
    link_mode: str | None,
) -> None:
    """Add models to the project, lock and sync.

    The models are recorded in `[tool.ptmdeps]` of pyproject.toml, or in ptm.toml. Without names, syncs to the lock
    and keeps models that it does not name. If anything fails, manifest, lock and .ptm stay as they were.
    """
    from dataclasses import replace

    from ptmdeps.cli.changing import ChangeOptions, change, edited, recording
    from ptmdeps.cli.syncing import SyncOptions, say_synced, synchronize
    from ptmdeps.lockfile.groups import GroupSelection
    from ptmdeps.manifest.editing import Entry, write
    from ptmdeps.project import exclusive

    if locked and frozen:
        raise click.UsageError("--locked and --frozen exclude each other.")
    said = Entry(specifier="", groups=groups, optional=optional or None, role=role, files=files, entrypoint=entrypoint)
    entries = [replace(said, specifier=model) for model in models]
    _refuse_what_says_nothing(said, entries)
    # who installs an optional model, or one of another group, wants to have it now
    sync = SyncOptions(
        offline=offline,
        inexact=not models,
        link_mode=link_mode,
        groups=GroupSelection(added=groups, optional=optional),
        keep_groups=True,
    )
    with exclusive(console.project, console.say):
        manifest = edited(console.project, [recording(entries)] if entries else [])
        if not frozen:
            outcome = change(
                console,
                manifest,
                ChangeOptions(sync=sync, dry_run=dry_run, no_sync=no_sync, locked=locked, python=python),
            )
            _warn_of_weights(console, entries, outcome.after)
        elif models and not dry_run:
            write(manifest.path, manifest.after)
        elif not (models or dry_run or no_sync):
            say_synced(console, synchronize(console, sync))
        if models:
            verb = "Would record" if dry_run else "Recorded"
            console.say(f"{verb} {', '.join(f'`{model}`' for model in models)} in `{manifest.path.name}`")


def _refuse_what_says_nothing(said: Entry, entries: Sequence[Entry]) -> None:
    """Options that describe models need some to describe, and an entry point needs a hub that has them."""
    if not entries and (said.optional or said.role or said.files or said.entrypoint):
        raise click.UsageError("--optional, --role, --file and --entrypoint say something of models: name some.")
    others = [entry.key.label for entry in entries if entry.key.hub != _WITH_ENTRY_POINTS]
    if said.entrypoint and others:
        raise click.UsageError(f"--entrypoint is for models of PyTorch Hub, and `{others[0]}` is none.")


def _warn_of_weights(console: Console, entries: Sequence[Entry], after: Lockfile) -> None:
    """Of a repository whose entry points nobody calls, only the code is locked."""
    called = {wish.key for wish in after.requirements if wish.selection.entrypoint}
    for entry in entries:
        if entry.key.hub == _WITH_ENTRY_POINTS and entry.key not in called:
            points = next((model.entrypoints for model in after.models if model.key == entry.key), ())
            example = points[0] if points else "net(pretrained=True)"
            console.warn(
                f"`{entry.specifier}` is locked without weights: neither the code nor `--entrypoint` says what is "
                f"called, such as `{example}`"
            )
