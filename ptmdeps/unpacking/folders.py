"""Unpacking into a folder that appears at once, and only if the whole archive is sound."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ptmdeps import atomic
from ptmdeps.errors import StoreError
from ptmdeps.paths import case_collisions, printable
from ptmdeps.unpacking.entries import Entry
from ptmdeps.unpacking.faults import Fault
from ptmdeps.unpacking.limits import USUAL, Limits
from ptmdeps.unpacking.opening import opened

PREFIX = ".ptm-unpacking-"
"""How folders are called that are being filled; they stand beside the one that they will be."""

_LINKS = frozenset({"symbolic link", "hard link"})
_IN_THE_WAY = frozenset({errno.EEXIST, errno.ENOTDIR, errno.EISDIR})
_EXECUTABLE = 0o111


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Member:
    """A file that was unpacked.

    Attributes:
        path: below the folder, after leading folders were taken off.
        size: bytes that were written.
        sha256: of these bytes, 64 hex digits.
        executable: whether the archive says that its owner may run it.
    """

    path: str
    size: int
    sha256: str
    executable: bool


def unpack(
    archive: Path,
    target: Path,
    *,
    kind: str = "",
    strip: int = 0,
    only: Callable[[str], bool] | None = None,
    links: Literal["refuse", "omit"] = "refuse",
    executable: bool = False,
    limits: Limits = USUAL,
) -> tuple[Member, ...]:
    """Unpack an archive into ``target``, which must not exist; a kill leaves a folder named :data:`PREFIX`… beside it.

    Files get the permissions that the user's umask gives new ones; ``executable`` lets those be run that the archive
    says may be. Owners, times, set-user bits and attributes are not looked at.

    Args:
        archive: the file; it must not change meanwhile.
        target: the folder; those above it are created.
        kind: one of :data:`ptmdeps.unpacking.KINDS`, or empty to go by the first bytes.
        strip: number of leading folders to take off, in which all members have to be.
        only: says of a path, after that, whether the file is wanted. Empty folders are then left out. What is not
            wanted may be a link or a device, but its name must be as sound as others.
        links: whether symbolic and hard links, which are never created, are left out or refused.
        executable: whether programs may be run.
        limits: what is too much.

    Returns:
        The files, sorted by path.

    Raises:
        UnsafeContent: the archive is damaged, of another kind, or an attack.
        IntegrityError: what it holds is not what it says.
        StoreError: it cannot be read, ``target`` exists, or its disk is full or read-only.
    """
    omitted = _LINKS if links == "omit" else frozenset()
    with opened(archive, kind, limits) as entries, _building(target) as folder:
        return _write(folder, _wanted(_stripped(entries, strip), only, omitted), executable=executable)


def names(archive: Path, *, kind: str = "", strip: int = 0, limits: Limits = USUAL) -> tuple[Entry, ...]:
    """What an archive lists, in its order, without unpacking it; a packed tar has to be read to its end for that.

    Links and devices are among it. That no two members have one name is only checked when they are unpacked.

    Raises:
        UnsafeContent: the archive is damaged, of another kind, or an attack.
        StoreError: it cannot be read.
    """
    with opened(archive, kind, limits) as entries:
        return tuple(entry for entry, _ in _stripped(entries, strip))


def remove_abandoned(folder: Path) -> None:
    """Delete what killed runs left in ``folder``, the one above their targets; what another run is at is left alone."""
    for path in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):  # what cannot be locked or deleted harms nobody
            lock = _lock(path)
            try:
                shutil.rmtree(path)
            finally:
                os.close(lock)


def _stripped(entries: Iterable[tuple[Entry, Iterable[bytes]]], strip: int) -> Iterator[tuple[Entry, Iterable[bytes]]]:
    """Entries without their leading folders; these themselves, and the target itself, are left out."""
    leading: list[str] = []
    for entry, content in entries:
        parts = entry.path.split("/") if entry.path else []
        above, below = parts[:strip], parts[strip:]
        if any(one != other for one, other in zip(leading, above, strict=False)):
            raise Fault(f"`{printable(entry.path)}` is not in `{printable('/'.join(leading))}` like what is before it")
        leading = max(leading, above, key=len)
        if not below and entry.kind != "folder":
            raise Fault(f"`{printable(entry.path)}` is not in {strip} folders, which are to be taken off")
        if below:
            yield replace(entry, path="/".join(below)), content


def _wanted(
    entries: Iterable[tuple[Entry, Iterable[bytes]]],
    only: Callable[[str], bool] | None,
    omitted: frozenset[str],
) -> Iterator[tuple[Entry, Iterable[bytes]]]:
    """The files and folders that are to be created."""
    for entry, content in entries:
        if entry.kind in omitted or (only is not None and (entry.kind == "folder" or not only(entry.path))):
            continue
        if entry.kind not in {"file", "folder"}:
            raise Fault(f"`{printable(entry.path)}` is a {entry.kind}, and only files and folders are created")
        yield entry, content


def _write(folder: Path, entries: Iterable[tuple[Entry, Iterable[bytes]]], *, executable: bool) -> tuple[Member, ...]:
    members: dict[str, Member] = {}
    folders: dict[str, None] = {}
    for entry, content in entries:
        if entry.path in members:
            raise Fault(f"`{printable(entry.path)}` is in it twice")
        with _collisions_told(entry):
            if entry.kind == "folder":
                _make(folder, entry.path, folders)
            else:
                _make(folder, entry.path.rpartition("/")[0], folders)
                members[entry.path] = _write_file(folder, entry, content, executable=executable)
    _refuse_collisions(members, folders)
    return tuple(sorted(members.values()))


def _make(root: Path, path: str, made: dict[str, None]) -> None:
    if path and path not in made:
        (root / path).mkdir(parents=True, exist_ok=True)
        made[path] = None


def _write_file(folder: Path, entry: Entry, content: Iterable[bytes], *, executable: bool) -> Member:
    """Write a new file; whatever is there already is not touched."""
    digest = hashlib.sha256()
    size = 0
    with (folder / entry.path).open("xb") as stream:
        for data in content:
            digest.update(data)
            size += stream.write(data)
        if executable and entry.executable:
            mode = os.fstat(stream.fileno()).st_mode & 0o777
            os.fchmod(stream.fileno(), mode | (_EXECUTABLE & mode >> 2))  # whoever may read it may run it
    return Member(path=entry.path, size=size, sha256=digest.hexdigest(), executable=entry.executable)


@contextmanager
def _collisions_told(entry: Entry) -> Iterator[None]:
    """What is in the way in a folder that was empty came from the same archive."""
    try:
        yield
    except OSError as error:
        if error.errno not in _IN_THE_WAY:
            raise
        raise Fault(f"`{printable(entry.path)}` is where another member of it is, or has to be") from None


def _refuse_collisions(members: Iterable[str], folders: Iterable[str]) -> None:
    """Refuse what would be one file elsewhere. Folders that differ in case only do no harm by it."""
    within = (f"{folder}//{number}" for number, folder in enumerate(folders))
    for group in case_collisions((*members, *within)):
        pair = sorted(group, key=lambda path: "//" in path)[:2]
        shown = " and ".join(sorted(f"`{printable(path.partition('//')[0])}`" for path in pair))
        raise Fault(f"{shown} are one file where case and Unicode form do not count")


@contextmanager
def _building(target: Path) -> Iterator[Path]:
    """A new folder beside ``target`` that takes its place afterwards, or is gone if anything fails."""
    if os.path.lexists(target):
        raise StoreError(f"`{target}` exists already", hint="Delete it, if it is not what is wanted")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _own_folder(target.parent) as folder:
            try:
                yield folder
                atomic.rename(folder, target)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"`{target}` cannot be written: {error.strerror}",
            hint="Free some space or check the permissions of the folder above it; nothing is left of it",
        ) from error


@contextmanager
def _own_folder(parent: Path) -> Iterator[Path]:
    """A new folder that is locked, so that nobody takes it for abandoned."""
    while True:
        folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
        folder.mkdir()
        lock: int | None = None
        # without a lock on some network file systems; and without a folder if somebody tidied up in this moment
        with suppress(OSError):
            lock = _lock(folder)
        try:
            if folder.is_dir():
                yield folder
                return
        finally:
            if lock is not None:
                os.close(lock)


def _lock(folder: Path) -> int:
    """A descriptor that holds the lock of a folder until it is closed, or its process ends.

    Raises:
        OSError: somebody else holds it, there is no such folder, or the file system has no locks.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
