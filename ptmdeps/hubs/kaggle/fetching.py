"""Bringing the files of a version into the store: one by one, or as one archive where they are many.

Kaggle gives no digests of files. Its storage knows the MD5 of what was not uploaded in pieces, which is compared; apart
from that, what came the first time is what is locked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.errors import HubError, IntegrityError, UnsafeContent
from ptmdeps.hubs import seen
from ptmdeps.hubs.archives import unpacked
from ptmdeps.hubs.downloads import Downloaded, Progress, download
from ptmdeps.hubs.kaggle import MANY, refusals
from ptmdeps.hubs.seen import Seen, SeenFile
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.unpacking import Member

if TYPE_CHECKING:
    from ptmdeps.hubs.kaggle.client import Client, Listed
    from ptmdeps.hubs.kaggle.names import Name
    from ptmdeps.hubs.stored import StoredHub

_AT_ONCE = 8


def draft(key: ModelKey) -> LockedModel:
    """Of what a model's files are fetched before they are locked: see ``StoredHub.alone``."""
    return LockedModel(key=key, revision="arriving")


def brought(
    hub: StoredHub, client: Client, name: Name, version: int, files: tuple[Listed, ...]
) -> tuple[SeenFile, ...]:
    """Size and SHA-256 of files of a version, which are in the store then; sorted.

    The caller holds the mutex of ``draft``.

    Raises:
        HubError, UnsafeContent, IntegrityError, StoreError: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    key, label = ModelKey(hub.name, str(name)), str(version)
    before = seen.recall(hub, key, label)
    known = {file.path: file for file in before.files} if before else {}
    missing = tuple(file for file in files if file.path not in known or known[file.path].size != file.size)
    if len(missing) > MANY:
        found = _of_archive(hub, client, name, version, missing)
    else:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="kaggle") as pool:
            found = tuple(pool.map(lambda file: _one(hub, client, name, version, file), missing))
    known |= {file.path: file for file in found}
    if missing:
        seen.remember(hub, key, label, Seen(facts={}, files=tuple(known.values())))
    return tuple(sorted(known[file.path] for file in files))


@contextmanager
def arriving(
    hub: StoredHub, client: Client, name: Name, version: int, progress: Progress = lambda _: None
) -> Iterator[tuple[Path, tuple[Member, ...]]]:
    """Fetch the archive of a version and unpack it: the folder, which is gone afterwards, and the files in it.

    The caller holds the mutex of ``draft``.

    Raises:
        HubError, UnsafeContent, IntegrityError, StoreError: as ``brought``.
    """
    subject = f"{name}/{version}"
    place = _place(hub, name, subject)
    with access(client, name):
        url = client.download(name, version)
        found = download(hub.web, url, place, subject, headers=client.endpoint.headers, progress=progress)
    _compare(found, subject)
    archive = place.replace(place.with_name(f"{place.name}.taking-in"))
    with unpacked(hub, archive, subject) as (folder, members):
        yield folder, members


@contextmanager
def access(client: Client, name: Name) -> Iterator[None]:
    """Say what to do where somebody has to agree to terms first: only who downloads hears of them."""
    try:
        yield
    except HubError as error:
        raise refusals.of_download(error, name, anonymous=client.anonymous) from error


def _of_archive(
    hub: StoredHub, client: Client, name: Name, version: int, files: Iterable[Listed]
) -> tuple[SeenFile, ...]:
    key = ModelKey(hub.name, str(name))
    with arriving(hub, client, name, version) as (folder, members):
        held = {member.path: member for member in members}
        found = []
        for file in files:
            member = held.get(file.path)
            if member is None:
                raise UnsafeContent(
                    f"the archive of `{name}/{version}` lacks `{file.path}`, which Kaggle lists",
                    hint="Run the command again; if it stays so, tell Kaggle",
                )
            _compare_size(member.size, file, f"{name}/{version}")
            place = seen.blob(hub, key, member.sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            (folder / member.path).replace(place)
            found.append(SeenFile(path=file.path, size=member.size, sha256=member.sha256))
    return tuple(found)


def _one(hub: StoredHub, client: Client, name: Name, version: int, file: Listed) -> SeenFile:
    subject = f"{file.path} of {name}/{version}"
    place = _place(hub, name, f"{version}/{file.path}")
    with access(client, name):
        url = client.download(name, version, file.path)
        headers = client.endpoint.headers
        found = download(hub.web, url, place, subject, headers=headers, largest=max(file.size, 1))
    try:
        _compare(found, subject)
        _compare_size(found.size, file, f"{name}/{version}")
        place.replace(seen.blob(hub, ModelKey(hub.name, str(name)), found.sha256))
    finally:
        place.unlink(missing_ok=True)
    return SeenFile(path=file.path, size=found.size, sha256=found.sha256)


def _place(hub: StoredHub, name: Name, label: str) -> Path:
    """Where bytes arrive: beside the blobs, under a name that a later run finds again."""
    return seen.blob(hub, ModelKey(hub.name, str(name)), hashlib.sha256(label.encode()).hexdigest()[:40])


def _compare(found: Downloaded, subject: str) -> None:
    expected = _md5(found.head.headers)
    if expected and expected != found.md5:
        found.path.unlink(missing_ok=True)
        raise IntegrityError(
            f"`{subject}`",
            expected=f"md5:{expected}",
            found=f"md5:{found.md5}",
            claim="the digest that Kaggle's storage tells",
            hint="It was damaged on its way: run the command again",
        )


def _compare_size(size: int, file: Listed, subject: str) -> None:
    if size != file.size:
        raise IntegrityError(
            f"`{file.path}` of `{subject}`",
            expected=f"{file.size:,} bytes",
            found=f"{size:,} bytes",
            claim="Kaggle's list of files",
            hint="Run the command again; if it stays so, `files` in `[tool.ptmdeps]` can leave the file out",
        )


def _md5(headers: Mapping[str, str]) -> str:
    """The digest of ``x-goog-hash: crc32c=…,md5=…``, 32 digits (https://cloud.google.com/storage/docs/xml-api)."""
    for entry in headers.get("x-goog-hash", "").split(","):
        kind, _, value = entry.strip().partition("=")
        if kind == "md5":
            try:
                return base64.b64decode(value, validate=True).hex()
            except (binascii.Error, ValueError):
                return ""
    return ""
