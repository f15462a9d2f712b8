"""A project's virtual environment with own builds of libraries: their code as it is, other rows in their tables.

Tables of weights carry digests, or addresses that nobody but their owner can put files at. A company that has weights
of its own patches the table, and gives its build a local version (PEP 440), such as `20250625+acme.1`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distribution
from pathlib import Path

LOCAL = "+acme.1"
"""What is added to the version of a library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBuild:
    """A library with changes.

    Attributes:
        distribution: its name where it is installed from.
        package: what is imported.
        replaced: by file of the package, texts that it has once, and what stands there instead.
        added: files that the package does not have, by path.
    """

    distribution: str
    package: str
    replaced: Mapping[str, Mapping[str, str]]
    added: Mapping[str, Path] = field(default_factory=dict)


def environment_with(builds: tuple[OwnBuild, ...], folder: Path) -> Path:
    """Make a virtual environment where these builds go before everything this Python has; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python3.*/site-packages")
    for build in builds:
        _install(build, distribution(build.distribution), packages)
    ours = str(distribution("pytest").locate_file(""))
    (packages / "everything_else.pth").write_text(f"import site; site.addsitedir({ours!r})\n", encoding="utf-8")
    return folder / "bin" / "python"


def _install(build: OwnBuild, original: Distribution, packages: Path) -> None:
    package = packages / build.package
    shutil.copytree(Path(str(original.locate_file(build.package))), package)
    for path, texts in build.replaced.items():
        for old, new in texts.items():
            _replace(package / path, old, new)
    for path, file in build.added.items():
        shutil.copy(file, package / path)
    name = f"{build.distribution.replace('-', '_')}-{original.version}"
    information = packages / f"{name}{LOCAL}.dist-info"
    shutil.copytree(Path(str(original.locate_file(f"{name}.dist-info"))), information)
    version = f"\nVersion: {original.version}"
    _replace(information / "METADATA", f"{version}\n", f"{version}{LOCAL}\n")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file} has {text.count(old)} of {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")
