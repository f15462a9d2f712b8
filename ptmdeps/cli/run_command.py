"""``ptmdeps run``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.groups import group_options

if TYPE_CHECKING:
    from ptmdeps.lockfile.groups import GroupSelection
    from ptmdeps.running import Finished


@click.command("run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--locked", is_flag=True, help="Fail if the lock is stale.")
@click.option("--no-sync", is_flag=True, help="Take the environment as it is.")
@click.option("--offline", is_flag=True, help="Use no network for the sync either.")
@group_options
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND [ARGS]…")
@click.pass_context
def command(
    context: click.Context,
    arguments: tuple[str, ...],
    *,
    locked: bool,
    no_sync: bool,
    offline: bool,
    groups: GroupSelection,
) -> None:
    """Run a command that loads exactly the pinned models, offline.

    The environment is synced to the lock first; locked models of other groups stay. Code without any `revision=`
    gets the pins; a model that is not locked fails with a message that names it. The exit code is that of the command.
    """
    from ptmdeps import running
    from ptmdeps.cli.locking import check
    from ptmdeps.cli.syncing import SyncOptions, say_synced, synchronize
    from ptmdeps.project import exclusive

    console: Console = context.obj
    if locked:
        check(console)
    if not no_sync:
        with exclusive(console.project, console.say):
            synced = synchronize(console, SyncOptions(offline=offline, groups=groups, keep_groups=True))
        if synced.rebuilt or synced.warnings:
            say_synced(console, synced)
    finished = running.run(arguments, console.project)
    _say_noticed(console, finished)
    context.exit(finished.exit_code)


def _say_noticed(console: Console, finished: Finished) -> None:
    from ptmdeps.paths import printable

    for notice in finished.redirected:
        at = f" at {printable(notice.site)}" if notice.site else ""
        console.warn(f"`cache_dir={printable(notice.cache_dir)}`{at} was not followed: models come from `.ptm`")
    for missing in finished.missing if finished.exit_code else ():
        asked = f", asked for by {printable(missing.site)}" if missing.site else ""
        name = printable(missing.model)
        console.warn(f"`{name}` is not in `ptm.lock`{asked}. To add it: ptmdeps install {name}")
