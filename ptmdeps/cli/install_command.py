"""``ptmdeps install``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console


@click.command("install")
@click.argument("models", nargs=-1, metavar="[MODEL[@REF]]…")
@click.option("--offline", is_flag=True, help="Use no network; fail if something must be asked.")
@click.pass_obj
def command(console: Console, models: tuple[str, ...], *, offline: bool) -> None:
    """Add models to the project, lock and sync.

    The models are recorded in `[tool.ptmdeps]` of pyproject.toml, or in ptm.toml. Without names, syncs to the lock
    and keeps models that it does not name. If a model cannot be pinned, the manifest stays as it was.
    """
    from ptmdeps.cli.lock_command import locking, say_locked
    from ptmdeps.cli.sync_command import SyncOptions, say_synced, synchronize
    from ptmdeps.manifest import recording
    from ptmdeps.project import exclusive

    project = console.project
    with exclusive(project, console.say):
        with recording(project.root, models) as manifest:
            locked, requests = locking(console, offline=offline)
        if models:
            console.say(f"Recorded {', '.join(f'`{model}`' for model in models)} in `{manifest}`")
        say_locked(console, locked, requests, changes=False)
        say_synced(console, synchronize(console, SyncOptions(offline=offline, inexact=not models)))
