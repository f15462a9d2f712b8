"""The experiment: lock and sync a project, move everything upstream, then run it with and without ptmdeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded_hub import EmbeddedHub
from tests.hub_fixtures import environment
from tests.loaders.loads import Group, Load
from tests.loaders.world import ALIASES, WORLD, repository_files

_EVIDENCE = Path(__file__).with_name("evidence.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A process that ended."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What every load of a group got, by its label.

    Attributes:
        locked: under `ptmdeps run`, after everything moved and the hub went away.
        unlocked: the same code on its own, after everything moved.
    """

    locked: Mapping[str, Any]
    unlocked: Mapping[str, Any]


def prove(group: Group, folder: Path) -> Outcome:
    """Carry out the experiment in an empty folder."""
    with EmbeddedHub(folder / "hub") as hub:
        commits = {name: _create(hub, name) for name in WORLD}
        for old, new in ALIASES.items():
            hub.repositories.alias(old, new)
        project = write_project(folder / "project", program(group, pinned=commits["acme/pinned-in-code"]))
        variables = environment(hub, folder / "home")
        ptmdeps(["lock"], project, variables)
        ptmdeps(["sync"], project, variables)
        for name in WORLD:
            _move(hub, name)
        unlocked = python(["main.py"], project, environment(hub, folder / "other-home"))
    locked = ptmdeps(["run", "--", sys.executable, "main.py"], project, variables)
    return Outcome(locked=json.loads(locked.stdout), unlocked=json.loads(unlocked.stdout))


def program(group: Group, *, pinned: str) -> str:
    """Return the project's code: a function for each load, and a report of what they give."""
    functions = [_function(number, load, pinned) for number, load in enumerate(group.loads.values())]
    table = [f"        {label!r}: load_{number},\n" for number, label in enumerate(group.loads)]
    main = 'if __name__ == "__main__":\n    report({\n' + "".join(table) + "    })\n"
    return "\n\n".join([f"from evidence import report\n{group.imports}\n", *functions, main])


def write_project(folder: Path, main: str) -> Path:
    """Write a project of one program."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "project"\nversion = "1"\n')
    (folder / "main.py").write_text(main)
    (folder / "evidence.py").write_text(_EVIDENCE.read_text())
    return folder


def ptmdeps(arguments: Sequence[str], project: Path, variables: Mapping[str, str], *, exit_code: int = 0) -> Finished:
    """Run the real command."""
    return python(["-m", "ptmdeps", *arguments], project, variables, exit_code=exit_code)


def python(
    arguments: Sequence[str],
    project: Path,
    variables: Mapping[str, str],
    *,
    exit_code: int = 0,
    interpreter: Path = Path(sys.executable),
) -> Finished:
    """Run this Python, or another, in the project's folder, with the given variables and no others."""
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [str(interpreter), *arguments],
        cwd=project,
        env={**variables, **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    finished = Finished(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)
    assert finished.exit_code == exit_code, f"{os.fsdecode(project)}: {' '.join(arguments)}: {finished}"
    return finished


def _function(number: int, load: Load, pinned: str) -> str:
    return f"def load_{number}():\n    return {load.expression.format(pinned=pinned)}\n"


def _create(hub: EmbeddedHub, name: str) -> str:
    repository = hub.repositories.create(name, repository_files(name, "pinned"))
    repository.tag("v1.0", message="First release")
    repository.pull_request(1, {"README.md": b"Proposed\n"})
    return repository.move("release/stable", "main")


def _move(hub: EmbeddedHub, name: str) -> None:
    """Commit other weights, and let the branch and the tag follow, as force-pushed ones do."""
    repository = hub.repositories[name]
    repository.commit(repository_files(name, "moved"), message="Retrain")
    repository.move("release/stable", "main")
    repository.move("refs/pr/1", "main")
    repository.tag("v1.0", message="First release, again")
