"""What a store holds, as values: for whoever lists, verifies or clears it. Nothing in here is believed to be whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LeftoverKind = Literal["unfinished download", "quarantine", "deletion that was interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a stored revision.

    Attributes:
        path: inside the model's repository.
        place: where a loader finds it.
        blob: the file with the bytes, all links followed.
        size: bytes.
        digest: what the store's own name for it claims: ``sha256:…``, ``git:…``, or nothing.
        shared: its bytes belong to several models of the store.
        held: somebody else has the same file, such as an environment by hard link: deleting it frees nothing.
    """

    path: str
    place: Path
    blob: Path
    size: int
    digest: str = ""
    shared: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRevision:
    """A revision of a model, whole or in part.

    Attributes:
        revision: its immutable identity.
        files: sorted by path.
        owners: identifiers of the projects for which ptmdeps protects it.
        refs: other names that lead to it: somebody uses it without ptmdeps.
        fetched: ptmdeps brought it here.
        used: when any of its files was last read or written, seconds since the epoch.
    """

    revision: str
    files: tuple[StoredFile, ...]
    owners: tuple[str, ...]
    refs: tuple[str, ...]
    fetched: bool
    used: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Something that no revision needs.

    Attributes:
        idle: nobody works on it.
        resumable: a later download goes on with it.
    """

    path: Path
    size: int
    kind: LeftoverKind
    idle: bool = True
    resumable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A model of a store with everything that there is of it; revisions sorted."""

    hub: str
    name: str
    folder: Path
    revisions: tuple[StoredRevision, ...]
    leftovers: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What is to go of one model.

    Attributes:
        revisions: with the files that no other revision of the model needs.
        leftovers: likewise.
    """

    model: StoredModel
    revisions: tuple[StoredRevision, ...] = ()
    leftovers: tuple[Leftover, ...] = ()

    @property
    def blobs(self) -> tuple[StoredFile, ...]:
        """The files whose bytes the model does not need afterwards, each blob once."""
        kept = {file.blob for other in self.model.revisions if other not in self.revisions for file in other.files}
        going = {file.blob: file for revision in self.revisions for file in revision.files}
        return tuple(file for blob, file in going.items() if blob not in kept)

    @property
    def freed(self) -> int:
        """Bytes that are free afterwards: not those that other models share or an environment holds by hard link."""
        blobs = sum(file.size for file in self.blobs if not file.held and not file.shared)
        return blobs + sum(leftover.size for leftover in self.leftovers)
