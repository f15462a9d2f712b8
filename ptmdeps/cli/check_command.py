"""``ptmdeps check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import format_option

if TYPE_CHECKING:
    from ptmdeps.checks import Evidence
    from ptmdeps.distributions.sources import Source
    from ptmdeps.findings import Severity

_FORMATS = ("text", "json", "sarif", "junit", "markdown")


class _ReportFile(click.ParamType[tuple[str, Path]]):
    """``FORMAT=FILE``."""

    name = "report"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:  # noqa: ANN401 - click's own type
        """A format of the findings, and where they go in it."""
        if isinstance(value, tuple):
            return value
        format_, equals, path = str(value).partition("=")
        if format_ not in _FORMATS or not equals or not path:
            self.fail(f"`{value}` is not FORMAT=FILE, with a format of {', '.join(_FORMATS)}", param, ctx)
        return format_, Path(path)


@click.command("check")
@click.option(
    "--python",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Interpreter or environment to look at. [default: the active one, else .venv, else the one that runs ptmdeps]",
)
@format_option("check", *_FORMATS)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="Exit with 1 if there is a finding at or above this.",
)
@click.option(
    "--report",
    "reports",
    envvar="PTMDEPS_CHECK_REPORT",
    type=_ReportFile(),
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write the findings to a file, too, in one of the formats. Can be repeated.",
)
@click.option("--frozen", is_flag=True, help="Take the lock as it is: do not look whether it is stale.")
@click.pass_obj
def command(
    console: Console,
    *,
    python: Path | None,
    format_: str,
    fail_on: Severity,
    reports: tuple[tuple[str, Path], ...],
    frozen: bool,
) -> None:
    """Check the lock, what its models need, their licences, and the project's policy.

    One command for CI: whether the lock is what code and manifest ask for, whether licences go together with each
    other and with the policy, pickles and code that runs, and the Python distributions that the models need. Those
    are looked for in the project's environment and in its lock files (uv.lock, poetry.lock, pdm.lock, pylock.toml,
    Pipfile.lock, requirements*.txt). Offline; nothing of the project is imported.
    """
    from dataclasses import replace

    from ptmdeps.checks import findings
    from ptmdeps.findings import SEVERITIES
    from ptmdeps.render.checks import FORMATS, Report, checked, total

    evidence = _evidence(console, python, frozen=frozen)
    found = findings(evidence)
    (console.say if evidence.sources else console.warn)(checked(evidence))
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    report = Report(evidence=evidence, findings=found, failing=failing)
    for kind, path in reports:
        _write(path, FORMATS[kind](report))
    console.data(FORMATS[format_](replace(report, color=console.colors_data)))
    console.say(total(found))
    if any(finding.severity in failing for finding in found):
        click.get_current_context().exit(1)


def _write(path: Path, text: str) -> None:
    from ptmdeps.atomic import write

    if path.exists() and not path.is_file():
        # a terminal, or the pipe of another program
        path.write_text(text, encoding="utf-8")
    else:
        write(path, text.encode())


def _evidence(console: Console, python: Path | None, *, frozen: bool) -> Evidence:
    from ptmdeps.checks import gather
    from ptmdeps.checks.evidence import read_text
    from ptmdeps.cli.looking import locked, situation
    from ptmdeps.locking import check as reasons_of

    project = console.project
    lockfile = locked(console)
    ours = situation(console, lockfile)
    text = read_text(project.lockfile)
    stale = None if frozen else reasons_of(project)[1]
    sources = _sources(console, python)
    return gather(lockfile, text, ours.policy, sources, stale=stale or (), license_=ours.license)


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
