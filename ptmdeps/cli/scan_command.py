"""``ptmdeps scan``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import format_option
from ptmdeps.errors import CheckFailed, LockfileError, PtmdepsError

if TYPE_CHECKING:
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.manifest import Manifest
    from ptmdeps.render.scan import View
    from ptmdeps.scan.loaders import Loader
    from ptmdeps.scan.references import ScanResult, Scope

_SCOPES: tuple[Scope, ...] = ("main", "test", "example", "doc")


def _scopes(_: click.Context, option: click.Parameter, value: str | None) -> tuple[Scope, ...] | None:
    """``main,example`` or ``all``."""
    if value is None:
        return None
    names = [name.strip() for name in value.split(",")]
    if unknown := [name for name in names if name not in (*_SCOPES, "all")]:
        raise click.BadParameter(f"There is no scope {unknown[0]!r}.", param=option)
    return tuple(scope for scope in _SCOPES if scope in names or "all" in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scanned:
    """What was scanned, and what was found."""

    root: Path
    manifest: Manifest
    loaders: tuple[Loader, ...] | None
    result: ScanResult


@click.command("scan")
@click.argument("path", required=False, type=click.Path(exists=True))
@format_option("scan", "text", "json", "sarif", "markdown")
@click.option(
    "--scope",
    callback=_scopes,
    metavar="SCOPES",
    help="Which code: main, test, example, doc, with commas between, or all. [default: what the project locks; "
    "all for JSON and for a single file]",
)
@click.option("--unresolved", is_flag=True, help="Show only the loads whose model cannot be known.")
@click.option("--explain", is_flag=True, help="Show where each value was found.")
@click.option("--soft", is_flag=True, help="List also places that only look like loads.")
@click.option(
    "--all",
    "everything",
    envvar="PTMDEPS_SCAN_ALL",
    is_flag=True,
    help="List also local files, and models that callers name.",
)
@click.option("--fix", is_flag=True, help="Write the locked commits into the code.")
@click.option("--diff", is_flag=True, help="Show what --fix would write; exit with 1 if that is anything.")
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Put the Markdown into this document.")
@click.option("--check", is_flag=True, help="With --write: only say whether the document is current.")
@click.pass_obj
def command(
    console: Console,
    path: str | None,
    format_: str,
    scope: tuple[Scope, ...] | None,
    *,
    unresolved: bool,
    explain: bool,
    soft: bool,
    everything: bool,
    fix: bool,
    diff: bool,
    write: Path | None,
    check: bool,
) -> None:
    """List the models that the code under PATH loads.

    PATH is a folder or a file, by default the project. Nothing of the project is imported or run, and no network
    is used. Loads whose model cannot be known without running the code are listed with the reason.
    """
    _refuse_contradictions(fix=fix or diff, write=write is not None, check=check)
    from ptmdeps.render.scan import SCAN_FORMATS, Sources, View

    form = "markdown" if write else format_
    scanned = _scan(console, path)
    single = path is not None and Path(path).is_file()
    wide = single or (form == "json" and not (fix or diff))
    view = View(
        scopes=scope or (_SCOPES if wide else _locked_scopes(scanned.manifest)),
        unresolved_only=unresolved,
        explain=explain,
        soft=soft or console.verbosity > 0,
        quiet=everything,
        lockfile=_lockfile(console, needed=fix or diff) if fix or diff or form in {"sarif", "markdown"} else None,
        sources=Sources(scanned.root),
        color=console.colors_data,
    )
    if fix or diff:
        _fix(console, scanned, view, only_show=diff)
    elif write:
        _write(console, write, SCAN_FORMATS[form](scanned.result, view), only_check=check)
    else:
        console.data(SCAN_FORMATS[form](scanned.result, view))
        _say_ignored(console, scanned)


def _say_ignored(console: Console, scanned: _Scanned) -> None:
    """Which of the models are not locked because the manifest says so, each once with the reason."""
    from ptmdeps.cli.locking import because
    from ptmdeps.clock import instant, now
    from ptmdeps.manifest.ignoring import ignoring

    today = instant(now())[: len("2026-12-31")]
    found = (
        (one.key.name, ignoring(scanned.manifest.ignore, one.key, one.location.path, today))
        for one in scanned.result.references
    )
    for line in dict.fromkeys(f"`{name}` is not locked: ignored{because(rule)}" for name, rule in found if rule):
        console.say(line)


def _refuse_contradictions(*, fix: bool, write: bool, check: bool) -> None:
    if fix and write:
        raise click.UsageError("--fix and --diff are about code, --write about a document: choose one.")
    if check and not write:
        raise click.UsageError("--check says whether the document of --write is current: give that too.")


def _scan(console: Console, path: str | None) -> _Scanned:
    from ptmdeps import manifest as manifests
    from ptmdeps.project import cache_folder
    from ptmdeps.scan import ScanCache, ScanOptions, scan
    from ptmdeps.scan.catalogues import with_declared

    project = console.project
    root = Path(path) if path else project.root
    manifest = manifests.read_workspace(project.root)
    cache = None if path else ScanCache(cache_folder() / "scan" / project.identifier)
    loaders = with_declared(manifest.loaders)
    # what is asked for by its path is shown, whether or not it is locked
    options = ScanOptions(include=() if path else manifest.include, exclude=manifest.exclude, loaders=loaders)
    result = scan(root, options=options, cache=cache)
    folder = root if root.is_dir() else root.parent
    return _Scanned(root=folder, manifest=manifest, loaders=loaders, result=result)


def _locked_scopes(manifest: Manifest) -> tuple[Scope, ...]:
    return tuple(scope for scope in _SCOPES if scope in manifest.options.scopes)


def _lockfile(console: Console, *, needed: bool) -> Lockfile | None:
    """The project's lock; ``None`` where there is none and none is needed."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.lockfile.staleness import tampered

    lockfile = lockfiles.read(console.project.lockfile)
    if lockfile is None and needed:
        raise LockfileError("there is no `ptm.lock`", hint="Run `ptmdeps lock`")
    if lockfile is not None and tampered(lockfile):
        raise LockfileError("`ptm.lock` was changed without locking again", hint="Run `ptmdeps lock`")
    return lockfile


def _fix(console: Console, scanned: _Scanned, view: View, *, only_show: bool) -> None:
    """Write the locked commits into the code, or show what that would do."""
    from ptmdeps.fixing import fixes
    from ptmdeps.fixing import write as write_files
    from ptmdeps.render.quantities import counted
    from ptmdeps.render.scan.difference import difference, skipped_lines
    from ptmdeps.scan.catalogues import catalogue_of

    assert view.lockfile is not None  # noqa: S101 - asked for with `needed`
    references = view.shown(scanned.result).references
    found = fixes(scanned.root, references, view.lockfile, catalogue_of(scanned.loaders))
    if only_show:
        console.data(difference(found.files, color=view.color))
    else:
        write_files(scanned.root, found.files)
    for line in skipped_lines(found.skipped, each=console.verbosity > 0):
        console.say(line)
    if not found.files:
        console.say("Nothing to pin in source")
        return
    loads = counted(sum(len(file.pinned) for file in found.files), "load")
    console.say(f"{'Would pin' if only_show else 'Pinned'} {loads} in {counted(len(found.files), 'file')}")
    if only_show:
        click.get_current_context().exit(1)
    console.say("The code asks for commits now: run `ptmdeps lock`")


def _write(console: Console, document: Path, block: str, *, only_check: bool) -> None:
    """Put the block into a document, or say whether it is there as it should be."""
    from ptmdeps import atomic
    from ptmdeps.render.scan.markdown import with_block

    target = document.resolve()
    if document.is_symlink() and not target.is_relative_to(document.parent.resolve()):
        raise PtmdepsError(f"`{document}` is a link that leads elsewhere", hint="Give the document itself")
    if target.exists() and not target.is_file():
        raise PtmdepsError(f"`{document}` is no ordinary file", hint="Give a document, such as README.md")
    try:
        before = target.read_bytes().decode("utf-8") if target.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise PtmdepsError(f"`{document}` cannot be read as UTF-8 text") from error
    after = with_block(before, block)
    if after == before:
        console.say(f"`{document}` is up to date")
    elif only_check:
        raise CheckFailed(f"`{document}` does not document these models", hint=f"Run `ptmdeps scan --write {document}`")
    else:
        atomic.write(target, after.encode())
        console.say(f"Wrote the models into `{document}`")
