"""Installing with pip what locked models need and the environment does not have.

A plan is made first: pip resolves (``--dry-run --report``) under the versions that the project's own lock for Python
pins, and says which files it would install. They are compared with the hashes that the lock names. Only then pip
installs exactly these versions, each with its hashes (``--require-hashes --no-deps``): it takes no file with others.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.distributions.environment import (
    Environment,
    Interpreter,
    find_interpreter,
    inspect_environment,
    run_pip,
)
from ptmdeps.distributions.locks import Stated, parsed
from ptmdeps.distributions.needs import Need, needs_of, spelled, unmet
from ptmdeps.distributions.sources import PinFile, pin_files
from ptmdeps.errors import IntegrityError, PtmdepsError
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.project import Project

_SHA256 = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One distribution that would be installed.

    Attributes:
        name: normalised.
        version: the version that would be there.
        before: the version that is there; ``None`` where there is none.
        hashes: of the files that may be installed for it (``sha256:…``).
        locked: whether the project's lock for Python names these hashes; otherwise they are what the index says.
    """

    name: str
    version: Version
    before: Version | None
    hashes: tuple[str, ...]
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What would be, or was, installed.

    Attributes:
        interpreter: whose environment it is.
        planned: sorted by name.
        choices: alternatives of which one is needed and nobody chose, for people.
    """

    interpreter: Interpreter
    planned: tuple[Planned, ...]
    choices: tuple[str, ...] = ()


def install_missing(
    project: Project,
    lockfile: Lockfile,
    *,
    python: Path | None = None,
    dry_run: bool = False,
    offline: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Installation:
    """Install with pip what the locked models need and the project's environment does not have.

    Args:
        project: whose lock files pin versions and hashes.
        lockfile: the models.
        python: interpreter or environment; by default the project's (see ``find_interpreter``).
        dry_run: only make the plan.
        offline: let pip ask no index; it still looks into folders that it is configured for.
        say: told what takes long, before it begins.

    Raises:
        PtmdepsError: there is no environment, the project's lock pins a version that a model cannot work with, or pip
            cannot resolve or install. What pip began to install before it failed is pip's to undo.
        IntegrityError: the index serves another file than the lock names. Nothing was installed.
    """
    interpreter = find_interpreter(project.root, python, os.environ)
    if interpreter is None:
        raise PtmdepsError(
            "the project has no environment to install into",
            hint="Make one (`python -m venv .venv`), or name one with `--python`",
        )
    environment = inspect_environment(interpreter)
    plan = plan_installation(
        lockfile, environment, pin_files(project.root, environment.markers), offline=offline, say=say
    )
    if plan.planned and not dry_run:
        say(f"Installing {len(plan.planned)} with pip into `{interpreter.label}`")
        _install(plan, offline=offline)
    return plan


def plan_installation(
    lockfile: Lockfile,
    environment: Environment,
    pins: tuple[PinFile, ...],
    *,
    offline: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Installation:
    """Say what would be installed; asks pip, changes nothing.

    Raises:
        PtmdepsError, IntegrityError: see ``install_missing``.
    """
    needs = [need for model in lockfile.models for need in needs_of(model, environment.markers)]
    needed = [need for need in needs if need.firmness == "needed"]
    absent = [need for need in needed if unmet(need, environment)]
    wanted, choices = _wanted(needed, absent, pins)
    interpreter = environment.interpreter
    if not wanted:
        return Installation(interpreter=interpreter, planned=(), choices=choices)
    say(f"Asking pip for {', '.join(f'`{text}`' for text in wanted)}")
    report = _resolve(interpreter, wanted, _constraints(pins), offline=offline)
    planned = sorted(_planned(report, environment, pins), key=lambda one: one.name)
    return Installation(interpreter=interpreter, planned=tuple(planned), choices=choices)


def installation_lines(plan: Installation) -> Iterator[str]:
    """``+ peft 0.18.0 (hash-checked)``, one line a distribution."""
    for one in plan.planned:
        checked = "hash-checked" if one.locked else "no lock names its hash"
        versions = f"{one.before} -> {one.version}" if one.before else f"{one.version}"
        yield f"{'~' if one.before else '+'} {one.name} {versions} ({checked})"


def _wanted(
    needed: Iterable[Need], absent: Iterable[Need], pins: tuple[PinFile, ...]
) -> tuple[list[str], tuple[str, ...]]:
    """Requirements for pip, by name only and under everything that any model says, and the choices that are open."""
    every: dict[str, list[tuple[Need, Requirement]]] = defaultdict(list)
    for need in needed:
        for requirement in need.requirements:
            every[canonicalize_name(requirement.name)].append((need, requirement))
    names: set[str] = set()
    choices: set[str] = set()
    for need in absent:
        named = [canonicalize_name(requirement.name) for requirement in need.requirements]
        chosen = [name for name in named if len(named) == 1 or _pinned(name, pins)]
        names.update(chosen[:1])
        if not chosen:
            choices.add(f"`{need.model.key.label}` needs one of {', '.join(f'`{name}`' for name in named)}")
    return [_for_pip(name, every[name], pins) for name in sorted(names)], tuple(sorted(choices))


def _for_pip(name: str, asked: list[tuple[Need, Requirement]], pins: tuple[PinFile, ...]) -> str:
    specifier = SpecifierSet()
    extras: set[str] = set()
    pinned = _pinned(name, pins)
    for need, requirement in asked:
        version = pinned[1].version if pinned else None
        if pinned and version and not requirement.specifier.contains(version, prereleases=True):
            place = f"{pinned[0]}:{pinned[1].line}"
            raise PtmdepsError(
                f"`{need.model.key.label}` needs `{spelled(requirement)}`, but `{place}` pins {version}",
                hint="Move the pin first (`ptmdeps check` says how); nothing was installed",
            )
        specifier &= requirement.specifier
        extras |= requirement.extras
    listed = f"[{','.join(sorted(extras))}]" if extras else ""
    return f"{name}{listed}{specifier}"


def _pinned(name: str, pins: tuple[PinFile, ...]) -> tuple[str, Stated] | None:
    """The first file that pins one version, and what it says."""
    for file in pins:
        stated = [one for one in file.stated.get(name, ()) if one.version]
        if len({one.version for one in stated}) == 1:
            return file.path, stated[0]
    return None


def _constraints(pins: tuple[PinFile, ...]) -> list[str]:
    """Every version that is pinned, so that what comes along is what the project has locked."""
    names = sorted({name for file in pins for name in file.stated})
    found = ((name, _pinned(name, pins)) for name in names)
    return [f"{name}=={pinned[1].version}" for name, pinned in found if pinned]


def _resolve(
    interpreter: Interpreter, wanted: list[str], constraints: list[str], *, offline: bool
) -> Mapping[str, object]:
    with tempfile.TemporaryDirectory(prefix="ptmdeps-") as name:
        folder = Path(name)
        (folder / "wanted.txt").write_text("".join(f"{line}\n" for line in wanted), encoding="utf-8")
        (folder / "constraints.txt").write_text("".join(f"{line}\n" for line in constraints), encoding="utf-8")
        files = ["-r", str(folder / "wanted.txt"), "-c", str(folder / "constraints.txt")]
        report = ["--dry-run", "--quiet", "--report", str(folder / "report.json")]
        index = ["--no-index"] if offline else []
        run_pip(interpreter, ["install", *report, *index, *files], purpose="resolve what the models need", seconds=None)
        try:
            document = json.loads((folder / "report.json").read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise PtmdepsError(
                "pip's report cannot be read", hint="Is pip older than 22.2? Update the one beside ptmdeps"
            ) from error
    return document if isinstance(document, dict) else {}


def _planned(report: Mapping[str, object], environment: Environment, pins: tuple[PinFile, ...]) -> Iterator[Planned]:
    listed = report.get("install")
    for entry in listed if isinstance(listed, list) else ():
        match entry:
            case {
                "metadata": {"name": str(name), "version": str(text)},
                "download_info": {"archive_info": {"hashes": {"sha256": str(digest)}}},
            } if (version := parsed(text)) is not None:
                yield _compared(canonicalize_name(name), version, _SHA256 + digest, environment, pins)
            case _:
                raise PtmdepsError(
                    "pip would install something without a hash: a folder or a repository",
                    hint="Install it by hand, and look at pip's configuration",
                )


def _compared(name: str, version: Version, digest: str, environment: Environment, pins: tuple[PinFile, ...]) -> Planned:
    """A distribution with the hashes of the lock, if the lock names this version and knows its hashes."""
    pinned = _pinned(name, pins)
    hashes = pinned[1].hashes if pinned and pinned[1].version == version else ()
    if pinned and hashes and digest not in hashes:
        raise IntegrityError(
            f"the file that the index serves for `{name} {version}`",
            expected=f"one of {len(hashes)} that `{pinned[0]}:{pinned[1].line}` names, first {hashes[0]}",
            found=digest,
            claim="the project's lock for Python",
            hint="Find out why the index serves another file before you go on; nothing was installed",
        )
    before = environment.installed.get(name)
    return Planned(name=name, version=version, before=before, hashes=hashes or (digest,), locked=bool(hashes))


def _install(plan: Installation, *, offline: bool) -> None:
    lines = (
        f"{one.name}=={one.version} {' '.join(f'--hash={digest}' for digest in one.hashes)}\n" for one in plan.planned
    )
    with tempfile.TemporaryDirectory(prefix="ptmdeps-") as name:
        file = Path(name) / "requirements.txt"
        file.write_text("".join(lines), encoding="utf-8")
        options = ["--quiet", "--no-deps", "--require-hashes", *(["--no-index"] if offline else []), "-r", str(file)]
        run_pip(plan.interpreter, ["install", *options], purpose="install what the models need", seconds=None)
