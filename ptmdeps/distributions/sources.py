"""What says which Python distributions a project has: its environment, and the lock files beside its code."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName, default_environment
from packaging.version import InvalidVersion

from ptmdeps.distributions.environment import Environment
from ptmdeps.distributions.locks import LOCKS, Reader, Stated, packages_of_conda, packages_of_pipfile, packages_of_toml

_WHOLE: frozenset[Reader] = frozenset({packages_of_toml, packages_of_pipfile})
"""Formats in which everything is written that will be installed."""

_MAXIMUM_BYTES = 64 * 1024 * 1024
_BOUNDARIES = (".git", ".hg")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinFile:
    """What one lock or requirements file states, for the platform that was asked about.

    Attributes:
        path: relative to the project, POSIX; ``../uv.lock`` for the lock of a workspace around it.
        whole: whether it names everything that will be installed, so that what it does not name is missing.
        stated: by normalised name of the distribution.
    """

    path: str
    whole: bool
    stated: Mapping[str, tuple[Stated, ...]]


Source = Environment | PinFile


def label(source: Source) -> str:
    """What a source is called in messages."""
    return source.path if isinstance(source, PinFile) else source.interpreter.label


def pin_files(root: Path, markers: Mapping[str, str] | None = None) -> tuple[PinFile, ...]:
    """Every lock and requirements file in the project's folder, in the order of belief.

    Where the folder has no lock, the one of the nearest folder around it counts, up to the repository's own: members of
    a workspace share it. ``markers`` are the values of environment markers; by default those of the Python that runs.
    Files that cannot be read, or are larger than 64 MB, state nothing.
    """
    values = markers or {name: str(value) for name, value in default_environment().items()}
    found = list(_in_folder(root, "", values))
    if not any(one.whole for one in found):
        for depth, folder in enumerate(_around(root), 1):
            around = [one for one in _in_folder(folder, "../" * depth, values) if one.whole]
            if around:
                return (*around, *found)
    return tuple(found)


def applies(marker: str, values: Mapping[str, str]) -> bool:
    """Whether a marker is true in an environment; one that cannot be evaluated counts as true."""
    try:
        return Marker(marker).evaluate({"extra": "", **values})
    except (InvalidMarker, InvalidVersion, UndefinedComparison, UndefinedEnvironmentName, RecursionError, TypeError):
        return True


def _in_folder(folder: Path, prefix: str, values: Mapping[str, str]) -> Iterator[PinFile]:
    seen: set[str] = set()
    for pattern, reader in LOCKS:
        for path in _matching(folder, pattern):
            data = None if path in seen else _read(folder / path)
            seen.add(path)
            if data is not None:
                yield _pin_file(prefix + path, reader, data, values)


def _pin_file(path: str, reader: Reader, data: bytes, values: Mapping[str, str]) -> PinFile:
    stated: dict[str, list[Stated]] = {}
    hashed = reader is not packages_of_conda
    for one in reader(data, None):
        hashed = hashed and bool(one.hashes)
        if not one.markers or any(applies(marker, values) for marker in one.markers):
            stated.setdefault(one.name, []).append(one)
    whole = reader in _WHOLE or (hashed and bool(stated))
    return PinFile(path=path, whole=whole, stated={name: tuple(ones) for name, ones in sorted(stated.items())})


def _matching(folder: Path, pattern: str) -> list[str]:
    inner, _, name = pattern.rpartition("/")
    try:
        names = sorted(path.name for path in (folder / inner).iterdir())
    except OSError:
        return []
    return [f"{inner}/{one}" if inner else one for one in names if fnmatchcase(one, name)]


def _around(root: Path) -> Iterator[Path]:
    """The folders around a project that may belong to the same workspace."""
    inner = root
    for folder in root.parents:
        if any((inner / mark).exists() for mark in _BOUNDARIES) or folder in {Path.home(), Path(folder.anchor)}:
            return
        yield folder
        inner = folder


def _read(path: Path) -> bytes | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAXIMUM_BYTES:
            return None
        with path.open("rb") as stream:
            return stream.read(_MAXIMUM_BYTES)
    except (OSError, ValueError):
        return None
