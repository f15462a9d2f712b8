"""``ptmdeps check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import format_option

if TYPE_CHECKING:
    from ptmdeps.checks import Evidence
    from ptmdeps.distributions.sources import Source


@click.command("check")
@click.option(
    "--python",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Interpreter or environment to look at. [default: the active one, else .venv, else the one that runs ptmdeps]",
)
@format_option("check", "text", "json", "sarif")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="Exit with 1 if there is a finding at or above this.",
)
@click.pass_obj
def command(console: Console, *, python: Path | None, format_: str, fail_on: str) -> None:
    """Check what locked models need, and the project's policy.

    The Python distributions that the models need are looked for in the project's environment and in its lock files
    (uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock, requirements*.txt). Offline; nothing of the project is
    imported.
    """
    from ptmdeps.checks import findings
    from ptmdeps.findings import SEVERITIES
    from ptmdeps.render.checks import FORMATS, Report, checked, total

    evidence = _evidence(console, python)
    found = findings(evidence)
    (console.say if evidence.sources else console.warn)(checked(evidence))
    console.data(FORMATS[format_](Report(evidence=evidence, findings=found, color=console.colors_data)))
    console.say(total(found))
    failing = SEVERITIES[: SEVERITIES.index("warning" if fail_on == "warning" else "error") + 1]
    if any(finding.severity in failing for finding in found):
        click.get_current_context().exit(1)


def _evidence(console: Console, python: Path | None) -> Evidence:
    from ptmdeps import manifest as manifests
    from ptmdeps.checks import gather
    from ptmdeps.checks.evidence import read_text
    from ptmdeps.cli.looking import locked

    project = console.project
    lockfile = locked(console)
    manifest = manifests.read(project.root)
    text = read_text(project.lockfile)
    return gather(lockfile, text, manifest.policy, _sources(console, python))


def _sources(console: Console, python: Path | None) -> tuple[Source, ...]:
    """The environment, if there is one, and the lock files for its platform."""
    import os

    from ptmdeps.distributions.environment import find_interpreter, inspect_environment
    from ptmdeps.distributions.sources import pin_files

    root = console.project.root
    interpreter = find_interpreter(root, python, os.environ)
    if interpreter is None:
        console.detail("no environment: ptmdeps is installed as a tool of its own; `--python` names the project's")
        return pin_files(root)
    console.detail(f"environment: {interpreter.path} ({interpreter.because})")
    environment = inspect_environment(interpreter)
    return (environment, *pin_files(root, environment.markers))
