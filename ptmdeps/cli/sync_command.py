"""``ptmdeps sync``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.groups import group_options
from ptmdeps.manifest import LINK_MODES

if TYPE_CHECKING:
    from ptmdeps.lockfile.groups import GroupSelection


@click.command("sync")
@click.option("--dry-run", is_flag=True, help="Say what would be done, do nothing.")
@click.option(
    "--check",
    "check_only",
    envvar="PTMDEPS_SYNC_CHECK",
    is_flag=True,
    help="Only say whether the environment matches the lock.",
)
@click.option("--locked", is_flag=True, help="Fail if the lock is stale instead of updating it.")
@click.option("--frozen", is_flag=True, help="Take the lock as it is, without looking at the code.")
@click.option("--offline", is_flag=True, help="Use no network: what is not in the store is an error.")
@click.option(
    "--from",
    "from_",
    envvar="PTMDEPS_SYNC_FROM",
    type=click.Path(path_type=Path),
    metavar="BUNDLE",
    help="Take what the store lacks from a bundle that `export` wrote. Offline.",
)
@click.option("--inexact", is_flag=True, help="Keep models in the environment that the lock does not name.")
@click.option("--rehash", is_flag=True, help="Hash every file again, also those that seem unchanged.")
@click.option("--link-mode", type=click.Choice(LINK_MODES), help="How files come from the store. [default: auto]")
@click.option("--limit-rate", metavar="RATE", help="Fetch no more than this a second, such as 20MB/s.")
@group_options
@click.pass_obj
def command(
    console: Console,
    *,
    dry_run: bool,
    check_only: bool,
    locked: bool,
    frozen: bool,
    offline: bool,
    from_: Path | None,
    inexact: bool,
    rehash: bool,
    link_mode: str | None,
    limit_rate: str | None,
    groups: GroupSelection,
) -> None:
    """Make .ptm match the lock exactly.

    A stale lock is updated first. Every file is verified against the lock before it counts; models that the lock
    does not name are taken out.
    """
    from ptmdeps.cli.locking import check, locking, say_locked
    from ptmdeps.cli.syncing import SyncOptions, opened_bundle, preview, say_synced, synchronize, takes_lock
    from ptmdeps.project import exclusive

    options = SyncOptions(
        offline=offline or from_ is not None,
        inexact=inexact,
        rehash=rehash,
        link_mode=link_mode,
        limit_rate=limit_rate,
        bundle=opened_bundle(from_),
        groups=groups,
    )
    if (check_only or locked) and not frozen:
        check(console)
    if check_only or dry_run:
        preview(console, options, failing=check_only)
        return
    with exclusive(console.project, console.say):
        lockfile = None
        if not (locked or frozen or takes_lock(console, options)):
            outcome, requests = locking(console, offline=options.offline)
            if outcome.written:
                say_locked(console, outcome, requests, changes=False)
            lockfile = outcome.after
        say_synced(console, synchronize(console, options, lockfile=lockfile))
