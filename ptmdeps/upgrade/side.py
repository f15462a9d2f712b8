"""One of the two revisions that are compared: what it holds, and where its bytes can be had."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Protocol, Self, runtime_checkable

from ptmdeps.errors import FileNotInModel, HubUnreachable
from ptmdeps.hubs.description import Description, RemoteFile
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.paths import printable


class Reader(Protocol):
    """Where the bytes of a described model come from; every hub is one."""

    def read(self, described: Description, path: str, /) -> bytes:
        """A small file, verified against what is known of it."""
        ...

    def open(self, described: Description, file: RemoteFile, /) -> BinaryIO:
        """A seekable stream of a file, of which only what is read is fetched."""
        ...


@runtime_checkable
class Foreseeing(Protocol):
    """A reader that is glad to hear beforehand which files are opened next, to ask for their addresses at once."""

    def foresee(self, described: Description, files: Sequence[RemoteFile], /) -> None:
        """These are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A model at one revision.

    Attributes:
        described: what it holds.
        reader: where its bytes are.
        locked: the pin of this revision, where there is one: which files of it are taken.
    """

    described: Description
    reader: Reader
    locked: LockedModel | None = None

    @classmethod
    def of_lock(cls, model: LockedModel, hub: Hub) -> Self:
        """A revision of which only what the lock and the store have is known: its hub is not asked."""
        return cls(described=described_by_lock(model), reader=Stored(hub, model), locked=model)

    @classmethod
    def of_hub(cls, described: Description, hub: Hub, model: LockedModel | None = None) -> Self:
        """A revision as its hub describes it; of a locked one, the gate is that of the time when it was locked."""
        if model is None:
            return cls(described=described, reader=hub)
        return cls(described=replace(described, gated=model.gated), reader=StoreFirst(hub, model), locked=model)

    @classmethod
    def of_revision(cls, model: LockedModel, described: Description, hub: Hub) -> Self:
        """A locked revision, which its hub was asked to describe.

        A hub without history describes what is there now, whatever it is asked for: then the lock knows more.
        """
        if described.revision != model.revision:
            return cls.of_lock(model, hub)
        return cls.of_hub(described, hub, model)

    @property
    def pin(self) -> LockedModel | None:
        """The lock, where it is of this revision and not of another one that only says which files count."""
        return self.locked if self.locked and self.locked.revision == self.described.revision else None

    @property
    def stored(self) -> bool:
        """Whether only what was locked is known of it: nobody asked its hub."""
        return type(self.reader) is Stored

    @property
    def paths(self) -> frozenset[str] | None:
        """The files that the lock takes; ``None`` where there is no lock."""
        return frozenset(file.path for file in self.locked.files) if self.locked else None


class Stored:
    """Files of a locked model that the store holds; nothing is fetched."""

    def __init__(self, hub: Hub, model: LockedModel) -> None:
        self._hub = hub
        self._model = model
        self._files = {file.path: file for file in model.files}

    def read(self, described: Description, path: str) -> bytes:
        """The file at ``path``, if its bytes are those that are locked.

        Raises:
            FileNotInModel: the lock does not take this file.
            HubUnreachable: the store does not hold it.
        """
        content = self._stored(described, path).read_bytes()
        if hashlib.sha256(content).hexdigest() != self._files[path].sha256:
            raise self._missing(path)
        return content

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """The stored file, whose bytes are not verified.

        Raises:
            FileNotInModel, HubUnreachable: as ``read``.
        """
        return self._stored(described, file.path).open("rb")

    def holds(self, described: Description, path: str) -> bool:
        """Whether the store has a file of the locked size at the locked revision."""
        file = self._files.get(path)
        if file is None or described.revision != self._model.revision:
            return False
        stored = self._hub.stored_path(self._model, file)
        return stored.is_file() and stored.stat().st_size == file.size

    def _stored(self, described: Description, path: str) -> Path:
        if path not in self._files:
            raise FileNotInModel(f"the lock of `{self._model.key.label}` takes no `{printable(path)}`")
        if not self.holds(described, path):
            raise self._missing(path)
        return self._hub.stored_path(self._model, self._files[path])

    def _missing(self, path: str) -> HubUnreachable:
        name = f"{self._model.key.name}@{self._model.revision[:12]}"
        return HubUnreachable(f"the store does not hold `{printable(path)}` of `{name}`, and no hub was asked")


class StoreFirst(Stored):
    """Files of a locked model out of the store, and from the hub what is not there."""

    def read(self, described: Description, path: str) -> bytes:
        """From the store if it is there and whole, else from the hub."""
        if self.holds(described, path):
            # what is stored may be damaged: the hub has it whole
            with suppress(HubUnreachable):
                return super().read(described, path)
        return self._hub.read(described, path)

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """From the store if a file of that size is there, else from the hub."""
        return super().open(described, file) if self.holds(described, file.path) else self._hub.open(described, file)

    def foresee(self, described: Description, files: Sequence[RemoteFile]) -> None:
        """The hub hears of what the store does not have."""
        if isinstance(self._hub, Foreseeing):
            self._hub.foresee(described, [file for file in files if not self.holds(described, file.path)])


def described_by_lock(model: LockedModel) -> Description:
    """What a lock knows of a model, in the words of a hub."""
    return Description(
        key=model.key,
        revision=model.revision,
        identifier=model.identifier,
        gated=model.gated,
        files=tuple(_remote(file) for file in model.files),
    )


def same(first: RemoteFile, second: RemoteFile) -> bool:
    """Whether two files hold the same bytes, by what both sides know of them."""
    if first.sha256 and second.sha256:
        return first.sha256 == second.sha256
    return bool(first.git) and first.git == second.git


def _remote(file: LockedFile) -> RemoteFile:
    return RemoteFile(path=file.path, size=file.size, git=file.git, sha256=file.sha256)
