"""Reading in the project's folder: bounded, never raising, and with a record of everything that was looked at."""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from pathlib import Path

MAXIMUM_BYTES = 8_000_000
"""Above this a file is no lock and no module that a person maintains: it counts as absent."""

_MAXIMUM_NAMES = 20_000


class Folder:
    """A folder whose files and listings are read at most once each.

    Paths are relative and POSIX; ``""`` is the folder itself. What cannot be read counts as absent.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, bytes | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file."""
        if path not in self._texts:
            self._texts[path] = _read(self._root / path)
        return self._texts[path]

    def names(self, path: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; none for one that is absent or absurdly large."""
        if path not in self._names:
            self._names[path] = _names(self._root / path)
        return self._names[path]

    def asked(self) -> tuple[str, ...]:
        """Return every path that was looked at, there or not, sorted; the path of a listing ends with ``/``."""
        return tuple(sorted({*self._texts, *(f"{path}/" for path in self._names)}))


def state_of(root: Path, paths: tuple[str, ...]) -> str:
    """Return a digest that stays the same as long as nothing changed at ``paths``, which ``Folder.asked`` gave.

    A listing is known by its names; a file by its size and time of change, which an editor cannot help to change.
    """
    digest = blake2b(digest_size=16)
    for path in paths:
        state = _names(root / path) if path.endswith("/") else _size_and_change(root / path)
        digest.update(repr((path, state)).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _read(path: Path) -> bytes | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAXIMUM_BYTES:
            return None
        with path.open("rb") as file:
            data = file.read(MAXIMUM_BYTES + 1)
    except (OSError, ValueError):
        return None
    return data if len(data) <= MAXIMUM_BYTES else None


def _names(path: Path) -> tuple[str, ...]:
    names: list[str] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if _is_text(entry.name):
                    names.append(entry.name)
                if len(names) > _MAXIMUM_NAMES:
                    return ()
    except (OSError, ValueError):
        return ()
    return tuple(sorted(names))


def _is_text(name: str) -> bool:
    """Whether a name can be written down: bytes that are no UTF-8 cannot."""
    return name.encode("utf-8", "ignore").decode() == name


def _size_and_change(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns
