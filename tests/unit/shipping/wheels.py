"""Small libraries that ship a lock, built by the real backends and installed by the real installer."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Mapping
from pathlib import Path

from lockfiles.examples import CONFIG, WEIGHTS, model, wish
from ptmdeps.lockfile import Lockfile, dumps

ROOT = Path(__file__).parents[3]
A, B = (model(f"org/{name}", files=(CONFIG, WEIGHTS)) for name in "ab")
LOCK = Lockfile(requirements=(wish("org/a"), wish("org/b", "peft")), models=(A, B))

HATCHLING = """\
[build-system]
requires = ["hatchling", "ptmdeps"]
build-backend = "hatchling.build"

[project]
name = "Acme.NLP"
version = "1.2"

[tool.hatch.build.hooks.ptmdeps]

[tool.hatch.build.targets.wheel]
only-include = ["acme_nlp.py"]

[tool.hatch.build.targets.sdist]
only-include = ["acme_nlp.py"]
"""
SETUPTOOLS = """\
[build-system]
requires = ["setuptools>=77", "ptmdeps>=0.1"]
build-backend = "setuptools.build_meta"

[project]
name = "Acme.NLP"
version = "1.2"

[tool.setuptools]
py-modules = ["acme_nlp"]
"""
BACKENDS: Mapping[str, str] = {"hatchling": HATCHLING, "setuptools": SETUPTOOLS}
EVIL = "raise SystemExit('somebody imported me')\n"


def library(folder: Path, pyproject: str, lock: str | None = None) -> Path:
    """A library whose code nobody may import."""
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    (folder / "acme_nlp.py").write_text(EVIL, encoding="utf-8")
    (folder / "ptm.lock").write_text(dumps(LOCK) if lock is None else lock, encoding="utf-8")
    return folder


def build(project: Path, what: str = "wheel") -> Path:
    """The wheel or the source distribution of a project."""
    done = building(project, what)
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = _out(project, what).iterdir()
    return built


def building(project: Path, what: str = "wheel") -> subprocess.CompletedProcess[str]:
    """Build, and see how it ends."""
    out = _out(project, what)
    backend = tomllib.loads((project / "pyproject.toml").read_text())["build-system"]["build-backend"]
    commands = {
        "wheel": (
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--no-build-isolation",
            "-w",
            out,
            project,
        ),
        "sdist": ("-c", f"import {backend} as backend; backend.build_sdist({str(out)!r})"),
    }
    out.mkdir()
    return subprocess.run(
        [sys.executable, *commands[what]],
        cwd=project,
        env=_variables(project),
        capture_output=True,
        text=True,
        check=False,
    )


def _out(project: Path, what: str) -> Path:
    return project.with_name(f"{project.name}-{what}")


def environment(folder: Path, *wheels: Path) -> Path:
    """A Python environment in which these wheels are installed."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        *wheels,
    ]
    subprocess.run(install, check=True)
    return python


def _variables(project: Path) -> dict[str, str]:
    """With the entry points that our ``pyproject.toml`` declares, whatever is installed here."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"].get("entry-points", {})
    metadata = project.parent / "entry-points" / "ptmdeps-0.1.dist-info"
    metadata.mkdir(parents=True, exist_ok=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: ptmdeps\nVersion: 0.1\n")
    lines = [line for group, table in declared.items() for line in (f"[{group}]", *map(" = ".join, table.items()))]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")
    path = os.pathsep.join((str(metadata.parent), str(ROOT)))
    return {**os.environ, "PYTHONPATH": path, "SOURCE_DATE_EPOCH": "1700000000"}
