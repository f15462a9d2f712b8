"""Imported by the Python of a command under test: ends it, as ``kill -9`` does, right before a change to a file.

``KILL_BELOW`` is the folder whose changes count. With ``KILL_AT=n`` the n-th of them (from 1) never happens; with
``KILL_COUNT=file`` nothing is killed and every change adds a line to that file.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from typing import Any

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate"}
_CHANGES |= {"shutil.rmtree", "sqlite3.connect"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

_below = os.environ.get("KILL_BELOW", "")
_at = int(os.environ.get("KILL_AT", "0"))
_count = os.environ.get("KILL_COUNT", "")
_counter = itertools.count(1)


def _changes(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "ctypes.dlsym":  # the exchange of two folders is one system call that Python has no function for
        return str(arguments[1]) == "renameat2" and any(map(_is_swapped, os.scandir(_below)))
    if event == "open":
        writing = isinstance(arguments[2], int) and bool(arguments[2] & _WRITES)
        return writing and _is_below(arguments[0])
    return event in _CHANGES and any(map(_is_below, arguments[:2]))


def _is_swapped(entry: os.DirEntry[str]) -> bool:
    return entry.name == ".ptm" or entry.name.endswith(".ptmdeps-exporting")


def _is_below(path: object) -> bool:
    return isinstance(path, (str, bytes, os.PathLike)) and os.fsdecode(path).startswith(_below + os.sep)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _changes(event, arguments):
        return
    number = next(_counter)
    if _count:
        descriptor = os.open(_count, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, f"{event} {arguments[:2]}\n".encode())
        os.close(descriptor)
    elif number == _at:
        os.kill(os.getpid(), signal.SIGKILL)


if _below:
    sys.addaudithook(_watch)
