"""The Python of a project: which version of a library it has, and the source of what is installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.distributions.locks import parsed
from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.rows import Library
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Names, without_faults
from ptmdeps.libraries.versions import Allowed, Used, Versions

_PYTHON = re.compile(r"(?:python|pypy)3\.\d{1,3}t?")
_INSTALLED = re.compile(r"([A-Za-z0-9][\w.-]*)-([^-]+)\.(?:dist|egg)-info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A library that is installed for a project: its version, and the ``site-packages`` folder that has it."""

    version: Version
    packages: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """What a project says about one library.

    Attributes:
        locked: the version that it pins.
        allowed: the versions that it asks for where it pins none.
        installed: what is installed for it.
    """

    locked: Used | None
    allowed: Allowed | None
    installed: Installed | None

    def __bool__(self) -> bool:
        """Whether the project is known to use the library at all."""
        return any((self.locked, self.allowed, self.installed))

    @property
    def version(self) -> Version | None:
        """The version in use: the locked one, else the installed one; ``None`` where neither is known."""
        found = self.locked or self.installed
        return found.version if found else None


class PythonUsed:
    """What a project says about its libraries, and what is installed for it. Nothing is read before a question.

    Args:
        root: the project's folder, whose locks, declarations and virtual environments are read.
        prefix: the folder of the environment that was chosen for the project, wherever it lies
            (``Path(interpreter).parent.parent``); its libraries go before those of environments in ``root``.
    """

    def __init__(self, root: Path, prefix: Path | None = None) -> None:
        self._versions = Versions(Folder(root))
        self._root = root
        self._site_packages = [(path, Folder(path)) for path in _site_packages(prefix)] if prefix else []
        self._known: dict[Library, InUse] = {}
        self._tables: dict[tuple[str, Path], Names] = {}

    def of(self, library: Library) -> InUse:
        """Return what the project says about a library; of its distributions the first counts that it knows."""
        if library not in self._known:
            names = library.distributions
            self._known[library] = InUse(
                locked=next(filter(None, map(self._versions.locked, names)), None),
                allowed=next(filter(None, map(self._versions.allowed, names)), None),
                installed=next(filter(None, map(self._installed, names)), None),
            )
        return self._known[library]

    def _installed(self, distribution: str) -> Installed | None:
        for path, packages in self._site_packages:
            if version := _version_in(packages, distribution):
                return Installed(version=version, packages=path)
        used = self._versions.installed(distribution)
        return Installed(version=used.version, packages=self._root / used.packages) if used else None

    def table(self, library: Library, packages: Path) -> Names:
        """Return the table that an installed library has in its source, without entries that cannot be right."""
        question = (library.module, packages)
        if question not in self._tables:
            self._tables[question] = read(library, Modules(Folder(packages)))
        return self._tables[question]


def read(library: Library, modules: Modules) -> Names:
    """Return the table of a library whose source lies in a folder; an empty one where it cannot be read."""
    reader = import_module(f"ptmdeps.libraries.{library.module}")
    names: Names = reader.read(modules)
    return without_faults(names)


def _site_packages(prefix: Path) -> list[Path]:
    folder = Folder(prefix)
    pythons = [name for name in folder.names("lib") if _PYTHON.fullmatch(name)]
    return [*(prefix / "lib" / name / "site-packages" for name in sorted(pythons)), prefix / "Lib" / "site-packages"]


def _version_in(packages: Folder, distribution: str) -> Version | None:
    wanted = canonicalize_name(distribution)
    matches = filter(None, map(_INSTALLED.fullmatch, packages.names("")))
    return next((parsed(match[2]) for match in matches if canonicalize_name(match[1]) == wanted), None)
