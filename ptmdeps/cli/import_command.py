"""``ptmdeps import``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.errors import PtmdepsError

if TYPE_CHECKING:
    from ptmdeps.importing import Imported
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.manifest.entries import Entry
    from ptmdeps.shipping.installed import Shipped


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]…")
@click.option(
    "--distribution",
    "names",
    envvar="PTMDEPS_IMPORT_DISTRIBUTION",
    multiple=True,
    metavar="NAME",
    help="Take over the lock that this installed Python distribution ships. Can be repeated.",
)
@click.option(
    "--group",
    "groups",
    envvar="PTMDEPS_IMPORT_GROUP",
    multiple=True,
    metavar="GROUP",
    help="Record the models in this group.",
)
@click.option(
    "--python",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The Python environment to look into. [default: the active one, or .venv]",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("--no-sync", is_flag=True, help="Record and lock, leave .ptm as it is.")
@click.option("--offline", is_flag=True, help="Use no network; fail if something must be asked.")
@click.option(
    "--format",
    "format_",
    envvar="PTMDEPS_IMPORT_FORMAT",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Form of the list.",
)
@click.pass_obj
def command(
    console: Console,
    files: tuple[Path, ...],
    *,
    names: tuple[str, ...],
    groups: tuple[str, ...],
    python: Path | None,
    dry_run: bool,
    no_sync: bool,
    offline: bool,
    format_: str,
) -> None:
    """Take over models that others have pinned, at their revisions.

    FILE is Hermeto's huggingface.lock.yaml, or a ptm.lock. The models are recorded in the manifest and locked at the
    revisions that the file has; what this project locks already keeps its own. Without anything, lists the installed
    Python distributions that ship a lock.
    """
    from ptmdeps.cli.changing import ChangeOptions, change, edited, recording
    from ptmdeps.cli.syncing import SyncOptions
    from ptmdeps.importing import of_file, of_lock, together
    from ptmdeps.lockfile.groups import GroupSelection
    from ptmdeps.project import exclusive

    if not files and not names:
        _offer(console, python, format_)
        return
    parts = [of_file(path) for path in files]
    parts += [of_lock(lockfile) for lockfile in _chosen(console, python, names)]
    imported = together(parts, groups)
    for name in imported.left_out:
        console.warn(f"the dataset `{name}` is left out: ptmdeps locks models only")
    sync = SyncOptions(offline=offline, groups=GroupSelection(added=groups), keep_groups=True)
    options = ChangeOptions(sync=sync, dry_run=dry_run, no_sync=no_sync, known=imported.known)
    with exclusive(console.project, console.say):
        _say_kept(console, imported)
        entries = tuple(_new(console, imported.entries))
        manifest = edited(console.project, [recording(entries)] if entries else [])
        change(console, manifest, options)
        recorded = ", ".join(f"`{entry.specifier}`" for entry in entries)
        if recorded:
            console.say(f"{'Would record' if dry_run else 'Recorded'} {recorded} in `{manifest.path.name}`")
        else:
            console.say(f"There is nothing to record: `{manifest.path.name}` has it all")
        _say_scanned(console, files)


def _say_scanned(console: Console, files: Sequence[Path]) -> None:
    """A lockfile of Hermeto that people wrote is scanned like any configuration: its models are then locked twice."""
    from ptmdeps.hermeto import FILENAME
    from ptmdeps.scan.configurations import OURS

    root = console.project.root
    for path in files:
        if path.name == FILENAME and path.resolve().is_relative_to(root) and not path.read_bytes().startswith(OURS):
            console.warn(
                f"`{path}` counts as a load at its commits as long as it is in the project. "
                "To have it follow from `ptm.lock`: ptmdeps export --format hermeto"
            )


def _new(console: Console, entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries of models that the manifest does not name: what people wrote there stays as it is."""
    from ptmdeps import manifest as manifests

    named = {requirement.key for requirement in manifests.read(console.project.manifest_folder).requirements}
    for entry in entries:
        if entry.key in named:
            console.detail(f"`{entry.key.label}` is in the manifest already, and stays as it is there")
        else:
            yield entry


def _say_kept(console: Console, imported: Imported) -> None:
    """Where the project has a pin of its own, which no import moves."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.render.quantities import short

    ours = lockfiles.read(console.project.lockfile)
    for model in imported.known.models if ours else ():
        before = ours.find(model.key, model.ref) if ours else None
        if before is not None and before.revision != model.revision:
            console.warn(
                f"`{model.title}` stays locked at {short(before.revision)}: what is imported has "
                f"{short(model.revision)}. To change it: ptmdeps upgrade {model.key.label} --to {model.revision}"
            )


def _shipped(console: Console, python: Path | None) -> tuple[Shipped, ...]:
    from ptmdeps.distributions.environment import find_interpreter
    from ptmdeps.shipping.installed import shipped_locks

    interpreter = find_interpreter(console.project.root, python, os.environ)
    if interpreter is None:
        raise PtmdepsError("this project has no Python environment", hint="Make one, or name one with `--python`")
    console.detail(f"Python: {interpreter.path}, because {interpreter.because}")
    return shipped_locks(interpreter)


def _chosen(console: Console, python: Path | None, names: Sequence[str]) -> Iterator[Lockfile]:
    """The locks of the named distributions."""
    from packaging.utils import canonicalize_name

    found = {shipped.name: shipped for shipped in _shipped(console, python)} if names else {}
    for name in dict.fromkeys(map(canonicalize_name, names)):
        if name not in found:
            raise PtmdepsError(
                f"no installed distribution `{name}` ships a lock", hint="`ptmdeps import` lists those that do"
            )
        lockfile = found[name].lockfile
        if lockfile is None:
            raise PtmdepsError(f"the lock of `{name} {found[name].version}` is of no use: {found[name].problem}")
        yield lockfile


def _offer(console: Console, python: Path | None, format_: str) -> None:
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.cli.looking import style
    from ptmdeps.render.shipped import FORMATS

    shipped = _shipped(console, python)
    console.data(FORMATS[format_](shipped, lockfiles.read(console.project.lockfile), style(console)))
    usable = [found.name for found in shipped if found.lockfile is not None]
    if usable:
        console.say(f"To take one over: ptmdeps import --distribution {usable[0]}")
    elif not shipped:
        console.say("No installed distribution ships a lock")
