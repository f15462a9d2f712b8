"""``ptmdeps cache``: the stores, for all projects."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import format_option
from ptmdeps.errors import CheckFailed, PtmdepsError, ResolutionError

if TYPE_CHECKING:
    from pathlib import Path

    from ptmdeps.caching.pruning import Plan
    from ptmdeps.hubs.protocol import Hub
    from ptmdeps.render.cache import Place


@click.group("cache")
def command() -> None:
    """Look after the stores that all projects share.

    The store of Hugging Face models is the user's own Hugging Face cache, which other tools use as well.
    """


@command.command("dir")
@format_option("cache_dir", "text", "json")
@click.pass_obj
def dir_(console: Console, format_: str) -> None:
    """Print where models, and what ptmdeps itself notes, are kept."""
    from ptmdeps.cli.looking import style
    from ptmdeps.render.cache import DIR_FORMATS

    console.data(DIR_FORMATS[format_](_places(sizes=False), style(console)))


@command.command("size")
@click.option("-H", "--human", is_flag=True, help="In units for people.")
@format_option("cache_size", "text", "json")
@click.pass_obj
def size(console: Console, *, human: bool, format_: str) -> None:
    """Print how many bytes the stores hold."""
    from ptmdeps.cli.looking import style
    from ptmdeps.render.cache import SIZE_FORMATS

    console.data(SIZE_FORMATS[format_](_places(sizes=True), style(console), human=human))


@command.command("list")
@format_option("cache_list", "text", "json")
@click.pass_obj
def list_(console: Console, format_: str) -> None:
    """List every stored model, and which projects pin it."""
    from ptmdeps.caching.needs import needs
    from ptmdeps.cli.looking import style
    from ptmdeps.render.cache import LIST_FORMATS, Holding

    holdings = tuple(Holding(hub=name, store=hub.store(), stock=hub.stock(), needs=needs(hub)) for name, hub in _hubs())
    console.data(LIST_FORMATS[format_](holdings, style(console)))


@command.command("verify")
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--repair", is_flag=True, help="Put what is damaged into quarantine and fetch it again.")
@format_option("cache_verify", "text", "json")
@click.pass_obj
def verify(console: Console, *, models: tuple[str, ...], repair: bool, format_: str) -> None:
    """Hash every stored file again, and compare.

    What a file should be says the lock of a project that pins it, or else the store's own name for it. Nothing that
    was hashed before is believed.
    """
    from ptmdeps.caching import verifying
    from ptmdeps.caching.needs import needs
    from ptmdeps.cli.looking import style
    from ptmdeps.project import cache_folder
    from ptmdeps.render.cache import VERIFY_FORMATS, Verification
    from ptmdeps.render.quantities import counted
    from ptmdeps.render.quantities import size as sized
    from ptmdeps.verification import Verified

    verified = Verified.open(cache_folder(), trust=False)
    subjects: list[verifying.Subject] = []
    findings: list[verifying.Finding] = []
    failures: list[PtmdepsError] = []
    try:
        for _, hub in _hubs():
            subjects += verifying.subjects(hub.stock(), needs(hub))
        chosen = verifying.chosen(subjects, models)
        findings = list(verifying.verify(chosen, verified, console.reporter))
        if repair:
            failures = list(verifying.repair(findings, dict(_hubs()), verified, console.reporter))
    finally:
        verified.save()
    files, total = len(chosen), sum(subject.file.size for subject in chosen)
    done = Verification(files=files, size=total, findings=tuple(findings), repaired=repair and not failures)
    console.data(VERIFY_FORMATS[format_](done, style(console)))
    what = f"{counted(files, 'file')} ({sized(total)})"
    if not findings:
        console.say(f"Verified {what}: all as they should be")
    elif failures:
        raise ResolutionError(f"{counted(len(failures), 'file')} could not be repaired", causes=failures)
    elif repair:
        console.say(f"Verified {what}, fetched {counted(len(findings), 'damaged file')} again")
    else:
        raise CheckFailed(
            f"of {what}, {len(findings):,} {'is' if len(findings) == 1 else 'are'} not as they should be",
            hint="`ptmdeps cache verify --repair` fetches them again",
        )


@command.command("prune")
@click.option("--dry-run", is_flag=True, help="Say what would go, delete nothing.")
@click.option(
    "--all",
    "everything",
    envvar="PTMDEPS_CACHE_PRUNE_ALL",
    is_flag=True,
    help="Also what other tools brought, if no branch or tag leads to it and no known project pins it.",
)
@format_option("cache_prune", "text", "json")
@click.pass_obj
def prune(console: Console, *, dry_run: bool, everything: bool, format_: str) -> None:
    """Delete what ptmdeps brought and no known project pins any more.

    Revisions that another tool's reference leads to stay, and so does everything that ptmdeps did not bring itself.
    """
    from ptmdeps.caching.pruning import plan_prune

    _remove(console, lambda hub: plan_prune(hub, everything=everything), dry_run=dry_run, format_=format_)


@command.command("clean")
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Delete them though known projects pin them.")
@click.option("--dry-run", is_flag=True, help="Say what would go, delete nothing.")
@format_option("cache_clean", "text", "json")
@click.pass_obj
def clean(console: Console, *, models: tuple[str, ...], yes: bool, force: bool, dry_run: bool, format_: str) -> None:
    """Delete models from the store, whoever brought them.

    Without names: what ptmdeps itself notes, such as results of scans and hashes. It works them out again.
    """
    from ptmdeps.caching.own import clear_own
    from ptmdeps.caching.pruning import plan_clean
    from ptmdeps.render.quantities import size as sized

    if not models:
        if not dry_run:
            _confirm(console, "Delete what ptmdeps noted?", yes=yes)
        freed = clear_own(dry_run=dry_run)
        console.say(f"{'Would free' if dry_run else 'Freed'} {sized(freed)}")
        return

    def planned(hub: Hub) -> Plan:
        return plan_clean(hub, models, force=force)

    if not (dry_run or yes):
        _remove(console, planned, dry_run=True, format_="quiet")
        _confirm(console, "Delete them?", yes=yes)
    _remove(console, planned, dry_run=dry_run, format_=format_)


def _remove(console: Console, planned: Callable[[Hub], Plan], *, dry_run: bool, format_: str) -> None:
    """Say what goes, and let it go."""
    from ptmdeps.caching.pruning import PINNED, carry_out
    from ptmdeps.cli.looking import style
    from ptmdeps.render.cache import REMOVAL_FORMATS, removal_text
    from ptmdeps.render.quantities import counted
    from ptmdeps.render.quantities import size as sized

    plans = tuple(
        planned(hub) if dry_run or not hub.store().exists() else carry_out(lambda: planned(hub), hub, console.say)  # noqa: B023
        for _, hub in _hubs()
    )
    if format_ == "quiet":
        for line in removal_text(plans, style(console)).splitlines():
            console.say(f"  {line}")
        return
    console.data(REMOVAL_FORMATS[format_](plans, style(console)))
    for plan in plans:
        for reason, revisions in plan.kept:
            tell = console.detail if reason == PINNED else console.say
            tell(f"Kept {counted(revisions, 'revision')}: {reason}")
    console.say(f"{'Would free' if dry_run else 'Freed'} {sized(sum(plan.freed for plan in plans))}")


def _confirm(console: Console, question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise PtmdepsError("nobody is there to answer", hint="Give `--yes` to delete without being asked")
    if not click.confirm(question, err=True):
        console.say("Nothing was deleted")
        raise click.exceptions.Exit(0)


def _hubs() -> tuple[tuple[str, Hub], ...]:
    """Every hub that has a store, with its name."""
    from ptmdeps.hubs import open_hub, stores

    opened = ((name, open_hub(name)) for name in stores())
    return tuple((name, hub) for name, hub in opened if hub is not None)


def _places(*, sizes: bool) -> tuple[Place, ...]:
    from ptmdeps.caching.own import MODELS, size_of_folder
    from ptmdeps.project import cache_folder
    from ptmdeps.render.cache import Place, size_of

    places: list[Place] = []
    for name, hub in _hubs():
        places.append(Place(name=name, folder=hub.store(), size=size_of(hub.stock()) if sizes else 0))
        if not sizes:
            places += [Place(name=name, folder=folder, shared=True) for folder in hub.shared_stores()]
    own: Path = cache_folder()
    places.append(Place(name="ptmdeps", folder=own, size=size_of_folder(own, without=MODELS) if sizes else 0))
    return tuple(places)
