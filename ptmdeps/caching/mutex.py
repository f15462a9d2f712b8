"""Who may use a store, and who may delete from it: many may use it at the same time, one deletes when nobody does.

A ``sync`` holds the store only while it notes what it needs (see ``registry``): what is noted is not deleted. So
nobody waits for a download. The mutex is advisory and belongs to the open file: a killed process leaves none behind.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ptmdeps.errors import StoreError
from ptmdeps.project import mutex_timeout

_POLITE_WAIT = 1.0
_POLL_SECONDS = 0.05
_BUSY = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})


def made_folder(path: Path, like: Path) -> Path:
    """The folder ``path``, with the permissions of ``like`` if it is new: who may write one may write the other.

    Raises:
        OSError: it cannot be made.
    """
    missing = [path, *path.parents]
    missing = [folder for folder in missing[: missing.index(like)] if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        with contextlib.suppress(OSError):  # made by another user in this moment
            folder.chmod(like.stat().st_mode & 0o7777)
    return path


@contextlib.contextmanager
def using(notes: Path, store: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Keep everybody from deleting; does nothing where the store is read-only or cannot lock: nothing is lost by it.

    Raises:
        StoreError: somebody deletes for longer than ``$PTMDEPS_LOCK_TIMEOUT`` seconds.
    """
    descriptor = _opened(notes, store)
    if descriptor is None:
        yield
        return
    try:
        with contextlib.suppress(_Unlockable):
            _acquire(descriptor, fcntl.LOCK_SH, store, waiting)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def alone(notes: Path, store: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Be the only one, to delete.

    Raises:
        StoreError: the store is read-only or cannot lock, or somebody uses it for longer than
            ``$PTMDEPS_LOCK_TIMEOUT`` seconds.
    """
    descriptor = _opened(notes, store)
    if descriptor is None:
        raise StoreError(f"`{store}` cannot be written", hint="Only who may write a store can delete from it")
    try:
        try:
            _acquire(descriptor, fcntl.LOCK_EX, store, waiting)
        except _Unlockable as error:
            raise StoreError(
                f"the file system of `{store}` cannot lock: {error}",
                hint="Nothing was deleted, as somebody might be using it: delete with `hf cache` while nothing runs",
            ) from error
        yield
    finally:
        os.close(descriptor)


class _Unlockable(Exception):
    """The file system knows no locks."""


def _opened(notes: Path, store: Path) -> int | None:
    """The file that is locked; ``None`` where it can be neither made nor opened."""
    path = notes / "store.lock"
    with contextlib.suppress(OSError):
        if store.is_dir():
            made_folder(notes, store)
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        with contextlib.suppress(OSError):
            descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
            with contextlib.suppress(OSError):  # made by another user
                os.fchmod(descriptor, store.stat().st_mode & 0o666)
            return descriptor
    return None


def _acquire(descriptor: int, kind: int, store: Path, waiting: Callable[[str], None]) -> None:
    begun, said = time.monotonic(), False
    while not _acquired(descriptor, kind):
        waited = time.monotonic() - begun
        if waited > mutex_timeout():
            raise StoreError(
                f"another ptmdeps works on the store `{store}`",
                hint="Wait for it, or set `PTMDEPS_LOCK_TIMEOUT` higher",
            )
        if waited > _POLITE_WAIT and not said:
            said = True
            waiting(f"waiting for another ptmdeps that works on the store `{store}`")
        time.sleep(_POLL_SECONDS)


def _acquired(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        raise _Unlockable(error.strerror) from error
    return True
