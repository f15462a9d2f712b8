"""``ptmdeps sbom``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.groups import group_options
from ptmdeps.cli.parameters import format_option

if TYPE_CHECKING:
    from ptmdeps.bom.components import Package
    from ptmdeps.bom.model import Bom
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.lockfile.groups import GroupSelection
    from ptmdeps.locking import Inputs
    from ptmdeps.manifest import Manifest

_STANDARDS = ("cyclonedx-json", "cyclonedx-xml", "spdx-json")
_LISTS = ("g7", "cisa", "ntia", "bsi", "owasp", "eu-annex-xii")
_STANDARD_OUTPUT = "-"


@click.group("sbom", invoke_without_command=True)
@click.option(
    "--format",
    "format_",
    envvar="PTMDEPS_SBOM_FORMAT",
    type=click.Choice(_STANDARDS),
    default=_STANDARDS[0],
    show_default=True,
    help="Standard and form of the document.",
)
@click.option(
    "--spec-version",
    type=click.Choice(["1.6", "1.7", "1.5"]),
    help="Version of CycloneDX. [default: 1.6, or that of the file that is merged into]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it. [default: standard output]",
)
@click.option(
    "--merge",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Put it into this CycloneDX document (JSON); what stands there stays.",
)
@click.option("--coverage", type=click.Choice(_LISTS), help="Print which minimum elements of a list it has, instead.")
@click.option(
    "--coverage-format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Form of what --coverage prints.",
)
@click.option("--python", is_flag=True, help="Take the Python packages of the project's lock file, too.")
@click.option("--no-files", is_flag=True, help="Leave the files of models out.")
@click.option("--frozen", is_flag=True, help="Take the lock as it is, without looking at the code.")
@click.option("--offline", is_flag=True, help="Use no network: facts come from the store alone.")
@group_options
@click.pass_context
def command(
    context: click.Context,
    *,
    format_: str,
    spec_version: Literal["1.5", "1.6", "1.7"] | None,
    output: Path | None,
    merge: Path | None,
    coverage: str | None,
    coverage_format: str,
    python: bool,
    no_files: bool,
    frozen: bool,
    offline: bool,
    groups: GroupSelection,
) -> None:
    """Write the bill of materials of the project's models (AI-BOM).

    It holds what the lock pins and what that came from, with places in the code, licences, and what cards and
    configurations say, each with its source; what nobody says is not in it. The schema of the standard is checked
    before anything is written, and the same input gives the same bytes. All groups are in it unless some are named.
    """
    if context.invoked_subcommand is not None:
        return
    console: Console = context.obj
    _refuse_contradictions(format_, spec_version, merge, coverage)
    bom = _bom(console, groups, python=python, frozen=frozen, offline=offline)
    if coverage is not None:
        _write(console, _covered(bom, coverage, coverage_format), output)
        return
    text = _merged(bom, merge, spec_version, files=not no_files) if merge else None
    if text is None:
        text = _text(bom, format_, spec_version or "1.6", files=not no_files)
    _write(console, text, output)
    _say(console, bom, output, files=not no_files)


def _refuse_contradictions(format_: str, version: str | None, merge: Path | None, coverage: str | None) -> None:
    if merge and format_ != _STANDARDS[0]:
        raise click.UsageError("--merge takes and gives CycloneDX in JSON: leave --format out.")
    if merge and coverage:
        raise click.UsageError("--coverage is about the project's own bill: leave --merge out.")
    if version and format_ == "spdx-json":
        raise click.UsageError("--spec-version is that of CycloneDX; SPDX is written in version 3.0.1.")


def _bom(console: Console, groups: GroupSelection, *, python: bool, frozen: bool, offline: bool) -> Bom:
    """The bill: the lock or a part of it, the code as it is, and what stores and hubs say."""
    from packaging.markers import default_environment

    from ptmdeps.bom.build import build
    from ptmdeps.bom.gathering import gather
    from ptmdeps.bom.material import Material
    from ptmdeps.cli.looking import locked
    from ptmdeps.hubs import open_hub
    from ptmdeps.manifest.project_table import project_facts
    from ptmdeps.sync import refuse_tampered

    project = console.project
    whole = locked(console)
    refuse_tampered(whole)
    manifest, code = _inputs(console, frozen=frozen)
    lockfile = _part(whole, groups, manifest)
    evidence, troubles = gather(lockfile, lambda name: open_hub(name, manifest.hub(name)), offline=offline)
    for trouble in troubles:
        console.warn(f"{trouble}: what only its card says is left out")
    return build(
        Material(
            lockfile=lockfile,
            whole=whole,
            manifest=manifest,
            code=code,
            evidence=evidence,
            project=project_facts(project.root),
            packages=_packages(console) if python else (),
            markers={name: str(value) for name, value in default_environment().items()},
            timestamp=_timestamp(),
        )
    )


def _inputs(console: Console, *, frozen: bool) -> tuple[Manifest, Inputs | None]:
    from ptmdeps import manifest as manifests
    from ptmdeps.locking import gather

    if frozen:
        return manifests.read_workspace(console.project.root), None
    code = gather(console.project)
    return code.manifest, code


def _part(whole: Lockfile, groups: GroupSelection, manifest: Manifest) -> Lockfile:
    from ptmdeps.lockfile.groups import GroupSelection, narrowed

    return whole if groups == GroupSelection() else narrowed(whole, groups, manifest.default_groups)


def _packages(console: Console) -> tuple[Package, ...]:
    from ptmdeps.bom.packages import packages_of
    from ptmdeps.distributions.sources import pin_files

    found = packages_of(pin_files(console.project.root))
    if not found:
        console.warn("the project has no lock file that pins Python packages: none are in the bill")
    return found


def _timestamp() -> str:
    """``$SOURCE_DATE_EPOCH``; else the builder takes what the lock says, and no clock is asked."""
    import os

    from ptmdeps.clock import instant, now

    return instant(now()) if os.environ.get("SOURCE_DATE_EPOCH") else ""


def _text(bom: Bom, format_: str, version: Literal["1.5", "1.6", "1.7"], *, files: bool) -> str:
    if format_ == "spdx-json":
        from ptmdeps.bom import spdx

        return spdx.write(bom if files else _without_files(bom))
    from ptmdeps.bom import cyclonedx

    form: Literal["json", "xml"] = "json" if format_ == _STANDARDS[0] else "xml"
    return cyclonedx.write(bom, form=form, version=version, files=files)


def _without_files(bom: Bom) -> Bom:
    from dataclasses import replace

    return replace(bom, components=tuple(replace(component, files=()) for component in bom.components))


def _merged(bom: Bom, path: Path, version: Literal["1.5", "1.6", "1.7"] | None, *, files: bool) -> str:
    import json

    from ptmdeps.bom import cyclonedx
    from ptmdeps.bom.cyclonedx.as_json import dumps
    from ptmdeps.bom.cyclonedx.merging import merged
    from ptmdeps.bom.cyclonedx.reading import read
    from ptmdeps.bom.cyclonedx.validation import refuse_invalid

    theirs = read(path)
    ours = json.loads(cyclonedx.write(bom, version=version or theirs["specVersion"], files=files))
    result = merged(theirs, ours)
    if result == theirs:
        return path.read_text(encoding="utf-8")
    text = dumps(result)
    refuse_invalid(text, "json", result["specVersion"])
    return text


def _covered(bom: Bom, name: str, format_: str) -> str:
    from ptmdeps.bom.coverage import coverage
    from ptmdeps.render.coverage import COVERAGE_FORMATS

    return COVERAGE_FORMATS[format_](coverage(bom, name))


def _write(console: Console, text: str, output: Path | None) -> None:
    from ptmdeps import atomic

    if output is None or output.name == _STANDARD_OUTPUT:
        console.data(text)
    else:
        atomic.write(output.absolute(), text.encode())


def _say(console: Console, bom: Bom, output: Path | None, *, files: bool) -> None:
    from ptmdeps.render.bom import gap_lines, summary

    where = f"Wrote `{output}`" if output and output.name != _STANDARD_OUTPUT else "The bill"
    console.say(f"{where}: {summary(bom, with_files=files)}")
    for line in gap_lines(bom):
        console.say(f"  {line}")


@command.command("diff")
@click.argument("before", metavar="A", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", metavar="B", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option("sbom_diff", "text", "json")
@click.pass_context
def diff(context: click.Context, *, before: Path, after: Path, format_: str) -> None:
    """Show what differs between two CycloneDX documents (JSON), of whatever tools.

    Exit codes: 0 nothing, 1 something.
    """
    from ptmdeps.bom.cyclonedx.reading import read
    from ptmdeps.bom.difference import difference
    from ptmdeps.render.bom import DIFFERENCE_FORMATS

    console: Console = context.obj
    found = difference(read(before), read(after))
    console.data(DIFFERENCE_FORMATS[format_](found))
    if found:
        context.exit(1)
    console.say("Nothing differs")
