"""Opening a bundle, be it a folder or an archive: its lock, and where each of its files begins.

All that is in an archive is compared with what the lock in it demands before anything is used: names never lead
anywhere, they are only compared. A folder is entered under names that are made here from hashes.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ptmdeps.bundle import archive, layout
from ptmdeps.bundle.layout import Content, damaged
from ptmdeps.errors import PtmdepsError
from ptmdeps.lockfile import Lockfile, loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle whose lock and shape were checked; its files were not yet.

    Attributes:
        path: of the folder or archive, as it was given.
        lockfile: what it was exported from.
        offsets: where each file begins, by its SHA-256; ``None`` for a folder.
    """

    path: Path
    lockfile: Lockfile
    offsets: Mapping[str, int] | None

    def file(self, content: Content) -> Path | None:
        """The file of its own that holds a content, to be linked; ``None`` in an archive."""
        return self.path / content.path if self.offsets is None else None

    def open(self, content: Content) -> BinaryIO:
        """A stream of which the next ``content.size`` bytes are the content.

        Raises:
            PtmdepsError: it is not there any more.
        """
        try:
            if self.offsets is None:
                return _regular(self.path / content.path)
            stream = _regular(self.path, follow=True)
            stream.seek(self.offsets[content.sha256])
        except OSError as error:
            raise damaged(str(self.path), f"`{content.path}` cannot be read: {error.strerror}") from error
        return stream


def opened(path: Path) -> Bundle:
    """The bundle at ``path``.

    Raises:
        PtmdepsError: there is none, or it is damaged, truncated, of a newer format, or holds what no bundle holds.
        LockfileError: its lock cannot be read.
    """
    try:
        return _folder(path) if path.is_dir() else _archive(path)
    except FileNotFoundError as error:
        if path.exists():
            missing = os.path.relpath(str(error.filename), path)
            raise damaged(str(path), f"`{missing}` is not in it") from error
        raise PtmdepsError(
            f"there is no bundle at `{path}`", hint="`ptmdeps export` writes one where there is a network"
        ) from error
    except OSError as error:
        raise PtmdepsError(f"`{path}` cannot be read: {error.strerror}") from error
    except archive.NoArchive as error:
        raise damaged(str(path), error.message) from error


def _folder(path: Path) -> Bundle:
    def text(name: str) -> bytes:
        with _regular(path / name) as stream:
            return _limited(stream, os.fstat(stream.fileno()).st_size, name, path)

    lockfile = _lockfile(text(layout.DESCRIPTION), text(layout.LOCK), path)
    for content in layout.contents(lockfile):
        status = (path / content.path).lstat()
        if not stat.S_ISREG(status.st_mode):
            raise damaged(str(path), f"`{content.path}` is no regular file")
        if status.st_size != content.size:
            raise damaged(str(path), f"`{content.path}` has {status.st_size:,} bytes instead of {content.size:,}")
    return Bundle(path=path, lockfile=lockfile, offsets=None)


def _archive(path: Path) -> Bundle:
    with _regular(path, follow=True) as stream:
        members = archive.members(stream, os.fstat(stream.fileno()).st_size)
        texts = {
            name: _text(stream, _expected(next(members, None), name), path)
            for name in (layout.DESCRIPTION, layout.LOCK, layout.README)
        }
        lockfile = _lockfile(texts[layout.DESCRIPTION], texts[layout.LOCK], path)
        offsets: dict[str, int] = {}
        for content in layout.contents(lockfile):
            member = _expected(next(members, None), content.path)
            if member.size != content.size:
                raise archive.NoArchive(f"`{member.name}` has {member.size:,} bytes instead of {content.size:,}")
            offsets[content.sha256] = member.offset
        if (surplus := next(members, None)) is not None:
            raise archive.NoArchive(f"`{surplus.name}` is in it, and its lock names no such file")
    return Bundle(path=path, lockfile=lockfile, offsets=offsets)


def _expected(member: archive.Member | None, name: str) -> archive.Member:
    if member is None:
        raise archive.NoArchive(f"`{name}` is not in it")
    if member.name != name:
        raise archive.NoArchive(f"`{member.name}` is where `{name}` should be")
    return member


def _text(stream: BinaryIO, member: archive.Member, path: Path) -> bytes:
    stream.seek(member.offset)
    return _limited(stream, member.size, member.name, path)


def _limited(stream: BinaryIO, size: int, name: str, path: Path) -> bytes:
    if size > layout.MOST_TEXT:
        raise damaged(str(path), f"`{name}` has {size:,} bytes, which no bundle needs")
    return stream.read(size)


def _lockfile(description: bytes, lock: bytes, path: Path) -> Lockfile:
    """The lock of a bundle, if it is the one that the bundle was made from."""
    recorded = layout.described(description, source=str(path))
    if len(lock) != recorded.size or hashlib.sha256(lock).hexdigest() != recorded.sha256:
        raise damaged(str(path), f"its `{layout.LOCK}` was changed")
    try:
        return loads(lock.decode("utf-8"), source=f"{path.name}/{layout.LOCK}")
    except UnicodeDecodeError as error:
        raise damaged(str(path), f"its `{layout.LOCK}` is not UTF-8") from error


def _regular(path: Path, *, follow: bool = False) -> BinaryIO:
    """Open a regular file, and nothing that only looks like one: no link out of the bundle, no pipe to wait for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise damaged(str(path), "it is a link, and a bundle holds nothing but files") from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise damaged(str(path), "it is no regular file")
    return os.fdopen(descriptor, "rb")
