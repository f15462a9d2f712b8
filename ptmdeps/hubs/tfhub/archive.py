"""The archive behind a handle: where it is, what its server says of it, and its files in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.errors import ModelNotFound, RevisionNotFound
from ptmdeps.hubs import seen
from ptmdeps.hubs.archives import unpacked
from ptmdeps.hubs.downloads import Downloaded, Progress, download
from ptmdeps.hubs.seen import Seen, SeenFile
from ptmdeps.hubs.tfhub import addresses
from ptmdeps.hubs.web import Head
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Origin
from ptmdeps.paths import printable
from ptmdeps.unpacking import Member

if TYPE_CHECKING:
    from ptmdeps.hubs.stored import StoredHub

_GZIP = b"\x1f\x8b"
_TAR, _TAR_MAGIC = 257, b"ustar"
_NEWEST = "newest"
"""What was fetched last of an address that knows no versions."""
_FACTS = ("revision", "version", "url", "etag", "modified", "size", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to ask for: an address, and the version that it stands for; empty where only the answer can tell."""

    address: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a server has for a target now.

    Attributes:
        version: of the model, as far as it is known.
        origin: Kaggle's address of it where it was led there, and what the storage calls the archive.
        size: of the archive in bytes; ``None`` where the server does not say.
    """

    version: str
    origin: Origin
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An archive that was unpacked into the store.

    Attributes:
        state: what its server said of it.
        revision: its version, or the SHA-256 of the archive where it has none.
        files: sorted.
    """

    state: State
    revision: str
    files: tuple[SeenFile, ...]


def draft(key: ModelKey) -> LockedModel:
    """Of what a model's archive is downloaded and unpacked: see ``StoredHub.alone``."""
    return LockedModel(key=key, revision="archive")


def target_of(hub: StoredHub, handle: str, wanted: str) -> Target:
    """What to ask for to get ``handle`` at the revision ``wanted``; empty: whatever it means.

    Raises:
        RevisionNotFound: the handle has another version, or that is none.
        HubError: the server does not say where the versions are.
    """
    version = addresses.version_of(handle)
    if version or not wanted:
        if wanted not in {"", version}:
            raise RevisionNotFound(
                f"`{printable(handle)}` is version {version}, and not `{printable(wanted)}`",
                hint="The version is a part of the handle: write the other one there, or none at all",
            )
        return Target(address=handle, version=version)
    if not addresses.is_version(wanted):
        raise RevisionNotFound(
            f"`{printable(handle)}` has no `{printable(wanted)}`", hint="Versions are numbers: 1, 2, 3, …"
        )
    led = state_of(hub, handle, Target(address=handle, version="")).origin.url
    return Target(address=addresses.with_version(led or handle, wanted), version=wanted)


def state_of(hub: StoredHub, handle: str, target: Target) -> State:
    """Ask without fetching.

    Raises:
        ModelNotFound: it is not there; the server may show a page about something else instead.
        HubError, UnsafeContent: as ``Web.head``.
    """
    head = _head(hub, addresses.question(target.address), handle)
    _refuse_page(handle, head)
    return _state(target, head)


def _head(hub: StoredHub, url: str, handle: str) -> Head:
    """What a server says of an archive; one that knows only the client's own question gets that, and sends in vain."""
    try:
        return hub.web.head(url, handle)
    except ModelNotFound:
        with hub.web.stream(url, handle) as answer:
            length = answer.headers.get("content-length", "")
            size = int(length) if length.isascii() and length.isdecimal() else None
            return Head(url=answer.url, size=size, headers=answer.headers, earlier=answer.earlier)


def pinned(hub: StoredHub, key: ModelKey, target: Target) -> Fetched:
    """The archive of a target in the store; what was fetched before is not fetched again while it is called the same.

    The caller holds the mutex of ``draft``.

    Raises:
        HubError, UnsafeContent, IntegrityError, StoreError: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    now = state_of(hub, key.name, target)
    if before := newest_known(hub, key, now):
        return before
    with arriving(hub, key, target) as (found, folder, members):
        state = _state(target, found.head)
        files = tuple(SeenFile(path=one.path, size=one.size, sha256=one.sha256) for one in members)
        for one in members:
            place = seen.blob(hub, key, one.sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            (folder / one.path).replace(place)
    fetched = Fetched(state=state, revision=state.version or found.sha256, files=files)
    for label in {fetched.revision, state.version or _NEWEST}:
        seen.remember(hub, key, label, Seen(facts=_facts(fetched), files=files))
    return fetched


def newest_known(hub: StoredHub, key: ModelKey, now: State) -> Fetched | None:
    """What was fetched before, if the server calls it now what it called it then."""
    before = known(hub, key, now.version or _NEWEST)
    return before if before and before.state == now and now.origin.etag.startswith('"') else None


def known(hub: StoredHub, key: ModelKey, revision: str) -> Fetched | None:
    """A revision that was fetched before and is here whole, and what was said of it then, without asking anybody."""
    before = seen.recall(hub, key, revision)
    if before is None:
        return None
    facts = {name: before.facts.get(name, "") for name in _FACTS}
    if not facts["revision"] or facts["files"] != str(len(before.files)):
        return None
    origin = Origin(url=facts["url"], etag=facts["etag"], modified=facts["modified"])
    size = int(facts["size"]) if facts["size"].isascii() and facts["size"].isdecimal() else None
    state = State(version=facts["version"], origin=origin, size=size)
    return Fetched(state=state, revision=facts["revision"], files=before.files)


@contextmanager
def arriving(
    hub: StoredHub, key: ModelKey, target: Target, progress: Progress = lambda _: None
) -> Iterator[tuple[Downloaded, Path, tuple[Member, ...]]]:
    """Fetch and unpack: what was downloaded, the folder of its files, and these. The folder is gone afterwards.

    The caller holds the mutex of ``draft``.

    Raises:
        HubError, UnsafeContent, IntegrityError, StoreError: as for ``pinned``.
    """
    place = seen.blob(hub, key, _label(target))
    subject = key.name if target.address == key.name else f"{key.name}, version {target.version}"
    found = download(hub.web, addresses.question(target.address), place, subject, progress=progress)
    try:
        _refuse_page(key.name, found.head)
        _refuse_other(key.name, place)
        archive = place.replace(place.with_name(f"{place.name}.taking-in"))
        with unpacked(hub, archive, key.name) as (folder, members):
            yield found, folder, members
    finally:
        place.unlink(missing_ok=True)


def _state(target: Target, head: Head) -> State:
    url = addresses.question(target.address)
    led = addresses.at_kaggle((target.address, *addresses.way(url, head.earlier)))
    origin = Origin(url=led, etag=head.etag, modified=head.modified)
    return State(version=target.version or addresses.version_of(led), origin=origin, size=head.size)


def _label(target: Target) -> str:
    return hashlib.sha256(target.address.encode()).hexdigest()[:40]


def _facts(fetched: Fetched) -> dict[str, str]:
    state, origin = fetched.state, fetched.state.origin
    values = (
        *(fetched.revision, state.version, origin.url, origin.etag, origin.modified),
        *("" if state.size is None else str(state.size), str(len(fetched.files))),
    )
    return dict(zip(_FACTS, values, strict=True))


def _refuse_page(handle: str, head: Head) -> None:
    """A model that tfhub.dev does not know leads to Kaggle's catalogue: a page that is there (200)."""
    if head.headers.get("content-type", "").lower().startswith("text/html"):
        page = printable(head.url.partition("?")[0])
        raise ModelNotFound(
            f"there is no model at `{printable(handle)}`: it leads to a page, `{page}`",
            hint="Look for it at https://www.kaggle.com/models, to which the models of tfhub.dev moved",
        )


def _refuse_other(handle: str, archive: Path) -> None:
    with archive.open("rb") as stream:
        head = stream.read(_TAR + len(_TAR_MAGIC))
    if not head.startswith(_GZIP) and head[_TAR:] != _TAR_MAGIC:
        raise ModelNotFound(
            f"what is at `{printable(handle)}` is no archive of a model",
            hint="TensorFlow Hub loads a `.tar.gz` with a SavedModel in it",
        )
