"""The small files of the two revisions: each content is read once, also where both have it."""

from __future__ import annotations

from collections.abc import Mapping

from ptmdeps.errors import FileNotInModel, PtmdepsError
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.paths import printable
from ptmdeps.upgrade.side import Side

MOST_KEPT = 1024 * 1024
"""Bytes of a file that is kept for another question."""


class Contents:
    """Reads small files of both sides."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before: Mapping[str, RemoteFile] = {file.path: file for file in before.described.files}
        self.after: Mapping[str, RemoteFile] = {file.path: file for file in after.described.files}
        self._sides = (before, after)
        self._known: dict[str, bytes] = {}

    def old(self, path: str, limit: int) -> bytes:
        """The file at ``path`` as it was.

        Raises:
            FileNotInModel: there was none.
            PtmdepsError, OSError: it has more than ``limit`` bytes, or cannot be had.
        """
        return self._read(self._sides[0], self.before, path, limit)

    def new(self, path: str, limit: int) -> bytes:
        """Likewise, as it is."""
        return self._read(self._sides[1], self.after, path, limit)

    def _read(self, side: Side, files: Mapping[str, RemoteFile], path: str, limit: int) -> bytes:
        file = files.get(path)
        if file is None:
            raise FileNotInModel(f"there is no `{printable(path)}`")
        if file.size > limit:
            raise PtmdepsError(f"it has {file.size:,} bytes, which is too much to compare")
        names = [name for name in (file.git, file.sha256) if name]
        known = next((self._known[name] for name in names if name in self._known), None)
        if known is None:
            known = side.reader.read(side.described, path)
            if len(known) <= MOST_KEPT:
                self._known |= dict.fromkeys(names, known)
        return known
