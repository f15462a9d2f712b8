"""Downloads of large files that go on where they were broken off, in whatever process that was.

The official client begins every download anew since 1.20. Here the bytes stay in ``blobs/<sha256>.incomplete``: the
name that older clients use for the same purpose, so that the cache tools know it and either goes on with what the
other left. They are hashed while they arrive, and become ``blobs/<sha256>`` only with the right hash. The client's
own mutex of the file is held meanwhile; where a file system only pretends to lock, two processes write the same bytes
to the same places, and the hash still decides. See ``docs/decisions/0019-resumable-downloads.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import huggingface_hub
from huggingface_hub import HfFileMetadata, constants
from huggingface_hub.utils import hf_raise_for_status

from ptmdeps.following import Follower
from ptmdeps.hashing import sha256_of
from ptmdeps.hubs.huggingface.failures import Patience, TransportError
from ptmdeps.hubs.protocol import Arrived, Progress
from ptmdeps.hubs.snapshots.store import folder_name, held, point
from ptmdeps.lockfile.model import LockedFile, LockedModel

_OK, _PARTIAL, _NOT_SATISFIABLE, _FIRST_ERROR = 200, 206, 416, 400
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_ENTITY_TAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
_SECRET = frozenset({"authorization", "cookie"})
WORTH_RESUMING = 8 * 1024 * 1024
"""Bytes; what is smaller comes again in a second or two."""
_WORTH_GOING_ON = 1024 * 1024
"""Bytes; a connection that broke after more than this is no reason to lose patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the bytes are at the moment, and the headers to ask with: the token only where it belongs."""

    url: str
    headers: dict[str, str]


def transferable(metadata: HfFileMetadata, file: LockedFile, cache: Path) -> bool:
    """Whether a file can be fetched here; the client does it otherwise.

    Here are the files that the hub keeps under their SHA-256. The client knows how to link what another repository
    of the cache shares (Xet), and how to fetch what comes through Xet only, or faster where that was asked for.
    """
    if (metadata.etag, metadata.size) != (file.sha256, file.size):
        return False
    xet = metadata.xet_file_data
    if xet is None or constants.HF_HUB_DISABLE_XET:
        return True
    shared = cache / "blobs" / xet.file_hash[:2] / xet.file_hash
    return not (file.size > constants.MAX_HTTP_DOWNLOAD_SIZE or constants.HF_XET_HIGH_PERFORMANCE or shared.exists())


def source(metadata: HfFileMetadata, endpoint: str, headers: dict[str, str]) -> Source:
    """Where the bytes are; ``headers`` may hold a token, which is for the hub alone."""
    if urlsplit(metadata.location)[:2] == urlsplit(endpoint)[:2]:
        return Source(url=metadata.location, headers=headers)
    kept = {name: value for name, value in headers.items() if name.lower() not in _SECRET}
    return Source(url=metadata.location, headers=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The files that a download of one file of one model is about."""

    blob: Path
    partial: Path
    validator: Path
    mutex: Path
    pointer: Path

    @classmethod
    def of(cls, cache: Path, model: LockedModel, file: LockedFile) -> Places:
        """Where they are in a cache; the paths of the file come from a lockfile that was validated."""
        folder = folder_name(model.key.name)
        mutexes = cache / ".locks" / folder
        return cls(
            blob=cache / folder / "blobs" / file.sha256,
            partial=cache / folder / "blobs" / f"{file.sha256}.incomplete",
            validator=mutexes / f"{file.sha256}.etag",
            mutex=mutexes / f"{file.sha256}.lock",
            pointer=cache / folder / "snapshots" / model.revision / file.path,
        )


def transfer(
    places: Places, file: LockedFile, locate: Callable[[], Source], progress: Progress, patience: Patience
) -> Arrived:
    """Bring the file into the cache, going on where an earlier download ended; ``locate`` says where it is.

    The answer tells what the bytes hash to. If that is not what it should be, nothing of them is kept: a download is
    nobody's work, and a useless copy of forty gigabytes would only fill the disk.

    Raises:
        OSError: the cache is full or read-only; the part that is there stays.
        HfHubHTTPError, TransportError: the hub does not hand it out, after every attempt.
    """
    for folder in (places.blob.parent, places.mutex.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with held(places.mutex):
        if complete(places.pointer, file):  # another process was quicker
            return Arrived(path=places.pointer)
        if complete(places.blob, file):
            point(places.pointer, places.blob, keep=True)
            return Arrived(path=places.pointer)
        found = _Download(places, file.size, locate, progress).run(patience)
        if found == file.sha256:
            places.partial.replace(places.blob)
            point(places.pointer, places.blob)
        else:
            places.partial.unlink(missing_ok=True)
        places.validator.unlink(missing_ok=True)
    return Arrived(path=places.pointer, sha256=found)


def complete(blob: Path, file: LockedFile) -> bool:
    """Whether all bytes of a file are there; only their hash says that they are the right ones."""
    try:
        return blob.stat().st_size == file.size
    except OSError:
        return False


class _Download:
    """One file on its way, through as many connections as it takes."""

    def __init__(self, places: Places, size: int, locate: Callable[[], Source], progress: Progress) -> None:
        self._partial = places.partial
        self._validator = places.validator
        self._size = size
        self._locate = locate
        self._progress = progress
        self._follower = Follower(lambda: places.partial if places.partial.exists() else None)

    def run(self, patience: Patience) -> str:
        """Until all bytes are there; gives the SHA-256 of what was stored."""
        try:
            self._fetch(patience)
        except BaseException:
            self._follower.give_up()
            raise
        # bytes that were written in another order than they were followed in say nothing against the file
        return self._follower.finish(self._partial) or sha256_of(self._partial)

    def _fetch(self, patience: Patience) -> None:
        """A connection that broke after it brought something is no reason to lose patience."""
        while True:
            before = self._have()
            try:
                patience.call(self._attempt)
            except TransportError:
                if self._have() - before < _WORTH_GOING_ON:
                    raise
            else:
                return

    def _have(self) -> int:
        try:
            return self._partial.stat().st_size
        except FileNotFoundError:
            return 0

    def _attempt(self) -> None:
        """One connection, from where the last one ended."""
        have = self._have()
        if have == self._size:
            return
        if have > self._size:
            self._restart(have)
            have = 0
        source = self._locate()
        asked = {**source.headers, "Accept-Encoding": "identity", **self._range(have)}
        timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
        session = huggingface_hub.get_session()
        with session.stream("GET", source.url, headers=asked, follow_redirects=True, timeout=timeout) as answer:
            if answer.status_code >= _FIRST_ERROR and answer.status_code != _NOT_SATISFIABLE:
                answer.read()
                hf_raise_for_status(answer)
            self._store(answer, self._start(answer, have))
        if self._have() < self._size:
            raise TransportError("the answer ended before the file did")

    def _range(self, have: int) -> dict[str, str]:
        """What asks for the rest, if the file is still the same one (RFC 9110, 13.1.5)."""
        if not have:
            return {}
        try:
            return {"Range": f"bytes={have}-", "If-Range": self._validator.read_text(encoding="ascii")}
        except (OSError, ValueError):
            # left by an older client, or the mutexes were cleared away: the hash decides in the end
            return {"Range": f"bytes={have}-"}

    def _start(self, answer: Any, have: int) -> int:  # noqa: ANN401 - httpx or httpx2
        """Where the bytes of the answer belong; what is stored is given up where they do not continue it."""
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise ValueError("the hub sends the file in an encoding that was not asked for")
        part = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if answer.status_code == _PARTIAL and part and (int(part[1]), int(part[2])) == (have, self._size):
            return have
        if have:
            self._restart(have)
        if answer.status_code != _OK:
            raise TransportError("the hub has another part of the file than was asked for")
        return 0

    def _restart(self, have: int) -> None:
        self._follower.spoil()
        self._partial.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)
        self._progress(-min(have, self._size))

    def _store(self, answer: Any, start: int) -> None:  # noqa: ANN401 - httpx or httpx2
        """Write what comes where it belongs, and not a byte beyond the end."""
        if not start and (validator := _strong(answer.headers.get("etag", ""))):
            self._validator.write_text(validator, encoding="ascii")
        # not for appending: should two processes be here at once, they write the same bytes to the same places
        with open(self._partial, "r+b" if start else "wb", buffering=0) as stream:  # noqa: PTH123
            stream.seek(start)
            for chunk in answer.iter_raw():
                if start + len(chunk) > self._size:
                    raise ValueError("the hub sends more bytes than the file has")
                _write(stream, chunk)
                start += len(chunk)
                self._progress(len(chunk))


def _write(stream: FileIO, content: bytes) -> None:
    """All of it: a raw stream may take less at once, as when the disk becomes full."""
    rest = memoryview(content)
    while rest:
        rest = rest[stream.write(rest) :]


def _strong(tag: str) -> str:
    """An entity tag that may go into ``If-Range``; empty for a weak one, or what is none."""
    return tag if _ENTITY_TAG.fullmatch(tag) else ""
