"""``ptmdeps upgrade``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.groups import group_options
from ptmdeps.cli.parameters import LOCKED_MODEL
from ptmdeps.manifest import LINK_MODES

if TYPE_CHECKING:
    from ptmdeps.cli.changing import ManifestEdit
    from ptmdeps.identity import ModelKey
    from ptmdeps.lockfile.groups import GroupSelection
    from ptmdeps.locking import Locked

_MOST_SITES = 10


@click.command("upgrade")
@click.argument("models", nargs=-1, type=LOCKED_MODEL, metavar="[MODEL]…")
@click.option(
    "--to", metavar="REF", help="Move one model to this branch, tag or commit, and record it in the manifest."
)
@click.option("--dry-run", is_flag=True, help="Say what would change and what changed in the models, write nothing.")
@click.option("--no-sync", is_flag=True, help="Lock, leave .ptm as it is.")
@click.option("--brief", is_flag=True, help="Do not look into the models: say only what moves.")
@click.option("--link-mode", type=click.Choice(LINK_MODES), help="How files come from the store. [default: auto]")
@group_options
@click.pass_obj
def command(
    console: Console,
    models: tuple[str, ...],
    *,
    to: str | None,
    dry_run: bool,
    no_sync: bool,
    brief: bool,
    link_mode: str | None,
    groups: GroupSelection,
) -> None:
    """Move the pins of MODEL, or of all models, to what their refs are now, lock and sync.

    Says what changed in each model, by its content. If anything fails, manifest, lock and .ptm stay as they were. A
    model that is pinned to a commit stays there: --to moves it.
    """
    from ptmdeps.cli.changing import ChangeOptions, change, edited
    from ptmdeps.cli.syncing import SyncOptions
    from ptmdeps.project import exclusive
    from ptmdeps.resolve import Upgrade

    if to is not None and len(models) != 1:
        raise click.UsageError("--to needs one model.")
    talker = _Talker(**{name: getattr(console, name) for name in ("start", "verbosity", "color", "progress")})
    options = ChangeOptions(
        sync=SyncOptions(link_mode=link_mode, groups=groups, keep_groups=True),
        dry_run=dry_run,
        no_sync=no_sync,
        upgrade=Upgrade(everything=not models, names=frozenset(models)),
        explain=lambda locked: _explain(talker, locked, brief=brief),
    )
    with exclusive(console.project, console.say):
        asked = _asked(console, models[0]) if to else None
        edits = [_moving(console, *asked, to)] if asked and to else []
        locked = change(talker, edited(console.project, edits), options)
    if asked and to:
        for line in _other_sites(locked, asked[0], to):
            console.warn(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talker(Console):
    """A console that says every line of change once: sync has the same to say as the lock before it."""

    said: set[str] = field(default_factory=set)

    def changes(self, lines: Iterable[str]) -> None:
        """The lines that were not said yet."""
        for line in lines:
            if line not in self.said:
                self.said.add(line)
                Console.changes(self, (line,))


def _explain(console: _Talker, locked: Locked, *, brief: bool) -> None:
    """``~ name old -> new``, and under it a line for each class of change."""
    from ptmdeps.cli.outdated_command import opened_hubs
    from ptmdeps.render.changes import change_lines
    from ptmdeps.render.upgrade.details import summary_lines
    from ptmdeps.upgrade.locks import detailed, paired
    from ptmdeps.upgrade.report import of_difference

    differences = paired(locked.changes)
    if brief:
        console.changes(change_lines(differences))
    elif differences:
        hubs = opened_hubs(console, locked.after)
        for one in detailed(differences, hubs.__getitem__):
            console.changes(change_lines((one.difference,)))
            report = of_difference(one)
            for line in summary_lines(report) if report.comparison else ():
                console.say(f"     {line}")
    console.said.update(change_lines(locked.changes))


def _asked(console: Console, name: str) -> tuple[ModelKey, str]:
    """The model to move, and which of its refs if one is given.

    Raises:
        PtmdepsError: it is an address, which has no refs.
    """
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.cli.looking import asked_for
    from ptmdeps.errors import PtmdepsError

    key, ref = asked_for(name, lockfiles.read(console.project.lockfile))
    if key.hub == "url":
        raise PtmdepsError(f"`{key.label}` is an address: it has no branches, tags or commits", hint="Leave out `--to`")
    return key, ref


def _moving(console: Console, key: ModelKey, ref: str, to: str) -> ManifestEdit:
    """Give the model that ref in the manifest, which may not name it yet."""
    from ptmdeps import manifest as manifests
    from ptmdeps.manifest.editing import with_entries, with_ref
    from ptmdeps.manifest.entries import Entry

    recorded = {found.key for found in manifests.read(console.project.manifest_folder).requirements}

    def edit(before: bytes, source: str) -> bytes:
        if key in recorded:
            return with_ref(before, source, key, to, instead_of=ref or None)
        return with_entries(before, source, [Entry(specifier=manifests.specifier(key, to))])

    return edit


def _other_sites(locked: Locked, key: ModelKey, to: str) -> Iterator[str]:
    """Loads of the same model in the code that ask for another revision: only an edit of the code moves those."""
    from ptmdeps.wanted import requirement_of

    scopes = locked.inputs.manifest.options.scopes
    sites: dict[str, list[str]] = {}
    for found in locked.inputs.scan.references:
        if found.key == key and not found.soft and found.scope in scopes and found.ref not in (None, "", to):
            sites.setdefault(requirement_of(found).ref, []).append(str(found.location))
    for ref, places in sorted(sites.items()):
        shown = ", ".join(places[:_MOST_SITES]) + (" and more" if len(places) > _MOST_SITES else "")
        yield f"{shown} asks for `{key.label}` at `{ref}`, which stays pinned on its own: write `{to}` there"
