"""Files from plain web servers, so that a download goes on where it was broken off, in whatever process that was.

The bytes stay in ``<file>.incomplete`` and what the server called them in ``<file>.etag``; they go on only if the
server still has the same file (RFC 9110, 13.1.5). They are hashed while they arrive.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ptmdeps.errors import HubUnreachable, StoreError, UnsafeContent
from ptmdeps.hubs.refusals import AGAIN
from ptmdeps.hubs.web import Answer, Head, Web

_BLOCK = 1024 * 1024
_PARTIAL, _NOT_SATISFIABLE = 206, 416
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-\d{1,19}/(\d{1,19})", re.ASCII)
_ENTITY_TAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
_ATTEMPTS = 5
_WORTH_GOING_ON = 1024 * 1024
"""Bytes; a connection that broke after it brought so many is no reason to lose patience."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """A file that is here whole.

    Attributes:
        path: where its bytes are.
        size: bytes.
        sha256, md5: of them.
        head: what the server said of it.
    """

    path: Path
    size: int
    sha256: str
    md5: str
    head: Head


def download(
    web: Web,
    url: str,
    target: Path,
    subject: str,
    *,
    headers: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
    largest: int = 1 << 42,
    notes: Path | None = None,
) -> Downloaded:
    """Bring a file to ``target``, which counts for nothing before somebody compared its hash.

    ``progress`` hears of bytes that arrive, and of negative numbers where what is here is of no use; ``largest`` is
    the size in bytes above which it is refused; ``notes`` is the folder for what the server called it, where that
    shall not lie beside it.

    Raises:
        HubError, UnsafeContent: as ``Web.get``.
        StoreError: the disk is full or read-only; the part that is there stays.
    """
    source = _Source(web=web, url=url, subject=subject, headers=dict(headers or {}))
    transfer = _Transfer(source, target, progress, largest, notes or target.parent)
    try:
        for folder in (target.parent, notes or target.parent):
            folder.mkdir(parents=True, exist_ok=True)
        return transfer.run()
    except OSError as error:
        raise StoreError(
            f"`{subject}` cannot be stored: {error.strerror}",
            hint="Free some space, or point `PTMDEPS_CACHE` to a folder that can be written",
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Whom to ask for what, and what it is called in messages."""

    web: Web
    url: str
    subject: str
    headers: Mapping[str, str]


def unfinished(target: Path) -> Path:
    """Where the bytes of a download that is not complete are."""
    return target.with_name(f"{target.name}.incomplete")


class _Transfer:
    """One file on its way, through as many connections as it takes."""

    def __init__(self, source: _Source, target: Path, progress: Progress, largest: int, notes: Path) -> None:
        self._source = source
        self._subject = source.subject
        self._target, self._partial = target, unfinished(target)
        self._validator = notes / f"{target.name}.etag"
        self._progress, self._largest = progress, largest
        self._hashes = (hashlib.sha256(), hashlib.md5(usedforsecurity=False))
        self._hashed = 0

    def run(self) -> Downloaded:
        self._step_back()
        attempts, most = _ATTEMPTS, self._have()
        while True:
            try:
                head = self._attempt(self._have())
            except _Broken as error:
                if self._have() - most >= _WORTH_GOING_ON:
                    attempts = _ATTEMPTS
                most = max(most, self._have())
                attempts -= 1
                if not attempts:
                    raise HubUnreachable(str(error), hint=AGAIN) from error
                time.sleep(self._source.web.patience.delay(_ATTEMPTS - attempts))
            else:
                break
        size = self._have()
        self._partial.replace(self._target)
        self._validator.unlink(missing_ok=True)
        sha256, md5 = (hash_.hexdigest() for hash_ in self._hashes)
        return Downloaded(path=self._target, size=size, sha256=sha256, md5=md5, head=head)

    def _have(self) -> int:
        try:
            return self._partial.stat().st_size
        except FileNotFoundError:
            return 0

    def _step_back(self) -> None:
        """Ask for the last byte of what an earlier process left once more: nobody may ask for none at all."""
        if have := self._have():
            os.truncate(self._partial, have - 1)
            self._progress(-1)

    def _attempt(self, have: int) -> Head:
        """One connection, from where the last one ended."""
        source = self._source
        asked = {**source.headers, **self._range(have)}
        with source.web.stream(source.url, source.subject, asked, accepted=frozenset({_NOT_SATISFIABLE})) as answer:
            extent = _extent(answer, have if "Range" in asked else 0)
            if extent is None:
                self._restart(have)
                raise _Broken(f"the server has another part of `{self._subject}` than was asked for")
            start, whole = extent
            if start != have:
                self._restart(have)
            with self._partial.open("r+b" if start else "wb", buffering=0) as stream:
                self._catch_up(stream, start)
                self._store(answer, stream, whole)
        if whole is not None and self._have() != whole:
            raise _Broken(f"the answer for `{self._subject}` ended before the file did")
        return Head(url=answer.url, size=self._have(), headers=answer.headers, earlier=answer.earlier)

    def _range(self, have: int) -> dict[str, str]:
        """What asks for the rest, if the file is still the same one."""
        try:
            tag = self._validator.read_text(encoding="ascii") if have else ""
        except (OSError, ValueError):
            tag = ""
        # without a name for its state, nobody could tell a file from its successor
        return {"Range": f"bytes={have}-", "If-Range": tag} if _ENTITY_TAG.fullmatch(tag) else {}

    def _restart(self, have: int) -> None:
        self._partial.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)
        self._hashes = (hashlib.sha256(), hashlib.md5(usedforsecurity=False))
        self._hashed = 0
        if have:
            self._progress(-have)

    def _catch_up(self, stream: BinaryIO, start: int) -> None:
        """Hash what an earlier attempt brought."""
        stream.seek(self._hashed)
        while self._hashed < start:
            self._hash(stream.read(min(_BLOCK, start - self._hashed)))

    def _store(self, answer: Answer, stream: BinaryIO, whole: int | None) -> None:
        self._remember(answer.headers.get("etag", ""))
        if whole is not None and whole > self._largest:
            raise self._too_large()
        for piece in self._pieces(answer):
            if self._hashed + len(piece) > self._largest:
                raise self._too_large()
            rest = memoryview(piece)
            while rest:
                rest = rest[stream.write(rest) :]
            self._hash(piece)
            self._progress(len(piece))

    def _pieces(self, answer: Answer) -> Iterator[bytes]:
        try:
            yield from answer.pieces()
        except HubUnreachable as error:
            raise _Broken(error.message) from error

    def _remember(self, tag: str) -> None:
        """What the server calls the state of the file, as far as that tells it from every other one."""
        if _ENTITY_TAG.fullmatch(tag):
            self._validator.write_text(tag, encoding="ascii")
        else:
            self._validator.unlink(missing_ok=True)

    def _too_large(self) -> UnsafeContent:
        self._restart(self._have())
        return UnsafeContent(
            f"the server has more than {self._largest:,} bytes for `{self._subject}`",
            hint="It is not the file that was asked for; nothing of it was kept",
        )

    def _hash(self, content: bytes) -> None:
        for hash_ in self._hashes:
            hash_.update(content)
        self._hashed += len(content)


def _extent(answer: Answer, have: int) -> tuple[int, int | None] | None:
    """Where the bytes of the answer begin in the file, and the size of the whole as far as it says.

    ``None`` for an answer to another question than the one that was asked.
    """
    if answer.status == _NOT_SATISFIABLE:
        return None
    if answer.status == _PARTIAL:
        part = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        return (have, int(part[2])) if part and have and int(part[1]) == have else None
    length = answer.headers.get("content-length", "")
    return 0, int(length[:19]) if length.isascii() and length.isdecimal() else None


class _Broken(Exception):
    """A connection that did not bring what it should, which another one may."""
