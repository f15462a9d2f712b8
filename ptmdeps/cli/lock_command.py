"""``ptmdeps lock``."""

from __future__ import annotations

import click

from ptmdeps.cli.console import Console


@click.command("lock")
@click.option(
    "--check",
    "--locked",
    "check_only",
    envvar=["PTMDEPS_LOCK_CHECK", "PTMDEPS_LOCK_LOCKED"],
    is_flag=True,
    help="Only say whether the lock is current. Offline.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("-U", "--upgrade", is_flag=True, help="Move every model to what its ref is now.")
@click.option("-P", "--upgrade-model", multiple=True, metavar="MODEL", help="Move only this model. Can be repeated.")
@click.option(
    "--exclude-newer",
    metavar="WHEN",
    help="Pin nothing that was committed after this date, instant or span of time (7 days).",
)
@click.option("--offline", is_flag=True, help="Use no network; fail if something must be asked.")
@click.pass_obj
def command(
    console: Console,
    *,
    check_only: bool,
    dry_run: bool,
    upgrade: bool,
    upgrade_model: tuple[str, ...],
    exclude_newer: str | None,
    offline: bool,
) -> None:
    """Pin every model the code loads in ptm.lock.

    Models that are locked already keep their revision unless -U or -P moves them.
    """
    from ptmdeps.cli.locking import check, cutoff_of, locking, say_locked

    cutoff = cutoff_of(exclude_newer)
    if check_only:
        check(console, exclude_newer=cutoff)
        return
    from ptmdeps.project import exclusive
    from ptmdeps.resolve import Upgrade

    moves = Upgrade(everything=upgrade, names=frozenset(upgrade_model))
    project = console.project
    if dry_run:
        locked, requests = locking(console, upgrade=moves, offline=offline, dry_run=True, exclude_newer=cutoff)
    else:
        with exclusive(project, console.say):
            locked, requests = locking(console, upgrade=moves, offline=offline, exclude_newer=cutoff)
    say_locked(console, locked, requests, dry_run=dry_run)
