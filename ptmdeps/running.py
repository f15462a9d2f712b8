"""Running a command inside an environment: which variables that takes, and what the command missed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ptmdeps.environment import HOOK_FOLDER
from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs import HUBS, open_hub
from ptmdeps.hubs.protocol import Hub
from ptmdeps.hubs.spacy import ROOT as PACKAGES_FOLDER
from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.project import Project

REPORT = "PTMDEPS_REPORT"
_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_KILLED_BY_SIGNAL = 128
_NOT_FOUND, _NOT_EXECUTABLE = 127, 126


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A model that the command asked for and that is not locked; ``site`` is ``file:line`` where known."""

    model: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirected:
    """A ``cache_dir=`` that the command gave and that was not followed; ``site`` is ``file:line`` where known."""

    cache_dir: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a command ended: the shell's exit code (128 + n for signal n), and what the hook noticed, in order."""

    exit_code: int
    noticed: tuple[Missing | Redirected, ...]

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The models that were not locked."""
        return tuple(notice for notice in self.noticed if isinstance(notice, Missing))

    @property
    def redirected(self) -> tuple[Redirected, ...]:
        """The caches that were not followed."""
        return tuple(notice for notice in self.noticed if isinstance(notice, Redirected))


def variables(environment: Path) -> dict[str, str]:
    """What makes loaders read the environment and nothing else, without ``PYTHONPATH`` (see ``python_path``)."""
    settings = {"PTMDEPS_ENVIRONMENT": str(environment)}
    for hub in _hubs():
        settings |= hub.variables(environment)
    return dict(sorted(settings.items()))


def conflicting_variables() -> tuple[str, ...]:
    """Variables that would lead loaders elsewhere and must not be set, sorted."""
    return tuple(sorted({variable for hub in _hubs() for variable in hub.conflicting_variables}))


def _hubs() -> Iterator[Hub]:
    """Those whose loaders look into an environment."""
    for name in HUBS.keys() - LIBRARIES.keys():
        if hub := open_hub(name):
            yield hub


def python_path(environment: Path) -> str:
    """What goes before an existing ``PYTHONPATH``.

    The folder whose ``sitecustomize`` explains what is missing, and that of models which are packages of Python, if
    any are locked.
    """
    folders = [environment / HOOK_FOLDER, environment / PACKAGES_FOLDER]
    return os.pathsep.join(str(folder) for folder in folders if folder.name == HOOK_FOLDER or folder.is_dir())


def inside(environment: Path, outside: Mapping[str, str]) -> dict[str, str]:
    """The variables ``outside`` as a command inside the environment shall see them."""
    leading_elsewhere = frozenset(conflicting_variables())
    inner = {key: value for key, value in outside.items() if key not in leading_elsewhere}
    inner |= variables(environment)
    inner["PYTHONPATH"] = os.pathsep.join(filter(None, (python_path(environment), outside.get("PYTHONPATH"))))
    return inner


def run(command: Sequence[str], project: Project) -> Finished:
    """Run ``command`` in the current folder with the project's environment; signals are passed on to it.

    Raises:
        PtmdepsError: there is no environment.
    """
    if not project.environment.is_dir():
        raise PtmdepsError(f"there is no environment at `{project.environment}`", hint="Run `ptmdeps sync`")
    with tempfile.NamedTemporaryFile(
        mode="w+", prefix="ptmdeps-", suffix=".report", encoding="utf-8", errors="replace"
    ) as report:
        settings = inside(project.environment, os.environ) | {REPORT: report.name}
        exit_code = _execute(command, settings)
        report.seek(0)
        return Finished(exit_code=exit_code, noticed=tuple(_notices(report.read())))


def _execute(command: Sequence[str], settings: Mapping[str, str]) -> int:
    try:
        child = subprocess.Popen(command, env=settings)
    except FileNotFoundError as error:
        raise _Unstartable(f"there is no command `{command[0]}`", _NOT_FOUND) from error
    except OSError as error:
        raise _Unstartable(f"`{command[0]}` cannot be run: {error.strerror}", _NOT_EXECUTABLE) from error
    with _forwarding_to(child):
        code = child.wait()
    return code if code >= 0 else _KILLED_BY_SIGNAL - code


class _Unstartable(PtmdepsError):
    """The command could not be started; the exit code is what a shell would give."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message, hint="Commands are looked up in `PATH`, as a shell does")
        self.exit_code = exit_code


@contextmanager
def _forwarding_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Signals that are meant for the command reach it; this process outlives it to tell how it ended."""

    def forward(number: int, _: object) -> None:
        # the terminal sends ^C to both of us
        if number != signal.SIGINT or not os.isatty(0):
            child.send_signal(number)

    before = {number: signal.signal(number, forward) for number in _FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _notices(report: str) -> Iterator[Missing | Redirected]:
    """What the hook reported: written by the command's processes, so believed no further than its types."""
    seen: set[str] = set()
    for line in report.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        match entry:
            case {"model": str(name), **others} if name not in seen:
                seen.add(name)
                yield Missing(model=name, site=str(others.get("site") or ""))
            case {"cache_dir": str(folder), **others} if folder not in seen:
                seen.add(folder)
                yield Redirected(cache_dir=folder, site=str(others.get("site") or ""))
