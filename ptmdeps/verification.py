"""Remembering which bytes were hashed, so that an unchanged file is not read again.

Every file counts only after we hashed it ourselves. A file whose device, inode, size and modification time are as
they were is believed to hold what it held: models are large, and ``sync`` shall take milliseconds. What leaves all
four untouched, such as a decaying disk, is found by ``sync --rehash``. The record is a cache: losing it costs time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

from ptmdeps.errors import StoreError
from ptmdeps.hashing import sha256_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS verified (
    device INTEGER, inode INTEGER, size INTEGER, modified INTEGER, sha256 TEXT,
    PRIMARY KEY (device, inode)
) WITHOUT ROWID
"""
_BUSY_SECONDS = 30.0
_SIGNED = 1 << 63

Fingerprint = tuple[int, int, int, int]
"""Device, inode, size in bytes, modification time in nanoseconds."""


def fingerprint(path: Path | str) -> Fingerprint | None:
    """What tells a file from another and from its own earlier self, ``None`` where there is no file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called once for every file of every model
    except OSError:
        return None
    return (status.st_dev % _SIGNED, status.st_ino % _SIGNED, status.st_size, status.st_mtime_ns)


class Verified:
    """The record of hashed files. Not safe to share between threads; several processes may use one file."""

    def __init__(self, known: dict[Fingerprint, str], path: Path | None) -> None:
        self._known = known
        self._path = path
        self._new: dict[Fingerprint, str] = {}

    @classmethod
    def open(cls, folder: Path, *, trust: bool = True) -> Self:
        """Read the record kept in ``folder``; ``trust=False`` begins with nothing believed."""
        path = folder / "verified.sqlite3"
        known: dict[Fingerprint, str] = {}
        if trust and path.is_file():
            with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as database:
                rows = database.execute("SELECT device, inode, size, modified, sha256 FROM verified")
                known = {(device, inode, size, modified): digest for device, inode, size, modified, digest in rows}
        return cls(known, path)

    def sha256(self, path: Path | str) -> str | None:
        """The hash of the file as it is now, if it is known; never reads the file."""
        print_ = fingerprint(path)
        return self._known.get(print_) if print_ else None

    def hash(self, path: Path) -> str:
        """The hash of the file as it is now, from the record or by reading it; remembered.

        Raises:
            StoreError: the file cannot be read.
        """
        before = fingerprint(path)
        if before is not None and (known := self._known.get(before)):
            return known
        try:
            digest = sha256_of(path)
        except OSError as error:
            raise StoreError(
                f"`{path}` cannot be read: {error.strerror}", hint="Check the permissions of the file and of its folder"
            ) from error
        # a file that changed while it was read is hashed again next time
        if before is not None and fingerprint(path) == before:
            self._known[before] = self._new[before] = digest
        return digest

    def copied(self, path: Path, sha256: str) -> None:
        """Remember a file that was made from verified bytes."""
        if print_ := fingerprint(path):
            self._known[print_] = self._new[print_] = sha256

    def save(self) -> None:
        """Write what is new; a record that cannot be written (read-only cache) is not needed to go on."""
        if not self._new or self._path is None:
            return
        with suppress(OSError, sqlite3.Error):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _store(self._path, self._new.items())
            except sqlite3.OperationalError:
                # in use, or read-only: the record as it is serves others
                raise
            except sqlite3.DatabaseError:
                # damaged: begin anew
                self._path.unlink(missing_ok=True)
                _store(self._path, self._new.items())
        self._new.clear()


def _store(path: Path, items: Iterable[tuple[Fingerprint, str]]) -> None:
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as database, database:
        # a cache may lose its last entries in a power cut, and shall not wait for the disk
        database.execute("PRAGMA synchronous = OFF")
        database.execute(_SCHEMA)
        database.executemany("INSERT OR REPLACE INTO verified VALUES (?, ?, ?, ?, ?)", _rows(items))


def _rows(items: Iterable[tuple[Fingerprint, str]]) -> Iterator[tuple[int, int, int, int, str]]:
    for (device, inode, size, modified), sha256 in items:
        yield device, inode, size, modified, sha256
