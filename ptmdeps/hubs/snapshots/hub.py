"""What every hub does with its store, which has the layout of snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ptmdeps.hubs.snapshots import store, taking_in
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, LockedFile, LockedModel

if TYPE_CHECKING:
    from ptmdeps.hubs.stock import Removal, StoredModel


class SnapshotHub:
    """The part of ``ptmdeps.hubs.protocol.Hub`` that is about the store; a hub says where that is."""

    name: str

    def store(self) -> Path:
        """The folder that holds this hub's models for all projects."""
        raise NotImplementedError

    def shared_stores(self) -> Sequence[Path]:
        """Stores of others that are only ever read, in the order in which they are asked."""
        raise NotImplementedError

    def ancestor(self, key: ModelKey, kind: Literal["model", "dataset"], ref: str = "") -> Ancestor | None:
        """Nothing: most hubs do not say what models came from."""
        del key, kind, ref
        return None

    def notes(self) -> Path:
        """Beside the mutexes: the official client of Hugging Face takes any other folder for a damaged repository."""
        return store.notes(self.store())

    def stored_path(self, model: LockedModel, file: LockedFile) -> Path:
        """The file in its snapshot."""
        return store.stored_path(self.store(), model, file)

    def shared_paths(self, model: LockedModel, file: LockedFile) -> Sequence[Path]:
        """In stores of others: the snapshot's entry, and what other revisions brought."""
        return store.shared_paths(self.shared_stores(), model, file)

    def blobs(self, model: LockedModel, file: LockedFile) -> Sequence[Path]:
        """What other revisions brought."""
        return store.blobs(self.store(), model, file)

    def adopt(self, model: LockedModel, file: LockedFile, blob: Path) -> None:
        """As an entry of its snapshot."""
        store.adopt(self.store(), model, file, blob)

    def arrived(self, model: LockedModel, file: LockedFile) -> int:
        """What an interrupted download left."""
        return store.arrived(self.store(), model, file)

    def arrival(self, model: LockedModel, file: LockedFile, owner: str) -> Path:
        """Among the blobs of its model."""
        return taking_in.arrival(self.store(), model, file, owner)

    def take_in(self, model: LockedModel, file: LockedFile, arrived: Path) -> Path:
        """As a blob and an entry of its snapshot."""
        return taking_in.take_in(self.store(), model, file, arrived)

    def discard(self, model: LockedModel, file: LockedFile) -> None:
        """Remove the snapshot's entry and its blob."""
        store.discard(self.stored_path(model, file), self.store())

    def put_aside(self, model: LockedModel, file: LockedFile, found: str) -> Path | None:
        """Into the quarantine, named by what was expected and what was found."""
        label = f"{file.sha256[:12]}-{found[:12]}"
        return store.put_aside(self.stored_path(model, file), self.store(), store.folder_name(model.key.name), label)

    def stock(self) -> tuple[StoredModel, ...]:
        """Every model of the store."""
        from ptmdeps.hubs.snapshots.stock import stock

        return stock(self.store(), self.name)

    def remove(self, removal: Removal) -> None:
        """Renamed aside first, then deleted."""
        from ptmdeps.hubs.snapshots.removal import remove

        remove(self.store(), removal)

    def protect(self, models: Sequence[LockedModel], owner: str) -> None:
        """Note who needs what, which also keeps `hf cache prune` off it."""
        store.protect(self.store(), models, owner)
