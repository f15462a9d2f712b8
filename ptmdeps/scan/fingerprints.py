"""What every file of a project was when it was read, and which of them can hold a load at all."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ptmdeps.scan.files import ProjectFile, is_python
from ptmdeps.scan.words import NO_WORDS, Words, line_of_words, words_in

_LARGEST = 16_000_000
"""Bytes above which a file is no code: what changed in it is told by its size and time alone."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was when it was read.

    ``changed`` is its time of change in nanoseconds, ``words`` the line of its words, and ``parts`` that of its parts,
    if it was looked into from another file.
    """

    size: int
    changed: int
    digest: str
    candidate: bool
    words: str = NO_WORDS
    parts: str = ""


def digest_of(data: bytes) -> str:
    """Return a short digest of a file's content."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def unread_of(
    files: Iterable[ProjectFile], before: Mapping[str, Fingerprint], *, written: int
) -> tuple[ProjectFile, ...]:
    """Return the files that may have changed since the time ``written``."""
    return tuple(file for file in files if not _is_known(file, before.get(file.path), written))


def _is_known(file: ProjectFile, known: Fingerprint | None, written: int) -> bool:
    return known is not None and (known.size, known.changed) == (file.size, file.changed) and file.changed < written


def fingerprint_of(
    folder: Path, file: ProjectFile, known: Fingerprint | None, is_candidate: Callable[[str, bytes, Words], bool]
) -> Fingerprint:
    """Read a file, and return what it is; ``known`` is what it was when it was read last."""
    if file.size > _LARGEST:
        return Fingerprint(file.size, file.changed, f"{file.size} {file.changed}", candidate=False)
    data = read_bytes(folder / file.path)
    digest = digest_of(data)
    if known is not None and known.digest == digest:
        return replace(known, size=file.size, changed=file.changed)
    words = words_in(data) if is_python(file.path) else Words()
    return Fingerprint(
        file.size, file.changed, digest, is_candidate(file.path, data, words), words=line_of_words(words)
    )


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
