"""Which version of a library a project uses, read from its locks and its virtual environment.

Nothing is executed, and the interpreter that runs ptmdeps is never asked: its libraries are not the project's.
The folder of the file that loads comes first, then each folder above it, up to the project's own; in each folder what
stands first in ``LOCKS`` is believed, then exact pins of the project itself. Only where no folder has a lock that knows
the library, the virtual environments are looked at in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.distributions.locks import LOCKS, Stated, parsed, requirements
from ptmdeps.identity import Location
from ptmdeps.libraries.declared import declared_in, declared_in_setup
from ptmdeps.libraries.folder import Folder

_STATING: tuple[tuple[str, Callable[[bytes, str], Iterator[Stated]]], ...] = (
    *LOCKS,
    ("pyproject.toml", declared_in),
    ("setup.cfg", requirements),
    ("setup.py", declared_in_setup),
)
_ENVIRONMENTS = (".venv", "venv", "env")
_PYTHON = re.compile(r"python3\.(\d{1,3})t?")
_INSTALLED = re.compile(r"([A-Za-z0-9][\w.-]*)-([^-]+)\.dist-info")
_VERSION = re.compile(rb"(?m)^Version:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A version that a project uses.

    Attributes:
        version: the version.
        how: ``locked`` in a file of the project, or ``installed`` in its virtual environment.
        location: the line that says so.
        packages: the ``site-packages`` folder it is installed in, relative to the project; empty where it is locked.
    """

    version: Version
    how: Literal["locked", "installed"]
    location: Location
    packages: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a project asks for where nothing pins it: any version that the specifier lets through."""

    specifier: SpecifierSet
    location: Location


class Versions:
    """The versions of one project; nothing is read before a question needs it."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def locked(self, distribution: str, *, near: str = "") -> Used | None:
        """Return the version that is pinned for the code in the file ``near``.

        A lock that holds several versions (for several Pythons or platforms) stands for the newest of them.
        """
        for path, stated in self._stated(distribution, near):
            pins = [(one.version, -one.line) for one in stated if one.version]
            if pins:
                version, line = max(pins)
                return Used(version=version, how="locked", location=Location(path, -line))
        return None

    def allowed(self, distribution: str, *, near: str = "") -> Allowed | None:
        """Return the versions that are asked for by the first file that limits them."""
        for path, stated in self._stated(distribution, near):
            for one in stated:
                if one.specifier:
                    return Allowed(one.specifier, Location(path, one.line))
        return None

    def installed(self, distribution: str, *, near: str = "") -> Used | None:
        """Return what is installed in the virtual environment nearest to the file ``near``."""
        name = canonicalize_name(distribution)
        for packages in self._site_packages(near):
            for entry in self._folder.names(packages):
                parts = _INSTALLED.fullmatch(entry)
                if parts and canonicalize_name(parts[1]) == name and (version := parsed(parts[2])):
                    location = self._place_of_version(f"{packages}/{entry}/METADATA")
                    return Used(version=version, how="installed", location=location, packages=packages)
        return None

    def _stated(self, distribution: str, near: str) -> Iterator[tuple[str, list[Stated]]]:
        """Yield for each file that may state versions, in the order of belief, what it says."""
        name = canonicalize_name(distribution)
        for parent in _parents_of(near):
            for pattern, reader in _STATING:
                for path in self._matching(parent, pattern):
                    if data := self._folder.read(path):
                        yield path, list(reader(data, name))

    def _matching(self, parent: str, pattern: str) -> Iterator[str]:
        folder, _, name = pattern.rpartition("/")
        if folder and folder not in self._names(parent):
            return
        parent = f"{parent}{folder}/" if folder else parent
        yield from (f"{parent}{one}" for one in self._names(parent) if fnmatchcase(one, name))

    def _names(self, parent: str) -> tuple[str, ...]:
        return self._folder.names(parent.removesuffix("/"))

    def _site_packages(self, near: str) -> Iterator[str]:
        """Yield the folders with installed libraries, those of the newest Python first."""
        for parent in _parents_of(near):
            for environment in _ENVIRONMENTS:
                if environment not in self._names(parent):
                    continue
                library = f"{parent}{environment}/lib"
                pythons = filter(None, map(_PYTHON.fullmatch, self._folder.names(library)))
                newest = sorted(((int(python[1]), python[0]) for python in pythons), reverse=True)
                yield from (f"{library}/{name}/site-packages" for _, name in newest)
                yield f"{parent}{environment}/Lib/site-packages"

    def _place_of_version(self, path: str) -> Location:
        data = self._folder.read(path) or b""
        match = _VERSION.search(data)
        return Location(path, data.count(b"\n", 0, match.start()) + 1 if match else 1)


def _parents_of(path: str) -> tuple[str, ...]:
    """Return the folder of a file and those above it, each with a slash at its end; the project's own is empty."""
    parts = path.split("/")[:-1]
    return tuple("".join(f"{part}/" for part in parts[:length]) for length in range(len(parts), -1, -1))
