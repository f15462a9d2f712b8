"""What hubs have in common whose models live in ptmdeps' own store: ``$PTMDEPS_CACHE/models/<hub>``.

The layout is that of a Hugging Face cache (``<model>/{blobs,snapshots/<revision>,refs}``), so that there is one way to
list, verify, protect and clear a store, whatever is in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, ClassVar

from ptmdeps.errors import FileNotInModel, HubUnreachable, StoreError, UnsafeContent
from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
from ptmdeps.hubs.protocol import Arrived, Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.snapshots.hub import SnapshotHub
from ptmdeps.hubs.web import Patience, Web
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings
from ptmdeps.paths import printable
from ptmdeps.project import cache_folder

_SHARED = "PTMDEPS_SHARED_STORES"
_NOTHING = hashlib.sha256(b"").hexdigest()
"""Of a file that did not come."""


class StoredHub(SnapshotHub):
    """The half of ``ptmdeps.hubs.protocol.Hub`` that is about this machine; a hub adds what is about its server."""

    name: str
    derived: ClassVar[bool] = False
    conflicting_variables: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *,
        settings: HubSettings = AS_IT_IS,
        cache: Path | None = None,
        patience: Patience | None = None,
        shared: Sequence[Path] | None = None,
    ) -> None:
        self.settings = settings
        self._cache = cache
        self._shared = shared
        self.patience = patience or Patience()
        self.web = Web(self.patience)
        self._refused: dict[tuple[ModelKey, str], UnsafeContent] = {}

    def history(self, key: ModelKey, ref: str = "") -> Iterator[Revision]:
        """Nothing, unless a hub knows more."""
        del key, ref
        return iter(())

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """None, unless a hub knows some."""
        del key
        return ()

    def store(self) -> Path:
        """``$PTMDEPS_CACHE/models/<hub>``."""
        return self._cache if self._cache is not None else cache_folder() / "models" / self.name

    def shared_stores(self) -> Sequence[Path]:
        """The same folder of other people's caches."""
        if self._shared is not None:
            return tuple(self._shared)
        given = (Path(text).expanduser() for text in os.environ.get(_SHARED, "").split(os.pathsep) if text)
        return tuple(folder / "models" / self.name for folder in given if (folder / "models").is_dir())

    def variables(self, environment: Path) -> Mapping[str, str]:
        """None, unless its loaders know some."""
        del environment
        return {}

    def requests(self) -> int:
        """Requests to web servers."""
        return self.web.sent

    def blob(self, model: LockedModel, file: LockedFile) -> Path:
        """Where the bytes of a file are, or will be."""
        return self.store() / store.folder_name(model.key.name) / "blobs" / file.sha256

    def mutexes(self, key: ModelKey) -> Path:
        """Where the mutexes of a model are, and what servers called the files of downloads that were broken off."""
        return self.store() / ".locks" / store.folder_name(key.name)

    @contextlib.contextmanager
    def alone(self, model: LockedModel, file: LockedFile | None = None) -> Iterator[None]:
        """Let nobody else fetch the same file meanwhile, or anything of the same revision.

        Raises:
            StoreError: the store is read-only or full.
        """
        with self.alone_with(model.key, file.sha256 if file else model.revision):
            yield

    @contextlib.contextmanager
    def alone_with(self, key: ModelKey, label: str) -> Iterator[None]:
        """Likewise, for what has no revision yet; ``label`` says which part or state of the model it is."""
        mutex = self.mutexes(key) / f"{label}.lock"
        with self._writing():
            mutex.parent.mkdir(parents=True, exist_ok=True)
            with store.held(mutex):
                yield

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Say for people why the store cannot be written."""
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"`{self.store()}` cannot be written: {error.strerror}",
                hint="Free some space, or point `PTMDEPS_CACHE` to a folder that can be written",
            ) from error

    def fetch_from(
        self,
        url: str,
        model: LockedModel,
        file: LockedFile,
        progress: Progress,
        headers: Mapping[str, str] | None = None,
    ) -> Arrived:
        """Bring a file into the store from an address that serves exactly its bytes.

        Raises:
            HubError, UnsafeContent, StoreError: see ``ptmdeps.hubs.downloads.download``.
        """
        from ptmdeps.hubs.downloads import download

        entry, blob = self.stored_path(model, file), self.blob(model, file)
        store.mark_fetched(self.store(), model.key.name, model.revision)
        with self.alone(model, file):
            if blob.is_file() and blob.stat().st_size == file.size:
                store.point(entry, blob, keep=True)
                return Arrived(path=entry)
            subject = f"{file.path} of {model.key.name}"
            notes = self.mutexes(model.key)
            found = download(
                self.web, url, blob, subject, headers=headers, progress=progress, largest=file.size, notes=notes
            )
            if found.sha256 == file.sha256:
                store.point(entry, blob)
            else:
                blob.unlink()
        return Arrived(path=entry, sha256=found.sha256)

    def fetch_whole(
        self,
        model: LockedModel,
        file: LockedFile,
        progress: Progress,
        bring: Callable[[], Iterable[tuple[LockedFile, bytes]]],
    ) -> Arrived:
        """Bring a file into the store together with all others of its model, which come as one.

        Files with other bytes than the locked ones are not kept.

        Raises:
            HubError, UnsafeContent, StoreError: as ``bring``.
        """
        entry = self.stored_path(model, file)
        with self.alone(model):
            if self._whole(model, file):
                progress(file.size)
                return Arrived(path=entry)
            found: dict[str, str] = {}
            for one, content in bring():
                sha256 = found[one.path] = hashlib.sha256(content).hexdigest()
                if sha256 == one.sha256:
                    self.put(model, one, content)
        progress(file.size)
        return Arrived(path=entry, sha256=found.get(file.path, _NOTHING))

    def fetch_unpacked(
        self,
        model: LockedModel,
        file: LockedFile,
        bring: Callable[[], contextlib.AbstractContextManager[Iterable[tuple[LockedFile, Path, str]]]],
    ) -> Arrived:
        """Likewise, where they come as an archive: ``bring`` unpacks it on the store's own file system.

        It gives each locked file with its place and the SHA-256 of its bytes. Archives that were refused once are not
        fetched again for each of their files.

        Raises:
            HubError, UnsafeContent, IntegrityError, StoreError: as ``bring``.
        """
        entry = self.stored_path(model, file)
        with self.alone(model):
            if self._whole(model, file):
                return Arrived(path=entry)
            if refusal := self._refused.get((model.key, model.revision)):
                raise refusal
            found: dict[str, str] = {}
            try:
                with bring() as files:
                    for one, path, sha256 in files:
                        found[one.path] = sha256
                        if sha256 == one.sha256:
                            self.keep(model, one, path)
            except UnsafeContent as error:
                self._refused[model.key, model.revision] = error
                raise
        return Arrived(path=entry, sha256=found.get(file.path, _NOTHING))

    def _whole(self, model: LockedModel, file: LockedFile) -> bool:
        """Whether the file is here, and its entry in the snapshot, too."""
        entry, blob = self.stored_path(model, file), self.blob(model, file)
        try:
            if blob.stat().st_size != file.size:
                return False
        except OSError:
            return False
        if not entry.exists():
            store.point(entry, blob, keep=True)
        return True

    def put(self, model: LockedModel, file: LockedFile, content: bytes) -> None:
        """Write a file into the store.

        Raises:
            StoreError: the store is read-only or full.
        """
        blob = self.blob(model, file)
        store.mark_fetched(self.store(), model.key.name, model.revision)
        with self._writing():
            blob.parent.mkdir(parents=True, exist_ok=True)
            if not blob.is_file() or blob.stat().st_size != file.size:
                temporary = blob.with_name(f"tmp_{secrets.token_hex(8)}")
                try:
                    temporary.write_bytes(content)
                    temporary.replace(blob)
                finally:
                    temporary.unlink(missing_ok=True)
            store.point(self.stored_path(model, file), blob, keep=True)

    def keep(self, model: LockedModel, file: LockedFile, path: Path) -> None:
        """Take a verified file that is on the store's own file system into the store, unless it is there.

        Raises:
            StoreError: the store is read-only or full.
        """
        blob = self.blob(model, file)
        store.mark_fetched(self.store(), model.key.name, model.revision)
        with self._writing():
            blob.parent.mkdir(parents=True, exist_ok=True)
            if path != blob:
                path.replace(blob)
            store.point(self.stored_path(model, file), blob, keep=True)


def no_file(described: Description, path: str) -> FileNotInModel:
    """The error for a file that a model does not have."""
    return FileNotInModel(f"`{described.key.name}` holds no `{printable(path)}`", hint="Check the name of the file")


def not_apart(key: ModelKey) -> HubUnreachable:
    """The error where a hub hands out a model only as a whole."""
    return HubUnreachable(f"the hub of `{key}` hands out no single files", hint="Look into the store after a sync")


def no_stream(described: Description, file: RemoteFile) -> BinaryIO:
    """For hubs without range reads."""
    raise not_apart(described.key) if described.file(file.path) else no_file(described, file.path)
