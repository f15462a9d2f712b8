"""What ``lock`` does, for every command that locks, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.errors import CheckFailed

if TYPE_CHECKING:
    from ptmdeps.hubs.protocol import Hub
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.locking import Inputs, Locked
    from ptmdeps.manifest import IgnoreRule
    from ptmdeps.manifest.reading import Edits
    from ptmdeps.resolve import Upgrade


def locking(
    console: Console,
    *,
    upgrade: Upgrade | None = None,
    offline: bool = False,
    dry_run: bool = False,
    exclude_newer: str = "",
    edits: Edits | None = None,
    known: Lockfile | None = None,
) -> tuple[Locked, int]:
    """Lock, and count the requests that it took; the caller holds the mutex.

    ``edits`` are manifests as they shall be: nothing writes them here. ``known`` are pins that somebody else has made.
    """
    from ptmdeps.caching import registry
    from ptmdeps.clock import now
    from ptmdeps.hubs import open_hub
    from ptmdeps.locking import lock
    from ptmdeps.manifest import HubSettings
    from ptmdeps.resolve import Upgrade

    console.detail(f"project: {console.project.root}")
    hubs: dict[str, Hub | None] = {}

    def hub(name: str, settings: HubSettings) -> Hub | None:
        if name not in hubs:
            hubs[name] = open_hub(name, settings)
        return hubs[name]

    locked = lock(
        console.project,
        hubs=hub,
        upgrade=upgrade or Upgrade(),
        offline=offline,
        dry_run=dry_run,
        exclude_newer=exclude_newer,
        moment=now(),
        edits=edits,
        known=known,
    )
    if not dry_run:
        registry.note(console.project)
    _warn_of_notable(console, locked)
    return locked, sum(opened.requests() for opened in hubs.values() if opened)


def _warn_of_notable(console: Console, locked: Locked) -> None:
    """Whoever agreed to a licence, or to code that a model brings, is told when it changes."""
    if locked.before is None or not locked.differs:
        return
    from ptmdeps.upgrade.locks import paired
    from ptmdeps.upgrade.notable import notable_ancestors, notable_differences

    for notable in notable_differences(paired(locked.changes)):
        console.warn(notable.text)
    for notable in notable_ancestors(locked.before, locked.after):
        console.warn(notable.text)


def cutoff_of(text: str | None) -> str:
    """``--exclude-newer`` in its one spelling; empty where it is not given."""
    from ptmdeps.clock import SPELLING, cutoff

    if not text:
        return ""
    try:
        return cutoff(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no time. {SPELLING}.", param_hint="--exclude-newer") from error


def say_locked(console: Console, locked: Locked, requests: int, *, dry_run: bool = False, changes: bool = True) -> None:
    """What was found, what changed, and what it cost; the lines of ``changes`` may follow from somebody else."""
    from ptmdeps.render.changes import change_lines
    from ptmdeps.render.quantities import counted, size

    if locked.disputed:
        console.say(f"Both sides of the merge changed {', '.join(locked.disputed)}: pinned anew, the rest was kept")
    say_found(console, locked.inputs)
    if changes:
        console.changes(change_lines(locked.changes))
    if locked.before and locked.before.models and _cutoffs(locked.before) != _cutoffs(locked.after):
        console.say("`exclude-newer` changed: what is locked stays where it is, `-U` moves it")
    models = counted(len(locked.after.models), "model")
    if not locked.differs and not locked.written:
        console.say(f"`ptm.lock` is up to date ({models})")
        return
    total = size(sum(model.size for model in locked.after.models))
    verb = "Would lock" if dry_run else "Locked"
    console.say(f"{verb} {models} ({total}) with {counted(requests, 'request')}")


def _cutoffs(lockfile: Lockfile) -> tuple[object, ...]:
    return (lockfile.options.exclude_newer, lockfile.options.exclude_newer_model)


def say_found(console: Console, inputs: Inputs) -> None:
    """What the scan cannot lock: said briefly every time, and never hidden."""
    from ptmdeps.render.quantities import counted

    unresolved = [found for found in inputs.scan.unresolved if found.scope in inputs.manifest.options.scopes]
    main = [found for found in unresolved if not found.passed_on]
    if main:
        console.say(
            f"{counted(len(main), 'load')} of unknown models, first {main[0].location}; "
            "see `ptmdeps scan --unresolved`, add what they need with `ptmdeps install`"
        )
    for found in main:
        console.detail(f"  {found.location} {found.loader}: {found.reason}")
    if not (inputs.wanted.requirements or inputs.wanted.elsewhere or unresolved):
        console.say(
            "The code loads no model that ptmdeps knows of; `ptmdeps install` adds those that a scan cannot see"
        )
    for reference, rule in inputs.wanted.ignored:
        console.detail(f"  {reference.location} {reference.key.label} is ignored{because(rule)}")
    if inputs.wanted.elsewhere:
        names = sorted({f"{found.key.label} ({found.kind})" for found in inputs.wanted.elsewhere})
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004
        console.warn(f"not locked, because ptmdeps cannot lock these yet: {', '.join(names[:3])}{more}")


def because(rule: IgnoreRule) -> str:
    """Why a rule ignores, and until when, as far as it says."""
    until = f" until {rule.until}" if rule.until else ""
    return f"{until}: {rule.reason}" if rule.reason else until


def check(console: Console, *, exclude_newer: str = "") -> None:
    """Raise CheckFailed, after naming every reason, if the lock is missing or stale."""
    from ptmdeps.locking import check as check_lock
    from ptmdeps.render.changes import stale_lines
    from ptmdeps.render.quantities import counted

    inputs, reasons = check_lock(console.project, exclude_newer=exclude_newer)
    if reasons is None:
        raise CheckFailed("there is no `ptm.lock`", hint="Run `ptmdeps lock`")
    if reasons:
        console.changes(stale_lines(reasons))
        raise CheckFailed("`ptm.lock` is stale", hint="Run `ptmdeps lock`")
    console.say(f"`ptm.lock` is up to date ({counted(len(inputs.wanted.requirements), 'requirement')})")
