"""What the benchmarks share: timing whole processes in turn, and a project with its hub."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded_hub import EmbeddedHub
from tests.hub_fixtures import environment

PTMDEPS = (str(Path(sys.executable).with_name("ptmdeps")),)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A hub, a project folder, and the variables of a fresh user."""

    hub: EmbeddedHub
    project: Path
    home: Path
    variables: dict[str, str]

    def ptmdeps(self, *arguments: str, folder: Path | None = None) -> float:
        """Run ptmdeps in the project; seconds of the whole process. It must succeed."""
        return timed((*PTMDEPS, *arguments), self.variables, folder or self.project)


@contextmanager
def world() -> Iterator[World]:
    """A new hub and an empty project with HOME and caches of its own."""
    with TemporaryDirectory(prefix="ptmdeps-benchmark-") as folder, EmbeddedHub(Path(folder) / "hub") as hub:
        home, project = Path(folder) / "home", Path(folder) / "project"
        project.mkdir()
        yield World(hub=hub, project=project, home=home, variables=environment(hub, home))


def timed(command: Sequence[str], variables: Mapping[str, str], folder: Path) -> float:
    """Seconds that the whole process takes; raises if it fails, with what it said."""
    # what is installed has its bytecode, whoever runs this
    given = {**variables, "PYTHONDONTWRITEBYTECODE": ""}
    begin = time.perf_counter()
    done = subprocess.run(command, env=given, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds


def paired(
    first: Sequence[str], second: Sequence[str], *, rounds: int, variables: Mapping[str, str] = os.environ
) -> float:
    """Median of first/second, measured in turn so that a machine that slows down slows both."""
    here = Path.cwd()
    timed(first, variables, here), timed(second, variables, here)
    ratios = [timed(first, variables, here) / timed(second, variables, here) for _ in range(rounds)]
    return statistics.median(ratios)


def report(what: str, measured: float, bar: float, unit: str = "") -> bool:
    """Print one figure against its bar; says whether it holds."""
    holds = measured <= bar
    print(f"{'ok  ' if holds else 'FAIL'} {what}: {measured:.3f}{unit} (bar {bar}{unit})")
    return holds


def finish(results: Sequence[bool]) -> None:
    """Exit with 1 unless every bar holds."""
    sys.exit(0 if all(results) else 1)
