"""``ptmdeps install``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console
from ptmdeps.manifest import LINK_MODES


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
    from ptmdeps.cli.changing import ChangeOptions, change, edited, recording
    from ptmdeps.cli.syncing import SyncOptions, say_synced, synchronize
    from ptmdeps.lockfile.groups import GroupSelection
    from ptmdeps.manifest.editing import Entry, write
    from ptmdeps.project import exclusive

    if locked and frozen:
        raise click.UsageError("--locked and --frozen exclude each other.")
    if not models and (optional or role or files):
        raise click.UsageError("--optional, --role and --file say something of models: name some.")
    entries = [
        Entry(specifier=model, groups=groups, optional=optional or None, role=role, files=files) for model in models
    ]
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
            change(
                console,
                manifest,
                ChangeOptions(sync=sync, dry_run=dry_run, no_sync=no_sync, locked=locked, python=python),
            )
        elif models and not dry_run:
            write(manifest.path, manifest.after)
        elif not (models or dry_run or no_sync):
            say_synced(console, synchronize(console, sync))
        if models:
            verb = "Would record" if dry_run else "Recorded"
            console.say(f"{verb} {', '.join(f'`{model}`' for model in models)} in `{manifest.path.name}`")
