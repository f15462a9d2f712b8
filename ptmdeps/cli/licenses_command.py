"""``ptmdeps licenses``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option

if TYPE_CHECKING:
    from ptmdeps.licenses.answers import Outcome
    from ptmdeps.licenses.places import Sites
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.render.licenses import Report


@click.command("licenses")
@click.argument("models", nargs=-1, type=LOCKED_MODEL, metavar="[MODEL]…")
@format_option("licenses", "text", "json", "markdown", "csv")
@click.option("--notice", is_flag=True, help="Write what the licences ask to be handed on, displayed and kept to.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write to a file instead."
)
@click.option(
    "--fail-on",
    type=click.Choice(["conflict", "unknown", "warn", "obligation", "never"]),
    default="conflict",
    show_default=True,
    help="Exit with 1 if an outcome is this or worse.",
)
@click.pass_obj
def command(
    console: Console,
    models: tuple[str, ...],
    format_: str,
    *,
    notice: bool,
    output: Path | None,
    fail_on: Outcome | Literal["never"],
) -> None:
    """Show which licences the models are under, and what follows from them.

    Licences are followed from base models, merged models and datasets down to what was made of them, as the lock
    knows them; the policy of the manifest says what the project does. Outcomes are ok, obligation, warning, unknown
    and conflict. Offline. This is no legal advice.
    """
    from ptmdeps.licenses.answers import OUTCOMES
    from ptmdeps.render.licenses import FORMATS, total
    from ptmdeps.render.licenses import notice as written

    report = _report(console, models)
    text = written(report) if notice else FORMATS[format_](report)
    if output is None:
        console.data(text)
    else:
        from ptmdeps import atomic

        atomic.write(output.absolute(), text.encode())
        console.say(f"Wrote `{output}`")
    console.say(total(report.verdicts))
    failing = OUTCOMES[OUTCOMES.index(fail_on) :] if fail_on != "never" and not notice else ()
    if any(verdict.outcome in failing for verdict in report.verdicts):
        click.get_current_context().exit(1)


def _report(console: Console, names: tuple[str, ...]) -> Report:
    from ptmdeps.cli.looking import locked, situation
    from ptmdeps.licenses.judging import judge
    from ptmdeps.licenses.places import ways_to
    from ptmdeps.render.licenses import Report

    lockfile = locked(console)
    wanted = {id(model) for name in names for model in lockfile.known(name)}
    verdicts_of = judge(lockfile, situation(console, lockfile))
    found = zip(verdicts_of, ways_to(lockfile, _sites(console, lockfile)), strict=True)
    kept = [(verdict, way) for verdict, way in found if not wanted or id(verdict.model) in wanted]
    verdicts, ways = tuple(verdict for verdict, _ in kept), tuple(way for _, way in kept)
    return Report(verdicts=verdicts, ways=ways, color=console.colors_data)


def _sites(console: Console, lockfile: Lockfile) -> Sites:
    """Lines of a fresh scan; files that the lock names where the code asks for a model no more."""
    from ptmdeps.cli.looking import code_of
    from ptmdeps.licenses.places import written_sites

    sites = dict(written_sites(lockfile))
    found: dict[tuple[str, str, str], list[str]] = {}
    for use in code_of(console, lockfile).uses:
        if use.kind == "model" and (model := lockfile.find(use.key, use.ref)) is not None:
            found.setdefault((model.key.hub, model.key.name, model.ref), []).append(use.site)
            sites[model.key, model.ref] = tuple(found[model.key.hub, model.key.name, model.ref])
    return sites
