"""``ptmdeps sync``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.errors import CheckFailed, LockfileError
from ptmdeps.manifest import LINK_MODES

if TYPE_CHECKING:
    from ptmdeps.hubs import Hub
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.sync import Synced, SyncPlan
    from ptmdeps.verification import Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """How to sync, for the commands that do: ``sync``, ``run`` and ``install``."""

    offline: bool = False
    inexact: bool = False
    rehash: bool = False
    link_mode: str | None = None


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
@click.option("--inexact", is_flag=True, help="Keep models in the environment that the lock does not name.")
@click.option("--rehash", is_flag=True, help="Hash every file again, also those that seem unchanged.")
@click.option("--link-mode", type=click.Choice(LINK_MODES), help="How files come from the store. [default: auto]")
@click.pass_obj
def command(
    console: Console,
    *,
    dry_run: bool,
    check_only: bool,
    locked: bool,
    frozen: bool,
    offline: bool,
    inexact: bool,
    rehash: bool,
    link_mode: str | None,
) -> None:
    """Make .ptm match the lock exactly.

    A stale lock is updated first. Every file is verified against the lock before it counts; models that the lock
    does not name are taken out.
    """
    from ptmdeps.cli.lock_command import check, locking, say_locked
    from ptmdeps.project import exclusive

    options = SyncOptions(offline=offline, inexact=inexact, rehash=rehash, link_mode=link_mode)
    if (check_only or locked) and not frozen:
        check(console)
    if check_only or dry_run:
        _preview(console, options, failing=check_only)
        return
    with exclusive(console.project, console.say):
        if not locked and not frozen:
            outcome, requests = locking(console, offline=offline)
            if outcome.written:
                say_locked(console, outcome, requests, changes=False)
        say_synced(console, synchronize(console, options))


def synchronize(console: Console, options: SyncOptions) -> Synced:
    """Sync to the lock as it is; the caller holds the mutex."""
    from ptmdeps import manifest as manifests
    from ptmdeps import sync

    project = console.project
    with _prepared(console, options) as (lockfile, hubs, verified):
        plan = sync.plan(project, lockfile, hubs, verified, exact=not options.inexact)
        _say_plan(console, plan)
        for name, hub in sorted(hubs.items()):
            console.detail(f"store of {name}: {hub.store()}")
        for item in plan.items:
            console.detail(f"  {item.state:<7} {item.model.key.name} {item.file.path} ({item.file.size:,} bytes)")
        return sync.apply(
            plan,
            project,
            hubs,
            verified,
            reporter=console.reporter,
            link_mode=options.link_mode or manifests.read(project.root).link_mode,
            offline=options.offline,
            keep_surplus=options.inexact,
        )


def say_synced(console: Console, synced: Synced) -> None:
    """What was done."""
    from ptmdeps.render.quantities import counted, size

    for warning in synced.warnings:
        console.warn(warning)
    models = counted(len(synced.plan.wanted.models), "model")
    if not synced.rebuilt:
        console.say(f"`.ptm` is up to date ({models})")
        return
    fetched = synced.plan.to_fetch
    stored = len(synced.plan.items) - len(fetched)
    sources = [f"{counted(stored, 'file')} from the store"] if stored else []
    if fetched:
        sources.append(f"{counted(len(fetched), 'file')} ({size(sum(item.file.size for item in fetched))}) fetched")
    console.say(f"Synced {models} in `.ptm`: {', '.join(sources) or 'nothing to hold'}, all verified")


@contextmanager
def _prepared(console: Console, options: SyncOptions) -> Iterator[tuple[Lockfile, dict[str, Hub], Verified]]:
    """Lock, hubs and the record of hashed files, which is kept whatever happens."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps import sync
    from ptmdeps.hubs import HUBS, open_hub
    from ptmdeps.project import cache_folder
    from ptmdeps.verification import Verified

    lockfile = lockfiles.read(console.project.lockfile)
    if lockfile is None:
        raise LockfileError("there is no `ptm.lock`", hint="Run `ptmdeps lock`")
    sync.refuse_tampered(lockfile)
    hubs = sync.open_hubs(lockfile, {name: open_hub(name) for name in HUBS})
    verified = Verified.open(cache_folder(), trust=not options.rehash)
    try:
        yield lockfile, hubs, verified
    finally:
        verified.save()


def _preview(console: Console, options: SyncOptions, *, failing: bool) -> None:
    from ptmdeps import sync
    from ptmdeps.render.quantities import counted, size

    with _prepared(console, options) as (lockfile, hubs, verified):
        plan = sync.plan(console.project, lockfile, hubs, verified, exact=not options.inexact)
    _say_plan(console, plan)
    if plan.current:
        console.say(f"`.ptm` is up to date ({counted(len(plan.wanted.models), 'model')})")
        return
    if failing:
        raise CheckFailed("`.ptm` does not match the lock", hint="Run `ptmdeps sync`")
    fetch = plan.to_fetch
    console.say(
        f"Would sync {counted(len(plan.wanted.models), 'model')}, "
        f"fetching {counted(len(fetch), 'file')} ({size(sum(item.file.size for item in fetch))})"
    )


def _say_plan(console: Console, plan: SyncPlan) -> None:
    from ptmdeps.environment import recorded
    from ptmdeps.render.changes import environment_lines

    if plan.current:
        return
    console.changes(environment_lines(recorded(console.project.environment), plan.wanted.models))
    for item in plan.items:
        if item.state == "damaged":
            console.warn(
                f"`{item.file.path}` of `{item.model.key.name}` is damaged in the store\n"
                f"  expected: sha256:{item.file.sha256}\n  found:    sha256:{item.found}"
            )
