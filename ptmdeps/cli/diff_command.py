"""``ptmdeps diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL
from ptmdeps.errors import LockfileError, PtmdepsError

if TYPE_CHECKING:
    from ptmdeps.upgrade.report import Report

_RANGE = ".."


@click.command("diff")
@click.argument("model", required=False, type=LOCKED_MODEL)
@click.argument("revisions", required=False, metavar="[OLD..NEW]")
@click.option("--offline", is_flag=True, help="Compare the locks and what is stored, ask no hub.")
@click.option(
    "--format",
    "format_",
    envvar="PTMDEPS_DIFF_FORMAT",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="Form of the output. Markdown is for pull requests.",
)
@click.pass_obj
def command(console: Console, model: str | None, revisions: str | None, *, offline: bool, format_: str) -> None:
    """Show what changed in MODEL since it was locked, or between two revisions of it.

    OLD and NEW are branches, tags or commits, of which seven digits are enough; without OLD the locked revision
    counts, without NEW what the locked ref leads to now. Without MODEL: what changed in ptm.lock since it was
    committed to Git, model by model.
    """
    from ptmdeps.cli.looking import style
    from ptmdeps.render.upgrade.diff import DIFF_FORMATS

    if model is None:
        reports = _since_commit(console, offline=offline)
    elif offline:
        raise click.UsageError("--offline compares locks, which takes no MODEL.")
    elif revisions is None:
        reports = _since_lock(console, model)
    else:
        reports = _between(console, model, revisions)
    console.data(DIFF_FORMATS[format_](reports, style(console)))
    if all(report.unchanged for report in reports):
        console.say("Nothing changed")


def _since_commit(console: Console, *, offline: bool) -> tuple[Report, ...]:
    """What the present lock says differently from the committed one."""
    from ptmdeps.cli.looking import locked
    from ptmdeps.cli.outdated_command import opened_hubs
    from ptmdeps.lockfile.difference import diff
    from ptmdeps.upgrade.committed import committed_lockfile
    from ptmdeps.upgrade.locks import detailed, paired
    from ptmdeps.upgrade.notable import notable_ancestors
    from ptmdeps.upgrade.report import of_difference

    after = locked(console)
    before = committed_lockfile(console.project)
    for notable in notable_ancestors(before, after) if before else ():
        console.warn(notable.text)
    hubs = opened_hubs(console, after)
    return tuple(map(of_difference, detailed(paired(diff(before, after)), hubs.__getitem__, offline=offline)))


def _since_lock(console: Console, name: str) -> tuple[Report, ...]:
    """What became of a locked model, at each ref at which it is locked."""
    from ptmdeps.cli.looking import locked
    from ptmdeps.cli.outdated_command import asked, raise_unknown, selected
    from ptmdeps.upgrade.report import of_movement

    lockfile = locked(console)
    found = asked(console, lockfile, selected(lockfile, (name,)))
    raise_unknown(found)
    return tuple(map(of_movement, found))


def _between(console: Console, name: str, revisions: str) -> tuple[Report, ...]:
    """What changed between two revisions of a model, which need not be locked."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.cli.looking import asked_for, hub_of
    from ptmdeps.upgrade.report import between

    old, dots, new = revisions.partition(_RANGE)
    if not dots:
        raise click.UsageError(f"`{revisions}` is no pair of revisions: write OLD..NEW, such as v1.0..main.")
    lockfile = lockfiles.read(console.project.lockfile)
    key, ref = asked_for(name, lockfile)
    pins = [pin for pin in lockfile.models if key in pin.keys and ref in ("", pin.ref)] if lockfile else []
    if not pins and not (old and new):
        raise LockfileError(f"`{name}` is not locked", hint="Write both revisions: OLD..NEW")
    hub = hub_of(console, key)
    if hub.derived or key.hub == "url":
        of = "an address" if key.hub == "url" else "a name of a library"
        raise PtmdepsError(
            f"`{key.label}` is {of}: it has no revisions", hint=f"`ptmdeps diff {key.label}` says what moved"
        )
    pin = pins[0] if pins else None
    return (between(hub, key, old or (pin.revision if pin else ""), new or (pin.ref if pin else ""), pin),)
