"""The small files of one revision: each read once, and compared with what the hub claims of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, wait
from typing import TypeVar

from ptmdeps.errors import FileNotInModel, IntegrityError, UnsafeContent
from ptmdeps.hashing import git_blob_of
from ptmdeps.hubs.description import Description, RemoteFile
from ptmdeps.hubs.huggingface.client import Client
from ptmdeps.hubs.snapshots.store import discard, folder_name
from ptmdeps.paths import printable, safe_path

T = TypeVar("T")
MAX_READ = 128 * 1024 * 1024
"""Largest file that is read at lock time, in bytes: the hub takes no more than 10 MB outside of LFS."""


class Contents:
    """The small files of one commit, each read once and compared with what the hub claims of it."""

    def __init__(self, client: Client, remote: Description) -> None:
        self._client = client
        self._remote = remote
        self.claims = {file.path: file for file in remote.files}
        self._read: dict[str, bytes] = {}

    def prefetch(self, paths: Iterable[str], files: Executor) -> None:
        """Read these side by side, before they are asked for one after the other."""
        side_by_side(files, self.read, paths)

    def read(self, path: str) -> bytes:
        """The content of the file at ``path``, which is kept in the store from now on.

        Raises:
            IntegrityError: its bytes are not those that the hub lists, twice.
            UnsafeContent: it is too large, or its path leads elsewhere.
        """
        if path not in self._read:
            self._read[path] = self._fetch(path)
        return self._read[path]

    def _fetch(self, path: str) -> bytes:
        claim = self.claims[path]
        _refuse_large(self._remote, claim)
        expected = found = ""
        for _ in range(2):
            stored = self._client.download(self._remote.key.name, self._remote.revision, safe_path(path))
            content = stored.read_bytes()
            expected, found = _digests(claim, content)
            if expected == found:
                return content
            # the store, or the way here, damaged it: once more from the hub
            discard(stored, self._client.cache)
        raise _other_bytes(self._remote, path, expected, found)


def peek(client: Client, remote: Description, path: str) -> bytes:
    """A small file that nobody may ever need again: from the store if it is there, and never put into it.

    Raises:
        FileNotInModel: the revision has no such file.
        IntegrityError, UnsafeContent: as ``Contents.read``.
    """
    claim = remote.file(path)
    if claim is None:
        raise FileNotInModel(f"`{remote.key.name}@{remote.revision[:12]}` holds no `{printable(path)}`")
    _refuse_large(remote, claim)
    stored = client.cache / folder_name(remote.key.name) / "snapshots" / remote.revision / safe_path(path)
    if stored.is_file() and stored.stat().st_size == claim.size:
        content = stored.read_bytes()
        if len(set(_digests(claim, content))) == 1:
            return content
    return passing(client, remote, path)


def passing(client: Client, remote: Description, path: str, *, dataset: bool = False) -> bytes:
    """A small file of what is described, from the hub, and kept nowhere.

    Raises:
        HubError: the hub does not give it.
        IntegrityError, UnsafeContent: as ``Contents.read``.
    """
    claim = remote.file(path)
    if claim is None:
        raise FileNotInModel(f"`{remote.key.name}@{remote.revision[:12]}` holds no `{printable(path)}`")
    with client.open(remote.key.name, remote.revision, claim, dataset=dataset) as stream:
        content = stream.read()
    expected, found = _digests(claim, content)
    if expected != found:
        raise _other_bytes(remote, path, expected, found)
    return content


def side_by_side(files: Executor, function: Callable[[str], T], paths: Iterable[str]) -> list[T]:
    """Results in order, or the first failure; nothing goes on in the background afterwards."""
    futures = [files.submit(function, path) for path in paths]
    wait(futures)
    return [future.result() for future in futures]


def _refuse_large(remote: Description, claim: RemoteFile) -> None:
    if claim.size > MAX_READ:
        raise UnsafeContent(
            f"`{printable(claim.path)}` of `{remote.key.name}` has {claim.size:,} bytes, which is no configuration",
            hint="The model may be damaged or hostile: look at the file on the hub",
        )


def _other_bytes(remote: Description, path: str, expected: str, found: str) -> IntegrityError:
    return IntegrityError(
        f"`{printable(path)}` of `{remote.key.name}@{remote.revision[:12]}`",
        expected=expected,
        found=found,
        claim="what the hub lists",
        hint="The hub, or something between, sends other bytes than the hub lists; nothing was locked",
    )


def _digests(claim: RemoteFile, content: bytes) -> tuple[str, str]:
    """What the hub claims of a file and what its bytes say, in the hub's own terms."""
    if claim.sha256:
        return f"sha256:{claim.sha256}", f"sha256:{hashlib.sha256(content).hexdigest()}"
    return f"git:{claim.git}", f"git:{git_blob_of(content)}"
