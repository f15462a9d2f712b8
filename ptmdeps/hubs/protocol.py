"""What every hub can do. A hub answers in the lockfile's own types and never vouches for its own bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel, Options
from ptmdeps.requirement import FileSelection

Progress = Callable[[int], None]
"""Called with the number of bytes that have just arrived; may be called from several threads."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reading:
    """One way in which a model is read: which files that takes is the hub's knowledge."""

    reads: str
    selection: FileSelection = FileSelection()


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRequest:
    """One model to pin, with everything that reads it.

    Attributes:
        key: the model as it was asked for.
        ref: branch, tag or commit; empty for the hub's default.
        readings: sorted, at least one.
        revision: keep this revision (another way of reading was added) instead of asking where ``ref`` is now.
        options: settings that change a resolution.
    """

    key: ModelKey
    ref: str = ""
    readings: tuple[Reading, ...]
    revision: str = ""
    options: Options = Options()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One file of an environment.

    Attributes:
        path: where it appears, relative to the environment.
        source: the stored file behind it.
        sha256: of its content, by the lock.
        independent: its loader refuses links, so it needs bytes of its own.
    """

    path: str
    source: Path
    sha256: str
    independent: bool = False


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


class Hub(Protocol):
    """A registry of models, its store on this machine, and the layout its loaders read."""

    name: ClassVar[str]
    """Its spelling in lockfile and manifest."""

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

    def describe(self, key: ModelKey, ref: str = "") -> Description:
        """The model at ``ref`` (empty: the hub's default) as the hub describes it, all at one revision.

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

    def stored_path(self, model: LockedModel, file: LockedFile) -> Path:
        """Where the store keeps, or would keep, a file."""
        ...

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Path:
        """Bring one file into the store, replacing what is there, and say where; the caller verifies it.

        Raises:
            HubError: the hub does not hand it out.
            StoreError: the store is read-only or full.
        """
        ...

    def arriving(self, model: LockedModel, file: LockedFile) -> Path | None:
        """The file into which a ``fetch`` that is under way writes, in order; ``None`` where that is not known."""
        ...

    def discard(self, model: LockedModel, file: LockedFile) -> None:
        """Remove damaged bytes from the store, so that no other user of the store reads them."""
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
