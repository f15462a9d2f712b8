"""``ptmdeps outdated``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option
from ptmdeps.errors import CheckFailed, ResolutionError

if TYPE_CHECKING:
    from ptmdeps.graph import Node
    from ptmdeps.hubs.protocol import Hub
    from ptmdeps.lockfile import LockedModel, Lockfile
    from ptmdeps.upgrade.movement import Movement


@click.command("outdated")
@click.argument("models", nargs=-1, type=LOCKED_MODEL, metavar="[MODEL]…")
@click.option(
    "--all",
    "everything",
    envvar="PTMDEPS_OUTDATED_ALL",
    is_flag=True,
    help="Show also the models that are what they were.",
)
@click.option("--brief", is_flag=True, help="Only say what moved, not what changed: one request a model.")
@click.option(
    "--check",
    "check_only",
    envvar="PTMDEPS_OUTDATED_CHECK",
    is_flag=True,
    help="Fail if anything moved that is not pinned to a commit.",
)
@format_option("outdated", "text", "json")
@click.pass_obj
def command(
    console: Console, models: tuple[str, ...], *, everything: bool, brief: bool, check_only: bool, format_: str
) -> None:
    """Show which locked models have moved at their hubs, and what changed in them.

    What changed is told by content: weights (by the headers of their files, which are not downloaded), code,
    configuration, tokenizer, chat template, licence, gate, format, card. Nothing is written.
    """
    from ptmdeps.cli.looking import locked, style
    from ptmdeps.render.upgrade.outdated import OUTDATED_FORMATS, news_of, summary

    lockfile = locked(console)
    found = asked(console, lockfile, selected(lockfile, models), brief=brief)
    shown = [movement for movement in found if everything or news_of(movement)]
    console.data(OUTDATED_FORMATS[format_](shown, style(console)))
    console.say(summary(found))
    raise_unknown(found)
    if check_only and any(movement.outdated for movement in found):
        raise CheckFailed("locked models have moved", hint="Run `ptmdeps upgrade`")


def selected(lockfile: Lockfile, names: Sequence[str]) -> tuple[LockedModel, ...]:
    """The locked models that these names mean, all of them without any.

    Raises:
        PtmdepsError: a name is not locked.
    """
    if not names:
        return lockfile.models
    found = {id(model): model for name in names for model in lockfile.known(name)}
    return tuple(model for model in lockfile.models if id(model) in found)


def opened_hubs(console: Console, lockfile: Lockfile) -> dict[str, Hub]:
    """The hubs of all locked models, as the project's manifest sets them."""
    from ptmdeps import manifest as manifests
    from ptmdeps import sync
    from ptmdeps.hubs import opened

    manifest = manifests.read_workspace(console.project.root)
    return sync.open_hubs(lockfile, opened({model.key.hub for model in lockfile.models}, manifest.hub))


def asked(
    console: Console, lockfile: Lockfile, models: Sequence[LockedModel], *, brief: bool = False
) -> tuple[Movement, ...]:
    """Ask the hubs what became of some models of the lockfile."""
    from ptmdeps.clock import latest, now
    from ptmdeps.identity import ModelKey
    from ptmdeps.upgrade.movement import Question, movements

    moment = now()

    def not_after(key: ModelKey) -> str:
        cutoff = lockfile.options.cutoff(key)
        return latest(cutoff, moment) if cutoff else ""

    hubs = opened_hubs(console, lockfile)
    found = movements(models, hubs.__getitem__, Question(brief=brief, not_after=not_after))
    console.detail(f"{sum(hub.requests() for hub in hubs.values())} requests")
    for movement in found:
        for doubt in movement.doubts:
            console.warn(f"`{movement.model.key.label}`: not known: {doubt}")
    return found


def newer_versions(console: Console, lockfile: Lockfile) -> dict[Node, str]:
    """What is to be said of every locked model that moved, in a few words: for ``tree --outdated``.

    Raises:
        PtmdepsError: some hubs did not answer.
    """
    from ptmdeps.graph import Node
    from ptmdeps.render.quantities import short
    from ptmdeps.render.upgrade.outdated import changed_text, news_of

    found = asked(console, lockfile, lockfile.models, brief=True)
    raise_unknown(found)
    news: dict[Node, str] = {}
    for movement in found:
        model, latest = movement.model, movement.latest
        moved = latest is not None and latest.revision != model.revision
        text = f"now {short(latest.revision)}" if moved and latest else ""
        if news_of(movement):
            news[Node(model.key, model.ref)] = "; ".join(filter(None, (text, changed_text(movement))))
    return news


def raise_unknown(movements: Sequence[Movement]) -> None:
    """A hub that does not answer is an error, whatever the others say."""
    causes = [found.error for found in movements if "unreachable" in found.states and found.error]
    if causes:
        subject = "one model" if len(causes) == 1 else f"{len(causes)} models"
        raise ResolutionError(f"what became of {subject} is not known", causes=causes)
