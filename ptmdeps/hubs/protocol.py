"""What every hub can do. A hub answers in the lockfile's own types and never vouches for its own bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Literal, Protocol

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, LockedFile, LockedModel, Options
from ptmdeps.requirement import FileSelection
from ptmdeps.unguarded import unguarded

if TYPE_CHECKING:
    # to make their classes takes longer than a sync that has nothing to do shall spend
    from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
    from ptmdeps.hubs.stock import Removal, StoredModel

Progress = Callable[[int], None]
"""Called with the number of bytes that have just arrived; may be called from several threads."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reading:
    """One way in which a model is read: which files that takes is the hub's knowledge.

    ``digest`` is what somebody who names the model knows of its bytes: ``sha256:…``, ``md5:…`` of the whole file, or
    ``sha256-prefix:…``; empty where nobody knows anything.
    """

    reads: str
    selection: FileSelection = FileSelection()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRequest:
    """One model to pin, with everything that reads it.

    Attributes:
        key: the model as it was asked for.
        ref: branch, tag or commit; empty for the hub's default.
        readings: sorted, at least one.
        revision: keep this revision (another way of reading was added) instead of asking where ``ref`` is now.
        not_after: pin the newest revision of ``ref`` that was made until this instant (``2026-10-01T00:00:00Z``);
            empty: no limit. A ``ref`` that is immutable itself, and a kept ``revision``, are what they are.
        options: settings that change a resolution.
        project: the folder of the project that asks, for hubs whose answer depends on the libraries that it uses.
    """

    key: ModelKey
    ref: str = ""
    readings: tuple[Reading, ...]
    revision: str = ""
    not_after: str = ""
    options: Options = Options()
    project: Path | None = None


@unguarded(frozen=True, slots=True, kw_only=True)
class Link:
    """One file of an environment.

    Attributes:
        path: where it appears, relative to the environment.
        folder: where the store keeps the model's files.
        file: which of them is behind it, relative to ``folder``.
        sha256: of its content, by the lock.
        independent: its loader refuses links, so it needs bytes of its own.
    """

    path: str
    folder: Path
    file: str
    sha256: str
    independent: bool = False

    @property
    def source(self) -> Path:
        """The stored file behind it."""
        return self.folder / self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How a locked model appears in an environment.

    Attributes:
        links: its files.
        texts: small files that the layout needs, such as ``refs/main``: path → content.
        folders: the folders that belong to this model alone, relative to the environment.
    """

    links: tuple[Link, ...]
    texts: tuple[tuple[str, str], ...]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file that was brought into the store.

    Attributes:
        path: where it is, if it has the right hash.
        sha256: what we hashed of the stored bytes while they arrived; empty where the caller has to read them. Bytes
            with a wrong hash are not kept.
    """

    path: Path
    sha256: str = ""


class Hub(Protocol):
    """A registry of models, its store on this machine, and the layout its loaders read."""

    @property
    def name(self) -> str:
        """Its spelling in lockfile and manifest."""
        ...

    derived: ClassVar[bool]
    """Whether its pins follow from the project alone, so that they are made anew each time, also offline."""

    conflicting_variables: ClassVar[tuple[str, ...]]
    """Environment variables that would lead its loaders away from the environment."""

    def pin(self, request: PinRequest) -> LockedModel:
        """Resolve to an immutable revision and select the files that the readings take.

        Raises:
            HubError: the model, its revision or a file is not there, not allowed, or the hub does not answer.
            UnsafeContent: the hub lists something that must not be followed.
            IntegrityError: bytes differ from the hub's own digest of them.
        """
        ...

    def ancestor(self, key: ModelKey, kind: Literal["model", "dataset"], ref: str = "") -> Ancestor | None:
        """A model or dataset that something locked came from, at ``ref`` (empty: the hub's default); nothing is stored.

        Where its files are denied it says what the hub tells everybody. ``None`` where the hub does not say what models
        came from.

        Raises:
            ModelNotFound, RevisionNotFound: it is not there, or not for this user.
            AccessDenied: the hub tells nothing of it.
            HubError, IntegrityError: as ``pin``.
        """
        ...

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """The model at ``ref`` (empty: the hub's default) as the hub describes it, all at one revision.

        ``locked`` is what the ref was pinned to before: hubs whose revisions are digests of bytes that they would have
        to send ask whether it still is that. If it is not, the revision of the answer is none that can be pinned.

        Raises:
            HubError: as ``pin``.
        """
        ...

    def read(self, described: Description, path: str) -> bytes:
        """A small file of a described model (at most 128 MiB), compared with what the hub claims of it.

        Raises:
            FileNotInModel: it holds no such file.
            HubError, IntegrityError, UnsafeContent: as ``pin``.
        """
        ...

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """A seekable stream of a file of which only what is read gets fetched; nothing verifies those bytes."""
        ...

    def history(self, key: ModelKey, ref: str = "") -> Iterator[Revision]:
        """The revisions that lead to ``ref``, newest first, asked for page by page as far as the caller goes.

        Raises:
            HubError: as ``pin``.
        """
        ...

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Branches and tags, sorted.

        Raises:
            HubError: as ``pin``.
        """
        ...

    def page(self, key: ModelKey) -> str:
        """The address of the model's page for people."""
        ...

    def store(self) -> Path:
        """The folder that holds this hub's models for all projects."""
        ...

    def shared_stores(self) -> Sequence[Path]:
        """Stores of others that are only ever read, in the order in which they are asked."""
        ...

    def notes(self) -> Path:
        """A folder of the store that is ptmdeps' own, and that other tools of the store leave alone."""
        ...

    def stored_path(self, model: LockedModel, file: LockedFile) -> Path:
        """Where the store keeps, or would keep, a file."""
        ...

    def shared_paths(self, model: LockedModel, file: LockedFile) -> Sequence[Path]:
        """Where stores of others, which are only ever read (``$PTMDEPS_SHARED_STORES``), would keep a file."""
        ...

    def blobs(self, model: LockedModel, file: LockedFile) -> Sequence[Path]:
        """Where the user's own store may have the bytes of a file from another revision of its model."""
        ...

    def adopt(self, model: LockedModel, file: LockedFile, blob: Path) -> None:
        """Give verified bytes that are at one of ``blobs`` their place in this revision, too.

        Raises:
            StoreError: the store is read-only or full.
        """
        ...

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """Bring one file into the store, replacing what is there; the caller verifies it.

        ``progress`` hears of bytes that come over the line, and of negative numbers where some of these, or of what
        an interrupted fetch left, are of no use.

        Raises:
            HubError: the hub does not hand it out.
            StoreError: the store is read-only or full.
        """
        ...

    def arrived(self, model: LockedModel, file: LockedFile) -> int:
        """Bytes that an interrupted ``fetch`` left in the store, and that the next one need not fetch."""
        ...

    def arrival(self, model: LockedModel, file: LockedFile, owner: str) -> Path:
        """Where a file that comes from elsewhere may be written before it counts, on the store's file system.

        Its folder exists. What a killed run of the same ``owner`` left for this model is deleted.

        Raises:
            StoreError: the store is read-only or full.
        """
        ...

    def take_in(self, model: LockedModel, file: LockedFile, arrived: Path) -> Path:
        """Give verified bytes at their ``arrival`` the place in the store, and say where that is.

        Raises:
            StoreError: the store is read-only or full.
        """
        ...

    def discard(self, model: LockedModel, file: LockedFile) -> None:
        """Remove wrong bytes from the store, so that no other user of the store reads them."""
        ...

    def put_aside(self, model: LockedModel, file: LockedFile, found: str) -> Path | None:
        """Likewise, but keep them in quarantine, and say where; ``found`` is their hash.

        Raises:
            StoreError: the store is read-only.
        """
        ...

    def stock(self) -> tuple[StoredModel, ...]:
        """Everything that is in the store, whoever brought it; sorted by name."""
        ...

    def remove(self, removal: Removal) -> None:
        """Take something out of the store, so that a kill leaves nothing half; the caller is alone in the store.

        Raises:
            StoreError: the store is read-only.
        """
        ...

    def protect(self, models: Sequence[LockedModel], owner: str) -> None:
        """Keep the store's own clean-up off these models; what ``owner`` protected before and is not named, is freed.

        Raises:
            StoreError: the store is read-only.
        """
        ...

    def expose(self, model: LockedModel) -> Exposure:
        """How this hub's loaders want to find the model in an environment."""
        ...

    def variables(self, environment: Path) -> Mapping[str, str]:
        """The environment variables that make this hub's loaders read ``environment`` and nothing else."""
        ...

    def requests(self) -> int:
        """How many requests were sent since the process began."""
        ...
