"""Hashing a file while it arrives, so that verifying a download costs no time after it.

The bytes are read back from the file system, so that what is hashed is what was stored and not what was sent.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from threading import Event, Thread

WORTH_FOLLOWING = 8 * 1024 * 1024
"""Bytes; smaller files are hashed afterwards, which takes milliseconds."""

_POLL_SECONDS = 0.02
_BLOCK = 1024 * 1024


class Follower:
    """Hashes a growing file in a thread of its own.

    ``arriving`` gives the file while it grows, ``None`` before it exists. The file is known by its inode, so that
    it may be renamed when it is complete. A file that shrinks or starts again cannot be followed: ``finish`` then
    has no answer, and the caller hashes the whole file.
    """

    def __init__(self, arriving: Callable[[], Path | None]) -> None:
        self._arriving = arriving
        self._complete = Event()
        self._spoiled = False
        self._stream: FileIO | None = None
        self._hash = hashlib.sha256()
        # one block for all reads: new memory for each would cost as much as the hash
        self._block = memoryview(bytearray(_BLOCK))
        self._thread = Thread(target=self._follow, name="follow", daemon=True)
        self._thread.start()

    def spoil(self) -> None:
        """What was read so far may have been written again."""
        self._spoiled = True

    def finish(self, path: Path) -> str | None:
        """SHA-256 of the complete file at ``path``, if it is the file that was followed from its first byte."""
        self._complete.set()
        self._thread.join()
        if self._stream is None:
            return None
        with self._stream as stream:
            try:
                return self._digest(stream, path)
            except OSError:
                # whoever hashes the whole file will say what is wrong with it
                return None

    def give_up(self) -> None:
        """The download failed: stop."""
        self._complete.set()
        self._thread.join()
        if self._stream is not None:
            self._stream.close()

    def _digest(self, stream: FileIO, path: Path) -> str | None:
        if self._spoiled or not os.path.samestat(os.fstat(stream.fileno()), path.stat()):
            return None
        self._read(stream)
        complete = not self._spoiled and stream.tell() == path.stat().st_size
        return self._hash.hexdigest() if complete else None

    def _follow(self) -> None:
        while not self._complete.wait(_POLL_SECONDS) and not self._spoiled:
            try:
                if self._stream is None:
                    self._stream = self._open()
                else:
                    self._read(self._stream)
            except OSError:
                self._spoiled = True

    def _open(self) -> FileIO | None:
        path = self._arriving()
        try:
            return path.open("rb", buffering=0) if path else None
        except FileNotFoundError:
            # renamed or given up in this very moment
            return None

    def _read(self, stream: FileIO) -> None:
        if os.fstat(stream.fileno()).st_size < stream.tell():
            self._spoiled = True
        while not self._spoiled and (size := stream.readinto(self._block)):
            self._hash.update(self._block[:size])
