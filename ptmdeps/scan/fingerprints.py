"""What every file of a project was when it was read, and which of them can hold a load at all."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ptmdeps.scan.files import ProjectFile, is_python
from ptmdeps.scan.parallel import spread
from ptmdeps.scan.words import NO_WORDS, Words, words_in

_SHARE = 256
"""Files that one process reads at a time."""

_LARGEST = 16_000_000
"""Bytes above which a file is no code: what changed in it is told by its size and time alone."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was when it was read.

    ``changed`` is its time of change in nanoseconds.
    """

    size: int
    changed: int
    digest: str
    candidate: bool
    words: Words = NO_WORDS


def digest_of(data: bytes) -> str:
    """Return a short digest of a file's content."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def fingerprints_of(
    folder: Path,
    files: Iterable[ProjectFile],
    before: Mapping[str, Fingerprint],
    *,
    written: int,
    is_candidate: Callable[[str, bytes, Words], bool],
) -> dict[str, Fingerprint]:
    """Return the fingerprint of every file; those that did not change since the time ``written`` are not read."""
    found: dict[str, Fingerprint | None] = {}
    unread: list[ProjectFile] = []
    for file in files:
        known = before.get(file.path)
        is_known = known and (known.size, known.changed) == (file.size, file.changed) and file.changed < written
        found[file.path] = known if is_known else None
        if not is_known:
            unread.append(file)

    def read(share: list[ProjectFile]) -> list[Fingerprint]:
        return [_fingerprint(folder, file, before.get(file.path), is_candidate) for file in share]

    shares = [unread[start : start + _SHARE] for start in range(0, len(unread), _SHARE)]
    for share, fingerprints in zip(shares, spread(read, shares), strict=True):
        found.update(zip((file.path for file in share), fingerprints, strict=True))
    return {path: fingerprint for path, fingerprint in found.items() if fingerprint is not None}


def _fingerprint(
    folder: Path, file: ProjectFile, known: Fingerprint | None, is_candidate: Callable[[str, bytes, Words], bool]
) -> Fingerprint:
    if file.size > _LARGEST:
        return Fingerprint(file.size, file.changed, f"{file.size} {file.changed}", candidate=False)
    data = read_bytes(folder / file.path)
    digest = digest_of(data)
    if known is not None and known.digest == digest:
        return replace(known, size=file.size, changed=file.changed)
    words = words_in(data) if is_python(file.path) else NO_WORDS
    return Fingerprint(file.size, file.changed, digest, is_candidate(file.path, data, words), words)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file; nothing if it has gone or may not be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def state_of(path: Path) -> str:
    """Return what differs when the content of a file does; empty where there is no file that can be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return ""
        if status.st_size > _LARGEST:
            return f"{status.st_size} {status.st_mtime_ns}"
        return digest_of(path.read_bytes())
    except (OSError, ValueError):
        return ""
